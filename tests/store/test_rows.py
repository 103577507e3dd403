"""Only the granted rows: the same ones that the filter names when it is read plainly."""

from datetime import date

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.core.errors import MethodError
from joinedup.core.policy import RowFilter
from joinedup.store.engine import Granted, engine
from joinedup.store.rows import only_rows

VALUES = ("EAST", "WEST", "N'ORTH\"; --", "")
alternatives = st.dictionaries(
    st.sampled_from(("ward", "kind")), st.frozensets(st.sampled_from(VALUES)), max_size=2
)
filters = st.lists(st.lists(alternatives, max_size=3), max_size=3).map(RowFilter.of)
tables = st.lists(st.tuples(*(st.none() | st.sampled_from(VALUES) for _ in "ab")), max_size=12).map(
    lambda rows: pa.table(
        {
            "n": pa.array(range(len(rows)), pa.int64()),
            "ward": pa.array([one for one, _ in rows], pa.string()),
            "kind": pa.array([two for _, two in rows], pa.string()),
        }
    )
)


def plainly(table, rows):
    """The numbers of the rows that the filter holds for, told row by row."""
    return [row["n"] for row in table.to_pylist() if rows.holds(row)]


@given(tables, filters)
def test_the_rows_are_those_that_the_filter_holds_for(table, rows):
    assert only_rows(table, ["n"], rows)["n"].to_pylist() == plainly(table, rows)


@given(tables, filters, filters)
def test_both_filters_together_give_the_rows_that_are_in_both(table, one, other):
    both = set(plainly(table, one)) & set(plainly(table, other))
    assert set(only_rows(table, ["n"], one & other)["n"].to_pylist()) == both


@given(st.lists(st.lists(alternatives, max_size=3), max_size=3), st.randoms())
def test_the_order_of_clauses_does_not_matter(clauses, chance):
    mixed = [chance.sample(clause, len(clause)) for clause in clauses]
    chance.shuffle(mixed)
    assert RowFilter.of(mixed) == RowFilter.of(clauses)
    assert RowFilter.of(clauses) & RowFilter.of(mixed) == RowFilter.of(clauses)


def test_a_dataset_on_disk_gives_the_same_rows_and_the_engine_finds_no_others(tmp_path):
    table = pa.table({"n": [1, 2, 3], "ward": ["EAST", "WEST", None]})
    pq.write_table(table, tmp_path / "homes.parquet")
    rows = RowFilter.of([[{"ward": frozenset({"EAST"})}]])
    kept = only_rows(ds.dataset(tmp_path / "homes.parquet"), ["n"], rows)
    with engine({"homes": Granted(kept, ("n",))}) as connection:
        assert connection.execute("select * from homes").fetchall() == [(1,)]
        assert connection.execute("select count(*) from _source_0").fetchall() == [(1,)]


@pytest.mark.parametrize(
    ("values", "kind", "wanted"),
    [
        ([5, 6], pa.int32(), "5"),
        ([date(2026, 3, 1), date(2026, 3, 2)], pa.date32(), "2026-03-01"),
        ([True, False], pa.bool_(), "true"),
        (["EAST", "WEST"], pa.dictionary(pa.int8(), pa.string()), "EAST"),
    ],
)
def test_a_value_is_read_as_the_columns_own_type(values, kind, wanted):
    table = pa.table({"n": [1, 2], "by": pa.array(values, kind)})
    rows = RowFilter.of([[{"by": frozenset({wanted, "no such value"})}]])
    assert only_rows(table, ["n"], rows)["n"].to_pylist() == [1]


def test_a_column_that_rows_are_chosen_by_and_that_is_not_there_gives_none():
    with pytest.raises(MethodError, match="rows are granted by ward"):
        only_rows(pa.table({"n": [1]}), ["n"], RowFilter.of([[{"ward": frozenset({"EAST"})}]]))
