"""What is open to everybody? The gazetteer, the areas and their boundaries, the bank holidays."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.stats.osgrid import grid_to_wgs84
from joinedup.town import entities, outlines
from joinedup.town.addresses import TOWN
from joinedup.town.days import NEVER
from joinedup.town.holidays import bank_holidays
from joinedup.town.numbers import uprn_text
from joinedup.town.view import BLOCK, Town
from joinedup.town.wording import ISO, days, digits, join, metres, same
from joinedup.town.writers import delimited
from joinedup.town.writers.lines import Block

Floats = npt.NDArray[np.float64]
Project = Callable[[Floats], Floats]

CLASSES = {
    entities.HOUSE: "RD04",
    entities.FLAT: "RD06",
    entities.LARGE_HOUSE: "RD03",
    entities.CARE_HOME: "RI01",
    entities.NEW_BUILD: "RD02",
}
"""Kinds of home, as a gazetteer classifies them."""
SHELL, COMMERCIAL = "PP", "CR"
DEGREES = 7
"""Decimals of a degree: a centimetre."""
GRID = "urn:ogc:def:crs:EPSG::27700"


def write(folder: Path, town: Town) -> None:
    """All the open files."""
    delimited.write(folder / "gazetteer.csv", _blocks(_gazetteer(town)))
    delimited.write(folder / "areas.csv", iter([_areas(town)]))
    delimited.write(folder / "bank_holidays.csv", iter([_holidays()]))
    areas = town.world.areas
    inside = [np.flatnonzero(areas.oa_ward == ward) for ward in range(len(areas.ward_code))]
    small = [
        ({"OUTPUT_AREA": code}, [ring])
        for code, ring in zip(areas.oa_code, areas.rings, strict=True)
    ]
    large = [
        ({"WARD": code, "WARD_NAME": name}, outlines.merged(areas.rings[area] for area in within))
        for code, name, within in zip(areas.ward_code, areas.ward_name, inside, strict=True)
    ]
    for name, shapes in (("oa", small), ("ward", large)):
        _geojson(folder / f"boundaries_{name}.geojson", shapes, _centimetres, grid=True)
        _geojson(folder / f"boundaries_{name}_4326.geojson", shapes, _degrees, grid=False)


def _blocks(columns: Block) -> Iterator[Block]:
    rows = len(next(iter(columns.values())))
    for first in range(0, rows, BLOCK):
        yield {name: column.slice(first, BLOCK) for name, column in columns.items()}


def _gazetteer(town: Town) -> Block:
    """Homes, then the shells of blocks, then premises where nobody lives."""
    parts = [_homes(town), _shells(town), _premises(town)]
    return {name: pa.concat_arrays([part[name] for part in parts]) for name in parts[0]}


def _homes(town: Town) -> dict[str, pa.Array]:
    homes, names = town.world.homes, town.world.names
    flat = pc.if_else(pa.array(homes.flat > 0), join("FLAT ", digits(homes.flat)), "")
    words = pa.array([CLASSES[kind] for kind in sorted(CLASSES)])
    return _rows(
        town,
        homes,
        parent=homes.parent,
        sao=flat,
        pao=_primary(homes.number, names.building.take(homes.building)),
        kind=words.take(pa.array(homes.kind)),
        first=homes.first_day,
    )


def _shells(town: Town) -> dict[str, pa.Array]:
    shells, names = town.world.blocks, town.world.names
    rows = len(shells.uprn)
    return _rows(
        town,
        shells,
        parent=np.full(rows, -1),
        sao=same("", rows),
        pao=_primary(shells.number, names.building.take(shells.building)),
        kind=same(SHELL, rows),
        first=shells.first_day,
    )


def _premises(town: Town) -> dict[str, pa.Array]:
    places = town.trading.premises
    own = pa.array(places.home < 0)
    rows = len(places)
    columns = _rows(
        town,
        places,
        parent=places.parent,
        sao=same("", rows),
        pao=_primary(places.number, same("", rows)),
        kind=same(COMMERCIAL, rows),
        first=np.full(rows, NEVER),
    )
    return {name: column.filter(own) for name, column in columns.items()}


def _rows(
    town: Town,
    places: object,
    *,
    parent: npt.NDArray[np.int64],
    sao: pa.Array,
    pao: pa.Array,
    kind: pa.Array,
    first: npt.NDArray[np.integer],
) -> dict[str, pa.Array]:
    world, at = town.world, _facts(places)
    globe = grid_to_wgs84(at["easting"], at["northing"])
    # The town lies east of Greenwich, so that no degree is negative.
    return {
        "UPRN": uprn_text(at["uprn"]),
        "PARENT_UPRN": pc.fill_null(uprn_text(parent), ""),
        "SAO": sao,
        "PAO": pao,
        "STREET": pc.utf8_upper(world.names.street.take(world.streets.name[at["street"]])),
        "TOWN": same(TOWN.upper(), len(sao)),
        "POSTCODE": world.postcodes.text.take(at["postcode"]),
        "EASTING": metres(at["easting"], decimals=2),
        "NORTHING": metres(at["northing"], decimals=2),
        "LATITUDE": metres(globe.latitude, decimals=DEGREES),
        "LONGITUDE": metres(globe.longitude, decimals=DEGREES),
        "CLASS": kind,
        "OUTPUT_AREA": pa.array(world.areas.oa_code).take(pa.array(at["oa"])),
        "FIRST_DATE": pc.fill_null(days(first, ISO), ""),
    }


def _facts(places: object) -> dict[str, npt.NDArray[Any]]:
    """What all three kinds of place have."""
    names = ("uprn", "oa", "street", "postcode", "easting", "northing")
    return {name: getattr(places, name) for name in names}


def _primary(number: npt.NDArray[np.integer], building: pa.Array) -> pa.Array:
    """Name of the building, number in the street, or both."""
    numbered = pc.if_else(pa.array(number > 0), digits(number), "")
    return pc.utf8_trim_whitespace(join(pc.utf8_upper(building), " ", numbered))


def _areas(town: Town) -> Block:
    areas = town.world.areas
    ward = pa.array(areas.oa_ward)
    return {
        "OUTPUT_AREA": pa.array(areas.oa_code),
        "LSOA": pa.array(areas.lsoa_code).take(pa.array(areas.oa_lsoa)),
        "WARD": pa.array(areas.ward_code).take(ward),
        "WARD_NAME": pa.array(areas.ward_name).take(ward),
        "DEPRIVATION_DECILE": digits(areas.lsoa_deprivation[areas.oa_lsoa]),
        "SELECTIVE_LICENSING_FROM": days(areas.ward_selective_from[areas.oa_ward], ISO),
    }


def _holidays() -> Block:
    found = bank_holidays()
    return {"DAY": days(np.array(list(found)), ISO), "NAME": pa.array(list(found.values()))}


def _centimetres(ring: Floats) -> Floats:
    rounded: Floats = np.round(ring, 2)
    return rounded


def _degrees(ring: Floats) -> Floats:
    globe = grid_to_wgs84(ring[:, 0], ring[:, 1])
    degrees: Floats = np.stack([globe.longitude, globe.latitude], axis=1).astype(np.float64)
    return np.round(degrees, DEGREES)


def _geojson(
    path: Path,
    shapes: list[tuple[dict[str, str], list[Floats]]],
    project: Project,
    *,
    grid: bool,
) -> None:
    """One feature per area, each outline closed; in the grid's metres or in degrees."""
    crs = {"crs": {"type": "name", "properties": {"name": GRID}}} if grid else {}
    head = json.dumps({"type": "FeatureCollection", **crs})
    features = [
        json.dumps(
            {"type": "Feature", "properties": named, "geometry": _geometry(rings, project)},
            ensure_ascii=False,
        )
        for named, rings in shapes
    ]
    text = f'{head[:-1]}, "features": [\n' + ",\n".join(features) + "\n]}\n"
    path.write_text(text, encoding="utf-8")


def _geometry(rings: list[Floats], project: Project) -> dict[str, object]:
    """A polygon, with its holes; several polygons where an area is in pieces."""
    closed = [project(np.concatenate([ring, ring[:1]])).tolist() for ring in rings]
    pieces = sum(outlines.area(ring) > 0 for ring in rings)
    if pieces == 1:
        return {"type": "Polygon", "coordinates": closed}
    outer = [[ring] for ring, one in zip(closed, rings, strict=True) if outlines.area(one) > 0]
    return {"type": "MultiPolygon", "coordinates": outer}
