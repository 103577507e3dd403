"""What does the town publish? The gazetteer, the boundaries, the areas and the bank holidays.

Written once, to deliveries/open, without names of persons and without planted errors.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from joinedup.stats.osgrid import grid_to_wgs84
from joinedup.town.addresses import TOWN, Addresses, block_addresses, home_addresses
from joinedup.town.days import NEVER, as_date, day
from joinedup.town.entities import (
    CARE_HOME,
    NONE,
    Areas,
    Floats,
    Int32s,
    Int64s,
    World,
)
from joinedup.town.holidays import BANK_HOLIDAYS
from joinedup.town.numbers import uprn_text
from joinedup.town.wards import outline

GAZETTEER_BEGAN = day(2005, 4, 1)
"""The first date of every address that is older than the town's events."""
HOUSE_CLASS, FLAT_CLASS, CARE_CLASS, SHELL_CLASS, SHOP_CLASS = "RD", "RD06", "RI01", "PP", "CR08"
DEGREE_DIGITS = 7
"""About a centimetre."""
GRID_CRS = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}

Polygon = list[Floats]


def write_open(world: World, folder: Path) -> None:
    """Write every open file into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    pa_csv.write_csv(gazetteer(world), folder / "gazetteer.csv")
    write_areas(world.areas, folder / "areas.csv")
    write_bank_holidays(folder / "bank_holidays.csv")
    areas = world.areas
    oas = [[ring] for ring in areas.rings]
    wards = ward_outlines(areas)
    oa_properties = [{"code": code} for code in areas.oa_code]
    ward_properties = [
        {"code": code, "name": name}
        for code, name in zip(areas.ward_code, areas.ward_name, strict=True)
    ]
    for name, polygons, properties in (
        ("boundaries_oa", oas, oa_properties),
        ("boundaries_ward", wards, ward_properties),
    ):
        write_geojson(folder / f"{name}.geojson", polygons, properties, crs=GRID_CRS)
        degrees = in_degrees(polygons)
        write_geojson(folder / f"{name}_4326.geojson", degrees, properties, crs=None)


def gazetteer(world: World) -> pa.Table:
    """Every address, homes and shells, one row each, in the order of their UPRN."""
    homes, blocks = world.homes, world.blocks
    shops = np.zeros(len(blocks.uprn) + 1, bool)
    shops[homes.block[homes.above_shop]] = True
    home_class = np.where(homes.block == NONE, HOUSE_CLASS, FLAT_CLASS)
    home_class = np.where(homes.kind == CARE_HOME, CARE_CLASS, home_class)
    shell_class = np.where(shops[:-1], SHOP_CLASS, SHELL_CLASS)
    no_parent = np.full(len(blocks.uprn), NONE, np.int64)
    rows = pa.concat_tables(
        [
            _rows(world, homes.uprn, homes.parent, home_addresses(world), homes.oa, home_class),
            _rows(world, blocks.uprn, no_parent, block_addresses(world), blocks.oa, shell_class),
        ]
    )
    dates = np.concatenate([homes.first_day, blocks.first_day])
    dates = np.where(dates == NEVER, GAZETTEER_BEGAN, dates).astype(np.int32)
    columns = {
        "EASTING": pa.array(np.concatenate([homes.easting, blocks.easting])),
        "NORTHING": pa.array(np.concatenate([homes.northing, blocks.northing])),
        "FIRST_DATE": pa.array(dates).cast(pa.date32()),
    }
    for name, column in columns.items():
        rows = rows.append_column(name, column)
    order = np.argsort(np.concatenate([homes.uprn, blocks.uprn]))
    names = "UPRN PARENT_UPRN SAO PAO STREET TOWN POSTCODE EASTING NORTHING CLASS OUTPUT_AREA"
    return rows.select([*names.split(), "FIRST_DATE"]).take(pa.array(order))


def _rows(
    world: World,
    uprn: Int64s,
    parent: Int64s,
    at: Addresses,
    oa: Int32s,
    kind: np.ndarray[Any, np.dtype[np.str_]],
) -> pa.Table:
    return pa.table(
        {
            "UPRN": uprn_text(uprn),
            "PARENT_UPRN": uprn_text(parent).fill_null(""),
            "SAO": at.sao,
            "PAO": at.pao,
            "STREET": at.street,
            "TOWN": pa.array([TOWN] * len(uprn)),
            "POSTCODE": at.postcode,
            "CLASS": pa.array(kind, pa.string()),
            "OUTPUT_AREA": pa.array(world.areas.oa_code).take(pa.array(oa)),
        }
    )


def write_areas(areas: Areas, path: Path) -> None:
    """One row for each output area."""
    head = "OUTPUT_AREA,LSOA,WARD,WARD_NAME,DEPRIVATION_DECILE,SELECTIVE_LICENSING_FROM".split(",")
    _write_csv(path, [head, *_area_rows(areas)])


def _area_rows(areas: Areas) -> Iterator[list[str]]:
    for code, lsoa, ward in zip(areas.oa_code, areas.oa_lsoa, areas.oa_ward, strict=True):
        since = int(areas.ward_selective_from[ward])
        yield [
            code,
            areas.lsoa_code[lsoa],
            areas.ward_code[ward],
            areas.ward_name[ward],
            str(areas.lsoa_deprivation[lsoa]),
            "" if since == NEVER else as_date(since).isoformat(),
        ]


def write_bank_holidays(path: Path) -> None:
    """One row for each bank holiday."""
    rows = ([as_date(number).isoformat(), name] for number, name in BANK_HOLIDAYS)
    _write_csv(path, [["DAY", "NAME"], *rows])


def _write_csv(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def ward_outlines(areas: Areas) -> list[Polygon]:
    """The outline of each ward: a ring around it, then the rings of any holes."""
    wards = range(len(areas.ward_code))
    members = [np.flatnonzero(areas.oa_ward == ward) for ward in wards]
    return [outline([areas.rings[oa] for oa in inside]) for inside in members]


def in_degrees(polygons: Sequence[Polygon]) -> list[Polygon]:
    """The same polygons in longitude and latitude (EPSG:4326), to seven digits."""
    rings = [ring for polygon in polygons for ring in polygon]
    points = np.concatenate(rings)
    at = grid_to_wgs84(points[:, 0], points[:, 1])
    degrees = np.round(np.stack([at.longitude, at.latitude], axis=1), DEGREE_DIGITS)
    turned = iter(np.split(degrees, np.cumsum([len(ring) for ring in rings])[:-1]))
    return [[next(turned) for _ in polygon] for polygon in polygons]


def write_geojson(
    path: Path,
    polygons: Sequence[Polygon],
    properties: Sequence[dict[str, str]],
    *,
    crs: dict[str, Any] | None,
) -> None:
    """A FeatureCollection, a feature a line: RFC 7946 without `crs`, the older form with it."""
    head = f'"crs":{_compact(crs)},' if crs else ""
    features = (
        _compact(
            {
                "type": "Feature",
                "properties": known,
                "geometry": {"type": "Polygon", "coordinates": [_closed(ring) for ring in polygon]},
            }
        )
        for polygon, known in zip(polygons, properties, strict=True)
    )
    lines = ",\n".join(features)
    path.write_text(
        f'{{"type":"FeatureCollection",{head}"features":[\n{lines}\n]}}\n',
        encoding="utf-8",
        newline="\n",
    )


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _closed(ring: Floats) -> list[list[float]]:
    return [*ring.tolist(), ring[0].tolist()]
