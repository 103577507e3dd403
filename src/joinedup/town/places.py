"""Where is each home, and what is its address?

Streets lie inside one output area, postcodes inside one street. Homes stand along their street,
well inside the area's outline.
"""

from dataclasses import dataclass

import numpy as np

from joinedup.town import numbers
from joinedup.town.areas import Cells
from joinedup.town.buildings import (
    IS_BLOCK,
    IS_CARE_HOME,
    IS_CONVERTED,
    IS_SHOP,
    Buildings,
)
from joinedup.town.draw import stream
from joinedup.town.entities import (
    NONE,
    Areas,
    Blocks,
    Floats,
    Homes,
    Int32s,
    Int64s,
    Pool,
    Postcodes,
    Streets,
)
from joinedup.town.homes import Bricks, Sites, make_homes
from joinedup.town.names import places as place_names

HOMES_PER_STREET, HOMES_PER_POSTCODE = 42, 18
MARGIN = 0.14
"""Share of a cell's side along its edge where nothing is built."""
UNIT_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
UNITS_PER_SECTOR, SECTORS = 240, 10
UNIT_STEP = 13
NAMED_BLOCKS, ONLY_NAMED = 0.6, 0.5


@dataclass(frozen=True, slots=True)
class Places:
    """Streets, postcodes, shells of blocks, and homes."""

    streets: Streets
    postcodes: Postcodes
    blocks: Blocks
    homes: Homes


def make_places(
    areas: Areas, cells: Cells, buildings: Buildings, *, people: int, seed: int
) -> Places:
    """Every address of the town."""
    streets, street_of = _streets(buildings, seed)
    postcodes, postcode_of = _postcodes(buildings, street_of, streets)
    sites = _sites(buildings, cells, street_of=street_of, postcode_of=postcode_of, seed=seed)
    shells = np.flatnonzero(np.isin(buildings.kind, (IS_BLOCK, IS_CONVERTED, IS_SHOP)))
    uprn = numbers.uprns(
        stream(seed, "places", "uprn"), len(shells) + int(buildings.homes.sum(dtype=np.int64))
    )
    blocks = Blocks(
        uprn=uprn[: len(shells)],
        oa=buildings.oa[shells],
        postcode=sites.postcode[shells],
        street=sites.street[shells],
        number=sites.number[shells],
        building=sites.name[shells],
        easting=sites.easting[shells],
        northing=sites.northing[shells],
        first_day=buildings.first_day[shells],
    )
    block_of = np.full(len(buildings.oa), NONE, np.int32)
    block_of[shells] = np.arange(len(shells), dtype=np.int32)
    bricks = Bricks(areas, buildings, sites, blocks, block_of)
    homes = make_homes(bricks, uprn[len(shells) :], people=people, seed=seed)
    return Places(streets, postcodes, blocks, homes)


def _run_ids(*keys: Int64s) -> Int64s:
    """Number the runs of equal keys in rows sorted by them, from 0."""
    changed = np.zeros(len(keys[0]), bool)
    for key in keys:
        changed[1:] |= key[1:] != key[:-1]
    return np.cumsum(changed)


def _rank_in_run(run: Int64s) -> Int64s:
    """The place of each row in its run, from 0."""
    first = np.flatnonzero(np.diff(run, prepend=-1))
    return np.arange(len(run)) - first[run]


def _streets(buildings: Buildings, seed: int) -> tuple[Streets, Int32s]:
    """Streets of about HOMES_PER_STREET homes, and the street of each building."""
    oa = buildings.oa.astype(np.int64)
    before = np.cumsum(buildings.homes, dtype=np.int64) - buildings.homes
    first = np.flatnonzero(np.diff(oa, prepend=-1))
    in_oa = before - before[first][_run_ids(oa)]
    street_of = _run_ids(oa, in_oa // HOMES_PER_STREET)
    count = int(street_of[-1]) + 1
    rng = stream(seed, "places", "streets")
    names = len(place_names.street_names())
    plain = len(place_names.STREET_STEMS) * len(place_names.STREET_ENDINGS)
    order = np.concatenate([rng.permutation(plain), plain + rng.permutation(names - plain)])
    streets = Streets(
        name=order[np.arange(count) % names].astype(np.int32),
        usrn=numbers.usrns(rng, count),
        oa=oa[np.flatnonzero(np.diff(street_of, prepend=-1))].astype(np.int32),
    )
    return streets, street_of.astype(np.int32)


def _postcodes(
    buildings: Buildings, street_of: Int32s, streets: Streets
) -> tuple[Postcodes, Int32s]:
    """Postcodes of about HOMES_PER_POSTCODE homes, and the postcode of each building."""
    before = np.cumsum(buildings.homes, dtype=np.int64) - buildings.homes
    first = np.flatnonzero(np.diff(street_of, prepend=-1))
    in_street = before - before[first][street_of]
    postcode_of = _run_ids(street_of.astype(np.int64), in_street // HOMES_PER_POSTCODE)
    street = street_of[np.flatnonzero(np.diff(postcode_of, prepend=-1))]
    texts = [_postcode_text(number) for number in range(len(street))]
    postcodes = Postcodes(text=Pool.of(texts), oa=streets.oa[street], street=street)
    return postcodes, postcode_of.astype(np.int32)


def _postcode_text(number: int) -> str:
    """The postcode of a place in the order of the town: ZT1 to ZT99."""
    sector, unit = divmod(number, UNITS_PER_SECTOR)
    district, sector = divmod(sector, SECTORS)
    first, second = divmod(unit * UNIT_STEP % len(UNIT_LETTERS) ** 2, len(UNIT_LETTERS))
    return f"ZT{district + 1} {sector}{UNIT_LETTERS[first]}{UNIT_LETTERS[second]}"


def _sites(
    buildings: Buildings, cells: Cells, *, street_of: Int32s, postcode_of: Int32s, seed: int
) -> Sites:
    """Number, name and point of each building: both sides of its street in turn."""
    rng = stream(seed, "places", "sites")
    run = street_of.astype(np.int64)
    place = _rank_in_run(run)
    length = np.bincount(run)[run]
    streets_in_oa = np.bincount(buildings.oa[np.flatnonzero(np.diff(run, prepend=-1))])
    street_in_oa = _rank_in_run_of(run, buildings.oa)
    along = (place // 2 + rng.uniform(0.3, 0.7, len(run))) / (length // 2 + 1)
    across = (street_in_oa + 0.5) / streets_in_oa[buildings.oa]
    across += np.where(place % 2 == 0, -0.2, 0.2) / streets_in_oa[buildings.oa]
    easting, northing = _in_cell(cells.corners[buildings.oa], along, across)
    block = buildings.kind == IS_BLOCK
    care = buildings.kind == IS_CARE_HOME
    named = (block & (rng.random(len(run)) < NAMED_BLOCKS)) | care
    only_named = named & (rng.random(len(run)) < ONLY_NAMED)
    name = np.full(len(run), NONE, np.int32)
    names = len(place_names.building_names())
    name[named] = (np.arange(int(named.sum())) * 97 + int(rng.integers(names))) % names
    return Sites(
        street=street_of,
        postcode=postcode_of,
        number=np.where(only_named, 0, place + 1).astype(np.int16),
        name=name,
        easting=easting,
        northing=northing,
    )


def _rank_in_run_of(street: Int64s, oa: Int32s) -> Int64s:
    """The place of each row's street among the streets of its area, from 0."""
    first = np.flatnonzero(np.diff(oa, prepend=-1))
    return street - street[first][_run_ids(oa.astype(np.int64))]


def _in_cell(corners: Floats, along: Floats, across: Floats) -> tuple[Floats, Floats]:
    """Points of a cell by their shares of its sides, to the centimetre, off the edges."""
    u = (MARGIN + (1 - 2 * MARGIN) * along)[:, None]
    v = (MARGIN + (1 - 2 * MARGIN) * across)[:, None]
    south = corners[:, 0] * (1 - u) + corners[:, 1] * u
    north = corners[:, 3] * (1 - u) + corners[:, 2] * u
    points = np.round(south * (1 - v) + north * v, 2)
    return points[:, 0], points[:, 1]
