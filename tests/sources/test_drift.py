"""Each change of a sender's file is told once, as what it is; chance is not told."""

import json
from datetime import date

import numpy as np
import pytest
from month_files import BANDS, SENT, changes, council_tax, month, profile

from joinedup.sources.mapping.shapes import Shape

YEAR = range(12)


@pytest.fixture
def rng():
    return np.random.default_rng(20260731)


def renamed_column(cells, old, new):
    return {new if name == old else name: column for name, column in cells.items()}


def told(found):
    return [(alert.kind, alert.column) for alert in found]


def test_a_year_without_change_gives_no_alert(rng):
    dataset, months = council_tax(), [month(rng) for _ in YEAR]
    for before, cells in zip([None, *months], months, strict=False):
        assert changes(cells, before, dataset) == ()


@pytest.mark.deep
def test_a_thousand_months_without_change_give_no_alert(rng):
    dataset, before = council_tax(), None
    for _ in range(1_000):
        cells = month(rng)
        assert changes(cells, before, dataset) == ()
        before = cells


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Post Code", "Postcode"),
        ("Post Code", "PCODE"),
        ("Surname", "FAMILY_NAME"),
        ("Start Date", "Liability start date"),
        ("Liable Adults", "No of liable adults"),
        ("UPRN", "Property / UPRN"),
        ("Post Code", "Column 4"),
        ("UPRN", "Field_2"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_renamed_column_is_told_once(rng, old, new, first):
    before = month(rng)
    cells = renamed_column(month(rng), old, new)
    found = changes(cells, before, council_tax())
    assert told(found) == [("renamed", old)]
    assert new in found[0].message
    if not first and new not in ("Column 4", "Field_2"):
        assert told(changes(cells, None, council_tax())) == [("renamed", old)]


def test_a_column_that_went_while_a_stranger_came_is_not_called_renamed(rng):
    before, cells = month(rng), renamed_column(month(rng), "Arrears", "Officer")
    cells["Officer"] = ["J. Bloggs"] * len(cells["Officer"])
    found = changes(cells, before, council_tax())
    assert told(found) == [("missing", "Arrears"), ("new", "Officer")]


def test_a_missing_column_is_told(rng):
    before, cells = month(rng), month(rng)
    del cells["Band"]
    assert told(changes(cells, before, council_tax())) == [("missing", "Band")]


def test_a_column_of_a_field_that_is_not_asked_for_may_be_missing():
    from joinedup.sources.mapping.drift import alerts

    header = tuple(column for column in SENT.values() if column != "Band")
    asked = tuple(name for name in SENT if name != "band")
    assert alerts(header, {}, council_tax(), asked) == ()


def test_a_new_column_is_told_unless_it_is_ignored(rng):
    before, cells = month(rng), month(rng)
    cells["Notes"] = ["x"] * len(cells["Band"])
    assert told(changes(cells, before, council_tax())) == [("new", "Notes")]
    assert changes(cells, before, council_tax(ignored=("Notes",))) == ()


def slashes_to(date_format):
    def rewrite(cell):
        day, month, year = map(int, cell.split("/")) if cell else (1, 1, 1)
        return date(year, month, day).strftime(date_format) if cell else ""

    return rewrite


def as_number(cell):
    return f"{float(cell)}" if cell else ""


@pytest.mark.parametrize(
    ("column", "rewrite"),
    [
        ("Start Date", slashes_to("%Y-%m-%d")),
        ("Start Date", slashes_to("%m/%d/%Y")),
        ("Start Date", slashes_to("%d %b %Y")),
        ("Start Date", slashes_to("%Y%m%d")),
        ("UPRN", as_number),
        ("UPRN", lambda cell: str(int(float(cell))) if cell else ""),
        ("Liable Adults", lambda cell: {"0": "none", "1": "one"}.get(cell, "several")),
        ("Account Ref", lambda cell: cell[2:]),
        ("Post Code", lambda cell: cell.replace("ZT", "0").replace("A", "7")),
    ],
)
def test_a_column_written_in_another_way_is_told(rng, column, rewrite):
    before, cells = month(rng), month(rng)
    cells[column] = [rewrite(cell) for cell in cells[column]]
    assert told(changes(cells, before, council_tax())) == [("retyped", column)]


@pytest.mark.parametrize("date_format", ["%Y-%m-%d", "%m/%d/%Y"])
def test_dates_that_are_not_as_the_layout_says_are_told_at_the_first_delivery(rng, date_format):
    cells = month(rng)
    cells["Start Date"] = [slashes_to(date_format)(cell) for cell in cells["Start Date"]]
    found = changes(cells, None, council_tax())
    assert told(found) == [("retyped", "Start Date")]
    assert f'layout.date_format ("{date_format}")' in found[0].fix


def test_dates_in_another_agreed_format_are_no_alert(rng):
    before, cells = month(rng), month(rng)
    cells["Start Date"] = [slashes_to("%d %b %Y")(cell) for cell in cells["Start Date"]]
    dataset = council_tax(other_date_formats=("%d %b %Y",))
    assert changes(cells, before, dataset) == ()


def test_a_column_without_cells_is_no_drift(rng):
    before, cells = month(rng), month(rng)
    cells["Discount"] = [""] * len(cells["Discount"])
    assert changes(cells, before, council_tax()) == ()


def test_codes_outside_the_list_are_counted_and_never_named(rng):
    before, cells = month(rng), month(rng)
    cells["Band"][:5] = ["Zaphod", "Zaphod", "Zaphod", "Beeblebrox", "Zaphod"]
    (alert,) = changes(cells, before, council_tax())
    assert (alert.kind, alert.column) == ("codes", "Band")
    assert "5 rows hold 2 codes outside the list" in alert.message
    assert "Zaphod" not in str(alert)


def test_a_declared_code_that_is_met_no_more_is_named(rng):
    before, cells = month(rng), month(rng)
    cells["Band"] = ["B" if cell == "A" else cell for cell in cells["Band"]]
    (alert,) = changes(cells, before, council_tax())
    assert (alert.kind, alert.column) == ("codes", "Band")
    assert "no row holds A any more" in alert.message


def test_a_code_outside_the_list_that_was_there_before_is_not_told_each_month(rng):
    before, cells = month(rng), month(rng)
    before["Band"][:6] = cells["Band"][:5] = ["I"] * 5
    assert changes(cells, before, council_tax()) == ()


def test_positions_that_no_longer_fit_are_told_as_one_move(rng):
    before, cells = month(rng), month(rng)
    positions, first = {}, 1
    for column in cells:
        width = max(map(len, (*before[column], *cells[column])))
        positions[column] = (first, first + width - 1)
        first += width
    dataset = council_tax("fixed", widths=positions)
    lines = ["NEW" + line for line in fixed_width(cells, positions)]
    moved = {
        name: [line[a - 1 : b].strip() for line in lines] for name, (a, b) in positions.items()
    }
    (alert,) = changes(moved, before, dataset)
    assert alert.kind == "moved"
    assert "the positions no longer fit" in alert.message
    assert changes(cells, before, dataset) == ()


def fixed_width(cells, positions):
    widths = [last - first + 1 for first, last in positions.values()]
    for row in zip(*cells.values(), strict=True):
        yield "".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))


def test_what_is_kept_of_a_delivery_holds_no_cell_and_comes_back_the_same(rng):
    cells = month(rng)
    kept = json.loads(json.dumps(profile(cells, council_tax())))
    text = json.dumps(kept["shapes"])
    for column, field in zip(cells, SENT, strict=True):
        assert Shape.of(kept["shapes"][field]).as_json() == {
            **kept["shapes"][field],
            "codes_met": tuple(kept["shapes"][field]["codes_met"]),
            "codes_often": tuple(kept["shapes"][field]["codes_often"]),
        }
        for cell in set(cells[column]) - {"", *BANDS}:
            assert f'"{cell}"' not in text
