"""Rows in are rows taken and rows rejected; a row that is taken is never altered."""

import logging
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from visit_files import CANARY, FORMATS, ROWS, visits, write

from joinedup.core.errors import DeliveryError, ProjectError
from joinedup.core.vocabulary import Field
from joinedup.sources import parsing, read, reading
from joinedup.sources.delivery import Rejected

AGREED = ("visit", "postcode", "seen_on")
every_format = pytest.mark.parametrize("kind", FORMATS)


WITHOUT_HEADER = {"geojson", "json", "jsonl", "parquet"}


def lines_of(kind, *lines):
    """Line numbers, which are those of the rows where no header stands before them."""
    return tuple(line - (kind in WITHOUT_HEADER) for line in lines)


def visits_in(kind, **layout):
    """The dataset; of GeoJSON the place of each row is not taken."""
    return visits(kind, ignored=("geometry",) if kind == "geojson" else (), **layout)


@every_format
def test_a_row_is_rejected_under_its_first_reason_and_the_others_are_taken(tmp_path, kind, caplog):
    rows = [
        *ROWS,
        (4, "B2", CANARY, "x"),
        (None, "B3", None, "x"),
        (None, "B3", CANARY, "x"),
        (1, "00714", ROWS[0][2], "another note, never read"),
        (2, CANARY, ROWS[1][2], "y"),
    ]
    with caplog.at_level(logging.DEBUG):
        delivery = read(write(tmp_path, kind, rows), visits_in(kind, most_rejected=0.7), AGREED)
    assert delivery.rejected == (
        Rejected("wrong type", "seen_on", 2, lines_of(kind, 5, 7)),
        Rejected("empty key", "visit", 1, lines_of(kind, 6)),
        Rejected("repeated row", "visit", 1, lines_of(kind, 8)),
        Rejected("repeated key", "visit", 1, lines_of(kind, 9)),
    )
    assert delivery.rows == 8
    assert delivery.table.equals(read(write(tmp_path, kind), visits_in(kind), AGREED).table)
    assert CANARY not in str(delivery) + caplog.text


def test_a_required_field_that_is_empty_rejects_its_row(tmp_path):
    dataset = visits("csv", most_rejected=0.5)
    where = Field(type="text", description="Where.", required=True)
    dataset = replace(dataset, fields={**dataset.fields, "postcode": where})
    delivery = read(write(tmp_path, "csv"), dataset, AGREED)
    assert delivery.rejected == (Rejected("empty required field", "postcode", 1, (4,)),)


@every_format
def test_more_rejected_rows_than_the_layout_allows_refuse_the_file_with_every_reason(
    tmp_path, kind
):
    rows = [*ROWS, (4, "B", "soon", "x"), (None, "B", None, "x"), (1, "B", None, "x")]
    path = write(tmp_path, kind, rows)
    assert read(path, visits_in(kind, most_rejected=0.5), AGREED).table.num_rows == 3
    with pytest.raises(DeliveryError) as caught:
        read(path, visits_in(kind, most_rejected=0.49), AGREED)
    assert [problem.what.split(" (")[0] for problem in caught.value.problems] == [
        "1 cell is not a date",
        "1 cell is empty, where every row must have one",
        "1 row repeats a key",
        "3 of 6 rows would be rejected",
    ]


def test_a_file_of_which_nothing_is_left_is_refused_whatever_is_allowed(tmp_path):
    path = write(tmp_path, "csv", [(1, "B", "soon", "x"), (2, "B", "later", "x")])
    with pytest.raises(DeliveryError, match="2 of 2 rows would be rejected"):
        read(path, visits("csv", most_rejected=1.0), AGREED)


def test_a_share_above_one_is_the_projects_mistake(tmp_path):
    with pytest.raises(ProjectError, match="most_rejected is not a share"):
        read(write(tmp_path, "csv"), visits("csv", most_rejected=2), AGREED)


def test_the_first_row_of_a_key_that_can_be_taken_is_kept(tmp_path):
    rows = [(1, "A", "soon", "x"), (1, "B", None, "x"), (1, "C", None, "x"), (1, "C", None, "x")]
    delivery = read(write(tmp_path, "csv", rows), visits("csv", most_rejected=0.9), AGREED)
    assert delivery.table["postcode"].to_pylist() == ["B"]
    assert delivery.rejected == (
        Rejected("wrong type", "seen_on", 1, (2,)),
        Rejected("repeated key", "visit", 2, (4, 5)),
    )


CELLS = st.tuples(
    st.sampled_from(["", "1", "2", "3", "x"]),
    st.sampled_from(["", "B1", "B2"]),
    st.sampled_from(["", "2014-01-31", "soon"]),
    st.just("note"),
)


@given(rows=st.lists(CELLS | st.tuples(st.just("1"), st.just("B1")), max_size=25))
def test_rows_are_taken_or_rejected_and_taking_again_without_the_rejected_changes_nothing(
    tmp_path_factory, rows
):
    folder = tmp_path_factory.mktemp("files")
    lenient = visits("csv", most_rejected=1.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "parsed_by_child", parsing.parsed)
        for module in ("cells", "parsing"):
            patch.setattr(f"joinedup.sources.{module}.SHOWN_LINES", 100)
        try:
            delivery = read(write(folder, "csv", rows), lenient, AGREED)
        except DeliveryError:
            return
    gone = {line for one in delivery.rejected for line in one.lines}
    assert len(gone) == sum(one.count for one in delivery.rejected)
    assert len(rows) == delivery.rows == delivery.table.num_rows + len(gone)
    left = [row for line, row in enumerate(rows, start=2) if line not in gone]
    again = read(write(folder, "csv", left), visits("csv"), AGREED)
    assert again.table.equals(delivery.table)
    assert again.rejected == ()
