"""Is a home the same in SQLite and in PostgreSQL, and back again?"""

import sys
from pathlib import Path

import pytest
from recovery_place import close, tree

sys.path.insert(0, str(Path(__file__).parents[1]))
from records.conftest import NUMBERS, postgres

__all__ = ["postgres"]


@pytest.fixture
def address(postgres):
    """A PostgreSQL with nothing in it."""
    import psycopg

    name = f"restored_{next(NUMBERS)}"
    with psycopg.connect(postgres.replace("/template_records", "/postgres")) as direct:
        direct.autocommit = True
        direct.execute(f"create database {name}".encode())
        yield postgres.replace("/template_records", f"/{name}")
        close()
        direct.execute(f"drop database {name} with (force)".encode())


def says(home):
    """Digest of every table of the records, and the ledger's end."""
    from joinedup.records import dump
    from joinedup.records.home import connect

    connect(home)
    with dump.snapshot() as moment:
        tables, end = dump.write(moment, lambda _line: None)
    close()
    return {one.table: (one.rows, one.digest) for one in tables}, end


ADDED = {"records_ledgerevent", "records_ledgerhead"}


def test_a_home_goes_from_sqlite_to_postgresql_and_back_row_by_row(place, address, monkeypatch):

    place.backup()
    monkeypatch.setenv("DATABASE_URL", address)
    moved = place.restore().facts()
    rows, end = says(place.new)
    monkeypatch.delenv("DATABASE_URL")
    before, was = says(place.home)
    # Since its backup, the first has the event of that backup; the second that of its recovery.
    assert end.events == was.events == moved["events"] + 1
    assert {t: d for t, d in rows.items() if t not in ADDED} == {
        t: d for t, d in before.items() if t not in ADDED
    }
    monkeypatch.setenv("DATABASE_URL", address)
    assert place.say("audit", "verify", "--home", place.new).code == 0
    assert place.run("fsck", "--json", home=place.new).facts()["ok"]
    again = place.restore().facts()
    assert again["already"]
    there = place.say("audit", "show", "--last", "999", "--home", place.new, "--json").out
    second = place.folder / "second"
    assert place.say("backup", second, "--home", place.new, "--json").code == 0
    monkeypatch.delenv("DATABASE_URL")
    back = place.folder / "back"
    words = ("--home", back, "--keys", place.folder / "new.keys", "--reason", "back")
    assert place.say("restore", second, *words).code == 0
    chain = place.say("audit", "show", "--last", "999", "--home", back, "--json").out
    told = there.splitlines()
    assert len(told) >= end.events
    assert chain.splitlines()[: len(told)] == told
    assert tree(back / "lake") == tree(place.home / "lake")
    after, _ = says(back)
    assert {t: d for t, d in after.items() if t not in ADDED} == {
        t: d for t, d in before.items() if t not in ADDED
    }
    place.deliver(41, home=back)


def test_a_database_that_holds_records_is_refused_and_not_touched(place, address, monkeypatch):
    place.backup()
    monkeypatch.setenv("DATABASE_URL", address)
    assert place.restore().code == 0
    before = says(place.new)
    assert place.restore(home=place.folder / "another").code == 10
    assert not (place.folder / "another").exists()
    assert says(place.new) == before


def test_a_restore_that_fails_leaves_the_database_as_it_was(place, address, monkeypatch):
    from joinedup.store.backup import restore

    place.backup()
    monkeypatch.setenv("DATABASE_URL", address)

    def fail(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restore._Work, "recovered", fail)
    assert place.restore().code == 60
    monkeypatch.undo()
    monkeypatch.delenv("JOINEDUP_KEYS", raising=False)
    monkeypatch.setenv("DATABASE_URL", address)
    assert place.restore().code == 0
    place.deliver(41, home=place.new)


def test_every_column_of_the_records_is_one_that_a_dump_can_tell(place):
    from django.db import models as fields

    from joinedup.records import dump
    from joinedup.records.home import connect

    connect(place.home)
    plain = (fields.TextField, fields.IntegerField, fields.BooleanField, fields.ForeignKey)
    kinds = (*plain, fields.JSONField, fields.BinaryField)
    for model in dump.models():
        for field in model._meta.concrete_fields:
            assert isinstance(field, kinds), field
            assert field.column == field.attname, field
            assert not field.null or not isinstance(field, fields.JSONField), field
