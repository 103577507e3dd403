"""What a new file changes, on tables you can check by eye."""

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.sources import Effect, effect


def homes(*rows, names=("home", "rooms", "rent")):
    columns = list(zip(*rows, strict=True)) if rows else [[] for _ in names]
    kinds = [pa.string(), *[pa.int64()] * (len(names) - 1)]
    return pa.table([pa.array(c, k) for c, k in zip(columns, kinds, strict=True)], list(names))


BEFORE = homes(("a", 1, 10), ("b", 2, 20), ("c", None, 30), ("d", 4, 40))


def test_rows_are_matched_by_their_key_and_cells_are_counted_by_field():
    after = homes(("e", 5, 50), ("c", 3, 30), ("b", None, 21), ("a", 1, 10))
    assert effect(BEFORE, after, ["home"]) == Effect(
        before=4, after=4, added=1, gone=1, changed=2, cells={"rooms": 2, "rent": 1}
    )


def test_without_a_key_rows_are_compared_whole_and_as_often_as_they_are_there():
    twice = homes(("a", 1, 10), ("a", 1, 10), ("b", None, 20))
    after = homes(("b", None, 20), ("b", None, 20), ("a", 1, 11))
    assert effect(twice, after, []) == Effect(before=3, after=3, added=2, gone=2)


def test_a_key_of_two_fields_names_a_row_only_as_a_whole():
    before, after = homes(("a", 1, 10), ("a", 2, 20)), homes(("a", 1, 20), ("b", 2, 20))
    assert effect(before, after, ["home", "rooms"]) == Effect(
        before=2, after=2, added=1, gone=1, changed=1, cells={"rent": 1}
    )


@pytest.mark.parametrize("key", [["home"], []])
def test_the_same_rows_in_another_order_are_only_reordered(key):
    found = effect(BEFORE, BEFORE.take([3, 0, 1, 2]), key)
    assert found == Effect(before=4, after=4, added=0, gone=0, reordered=True)
    assert not found.nothing
    assert effect(BEFORE, BEFORE, key).nothing


def test_fields_that_come_go_or_change_their_type_are_named_and_not_compared():
    after = pa.table({"home": ["a", "b"], "rooms": ["1", "2"], "tenure": ["x", "y"]})
    assert effect(BEFORE, after, ["home"]) == Effect(
        before=4,
        after=2,
        added=0,
        gone=2,
        fields_added=("tenure",),
        fields_gone=("rent",),
        fields_retyped=("rooms",),
    )


def test_rows_are_compared_whole_if_the_key_was_not_there_or_was_of_another_type():
    before = BEFORE.drop_columns("home")
    assert effect(before, BEFORE, ["home"]) == Effect(
        before=4, after=4, added=0, gone=0, fields_added=("home",)
    )
    numbered = pa.table({"home": [1, 2]})
    assert effect(numbered, BEFORE.select(["home"]), ["home"]) == Effect(
        before=2, after=4, added=4, gone=2, fields_retyped=("home",)
    )


def test_the_version_before_may_be_an_opened_dataset(tmp_path):
    pq.write_table(BEFORE, tmp_path / "part.parquet")
    opened = ds.dataset(tmp_path / "part.parquet")
    assert effect(opened, BEFORE.slice(1), ("home",)).gone == 1
    assert effect(opened, BEFORE.slice(1), []).gone == 1


def test_what_the_records_keep_is_plain():
    import json

    found = effect(BEFORE, BEFORE.slice(1), ["home"]).as_json()
    assert json.loads(json.dumps(found)) == found


ROWS = st.dictionaries(
    st.sampled_from("abcdef"), st.tuples(st.integers(0, 2) | st.none(), st.integers(0, 2))
)


def table_of(rows):
    return homes(*[(home, *cells) for home, cells in rows.items()])


@given(before=ROWS, after=ROWS)
def test_the_counts_are_those_of_counting_by_hand(before, after):
    found = effect(table_of(before), table_of(after), ["home"])
    stayed = before.keys() & after.keys()
    assert (found.before, found.after) == (len(before), len(after))
    assert found.added == len(after.keys() - before.keys())
    assert found.gone == len(before.keys() - after.keys())
    assert found.changed == sum(before[home] != after[home] for home in stayed)
    for place, name in enumerate(("rooms", "rent")):
        want = sum(before[home][place] != after[home][place] for home in stayed)
        assert found.cells.get(name, 0) == want


@given(before=ROWS, after=ROWS)
def test_rows_before_and_added_are_rows_after_and_gone(before, after):
    for key in (["home"], []):
        there = effect(table_of(before), table_of(after), key)
        back = effect(table_of(after), table_of(before), key)
        assert there.before + there.added == there.after + there.gone
        assert (there.added, there.gone, dict(there.cells)) == (back.gone, back.added, back.cells)
