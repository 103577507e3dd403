"""Is what happened as it was written? A chain of events, each holding the hash of the one before.

A change, removal, insertion or reordering of events is found by `verify`. Cutting off the newest
events together with the head is found only against an anchor kept elsewhere: give `verify` one.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from json.encoder import encode_basestring as quoted
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.db import Error, connection
from django.db.transaction import on_commit

from joinedup.core import clock, trace
from joinedup.core.digest import canonical
from joinedup.core.errors import RecordsError
from joinedup.records import seals
from joinedup.records.anchors import Anchor
from joinedup.records.home import connected
from joinedup.records.models import LedgerEvent, LedgerHead
from joinedup.records.names import LONGEST_WORD, shown

if TYPE_CHECKING:
    from joinedup.records.checking import Verdict

GENESIS = "0" * 64
HEAD = 1
LONGEST_TEXT = 4_000
LONGEST_FACTS = 256_000
AT_ONCE = 2_000
LEEWAY_SECONDS = 5
"""Clocks of two machines may differ by so much before an event says that time went back."""
REGRESSED = "clock_regressed"
"""Under this key an event's facts hold what the clock said, where it was behind the chain."""
CLOCK_ACCEPTED = "clock accepted"
"""The one kind of event that may stand before the one before it in time; see `steady`."""
TEXTS = ("at", "kind", "actor", "subject", "facts", "previous", "hash", "trace", "seal")
COLUMNS = ("seq", *TEXTS)
HASHED = ("actor", "at", "facts", "kind", "previous", "subject", "trace")
BROKEN = (Error, sqlite3.Error, ValueError, TypeError, OverflowError, MemoryError)
"""What a damaged file can make the database raise while it is read."""

ADD = """insert into records_ledgerevent
    (seq, at, kind, actor, subject, facts, previous, hash, trace, seal)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""
MOVE_HEAD = "update records_ledgerhead set seq = %s, hash = %s, seal = %s where id = 1"
LAST = """select h.seq, h.hash, e.at from records_ledgerhead h
    left join records_ledgerevent e on e.seq = h.seq where h.id = 1"""
LAST_LOCKED = LAST + " for update of h"
BOUND = """select set_config('lock_timeout', '3000', true),
    set_config('synchronous_commit', 'on', true)"""
"""PostgreSQL may be set to wait for ever, or to answer before the disk has it; not for us."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it is told: `facts` read back from their canonical JSON.

    Attributes:
        trace: of the run of the command that it happened in.
        seal: the home's own, on the hash.
    """

    seq: int
    at: str
    kind: str
    actor: str
    subject: str
    facts: Mapping[str, Any]
    previous: str
    hash: str
    trace: str = ""
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What an event will say, ready to be chained: made by `entry`, which bounds every text."""

    kind: str
    actor: str
    subject: str
    facts: str
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends: how many events, the hash of the last and its moment."""

    seq: int
    hash: str
    at: str


AFTER: list[Callable[[Head], None]] = []
"""Who is told of the end of a commit, once it is on the disk."""


def entry(
    kind: str, *, actor: str, subject: str = "", facts: Mapping[str, Any] | None = None
) -> Entry:
    """The texts of an event to be.

    Control and invisible characters in texts are escaped and long texts cut, so that an event is
    always one line that shows what it says.

    Raises:
        RecordsError: the facts are longer than 256,000 characters.
    """
    return Entry(
        kind=shown(kind, longest=LONGEST_WORD),
        actor=shown(actor, longest=LONGEST_WORD),
        subject=shown(subject, longest=LONGEST_WORD),
        facts=_facts_text(facts or {}),
        trace=trace.current(),
    )


def append(
    kind: str, *, actor: str, subject: str = "", facts: Mapping[str, Any] | None = None
) -> LedgerEvent:
    """Add an event to the chain, in the caller's transaction; its texts are as `entry` says.

    Raises:
        RecordsError: called outside `transaction()`, the head or the keys are missing, or the facts
            are longer than 256,000 characters.
    """
    end = append_all([entry(kind, actor=actor, subject=subject, facts=facts)])
    return LedgerEvent.objects.get(pk=end.seq)


def append_all(entries: Sequence[Entry]) -> Head:
    """Add events to the chain in this order, in the caller's transaction; gives the new end.

    No event stands before an earlier one in time. Where the clock says it does, the event has the
    time of the one before it, and says in its facts what the clock said.

    Raises:
        RecordsError: called outside `transaction()`, or the head or the keys are missing.
    """
    if not connection.in_atomic_block:
        raise RecordsError(
            "an event is written only together with what it tells of.",
            fix="call ledger.append inside transaction().",
            where="ledger",
        )
    sealer = seals.sealer(connected())
    head, now = lock(), clock.now()
    stamp, added = clock.stamp(now), list[dict[str, Any]]()
    behind = _seconds(head.at, now)
    for one in entries:
        at, facts = _timed(one, head.at, stamp, behind=behind)
        fields: dict[str, Any] = {
            "seq": head.seq + 1,
            "at": at,
            "kind": one.kind,
            "actor": one.actor,
            "subject": one.subject,
            "facts": facts,
            "previous": head.hash,
            "trace": one.trace,
        }
        fields["hash"] = made = hashed(fields)
        fields["seal"] = sealer.of_event(made)
        head = Head(head.seq + 1, made, at)
        added.append(fields)
    with connection.cursor() as cursor:
        cursor.executemany(ADD, [[fields[name] for name in COLUMNS] for fields in added])
        cursor.execute(MOVE_HEAD, [head.seq, head.hash, sealer.of_head(head.seq, head.hash)])
    if not seals.has_begun(connected()):
        on_commit(partial(seals.begin, connected()))
    for tell in AFTER:
        on_commit(partial(tell, head))
    return head


def lock() -> Head:
    """Take the head for the rest of the transaction: no other writer passes until it ends.

    Raises:
        RecordsError: the head is missing.
    """
    if connection.vendor != "postgresql":  # SQLite's transaction holds all of it already
        return end()
    with connection.cursor() as cursor:
        cursor.execute(BOUND)
    return _head(LAST_LOCKED)


def end() -> Head:
    """Where the chain ends now.

    Raises:
        RecordsError: the head is missing.
    """
    return _head(LAST)


def _head(query: str) -> Head:
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = cursor.fetchone()
    if found is None:
        raise RecordsError(
            "the ledger has lost its head.",
            fix="restore the records from a backup; `joinedup audit verify` tells what is whole.",
            where="ledger",
        )
    return Head(found[0], found[1], found[2] or "")


_of_hashed = itemgetter(*HASHED)


def hashed(fields: Mapping[str, Any]) -> str:
    """The hash of an event: SHA-256 of its fields but `hash` and `seal`, as canonical JSON.

    `trace` counts only where there is one. Written out, for a million are made anew by `verify`.
    """
    actor, at, facts, kind, previous, subject, trace = map(quoted, _of_hashed(fields))
    traced = f',"trace":{trace}' if fields["trace"] else ""
    text = (
        f'{{"actor":{actor},"at":{at},"facts":{facts},"kind":{kind},"previous":{previous},'
        f'"seq":{fields["seq"]},"subject":{subject}{traced}}}'
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _timed(one: Entry, last: str, now: str, *, behind: float) -> tuple[str, str]:
    """The moment of an event that follows one of this moment, and its facts."""
    if behind <= 0 or one.kind == CLOCK_ACCEPTED:
        return now, one.facts
    if behind <= LEEWAY_SECONDS:
        return last, one.facts
    return last, canonical(json.loads(one.facts) | {REGRESSED: now})


def _seconds(last: str, now: datetime) -> float:
    """How far a moment is behind the last event's; 0 where that is none, for `verify` to say."""
    try:
        return (datetime.fromisoformat(last) - now).total_seconds()
    except (ValueError, TypeError):
        return 0.0


def anchor() -> Anchor:
    """The end of the chain as it is now. Kept elsewhere, it proves that nothing was cut off."""
    head = LedgerHead.objects.get(pk=HEAD)
    return Anchor(head.seq, head.hash)


def events(since: int = 0, until: int | None = None) -> Iterator[Event]:
    """The events after number `since`, up to `until`, in order, some thousands in memory."""
    for row in rows(since, until):
        named = dict(zip(COLUMNS, row, strict=True))
        yield Event(**named | {"facts": json.loads(named["facts"])})


def export_line(event: Event) -> str:
    """An event as one line of printable ASCII: no character can end it early or move a cursor."""
    line = json.dumps(asdict(event), sort_keys=True, separators=(",", ":"))
    return line.replace("\x7f", "\\u007f")  # the one control character that JSON leaves as it is


def verify(*anchored: Anchor) -> "Verdict":
    """Whether the whole ledger is as it was written: see `records.checking`."""
    from joinedup.records import checking  # noqa: PLC0415 - it reads by this module

    return checking.verify(*anchored)


def rows(since: int | None, until: int | None = None) -> Iterator[tuple[Any, ...]]:
    """The events after a number; every row there is, whatever its number, if none is given."""
    rows = LedgerEvent.objects.order_by("seq")
    after = rows if since is None else rows.filter(seq__gt=since)
    after = after if until is None else after.filter(seq__lte=until)
    yield from after.values_list(*COLUMNS).iterator(chunk_size=AT_ONCE)


def _facts_text(facts: Mapping[str, Any]) -> str:
    text = canonical(_shown_all(json.loads(canonical(facts))))
    if len(text) > LONGEST_FACTS:
        raise RecordsError(
            f"the facts of an event are {len(text):,} characters long; {LONGEST_FACTS:,} may be.",
            fix="record a count and a digest in place of a long list.",
            where="ledger",
        )
    return text


def _shown_all(value: Any) -> Any:
    match value:
        case str():
            return shown(value, longest=LONGEST_TEXT)
        case dict():
            return {shown(key, longest=LONGEST_WORD): _shown_all(one) for key, one in value.items()}
        case list():
            return [_shown_all(one) for one in value]
        case _:
            return value
