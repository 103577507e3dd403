"""Where did a person live, from when to when, if several bodies each know a part of it?

A body that learns of a new home says nothing of the old one, and another never hears of the move.
So: what is newer ends what is older, on the day of the move. A home that is told of again, long
after the move to another, is no old one: then the person has two, and that is told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

BEGINNING, OPEN = -(10**7), 10**7
"""Days: of a stay whose first day nobody knows, and of one that goes on."""


@dataclass(frozen=True, slots=True)
class Word:
    """What one record says: this person, at this home.

    Attributes:
        person, home: numbers.
        source: the table, a number.
        first: day the stay begins, days since 1970; BEGINNING if unknown.
        last: the first day after; OPEN if it goes on or is unknown.
        news: the last day on which the source learnt it anew.
    """

    person: int
    home: int
    source: int
    first: int
    last: int
    news: int


@dataclass(frozen=True, slots=True)
class Stay:
    """A person at a home.

    Attributes:
        first: as in Word; `last` likewise.
        told: whether a source itself said when it ends.
        news: the last day on which any source learnt of it.
        sources: which tables say so.
        doubled: whether it overlaps a stay at another home and neither is shown to be old.
    """

    person: int
    home: int
    first: int
    last: int
    told: bool
    news: int
    sources: frozenset[int]
    doubled: bool = False


def stays_of(words: Iterable[Word], *, lag: int) -> list[Stay]:
    """The stays of one person, in the order of their first days.

    Args:
        words: of this person, from all sources.
        lag: days by which a source may learn of a move too late.
    """
    merged = _merged([stay for one in _by_source(words) for stay in _in_turn(one)])
    return _moved(merged, lag)


def _by_source(words: Iterable[Word]) -> list[list[Word]]:
    found: dict[int, list[Word]] = {}
    for word in sorted(words, key=lambda word: (word.first, word.news, word.home)):
        found.setdefault(word.source, []).append(word)
    return [found[source] for source in sorted(found)]


def _in_turn(words: Sequence[Word]) -> list[Stay]:
    """Of one source: its next home ends the one before, unless that is told of after it."""
    made = []
    for place, word in enumerate(words):
        later = (
            other.first
            for other in words[place + 1 :]
            if other.home != word.home and other.first > word.first and other.first > word.news
        )
        last = min(word.last, next(later, OPEN))
        made.append(
            Stay(
                word.person, word.home, word.first, last, last < OPEN, word.news,
                frozenset([word.source]),
            )
        )  # fmt: skip
    return made


def _merged(stays: Sequence[Stay]) -> list[Stay]:
    """One stay where several sources tell of the same home at overlapping times."""
    made: dict[int, list[Stay]] = {}
    for stay in sorted(stays, key=lambda stay: (stay.first, stay.last)):
        at = made.setdefault(stay.home, [])
        if at and stay.first <= at[-1].last:
            at[-1] = _both(at[-1], stay)
        else:
            at.append(stay)
    return [stay for at in made.values() for stay in at]


def _both(one: Stay, other: Stay) -> Stay:
    """An end that one source tells stands, unless another has learnt of the stay since."""
    news = max(one.news, other.news)
    ends = [stay.last for stay in (one, other) if stay.told]
    last = max(ends, default=OPEN)
    told = bool(ends) and (news <= last)
    return replace(
        one,
        first=other.first if one.first == BEGINNING else min(one.first, other.first),
        last=last if told else OPEN,
        told=told,
        news=news,
        sources=one.sources | other.sources,
    )


def _moved(stays: Sequence[Stay], lag: int) -> list[Stay]:
    """The newer home ends the older on the day of the move; two that are both alive are told."""
    order = sorted(stays, key=lambda stay: (stay.first, stay.news, stay.home))
    for place, stay in enumerate(order):
        for after in range(place + 1, len(order)):
            old, new = order[place], order[after]
            if new.first >= old.last or new.home == old.home:
                continue
            alive = old.news > new.first + lag or (old.told and old.last > new.first + lag)
            if alive or new.first <= stay.first:
                order[place] = replace(old, doubled=True)
                order[after] = replace(new, doubled=True)
            else:
                order[place] = replace(old, last=new.first)
    return [stay for stay in order if stay.last > stay.first]
