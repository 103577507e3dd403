"""The contract of every reader: the same visits, whatever the format; the same refusals."""

import hashlib
import logging
from datetime import date

import pyarrow as pa
import pytest
from visit_files import (
    CANARY,
    FAMILIES,
    FORMATS,
    HEADER,
    LINED,
    ROWS,
    WITHOUT_FILE,
    homes,
    visits,
    widths,
    write,
)

from joinedup.core.errors import DeliveryError, ProjectError
from joinedup.sources import READERS, read

AGREED = ("visit", "postcode", "seen_on")
every_format = pytest.mark.parametrize("kind", FORMATS)


def sender_columns(kind):
    """The header; GeoJSON has one column more than any other."""
    return (*HEADER, "geometry") if kind == "geojson" else HEADER


def visits_in(kind, **layout):
    """The dataset; of GeoJSON the shape, which is in every file, is ignored."""
    ignored = (*layout.pop("ignored", ()), *(("geometry",) if kind == "geojson" else ()))
    return visits(kind, ignored=ignored, **layout)


def refused(path, dataset, fields=AGREED, others=()):
    with pytest.raises(DeliveryError) as caught:
        read(path, dataset, fields, others)
    return caught.value


def test_every_format_has_a_reader():
    assert set(READERS) - WITHOUT_FILE == set(FORMATS)


@every_format
def test_the_same_visits_are_read_from_every_format(tmp_path, kind):
    path = write(tmp_path, kind)
    delivery = read(path, visits_in(kind), AGREED)
    assert delivery.table.to_pydict() == {
        "visit": [1, 2, 3],
        "postcode": ["00714", "B1 1BB", None],
        "seen_on": [date(2014, 1, 31), date(2014, 2, 28), None],
    }
    assert delivery.table.schema.types == [pa.int64(), pa.string(), pa.date32()]
    assert delivery.table.schema.metadata is None
    assert (delivery.rows, delivery.sender_columns) == (3, sender_columns(kind))
    assert delivery.file_digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert {finding.code for finding in delivery.findings} == {"left unread", "empty cells"}


@every_format
def test_a_field_not_asked_for_is_not_in_the_delivery(tmp_path, kind):
    rows = [(*row[:3], CANARY) for row in ROWS]
    delivery = read(write(tmp_path, kind, rows), visits_in(kind), ("visit",))
    assert delivery.table.column_names == ["visit"]
    assert CANARY not in str(delivery)


@every_format
def test_a_column_left_unread_may_hold_anything(tmp_path, kind):
    rows = [(*row[:3], note) for row, note in zip(ROWS, ("1", "x", "true"), strict=True)]
    assert read(write(tmp_path, kind, rows), visits_in(kind), AGREED).rows == 3


@every_format
def test_a_renamed_column_is_told_once_with_its_new_name(tmp_path, kind):
    header = ("visit", "Postcode", "seen_on", "staff_note")
    error = refused(write(tmp_path, kind, header=header), visits_in(kind))
    assert "the column post_code is gone; Postcode looks the same: renamed." in str(error)
    assert 'postcode = "Postcode" under [layout.rename]' in str(error)
    assert len(error.problems) == 1


@every_format
def test_an_extra_column_is_refused_unless_the_layout_ignores_it(tmp_path, kind):
    rows = [(*row, CANARY) for row in ROWS]
    path = write(tmp_path, kind, rows, (*HEADER, "tenure"))
    places = {"widths": widths(5)} if kind == "fixed" else {}
    error = refused(path, visits_in(kind, **places))
    assert "a column tenure that was not agreed" in str(error)
    assert CANARY not in str(error)
    assert read(path, visits_in(kind, ignored=("tenure",), **places), AGREED).rows == 3


@every_format
def test_a_wrong_type_is_counted_with_its_lines_and_never_repeated(tmp_path, kind, caplog):
    rows = [*ROWS, (4, "B2", CANARY, "x"), (5, "B2", "31/01/2014", "x")]
    with caplog.at_level(logging.DEBUG):
        error = refused(write(tmp_path, kind, rows), visits_in(kind))
    lines = "5, 6" if kind in (*LINED, "xml") else "4, 5"
    assert f"2 cells are not a date (lines {lines})" in str(error)
    assert "(visits.seen_on)" in str(error)
    assert CANARY not in str(error) + caplog.text
    assert "31/01" not in str(error)


@every_format
def test_a_repeated_key_is_counted(tmp_path, kind):
    error = refused(write(tmp_path, kind, [*ROWS, ROWS[0]]), visits_in(kind))
    assert "1 row repeats a key (visit)" in str(error)


@every_format
def test_an_empty_key_is_refused(tmp_path, kind):
    rows = [*ROWS, (None, "B3", None, "x")]
    error = refused(write(tmp_path, kind, rows), visits_in(kind))
    assert "1 cell is empty, where every row must have one" in str(error)


@every_format
def test_all_that_is_wrong_with_the_rows_is_told_at_once(tmp_path, kind):
    rows = [*ROWS, (1, "B", "soon", "x"), (None, "B", None, "x")]
    error = refused(write(tmp_path, kind, rows), visits_in(kind))
    assert [problem.what.split(" (")[0] for problem in error.problems] == [
        "1 cell is not a date",
        "1 cell is empty, where every row must have one",
        "1 row repeats a key",
    ]


@every_format
def test_a_file_without_bytes_is_refused(tmp_path, kind):
    path = tmp_path / f"visits.{kind}"
    path.touch()
    assert "it has no bytes" in str(refused(path, visits_in(kind)))


@every_format
def test_a_file_without_rows_is_refused(tmp_path, kind):
    path = write(tmp_path, kind, rows=[])
    assert "no rows" in str(refused(path, visits_in(kind)))


@every_format
def test_a_file_that_is_not_there_is_refused(tmp_path, kind):
    assert "no such file" in str(refused(tmp_path / "gone", visits_in(kind)))


@every_format
@pytest.mark.parametrize("kept", [0.3, 0.9, 0.999])
def test_a_file_cut_off_anywhere_is_refused(tmp_path, kind, kept):
    rows = [(number, "B1", date(2014, 1, 1), "x") for number in range(400)]
    path = write(tmp_path, kind, rows)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept) - 3])
    assert "cut off" in str(refused(path, visits_in(kind)))


@every_format
@pytest.mark.parametrize("other", FORMATS)
def test_the_bytes_of_another_format_are_refused(tmp_path, kind, other):
    if kind == other:
        return
    path = write(tmp_path, other).rename(tmp_path / f"sent.{kind}")
    error = refused(path, visits_in(kind))
    if not any({kind, other} <= family for family in FAMILIES):
        assert "its bytes are those of" in str(error)


@every_format
def test_a_file_for_another_dataset_is_recognised(tmp_path, kind):
    path = write(tmp_path, kind, [(1, 2, 3)], ("home", "rooms", "rent"))
    error = refused(path, visits_in(kind), others=[homes(kind), visits_in(kind)])
    assert len(error.problems) == 1
    assert "those of the dataset homes, not of visits" in str(error)


@every_format
def test_a_first_line_that_may_be_data_is_not_repeated(tmp_path, kind, caplog):
    path = write(tmp_path, kind, ROWS, (CANARY, "second", "third", "fourth"))
    with caplog.at_level(logging.DEBUG):
        error = refused(path, visits(kind))
    assert f"none of the {len(sender_columns(kind))} columns is one of those" in str(error)
    assert CANARY not in str(error) + caplog.text


@every_format
def test_a_header_that_names_a_column_twice_is_refused(tmp_path, kind):
    path = write(tmp_path, kind, ROWS, ("visit", "post_code", "seen_on", "visit"))
    twice = kind in (*LINED, "parquet")
    words = "names the column visit 2 times" if twice else "visit stands more than once in 3 rows"
    assert words in str(refused(path, visits_in(kind)))


@every_format
def test_a_field_the_dataset_does_not_have_is_the_projects_mistake(tmp_path, kind):
    with pytest.raises(ProjectError, match="no field tenure"):
        read(write(tmp_path, kind), visits_in(kind), ("visit", "tenure"))
    with pytest.raises(ProjectError, match="no field asked"):
        read(write(tmp_path, kind), visits_in(kind), ())


@every_format
def test_an_unexpected_file_name_is_a_finding(tmp_path, kind):
    path = write(tmp_path, kind).rename(tmp_path / f"copy.{kind}")
    delivery = read(path, visits_in(kind), AGREED)
    assert delivery.findings[0].code == "file name"


@every_format
def test_title_rows_are_skipped(tmp_path, kind):
    if kind not in LINED:
        return
    path = write(tmp_path, kind, [HEADER, *ROWS], ("Visits", "of", "the", "month"))
    assert read(path, visits_in(kind, skip_rows=1), AGREED).rows == 3
    error = refused(write(tmp_path, kind, [HEADER, *ROWS, ROWS[0]], HEADER), visits_in(kind))
    assert "not a whole number (line 2)" in str(error)
