"""Is what happened as it was written? A chain of events, each holding the hash of the one before.

A change, removal, insertion or reordering of events is found by `verify`. Cutting off the newest
events together with the head is found only against an anchor kept elsewhere: give `verify` one.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import Error, connection

from joinedup.core import clock
from joinedup.core.digest import canonical, digest
from joinedup.core.errors import RecordsError
from joinedup.records.models import LedgerEvent, LedgerHead
from joinedup.records.names import LONGEST_WORD, shown

GENESIS = "0" * 64
HEAD = 1
LONGEST_TEXT = 4_000
LONGEST_FACTS = 256_000
AT_ONCE = 2_000
TEXTS = ("at", "kind", "actor", "subject", "facts", "previous", "hash")
COLUMNS = ("seq", *TEXTS)
BROKEN = (Error, sqlite3.Error, ValueError, TypeError, OverflowError, MemoryError)
"""What a damaged file can make the database raise while it is read."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it is told: `facts` read back from their canonical JSON."""

    seq: int
    at: str
    kind: str
    actor: str
    subject: str
    facts: Mapping[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """A point of the chain to keep elsewhere: so many events, and the hash of the last."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the ledger is as it was written.

    Attributes:
        events: how many events were found whole, counted from the first.
        first_bad: number of the first event that is not as written; None if none is, or if the
            database could not be read.
        reason: what was found, ready to follow `event 7: `; without a full stop.
    """

    ok: bool
    events: int
    first_bad: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What an event will say, ready to be chained: made by `entry`, which bounds every text."""

    kind: str
    actor: str
    subject: str
    facts: str


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
    )


def append(
    kind: str, *, actor: str, subject: str = "", facts: Mapping[str, Any] | None = None
) -> LedgerEvent:
    """Add an event to the chain, in the caller's transaction; its texts are as `entry` says.

    Raises:
        RecordsError: called outside `transaction()`, the head is missing, or the facts are longer
            than 256,000 characters.
    """
    return append_all([entry(kind, actor=actor, subject=subject, facts=facts)])[0]


def append_all(entries: Sequence[Entry]) -> list[LedgerEvent]:
    """Add events to the chain in this order, in the caller's transaction.

    Raises:
        RecordsError: called outside `transaction()`, or the head is missing.
    """
    if not connection.in_atomic_block:
        raise RecordsError(
            "an event is written only together with what it tells of.",
            fix="call ledger.append inside transaction().",
            where="ledger",
        )
    head = lock()
    added = []
    for one in entries:
        fields = {
            "seq": head.seq + 1,
            "at": clock.stamp(clock.now()),
            "kind": one.kind,
            "actor": one.actor,
            "subject": one.subject,
            "facts": one.facts,
            "previous": head.hash,
        }
        event = LedgerEvent(**fields, hash=digest(fields))
        head.seq, head.hash = event.seq, event.hash
        added.append(event)
    LedgerEvent.objects.bulk_create(added)
    head.save(force_update=True)
    return added


def lock() -> LedgerHead:
    """Take the head for the rest of the transaction: no other writer passes until it ends.

    Raises:
        RecordsError: the head is missing.
    """
    head = LedgerHead.objects.select_for_update().filter(pk=HEAD).first()
    if head is None:
        raise RecordsError(
            "the ledger has lost its head.",
            fix="restore the records from a backup; `joinedup audit verify` tells what is whole.",
            where="ledger",
        )
    return head


def anchor() -> Anchor:
    """The end of the chain as it is now. Kept elsewhere, it proves that nothing was cut off."""
    head = LedgerHead.objects.get(pk=HEAD)
    return Anchor(head.seq, head.hash)


def events(since: int = 0) -> Iterator[Event]:
    """The events after number `since`, in order, a few thousand in memory at a time."""
    for row in _rows(since):
        named = dict(zip(COLUMNS, row, strict=True))
        yield Event(**named | {"facts": json.loads(named["facts"])})


def export_line(event: Event) -> str:
    """An event as one line of printable ASCII: no character can end it early or move a cursor."""
    line = json.dumps(asdict(event), sort_keys=True, separators=(",", ":"))
    return line.replace("\x7f", "\\u007f")  # the one control character that JSON leaves as it is


def verify(anchored: Anchor | None = None) -> Verdict:
    """Read the whole ledger from the disk and check every column, link, number and the head.

    A file so damaged that it cannot be read is a verdict, not a traceback.
    """
    whole = 0
    try:
        _read_from_the_disk()
        complaint = _sqlite_complaint()
        if complaint:
            return Verdict(ok=False, events=0, first_bad=None, reason=complaint)
        at_least = anchor()
        wanted = {at_least.seq: at_least.hash}
        if anchored is not None:
            wanted.setdefault(anchored.seq, anchored.hash)
            if wanted[anchored.seq] != anchored.hash:
                return _bad(0, anchored.seq, "is not the one that the anchor holds")
        last = GENESIS
        for row in _rows(None):
            number = whole + 1
            fault = _fault(row, number, last, wanted.get(number))
            if fault:
                return _bad(whole, number, fault)
            whole, last = number, row[-1]
        return _end(whole, last, wanted)
    except (*BROKEN, LedgerHead.DoesNotExist) as error:
        reason = f"the ledger cannot be read ({type(error).__name__})"
        return Verdict(ok=False, events=whole, first_bad=None, reason=reason)


def _bad(whole: int, number: int, fault: str) -> Verdict:
    return Verdict(ok=False, events=whole, first_bad=number, reason=f"it {fault}")


def _fault(row: tuple[Any, ...], number: int, last: str, wanted: str | None) -> str:
    """What is wrong with one row, or nothing. Types first: a damaged file can give any."""
    if type(row[0]) is not int or any(type(text) is not str for text in row[1:]):
        return "holds a value of another type than was written"
    if row[0] != number:
        return "is missing" if row[0] > number else "stands out of its place"
    fields = dict(zip(COLUMNS, row, strict=True))
    written = fields.pop("hash")
    if fields["previous"] != last:
        return "does not follow from the one before it"
    if digest(fields) != written:
        return "is not as it was written"
    if wanted is not None and wanted != written:
        return "is not the one that the head or the anchor holds"
    return ""


def _end(whole: int, last: str, wanted: Mapping[int, str]) -> Verdict:
    """The chain must reach the head that stood before, and not pass the one that stands now."""
    if whole < max(wanted):
        return _bad(whole, whole + 1, "is missing")
    now = anchor()
    if whole > now.seq:
        return _bad(now.seq, now.seq + 1, "stands after the head")
    if whole == now.seq and (last if whole else GENESIS) != now.hash:
        return _bad(max(whole - 1, 0), max(whole, 1), "is not the one that the head holds")
    reason = f"{whole:,} events, each as it was written"
    return Verdict(ok=True, events=whole, first_bad=None, reason=reason)


def _rows(since: int | None) -> Iterator[tuple[Any, ...]]:
    """The events after a number; every row there is, whatever its number, if none is given."""
    rows = LedgerEvent.objects.order_by("seq")
    after = rows if since is None else rows.filter(seq__gt=since)
    yield from after.values_list(*COLUMNS).iterator(chunk_size=AT_ONCE)


def _read_from_the_disk() -> None:
    """Drop what SQLite keeps in memory, unless the caller is in the middle of a transaction."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        connection.close()


def _sqlite_complaint() -> str:
    """What SQLite itself finds wrong with its file, or nothing."""
    if connection.vendor != "sqlite":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check(1)")
        found = cursor.fetchall()
    if found == [("ok",)]:
        return ""
    return "the database file is damaged: SQLite's own check fails"


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
