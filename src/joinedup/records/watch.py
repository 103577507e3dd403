"""Does somebody look where they need not? Plain counts for a person to judge, no accusation.

1. Events at hours, or on days, when the office is shut.
2. A person who read unusually many tables in one day.
3. A person who came back to the same subject again and again.
4. Broken glass, each time, and whether it was renewed before anybody had reviewed it.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from joinedup.core.errors import ProjectError
from joinedup.records.ledger import AT_ONCE
from joinedup.records.models import LedgerEvent
from joinedup.records.subjects import MARK
from joinedup.records.who import touched

SATURDAY = 5
GLASS, BROKEN = "glass", "glass broken"


@dataclass(frozen=True, slots=True)
class Limits:
    """What counts as unusual.

    Attributes:
        opens: hour of the day from which work is usual.
        shuts: hour of the day at which it ends.
        zone: whose hours these are.
        tables: more tables than this, read by one person in one day, are many.
        repeats: coming back to a subject this often is often.
    """

    opens: int = 7
    shuts: int = 19
    zone: str = "Europe/London"
    tables: int = 20
    repeats: int = 5


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing to look at.

    Attributes:
        who: the person.
        what: `unusual hours`, `many tables`, `same subject`, or what a broken glass is an alert of.
        where: the day, the subject's token or the reason for breaking glass; empty for hours.
        count: events out of hours, tables in that day, or events about that subject.
        first: number of the first event counted.
        last: number of the last.
    """

    who: str
    what: str
    where: str
    count: int
    first: int
    last: int


@dataclass(slots=True)
class _Span:
    """A count with the first and the last event counted."""

    count: int = 0
    first: int = 0
    last: int = 0

    def add(self, seq: int) -> None:
        self.count += 1
        self.first = self.first or seq
        self.last = seq


@dataclass(slots=True)
class _Seen:
    """What was counted: by person, by person and subject, by person and day."""

    hours: defaultdict[str, _Span] = field(default_factory=lambda: defaultdict(_Span))
    subjects: defaultdict[tuple[str, str], _Span] = field(
        default_factory=lambda: defaultdict(_Span)
    )
    days: defaultdict[tuple[str, str], _Span] = field(default_factory=lambda: defaultdict(_Span))
    tables: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    glass: list[Sight] = field(default_factory=list)


def watch(limits: Limits | None = None, *, since: str = "") -> list[Sight]:
    """Every broken glass; then what is unusual by these limits, the largest counts first.

    Args:
        limits: those of an office at work in England by day, if not given.
        since: a day, `2026-11-01`; earlier events are not counted. All are if empty.

    Raises:
        ProjectError: there is no such time zone, or the hours are not hours.
    """
    bounds = limits or Limits()
    zone, seen = _zone(bounds), _Seen()
    rows = LedgerEvent.objects.filter(at__gte=since).order_by("seq")
    columns = ("seq", "at", "kind", "actor", "subject", "facts")
    for seq, at, kind, actor, subject, text in rows.values_list(*columns).iterator(AT_ONCE):
        local = datetime.fromisoformat(at).astimezone(zone)
        if local.weekday() >= SATURDAY or not bounds.opens <= local.hour < bounds.shuts:
            seen.hours[actor].add(seq)
        facts = json.loads(text)
        if kind == GLASS:
            said = str(facts.get("alert", BROKEN)), str(facts.get("reason", ""))
            seen.glass.append(Sight(actor, *said, 1, seq, seq))
        for person in _persons(subject, facts):
            seen.subjects[actor, person].add(seq)
        if read := touched(kind, subject, facts).reads:
            day = actor, local.date().isoformat()
            seen.days[day].add(seq)
            seen.tables[day].update(read)
    counts = sorted(
        _sights(seen, bounds), key=lambda one: (-one.count, one.who, one.what, one.where)
    )
    return [*seen.glass, *counts]


def _sights(seen: _Seen, bounds: Limits) -> Iterator[Sight]:
    for who, span in seen.hours.items():
        yield Sight(who, "unusual hours", "", span.count, span.first, span.last)
    for (who, day), names in seen.tables.items():
        if len(names) > bounds.tables:
            span = seen.days[who, day]
            yield Sight(who, "many tables", day, len(names), span.first, span.last)
    for (who, person), span in seen.subjects.items():
        if span.count >= bounds.repeats:
            yield Sight(who, "same subject", person, span.count, span.first, span.last)


def _persons(subject: str, facts: dict[str, object]) -> set[str]:
    """The tokens of the persons that an event is about."""
    listed = facts.get("subjects")
    told = [subject, *(listed if isinstance(listed, list) else [])]
    return {one for one in told if isinstance(one, str) and one.startswith(MARK)}


def _zone(bounds: Limits) -> ZoneInfo:
    if not 0 <= bounds.opens < bounds.shuts <= 24:  # noqa: PLR2004 - hours of a day
        raise ProjectError(
            "the hours of the office do not run from one hour of the day to a later one.",
            fix="give whole hours, such as --from 7 --to 19.",
            where="watch",
        )
    try:
        return ZoneInfo(bounds.zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise ProjectError(
            "there is no such time zone.", fix="give one such as Europe/London.", where="watch"
        ) from None
