"""What only an OpenDocument spreadsheet can get wrong."""

import tracemalloc
import zipfile
from datetime import date

import pytest
from visit_files import CANARY, HEADER, ROWS, held, ods_row, visits, write, write_ods

from joinedup.core.errors import DeliveryError
from joinedup.core.vocabulary import Layout
from joinedup.sources import read
from joinedup.sources.formats.ods import open_raw

AGREED = ("visit", "postcode", "seen_on")
TOP = ods_row(HEADER)


def number(value, shown, kind="float"):
    return (
        f'<table:table-cell office:value-type="{kind}" office:value="{value}">'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


def sent(folder, rows, **sheets):
    return write_ods(folder / "visits.ods", {"Visits": TOP + rows, **sheets})


def refused(path, **layout):
    with pytest.raises(DeliveryError) as caught:
        read(path, visits("ods", **layout), AGREED)
    assert CANARY not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (number("714", "00714"), "00714"),
        (number("714", "714.00"), "714"),
        (number("714.0", "714"), "714"),
        (number("1000", "1,000"), "1000"),
        (number("0.25", "25%", "percentage"), "0.25"),
        (number("12.5", "£12.50", "currency"), "12.5"),
        (number("0", "00"), "0"),
        ('<table:table-cell office:value-type="boolean" office:boolean-value="true"/>', "true"),
        (
            '<table:table-cell office:value-type="date" office:date-value="2014-01-31"/>',
            "2014-01-31T00:00:00",
        ),
        (
            '<table:table-cell office:value-type="time" office:time-value="PT09H30M00S"/>',
            "09:30:00",
        ),
        (
            '<table:table-cell office:value-type="string"><text:p>007</text:p></table:table-cell>',
            "007",
        ),
        (
            (
                "<table:table-cell><text:p>a<text:s text:c='2'/><text:span>b</text:span></text:p>"
                "<text:p>c<text:tab/>d</text:p></table:table-cell>"
            ),
            "a  b\nc\td",
        ),
        (
            (
                f"<table:table-cell><office:annotation><text:p>{CANARY}</text:p>"
                "</office:annotation><text:p>x</text:p></table:table-cell>"
            ),
            "x",
        ),
        (f"<table:covered-table-cell><text:p>{CANARY}</text:p></table:covered-table-cell>", None),
    ],
)
def test_a_cell_becomes_text_in_one_exact_way(tmp_path, cell, text):
    path = sent(tmp_path, ods_row([1, cell, None, "x"]))
    raw = open_raw(held(path), visits("ods").layout)
    (chunk,) = raw.chunks(["post_code"])
    assert chunk.rows["post_code"].to_pylist() == [text]


def test_repeated_rows_and_cells_are_counted_as_what_they_stand_for(tmp_path):
    blank = '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
    twice = ods_row([7, "B", None, "x"]).replace("-row>", '-row table:number-rows-repeated="2">', 1)
    same = (
        '<table:table-cell table:number-columns-repeated="2"><text:p>4</text:p></table:table-cell>'
    )
    end = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
        ' table:number-columns-repeated="16384"/></table:table-row>'
    )
    path = sent(tmp_path, blank + twice + ods_row([same]) + end)
    (chunk,) = open_raw(held(path), visits("ods").layout).chunks(["visit", "post_code"])
    assert chunk.lines.tolist() == [5, 6, 7]
    assert chunk.rows.to_pydict() == {"visit": ["7", "7", "4"], "post_code": ["B", "B", "4"]}


@pytest.mark.parametrize("repeated", ["rows", "columns"])
def test_cells_repeated_beyond_any_sheet_are_refused(tmp_path, repeated):
    many = f'table:number-{repeated}-repeated="2000000000"'
    row = ods_row([1, "B", None, "x"])
    row = row.replace("-row>", f"-row {many}>", 1) if repeated == "rows" else row
    row = row.replace("-cell ", f"-cell {many} ", 1) if repeated == "columns" else row
    assert "the workbook is damaged" in refused(sent(tmp_path, row))


def test_sheets_that_match_are_read_one_after_the_other(tmp_path):
    more = {"2025": TOP + ods_row(ROWS[1]), "Notes": ods_row([CANARY])}
    path = sent(tmp_path, ods_row(ROWS[0]), **more)
    assert read(path, visits("ods"), AGREED).rows == 1
    assert read(path, visits("ods", sheet="*i*"), AGREED).rows == 1
    assert read(path, visits("ods", sheet="[V2]*"), AGREED).rows == 2
    assert "the sheet Notes has another header than the first: 1 columns" in refused(
        path, sheet="*"
    )
    assert "the workbook has 3 sheets and none is called '2024'" in refused(path, sheet="2024")


def test_a_merged_heading_is_carried_over_its_columns_only(tmp_path):
    wide = (
        '<table:table-cell table:number-columns-spanned="2"><text:p>Place</text:p>'
        "</table:table-cell>"
    )
    over = "<table:covered-table-cell/>"
    rows = ods_row(["No", wide, over, None]) + ods_row([None, "UPRN", "Town", "Note"])
    path = write_ods(tmp_path / "x.ods", {"S": rows + ods_row([1, 2, 3, 4])})
    raw = open_raw(held(path), Layout(format="ods", file="*", header_rows=2))
    assert raw.header == ("No", "Place / UPRN", "Place / Town", "Note")


def test_a_part_that_declares_a_document_type_is_refused(tmp_path):
    laughs = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    path = write_ods(tmp_path / "visits.ods", {"Visits": TOP}, before=laughs)
    assert "declares a document type" in refused(path)
    late = f"<!--{'x' * 70_000}-->{laughs}"
    path = write_ods(tmp_path / "visits.ods", {"Visits": TOP}, before=late)
    assert "declares a document type" in refused(path)


@pytest.mark.usefixtures("in_this_process")
def test_a_zip_that_unpacks_to_more_than_it_says_or_than_can_be_is_refused(tmp_path, monkeypatch):
    rows = ods_row([1, "B" * 2_000_000, None, "x"])
    path = sent(tmp_path, rows)
    with monkeypatch.context() as patch:
        patch.setattr("joinedup.sources.formats.zipped.SMALL_BYTES", 100_000)
        assert "times its size" in refused(path)
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("content.xml").file_size
    path.write_bytes(whole.replace(size.to_bytes(4, "little"), (9_000).to_bytes(4, "little")))
    tracemalloc.start()
    try:
        assert "damaged" in refused(path)
        assert tracemalloc.get_traced_memory()[1] < 1_500_000
    finally:
        tracemalloc.stop()


def test_a_password_an_error_and_a_damaged_sheet_are_refused(tmp_path):
    error = (
        '<table:table-cell office:value-type="string"><text:p>Err:502</text:p></table:table-cell>'
    )
    path = sent(tmp_path, ods_row([1, error, None, "x"]))
    assert "hold an error of the spreadsheet: line 2" in refused(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("META-INF/manifest.xml", "<m><manifest:encryption-data/></m>")
    assert "has a password" in refused(path)
    path = write_ods(tmp_path / "visits.ods", {"Visits": f"{TOP}<{CANARY}"})
    assert "line 1 is not XML" in refused(path)


def test_dates_are_read_whatever_the_text_dates_look_like(tmp_path):
    path = write(tmp_path, "ods", [(1, "a", date(2014, 5, 1), "x"), (2, "b", "2014-01-05", "x")])
    table = read(path, visits("ods", date_format="%Y-%d-%m"), AGREED).table
    assert table["seen_on"].to_pylist() == [date(2014, 5, 1)] * 2
