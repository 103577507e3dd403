"""GeoJSON (RFC 7946): each feature is a row, its properties are columns, `geometry` is its shape.

Shapes are WKB in the coordinates of the file; which those are stands in the column's `crs`
(Arrow's field metadata): `layout.crs`, else what the file says as GeoJSON of 2008 did, else
EPSG:4326. A feature's own `id` is not taken. A row's line is its number in the list.
"""

import math
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from joinedup.core.errors import Problem
from joinedup.core.vocabulary import Layout
from joinedup.sources.delivery import Raw, refusal, told_lines
from joinedup.sources.formats.encoded import Utf8File
from joinedup.sources.formats.members import Cells, open_members
from joinedup.sources.formats.nested import Members, flat, listed, member
from joinedup.sources.formats.sniff import open_checked
from joinedup.sources.given import Given

GEOMETRY = "geometry"
DEGREES = "EPSG:4326"
# How many lists stand around a position, by the kind of shape.
LEVELS = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
RINGED = frozenset({"Polygon", "MultiPolygon"})
SHORTEST_RING, SHORTEST_LINE = 4, 2


def open_raw(given: Given, layout: Layout) -> Raw:
    """The properties of every feature and `geometry`, and the rows on demand.

    Raises:
        DeliveryError: no bytes, not text, not GeoJSON, cut off, coordinates of another system than
            agreed, or no features.
    """
    open_checked(given, "geojson")
    faults: list[Problem] = []
    if member(given, Utf8File(given, layout), "type") != "FeatureCollection":
        raise refusal(
            given.name,
            "the file is JSON, but no FeatureCollection of GeoJSON.",
            fix='ask the sender for GeoJSON, or set layout.format = "json".',
        )
    crs = _crs(given, layout, member(given, Utf8File(given, layout), "crs"))
    wrong: list[int] = []

    def rows() -> Iterator[tuple[int, Cells]]:
        wrong.clear()
        features = listed(given, Utf8File(given, layout), "features")
        for number, feature in enumerate(features, 1):
            cells, right = _cells(feature, degrees=crs == DEGREES)
            if not right:
                wrong.append(number)
            yield number, cells

    column = pa.field(GEOMETRY, pa.binary(), metadata={"crs": crs})
    raw = open_members(given, rows, faults, inside=".", fields={GEOMETRY: column})
    if wrong:
        faults.append(_wrong_shapes(given, wrong, crs))
    return raw


def _crs(given: Given, layout: Layout, said: Any) -> str:
    """The system of the coordinates, by the code of its authority."""
    inner = dict(said) if isinstance(said, Members) else {}
    properties = inner.get("properties")
    name = str(dict(properties).get("name", "")) if isinstance(properties, Members) else ""
    told = _code(name)
    agreed = _code(layout.crs)
    if agreed and told and agreed != told:
        raise refusal(
            given.name,
            f"the file names another coordinate system than layout.crs ({agreed}).",
            fix="ask the sender which is right, and mend layout.crs or the file.",
        )
    if name and not told and not agreed:
        raise refusal(
            given.name,
            "the file names a coordinate system without an EPSG code.",
            fix="ask the sender which it is, and set layout.crs, such as EPSG:27700.",
        )
    return agreed or told or DEGREES


def _code(name: str) -> str:
    """`EPSG:27700` from that, from `urn:ogc:def:crs:EPSG::27700`, or from CRS84's own name."""
    parts = [part for part in name.upper().replace("/", ":").split(":") if part]
    if parts and parts[-1] in ("CRS84", "WGS84"):
        return DEGREES
    known = len(parts) > 1 and "EPSG" in parts and parts[-1].isdecimal()
    return f"EPSG:{parts[-1]}" if known else ""


def _cells(feature: Any, *, degrees: bool) -> tuple[list[tuple[str, Any]], bool]:
    """The feature laid flat, and whether its shape can be drawn."""
    members = dict(feature) if isinstance(feature, Members) else {}
    properties = members.get("properties")
    cells = list(flat(properties)) if isinstance(properties, Members) else []
    said = members.get(GEOMETRY)
    if said is None:
        return [*cells, (GEOMETRY, None)], members.get("type") == "Feature"
    plain = _plain(said, degrees=degrees)
    return [*cells, (GEOMETRY, _wkb(plain) if plain else None)], plain is not None


def _wkb(plain: dict[str, Any]) -> bytes:
    import shapely  # noqa: PLC0415 - only who reads shapes pays for it
    from shapely.geometry import shape  # noqa: PLC0415 - as above

    drawn: bytes = shapely.to_wkb(shape(plain))
    return drawn


def _plain(said: Any, *, degrees: bool) -> dict[str, Any] | None:
    """The shape with plain numbers, or None if it is not one RFC 7946 knows."""
    members = dict(said) if isinstance(said, Members) else {}
    kind = members.get("type")
    if kind == "GeometryCollection" and isinstance(members.get("geometries"), list):
        parts = [_plain(part, degrees=degrees) for part in members["geometries"]]
        return None if None in parts else {"type": kind, "geometries": parts}
    if not isinstance(kind, str) or kind not in LEVELS:
        return None
    places = _places(members.get("coordinates"), LEVELS[kind], degrees=degrees)
    shortest = SHORTEST_RING if kind in RINGED else SHORTEST_LINE
    if places is None or not _closed(places, kind, LEVELS[kind], shortest):
        return None
    return {"type": kind, "coordinates": places}


def _places(said: Any, level: int, *, degrees: bool) -> Any:
    """Positions as pairs of numbers in as many lists as the shape has; None if any is not."""
    if not isinstance(said, list):
        return None
    if level:
        inner = [_places(part, level - 1, degrees=degrees) for part in said]
        return None if None in inner else inner
    if len(said) not in (2, 3) or any(isinstance(n, bool | str | list) or n is None for n in said):
        return None
    place = tuple(float(number) for number in said if not isinstance(number, Members))
    inside = not degrees or (abs(place[0]) <= 180 and abs(place[1]) <= 90)  # noqa: PLR2004 - degrees
    return place if len(place) == len(said) and all(map(math.isfinite, place)) and inside else None


def _closed(places: Any, kind: str, level: int, shortest: int) -> bool:
    """Whether each ring ends where it began, and each line has two positions."""
    if kind in ("Point", "MultiPoint"):
        return True
    if level > 1:
        return all(_closed(part, kind, level - 1, shortest) for part in places)
    ringed = kind not in RINGED or places[:1] == places[-1:]
    return len(places) >= shortest and ringed


def _wrong_shapes(given: Given, features: list[int], crs: str) -> Problem:
    count = f"{len(features):,} feature{'s have' if len(features) > 1 else ' has'}"
    return Problem(
        given.name,
        f"{count} no shape that can be drawn in {crs} (an open ring, too few positions, or"
        f" coordinates outside it), or none at all: {told_lines(features, len(features))}.",
        "ask the sender for GeoJSON as RFC 7946 has it; if the coordinates are metres, set"
        " layout.crs, such as EPSG:27700.",
    )
