"""Which buildings stand in each output area, and how many homes are in each?

Not yet homes: `places` gives every building a street, a number and a point on the map, and
divides it into homes.
"""

from dataclasses import dataclass

import numpy as np

from joinedup.town.areas import HOMES_PER_OA
from joinedup.town.days import END, NEVER, START, year_of
from joinedup.town.draw import stream
from joinedup.town.entities import Areas, Floats, Int8s, Int16s, Int32s, Int64s

KINDS = ("house", "block", "converted house", "shop", "care home")
IS_HOUSE, IS_BLOCK, IS_CONVERTED, IS_SHOP, IS_CARE_HOME = range(5)
PEOPLE_PER_HOME = 2.47
NEW_SHARE = 0.04
"""Share of the homes that are built after START."""
NEW_IN_BLOCKS = 0.45
HOMES_PER_SITE = 40
PEOPLE_PER_CARE_HOME, CARE_PLACES_PER_PERSON = 7_000, 0.007
LARGEST_BLOCK = 40


@dataclass(frozen=True, slots=True)
class Character:
    """What an output area is like, float64, shape (oas,), each 0 to 1.

    Attributes:
        central: 1 at the centre, 0 at the edge; spread evenly over the areas.
        deprived: 1 for the most deprived tenth, 0 for the least.
    """

    central: Floats
    deprived: Floats


@dataclass(frozen=True, slots=True)
class Buildings:
    """Buildings in the order of their output areas, shape (buildings,) each.

    Attributes:
        oa: int32. kind: int8 into KINDS. homes: number of homes in it, int16.
        built: year, int16. first_day: int32; NEVER where it was there before START.
    """

    oa: Int32s
    kind: Int8s
    homes: Int16s
    built: Int16s
    first_day: Int32s


def character(areas: Areas) -> Character:
    """How central and how deprived each output area is."""
    middle = np.array([areas.oa_easting.mean(), areas.oa_northing.mean()])
    away = np.hypot(areas.oa_easting - middle[0], areas.oa_northing - middle[1])
    rank = np.argsort(np.argsort(away, kind="stable"), kind="stable")
    decile = areas.lsoa_deprivation[areas.oa_lsoa]
    return Character(central=1 - rank / max(1, len(away) - 1), deprived=(10 - decile) / 9)


def make_buildings(areas: Areas, *, people: int, seed: int) -> Buildings:
    """All buildings of a town of this many people, old and new."""
    like = character(areas)
    wanted = people / PEOPLE_PER_HOME
    old = _old(like, wanted * (1 - NEW_SHARE), seed)
    new = _new(like, max(6, round(wanted * NEW_SHARE)), seed)
    care = _care(like, max(2, round(people / PEOPLE_PER_CARE_HOME)), seed)
    oa, kind, homes, first_day = (
        np.concatenate(parts) for parts in zip(old, care, new, strict=True)
    )
    rng = stream(seed, "buildings", "order")
    order = np.lexsort((rng.random(len(oa)), first_day != NEVER, oa))
    oa, kind, homes, first_day = oa[order], kind[order], homes[order], first_day[order]
    return Buildings(
        oa=oa.astype(np.int32),
        kind=kind.astype(np.int8),
        homes=homes.astype(np.int16),
        built=_built(like, oa, kind, first_day, seed),
        first_day=first_day.astype(np.int32),
    )


_Rows = tuple[Int64s, Int64s, Int64s, Int64s]


def _rows(oa: Int64s, kind: int, homes: Int64s) -> _Rows:
    return oa, np.full(len(oa), kind), homes, np.full(len(oa), NEVER)


def _old(like: Character, wanted: float, seed: int) -> _Rows:
    """Blocks, conversions and shops where it is central; houses for the rest of the homes."""
    rng = stream(seed, "buildings", "old")
    oas = len(like.central)
    target = rng.lognormal(0, 0.12, oas)
    target = np.round(target * wanted / target.sum()).astype(np.int64)
    scale = target / HOMES_PER_OA
    every = np.arange(oas)
    blocks = np.repeat(every, rng.poisson((0.3 + 2.6 * like.central**2) * scale))
    converted = np.repeat(every, rng.poisson((0.5 + 4 * like.central) * scale))
    shops = np.repeat(every, rng.poisson((0.6 + 3 * like.central) * scale))
    parts = [
        _rows(blocks, IS_BLOCK, 3 + rng.geometric(0.14, len(blocks)).clip(max=LARGEST_BLOCK)),
        _rows(converted, IS_CONVERTED, rng.integers(2, 5, len(converted))),
        _rows(shops, IS_SHOP, rng.integers(1, 4, len(shops))),
    ]
    inside = np.bincount(
        np.concatenate([part[0] for part in parts]),
        np.concatenate([part[2] for part in parts]),
        oas,
    ).astype(np.int64)
    houses = np.repeat(every, np.maximum(target - inside, 4))
    parts.append(_rows(houses, IS_HOUSE, np.ones(len(houses), np.int64)))
    oa, kind, homes, first_day = (np.concatenate(rows) for rows in zip(*parts, strict=True))
    return oa, kind, homes, first_day


def _care(like: Character, count: int, seed: int) -> _Rows:
    oa = stream(seed, "buildings", "care").permutation(len(like.central))[:count]
    return _rows(oa, IS_CARE_HOME, np.ones(len(oa), np.int64))


def _new(like: Character, wanted: int, seed: int) -> _Rows:
    """Sites, each with some blocks and some houses, finished over about a year."""
    rng = stream(seed, "buildings", "new")
    sites = max(1, round(wanted / HOMES_PER_SITE))
    likely = 1.3 - like.central
    site_oa = rng.choice(len(likely), size=sites, p=likely / likely.sum())
    begins = rng.integers(START + 20, END - 200, sites)
    in_blocks = round(wanted * NEW_IN_BLOCKS)
    size = 3 + rng.geometric(0.1, max(1, in_blocks // 4)).clip(max=LARGEST_BLOCK)
    size = size[np.cumsum(size) <= max(in_blocks, size[0])]
    homes = np.concatenate([size, np.ones(max(0, wanted - int(size.sum())), np.int64)])
    kind = np.where(np.arange(len(homes)) < len(size), IS_BLOCK, IS_HOUSE)
    site = rng.integers(sites, size=len(homes))
    first_day = begins[site] + rng.integers(0, 380, len(homes))
    return site_oa[site], kind, homes, first_day.clip(max=END - 30)


def _built(like: Character, oa: Int64s, kind: Int64s, first_day: Int64s, seed: int) -> Int16s:
    """Older towards the centre; blocks newer, conversions and shops older than what is around."""
    rng = stream(seed, "buildings", "built")
    around = 1985 - 95 * like.central + rng.normal(0, 14, len(like.central))
    shift = np.array([0, 45, -25, -18, 30])[kind]
    year = np.round(around[oa] + shift + rng.normal(0, 16, len(oa))).clip(1760, 2021)
    new = first_day != NEVER
    year[new] = year_of(first_day[new])
    return year.astype(np.int16)
