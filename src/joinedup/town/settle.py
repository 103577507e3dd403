"""Which family lives in which home at START?"""

import numpy as np

from joinedup.town.crowd import Crowd
from joinedup.town.days import NEVER, START, YEAR_DAYS
from joinedup.town.draw import stream
from joinedup.town.entities import (
    CARE_HOME,
    NONE,
    OWNER,
    PRIVATE_RENT,
    SOCIAL,
    Areas,
    Bools,
    Floats,
    Homes,
    Int8s,
    Int64s,
)
from joinedup.town.stay_book import StayBook

YEARS_THERE = np.array([11.0, 2.6, 8.0])
"""Mean years since a family came to its home, by tenure."""
YEARS_IN_ROOM, YEARS_IN_CARE = 1.1, 2.3
NEIGHBOURHOODS = 40
CARE_FROM, SHARE_UNTIL = 72, 64


def settle(crowd: Crowd, homes: Homes, areas: Areas, *, seed: int) -> StayBook:
    """The stays that are open at START; who does not arrive later lives somewhere.

    Households that find no home are left out and arrive in the first month.
    """
    rng = stream(seed, "settle")
    book = StayBook(len(crowd.sex))
    there = np.flatnonzero(crowd.month[: crowd.count] == 0)
    first = there[np.unique(crowd.unit[there], return_index=True)[1]]
    size = np.bincount(crowd.unit[there], minlength=crowd.units)
    alone = size[crowd.unit[first]] == 1
    age = (START - crowd.born[first]) / YEAR_DAYS
    unit_home = np.full(crowd.units, NONE, np.int64)

    care = _places(rng, homes, homes.kind == CARE_HOME)
    oldest = first[alone & (age > CARE_FROM)]
    oldest = oldest[np.argsort(crowd.born[oldest] + rng.normal(0, 1800, len(oldest)))][: len(care)]
    unit_home[crowd.unit[oldest]] = care[: len(oldest)]
    rooms = _places(rng, homes, homes.is_hmo)
    studious = areas.ward_student_share[areas.oa_ward[homes.oa[rooms]]]
    rooms = rooms[np.argsort(rng.normal(0, 0.1, len(rooms)) - studious, kind="stable")]
    sharing = first[alone & (age < SHARE_UNTIL)]
    likely = np.abs(age[alone & (age < SHARE_UNTIL)] - 22) + rng.exponential(4, len(sharing))
    sharing = sharing[np.argsort(likely - 30 * crowd.student[sharing], kind="stable")][: len(rooms)]
    unit_home[crowd.unit[sharing]] = rooms[: len(sharing)]

    rest = first[unit_home[crowd.unit[first]] == NONE]
    usual = (homes.kind != CARE_HOME) & ~homes.is_hmo & (homes.first_day == NEVER)
    unit_home[crowd.unit[rest]] = _match(
        rng, crowd, homes, areas, rest=rest, size=size, vacant=np.flatnonzero(usual)
    )
    crowd.month[there[unit_home[crowd.unit[there]] == NONE]] = 1
    housed = there[unit_home[crowd.unit[there]] >= 0]
    _begin(rng, crowd, homes, book, persons=housed, unit_home=unit_home)
    return book


def _places(rng: np.random.Generator, homes: Homes, chosen: Bools) -> Int64s:
    """The homes once for each place that is taken: one place in eight stays free."""
    which = np.flatnonzero(chosen)
    taken = np.ceil(homes.places[which] * rng.uniform(0.78, 0.98, len(which))).astype(np.int64)
    return np.repeat(which, taken)


def _match(
    rng: np.random.Generator,
    crowd: Crowd,
    homes: Homes,
    areas: Areas,
    *,
    rest: Int64s,
    size: Int64s,
    vacant: Int64s,
) -> Int64s:
    """A home for each household: tenure by stage of life, then neighbourhood, then size."""
    found = np.full(len(rest), NONE, np.int64)
    count = min(len(rest), len(vacant))
    vacant = np.sort(rng.choice(vacant, size=count, replace=False))
    tenure = _tenures(rng, crowd, rest[:count], size, homes.tenure[vacant])
    far = _elsewhere_share(rng, areas)
    for held in (OWNER, PRIVATE_RENT, SOCIAL):
        families, places = np.flatnonzero(tenure == held), vacant[homes.tenure[vacant] == held]
        if not len(families):
            continue
        block = len(families) // NEIGHBOURHOODS + 1
        apart = 1.1 * (crowd.culture[rest[families]] != 0) + rng.normal(size=len(families))
        near = far[homes.oa[places]] + 0.4 * rng.normal(size=len(places))
        people_block = np.argsort(np.argsort(apart, kind="stable"), kind="stable") // block
        home_block = np.argsort(np.argsort(near, kind="stable"), kind="stable") // block
        need = size[crowd.unit[rest[families]]] + rng.normal(0, 1.1, len(families))
        room = homes.rooms[places] + rng.normal(0, 0.8, len(places))
        found[families[np.lexsort((need, people_block))]] = places[np.lexsort((room, home_block))]
    return found


def _tenures(
    rng: np.random.Generator, crowd: Crowd, rest: Int64s, size: Int64s, tenure: Int8s
) -> Int64s:
    """As many owners and social tenants as there are such homes, those first who are likelier."""
    age = (START - crowd.born[rest]) / YEAR_DAYS
    couple = crowd.partner[rest] >= 0
    owning = age.clip(max=66) / 13 + 1.3 * couple + rng.gumbel(0, 1.1, len(rest))
    lone = (size[crowd.unit[rest]] > 1) & ~couple
    social = 2.0 * lone + 0.4 * size[crowd.unit[rest]] + age / 25 + rng.gumbel(0, 1.0, len(rest))
    order = np.argsort(-owning, kind="stable")
    owners = int((tenure == OWNER).sum())
    drawn = np.full(len(rest), OWNER, np.int64)
    left = order[owners:]
    left = left[np.argsort(-social[left], kind="stable")]
    tenants = int((tenure == SOCIAL).sum())
    drawn[left[:tenants]], drawn[left[tenants:]] = SOCIAL, PRIVATE_RENT
    return drawn


def _elsewhere_share(rng: np.random.Generator, areas: Areas) -> Floats:
    """How much each output area draws families from elsewhere: deprived, central, and by chance."""
    decile = areas.lsoa_deprivation[areas.oa_lsoa]
    chance = rng.normal(size=len(areas.lsoa_code))[areas.oa_lsoa]
    ward = rng.normal(size=len(areas.ward_code))[areas.oa_ward]
    return (5.5 - decile) / 4 + 0.6 * chance + 0.6 * ward


def _begin(
    rng: np.random.Generator,
    crowd: Crowd,
    homes: Homes,
    book: StayBook,
    *,
    persons: Int64s,
    unit_home: Int64s,
) -> None:
    """The household came some years ago; who was born since is there from birth."""
    unit = crowd.unit[persons]
    home = unit_home[unit]
    years = YEARS_THERE[homes.tenure[home]]
    years = np.where(homes.is_hmo[home], YEARS_IN_ROOM, years)
    years = np.where(homes.kind[home] == CARE_HOME, YEARS_IN_CARE, years)
    waited = rng.exponential(size=crowd.units)[unit] * years
    came = START - 1 - (waited * YEAR_DAYS).astype(np.int64)
    adult = np.full(crowd.units, NEVER, np.int64)
    head = (crowd.mother[persons] == NONE) & (crowd.father[persons] == NONE)
    np.maximum.at(adult, unit[head], crowd.born[persons[head]] + round(18.2 * YEAR_DAYS))
    built = ((homes.built[home].astype(np.int64) - 1969) * YEAR_DAYS).astype(np.int64)
    came = np.maximum(came, np.minimum(np.maximum(adult[unit], built), START - 1))
    care = homes.kind[home] == CARE_HOME
    came = np.where(care, np.maximum(came, crowd.born[persons] + round(70.5 * YEAR_DAYS)), came)
    book.begin(persons, home, np.maximum(came, crowd.born[persons]))
