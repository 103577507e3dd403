"""A chart does not say in its title, axis or tooltip what its table hides."""

from dataclasses import replace

import pytest
from facts import groups

from joinedup.govern.disclosure.hiding import hide_together
from joinedup.govern.disclosure.profiles import PROFILES
from joinedup.govern.disclosure.told import tells_hidden
from joinedup.result.blocks import Column, Figure, Map

COUNTS = PROFILES["counts"]
SHARE = Column(name="share", kind="share", base="n")
TABLE = groups([("a", 7, 0.4286), ("b", 50, 0.5), ("c", 64, 0.5)], "n", SHARE)
QUIET = {
    "mark": {"type": "bar", "size": 7, "strokeWidth": 7},
    "width": 7,
    "encoding": {"y": {"field": "n", "axis": {"tickCount": 7, "title": "Visits"}}},
}


def said(chart=None, **facts):
    figure = Figure(title="Visits", chart=chart or QUIET, table=TABLE, alt="b is larger than a.")
    (shown,) = hide_together([TABLE], COUNTS).tables
    found = tells_hidden(replace(figure, **facts), shown, COUNTS)
    return [problem.what.removeprefix("its ").partition(" says")[0] for problem in found]


def test_a_chart_that_says_nothing_hidden_passes():
    assert said() == []
    assert said(title="50 visits in b, fewer than 10 in a") == []


@pytest.mark.parametrize(
    "chart",
    [
        {"title": "a has 7"},
        {"title": {"text": ["Visits", "at least 7"]}},
        {"encoding": {"y": {"scale": {"domain": [7, 50]}}}},
        {"encoding": {"y": {"scale": {"domainMin": 7.0}}}},
        {"encoding": {"y": {"axis": {"values": [0, 7, 50]}}}},
        {"layer": [{"mark": "rule", "encoding": {"y": {"datum": 7}}}]},
        {"encoding": {"tooltip": {"value": "7 visits"}}},
        {"transform": [{"filter": "datum.n > 7"}]},
        {"encoding": {"x": {"title": "43 % of few"}}},
    ],
)
def test_a_chart_that_says_a_hidden_number_is_found(chart):
    assert said(chart) == ["chart"]


def test_titles_texts_and_headings_are_read_too():
    assert said(title="7 in a") == ["title"]
    assert said(alt="a has 7 visits.") == ["text for those who cannot see it"]
    labelled = replace(TABLE.columns[1], label="of 7")
    table = replace(TABLE, columns=(TABLE.columns[0], labelled, SHARE), note="7 are in a")
    (shown,) = hide_together([table], COUNTS).tables
    figure = Figure(title="F", chart={}, table=table, alt="x")
    assert len(list(tells_hidden(figure, shown, COUNTS))) == 2


def test_a_problem_says_where_and_never_the_number():
    figure = Figure(title="Visits", chart={"title": "a has 7"}, table=TABLE, alt="x")
    (shown,) = hide_together([TABLE], COUNTS).tables
    (problem,) = tells_hidden(figure, shown, COUNTS)
    assert "7" not in str(problem)
    assert "figure 'Visits'" in problem.where


def test_a_map_is_read_like_a_chart():
    areas = {"type": "FeatureCollection", "features": []}
    shown = hide_together([TABLE], COUNTS).tables[0]
    where = Map(title="a: 7", areas=areas, key="area", value="n", table=TABLE, alt="x")
    assert [problem.where for problem in tells_hidden(where, shown, COUNTS)] == ["map 'a: 7'"]
