"""Where are the town's output areas, LSOAs and wards, and what are they like?

A lattice of cells is bent so that cells near the centre are small; each cell is an output area.
Its corners and the points along its edges are made once and shared, so outlines tile exactly.
"""

from dataclasses import dataclass

import numpy as np

from joinedup.town.days import NEVER, day
from joinedup.town.draw import stream
from joinedup.town.entities import Areas, Floats, Int8s, Int32s, Int64s
from joinedup.town.names import places as place_names
from joinedup.town.wards import grow_wards

CENTRE_EASTING, CENTRE_NORTHING = 600_000.0, 500_000.0
HOMES_PER_OA = 125
OAS_PER_LSOA = 5
PEOPLE_PER_WARD, FEWEST_WARDS = 7_000, 8
CELL_M = 260.0
"""Side of a cell before bending; bent, 105 m at the centre to 400 m at the edge."""
CORNER_JITTER, EDGE_JITTER = 0.16, 0.05
EDGE_POINTS = 3
SELECTIVE_FROM = day(2024, 4, 1)
STUDENT_WARDS = 0.25


@dataclass(frozen=True, slots=True)
class Cells:
    """The lattice cells that are output areas, by row and column, and their corners.

    Attributes:
        row, column: int64, shape (oas,).
        corners: metres, float64 (oas, 4, 2): south-west, south-east, north-east, north-west.
        rings: the outlines.
    """

    row: Int64s
    column: Int64s
    corners: Floats
    rings: tuple[Floats, ...]


def make_cells(oas: int, seed: int) -> Cells:
    """A round town of this many output areas."""
    side = int(np.ceil(np.sqrt(oas * 4 / np.pi))) + 3
    middle = (side - 1) / 2
    row, column = np.divmod(np.arange(side * side), side)
    near = np.argsort(np.hypot(row - middle, column - middle), kind="stable")[:oas]
    row, column = row[np.sort(near)], column[np.sort(near)]
    points, along_row, along_column = _lattice(side, seed)
    corners = np.stack(
        [
            points[row, column],
            points[row, column + 1],
            points[row + 1, column + 1],
            points[row + 1, column],
        ],
        axis=1,
    )
    south, north = along_row[row, column], along_row[row + 1, column]
    west, east = along_column[row, column], along_column[row, column + 1]
    rings = np.concatenate(
        [
            *(corners[:, :1], south, corners[:, 1:2], east),
            *(corners[:, 2:3], north[:, ::-1], corners[:, 3:], west[:, ::-1]),
        ],
        axis=1,
    )
    return Cells(row=row, column=column, corners=corners, rings=tuple(rings))


def _lattice(side: int, seed: int) -> tuple[Floats, Floats, Floats]:
    """Corner points, and the points between them along rows and along columns, to 10 cm."""
    rng = stream(seed, "areas", "lattice")
    rows, columns = np.mgrid[0 : side + 1, 0 : side + 1].astype(float)
    jitter = rng.uniform(-CORNER_JITTER, CORNER_JITTER, (2, side + 1, side + 1))
    flat = np.stack([columns + jitter[0], rows + jitter[1]], axis=-1) - side / 2
    along_row = _between(rng, flat[:, :-1], flat[:, 1:])
    along_column = _between(rng, flat[:-1], flat[1:])
    return _bend(flat, side), _bend(along_row, side), _bend(along_column, side)


def _between(rng: np.random.Generator, start: Floats, stop: Floats) -> Floats:
    """Points along each edge, each a little off the straight line."""
    share = (np.arange(EDGE_POINTS) + 1.0) / (EDGE_POINTS + 1)
    along = start[..., None, :] + (stop - start)[..., None, :] * share[:, None]
    return np.asarray(along + rng.uniform(-EDGE_JITTER, EDGE_JITTER, along.shape))


def _bend(flat: Floats, side: int) -> Floats:
    """Lattice units into metres: small cells at the centre, large ones at the edge."""
    out = np.linalg.norm(flat, axis=-1, keepdims=True) / (side / 2)
    metres = flat * CELL_M * (0.4 + 0.6 * out)
    return np.asarray((metres + np.array([CENTRE_EASTING, CENTRE_NORTHING])).round(1))


def make_areas(people: int, seed: int) -> tuple[Areas, Cells]:
    """The areas of a town of this many people, and the cells they were made from."""
    oas = max(2 * FEWEST_WARDS, round(people / 2.4 / HOMES_PER_OA))
    wards = max(FEWEST_WARDS, round(people / PEOPLE_PER_WARD))
    cells = make_cells(oas, seed)
    oa_ward = grow_wards(cells.row, cells.column, wards=wards)
    oa_lsoa, lsoa_ward = _lsoas(cells, oa_ward)
    centre = cells.corners.mean(axis=1)
    students = stream(seed, "areas", "students").random(wards)
    areas = Areas(
        oa_code=_coded("T00", oas),
        oa_lsoa=oa_lsoa,
        oa_ward=oa_ward,
        oa_easting=centre[:, 0],
        oa_northing=centre[:, 1],
        lsoa_code=_coded("T01", len(lsoa_ward)),
        lsoa_ward=lsoa_ward,
        lsoa_deprivation=_deprivation(centre, oa_lsoa, seed),
        ward_code=_coded("T05", wards),
        ward_name=_ward_names(wards, seed),
        ward_student_share=np.where(
            students < np.sort(students)[max(1, round(STUDENT_WARDS * wards)) - 1] + 1e-12,
            0.25 + 0.35 * students,
            0.02 + 0.06 * students,
        ),
        ward_selective_from=_selective(wards, seed),
        rings=cells.rings,
    )
    return areas, cells


def _coded(letters: str, count: int) -> tuple[str, ...]:
    return tuple(f"{letters}{number:06d}" for number in range(1, count + 1))


def _ward_names(wards: int, seed: int) -> tuple[str, ...]:
    order = stream(seed, "areas", "ward names").permutation(len(place_names.WARDS))
    names = [place_names.WARDS[place] for place in order]
    sides = ("", " North", " South", " East", " West")
    return tuple(name + side for side in sides for name in names)[:wards]


def _selective(wards: int, seed: int) -> Int32s:
    treated = stream(seed, "areas", "selective").permutation(wards) < (wards + 1) // 2
    return np.where(treated, SELECTIVE_FROM, NEVER).astype(np.int32)


def _lsoas(cells: Cells, oa_ward: Int32s) -> tuple[Int32s, Int32s]:
    """About five output areas of one ward, taken in rows back and forth."""
    oa_lsoa = np.empty(len(oa_ward), np.int32)
    lsoa_ward: list[int] = []
    turned = np.where(cells.row % 2 == 0, cells.column, -cells.column)
    order = np.lexsort((turned, cells.row, oa_ward))
    for ward in range(int(oa_ward.max()) + 1):
        inside = order[oa_ward[order] == ward]
        for part in np.array_split(inside, max(1, round(len(inside) / OAS_PER_LSOA))):
            oa_lsoa[part] = len(lsoa_ward)
            lsoa_ward.append(ward)
    return oa_lsoa, np.array(lsoa_ward, np.int32)


def _deprivation(centre: Floats, oa_lsoa: Int32s, seed: int) -> Int8s:
    """Deciles of a field that varies smoothly over the town, with noise; 1 most deprived."""
    rng = stream(seed, "areas", "deprivation")
    spread = centre.std(axis=0).mean()
    peaks = rng.normal(size=(6, 2)) * centre.std(axis=0) + centre.mean(axis=0)
    height = rng.uniform(0.6, 1.6, 6) * np.array([1, 1, 1, 1, -1, -1])
    away = ((centre[:, None, :] - peaks) ** 2).sum(axis=2)
    field = (height * np.exp(-away / (0.25 * spread**2))).sum(axis=1)
    lsoas = int(oa_lsoa.max()) + 1
    mean = np.bincount(oa_lsoa, field, lsoas) / np.bincount(oa_lsoa, minlength=lsoas)
    noisy = mean + rng.normal(0, 0.25 * mean.std() + 1e-9, lsoas)
    rank = np.argsort(np.argsort(-noisy, kind="stable"), kind="stable")
    return (1 + rank * 10 // lsoas).astype(np.int8)
