"""An Access cannot reach a column, table or file that was not granted. The canary says so."""

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from sqlglot import parse_one

from joinedup.core.errors import ColumnsNotCovered, ProjectError
from joinedup.store.access import one_select, open_access, tables_read
from joinedup.store.engine import Granted, Limits, engine

CANARY = "ZQX77CANARY"
ROWS = pa.table({"visit": ["v1", "v2"], "name": [CANARY, CANARY], "risk": [1, 2]})
ONE = Limits(threads=1, memory="500MB")


@pytest.fixture(params=["table", "dataset"])
def data(request, tmp_path):
    """The rows in memory, and as a part of the lake."""
    pq.write_table(ROWS, tmp_path / "part.parquet")
    return ROWS if request.param == "table" else ds.dataset([str(tmp_path / "part.parquet")])


@pytest.fixture
def access(data):
    """May read two of the three columns of visits."""
    grants = {"admitted.visits": Granted(data, ("visit", "risk"))}
    with open_access(grants, step="rank", purpose="inspection", limits=ONE) as opened:
        yield opened


def test_what_was_granted_can_be_read(access):
    assert access.tables == ("admitted.visits",)
    assert access.columns("admitted.visits") == ("visit", "risk")
    assert access.table("admitted.visits").column_names == ["visit", "risk"]
    assert access.table("admitted.visits", ("risk",)).to_pydict() == {"risk": [1, 2]}
    chosen = one_select("select sum(risk) as total from admitted.visits", where="it")
    assert access.query(chosen).to_pydict() == {"total": [3]}


def test_another_column_is_refused_by_name(access):
    with pytest.raises(ColumnsNotCovered, match=r"admitted\.visits\.name"):
        access.table("admitted.visits", ("visit", "name"))


def test_another_table_is_refused_by_name(access):
    for ask in (access.columns, access.table):
        with pytest.raises(ColumnsNotCovered, match=r"admitted\.other"):
            ask("admitted.other")
    with pytest.raises(ColumnsNotCovered, match=r"admitted\.other"):
        access.query(one_select("select * from admitted.other", where="it"))


REACHES = [
    "select name from admitted.visits",
    "select * from _source_0",
    "select * from temp._source_0",
    "select * from main._source_0",
    "select * from _source_0 where 1 in (with _source_0 as (select 1 x) select x from _source_0)",
    "select * from _source_0 z, lateral (with _source_0 as (select 1 x) from _source_0)",
    "select * from 'PART'",
    "select * from read_parquet('PART')",
    "select * from parquet_scan('PART')",
    "select content from read_text('PART')",
    "select content from read_blob('PART')",
    "select * from glob('/*')",
    "from query('select * from _source_0')",
    "select * from query_table('_source_0')",
    "select (select name from admitted.visits limit 1)",
    "select columns('na.*') from admitted.visits",
    "select * from admitted.visits union all by name select * from _source_0",
    "select getenv('HOME')",
    "select sql from duckdb_views()",
    "select * from ROWS",
]


@pytest.mark.parametrize("sql", REACHES)
def test_no_select_brings_out_what_was_not_granted(access, sql, tmp_path):
    """Straight at the handle, without the check a definition has first."""
    text = sql.replace("PART", str(tmp_path / "part.parquet"))
    try:
        found = str(access.query(parse_one(text, dialect="duckdb")).to_pydict())
    except Exception as refusal:  # noqa: BLE001 - any refusal will do, if it tells nothing
        found = str(refusal)
    assert CANARY not in found


@pytest.mark.parametrize("sql", REACHES)
def test_the_engine_itself_holds_nothing_else(data, sql, tmp_path):
    """Even if every check above it failed."""
    import duckdb

    grants = {"admitted.visits": Granted(data, ("visit", "risk"))}
    with engine(grants, ONE) as connection:
        try:
            rows = connection.execute(sql.replace("PART", str(tmp_path / "part.parquet")))
            found = str(rows.fetchall())
        except duckdb.Error as refusal:
            found = str(refusal)
    assert CANARY not in found


@pytest.mark.parametrize(
    "sql",
    [
        "copy admitted.visits to 'OUT'",
        "attach 'OUT' as other",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "export database 'OUT'",
        "create secret (type s3)",
    ],
)
def test_the_engine_writes_no_file_and_keeps_its_locks(data, sql, tmp_path):
    import duckdb

    before = sorted(path.name for path in tmp_path.iterdir())
    text = sql.replace("OUT", str(tmp_path / "out"))
    grants = {"admitted.visits": Granted(data, ("visit",))}
    with engine(grants, ONE) as connection, pytest.raises(duckdb.Error):
        connection.execute(text)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_grant_without_columns_tells_the_number_of_rows_alone(data):
    with open_access({"admitted.visits": Granted(data, ())}, step="s", purpose="p") as access:
        count = access.query(one_select("select count(*) as n from admitted.visits", where="it"))
        assert count.to_pydict() == {"n": [2]}
        every = access.query(one_select("select * from admitted.visits", where="it"))
        assert CANARY not in str(every.to_pydict())


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "select 1; select 2",
        "drop table a",
        "insert into a select 1",
        "create table a as select 1",
        "copy a to 'b'",
        "select * from read_csv('/etc/passwd')",
        "with x as (select * from read_csv('/etc/passwd')) select * from x",
        "attach 'a'",
        "pragma version",
        "set threads = 1",
        "selec 1",
        "select (",
    ],
)
def test_a_definition_that_is_not_one_select_is_refused(sql):
    with pytest.raises(ProjectError) as caught:
        one_select(sql, where="definitions/cohort.sql")
    assert caught.value.problems[0].where == "definitions/cohort.sql"


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("select * from admitted.a join linked.b using (k)", ("admitted.a", "linked.b")),
        ("with a as (select * from admitted.a) select * from a", ("admitted.a",)),
        ("select * from a where 1 in (with a as (select 1 x) select x from a)", ("a",)),
        ("with a as (select 1), b as (select * from a) select * from b", ()),
        ("select * from admitted.a union select * from admitted.b", ("admitted.a", "admitted.b")),
        ("select (select max(x) from admitted.c) from admitted.a", ("admitted.a", "admitted.c")),
    ],
)
def test_the_tables_a_select_reads_are_named_without_its_own_parts(sql, tables):
    assert tables_read(one_select(sql, where="it")) == tables
