"""Every kind of planted mistake that a column can show is found, as often as it is there."""

import datetime as dt
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from joinedup.office.folder import load
from joinedup.sources import read
from joinedup.sources.fitness import quality
from joinedup.town.make import make

PEOPLE, SEED = 12_000, 3
MONTH, DAY_AFTER = "2026-07", dt.date(2026, 8, 1)
FOLDER = load(Path(__file__).resolve().parents[2] / "examples" / "town")
DATASETS = sorted(
    name
    for name, dataset in FOLDER.datasets.items()
    if not dataset.pseudonymised_from
    and dataset.partner != "place"
    and not name.endswith("_tokens")
)
SEEN_AS = {
    "bad_check_digit": "bad check digit",
    "postcode_bad": "wrong pattern",
    "uprn_float": "written as float",
    "date_other_format": "mixed date formats",
    "future_date": "future date",
}
"""Kind of planted mistake to what a column shows of it; each must be found as often as planted."""
FILLED = {"postcode", "nhs_number", "nino", "birth_date", "output_area"}
"""Fields that would be filled in every row if nobody had left them out."""
ALWAYS = {("fire_incidents", "postcode"), ("regulator_visits", "company_number")}
"""Empty too where there is nothing to write: a fire in the open, a sole trader."""

MAY_LOOK_WRONG = {"uprn", "company_number", "nino", "upn"}
"""Numbers in which a slip of the finger may break the pattern as well."""

every_dataset = pytest.mark.parametrize("name", DATASETS)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town") / "made"
    make(PEOPLE, SEED, folder, months=1)
    return folder


@pytest.fixture(scope="module")
def looked(place):
    """Dataset to what was read of its file, its profile, and what was planted in it."""
    found = {}
    for name in DATASETS:
        dataset = FOLDER.datasets[name]
        delivery = read(place / "deliveries" / MONTH / dataset.layout.file, dataset, dataset.fields)
        card = quality.profile(delivery.table, dataset, today=DAY_AFTER, findings=delivery.findings)
        found[name] = (delivery, card, planted(place, name))
    return found


def planted(place, name):
    """Mistakes in the rows of the month's file: field and kind to how many."""
    records = pq.read_table(place / f"truth/records/{name}.parquet")
    there = [row is not None for row in records[f"row_{MONTH.replace('-', '_')}"].to_pylist()]
    errors = pq.read_table(place / f"truth/errors/{name}.parquet").to_pylist()
    return Counter((e["field"], e["kind"]) for e in errors if there[e["record"]])


@every_dataset
def test_rows_in_are_rows_accepted_and_rejected(looked, place, name):
    delivery, _, _ = looked[name]
    shown = pq.read_table(place / f"truth/records/{name}.parquet")
    row = shown[f"row_{MONTH.replace('-', '_')}"]
    copies = shown["copies"].filter(row.is_valid())
    assert delivery.rows == sum(copies.to_pylist())
    rejected = sum(one.count for one in delivery.rejected)
    assert delivery.table.num_rows + rejected == delivery.rows


@every_dataset
def test_every_row_that_was_sent_twice_is_found(looked, name):
    delivery, _, wrong = looked[name]
    found = {one.reason: one.count for one in delivery.rejected}
    assert found == ({"repeated row": n} if (n := wrong["record", "duplicate_row"]) else {})


@every_dataset
def test_each_kind_that_shows_is_found_as_often_as_it_was_planted(looked, name):
    _, card, wrong = looked[name]
    for field, told in card.fields.items():
        for kind, defect in SEEN_AS.items():
            if (field, kind) not in wrong and defect == "future date":
                continue  # two digits changed places may also give a day to come
            if name == "housing_repairs" and kind == "uprn_float":
                continue  # this sender writes every UPRN so: the next test
            more = wrong[field, "typo"] if field in MAY_LOOK_WRONG else 0
            count = told.defects.get(defect, 0)
            assert wrong[field, kind] <= count <= wrong[field, kind] + more, (field, kind)


def test_every_uprn_of_a_sender_who_writes_numbers_is_found(looked):
    delivery, card, _ = looked["housing_repairs"]
    told = card.fields["uprn"]
    assert told.defects["written as float"] == delivery.table.num_rows - told.empty


@every_dataset
def test_every_cell_that_was_left_out_is_found(looked, name):
    _, card, wrong = looked[name]
    for field in FILLED & set(card.fields):
        if (name, field) not in ALWAYS:
            assert card.fields[field].empty == wrong[field, "missing"], field


def test_births_on_the_first_of_january_are_counted_or_estimated(looked):
    """1 January 1900 exactly; of other years the excess, which is an estimate with chance in it."""
    _, card, wrong = looked["gp_registrations"]
    told = card.fields["birth_date"].defects
    assert told["default date"] > 0
    both = told["default date"] + told.get("1 January excess", 0)
    assert abs(both - wrong["birth_date", "date_default"]) <= 4 * (card.rows / 365) ** 0.5


def test_all_kinds_that_show_are_planted_somewhere(looked):
    kinds = {kind for _, _, wrong in looked.values() for _, kind in wrong}
    assert set(SEEN_AS) | {"missing", "duplicate_row", "date_default"} <= kinds
