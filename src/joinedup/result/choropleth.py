"""How are areas shaded? In three to six round classes; hidden is hatched, no figure is grey.

The areas are laid flat at their middle latitude (equirectangular), so that a town looks as it does
on a street map, and their outlines are rounded to what a screen can show.
"""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from joinedup.core.errors import MethodError
from joinedup.result import words
from joinedup.result.blocks import Cell, Column, Hidden, Map
from joinedup.result.charts import PALETTE, column_of
from joinedup.result.drawing import HATCH

SHADES: Mapping[int, tuple[str, ...]] = {
    1: ("#5b9bd5",),
    2: ("#b4d2ee", "#1d5f9e"),
    3: ("#cfe2f4", "#6ba6da", "#1d5f9e"),
    4: ("#deebf7", "#9fc6e8", "#4a8ecb", "#12436d"),
    5: ("#deebf7", "#abcdea", "#6ba6da", "#2f74b5", "#12436d"),
    6: ("#e6f0f9", "#bfd9ef", "#8ebce2", "#5597d0", "#2568a8", "#12436d"),
}
HIDDEN, NOTHING, OTHER = "hidden", "no figure", "other"
GREYS: Mapping[str, str] = {OTHER: "#a9acae", HIDDEN: HATCH, NOTHING: "#e4e5e6"}
OUTLINE = "#6f777b"
CLASSES = 5
NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
FINEST = 1_600
TALLEST, SHORTEST = 620, 200
WORDS_AT_MOST = 6

Point = tuple[float, float]


def chart(block: Map, *, width: int) -> dict[str, Any]:
    """The Vega-Lite specification of a map, areas and values put together.

    Raises:
        MethodError: the areas are not GeoJSON polygons, or the columns are not in the table.
    """
    column = column_of(block.table, block.value)
    found = values(block)
    classes, shades = classify(column, [value for value in found.values() if is_shown(value)])
    flat = Flat(block)
    steps = min(FINEST, width * 2)
    features, present = [], set()
    for feature in block.areas["features"]:
        value = found.get(_key(feature["properties"].get(block.key)))
        name = class_of(column, value, classes)
        present.add(name)
        shape = flat.geometry(feature["geometry"], steps=steps)
        features.append({"type": "Feature", "geometry": shape, "properties": {"class": name}})
    legend = {name: shade for (name, _), shade in zip(classes, shades, strict=True)}
    legend |= {name: grey for name, grey in GREYS.items() if name in present}
    return {
        "data": {"values": features},
        "projection": {"type": "identity", "reflectY": True},
        "height": round(min(TALLEST, max(SHORTEST, width * flat.ratio))),
        "mark": {"type": "geoshape", "stroke": OUTLINE, "strokeWidth": 0.5},
        "encoding": {
            "color": {
                "field": "properties.class",
                "type": "nominal",
                "title": words.heading(column),
                "scale": {"domain": list(legend), "range": list(legend.values())},
                "legend": {"symbolType": "square", "symbolStrokeWidth": 0, "columns": width // 150},
            }
        },
    }


def note(block: Map) -> str:
    """What the map cannot show: areas hidden, areas without a figure, rows without an area."""
    found = values(block)
    keys = [_key(feature["properties"].get(block.key)) for feature in block.areas["features"]]
    hidden = sum(isinstance(found.get(key), Hidden) for key in keys)
    nothing = sum(key not in found or words.is_missing(found[key]) for key in keys)
    nowhere = len(set(found) - set(keys))
    said = [
        _count(hidden, "area is hatched: its number is", "areas are hatched: their numbers are")
        + " hidden."
        if hidden
        else "",
        _count(nothing, "area is grey: it has", "areas are grey: they have") + " no figure."
        if nothing
        else "",
        _count(nowhere, "row of the table has", "rows of the table have") + " no area on the map."
        if nowhere
        else "",
    ]
    return " ".join(sentence for sentence in said if sentence)


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def values(block: Map) -> dict[str, Cell | Hidden]:
    """The shading value by area."""
    names = [column.name for column in block.table.columns]
    column_of(block.table, block.key)
    column_of(block.table, block.value)
    key, value = names.index(block.key), names.index(block.value)
    rows = block.table.rows[:-1] if block.table.total_row else block.table.rows
    return {_key(row[key]): words.plain(row[value]) for row in rows}


def _key(value: Any) -> str:
    """1, 1.0 and "1" name the same area."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def is_shown(value: Cell | Hidden) -> bool:
    """Whether the value has a shade."""
    return not isinstance(value, Hidden) and not words.is_missing(value)


Class = tuple[str, float | str]
"""What the legend says, and the upper bound (or, of words, the word itself)."""


def classify(column: Column, shown: Sequence[Any]) -> tuple[list[Class], tuple[str, ...]]:
    """The classes of the legend, lowest first, and a shade for each."""
    if not words.is_number(column):
        names = sorted({words.cell(column, value) for value in shown})[:WORDS_AT_MOST]
        return [(name, name) for name in names], PALETTE[: len(names)]
    if not shown:
        return [], ()
    low, high = float(min(shown)), float(max(shown))
    if low == high:
        return [(words.cell(column, low), high)], SHADES[1]
    bounds = breaks(low, high)
    digits = _digits(bounds, share=column.kind == "share")
    said = [_said(column, bound, digits=digits) for bound in bounds]
    names = [f"{start} to {end}" for start, end in itertools.pairwise(said)]
    return list(zip(names, bounds[1:], strict=True)), SHADES[len(names)]


def breaks(low: float, high: float) -> list[float]:
    """Round bounds, evenly spaced, of two to six classes that hold everything from low to high.

    >>> breaks(3.0, 47.0)
    [0.0, 10.0, 20.0, 30.0, 40.0, 50.0]
    """
    raw = (high - low) / CLASSES
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * size for factor in NICE if factor * size >= raw * (1 - 1e-9))
    first = math.floor(low / step + 1e-9)
    last = max(math.ceil(high / step - 1e-9), first + 1)
    return [index * step for index in range(first, last + 1)]


def class_of(column: Column, value: Cell | Hidden, classes: Iterable[Class]) -> str:
    """The name of the class a value falls into; a bound belongs to the class below it."""
    if isinstance(value, Hidden):
        return HIDDEN
    if words.is_missing(value):
        return NOTHING
    for name, top in classes:
        if isinstance(top, str):
            if words.cell(column, value) == top:
                return name
        elif isinstance(value, int | float) and (value <= top or math.isclose(value, top)):
            return name
    return OTHER


def _said(column: Column, bound: float, *, digits: int) -> str:
    if column.kind == "share":
        return words.percent(bound, digits=digits)
    return words.fixed(bound, digits=digits)


def _digits(bounds: Sequence[float], *, share: bool) -> int:
    """The fewest decimals that tell the bounds apart exactly."""
    scaled = [bound * 100 if share else bound for bound in bounds]
    for digits in range(8):
        if all(math.isclose(round(bound, digits), bound, abs_tol=1e-9) for bound in scaled):
            return digits
    return 8


class Flat:
    """Where the areas lie on a flat sheet: longitudes shrunk at the middle latitude.

    Attributes:
        ratio: height by width.
    """

    def __init__(self, block: Map) -> None:
        self._title = block.title
        features = block.areas.get("features") or []
        points = [
            point
            for feature in features
            for ring in self._rings(feature.get("geometry"))
            for point in ring
        ]
        if not points:
            raise self._refusal()
        south, north = min(p[1] for p in points), max(p[1] for p in points)
        self._shrink = math.cos(math.radians((south + north) / 2))
        west, east = min(p[0] for p in points), max(p[0] for p in points)
        across = max((east - west) * self._shrink, 1e-9)
        self.ratio = (north - south) / across
        self._west, self._south = west, south
        self._extent = max(across, north - south)

    def geometry(self, geometry: Mapping[str, Any], *, steps: int) -> dict[str, Any]:
        """One area as a MultiPolygon on a grid of `steps` by `steps`, repeated points left out."""
        return {
            "type": "MultiPolygon",
            "coordinates": [
                [self._ring(ring, steps=steps) for ring in polygon]
                for polygon in self._polygons(geometry)
            ],
        }

    def _ring(self, ring: Sequence[Sequence[float]], *, steps: int) -> list[Point]:
        scale = steps / self._extent
        flat = [
            (
                float(round((point[0] - self._west) * self._shrink * scale)),
                float(round((point[1] - self._south) * scale)),
            )
            for point in ring
        ]
        return [point for index, point in enumerate(flat) if index == 0 or point != flat[index - 1]]

    def _rings(self, geometry: Any) -> Iterable[Sequence[Sequence[float]]]:
        return [ring for polygon in self._polygons(geometry) for ring in polygon]

    def _polygons(self, geometry: Any) -> Sequence[Any]:
        kind = (geometry or {}).get("type")
        if kind == "Polygon":
            return [geometry["coordinates"]]
        if kind == "MultiPolygon":
            polygons: Sequence[Any] = geometry["coordinates"]
            return polygons
        raise self._refusal()

    def _refusal(self) -> MethodError:
        return MethodError(
            "the areas of the map are not polygons.",
            fix="give a GeoJSON FeatureCollection of Polygon or MultiPolygon in WGS 84.",
            where=f"map “{self._title}”",
        )
