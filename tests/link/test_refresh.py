"""Do entities keep their names over months, and is every change listed?"""

import numpy as np
import pyarrow as pa
import pytest
from benchmarks.linkage.population import population
from tests.link.made import groups, linked

from joinedup.core.errors import MethodError

RECORDS = 2_000
NEW = RECORDS // 50


def entity_of(output):
    return {
        (row["table"], row["id"]): row["entity"]
        for row in output.tables["entities"].data.to_pylist()
    }


def changes(output):
    return output.tables["changes"].data.to_pylist()


@pytest.fixture(scope="module")
def whole():
    return population(RECORDS, seed=11)


@pytest.fixture(scope="module")
def first(whole):
    """Month 1: all but one record in fifty."""
    return linked({"list": whole[0].slice(NEW)})


def test_nothing_changes_where_nothing_changed(whole, first):
    again = linked({"list": whole[0].slice(NEW), "before": first.tables["known"].data})
    assert again.tables["entities"].data.equals(first.tables["entities"].data)
    assert changes(again) == []


def test_a_month_with_one_new_record_in_fifty_changes_only_what_it_must(whole, first):
    table, _ = whole
    second = linked({"list": table, "before": first.tables["known"].data})
    new = set(table.slice(0, NEW)["id"].to_pylist())
    before, now = entity_of(first), entity_of(second)
    touched = {now["list", name] for name in new}
    moved = {key for key in before if now[key] != before[key] and now[key] not in touched}
    parted = {key for key in moved if before[key] not in touched}
    assert len(parted) <= RECORDS / 1_000
    renamed = {before[key] for key in before if now[key] != before[key]}
    assert renamed == {row["former"] for row in changes(second)}


@pytest.fixture(scope="module")
def two_sources(whole):
    table, _ = whole
    half = RECORDS // 2
    return {"police": table.slice(0, half), "council": table.slice(half)}


@pytest.mark.deep
def test_a_source_that_is_missing_is_named_and_its_entities_wait_for_it(two_sources):
    first = linked(two_sources)
    council = {"council": two_sources["council"]}
    second = linked(council | {"before": first.tables["known"].data})
    told = " ".join(getattr(block, "text", "") for block in second.result.blocks)
    assert f"police was linked the last time and is not here: its {RECORDS // 2:,}" in told
    third = linked(two_sources | {"before": second.tables["known"].data})
    was, now = entity_of(first), entity_of(third)
    same = np.mean([was[key] == now[key] for key in was])
    assert same >= 0.995


def test_a_person_may_join_and_part_and_the_change_is_listed(whole, first):
    table = whole[0].slice(NEW)
    found = groups(first)
    pair = next(sorted(group) for group in found.values() if len(group) == 2)
    alone = sorted(next(iter(group)) for group in found.values() if len(group) == 1)[:2]
    rows = [(*pair[0], *pair[1], "no"), (*alone[0], *alone[1], "yes")]
    names = ("table_l", "id_l", "table_r", "id_r", "same")
    decided = pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
    second = linked({"list": table, "decided": decided, "before": first.tables["known"].data})
    now = entity_of(second)
    assert now[pair[0]] != now[pair[1]]
    assert now[alone[0]] == now[alone[1]]
    kinds = {row["kind"] for row in changes(second)}
    assert {"split", "merged"} <= kinds
    review = second.tables["review"].data.to_pylist()
    assert not any({row["id_l"], row["id_r"]} == {pair[0][1], pair[1][1]} for row in review)


def test_a_table_of_another_form_is_refused(whole):
    with pytest.raises(MethodError, match="have no column entity"):
        linked({"list": whole[0], "before": pa.table({"table": ["list"], "id": ["r1"]})})


def test_entities_of_two_runs_in_one_table_are_refused(whole, first):
    known = first.tables["known"].data
    with pytest.raises(MethodError, match="more than once"):
        linked({"list": whole[0], "before": pa.concat_tables([known, known])})
