"""How does a chart become a picture that anybody can read? Vega-Lite in, accessible SVG out.

The rows come from the figure's table and from nowhere else: a chart that brings data or an address
of its own is refused, for what it shows would not have passed the disclosure rule.
"""

import hashlib
import html
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, assert_never

from joinedup.core.errors import MethodError, Problem
from joinedup.result import words
from joinedup.result.blocks import Cell, Figure, Hidden, Map, Table
from joinedup.result.charts import PALETTE

FONT = "Arial, Helvetica, sans-serif"
INK, GRID = "#0b0c0c", "#d8dcde"
WIDE = 640
NOT_IN_A_CHART = frozenset({"data", "datasets", "url", "href", "usermeta"})
MANY_VIEWS = frozenset({"hconcat", "vconcat", "concat", "facet", "repeat", "spec"})
HATCH = "#c8c9ca"
LETTER_PX, LINE_PX = 7, 17
ROOT = re.compile(r"<svg [^>]*viewBox=\"([^\"]*)\"[^>]*>")


def svg(block: Figure | Map, *, width: int = WIDE) -> str:
    """The picture as one `<svg role="img">`, named by the alt text, with ids of its own.

    Raises:
        MethodError: the chart brings data or an address, or cannot be drawn.
    """
    import vl_convert  # noqa: PLC0415 - starts a JavaScript engine, only when something is drawn

    spec = specification(block, width=width)
    try:
        drawn: str = vl_convert.vegalite_to_svg(
            spec, vl_version=vl_convert.get_vegalite_versions()[-1], allowed_base_urls=[]
        )
    except ValueError:
        # `from None`: the library repeats the specification, and with it the rows.
        raise MethodError(
            "the chart cannot be drawn: Vega-Lite does not accept its specification.",
            fix="check its marks and channels, or build it with joinedup.result.charts.",
            where=f"figure “{block.title}”",
        ) from None
    return _dressed(drawn, alt=block.alt, width=width)


def specification(block: Figure | Map, *, width: int = WIDE) -> dict[str, Any]:
    """The whole Vega-Lite specification, rows and looks included."""
    match block:
        case Figure():
            chart: dict[str, Any] = {
                key: value for key, value in block.chart.items() if key not in {"data", "datasets"}
            }
            _refuse_own_data(chart, title=block.title)
            rows = rows_as_data(block.table)
            chart = _with_names_broken(chart, rows, width=width)
            chart["data"] = {"values": rows}
        case Map():
            from joinedup.result import choropleth  # noqa: PLC0415 - only a result with a map

            chart = choropleth.chart(block, width=width)
        case _:
            assert_never(block)
    if not MANY_VIEWS & chart.keys():
        chart.setdefault("width", width)
        chart.setdefault("autosize", {"type": "fit-x", "contains": "padding"})
    chart["config"] = _merged(looks(width=width), chart.get("config") or {})
    return chart


def can_be_narrow(block: Figure | Map) -> bool:
    """Whether the picture can be drawn again for a phone: one view that sets no width."""
    return isinstance(block, Map) or not (MANY_VIEWS | {"width"}) & block.chart.keys()


def rows_as_data(table: Table) -> list[dict[str, Any]]:
    """The table's rows as plain JSON; hidden cells and missing figures are null."""
    names = [column.name for column in table.columns]
    return [
        {name: datum(value) for name, value in zip(names, row, strict=True)} for row in table.rows
    ]


def datum(cell: Cell | Hidden) -> str | int | float | bool | None:
    """A cell for Vega. A date has a time but no zone: Vega shows it in its own, whichever it is."""
    value = words.plain(cell)
    if isinstance(value, Hidden) or words.is_missing(value):
        return None
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).strftime("%Y-%m-%dT%H:%M:%S")
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00"
    return value


def looks(*, width: int) -> dict[str, Any]:
    """Font, colours and lines of every chart; labels are cut shorter on a narrow one."""
    text = {"labelFont": FONT, "titleFont": FONT, "labelColor": INK, "titleColor": INK}
    size = {"labelFontSize": 14, "titleFontSize": 14, "titleFontWeight": "bold"}
    lines = {"gridColor": GRID, "domainColor": INK, "tickColor": INK}
    limit = {"labelLimit": width // 2, "titleLimit": width - 60}
    gaps = {"titlePadding": 10, "labelPadding": 5, "labelFlush": False}
    return {
        "aria": False,
        "background": "#ffffff",
        "font": FONT,
        "padding": 4,
        "view": {"stroke": None, "continuousHeight": 320, "step": 30},
        "axis": {
            **text,
            **size,
            **lines,
            **limit,
            **gaps,
        },
        "axisY": {"titleLimit": 300},
        "axisQuantitative": {"tickCount": max(3, width // 100)},
        "axisTemporal": {"tickCount": max(3, width // 130), "labelOverlap": True},
        "axisBand": {"grid": False, "ticks": False},
        "legend": {
            **text,
            **size,
            "orient": "top",
            "direction": "horizontal",
            "labelLimit": width - 60,
            "columns": max(1, width // 200),
            "symbolStrokeWidth": 3,
            "symbolSize": 160,
        },
        "header": {**text, **size},
        "range": {"category": list(PALETTE)},
        "bar": {"color": PALETTE[0]},
        "line": {"color": PALETTE[0]},
        "point": {"color": PALETTE[0]},
        "scale": {"bandPaddingInner": 0.25},
    }


def _with_names_broken(
    chart: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], *, width: int
) -> dict[str, Any]:
    """The chart with long names beside its bars or dots broken into lines, and room for them."""
    letters = width // LETTER_PX * 2 // 5
    names = [str(row[name]) for name in _name_columns(chart) for row in rows if name in row]
    lines = max((len(textwrap.wrap(name, letters)) for name in names), default=1)
    if lines == 1:
        return dict(chart)
    pattern = f"(.{{1,{letters}}})(\\\\s+|$)"
    broken = f"split(trim(replace(datum.label, regexp('{pattern}', 'g'), '$1\\n')), '\\n')"
    # Vega sets the first line of a label level with its mark; half the others' height lifts it.
    lifts = [
        {"test": f"length({broken}) == {count}", "value": -(count - 1) * LINE_PX / 2}
        for count in range(2, lines + 1)
    ]
    axis = {"labelExpr": broken, "labelOffset": {"condition": lifts, "value": 0}}
    config = _merged(
        {"view": {"step": lines * LINE_PX + 12}, "axis": {"labelLineHeight": LINE_PX}},
        chart.get("config") or {},
    )
    views = [_with_axis(view, axis) for view in chart.get("layer", ())]
    layers = {"layer": views} if views else {}
    return {**_with_axis(chart, axis), **layers, "config": config}


def _with_axis(view: Mapping[str, Any], axis: Mapping[str, Any]) -> dict[str, Any]:
    channel = view.get("encoding", {}).get("y", {})
    if not _has_names(channel):
        return dict(view)
    channel = {**channel, "axis": {**axis, **(channel.get("axis") or {})}}
    return {**view, "encoding": {**view["encoding"], "y": channel}}


def _name_columns(chart: Mapping[str, Any]) -> set[str]:
    """The columns whose words stand beside the rows of the chart."""
    views = [chart, *chart.get("layer", ())]
    channels = [view.get("encoding", {}).get("y", {}) for view in views]
    return {str(channel["field"]).replace("\\", "") for channel in channels if _has_names(channel)}


def _has_names(channel: Mapping[str, Any]) -> bool:
    return channel.get("type") in {"nominal", "ordinal"} and "field" in channel


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    both = dict(under)
    for key, value in over.items():
        old = both.get(key)
        is_deep = isinstance(old, Mapping) and isinstance(value, Mapping)
        both[key] = _merged(old, value) if is_deep else value  # type: ignore[arg-type] # both Mapping
    return both


def _refuse_own_data(chart: Mapping[str, Any], *, title: str) -> None:
    problems = [
        Problem(
            f"figure “{title}”",
            f"the chart brings data or an address of its own at {place}.",
            "leave it out: a chart is drawn from the rows of its table.",
        )
        for place in _own_data(chart, path="chart")
    ]
    if problems:
        raise MethodError.of(problems)


def _own_data(value: Any, *, path: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in NOT_IN_A_CHART:
                yield f"{path}.{key}"
            else:
                yield from _own_data(inner, path=f"{path}.{key}")
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for index, inner in enumerate(value):
            yield from _own_data(inner, path=f"{path}[{index}]")


def _dressed(drawn: str, *, alt: str, width: int) -> str:
    """The library's SVG with a name, a fluid size, and ids that no other picture has."""
    digest = hashlib.sha256(f"{width} {drawn}".encode()).hexdigest()
    mark = f"v{digest[:10]}-"
    found = ROOT.search(drawn)
    if found is None:
        message = "vl_convert gave something that is not an SVG"
        raise TypeError(message)
    body = drawn[found.end() :]
    body = re.sub(r"\bid=\"([^\"]+)\"", rf'id="{mark}\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{mark}\1)", body)
    hatch = ""
    if f'fill="{HATCH}"' in body:
        body = body.replace(f'fill="{HATCH}"', f'fill="url(#{mark}hatch)"')
        hatch = (
            f'<defs><pattern id="{mark}hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)"><rect width="6" height="6" fill="#f3f2f1"/>'
            '<rect width="2" height="6" fill="#6f777b"/></pattern></defs>'
        )
    box = found.group(1)
    full = box.split()[2]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{_attribute(alt)}" '
        f'viewBox="{box}" width="100%" style="max-width:{full}px;height:auto">{hatch}{body}'
    )


def _attribute(text: str) -> str:
    return html.escape(words.printable(" ".join(text.split())), quote=True)
