"""What only a workbook can get wrong."""

import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from visit_files import CANARY, HEADER, visits, write

from joinedup.core.errors import DeliveryError
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


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("joinedup.sources.zipped.LARGEST_BYTES", 100)
    assert "unpacks to more than" in refused(write(tmp_path, "xlsx"))


def test_an_empty_sheet_has_no_header(tmp_path):
    path = tmp_path / "visits.xlsx"
    openpyxl.Workbook().save(path)
    assert "no header after 0 title rows" in refused(path)


def test_the_rows_after_a_chunk_are_read_too(tmp_path, monkeypatch):
    monkeypatch.setattr("joinedup.sources.chunks.CHUNK_ROWS", 2)
    path = workbook(tmp_path, *((n, "B", None, "x") for n in range(5)))
    assert read(path, visits("xlsx"), ("visit",)).table["visit"].to_pylist() == [0, 1, 2, 3, 4]
