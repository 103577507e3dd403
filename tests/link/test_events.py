"""Are events that several services attended found, and is the stated error near the true one?"""

import numpy as np
import pyarrow as pa
import pytest
from tests.link.made import scores
from tests.link.made_events import incidents

from joinedup import link
from joinedup.core.errors import MethodError
from joinedup.link.coincidence import marginals


@pytest.fixture(scope="module")
def met():
    tables, truth = incidents(1_000, seed=11)
    return tables, link.events(tables=tables, truth=truth)


def test_events_on_moved_points_are_found_and_the_stated_error_is_near(met):
    _, output = met
    told = scores(output, "pairs")
    assert told["f1"] >= 0.85
    precision, recall = output.result.estimates
    assert abs(precision.value - told["precision"]) <= 0.05
    assert abs(recall.value - told["recall"]) <= 0.06


def test_no_incident_is_in_two_pairs_with_one_service(met):
    _, output = met
    pairs = output.tables["pairs"].data.to_pylist()
    ends = [
        (row[f"id_{one}"], row[f"table_{other}"]) for row in pairs for one, other in ("lr", "rl")
    ]
    assert len(ends) == len(set(ends))


def test_every_incident_is_in_one_event_which_has_one_of_each_service(met):
    tables, output = met
    rows = output.tables["entities"].data.to_pylist()
    assert len(rows) == sum(table.num_rows for table in tables.values())
    keys = [(row["entity"], row["table"]) for row in rows]
    assert len(keys) == len(set(keys))


def test_the_moved_points_are_noticed(met):
    _, output = met
    told = [block.text for block in output.result.blocks if hasattr(block, "text")]
    assert any(text.startswith("police: points lie on a grid of 150 metres") for text in told)
    assert not any(text.startswith("fire: points lie") for text in told)


def test_order_of_rows_changes_nothing():
    tables, _ = incidents(200, seed=12)
    turned = {name: table.take(pa.array(np.arange(table.num_rows)[::-1].copy()))
              for name, table in tables.items()}  # fmt: skip
    one, other = (link.events(tables=some).tables["pairs"].data for some in (tables, turned))
    assert one.equals(other)


def test_services_with_nothing_in_common_share_nothing_and_that_is_told():
    tables, _ = incidents(600, seed=13, shared=0.0)
    output = link.events(tables=tables)
    assert output.tables["pairs"].data.num_rows == 0
    assert any("than chance" in getattr(block, "text", "") for block in output.result.blocks)


def test_a_table_without_place_or_time_is_refused():
    tables, _ = incidents(50, seed=14)
    tables["fire"] = tables["fire"].drop_columns(["easting"])
    with pytest.raises(MethodError, match="where and when"):
        link.events(tables=tables)


def test_chances_of_a_small_matching_are_those_of_counting_all_matchings():
    left, right = np.array([0, 0, 1]), np.array([0, 1, 1])
    odds = np.array([2.0, 1.0, 3.0])
    whole = 1 + 2 + 1 + 3 + 2 * 3
    expected = np.array([2 + 6, 1, 3 + 6]) / whole
    assert np.allclose(marginals(left, right, odds, 2, 2), expected)
