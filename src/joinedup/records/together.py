"""How do many writers, threads and processes, share one commit to the disk?

1. A writer lays its event into `<home>/waiting/` as a file that it holds locked, and tries to
   take the one lock of the lead.
2. Whoever takes it leads: it chains the events of all who wait, in one transaction, and when the
   disk has it, writes each one's number into that one's file.
3. The others sleep until their bell rings, and look: the number is there, or the lead is free to
   take. Nobody is told of a number before the commit.

A bell is only a hint (a named pipe): without it a sleeper looks by itself a little later. A file
whose writer has died is not locked, and is swept. A leader that dies after its commit has left a
note of it under the lock, so the next tells those who wait instead of writing twice.
"""

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.db import Error, connection

from joinedup.core.errors import AuditUnavailable, RecordsError
from joinedup.records import trouble, waiting
from joinedup.records.home import transaction
from joinedup.records.ledger import Entry, append_all, entry
from joinedup.records.models import LedgerEvent
from joinedup.records.waiting import Place, Seat

MOST = 500
"""Events in one commit; who finds more waiting leaves them to the next leader."""
LONGEST_WAIT_SECONDS = 3.0
LOOK_SECONDS = 0.02
LINGER_SECONDS = 0.008
"""A leader waits at most this long for those who waited the last time; one alone, not at all."""
PEEP_SECONDS = 0.0005
LATE_SECONDS = 0.5
"""Who comes to the lead later than this leaves the database less time to answer."""
HURRY, EASE = "PRAGMA busy_timeout = 500", "PRAGMA busy_timeout = 3000"


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
    Comes back, or refuses, within five seconds.

    Raises:
        AuditUnavailable: the event could not be written. It is then not acknowledged, though it
            may come to be written where another led; what it tells of must not be done.
        RecordsError: called inside a transaction, the facts are too long, or the keys are missing.
    """
    if connection.in_atomic_block:
        raise RecordsError(
            "an event that must be on the disk at once cannot wait for a transaction.",
            fix="call ledger.append inside a transaction, or record outside it.",
            where="ledger",
        )
    said = entry(kind, actor=actor, subject=subject, facts=facts)
    try:
        return _written(home / waiting.WAITING, said)
    except (Error, sqlite3.Error, OSError) as error:
        raise trouble.of(error) or AuditUnavailable(type(error).__name__) from error


def _written(folder: Path, said: Entry) -> int:
    place = waiting.my_place(folder)
    place.seat.lay(said)
    try:
        return _wait_or_lead(place)
    except BaseException:
        waiting.give_up()
        connection.close()
        raise


def _wait_or_lead(mine: Place) -> int:
    """Look for one's number and for the lead in turn, until one of them comes."""
    began, led = time.monotonic(), False
    try:
        while (number := mine.seat.number) is None:
            waited = time.monotonic() - began
            if waiting.taken(mine.lead.descriptor):
                led = True
                _tell_of_a_broken_off_lead(mine)
                if mine.seat.number is None:
                    _lead(mine, late=waited > LATE_SECONDS)
            elif waited > LONGEST_WAIT_SECONDS:
                raise AuditUnavailable("another writer holds the lead")
            else:
                mine.sleep(LOOK_SECONDS)
        return number
    finally:
        if led:
            waiting.release(mine.lead.descriptor)
            _wake_the_next(mine)


def _lead(mine: Place, *, late: bool) -> None:
    """Write the events of all who wait in one transaction, then tell each its number."""
    _await_the_others(mine)
    batch = list(_batch(mine))
    with _patience(late=late), transaction():
        end = append_all([event for _, _, event in batch])
        tickets = [[seat.name, ticket] for seat, ticket, _ in batch]
        lead = {"hash": end.hash, "last": end.seq, "tickets": tickets}
        waiting.note(mine.lead, lead)
    size = 1 + sum(seat.waits for seat in waiting.others(mine))
    for number, (seat, ticket, _) in enumerate(batch, end.seq - len(batch) + 1):
        seat.tell(ticket, number)
        if seat is not mine.seat:
            mine.ring(seat.name)
    waiting.note(mine.lead, {"size": size})


def _batch(mine: Place) -> Iterator[tuple[Seat, int, Entry]]:
    """One's own event first, then those of the living who wait, with their tickets."""
    others = [seat for seat in waiting.others(mine) if seat.waits]
    for seat in [mine.seat, *others[: MOST - 1]]:
        if seat is mine.seat or waiting.alive(mine.folder, seat):
            laid = seat.entry()
            if laid is not None:
                yield seat, *laid


def _await_the_others(mine: Place) -> None:
    """Wait for as many as waited the last time, but not for long."""
    expected = waiting.noted(mine.lead).get("size", 1)
    until = time.monotonic() + LINGER_SECONDS
    while expected > 1 and time.monotonic() < until:
        if 1 + sum(seat.waits for seat in waiting.others(mine)) >= expected:
            return
        time.sleep(PEEP_SECONDS)


@contextmanager
def _patience(*, late: bool) -> Iterator[None]:
    """How long SQLite waits for a writer that is not one of us; the default, or not so long."""
    if not late or connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(HURRY)
        try:
            yield
        finally:
            cursor.execute(EASE)


def _wake_the_next(mine: Place) -> None:
    """Somebody who came too late for this lead takes the next."""
    with suppress(OSError):
        for seat in waiting.others(mine):
            if seat.waits:
                mine.ring(seat.name)
                return


def _tell_of_a_broken_off_lead(mine: Place) -> None:
    """If the leader before died at work: was its commit made? Then tell those who wait."""
    lead = waiting.noted(mine.lead)
    if "tickets" not in lead:
        return
    if LedgerEvent.objects.filter(seq=lead["last"], hash=lead["hash"]).exists():
        seats = {seat.name: seat for seat in [mine.seat, *waiting.others(mine)]}
        first = lead["last"] - len(lead["tickets"]) + 1
        for number, (name, ticket) in enumerate(lead["tickets"], first):
            if name in seats and seats[name].waits:
                seats[name].tell(ticket, number)
                mine.ring(name)
    waiting.note(mine.lead, {"size": len(lead["tickets"])})
