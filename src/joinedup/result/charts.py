"""Charts without a plotting library: five kinds most results need, and any chart as SVG.

A builder gives a `Figure`: a Vega-Lite specification that names columns of the table, no data. The
axes are titled by the columns' headings. `svg` puts the rows in and draws; hidden cells are gaps.

The colours are the Government Analysis Function's palette, chosen to be told apart by people who
see colours differently and on a grey print; series differ in dash or shape too.
https://analysisfunction.civilservice.gov.uk/policy-store/data-visualisation-colours-in-charts/
"""

import json
from collections.abc import Mapping
from typing import Any, Literal

from joinedup.core.errors import MethodError
from joinedup.result import words
from joinedup.result.blocks import Column, Figure, Hidden, Map, Table

PALETTE = ("#12436d", "#28a197", "#801650", "#f46a25", "#3d3d3d", "#a285d1")
FORMATS: Mapping[str, str] = {"share": ".0%", "count": ",d"}
REFERENCE_GREY = "#6f777b"


def bars(
    title: str,
    table: Table,
    *,
    category: str,
    value: str,
    alt: str,
    series: str = "",
    order: Literal["as in the table", "largest first"] = "as in the table",
) -> Figure:
    """Lying bars from nought, one for each category (and each `series` beside one another)."""
    sort = None if order == "as in the table" else "-x"
    encoding = {
        "y": {**_axis(table, category, discrete=True, title=False), "sort": sort},
        "x": {**_axis(table, value), "stack": None, "scale": {"zero": True}},
    }
    if series:
        encoding["yOffset"] = {"field": field(series), "type": "nominal", "sort": None}
        encoding["color"] = _by_colour(table, series)
    # Not "filter": a category whose number is hidden must still be seen to be there.
    bar = {"type": "bar", "color": PALETTE[0], "invalid": "break-paths-show-domains"}
    layers: list[dict[str, Any]] = [{"mark": bar, "encoding": encoding}]
    if _has_gaps(table, value):
        layers.append(_not_shown(encoding, value))
    chart = layers[0] if len(layers) == 1 else {"layer": layers}
    return Figure(title=title, chart=chart, table=table, alt=alt)


def steps(
    title: str, table: Table, *, label: str, change: str, start: str, end: str, alt: str
) -> Figure:
    """Lying bars that each begin where the last ended: how parts add up to a whole (a waterfall).

    The `change` of each is written beside its bar with its sign, for the colour alone says nothing.
    """
    names = {**_axis(table, label, discrete=True, title=False), "sort": None}
    upward = {"test": f"{_datum(change)} >= 0"}
    room = {"zero": True, "nice": False, "padding": 40}  # pixels, for the words beside a bar
    bar = {
        "mark": {"type": "bar"},
        "encoding": {
            "y": names,
            "x": {**_axis(table, start, name=change), "scale": room},
            "x2": {"field": field(end)},
            "color": {"condition": {**upward, "value": PALETTE[0]}, "value": PALETTE[3]},
        },
    }
    said = {
        "transform": [{"calculate": f"max({_datum(start)}, {_datum(end)})", "as": "right"}],
        "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 13},
        "encoding": {
            "y": names,
            "x": {"field": "right", "type": "quantitative"},
            "text": {"field": field(change), "type": "quantitative", "format": "+.1f"},
        },
    }
    return Figure(title=title, chart={"layer": [bar, said]}, table=table, alt=alt)


def lines(
    title: str, table: Table, *, x: str, y: str, alt: str, series: str = "", from_zero: bool = True
) -> Figure:
    """Lines with a point at each row: a course over dates or ordered steps."""
    mark = {"type": "line", "point": {"size": 45}, "strokeWidth": 2.5, "color": PALETTE[0]}
    encoding = {"x": _axis(table, x), "y": {**_axis(table, y), "scale": {"zero": from_zero}}}
    chart = {"mark": mark, "encoding": encoding | _by_series(table, series)}
    return Figure(title=title, chart=chart, table=table, alt=alt)


def curve(
    title: str,
    table: Table,
    *,
    x: str,
    y: str,
    alt: str,
    series: str = "",
    diagonal: bool = False,
) -> Figure:
    """Smooth lines through many rows, such as the share found by the share visited.

    With `diagonal`, a grey dashed line from 0 to 1 shows what chance or a perfect match would give.
    """
    drawn = {
        "mark": {"type": "line", "strokeWidth": 2.5, "color": PALETTE[0]},
        "encoding": {"x": _axis(table, x), "y": _axis(table, y)} | _by_series(table, series),
    }
    chart = {"layer": [_diagonal(), drawn]} if diagonal else drawn
    return Figure(title=title, chart=chart, table=table, alt=alt)


def dots_with_intervals(
    title: str,
    table: Table,
    *,
    label: str,
    value: str,
    low: str,
    high: str,
    alt: str,
    reference: float | None = None,
) -> Figure:
    """A dot for each row on a line from low to high; `reference` draws a dashed upright line."""
    names = {**_axis(table, label, discrete=True, title=False), "sort": None}
    extent = {
        "mark": {"type": "rule", "strokeWidth": 2.5, "color": PALETTE[0]},
        "encoding": {
            "y": names,
            "x": {**_axis(table, low, name=value), "scale": {"zero": False}},
            "x2": {"field": field(high)},
        },
    }
    dots = {
        "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1, "color": PALETTE[0]},
        "encoding": {"y": names, "x": {**_axis(table, value), "scale": {"zero": False}}},
    }
    layers = [extent, dots]
    if reference is not None:
        upright = {"type": "rule", "strokeDash": [5, 4], "color": REFERENCE_GREY}
        layers.insert(
            0, {**_once(), "mark": upright, "encoding": {"x": {"datum": float(reference)}}}
        )
    return Figure(title=title, chart={"layer": layers}, table=table, alt=alt)


def svg(figure: Figure | Map, *, width: int = 640) -> str:
    """The chart as one responsive `<svg>`, `width` CSS pixels at most, named by its alt text.

    Raises:
        MethodError: the chart brings data or an address of its own, or cannot be drawn.
    """
    from joinedup.result import drawing  # noqa: PLC0415 - only when something is drawn

    return drawing.svg(figure, width=width)


def field(name: str) -> str:
    r"""A column's name as Vega-Lite wants it: dots and brackets are part of the name.

    >>> field("share.found")
    'share\\.found'
    """
    for sign in ("\\", ".", "[", "]", "'", '"'):
        name = name.replace(sign, f"\\{sign}")
    return name


def column_of(table: Table, name: str) -> Column:
    """The column of that name.

    Raises:
        MethodError: the table has no such column.
    """
    for column in table.columns:
        if column.name == name:
            return column
    have = ", ".join(column.name for column in table.columns)
    raise MethodError(
        f"the chart's table has no column {name}.",
        fix=f"name one of its columns: {have}.",
        where=f"table “{table.title}”",
    )


def _axis(
    table: Table, column: str, *, name: str = "", discrete: bool = False, title: bool = True
) -> dict[str, Any]:
    """One position channel: type, number format and title from the column (titled as `name`)."""
    found = column_of(table, column)
    kinds = {"text": "ordinal", "date": "temporal"}
    kind = "nominal" if discrete else kinds.get(found.kind, "quantitative")
    axis: dict[str, Any] = {}
    if kind == "quantitative":
        axis["format"] = FORMATS.get(found.kind, "~g")
        axis["format"] = ",~f" if found.kind == "number" else axis["format"]
    if kind == "temporal":
        axis["format"] = "%-d %b %Y"
    channel: dict[str, Any] = {
        "field": field(column),
        "type": kind,
        "title": words.heading(column_of(table, name or column)) if title else None,
        "axis": axis,
    }
    if kind == "ordinal":
        channel["sort"] = None
    return channel


def _datum(column: str) -> str:
    return f"datum[{json.dumps(column)}]"


def _by_colour(table: Table, series: str) -> dict[str, Any]:
    column_of(table, series)
    return {
        "field": field(series),
        "type": "nominal",
        "sort": None,
        "title": None,
        "scale": {"range": list(PALETTE)},
    }


def _by_series(table: Table, series: str) -> dict[str, Any]:
    if not series:
        return {}
    column_of(table, series)
    dash = {"field": field(series), "type": "nominal", "sort": None, "title": None}
    return {"color": _by_colour(table, series), "strokeDash": dash}


def _has_gaps(table: Table, value: str) -> bool:
    place = table.columns.index(column_of(table, value))
    return any(isinstance(row[place], Hidden) or words.is_missing(row[place]) for row in table.rows)


def _not_shown(encoding: Mapping[str, Any], value: str) -> dict[str, Any]:
    """The words "not shown" where a bar would be, for a number that is hidden or not there."""
    names = {key: encoding[key] for key in ("y", "yOffset") if key in encoding}
    return {
        "transform": [{"filter": f"!isValid({_datum(value)})"}],
        "mark": {"type": "text", "align": "left", "fontSize": 13, "color": "#484949"},
        "encoding": {**names, "x": {"value": 6}, "text": {"value": "not shown"}},
    }


def _once() -> dict[str, Any]:
    """One mark, however many rows the table has."""
    return {"transform": [{"aggregate": [{"op": "count", "as": "rows"}]}]}


def _diagonal() -> dict[str, Any]:
    return {
        **_once(),
        "mark": {"type": "rule", "strokeDash": [5, 4], "color": REFERENCE_GREY},
        "encoding": {
            "x": {"datum": 0, "type": "quantitative"},
            "y": {"datum": 0, "type": "quantitative"},
            "x2": {"datum": 1},
            "y2": {"datum": 1},
        },
    }
