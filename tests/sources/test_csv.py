"""What only CSV can get wrong."""

import pytest
from visit_files import CANARY, visits

from joinedup.core.errors import DeliveryError, ProjectError
from joinedup.core.limits import Limits
from joinedup.sources import read

TOP = "visit,post_code,seen_on,staff_note\r\n"
AGREED = ("visit", "postcode", "seen_on")


def sent(folder, text, encoding="utf-8"):
    path = folder / "visits.csv"
    path.write_bytes(text.encode(encoding))
    return path


def refused(path, **layout):
    with pytest.raises(DeliveryError) as caught:
        read(path, visits("csv", **layout), AGREED)
    assert CANARY not in str(caught.value)
    return str(caught.value)


def test_a_field_in_quotes_may_hold_newlines_quotes_and_delimiters(tmp_path):
    path = sent(tmp_path, TOP + '1,"B1\n""a"", b",2014-01-01,x\r\n2,C,,"y\r\nz"\r\n')
    table = read(path, visits("csv"), AGREED).table
    assert table["postcode"].to_pylist() == ['B1\n"a", b', "C"]


def test_lines_are_counted_as_the_file_has_them(tmp_path):
    path = sent(tmp_path, f'{TOP}1,"a\nb\nc",,x\r\n{CANARY},C,,y\r\n')
    assert "not a whole number (line 5)" in refused(path)


def test_a_row_of_another_width_is_named_by_its_line(tmp_path):
    text = refused(sent(tmp_path, f"{TOP}1,B,,x\r\n2,{CANARY},,x,y\r\n3,C\r\n"))
    assert "2 rows have more or fewer fields than the header's 4: lines 3, 4" in text


def test_a_quote_left_open_is_named_by_the_line_where_its_row_begins(tmp_path):
    text = refused(sent(tmp_path, f'{TOP}1,B,,x\r\n2,"{CANARY},,x\r\n3,C,,x\r\n'))
    assert "the row that begins on line 3 has a quote that is not closed" in text


def test_a_last_line_without_its_end_is_a_file_cut_off_unless_the_sender_writes_so(tmp_path):
    path = sent(tmp_path, f"{TOP}1,B,,x\r\n2,C,,y")
    assert "the last line (3) does not end" in refused(path)
    assert read(path, visits("csv", final_newline=False), AGREED).rows == 2


def test_bytes_of_another_encoding_are_named_by_their_line(tmp_path):
    path = sent(tmp_path, f"{TOP}1,B,,x\r\n2,{CANARY}é,,y\r\n", "cp1252")
    assert "line 3 is not in the encoding utf-8" in refused(path)
    table = read(path, visits("csv", encoding="cp1252"), AGREED).table
    assert table["postcode"][1].as_py().endswith("é")


def test_an_encoding_that_does_not_exist_is_the_projects_mistake(tmp_path):
    with pytest.raises(ProjectError, match="the encoding 'latin-99', which does not exist"):
        read(sent(tmp_path, TOP), visits("csv", encoding="latin-99"), AGREED)


def test_a_nul_is_refused_with_its_line(tmp_path):
    assert "line 2 holds a NUL" in refused(sent(tmp_path, f"{TOP}1,{CANARY}\0,,x\r\n"))


def test_a_byte_order_mark_is_not_part_of_the_first_name(tmp_path):
    path = sent(tmp_path, f"{TOP}1,B,,x\r\n", "utf-8-sig")
    assert read(path, visits("csv"), AGREED).rows == 1


def test_another_delimiter_and_another_date_are_read_when_agreed(tmp_path):
    path = sent(tmp_path, TOP.replace(",", ";") + "1;B, C;31/01/2014;x\r\n")
    table = read(path, visits("csv", delimiter=";", date_format="%d/%m/%Y"), AGREED).table
    assert str(table["seen_on"][0]) == "2014-01-31"
    assert "does have" not in refused(path)


def test_a_file_of_blank_lines_has_no_header(tmp_path):
    assert "there is no header after 0 title rows" in refused(sent(tmp_path, "\r\n\r\n"))


@pytest.mark.usefixtures("in_this_process")
def test_the_rows_after_a_chunk_are_read_too(tmp_path, monkeypatch):
    monkeypatch.setattr("joinedup.sources.formats.chunks.CHUNK_ROWS", 2)
    path = sent(tmp_path, TOP + "".join(f"{n},B,,x\r\n" for n in range(5)))
    assert read(path, visits("csv"), ("visit",)).table["visit"].to_pylist() == [0, 1, 2, 3, 4]


def test_a_total_row_is_no_row_and_must_count_those_there_are(tmp_path):
    rows = "1,B,,x\r\n2,C,,y\r\n"
    titles = f'"{CANARY}"\r\nVisits as at 31/07/2026\r\n\r\n'
    path = sent(tmp_path, f"{titles}{TOP}{rows}Total visits,2\r\n")
    assert read(path, visits("csv", skip_rows=3, footer_rows=1), AGREED).rows == 2
    path = sent(tmp_path, f'{titles}{TOP}{rows}Total visits,"1,002"\r\n\r\n')
    text = refused(path, skip_rows=3, footer_rows=1)
    assert "the total on line 7 says 1,002 rows, and 2 are there" in text


def test_a_row_where_the_total_should_be_is_a_file_cut_off(tmp_path):
    path = sent(tmp_path, f"{TOP}1,B,,x\r\n2,{CANARY},,x\r\n")
    assert "line 3 should be a total or a trailer, but it looks like a row" in refused(
        path, footer_rows=1
    )


@pytest.mark.parametrize("total", ["Total,12.50", "Sums,1,2,3", "End", "Ref 20260731000000002"])
def test_a_footer_that_counts_no_rows_is_left_alone(tmp_path, total):
    path = sent(tmp_path, f"{TOP}1,B,,x\r\n{total}\r\n")
    assert read(path, visits("csv", footer_rows=1), ("visit",)).rows == 1


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "windows-1252"),
        ("latin-1", "latin-1"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "¦"])
def test_every_encoding_and_delimiter_gives_the_same_rows(tmp_path, encoding, said, delimiter):
    text = f'{TOP}1,"Zoë, B1",2014-01-31,x\r\n2,C,,y\r\n'.replace(",", delimiter)
    path = sent(tmp_path, text, encoding)
    layout = {"encoding": said, "delimiter": delimiter}
    table = read(path, visits("csv", **layout), AGREED).table
    assert table["postcode"].to_pylist() == [f"Zoë{delimiter} B1", "C"]


def test_a_mark_of_another_encoding_is_said_to_be_one(tmp_path):
    path = sent(tmp_path, f"{TOP}1,{CANARY},,x\r\n", "utf-16")
    for encoding in ("utf-8", "cp1252"):
        text = refused(path, encoding=encoding)
        assert "the file begins with the mark of utf-16" in text
    assert "mark of utf-8" in refused(sent(tmp_path, TOP, "utf-8-sig"), encoding="latin-1")


def test_a_file_that_ends_inside_a_character_is_cut_off(tmp_path):
    path = sent(tmp_path, f"{TOP}1,B,,é")
    path.write_bytes(path.read_bytes()[:-1])
    assert "ends inside a character; the file seems to be cut off" in refused(path)


def test_a_merged_heading_is_carried_over_its_columns(tmp_path):
    groups = "No,Place,,Staff\r\n"
    path = sent(tmp_path, f"{groups},Code,Seen,Note\r\n1,B,2014-01-31,x\r\n")
    rename = {"visit": "No", "postcode": "Place / Code", "seen_on": "Place / Seen"}
    layout = {"header_rows": 2, "rename": {**rename, "staff_note": "Staff / Note"}}
    assert read(path, visits("csv", **layout), AGREED).rows == 1


def test_columns_without_a_header_are_numbered(tmp_path):
    path = sent(tmp_path, "1,B,2014-01-31,x\r\n2,C,,y\r\n")
    names = dict(zip((*AGREED, "staff_note"), (f"column {n}" for n in range(1, 5)), strict=True))
    assert read(path, visits("csv", header_rows=0, rename=names), AGREED).rows == 2


def test_another_quote_and_none_are_read_when_agreed(tmp_path):
    path = sent(tmp_path, f"{TOP}1,'B, \"1',,x\r\n")
    table = read(path, visits("csv", quote="'"), AGREED).table
    assert table["postcode"].to_pylist() == ['B, "1']
    path = sent(tmp_path, f'{TOP}1,"B,,x\r\n')
    assert read(path, visits("csv", quote=""), AGREED).table["postcode"].to_pylist() == ['"B']


@pytest.mark.parametrize("layout", [{"delimiter": ""}, {"delimiter": "||"}, {"quote": ","}])
def test_a_delimiter_that_cannot_be_is_the_projects_mistake(tmp_path, layout):
    with pytest.raises(ProjectError, match=r"layout\.delimiter must be one character"):
        read(sent(tmp_path, TOP), visits("csv", **layout), AGREED)


def test_a_field_too_long_is_refused(tmp_path):
    path = sent(tmp_path, f'{TOP}1,"{CANARY * 99}",,x\r\n')
    with pytest.raises(DeliveryError) as caught:
        read(path, visits("csv"), AGREED, limits=Limits(cell_bytes=1_000))
    assert "a field of more than 1,000 bytes" in str(caught.value)
    assert CANARY not in str(caught.value)


@pytest.mark.deep
def test_a_million_rows_with_one_wrong_are_told_with_its_line(tmp_path):
    rows = [f'{n},"B, {n}",,x' for n in range(1_000_000)]
    rows[777_777] += ",y"
    text = refused(sent(tmp_path, TOP + "\r\n".join(rows) + "\r\n"))
    assert "1 row has more or fewer fields than the header's 4: line 777779" in text
