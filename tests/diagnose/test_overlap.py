"""Is everybody counted once with just the bodies that know them, with the doubt of links?"""

import numpy as np
import pyarrow as pa
import pytest
from benchmarks.linkage.made_lists import ROUGH, lists
from hypothesis import given
from hypothesis import strategies as st

import joinedup
from joinedup.core.errors import MethodError
from joinedup.result import drawing
from joinedup.result.blocks import Figure, Table

ENTITIES = pa.table(
    {
        "table": ["police", "fire", "police", "council", "fire", "police", "council"],
        "id": ["p1", "f1", "p2", "c1", "f2", "p3", "c3"],
        "entity": ["a", "a", "b", "b", "b", "c", "d"],
    }
)


def told(entities=ENTITIES, **settings):
    return joinedup.diagnose.overlap(entities=entities, **settings)


def test_each_combination_holds_who_is_known_to_just_these():
    found = told().tables["combinations"].data.to_pylist()
    known = {
        tuple(body for body in ("council", "fire", "police") if row[body]): row["cases"]
        for row in found
    }
    assert known == {
        ("police",): 1,
        ("council",): 1,
        ("fire", "police"): 1,
        ("council", "fire", "police"): 1,
    }


def test_the_headline_and_the_shares_say_how_many_are_known_to_several():
    output = told()
    assert output.result.headline == "25% of 4 people are known to more than two of 3 bodies."
    assert [one.value for one in output.result.estimates] == [0.5, 0.25]


def test_a_column_names_the_body_where_one_table_holds_several():
    visits = pa.table({"visit": ["p1", "p2", "p3"], "regulator": ["food", "fire", "food"]})
    output = told(
        tables={"police": visits},
        bodies={"police": "regulator"},
        ids={"police": "visit"},
        words={"food": "food safety"},
        without=("council",),
    )
    (table,) = (one for one in output.result.blocks if getattr(one, "behind", "") == "bodies")
    assert [(row[0], row[1]) for row in table.rows] == [("fire", 2), ("food safety", 2)]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), min_size=1))
def test_the_members_are_whom_the_numbers_count(rows):
    rows = [*rows, (0, 0), (0, 1)]
    table = pa.table(
        {
            "table": [f"body {body}" for _, body in rows],
            "id": [str(place) for place in range(len(rows))],
            "entity": [f"e{entity}" for entity, _ in rows],
        }
    )
    output = told(table)
    blocks = [getattr(one, "table", one) for one in output.result.blocks]
    for block in (one for one in blocks if isinstance(one, Table)):
        names = [column.name for column in block.columns]
        for row, cells in enumerate(block.rows):
            for name in ("cases", "others"):
                if name in names:
                    members = output.members[block.behind].counted[row, name]
                    assert members.sum() == cells[names.index(name)]
    total = sum(output.tables["combinations"].data["cases"].to_pylist())
    assert total == len({entity for entity, _ in rows})


def test_the_picture_can_be_drawn_whatever_a_body_is_called():
    output = told(words={"police": "Police & 'Crime' \"unit\""})
    (figure,) = (one for one in output.result.blocks if isinstance(one, Figure))
    assert "Police &amp;" in drawing.svg(figure)


def test_rows_without_an_entity_or_a_body_are_refused_at_once():
    table = pa.table({"table": ["a", ""], "id": ["1", "2"], "entity": [None, "x"]})
    with pytest.raises(MethodError) as caught:
        told(table, without=("nobody",))
    assert len(caught.value.problems) == 3


def test_one_body_overlaps_with_nobody():
    with pytest.raises(MethodError, match="1 bodies are named"):
        told(ENTITIES.filter(pa.compute.equal(ENTITIES["table"], "police")))


def test_shares_carry_the_doubt_of_links():
    tables = dict(zip(("police", "council"), lists(800, ROUGH, seed=4), strict=True))
    people = [{one[1:] for one in table["id"].to_pylist()} for table in tables.values()]
    true = len(people[0] & people[1]) / len(people[0] | people[1])
    linked = joinedup.link.people(tables=tables).tables
    share = told(linked["entities"].data, linkage=linked["doubt"].data).result.estimates[0]
    assert share.low <= true <= share.high
    assert share.high - share.low < 0.25
    assert np.isclose(told(linked["entities"].data).result.estimates[0].value, true, atol=0.1)
