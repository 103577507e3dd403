"""Is every planted defect found, as often as it was planted, and nothing else?"""

import json
import time
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from flawed import PEOPLE, PLANTED, ROWS, TODAY, field, planted, rows, table

from joinedup.sources.delivery import Finding
from joinedup.sources.fitness import quality
from joinedup.sources.fitness.quality import Change, Profile, profile


@pytest.fixture(scope="module")
def flawed() -> Profile:
    return profile(table(rows()), PEOPLE, today=TODAY)


@pytest.mark.parametrize("name", PEOPLE.fields)
def test_a_field_has_the_defects_that_were_planted_and_no_other(flawed, name):
    assert flawed.fields[name].defects == planted(name)


def test_empty_cells_and_different_values_are_counted(flawed):
    assert flawed.rows == ROWS
    assert {name: one.empty for name, one in flawed.fields.items() if one.empty} == {
        "nhs": 1,
        "easting": 1,
    }
    assert flawed.fields["ref"].distinct == ROWS
    assert flawed.fields["sex"].distinct == 2


def test_a_clean_register_has_no_defect():
    clean = [
        row
        | {"born": date(1980, 6, 15), "seen": date(2026, 3, 2)}
        | {name: rows()[20][name] for name in PLANTED if name not in {"born", "seen"}}
        for row in rows()
    ]
    found = profile(table(clean).drop_columns(["ref"]), PEOPLE, today=TODAY)
    assert all(not one.defects for one in found.fields.values())
    assert found.defects.keys() == {"repeated rows"}


def test_rows_that_repeat_are_counted_once_each_by_how_much_they_share():
    made = rows()
    whole, but_for_ref, same_person = made[20], dict(made[21]), dict(made[22])
    but_for_ref |= {"ref": "R900"}
    same_person |= {"ref": "R901", "postcode": "ZT9 9ZZ", "surname": made[22]["surname"].upper()}
    found = profile(table([*made, whole, whole, but_for_ref, same_person]), PEOPLE, today=TODAY)
    assert found.defects == {
        "repeated rows": 2,
        "the same but for the key": 1,
        "same name and birth date": 1,
    }


def test_a_person_without_a_birth_date_is_like_no_other():
    made = [row | {"born": None, "surname": "Bell"} for row in rows()[20:25]]
    assert profile(table(made), PEOPLE, today=TODAY).defects == {}


def test_dates_in_another_format_are_counted_as_the_reading_told(flawed):
    told = [
        Finding(severity="note", code="mixed date formats", column="born", count=n, message="")
        for n in (3, 2)
    ]
    found = profile(table(rows()), PEOPLE, today=TODAY, findings=told)
    assert found.fields["born"].defects == flawed.fields["born"].defects | {"mixed date formats": 5}


def test_a_day_is_not_in_the_future_for_one_who_was_not_told_the_day():
    found = profile(table(rows()), PEOPLE)
    assert "future date" not in found.fields["seen"].defects


def test_a_few_births_on_the_first_of_january_are_left_alone():
    births = [date(1950 + n, 1, n % 8 + 1) for n in range(30)]  # all through the first week
    made = [row | {"born": day} for row, day in zip(rows()[:30], births, strict=True)]
    assert "1 January excess" not in profile(table(made), PEOPLE).fields["born"].defects


def test_moments_are_judged_by_their_day():
    dataset = replace(PEOPLE, key=(), fields={"at": field("datetime", role="date")})
    texts = pa.array(["1900-01-01T05:00", "2026-09-30T23:59", "2026-10-01T00:00"])
    found = profile(pa.table({"at": texts.cast(pa.timestamp("us"))}), dataset, today=TODAY)
    assert found.fields["at"].defects == {"default date": 1, "future date": 1}


def test_a_uprn_that_came_as_a_number_is_no_defect_of_the_sender():
    dataset = replace(PEOPLE, key=(), fields={"uprn": field("integer", standard="uprn")})
    found = profile(pa.table({"uprn": [999000123, 100023336956, None]}), dataset)
    assert found.fields["uprn"].defects == {}
    assert found.fields["uprn"].empty == 1


def test_uprns_that_were_never_filled_up_have_lost_nothing():
    dataset = replace(PEOPLE, key=(), fields={"uprn": field(standard="uprn")})
    found = profile(pa.table({"uprn": ["100023336956", "100023336957", "199356"]}), dataset)
    assert found.fields["uprn"].defects == {}


@pytest.mark.parametrize("kind", PEOPLE.fields)
def test_a_field_without_a_value_has_no_defect(kind):
    empty = table(rows()).slice(0, 0)
    nothing = table([dict.fromkeys(PEOPLE.fields)] * 3)
    assert profile(empty, PEOPLE, today=TODAY).fields[kind].defects == {}
    assert profile(nothing, PEOPLE, today=TODAY).fields[kind].defects == {}


def test_chunks_do_not_change_the_profile(flawed):
    whole = table(rows())
    parts = pa.concat_tables([whole.slice(0, 7), whole.slice(7, 1), whole.slice(8)])
    assert profile(parts, PEOPLE, today=TODAY) == flawed


def test_the_profile_is_kept_as_json_and_comes_back(flawed):
    assert Profile.from_json(json.loads(json.dumps(flawed.as_json()))) == flawed


def test_the_profile_keeps_no_cell(flawed):
    kept = json.dumps(flawed.as_json())
    cells = {str(value) for row in rows() for value in row.values() if value is not None}
    assert [cell for cell in cells - {"F", "X", "J", "-", "none"} if cell in kept] == []


def before(count: int, **empty: int) -> dict:
    """A profile of a delivery of so many rows, some of them empty."""
    made = profile(table(rows()), PEOPLE, today=TODAY).as_json()
    share = count / ROWS
    for name, one in made["fields"].items():
        one["empty"] = empty.get(name, round(one["empty"] * share))
    return made | {"rows": count}


def of(count: int) -> pa.Table:
    return pa.concat_tables([table(rows())] * (count // ROWS))


def test_a_sudden_change_of_volume_is_told():
    found = profile(of(3_000), PEOPLE, before=before(6_000))
    assert found.changes == (Change(what="rows", field="", before=6_000, now=3_000),)
    assert str(found.changes[0]) == "3,000 rows, where the delivery before had 6,000"


@pytest.mark.parametrize("count", [2_700, 3_000, 3_300])
def test_a_usual_month_is_no_change(count):
    assert profile(of(3_000), PEOPLE, before=before(count)).changes == ()


def test_a_field_that_empties_is_told():
    found = profile(of(3_000), PEOPLE, before=before(3_000, nhs=900))
    assert found.changes == (
        Change(what="share empty", field="nhs", before=0.3, now=pytest.approx(1 / 30)),
    )
    assert str(found.changes[0]) == "nhs: 3.3 % empty, where the delivery before had 30.0 %"


def test_the_grades_are_to_be_had_beside_the_profile(flawed):
    assert quality.grades(flawed, PEOPLE)


def many(count: int) -> pa.Table:
    """A register of so many people whose numbers, names and homes mostly differ."""
    rng = np.random.default_rng(20261103)

    def digits(width: int, before: str = "", after: str = ""):
        numbers = np.char.zfill(rng.integers(0, 10**width, count).astype(str), width)
        return pa.array(np.char.add(np.char.add(before, numbers), after))

    def days(first: int, last: int):
        return pa.array(rng.integers(first, last, count).astype(np.int32)).cast(pa.date32())

    columns = {
        "ref": pa.array([f"R{n}" for n in range(count)]),
        "nhs": digits(10),
        "nino": digits(6, "MW", "A"),
        "upn": digits(12, "A"),
        "uprn": digits(8, "0999"),
        "postcode": digits(2, "ZT1 ", "AB"),
        "company": digits(8),
        "phone": digits(6, "01632 "),
        "email": digits(7, "a", "@example.org"),
        "address": digits(4, "Street "),
        "forename": digits(3, "Ann"),
        "surname": digits(4, "Bell"),
        "sex": digits(1),
        "born": days(-15_000, 20_000),
        "seen": days(19_000, 20_700),
        "easting": pa.array(600_000 + rng.random(count) * 5_000),
    }
    return pa.table({name: columns[name] for name in PEOPLE.fields})


@pytest.mark.deep
def test_a_million_rows_are_measured_in_less_than_twenty_seconds():
    register = many(1_000_000)
    began = time.perf_counter()
    found = profile(register, PEOPLE, today=TODAY)
    assert time.perf_counter() - began < 20
    assert found.rows == 1_000_000
    share = found.fields["nhs"].defects["bad check digit"] / found.rows
    assert share == pytest.approx(10 / 11, abs=0.002)
