"""Where the records are, and who may open them."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from joinedup.core.errors import ProjectError, RecordsError
from joinedup.records.home import connect, transaction

CANARY = "ZQX77CANARY"


def pragma(name: str) -> object:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"pragma {name}")
        return cursor.fetchall()[0][0]


def test_a_home_is_made_for_its_owner_alone(sqlite_home):
    assert stat.S_IMODE(sqlite_home.stat().st_mode) == 0o700
    assert stat.S_IMODE((sqlite_home / "records.sqlite3").stat().st_mode) == 0o600


@pytest.mark.usefixtures("sqlite_home")
def test_sqlite_keeps_what_it_has_acknowledged():
    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2  # FULL
    assert pragma("foreign_keys") == 1


def test_two_homes_in_one_process_know_nothing_of_each_other(sqlite_home, tmp_path):
    from joinedup.records import ledger

    with transaction():
        ledger.append("first", actor="ana", facts={})
    connect(tmp_path / "other")
    assert list(ledger.events()) == []
    connect(sqlite_home)
    assert [event.kind for event in ledger.events()] == ["first"]


def test_what_fails_in_a_transaction_leaves_nothing(home):
    from joinedup.records import ledger

    def half_a_deed():
        with transaction():
            ledger.append("first", actor="ana", facts={})
            raise KeyError

    assert home.is_dir()
    with pytest.raises(KeyError):
        half_a_deed()
    assert list(ledger.events()) == []
    assert ledger.verify().ok


def test_opening_again_changes_no_byte(sqlite_home):
    from django.db import connection

    connection.close()
    before = (sqlite_home / "records.sqlite3").read_bytes()
    connect(sqlite_home)
    connection.close()
    assert (sqlite_home / "records.sqlite3").read_bytes() == before


@pytest.mark.usefixtures("home")
def test_the_migrations_make_the_tables_that_the_models_describe():
    from django.core.management import call_command

    call_command("makemigrations", "records", check=True, dry_run=True, verbosity=0)


@pytest.mark.usefixtures("home")
def test_records_of_a_newer_version_are_refused():
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    from joinedup.records.home import _missing_migrations

    MigrationRecorder(connection).record_applied("records", "0999_from_the_future")
    with pytest.raises(RecordsError, match="newer Joinedup"):
        _missing_migrations()


@pytest.mark.parametrize(
    "address", [f"mysql://u:{CANARY}@host/name", CANARY, f"postgres://u:{CANARY}@[bad"]
)
def test_an_address_that_is_not_postgresqls_is_refused_without_repeating_it(
    address, tmp_path, monkeypatch
):
    monkeypatch.setenv("DATABASE_URL", address)
    with pytest.raises(ProjectError) as caught:
        connect(tmp_path / "home")
    assert CANARY not in str(caught.value)


def test_a_database_that_does_not_answer_is_refused_without_its_password(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"postgres://u:{CANARY}@/name?host={tmp_path}")
    with pytest.raises(RecordsError) as caught:
        connect(tmp_path / "home")
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 400], ids=["empty", "text"])
def test_a_file_that_is_no_database_is_refused_or_filled_never_a_traceback(
    content, tmp_path, monkeypatch
):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    home = tmp_path / "home"
    home.mkdir()
    (home / "records.sqlite3").write_bytes(content)
    if content:
        with pytest.raises(RecordsError):
            connect(home)
        assert (home / "records.sqlite3").read_bytes() == content
    else:
        connect(home)
    from django.db import connection

    connection.close()


def test_a_home_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ProjectError, match="cannot be made"):
        connect(tmp_path / "file" / "home")


def test_processes_that_open_a_new_home_at_once_all_succeed(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    script = (
        "import sys; from pathlib import Path; from joinedup.records.home import connect;"
        "connect(Path(sys.argv[1])); from joinedup.records.ledger import verify;"
        "sys.exit(not verify().ok)"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "home")]
    opening = [subprocess.Popen(command) for _ in range(3)]
    assert [process.wait(timeout=60) for process in opening] == [0, 0, 0]


def test_nothing_of_django_is_loaded_before_it_is_needed():
    script = (
        "import sys, joinedup, joinedup.records, joinedup.records.home, joinedup.store.lake;"
        "sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_the_settings_name_a_database_only_for_the_type_checker():
    from joinedup.records import settings

    assert settings.DATABASES["default"]["NAME"] == ":memory:"
    assert Path(settings.__file__).name == "settings.py"
