import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from joinedup.result import xlsx
from joinedup.result.blocks import Column, Hidden, Table
from joinedup.result.model import Result

ATTACKS = (
    "=1+1",
    '=HYPERLINK("x","y")',
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "'=1",
    '"=1',
    "\ufeff=1",
    "\N{NO-BREAK SPACE}=1",
    "\N{FULLWIDTH EQUALS SIGN}1",
    "\N{FULLWIDTH PLUS SIGN}1",
    "\N{FULLWIDTH HYPHEN-MINUS}1",
    "\N{FULLWIDTH COMMERCIAL AT}A",
    "\N{LEFT DOUBLE QUOTATION MARK}=1",
)


def table(*rows, title="A table", kinds=("text",), **facts):
    columns = tuple(Column(name=f"c{place}", kind=kind) for place, kind in enumerate(kinds))
    return Table(title=title, columns=columns, rows=rows, about="groups", **facts)


def result(*blocks):
    return Result(method="try.it", headline="Found 3.", blocks=blocks)


def book_of(tmp_path, content):
    xlsx.write(content, tmp_path / "book.xlsx")
    return load_workbook(tmp_path / "book.xlsx")


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_formula_in_the_data_stays_text_in_a_workbook(tmp_path, attack):
    (cell,) = book_of(tmp_path, result(table((attack,))))["A table"]["A2:A2"][0]
    assert cell.data_type == "s"
    assert cell.quotePrefix


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_formula_in_the_data_has_an_apostrophe_in_csv(attack):
    _, (cell,) = csv.reader(io.StringIO(xlsx.csv_text(table((attack,))), newline=""))
    assert cell.startswith("'")
    assert cell[0] not in "=+-@\t\r"


@given(st.text())
def test_no_cell_of_a_csv_begins_like_a_formula(text):
    (_, row) = csv.reader(io.StringIO(xlsx.csv_text(table((text,), ("end",)))[:-6], newline=""))
    cell = (row or [""])[0]
    assert not cell.lstrip(" '\"").startswith(("=", "+", "-", "@")) or cell.startswith("'")


def test_what_is_no_formula_is_left_alone():
    rows = (("Elm Road", -5, -0.25, date(2026, 3, 1)), ("a=b", 2, None, None))
    said = xlsx.csv_text(table(*rows, kinds=("text", "count", "number", "date")))
    assert said == "c0,c1,c2,c3\r\nElm Road,-5,-0.25,2026-03-01\r\na=b,2,,\r\n"


def test_csv_says_hidden_and_leaves_a_missing_figure_empty():
    said = xlsx.csv_text(table((Hidden("too few"), True, float("nan")), kinds=("count",) * 3))
    assert said.splitlines()[1] == "hidden,true,"


def test_a_headline_that_looks_like_a_formula_is_text_too(tmp_path):
    book = book_of(tmp_path, replace(result(), headline="=1+1"))
    assert book["Summary"]["B1"].data_type == "s"


def test_each_table_has_a_sheet_also_those_behind_charts_and_maps(tmp_path, invented):
    book = book_of(tmp_path, invented.result())
    assert book.sheetnames[0] == "Summary"
    assert len(book.sheetnames) == 7
    assert all(len(name) <= 31 for name in book.sheetnames)
    sheet = book[book.sheetnames[3]]
    assert [cell.value for cell in sheet[1]][:4] == [
        "Ward",
        "Visits",
        "With a critical finding",
        "Share found",
    ]
    assert [cell.value for cell in sheet[2]][:4] == ["Abbey", 1204, 301, 0.25]
    assert sheet["D2"].number_format == "0.0%"
    assert sheet["F2"].value == datetime(2026, 3, 2)  # noqa: DTZ001 - a workbook has no zones
    assert sheet["C5"].value == "hidden"
    assert sheet["D6"].value is None


def test_the_summary_says_finding_status_estimates_cautions_checks_and_source(tmp_path, invented):
    sheet = book_of(tmp_path, invented.release())["Summary"]
    lines = [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]
    assert lines[0] == ["Finding", invented.result().headline]
    assert lines[1][1].startswith("Prepared to leave, for anyone. 3 numbers are hidden")
    assert ["Days earlier, on average", 7.4321, 5.91, 8.84, 0.95, "days", 1637] in lines
    assert [
        "Caution",
        "Premises without a gas record (8 %) are ranked on their area alone.",
    ] in lines
    assert ["Calibrated", "failed", "Too high above 60 %."] in lines
    assert ["Setting", "capacity", "300"] in lines
    assert ["Input", "derived.scores", "a3" * 32] in lines


@given(st.lists(st.text(), max_size=8))
def test_sheet_names_are_legal_and_unlike_each_other(titles):
    taken = {"summary"}
    names = [xlsx.sheet_name(title, taken) for title in titles]
    assert len({name.casefold() for name in names} | {"summary"}) == len(names) + 1
    for name in names:
        assert 1 <= len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")
        assert name.casefold() != "history"


def test_the_same_result_gives_the_same_bytes(tmp_path, invented):
    xlsx.write(invented.result(), tmp_path / "one.xlsx")
    xlsx.write(invented.result(), tmp_path / "two.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_a_workbook_is_dated_by_its_result(tmp_path, invented):
    book = book_of(tmp_path, invented.result())
    assert book.properties.created == datetime(2026, 4, 1, 8, 30)  # noqa: DTZ001 - as above
    odd = replace(invented.result(), provenance=replace(invented.provenance(), at="once"))
    assert book_of(tmp_path, odd).properties.created == xlsx.NO_DATE


def test_what_a_spreadsheet_cannot_hold_becomes_text_it_can(tmp_path):
    rows = (
        (10**20, date(1700, 1, 1), "a\x00b\ud800"),
        (float("inf"), datetime(2026, 3, 1, 9, tzinfo=UTC), True),
    )
    sheet = book_of(tmp_path, result(table(*rows, kinds=("count", "date", "text"))))["A table"]
    assert [cell.value for cell in sheet[2]] == [str(10**20), "1700-01-01", "a\ufffdb\ufffd"]
    assert [cell.value for cell in sheet[3]] == [None, datetime(2026, 3, 1, 9), True]  # noqa: DTZ001 - as above
