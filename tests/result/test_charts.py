import re
from dataclasses import replace
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import pytest

from joinedup.core.errors import MethodError
from joinedup.result import charts, choropleth, drawing
from joinedup.result.blocks import Column, Figure, Hidden, Table

SVG = "{http://www.w3.org/2000/svg}"


def words_in(picture):
    root = ET.fromstring(picture)  # noqa: S314 - our own picture
    return ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("chart", ["shares", "effects", "wards", "months"])
@pytest.mark.parametrize("width", [640, 340])
def test_a_chart_fits_the_width_it_is_given(invented, chart, width):
    figure = getattr(invented, f"chart_of_{chart}")()
    root = ET.fromstring(charts.svg(figure, width=width))  # noqa: S314 - as above
    assert root.get("width") == "100%"
    assert float(root.get("viewBox").split()[2]) == pytest.approx(width, abs=12)
    assert root.get("aria-label") == figure.alt


def test_axes_are_titled_by_the_headings_of_the_columns(invented):
    said = words_in(charts.svg(invented.chart_of_shares()))
    assert {"Share of visits made", "Share of findings made", "Listed by risk", "100%"} <= set(said)
    assert "Odds ratio" in words_in(charts.svg(invented.chart_of_effects()))
    assert {"Visits", "1 Jan 2025"} <= set(words_in(charts.svg(invented.chart_of_months())))


def test_a_hidden_number_has_no_bar_but_keeps_its_name(invented):
    figure = invented.chart_of_wards()
    said = words_in(charts.svg(figure))
    assert "Dene & Marsh" in said
    assert said.count("not shown") == 3
    whole = replace(figure.table, rows=figure.table.rows[:3])
    assert "layer" not in charts.bars("t", whole, category="ward", value="share", alt="a").chart


def test_bars_can_stand_side_by_side_in_order_of_size():
    table = Table(
        title="t",
        columns=(
            Column(name="ward", kind="text"),
            Column(name="kind", kind="text"),
            Column(name="n", kind="count"),
        ),
        rows=(("A", "old", 1), ("A", "new", 2), ("B", "old", 5), ("B", "new", 9)),
        about="groups",
    )
    picture = charts.svg(
        charts.bars(
            "t", table, category="ward", value="n", alt="a", series="kind", order="largest first"
        )
    )
    said = words_in(picture)
    assert said.index("B") < said.index("A")
    assert {charts.PALETTE[0], charts.PALETTE[1]} <= set(re.findall(r"#[0-9a-f]{6}", picture))


def test_steps_begin_where_the_last_ended_and_say_their_change_with_its_sign():
    columns = ("part", "weight", "before", "after")
    table = Table(
        title="t",
        columns=tuple(
            Column(name=name, kind="number" if name != "part" else "text") for name in columns
        ),
        rows=(("first", 3.0, 0.0, 3.0), ("then", -4.0, 3.0, -1.0), ("sum", -1.0, 0.0, -1.0)),
        about="method",
    )
    figure = charts.steps(
        "t", table, label="part", change="weight", start="before", end="after", alt="a"
    )
    for width in (640, 340):
        picture = charts.svg(figure, width=width)
        assert {"first", "then", "sum", "+3.0", "-4.0", "-1.0"} <= {
            word.replace("\u2212", "-") for word in words_in(picture)
        }
        bars = re.findall(r'd="M(-?[0-9.]+),[0-9.]+h([0-9.]+)v[^"]*" fill="(#[0-9a-f]+)"', picture)
        (first, up, blue), (then, down, orange), (whole, left, same) = bars
        assert float(then) + float(down) == pytest.approx(float(first) + float(up))
        assert float(whole) == pytest.approx(float(then))
        assert float(left) == pytest.approx(float(first) - float(then))
        assert (blue, orange) == (charts.PALETTE[0], charts.PALETTE[3])
        assert same == orange


def test_a_long_name_is_broken_into_lines_and_not_cut(invented):
    picture = charts.svg(invented.chart_of_effects(), width=340)
    assert "…" not in picture
    assert "Burglaries close" in picture


def test_two_pictures_share_no_id(invented):
    pictures = [charts.svg(invented.chart_of_months()), charts.svg(invented.chart_of_wards())]
    ids = [set(re.findall(r'\bid="([^"]+)"', picture)) for picture in pictures]
    assert not ids[0] & ids[1]


def test_a_day_stays_the_same_day_in_every_time_zone():
    assert drawing.datum(date(2026, 3, 1)) == "2026-03-01T00:00:00"
    assert drawing.datum(datetime(2026, 3, 1, 9, tzinfo=UTC)) == "2026-03-01T09:00:00"


def test_hidden_cells_and_missing_figures_are_null():
    assert [drawing.datum(cell) for cell in (Hidden("too few"), None, float("nan"), 0)] == [
        None,
        None,
        None,
        0,
    ]


@pytest.mark.parametrize(
    ("chart", "place"),
    [
        ({"layer": [{"data": {"values": [{"x": 1}]}, "mark": "bar"}]}, "chart.layer[0].data"),
        ({"mark": "image", "encoding": {"url": {"field": "x"}}}, "chart.encoding.url"),
        ({"mark": {"type": "text", "href": "x"}}, "chart.mark.href"),
    ],
)
def test_a_chart_may_not_bring_data_or_an_address(invented, chart, place):
    with pytest.raises(MethodError, match=re.escape(place)):
        charts.svg(Figure(title="t", chart=chart, table=invented.WARDS, alt="a"))


def test_data_of_the_chart_itself_is_replaced_by_the_rows_of_the_table(invented):
    figure = invented.chart_of_months()
    other = replace(
        figure, chart={**figure.chart, "data": {"name": "x"}, "datasets": {"x": [{"visits": 1}]}}
    )
    assert charts.svg(other) == charts.svg(figure)


def test_a_chart_that_cannot_be_drawn_is_refused_without_a_cell(invented):
    broken = Figure(title="t", chart={"mark": "unheard-of"}, table=invented.WARDS, alt="a")
    with pytest.raises(MethodError) as caught:
        charts.svg(broken)
    assert "Abbey" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_chart_names_only_columns_that_are_there(invented):
    with pytest.raises(MethodError, match="no column shaer"):
        charts.bars("t", invented.WARDS, category="ward", value="shaer", alt="a")


def test_a_chart_of_many_views_keeps_its_own_widths(invented):
    view = {"mark": "bar", "width": 100, "encoding": {"y": {"field": "ward"}}}
    figure = Figure(title="t", chart={"hconcat": [view, view]}, table=invented.WARDS, alt="a")
    assert not drawing.can_be_narrow(figure)
    assert "width" not in drawing.specification(figure)


def test_the_look_of_a_chart_can_be_overruled_by_the_chart(invented):
    figure = invented.chart_of_months()
    other = replace(figure, chart={**figure.chart, "config": {"axis": {"labelFontSize": 9}}})
    config = drawing.specification(other)["config"]
    assert config["axis"]["labelFontSize"] == 9
    assert config["axis"]["titleFontSize"] == 14


def test_a_map_hatches_what_is_hidden_and_says_what_it_cannot_show(invented):
    area_map = invented.map_of_wards()
    picture = charts.svg(area_map)
    assert "<pattern" in picture
    assert {"hidden", "no figure", "10 % to 15 %", "30 % to 35 %"} <= set(words_in(picture))
    assert choropleth.note(area_map) == (
        "1 area is hatched: its number is hidden. 4 areas are grey: they have no figure. "
        "1 row of the table has no area on the map."
    )


def test_a_map_with_everything_shown_says_nothing_more(invented):
    area_map = invented.map_of_wards()
    names = [feature["properties"]["ward"] for feature in area_map.areas["features"]]
    rows = tuple((name, 10 * place, 0, 0.1, 1.0, None) for place, name in enumerate(names))
    whole = replace(
        area_map, table=replace(area_map.table, rows=rows, total_row=False), value="visits"
    )
    assert choropleth.note(whole) == ""
    said = words_in(charts.svg(whole))
    assert "hidden" not in said
    assert "60 to 80" in said


@pytest.mark.parametrize(
    ("low", "high", "bounds"),
    [
        (3.0, 47.0, [0, 10, 20, 30, 40, 50]),
        (0.1, 0.35, [0.1, 0.15, 0.2, 0.25, 0.3, 0.35]),
        (-4.0, 6.0, [-4, -2, 0, 2, 4, 6]),
    ],
)
def test_classes_are_round_and_hold_everything(low, high, bounds):
    assert choropleth.breaks(low, high) == pytest.approx(bounds)


def test_one_value_everywhere_is_one_class_and_none_is_none():
    column = Column(name="x", kind="number", digits=1)
    assert choropleth.classify(column, [2.0, 2.0]) == ([("2.0", 2.0)], choropleth.SHADES[1])
    assert choropleth.classify(column, []) == ([], ())


def test_words_shade_by_name_and_the_seventh_is_other():
    column = Column(name="x", kind="text")
    classes, shades = choropleth.classify(column, list("gfedcba"))
    assert [name for name, _ in classes] == list("abcdef")
    assert shades == charts.PALETTE
    assert choropleth.class_of(column, "b", classes) == "b"
    assert choropleth.class_of(column, "g", classes) == choropleth.OTHER


@pytest.mark.parametrize("key", [1, 1.0, "1"])
def test_an_area_finds_its_row_by_number_or_text(invented, key):
    area_map = invented.map_of_wards()
    table = replace(invented.WARDS, rows=((key, 1, 1, 0.5, 1.0, None),), total_row=False)
    area = {"type": "Feature", "properties": {"ward": 1}, "geometry": None}
    found = replace(area_map, table=table, areas={"features": [area]})
    assert choropleth.note(found) == ""


@pytest.mark.parametrize(
    "areas",
    [
        {"features": []},
        {"features": [{"properties": {}, "geometry": {"type": "Point", "coordinates": [0, 0]}}]},
    ],
)
def test_areas_that_are_not_polygons_are_refused(invented, areas):
    with pytest.raises(MethodError, match="not polygons"):
        charts.svg(replace(invented.map_of_wards(), areas=areas))
