"""What is each home like: how large, how old, whose, and is it let room by room?"""

from dataclasses import dataclass

import numpy as np

from joinedup.town.buildings import (
    CARE_PLACES_PER_PERSON,
    IS_BLOCK,
    IS_CARE_HOME,
    IS_CONVERTED,
    IS_HOUSE,
    IS_SHOP,
    Buildings,
    character,
)
from joinedup.town.days import NEVER
from joinedup.town.draw import stream
from joinedup.town.entities import (
    CARE_HOME,
    FLAT,
    HOUSE,
    LARGE_HOUSE,
    NEW_BUILD,
    NONE,
    OWNER,
    PRIVATE_RENT,
    SOCIAL,
    Areas,
    Blocks,
    Bools,
    Floats,
    Homes,
    Int8s,
    Int16s,
    Int32s,
    Int64s,
)

VICTORIAN_UNTIL = 1919
LARGE_ROOMS = 6
VICTORIAN_LARGER = 0.3
HMO_SHARE = 0.06
"""Share of the private rented homes that are let room by room."""
HMO_LOGIT = {
    "built before 1919": 1.1,
    "large house": 1.4,
    "above a shop": 0.9,
    "students' share of the ward": 3.0,
}
"""Log odds that a private rented home of at least HMO_ROOMS rooms is let room by room."""
HMO_ROOMS, HMO_LEAST_PLACES, HMO_MOST_PLACES = 4, 4, 8
BAND_SHARES = (0.24, 0.20, 0.22, 0.15, 0.095, 0.055, 0.035, 0.005)


@dataclass(frozen=True, slots=True)
class Sites:
    """Where each building stands, shape (buildings,) each; codes as in `Homes`."""

    street: Int32s
    postcode: Int32s
    number: Int16s
    name: Int32s
    easting: Floats
    northing: Floats


@dataclass(frozen=True, slots=True)
class Bricks:
    """What homes are made from; `block_of` is the shell of each building, -1 none."""

    areas: Areas
    buildings: Buildings
    sites: Sites
    blocks: Blocks
    block_of: Int32s


def make_homes(bricks: Bricks, uprn: Int64s, *, people: int, seed: int) -> Homes:
    """The homes of every building, in the order of the buildings."""
    buildings, sites = bricks.buildings, bricks.sites
    of = np.repeat(np.arange(len(buildings.oa)), buildings.homes)
    first = np.cumsum(buildings.homes, dtype=np.int64) - buildings.homes
    block = bricks.block_of[of]
    flat = np.where(block == NONE, 0, np.arange(len(of)) - first[of] + 1)
    oa, building_kind = buildings.oa[of], buildings.kind[of]
    rooms = _rooms(building_kind, buildings.built[of], seed)
    kind = _kind(building_kind, rooms, first_day=buildings.first_day[of])
    tenure = _tenure(bricks.areas, oa, kind, seed)
    is_hmo = _hmo(
        np.flatnonzero((tenure == PRIVATE_RENT) & (kind != NEW_BUILD)),
        rooms=rooms,
        built=buildings.built[of],
        above_shop=building_kind == IS_SHOP,
        student_share=bricks.areas.ward_student_share[bricks.areas.oa_ward[oa]],
        seed=seed,
    )
    return Homes(
        uprn=uprn,
        oa=oa,
        postcode=sites.postcode[of],
        street=sites.street[of],
        number=sites.number[of],
        flat=flat.astype(np.int16),
        building=sites.name[of],
        block=block,
        parent=np.where(block == NONE, NONE, bricks.blocks.uprn[block]),
        kind=kind,
        rooms=rooms,
        built=buildings.built[of],
        tenure=tenure,
        easting=sites.easting[of],
        northing=sites.northing[of],
        first_day=buildings.first_day[of],
        band=_bands(bricks.areas, oa, rooms, seed),
        above_shop=building_kind == IS_SHOP,
        is_hmo=is_hmo,
        places=_places(kind, rooms, is_hmo=is_hmo, people=people, seed=seed),
    )


def _rooms(building_kind: Int8s, built: Int16s, seed: int) -> Int8s:
    rng = stream(seed, "homes", "rooms")
    drawn = rng.random(len(built))
    house = np.searchsorted([0.14, 0.45, 0.78, 0.93, 0.98], drawn) + 3
    flat = np.searchsorted([0.12, 0.45, 0.85], drawn) + 1
    shop = np.searchsorted([0.25, 0.5, 0.75, 0.92], drawn) + 2
    rooms = np.where(building_kind == IS_HOUSE, house, flat)
    rooms = np.where(building_kind == IS_SHOP, shop, rooms)
    larger = (
        (building_kind == IS_HOUSE)
        & (built < VICTORIAN_UNTIL)
        & (rng.random(len(built)) < VICTORIAN_LARGER)
    )
    rooms = np.where(building_kind == IS_CARE_HOME, 20, rooms + larger)
    return rooms.astype(np.int8)


def _kind(building_kind: Int8s, rooms: Int8s, *, first_day: Int32s) -> Int8s:
    flat = np.isin(building_kind, (IS_BLOCK, IS_CONVERTED, IS_SHOP))
    kind = np.where(flat, FLAT, np.where(rooms >= LARGE_ROOMS, LARGE_HOUSE, HOUSE))
    kind = np.where(first_day == NEVER, kind, NEW_BUILD)
    return np.where(building_kind == IS_CARE_HOME, CARE_HOME, kind).astype(np.int8)


def _tenure(areas: Areas, oa: Int32s, kind: Int8s, seed: int) -> Int8s:
    like = character(areas)
    drawn = stream(seed, "homes", "tenure").random(len(oa))
    flat, large = kind == FLAT, kind == LARGE_HOUSE
    social = 0.03 + 0.36 * like.deprived[oa] ** 2 + 0.06 * flat - 0.02 * large
    private = 0.06 + 0.14 * like.central[oa] + 0.2 * flat + 0.04 * large
    tenure = np.where(drawn < social, SOCIAL, OWNER)
    tenure = np.where((drawn >= social) & (drawn < social + private), PRIVATE_RENT, tenure)
    return np.where(kind == CARE_HOME, OWNER, tenure).astype(np.int8)


def _bands(areas: Areas, oa: Int32s, rooms: Int8s, seed: int) -> Int8s:
    """Council tax bands by size and place, with the shares of England."""
    rng = stream(seed, "homes", "bands")
    worth = (
        rooms.clip(max=9) + 4 * (1 - character(areas).deprived[oa]) + rng.normal(0, 0.9, len(oa))
    )
    steps = np.quantile(worth, np.cumsum(BAND_SHARES)[:-1])
    return np.searchsorted(steps, worth).astype(np.int8)


def _hmo(
    rented: Int64s,
    *,
    rooms: Int8s,
    built: Int16s,
    above_shop: Bools,
    student_share: Floats,
    seed: int,
) -> Bools:
    """Draw which of the rented homes are let room by room: logistic, HMO_SHARE of them in all."""
    large_enough = rented[rooms[rented] >= HMO_ROOMS]
    factors = (
        built[large_enough] < VICTORIAN_UNTIL,
        (rooms[large_enough] >= LARGE_ROOMS) & ~above_shop[large_enough],
        above_shop[large_enough],
        student_share[large_enough],
    )
    score = np.stack(factors, axis=1) @ np.array(list(HMO_LOGIT.values()))
    odds = _with_mean(score, HMO_SHARE * len(rented))
    chosen = np.zeros(len(rooms), bool)
    drawn = stream(seed, "homes", "hmo").random(len(rooms))[large_enough]
    chosen[large_enough[drawn < odds]] = True
    return chosen


def _with_mean(score: Floats, expected: float) -> Floats:
    """Probabilities logistic in the score, shifted so that they sum to `expected`, by bisection."""
    low, high = -30.0, 30.0
    for _ in range(60):
        shift = (low + high) / 2
        low, high = (shift, high) if _logistic(score + shift).sum() < expected else (low, shift)
    return _logistic(score + high)


def _logistic(score: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-score)), np.float64)


def _places(kind: Int8s, rooms: Int8s, *, is_hmo: Bools, people: int, seed: int) -> Int16s:
    """How many people may live in a home that is let by the room or cares for them."""
    care = kind == CARE_HOME
    each = CARE_PLACES_PER_PERSON * people / max(1, int(care.sum()))
    beds = np.round(each * stream(seed, "homes", "beds").uniform(0.7, 1.3, len(kind))).clip(8, 80)
    let = (rooms - 1).clip(HMO_LEAST_PLACES, HMO_MOST_PLACES)
    return np.where(care, beds, np.where(is_hmo, let, 0)).astype(np.int16)
