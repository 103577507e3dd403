"""Through one gate to two engines: the same decision, columns and rows (security case A18)."""

import numpy as np
import pyarrow as pa
import pytest
from drawn import TEXTS, Drawer

from joinedup.core.errors import JoinedupError, MethodError
from joinedup.core.policy import RowFilter
from joinedup.store.access import one_select, open_access
from joinedup.store.engine import Granted, Limits
from joinedup.store.rows import only_rows
from joinedup.store.spark import PROVEN, spark

# py4j leaves its sockets to Java's end to close.
pytestmark = [
    pytest.mark.usefixtures("java"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
CANARY = "ZQX77CANARY"
ONE = Limits(threads=1, memory="1GB")
QUICK, ALL = 10, 50
"""Queries drawn in each scope: all of them are the 200 of case A18."""


def rows(seed, many):
    rng = np.random.default_rng(seed)

    def some(values):
        drawn = rng.integers(-1, len(values), many)
        return [None if place < 0 else values[place] for place in drawn]

    return pa.table(
        {
            "ward": pa.array(some(TEXTS), pa.string()).dictionary_encode(),
            "kind": pa.array(some(TEXTS[:3]), pa.string()),
            "risk": pa.array(some(range(6)), pa.int32()),
            "age": pa.array(some(range(-3, 40, 7)), pa.int64()),
            "name": pa.array([CANARY] * many),
        }
    )


SCOPES = {
    "every column, every row": (("ward", "kind", "risk", "age"), ()),
    "two columns": (("ward", "risk"), ()),
    "rows of two wards": (("ward", "kind", "risk"), [[{"ward": frozenset({"EAST", "Ærø"})}]]),
    "no row": (("ward", "risk", "age"), [[{"kind": frozenset({"none"})}]]),
}


def granted(scope):
    columns, clauses = SCOPES[scope]
    made = {}
    for seed, table in enumerate(("admitted.visits", "derived.places")):
        data = rows(seed, 60 - 20 * seed)
        if clauses:
            data = only_rows(data, list(columns), RowFilter.of(clauses))
        made[table] = Granted(data, columns)
    return made


def told(access, tree):
    """The decision, and what was given: columns, and rows in an order of their own."""
    try:
        found = access.query(tree)
    except JoinedupError as refused:
        return type(refused).__name__, (), ()
    cells = [
        tuple(None if one is None else one if isinstance(one, str) else int(one) for one in row)
        for row in zip(*(column.to_pylist() for column in found.columns), strict=True)
    ]
    return "given", tuple(found.column_names), tuple(sorted(cells, key=repr))


def decisions(scope, many):
    """Draw queries in a scope, hold the engines against each other, give what was decided."""
    columns, _ = SCOPES[scope]
    rng = np.random.default_rng(list(SCOPES).index(scope))
    texts = tuple(name for name in columns if name in {"ward", "kind"})
    numbers = tuple(name for name in columns if name in {"risk", "age"})
    drawer = Drawer(rng, numbers, texts)
    grants, named = granted(scope), {"step": "s", "purpose": "p", "limits": ONE}
    decided = set()
    with (
        open_access(grants, **named) as one,
        open_access(grants, **named, calculates="spark") as other,
    ):
        for _ in range(many):
            sql = drawer.query()
            tree = one_select(sql, where="it")
            said = told(one, tree)
            assert told(other, tree) == said, sql
            assert CANARY not in str(said)
            decided.add(said[0])
    return decided


def test_the_same_select_is_decided_and_answered_alike():
    decided = set().union(*(decisions(scope, QUICK) for scope in SCOPES))
    assert decided == {"given", "MethodError", "ColumnsNotCovered"}


@pytest.mark.deep
@pytest.mark.parametrize("scope", SCOPES)
def test_two_hundred_selects_are_decided_and_answered_alike(scope):
    assert decisions(scope, ALL) == {"given", "MethodError", "ColumnsNotCovered"}


def test_all_that_spark_may_be_asked_is_drawn_and_held_against_duckdb():
    drawer = Drawer(np.random.default_rng(0), ("risk",), ("ward",))
    seen = set()
    for _ in range(800):
        seen |= {type(node) for node in one_select(drawer.query(), where="it").walk()}
    assert set(PROVEN) == seen


@pytest.mark.parametrize(
    "sql",
    [
        "select quantile_cont(v.risk, 0.5) from admitted.visits v",
        "select hash(v.ward) from admitted.visits v",
        "select round(v.risk) from admitted.visits v",
        "select java_method('java.lang.System', 'getenv', 'HOME') from admitted.visits v",
        "select reflect('java.lang.System', 'exit', 3) from admitted.visits v",
        "select v.ward from admitted.visits v order by v.ward limit 1",
    ],
)
def test_what_was_not_held_against_duckdb_is_refused_before_spark_sees_it(sql, accesses):
    with pytest.raises(MethodError, match="not known to give what DuckDB gives"):
        accesses.query(one_select(sql, where="it"))


@pytest.fixture(scope="module")
def accesses():
    grants = granted("two columns")
    with open_access(grants, step="s", purpose="p", limits=ONE, calculates="spark") as access:
        yield access


def test_spark_holds_the_granted_columns_and_rows_and_nothing_else(monkeypatch):
    from pyspark.sql import SparkSession

    handed = []
    real = SparkSession.createDataFrame

    def seen(self, data, *arguments, **named):
        handed.append(data)
        return real(self, data, *arguments, **named)

    monkeypatch.setattr(SparkSession, "createDataFrame", seen)
    grants = granted("rows of two wards")
    with spark(grants, ONE) as session:
        views = [one.name for one in session.catalog.listTables()]
        held = {name: session.table(name).toArrow() for name in views}
    assert [table.column_names for table in handed] == [["ward", "kind", "risk"]] * 2
    assert sorted(map(len, held.values())) == sorted(map(len, handed))
    for table in (*handed, *held.values()):
        assert CANARY not in str(table.to_pydict())
        assert set(table["ward"].to_pylist()) <= {"EAST", "Ærø"}


def test_a_grant_without_columns_tells_spark_the_number_of_rows_alone():
    grants = {"admitted.visits": Granted(rows(0, 7), ())}
    count = one_select("select count(*) as n from admitted.visits", where="it")
    with open_access(grants, step="s", purpose="p", limits=ONE, calculates="spark") as access:
        assert access.query(count).to_pydict() == {"n": [7]}
