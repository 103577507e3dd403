"""A hidden number stands on no surface: no table, chart, map, page, workbook or file of JSON.

Every number is drawn so that it is unlike any other, and few or many persons are told to stand
behind it; what of it is hidden is then looked for, as text, in all that would leave.
"""

import json
import re
import zipfile
from io import BytesIO

import numpy as np
from facts import PROVENANCE, groups
from hypothesis import given
from hypothesis import strategies as st

from joinedup.govern.disclosure.behind import stands
from joinedup.govern.disclosure.profiles import PROFILES
from joinedup.govern.release import Counted, candidate
from joinedup.office.leaving import files
from joinedup.result import charts, drawing
from joinedup.result import json as result_json
from joinedup.result.blocks import Column, Hidden, Map
from joinedup.result.model import Result
from often import often

COUNTS = PROFILES["counts"]
COLUMNS = (
    Column(name="visits", kind="count"),
    Column(name="late", kind="count", part_of="visits"),
    Column(name="rate", kind="number", measure="rate", base="visits", unit="per 1,000"),
    Column(name="mean", kind="number", measure="mean", base="visits"),
    Column(name="sum", kind="number", measure="sum", base="visits"),
    Column(name="median", kind="number", measure="median", base="visits"),
    Column(name="top", kind="number", measure="quantile", quantile=0.9, base="visits"),
    Column(name="least", kind="number", measure="minimum", base="visits", least=0.0),
    Column(name="most", kind="number", measure="maximum", base="visits", most=1e9),
)
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]]}


def drawn(seed):
    """A table whose numbers are all unlike, a chart and a map of each column, and who is behind."""
    rng = np.random.default_rng(seed)
    areas = int(rng.integers(2, 6))
    numbers = rng.permutation(np.arange(100_000, 999_999, 7))[: areas * len(COLUMNS)]
    cells = numbers.reshape(areas, len(COLUMNS)).astype(int).tolist()
    behind = {}
    for row, values in enumerate(cells):
        values[1], values[0] = sorted(values[:2])
        for place, column in enumerate(COLUMNS):
            persons = int(rng.choice([1, 3, 9, 10, 30, 150]))
            amounts = rng.lognormal(3, rng.uniform(0.1, 2), persons)
            behind[row, column.name] = stands(range(persons), amount=amounts)
            values[place] = float(values[place]) if column.kind == "number" else values[place]
    table = groups([(f"A{row}", *values) for row, values in enumerate(cells)], *COLUMNS)
    return table, behind


def blocks_of(table):
    """The table, and for each of its columns a chart and a map that a careless method would make.

    The chart is drawn from the numbers as they are; the outlines carry every number of their row.
    """
    names = [column.name for column in table.columns]
    features = [
        {"type": "Feature", "geometry": SQUARE, "properties": dict(zip(names, row, strict=True))}
        for row in table.rows
    ]
    areas = {"type": "FeatureCollection", "features": features}
    made = [table]
    for name in names[1:]:
        told = {"title": f"By {name}", "alt": "It is uneven."}
        made.append(charts.bars(table=table, category="area", value=name, **told))
        made.append(Map(areas=areas, key="area", value=name, table=table, **told))
    return made


def told_of(made, folder):
    """Each surface by its name, as text: what leaves as a file, and what charts are drawn from."""
    for number, block in enumerate(made.result.blocks[1:]):
        yield f"chart {number}", json.dumps(drawing.specification(block))
    yield "whole", result_json.dump_result(made.result)
    if folder is None:
        yield "json", result_json.render_with_tables(made.result)
        return
    for name in files.write(made, folder, title="T", office="O", attached={}):
        content = (folder / name).read_bytes()
        if name.endswith(".xlsx"):
            with zipfile.ZipFile(BytesIO(content)) as book:
                content = b"\n".join(map(book.read, book.namelist()))
        yield name, content.decode()


def stands_in(value, text):
    """Whether the number stands in the text, with or without a comma, whatever its decimals."""
    spelt = f"{int(value):,}".replace(",", ",?")
    return re.search(rf"(?<![\w.]){spelt}(?!\d)", text) is not None


def assert_no_surface_tells_a_hidden_number(seed, folder=None):
    table, told = drawn(seed)
    blocks = blocks_of(table)
    behind = {(block, *place): who for block in range(len(blocks)) for place, who in told.items()}
    result = Result(
        method="diagnose.rates", headline="Visits", blocks=tuple(blocks), provenance=PROVENANCE
    )
    made = candidate(result, profile=COUNTS, records_allowed=False, counted=Counted(behind=behind))
    shown = made.result.blocks[0].rows
    hidden, seen = [], []
    for row, (before, after) in enumerate(zip(table.rows, shown, strict=True)):
        for column, value, cell in zip(COLUMNS, before[1:], after[1:], strict=True):
            (hidden if isinstance(cell, Hidden) else seen).append(value)
            few = told[row, column.name].persons < COUNTS.persons
            assert isinstance(cell, Hidden) or not few
            assert column.name not in ("least", "most") or isinstance(cell, Hidden)
    for name, text in told_of(made, folder):
        assert [value for value in hidden if stands_in(value, text)] == [], name
        if not name.startswith("chart"):
            assert all(stands_in(value, text) for value in seen), name


@often(quick=5, deep=1_000)
@given(st.integers(0, 2**32 - 1))
def test_no_chart_map_or_table_tells_a_hidden_number(seed):
    assert_no_surface_tells_a_hidden_number(seed)


@often(quick=1, deep=100)
@given(st.integers(0, 2**32 - 1))
def test_no_file_that_leaves_tells_a_hidden_number(tmp_path_factory, seed):
    assert_no_surface_tells_a_hidden_number(seed, tmp_path_factory.mktemp("desk") / "files")
