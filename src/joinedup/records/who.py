"""Who read, wrote, reviewed or released what? Answered from the events alone.

An event speaks of a table if it is its subject, or stands among the tables that its facts say
were read (`reads`), written (`writes`, `versions`, `lake`); of a person, if the person's token
stands anywhere in it. Reviews and releases speak of a step; they are told for the tables that
the step's run before them read or wrote.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from joinedup.records.ledger import AT_ONCE
from joinedup.records.models import LedgerEvent

READS, WRITES = "reads", "writes"
RAN, REVIEWED, RELEASED = "run", "review", "release"
VERBS = {REVIEWED: "reviewed", RELEASED: "released", "signature": "signed"}
COLUMNS = ("seq", "at", "kind", "actor", "subject", "facts")


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that somebody did.

    Attributes:
        verb: read, wrote, read and wrote, reviewed, released, signed; else the event's kind.
        what: the subject as the event names it.
    """

    seq: int
    at: str
    who: str
    verb: str
    what: str


@dataclass(frozen=True, slots=True)
class Touched:
    """What one event says was read and written."""

    reads: frozenset[str]
    writes: frozenset[str]


def touched(kind: str, subject: str, facts: Mapping[str, Any]) -> Touched:
    """The tables that an event says were read and written."""
    reads = _names(facts.get(READS))
    writes = _names(facts.get(WRITES)) | _names(facts.get("versions"))
    lake = facts.get("lake")
    if isinstance(lake, dict):
        writes |= _names([lake.get("table")])
    if kind == "read":
        reads |= {subject}
    return Touched(frozenset(reads), frozenset(writes))


def of_table(name: str) -> list[Deed]:
    """Everything done with a table, oldest first; the reviews and releases of what used it."""
    spoken = ((row, _touched(row)) for row in _rows(Q(subject=name) | _in_facts(name)))
    direct = [
        (row, told) for row, told in spoken if row[4] == name or name in told.reads | told.writes
    ]
    deeds = [_deed(row, _verb(row[2], told, name)) for row, told in direct]
    steps = sorted({row[4] for row, _ in direct if row[2] == RAN})
    return sorted([*deeds, *_left(name, steps)], key=lambda deed: deed.seq)


def of_subject(token: str) -> list[Deed]:
    """Everything told of one person, who stands in the ledger as this token; oldest first."""
    rows = _rows(Q(subject=token) | _in_facts(token))
    return [_deed(row, _verb(row[2], _touched(row), "")) for row in rows]


def _left(table: str, steps: list[str]) -> Iterator[Deed]:
    """Reviews and releases of steps whose last run before them read or wrote the table."""
    used: dict[str, bool] = {}
    if not steps:
        return
    for row in _rows(Q(kind__in=(RAN, REVIEWED, RELEASED), subject__in=steps)):
        kind, step = row[2], row[4]
        if kind == RAN:
            told = _touched(row)
            used[step] = table in told.reads | told.writes
        elif used.get(step):
            yield _deed(row, VERBS[kind])


def _rows(wanted: Q) -> Iterator[tuple[Any, ...]]:
    rows = LedgerEvent.objects.filter(wanted).order_by("seq")
    return iter(rows.values_list(*COLUMNS).iterator(chunk_size=AT_ONCE))


def _touched(row: tuple[Any, ...]) -> Touched:
    return touched(row[2], row[4], json.loads(row[5]))


def _verb(kind: str, told: Touched, table: str) -> str:
    reads = table in told.reads if table else bool(told.reads)
    writes = table in told.writes if table else bool(told.writes)
    match reads, writes:
        case True, True:
            return "read and wrote"
        case True, False:
            return "read"
        case False, True:
            return "wrote"
        case _:
            return VERBS.get(kind, kind)


def _deed(row: tuple[Any, ...], verb: str) -> Deed:
    seq, at, _kind, actor, subject, _facts = row
    return Deed(seq, at, actor, verb, subject)


def _in_facts(text: str) -> Q:
    """Where the text stands in the facts, quotes and all; a first sieve, the reader looks again."""
    return Q(facts__contains=json.dumps(text, ensure_ascii=False))


def _names(value: Any) -> set[str]:
    return {one for one in value or () if isinstance(one, str)}
