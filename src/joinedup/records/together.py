"""How do many writers, threads and processes, share one commit to the disk?

1. A writer lays its event into `<home>/waiting/` as a file that it holds locked, and tries to
   take the one lock of the lead.
2. Whoever takes it leads: it chains the events of all who wait, in one transaction, and when the
   disk has it, writes each one's number into that one's file.
3. The others look into their file until the number is there, or the lead is free to take. Nobody
   is told of a number before the commit.

A file whose writer has died is not locked, and is swept. A leader that dies after its commit has
left a note of it under the lock, so the next tells those who wait instead of writing twice.
"""

import fcntl
import json
import os
import secrets
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import Error, connection

from joinedup.core.errors import RecordsError
from joinedup.records.home import transaction
from joinedup.records.ledger import Entry, append_all, entry
from joinedup.records.models import LedgerEvent

WAITING = "waiting"
LOCK = ".lead"
UNREADY = ".new"
MOST = 500
"""Events in one commit; who finds more waiting leaves them to the next leader."""
LOOK_SECONDS = 0.001
LONGEST_WAIT_SECONDS = 5
LINGER_SECONDS = 0.002
"""A leader that is not alone waits this long for more to come; one that is alone, not at all."""


def record(
    home: Path,
    kind: str,
    *,
    actor: str,
    subject: str = "",
    facts: Mapping[str, Any] | None = None,
) -> int:
    """Add an event and come back when it is on the disk; gives its number.

    For what is told on its own, such as a reading; what is told of a row goes with the row, by
    `ledger.append`. The calling thread has its own connection, which it closes when it ends.

    Raises:
        RecordsError: called inside a transaction, the facts are too long, or the event could not
            be written. It is then not acknowledged, though it may come to be written where another
            led; what it tells of must not be done.
    """
    if connection.in_atomic_block:
        raise RecordsError(
            "an event that must be on the disk at once cannot wait for a transaction.",
            fix="call ledger.append inside a transaction, or record outside it.",
            where="ledger",
        )
    said = entry(kind, actor=actor, subject=subject, facts=facts)
    folder = home / WAITING
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        with _laid(folder, said) as mine:
            number = _wait_or_lead(folder, mine)
    except (Error, sqlite3.Error, OSError) as error:
        raise _unwritten(type(error).__name__) from error
    return number


@dataclass(frozen=True, slots=True)
class _Laid:
    """One's own file: the event, and once it is on the disk, the number."""

    name: str
    descriptor: int

    def number(self) -> int | None:
        """The number that a leader wrote behind the event."""
        content = os.pread(self.descriptor, os.fstat(self.descriptor).st_size, 0)
        _event, number, _rest = (*content.split(b"\n"), b"", b"")[:3]
        return int(number) if number else None


@contextmanager
def _laid(folder: Path, said: Entry) -> Iterator[_Laid]:
    """The event as a file, locked for as long as its writer waits, then removed."""
    name = secrets.token_hex(16)
    unready, ready = folder / (name + UNREADY), folder / name
    descriptor = os.open(unready, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        _write_all(descriptor, json.dumps(asdict(said)).encode() + b"\n")
        unready.rename(ready)
        yield _Laid(name, descriptor)
    finally:
        unready.unlink(missing_ok=True)
        ready.unlink(missing_ok=True)
        os.close(descriptor)


def _wait_or_lead(folder: Path, mine: _Laid) -> int:
    """Look for one's number and for the lead in turn, until one of them comes."""
    began = time.monotonic()
    lock = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        while (number := mine.number()) is None:
            if _taken(lock):
                _tell_of_a_broken_off_lead(folder, lock)
                if mine.number() is None:
                    _lead(folder, lock, mine.name)
            elif time.monotonic() - began > LONGEST_WAIT_SECONDS:
                raise _unwritten("another writer holds the lead")
            else:
                time.sleep(LOOK_SECONDS)
        return number
    finally:
        os.close(lock)


def _lead(folder: Path, note: int, mine: str) -> None:
    """Write the events of all who wait in one transaction, then tell each its number."""
    waiting = _waiting(folder, mine)
    if len(waiting) > 1:
        time.sleep(LINGER_SECONDS)
        waiting = _waiting(folder, mine)
    with transaction():
        _require_durable()
        added = append_all([said for _, said in waiting])
        numbers = {name: event.seq for (name, _), event in zip(waiting, added, strict=True)}
        _write_note(note, {"hash": added[-1].hash, "last": added[-1].seq, "numbers": numbers})
    _tell(folder, numbers)
    os.ftruncate(note, 0)


def _waiting(folder: Path, mine: str) -> list[tuple[str, Entry]]:
    """The leader's own event and those of others who live, `MOST` at once; the dead are swept."""
    found = []
    others = (name for name in os.listdir(folder) if name not in {mine, LOCK})  # noqa: PTH208 - quick
    for name in (mine, *others):
        if name.endswith(UNREADY):
            continue
        with _opened(folder / name) as descriptor:
            if descriptor is None:
                continue
            if _taken(descriptor):
                (folder / name).unlink(missing_ok=True)
                continue
            text, _, number = os.pread(descriptor, os.fstat(descriptor).st_size, 0).partition(b"\n")
            if not number:
                found.append((name, Entry(**json.loads(text))))
        if len(found) == MOST:
            break
    return found


@contextmanager
def _opened(path: Path) -> Iterator[int | None]:
    """A waiting file; None if its writer has just gone."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND)
    except FileNotFoundError:
        yield None
        return
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    """Whether the lock of a file could be taken: nobody who lives holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _tell(folder: Path, numbers: Mapping[str, int]) -> None:
    for name, number in numbers.items():
        with _opened(folder / name) as descriptor:
            if descriptor is not None and _Laid(name, descriptor).number() is None:
                _write_all(descriptor, b"%d\n" % number)


def _tell_of_a_broken_off_lead(folder: Path, note: int) -> None:
    """If the leader before died at work: was its commit made? Then tell those who wait."""
    text = os.pread(note, os.fstat(note).st_size, 0)
    if not text:
        return
    try:
        lead = json.loads(text)
    except ValueError:
        lead = None  # it died while it wrote the note, so before its commit
    if lead and LedgerEvent.objects.filter(seq=lead["last"], hash=lead["hash"]).exists():
        _tell(folder, lead["numbers"])
    os.ftruncate(note, 0)


def _write_note(note: int, lead: Mapping[str, Any]) -> None:
    os.ftruncate(note, 0)
    os.lseek(note, 0, os.SEEK_SET)
    _write_all(note, json.dumps(lead).encode())


def _write_all(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]


def _require_durable() -> None:
    """PostgreSQL may be set to answer before the disk has it; not for the ledger."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("set local synchronous_commit to on")


def _unwritten(why: str) -> RecordsError:
    return RecordsError(
        f"the event could not be written ({why}), so nothing was done.",
        fix="see that the disk has room and the database runs, then do it again.",
        where="ledger",
    )
