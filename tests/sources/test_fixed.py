"""What only fixed width can get wrong."""

import pytest
from visit_files import CANARY, visits

from joinedup.core.errors import DeliveryError, ProjectError
from joinedup.sources import read

AGREED = ("visit", "postcode", "seen_on")
# visit 1-6, post_code 7-14, seen_on 15-22 (ddmmyyyy), staff_note 23-30
PLACES = {"visit": (1, 6), "post_code": (7, 14), "seen_on": (15, 22), "staff_note": (23, 30)}
ROWS = (
    "000001B1 1BB  31012014tall    ",
    "000002  00714 28022014        ",
)
LAYOUT = {"widths": PLACES, "header_rows": 0, "date_format": "%d%m%Y"}


def sent(folder, *lines, end="\r\n", encoding="utf-8"):
    path = folder / "visits.fixed"
    path.write_bytes("".join(f"{line}{end}" for line in lines).encode(encoding))
    return path


def refused(path, **layout):
    with pytest.raises(DeliveryError) as caught:
        read(path, visits("fixed", **LAYOUT | layout), AGREED)
    assert CANARY not in str(caught.value)
    return str(caught.value)


def test_columns_stand_at_their_places_without_their_padding(tmp_path):
    table = read(sent(tmp_path, *ROWS), visits("fixed", **LAYOUT), AGREED).table
    assert table["postcode"].to_pylist() == ["B1 1BB", "00714"]
    assert [str(day) for day in table["seen_on"]] == ["2014-01-31", "2014-02-28"]


def test_a_header_record_and_a_trailer_are_no_rows(tmp_path):
    path = sent(tmp_path, "HDR20140301", *ROWS, "TRL0000002", "")
    assert read(path, visits("fixed", **LAYOUT, skip_rows=1, footer_rows=1), AGREED).rows == 2


def test_a_trailer_that_counts_other_rows_is_a_fault(tmp_path):
    path = sent(tmp_path, "HDR20140301", *ROWS, "TRL0000003")
    text = refused(path, skip_rows=1, footer_rows=1)
    assert "the total on line 4 says 3 rows, and 2 are there" in text


def test_lines_too_short_or_too_long_are_named_and_blanks_at_their_end_are_nothing(tmp_path):
    path = sent(tmp_path, ROWS[0] + "     ", ROWS[1][:-3], f"{ROWS[1]}{CANARY}", "", ROWS[1])
    assert "2 rows have more or fewer fields than the header's 4: lines 2, 3" in refused(path)


def test_a_letter_is_one_place_whatever_its_bytes(tmp_path):
    row = ROWS[0].replace("B1 1BB", "Bé 1BB")
    for encoding in ("utf-8", "latin-1", "utf-16"):
        path = sent(tmp_path, row, encoding=encoding)
        table = read(path, visits("fixed", **LAYOUT, encoding=encoding), AGREED).table
        assert table["postcode"].to_pylist() == ["Bé 1BB"]


@pytest.mark.parametrize("places", [{}, {"a": (0, 3)}, {"a": (5, 3)}, {"a": (1, 4), "b": (4, 5)}])
def test_places_that_cannot_be_are_the_projects_mistake(tmp_path, places):
    with pytest.raises(ProjectError, match=r"layout\.widths"):
        read(sent(tmp_path, *ROWS), visits("fixed", **LAYOUT | {"widths": places}), AGREED)


@pytest.mark.usefixtures("in_this_process")
def test_the_rows_after_a_chunk_are_read_too(tmp_path, monkeypatch):
    monkeypatch.setattr("joinedup.sources.formats.fixed.CHUNK_ROWS", 2)
    monkeypatch.setattr("joinedup.sources.formats.encoded.BLOCK_BYTES", 7)
    path = sent(tmp_path, *(f"{n:06}{ROWS[0][6:]}" for n in range(5)), end="\n")
    table = read(path, visits("fixed", **LAYOUT), ("visit",)).table
    assert table["visit"].to_pylist() == [0, 1, 2, 3, 4]
