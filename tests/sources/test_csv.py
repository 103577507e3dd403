"""What only CSV can get wrong."""

import pytest
from visit_files import CANARY, visits

from joinedup.core.errors import DeliveryError, ProjectError
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


def test_the_rows_after_a_chunk_are_read_too(tmp_path, monkeypatch):
    monkeypatch.setattr("joinedup.sources.chunks.CHUNK_ROWS", 2)
    path = sent(tmp_path, TOP + "".join(f"{n},B,,x\r\n" for n in range(5)))
    assert read(path, visits("csv"), ("visit",)).table["visit"].to_pylist() == [0, 1, 2, 3, 4]


def test_dates_in_another_format_are_told_and_counted_when_agreed(tmp_path):
    rows = "1,B,31/01/2014,x\r\n2,B,1 Feb 2014,x\r\n3,B,2 Feb 2014,x\r\n"
    layout = {"date_format": "%d/%m/%Y", "other_date_formats": ("%d.%m.%y", "%d %b %Y")}
    delivery = read(sent(tmp_path, TOP + rows), visits("csv", **layout), AGREED)
    assert [str(day) for day in delivery.table["seen_on"]][1:] == ["2014-02-01", "2014-02-02"]
    (finding,) = (one for one in delivery.findings if one.code == "mixed date formats")
    assert (finding.column, finding.count) == ("seen_on", 2)
    assert "%d %b %Y in 2 cells, not as %d/%m/%Y" in finding.message
