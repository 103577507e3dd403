"""A file is held against the last one before it is loaded."""

from dataclasses import replace
from datetime import date

import pytest
from visit_files import CANARY, visits, write

from joinedup.core.errors import DeliveryError
from joinedup.sources import read

AGREED = ("visit", "postcode", "seen_on")
HOMES = ("00714", "B1 1BB", "B2 2BB", "B3 3BB", "B4 4BB", "B5 5BB")


def sent(folder, where=HOMES):
    rows = [(n, code, date(2014, 1, 31), CANARY) for n, code in enumerate(where, start=1)]
    return write(folder, "csv", rows)


def kept(delivery):
    return {"shapes": dict(delivery.shapes), "columns": list(delivery.sender_columns)}


def test_a_delivery_keeps_the_shapes_of_what_was_taken_and_no_cell(tmp_path):
    delivery = read(sent(tmp_path), visits("csv"), AGREED)
    assert set(delivery.shapes) == set(AGREED)
    assert delivery.shapes["seen_on"]["kind"] == "iso_date"
    assert delivery.shapes["postcode"]["kind"] == "postcode"
    assert "B1 1BB" not in str(delivery.shapes)


def test_a_column_written_in_another_way_than_last_time_refuses_the_file(tmp_path):
    before = kept(read(sent(tmp_path), visits("csv"), AGREED))
    assert read(sent(tmp_path), visits("csv"), AGREED, before=before).rows == 6
    homes = [f"{n}@example.org" for n in range(6)]
    with pytest.raises(DeliveryError) as caught:
        read(sent(tmp_path, homes), visits("csv"), AGREED, before=before)
    assert "retyped: the column post_code held postcodes; now it holds e-mail" in str(caught.value)
    assert "example.org" not in str(caught.value)


def test_nothing_is_held_against_a_first_file_or_one_of_a_few_rows(tmp_path):
    homes = [f"{n}@example.org" for n in range(6)]
    before = kept(read(sent(tmp_path), visits("csv"), AGREED))
    assert read(sent(tmp_path, homes), visits("csv"), AGREED).rows == 6
    assert read(sent(tmp_path, homes[:3]), visits("csv"), AGREED, before=before).rows == 3


@pytest.mark.usefixtures("in_this_process")
def test_a_code_that_is_not_in_the_list_any_more_is_a_warning_counted_over_all_rows(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("joinedup.sources.mapping.shapes.FIRST_ROWS", 10)
    monkeypatch.setattr("joinedup.sources.changed.FIRST_ROWS", 10)
    dataset = visits("csv")
    coded = replace(dataset.fields["postcode"], codes=("A", "B"))
    dataset = replace(dataset, fields={**dataset.fields, "postcode": coded})
    first = read(sent(tmp_path, ["A", "B"] * 30), dataset, AGREED)
    assert not [one for one in first.findings if one.code == "drift: codes"]
    then = read(sent(tmp_path, ["A"] * 50 + [CANARY]), dataset, AGREED, before=kept(first))
    (finding,) = (one for one in then.findings if one.code == "drift: codes")
    assert (finding.severity, finding.column) == ("warning", "postcode")
    assert "1 row hold 1 code outside the list" in finding.message
    assert "no row holds B any more" in finding.message
    assert CANARY not in str(then.findings) + str(then.shapes)
