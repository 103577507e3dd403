"""Where an event cannot be written it is refused within five seconds, and heals by itself."""

import shutil
import sqlite3
import subprocess
import time
from contextlib import contextmanager

import pytest
from traced import needs_strace, traced

from joinedup.core.errors import AuditUnavailable
from joinedup.records.home import connect, transaction

SOON = 5.0
WRITER = """
import sys, time
from pathlib import Path
from joinedup.records.home import connect
from joinedup.core.errors import AuditUnavailable
connect(Path(sys.argv[1]))
from joinedup.records.together import record
for number in range(int(sys.argv[2])):
    try:
        print(record(Path(sys.argv[1]), "test", actor="ana", facts={"n": number}), flush=True)
    except AuditUnavailable as refusal:
        print(refusal.word, refusal.problems[0].what, flush=True)
"""


def refused(home):
    """What is said of an event that cannot be written, alone and with its row, and how soon."""
    from joinedup.records import ledger
    from joinedup.records.together import record

    said = []
    for write in (
        lambda: record(home, "test", actor="refused"),
        lambda: in_transaction(ledger),
    ):
        began = time.monotonic()
        with pytest.raises(AuditUnavailable) as caught:
            write()
        said.append(str(caught.value))
        assert time.monotonic() - began < SOON
        assert caught.value.as_json()["word"] == "audit_unavailable"
    return " ".join(said)


def in_transaction(ledger):
    with transaction():
        ledger.append("test", actor="refused")


def healed(home, number):
    """The next event is written, no refused one ever was, and the chain is whole."""
    from joinedup.records import ledger
    from joinedup.records.together import record

    assert record(home, "test", actor="ana") == number
    assert ledger.verify().ok
    assert {event.actor for event in ledger.events()} == {"ana"}


def first(home):
    from joinedup.records.together import record

    assert record(home, "test", actor="ana") == 1


@pytest.mark.parametrize("mode", ["immediate", "exclusive"])
def test_a_ledger_that_another_holds_locked(sqlite_home, mode):
    first(sqlite_home)
    with sqlite3.connect(sqlite_home / "records.sqlite3", isolation_level=None) as other:
        other.execute(f"begin {mode}")
        assert "it is locked" in refused(sqlite_home)
        other.execute("rollback")
    other.close()
    healed(sqlite_home, 2)


def test_a_lead_that_another_holds(home):
    import fcntl

    from joinedup.records.together import record

    first(home)
    with (home / "waiting/.lead").open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        began = time.monotonic()
        with pytest.raises(AuditUnavailable, match="holds the lead"):
            record(home, "test", actor="refused")
        assert time.monotonic() - began < SOON
    healed(home, 2)


@contextmanager
def small_disk(folder, options):
    """A disk of its own in memory, which only the administrator can mount."""
    folder.mkdir()
    mount = shutil.which("mount") or "mount"
    command = [mount, "-t", "tmpfs", "-o", options, "joinedup-test", str(folder)]
    done = subprocess.run(command, check=False, capture_output=True)
    if done.returncode:
        pytest.skip("a small disk cannot be mounted here (root only)")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S607 - in any PATH


@pytest.fixture
def disk(tmp_path, monkeypatch):
    """A home on a disk of eight megabytes."""
    from django.db import connection

    from joinedup.records import waiting

    monkeypatch.delenv("DATABASE_URL", raising=False)
    with small_disk(tmp_path / "disk", "size=8m"):
        home = tmp_path / "disk" / "home"
        connect(home)
        first(home)
        yield home
        waiting.give_up()
        connection.close()


def fill(path):
    with path.open("wb", buffering=0) as filling:
        while True:
            filling.write(bytes(4096))


@pytest.mark.usefixtures("sqlite_home")
def test_a_disk_that_is_full(disk):
    from joinedup.records import waiting

    with pytest.raises(OSError, match="No space"):
        fill(disk.parent / "filling")
    for place in ("in its seat", "without one"):
        assert "the disk is full" in refused(disk), place
        waiting.give_up()
    (disk.parent / "filling").unlink()
    healed(disk, 2)


@pytest.mark.usefixtures("sqlite_home")
def test_a_disk_that_may_only_be_read(disk):
    from django.db import connection

    def remount(how):
        command = ["mount", "-o", f"remount,{how}", str(disk.parent)]
        return subprocess.run(command, check=False, capture_output=True).returncode

    from joinedup.records import waiting

    waiting.give_up()
    connection.close()
    if remount("ro"):
        pytest.skip("a disk cannot be made read-only here")
    assert "only be read" in refused(disk) or "cannot be opened" in refused(disk)
    connection.close()
    assert remount("rw") == 0
    healed(disk, 2)


@pytest.mark.parametrize(
    ("call", "error"),
    [("pwrite64", "ENOSPC"), ("pwrite64", "EIO"), ("fdatasync", "EIO")],
)
def test_a_disk_that_gives_an_error(sqlite_home, tmp_path, call, error):
    """The error comes at each call on the database and its log, once the records are open."""
    from django.db import connection

    needs_strace()
    first(sqlite_home)
    connection.close()
    paths = (sqlite_home / "records.sqlite3-wal",)
    rules = (f"trace={call}", f"inject={call}:error={error}:when=1..2")
    said_by = (WRITER, str(sqlite_home), "4")
    code, said = traced(*said_by, rules=rules, log=tmp_path / "log", paths=paths)
    lines = said.splitlines()
    assert code == 0
    assert lines[0].startswith("audit_unavailable"), lines
    assert lines[-1].isdigit(), lines
    told = [int(line) for line in lines if line.isdigit()]
    from joinedup.records import ledger

    assert ledger.verify().ok
    events = {event.seq: event.facts for event in ledger.events()}
    assert sorted(events) == list(range(1, len(events) + 1))
    assert [events[seq]["n"] for seq in told] == list(range(4))[-len(told) :]


def test_a_postgresql_that_is_stopped_and_started_again(tmp_path, monkeypatch, own_postgres):
    from django.db import connection

    server = own_postgres()
    try:
        server.psql("create database records;")
        monkeypatch.setenv("DATABASE_URL", server.get_uri(database="records"))
        home = tmp_path / "home"
        connect(home)
        first(home)
        server.cleanup()
        assert "does not answer" in refused(home)
        server = own_postgres()
        healed(home, 2)
    finally:
        connection.close()
        server.cleanup()
