"""What only a workbook can get wrong."""

import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from visit_files import CANARY, HEADER, visits, write

from joinedup.core.errors import DeliveryError
from joinedup.core.limits import Limits
from joinedup.sources import read

AGREED = ("visit", "postcode", "seen_on")


def workbook(folder, *rows, title="Sheet"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in (HEADER, *rows):
        book.active.append(list(row))
    path = folder / "visits.xlsx"
    book.save(path)
    return path


def refused(path, **layout):
    with pytest.raises(DeliveryError) as caught:
        read(path, visits("xlsx", **layout), AGREED)
    assert CANARY not in str(caught.value)
    return str(caught.value)


def test_the_sheet_is_found_by_its_name(tmp_path):
    path = workbook(tmp_path, (1, "B", None, "x"), title="March")
    assert read(path, visits("xlsx", sheet="March"), AGREED).rows == 1
    assert "none is called 'April'" in refused(path, sheet="April")


def test_whole_numbers_dates_and_leading_zeros_stay_what_they_are(tmp_path):
    path = workbook(tmp_path, (1.0, "007", datetime(2014, 1, 31), "x"), (2, 7, "2014-01-31", "x"))  # noqa: DTZ001
    table = read(path, visits("xlsx"), AGREED).table
    assert table.to_pydict() == {
        "visit": [1, 2],
        "postcode": ["007", "7"],
        "seen_on": [date(2014, 1, 31)] * 2,
    }


def test_a_date_cell_is_read_whatever_the_text_dates_look_like(tmp_path):
    path = workbook(tmp_path, (1, "a", date(2014, 5, 1), "x"), (2, "b", "2014-01-05", "x"))
    table = read(path, visits("xlsx", date_format="%Y-%d-%m"), AGREED).table
    assert table["seen_on"].to_pylist() == [date(2014, 5, 1), date(2014, 5, 1)]


def test_a_formula_that_was_never_worked_out_is_refused(tmp_path):
    path = workbook(tmp_path, (1, "B", None, "x"), ("=1+1", "C", None, "=A1"))
    text = refused(path)
    assert "1 rows hold a formula that was never worked out: line 3" in text


def test_an_error_of_the_spreadsheet_is_refused(tmp_path):
    assert "hold an error of the spreadsheet: line 2" in refused(
        workbook(tmp_path, (1, "#N/A", None, "x"))
    )


def test_cells_beside_the_header_are_refused_and_blank_rows_are_not(tmp_path):
    path = workbook(tmp_path, (1, "B", None, "x"), (None,) * 4, (2, "B", None, "x", CANARY))
    assert "hold cells beside the header's last column: line 4" in refused(path)


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "visits.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("notes.txt", CANARY)
    assert "its bytes are those of a zip file" in refused(path)


def test_a_workbook_with_a_damaged_sheet_is_refused(tmp_path):
    whole = write(tmp_path, "xlsx")
    path = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            sheet = name.startswith("xl/worksheets/")
            new.writestr(name, f"<{CANARY}" if sheet else old.read(name))
    assert "the sheet cannot be read" in refused(path)


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path):
    with pytest.raises(DeliveryError, match=r"the cap is 100 bytes \(unpacked_bytes\)"):
        read(write(tmp_path, "xlsx"), visits("xlsx"), AGREED, limits=Limits(unpacked_bytes=100))


def test_an_empty_sheet_has_no_header(tmp_path):
    path = tmp_path / "visits.xlsx"
    openpyxl.Workbook().save(path)
    assert "no header after 0 title rows" in refused(path)


@pytest.mark.usefixtures("in_this_process")
def test_the_rows_after_a_chunk_are_read_too(tmp_path, monkeypatch):
    monkeypatch.setattr("joinedup.sources.formats.chunks.CHUNK_ROWS", 2)
    path = workbook(tmp_path, *((n, "B", None, "x") for n in range(5)))
    assert read(path, visits("xlsx"), ("visit",)).table["visit"].to_pylist() == [0, 1, 2, 3, 4]


def sheets(folder, **rows):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, cells in rows.items():
        sheet = book.create_sheet(title)
        for row in cells:
            sheet.append(list(row))
    path = folder / "visits.xlsx"
    book.save(path)
    return path


def test_sheets_that_match_are_read_one_after_the_other(tmp_path):
    one, two = [HEADER, (1, "B", None, "x")], [HEADER, (2, "C", None, "x"), (3, "D", None, "x")]
    path = sheets(tmp_path, y2025=one, y2026=two, y2027=[], Notes=[("a", CANARY), HEADER])
    table = read(path, visits("xlsx", sheet="y20*"), AGREED).table
    assert table["visit"].to_pylist() == [1, 2, 3]
    text = refused(path, sheet="*")
    assert "the sheet Notes has another header than the first: 2 columns, of which 0 are" in text


def test_a_total_row_of_each_sheet_is_no_row_and_must_count_its_rows(tmp_path):
    rows = [HEADER, (1, "B", None, "x"), ("Total", 1)]
    path = sheets(tmp_path, a=rows, b=[HEADER, (2, "B", None, "x"), ("Total", 2)])
    assert read(path, visits("xlsx", sheet="a", footer_rows=1), AGREED).rows == 1
    text = refused(path, sheet="?", footer_rows=1)
    assert "the total on line 3 of the sheet b says 2 rows, and 1 are there" in text


@pytest.mark.parametrize("merge", [True, False])
def test_a_merged_heading_is_carried_over_its_columns(tmp_path, merge):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ("Licences",),
        ("No", "Place", None, None if merge else "Staff"),
        (None, "UPRN", "Seen", "Note"),
        (1, "B", date(2014, 1, 31), "x"),
    ):
        sheet.append(row)
    if merge:
        sheet.merge_cells("B2:C2")
        sheet.merge_cells("A2:A3")
    path = tmp_path / "visits.xlsx"
    book.save(path)
    note = "Note" if merge else "Staff / Note"
    names = {"visit": "No", "postcode": "Place / UPRN", "seen_on": "Place / Seen"}
    layout = {"skip_rows": 1, "header_rows": 2, "rename": {**names, "staff_note": note}}
    assert read(path, visits("xlsx", **layout), AGREED).rows == 1


def test_a_number_shown_with_leading_zeros_keeps_them(tmp_path):
    book = openpyxl.Workbook()
    for row in (HEADER, (1, 999000123, None, "x"), (2, 714, None, "x"), (3, 7.5, None, "x")):
        book.active.append(row)
    for line in (2, 4):
        book.active.cell(line, 2).number_format = "000000000000"
    path = tmp_path / "visits.xlsx"
    book.save(path)
    table = read(path, visits("xlsx"), AGREED).table
    assert table["postcode"].to_pylist() == ["000999000123", "714", "7.5"]


def test_a_day_without_a_date_format_is_its_number(tmp_path):
    path = workbook(tmp_path, (1, 45_800, None, "x"), (2, 45_800.5, None, "x"))
    table = read(path, visits("xlsx"), AGREED).table
    assert table["postcode"].to_pylist() == ["45800", "45800.5"]


def test_a_part_that_declares_a_document_type_is_refused(tmp_path):
    whole = write(tmp_path, "xlsx")
    path = tmp_path / "laughs.xlsx"
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            before = laughs if name == "xl/worksheets/sheet1.xml" else b""
            new.writestr(name, before + old.read(name))
    assert "declares a document type" in refused(path)


def test_a_zip_that_unpacks_to_more_than_it_says_is_refused(tmp_path):
    path = workbook(tmp_path, (1, "B", None, "x" * 30_000))
    with zipfile.ZipFile(path) as archive:
        part = max(archive.infolist(), key=lambda member: member.file_size)
    said = part.file_size.to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(said, (900).to_bytes(4, "little")))
    assert "damaged" in refused(path)


def test_a_workbook_whose_list_of_parts_is_no_list_is_called_damaged_and_not_too_large(tmp_path):
    path = write(tmp_path, "xlsx")
    content = bytearray(path.read_bytes())
    end = content.rfind(b"PK\x05\x06")
    content[end + 12 : end + 16] = b"\xff\xff\xff\x7f"  # how long it says that its list is
    path.write_bytes(content)
    text = refused(path)
    assert "the workbook is cut off" in text
    assert "members" not in text
