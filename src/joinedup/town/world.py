"""The whole town from a number of people and a seed.

`build` makes it; `home_on` tells who lives where on a day. Everything is a function of the two
numbers: the same numbers give the same arrays.
"""

import numpy as np

from joinedup.core.errors import ProjectError
from joinedup.town import moves, vital
from joinedup.town.areas import make_areas
from joinedup.town.belonging import Belonging, belong
from joinedup.town.buildings import make_buildings
from joinedup.town.crowd import Crowd
from joinedup.town.days import MONTHS, NEVER
from joinedup.town.entities import (
    CARE_HOME,
    COUPLE,
    COUPLE_WITH_CHILDREN,
    INSTITUTION,
    LONE_PARENT,
    NONE,
    SHARERS,
    SINGLE,
    Areas,
    Blocks,
    Families,
    Homes,
    Names,
    People,
    Pool,
    Postcodes,
    Practices,
    Schools,
    Stays,
    Streets,
    World,
    home_on,
)
from joinedup.town.founding import found_town
from joinedup.town.life import Life
from joinedup.town.naming import Named, name_everybody
from joinedup.town.places import make_places
from joinedup.town.settle import settle
from joinedup.town.stay_book import StayBook

FEWEST, MOST = 200, 5_000_000

__all__ = [
    "Areas",
    "Blocks",
    "Families",
    "Homes",
    "Names",
    "People",
    "Pool",
    "Postcodes",
    "Practices",
    "Schools",
    "Stays",
    "Streets",
    "World",
    "build",
    "home_on",
]


def build(people: int, seed: int) -> World:
    """A town of about this many people, counting all who live in it at any time from START to END.

    Args:
        people: FEWEST to MOST; the town has this many, give or take one in a hundred.
        seed: any whole number from 0.

    Raises:
        ProjectError: `people` or `seed` is out of bounds.
    """
    if not FEWEST <= people <= MOST or seed < 0:
        raise ProjectError(
            "a town cannot have so many people or such a seed",
            fix=f"Ask for {FEWEST:,} to {MOST:,} people and a seed of 0 or more.",
        )
    areas, cells = make_areas(people, seed)
    buildings = make_buildings(areas, people=people, seed=seed)
    places = make_places(areas, cells, buildings, people=people, seed=seed)
    crowd = found_town(places.homes, people=people, seed=seed)
    book = settle(crowd, places.homes, areas, seed=seed)
    _live(Life(crowd=crowd, homes=places.homes, book=book, seed=seed))
    stays = _without_strangers(crowd, book)
    named = name_everybody(crowd, seed=seed)
    member = belong(crowd, stays, places.homes, areas, people=people, seed=seed)
    return World(
        seed=seed,
        areas=areas,
        streets=places.streets,
        postcodes=places.postcodes,
        blocks=places.blocks,
        homes=places.homes,
        names=named.names,
        people=_people(crowd, named, member),
        families=_families(crowd, stays, places.homes),
        stays=stays,
        schools=member.schools,
        practices=member.practices,
    )


def _live(life: Life) -> None:
    """All months, one after the other."""
    for number in range(MONTHS):
        month = life.begin(number)
        vital.deaths(life, month)
        vital.births(life, month)
        moves.everybody(life, month)


def _without_strangers(crowd: Crowd, book: StayBook) -> Stays:
    """Strike out who never found a home in the town, and number persons and households anew."""
    stays = book.closed()
    known = np.zeros(len(crowd.born), bool)
    known[stays.person] = True
    anew = np.append(np.cumsum(known) - 1, NONE)
    kept = np.flatnonzero(known)
    crowd.count = len(kept)
    for name in ("sex", "born", "died", "culture", "wed", "month", "student"):
        getattr(crowd, name)[: len(kept)] = getattr(crowd, name)[kept]
    for name in ("mother", "father", "twin_of", "partner", "wed_to"):
        other = getattr(crowd, name)[kept]
        getattr(crowd, name)[: len(kept)] = np.where(known[other] & (other >= 0), anew[other], NONE)
    unit = np.unique(crowd.unit[kept], return_inverse=True)[1]
    crowd.unit[: len(kept)] = unit
    crowd.units = int(unit.max()) + 1
    return Stays(
        person=anew[stays.person].astype(np.int32),
        home=stays.home,
        from_day=stays.from_day,
        to_day=stays.to_day,
    )


def _people(crowd: Crowd, named: Named, member: Belonging) -> People:
    used = slice(0, crowd.count)
    return People(
        forename=named.forename,
        middle=named.middle,
        surname=named.surname,
        birth_surname=named.birth_surname,
        surname_changed=named.surname_changed,
        culture=crowd.culture[used].copy(),
        language=named.language,
        sex=crowd.sex[used].copy(),
        born=crowd.born[used].copy(),
        died=crowd.died[used].copy(),
        family=crowd.unit[used].copy(),
        mother=crowd.mother[used].copy(),
        father=crowd.father[used].copy(),
        twin_of=crowd.twin_of[used].copy(),
        nhs=member.nhs,
        nino=member.nino,
        upn=member.upn,
        practice=member.practice,
        school=member.school,
        student=crowd.student[used].copy(),
    )


def _families(crowd: Crowd, stays: Stays, homes: Homes) -> Families:
    """What each household is on END; what it was, where nobody of it is left in the town."""
    used = slice(0, crowd.count)
    unit, mother, father = crowd.unit[used], crowd.mother[used], crowd.father[used]
    here = np.zeros(crowd.count, bool)
    here[stays.person[stays.to_day == NEVER]] = True
    counts = here | (np.bincount(unit[here], minlength=crowd.units) == 0)[unit]
    with_mother = (mother >= 0) & (unit[mother] == unit) & counts[mother]
    child = counts & (with_mother | ((father >= 0) & (unit[father] == unit) & counts[father]))
    heads = np.bincount(unit[counts & ~child], minlength=crowd.units)
    children = np.bincount(unit[child], minlength=crowd.units) > 0
    kind = np.select(
        [children & (heads > 1), children, heads > 1],
        [COUPLE_WITH_CHILDREN, LONE_PARENT, COUPLE],
        SINGLE,
    )
    last = np.append(np.flatnonzero(np.diff(stays.person)), len(stays.person) - 1)
    kind[unit[stays.person[last][homes.is_hmo[stays.home[last]]]]] = SHARERS
    kind[unit[stays.person[last][homes.kind[stays.home[last]] == CARE_HOME]]] = INSTITUTION
    culture = crowd.culture[np.unique(unit, return_index=True)[1]]
    return Families(kind=kind.astype(np.int8), culture=culture)
