"""Which home, or which room, does each household get that looks for one?"""

from dataclasses import dataclass

import numpy as np

from joinedup.town.days import NEVER
from joinedup.town.entities import CARE_HOME, NONE, OWNER, PRIVATE_RENT, SOCIAL, Bools, Int64s
from joinedup.town.life import Life, Month


@dataclass(frozen=True, slots=True)
class Wanting:
    """Households that look for a home, shape (households,) each.

    Attributes:
        head: one person of each.
        tenure: what they look for.
        day: when they would move.
        size: how many they are.
    """

    head: Int64s
    tenure: Int64s
    day: Int64s
    size: Int64s


def rank_in(group: Int64s) -> Int64s:
    """The place of each entry among the entries of its group, from 0, in the order given."""
    order = np.argsort(group, kind="stable")
    held = group[order]
    first = np.flatnonzero(np.diff(held, prepend=-1))
    rank = np.empty(len(group), np.int64)
    rank[order] = np.arange(len(group)) - np.repeat(first, np.diff(first, append=len(group)))
    return rank


def homes(life: Life, month: Month, *, newcomers: Wanting, grown: Wanting, movers: Wanting) -> None:
    """Give out the homes that stood empty, by tenure and size, newcomers first.

    Who finds none of the tenure wanted takes what is left; who finds none at all stays or waits.
    """
    rng = life.rng("settle", month)
    vacant = rng.permutation(_vacant(life, month))
    wanting = (newcomers, grown, movers)
    tenure, size = (
        np.concatenate([getattr(want, name) for want in wanting]) for name in ("tenure", "size")
    )
    found = np.full(len(tenure), NONE, np.int64)
    for held in (OWNER, PRIVATE_RENT, SOCIAL):
        asking = np.flatnonzero(tenure == held)
        offered = vacant[life.homes.tenure[vacant] == held]
        _pair(life, rng, found=found, size=size, asking=asking, offered=offered)
    still = np.flatnonzero(found == NONE)
    left = rng.permutation(np.setdiff1d(vacant, found))
    _pair(life, rng, found=found, size=size, asking=still, offered=left)
    new, own, old = np.split(found, np.cumsum([len(newcomers.head), len(grown.head)]))
    _arrive(life, month, newcomers, new)
    got = own >= 0
    life.book.move(grown.head[got], own[got], grown.day[got])
    life.crowd.unit[grown.head[got]] = life.crowd.found_units(int(got.sum()))
    _move(life, month, movers, old)


def _vacant(life: Life, month: Month) -> Int64s:
    """Homes that stood and were empty when the month began."""
    kept = life.homes
    standing = (kept.first_day == NEVER) | (kept.first_day < month.first)
    usual = (kept.kind != CARE_HOME) & ~kept.is_hmo
    return np.flatnonzero(standing & usual & (month.taken == 0))


def _pair(
    life: Life,
    rng: np.random.Generator,
    *,
    found: Int64s,
    size: Int64s,
    asking: Int64s,
    offered: Int64s,
) -> None:
    """As many as there are, first come first served; larger homes to larger households."""
    count = min(len(asking), len(offered))
    asking, offered = asking[:count], offered[:count]
    need = size[asking] + rng.normal(0, 1, count)
    room = life.homes.rooms[offered] + rng.normal(0, 1, count)
    found[asking[np.argsort(need, kind="stable")]] = offered[np.argsort(room, kind="stable")]


def _by_unit(life: Life, wanting: Wanting, found: Int64s) -> tuple[Int64s, Int64s]:
    """The home and the day of each household; -1 and NEVER where it found none."""
    unit = life.crowd.unit[wanting.head]
    home = np.full(life.crowd.units, NONE, np.int64)
    day = np.full(life.crowd.units, NEVER, np.int64)
    home[unit], day[unit] = found, wanting.day
    return home, day


def _arrive(life: Life, month: Month, newcomers: Wanting, found: Int64s) -> None:
    crowd = life.crowd
    home, day = _by_unit(life, newcomers, found)
    due = crowd.month[: life.founders]
    waiting = np.flatnonzero((due > 0) & (due <= month.number + 1))
    waiting = waiting[home[crowd.unit[waiting]] >= 0]
    unit = crowd.unit[waiting]
    _begin(life, month, waiting, home[unit], day[unit])


def _begin(life: Life, month: Month, persons: Int64s, home: Int64s, day: Int64s) -> None:
    """Newcomers begin to live here, and none of them dies in the month of arrival."""
    crowd = life.crowd
    soon = crowd.died[persons] < month.stop
    crowd.died[persons[soon]] = NEVER
    late = np.maximum(day, crowd.born[persons])
    crowd.month[persons] = 0
    life.book.begin(persons, home, late)


def _move(life: Life, month: Month, movers: Wanting, found: Int64s) -> None:
    home, day = _by_unit(life, movers, found)
    persons = month.present[life.book.home[month.present] >= 0]
    persons = persons[home[life.crowd.unit[persons]] >= 0]
    unit = life.crowd.unit[persons]
    life.book.move(persons, home[unit], day[unit])


def rooms(life: Life, month: Month, persons: Int64s) -> None:
    """Give out the rooms that were free when the month began, the emptiest homes first."""
    crowd, rng = life.crowd, life.rng("rooms given", month)
    let = np.flatnonzero(life.homes.is_hmo)
    held = life.book.home[: crowd.count]
    now = np.bincount(held[held >= 0], minlength=len(month.taken))[let]
    free = (life.homes.places[let] - np.maximum(now, month.taken[let])).clip(min=0)
    offered, already = np.repeat(let, free), np.repeat(now, free)
    order = np.argsort(already + rank_in(offered) + 0.9 * rng.random(len(offered)))
    count = min(len(persons), len(offered))
    persons, offered = persons[:count], offered[order][:count]
    another: Bools = held[persons] != offered
    persons, offered = persons[another], offered[another]
    days = month.days(rng, len(persons))
    new = held[persons] < 0
    inside = persons[~new]
    life.book.move(inside, offered[~new], days[~new])
    crowd.unit[inside] = crowd.found_units(len(inside))
    _begin(life, month, persons[new], offered[new], days[new])
