"""Does somebody look where they need not? Plain counts for a person to judge, no accusation.

About people: who came back to the same person again and again, looked at very many, at a colleague
or at themselves. About data: who read very many tables in a day, took much away, was refused, or
broke the glass. About the watch itself: events when the office is shut, and a clock set back.
A person's token is met with the tokens of those who act, so no name of anybody looked at is told.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from joinedup.core.errors import ProjectError
from joinedup.records import keyring, ring_files, subjects
from joinedup.records.ledger import AT_ONCE, CLOCK_ACCEPTED, REGRESSED
from joinedup.records.models import LedgerEvent
from joinedup.records.who import touched

SATURDAY = 5
DENIED, GLASS = "denied", "glass"
TAKEN_AWAY = frozenset({"release", "exported", "pseudonymised", "pack"})

OWN, COLLEAGUE, AGAIN = "own record", "a colleague's record", "same person again"
PEOPLE, TABLES, HOURS = "many people in a day", "many tables in a day", "out of hours"
AWAY, REFUSED, BROKEN = "much taken away in a day", "refused", "broken glass"
RENEWED = "glass renewed, the one before not reviewed"
SET_BACK, ACCEPTED = "clock set back", "clock accepted"
KINDS: Mapping[str, str] = {
    BROKEN: "opened what their role does not reach",
    RENEWED: "broke the glass again before anybody had looked at the time before",
    OWN: "looked at the record that stands under their own name",
    COLLEAGUE: "looked at the record of somebody who works with this ledger",
    AGAIN: "came back to one person",
    PEOPLE: "looked at many people in one day",
    REFUSED: "asked for what they may not have",
    AWAY: "released or exported often in one day",
    TABLES: "read many tables in one day",
    HOURS: "worked when the office is shut",
    SET_BACK: "wrote events while the clock was behind the ledger",
    ACCEPTED: "said that the clock is right, though it was behind the ledger",
}
"""What is looked for, most pressing first, and what it says of a person."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What counts as unusual.

    Attributes:
        opens: hour of the day from which work is usual.
        shuts: hour of the day at which it ends.
        zone: whose hours these are.
        tables: more tables than this, read by one person in one day, are many.
        repeats: coming back to a person this often is often.
        people: more people than this, looked at by one person in one day, are many.
        away: more releases and exports than this, by one person in one day, are many.
    """

    opens: int = 7
    shuts: int = 19
    zone: str = "Europe/London"
    tables: int = 20
    repeats: int = 5
    people: int = 50
    away: int = 5


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing to look at.

    Attributes:
        who: the person who acted.
        what: one of `KINDS`.
        where: the day, the token of the person looked at, or the reason for breaking glass; empty
            for none of them.
        count: events; people or tables of that day, where it is they that are many.
        first: number of the first event counted.
        last: number of the last.
        first_at: when that was (UTC).
        last_at: when that was.
    """

    who: str
    what: str
    where: str
    count: int
    first: int
    last: int
    first_at: str
    last_at: str


@dataclass(slots=True)
class _Span:
    """How often, from which event to which, and what of."""

    count: int = 0
    first: tuple[int, str] = (0, "")
    last: tuple[int, str] = (0, "")
    of: set[str] = field(default_factory=set)

    def add(self, seq: int, at: str, of: frozenset[str] | set[str] = frozenset()) -> None:
        self.count += 1
        self.first = self.first if self.first[0] else (seq, at)
        self.last = (seq, at)
        self.of.update(of)


Key = tuple[str, str, str]
"""What, who and where."""


def watch(
    limits: Limits | None = None, *, since: str = "", home: Path | None = None
) -> list[Sight]:
    """What the events show that is unusual by these limits, the most pressing first.

    Args:
        limits: those of an office at work in England by day, if not given.
        since: a day, `2026-11-01`; earlier events are not counted. All are if empty.
        home: whose keys say who acts and who is looked at; without it, or them, a colleague's or
            one's own record is not noticed.

    Raises:
        ProjectError: there is no such time zone, or the hours or the day are none.
    """
    bounds = limits or Limits()
    zone, seen = _zone(bounds), defaultdict[Key, _Span](_Span)
    rows = LedgerEvent.objects.filter(at__gte=_day(since)).order_by("seq")
    columns = ("seq", "at", "kind", "actor", "subject", "facts")
    for seq, at, kind, actor, subject, text in rows.values_list(*columns).iterator(AT_ONCE):
        local, facts = datetime.fromisoformat(at).astimezone(zone), json.loads(text)
        day = local.date().isoformat()
        if local.weekday() >= SATURDAY or not bounds.opens <= local.hour < bounds.shuts:
            seen[HOURS, actor, ""].add(seq, at)
        people = _people(subject, facts)
        for person in people:
            seen[AGAIN, actor, person].add(seq, at)
        if people:
            seen[PEOPLE, actor, day].add(seq, at, people)
        if read := touched(kind, subject, facts).reads:
            seen[TABLES, actor, day].add(seq, at, read)
        for what in _by_kind(kind, facts):
            seen[what, actor, _where(what, day, facts)].add(seq, at)
    _known_people(seen, home)
    return sorted(_sights(seen, bounds), key=_pressing)


def _by_kind(kind: str, facts: Mapping[str, Any]) -> Iterator[str]:
    """What the kind of an event, or a fact of it, says by itself."""
    if kind in TAKEN_AWAY:
        yield AWAY
    if kind == DENIED:
        yield REFUSED
    if kind == GLASS:
        yield RENEWED if facts.get("renews") else BROKEN
    if kind == CLOCK_ACCEPTED:
        yield ACCEPTED
    if REGRESSED in facts:
        yield SET_BACK


def _where(what: str, day: str, facts: Mapping[str, Any]) -> str:
    """The day, or the reason that was given for breaking glass."""
    if what in {BROKEN, RENEWED}:
        return str(facts.get("reason", ""))
    return day if what == AWAY else ""


def _known_people(seen: dict[Key, _Span], home: Path | None) -> None:
    """Of those looked at, who is somebody that acts: themselves, or a colleague."""
    if home is None or subjects.NAME not in _names(home):
        return
    actors = {who for _, who, _ in seen}
    tokens = {subjects.known_token(home, actor): actor for actor in actors if actor.strip()}
    for (what, who, person), span in list(seen.items()):
        if what == AGAIN and person in tokens:
            seen[OWN if tokens[person] == who else COLLEAGUE, who, person] = span


def _names(home: Path) -> tuple[str, ...]:
    if (home / keyring.MARK).exists() and not ring_files.are_here(home):
        return ()
    return keyring.names(home)


def _sights(seen: Mapping[Key, _Span], bounds: Limits) -> Iterator[Sight]:
    most = {AGAIN: bounds.repeats - 1, AWAY: bounds.away}
    of_a_day = {TABLES: bounds.tables, PEOPLE: bounds.people}
    for (what, who, where), span in seen.items():
        count = len(span.of) if what in of_a_day else span.count
        if count > of_a_day.get(what, most.get(what, 0)):
            yield Sight(who, what, where, count, *_ends(span))


def _ends(span: _Span) -> tuple[int, int, str, str]:
    return span.first[0], span.last[0], span.first[1], span.last[1]


def _pressing(one: Sight) -> tuple[int, int, str, str]:
    return list(KINDS).index(one.what), -one.count, one.who, one.where


def _people(subject: str, facts: Mapping[str, Any]) -> set[str]:
    """The tokens of the persons that an event is about."""
    listed = facts.get("subjects")
    told = [subject, *(listed if isinstance(listed, list) else [])]
    return {one for one in told if isinstance(one, str) and one.startswith(subjects.MARK)}


def _day(since: str) -> str:
    """The day as events have it."""
    if not since:
        return ""
    try:
        return datetime.fromisoformat(since).date().isoformat()
    except ValueError:
        raise ProjectError(
            "this is no day.", fix="give one such as 2026-11-01.", where="watch"
        ) from None


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
