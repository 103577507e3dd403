"""Does a delivery get the grade its fields have earned, with the reason in numbers?"""

from dataclasses import replace

import pytest
from flawed import PEOPLE, field

from joinedup.sources.fitness.quality import Change, FieldProfile, Profile, grades
from joinedup.sources.fitness.uses import USES


def dataset(**standards: str):
    fields = {name: field(standard=standard) for name, standard in standards.items()}
    return replace(PEOPLE, fields=fields, key=())


def of(rows: int = 1_000, **fields: dict) -> Profile:
    """A profile of so many rows: field to its defects, `empty` among them."""
    told = {
        name: FieldProfile(
            empty=defects.pop("empty", 0),
            distinct=50,
            defects={what.replace("_", " "): count for what, count in defects.items()},
        )
        for name, defects in ((name, dict(defects)) for name, defects in fields.items())
    }
    return Profile(rows=rows, fields=told)


def grade(use: str, profile: Profile, asked):
    (found,) = [one for one in grades(profile, asked) if one.use == use]
    return found


@pytest.mark.parametrize(
    ("empty", "mark"), [(0, "pass"), (19, "pass"), (20, "amber"), (199, "amber"), (200, "fail")]
)
def test_the_grade_falls_with_the_share_that_cannot_be_used(empty, mark):
    asked = dataset(nhs="nhs_number")
    assert grade("link people", of(nhs={"empty": empty}), asked).grade == mark


def test_the_reason_names_field_count_share_and_why():
    asked = dataset(nhs="nhs_number")
    found = grade("link people", of(nhs={"empty": 30, "bad_check_digit": 120}), asked)
    (reason,) = found.reasons
    assert reason == (
        "nhs: 150 of 1,000 cells (15.0 %) cannot be used (120 bad check digit, 30 empty);"
        " a person without a right number is found by name, which errs more often"
    )


def test_the_better_way_counts():
    asked = dataset(nhs="nhs_number", family="surname", given="forename", born="birth_date")
    found = grade("link people", of(nhs={"empty": 900}, family={}, given={}, born={}), asked)
    assert (found.grade, found.way, found.reasons) == ("pass", "by name and birth date", ())


def test_names_with_an_address_alone_are_never_better_than_amber():
    asked = dataset(family="surname", where="postcode")
    found = grade("link people", of(family={}, where={}), asked)
    assert (found.grade, found.way) == ("amber", "by name and address")
    assert "parent and child" in found.reasons[0]


def test_a_use_without_its_fields_is_not_graded():
    asked = dataset(where="postcode")
    assert {one.use for one in grades(of(where={}), asked)} == {"map by area"}
    assert grades(of(colour={}), replace(PEOPLE, fields={"colour": field()})) == ()


def test_a_field_that_no_agreement_let_in_serves_nothing():
    asked = dataset(nhs="nhs_number", where="postcode")
    assert {one.use for one in grades(of(where={}), asked)} == {"map by area"}


def test_a_sole_trader_needs_no_company_number():
    asked = dataset(company="company_number")
    assert grade("link businesses", of(company={"empty": 990}), asked).grade == "pass"
    found = grade("link businesses", of(company={"empty": 990, "wrong_pattern": 1}), asked)
    assert found.grade == "fail"
    assert "1 of 10 cells (10.0 %)" in found.reasons[0]


def test_what_can_be_repaired_never_fails():
    asked = dataset(home="uprn")
    found = grade("link addresses", of(home={"written_as_float": 990}), asked)
    assert found.grade == "amber"
    assert found.reasons == (
        "home: 990 of 1,000 cells (99.0 %) must be repaired first (990 written as float)",
    )


def test_spaces_and_capitals_do_no_harm():
    asked = dataset(home="address", where="postcode")
    found = grade("map by area", of(home={}, where={"stray_spaces": 1_000}), asked)
    assert found.grade == "pass"


def test_both_coordinates_are_needed():
    fields = {"x": field("number", standard="easting"), "y": field("number", standard="northing")}
    asked = replace(PEOPLE, fields=fields)
    assert grade("map by area", of(x={}, y={"empty": 100}), asked).grade == "amber"
    assert grades(of(x={}), asked) == ()


EVENTS = replace(PEOPLE, fields={"at": field("date", role="date")})


def test_a_count_over_time_is_bent_by_rows_said_twice():
    profile = replace(of(at={}), defects={"repeated rows": 8, "the same but for the key": 4})
    found = grade("count over time", profile, EVENTS)
    assert found.grade == "amber"
    (reason,) = found.reasons
    assert reason == (
        "12 of 1,000 rows (1.2 %) say again what another says"
        " (8 repeated rows, 4 the same but for the key)"
    )


def test_two_records_of_one_person_bend_no_count():
    profile = replace(of(at={}), defects={"same name and birth date": 900})
    assert grade("count over time", profile, EVENTS).grade == "pass"


def test_a_count_over_time_is_doubted_when_the_volume_jumps():
    change = Change(what="rows", field="", before=2_000, now=1_000)
    found = grade("count over time", replace(of(at={}), changes=(change,)), EVENTS)
    assert (found.grade, found.reasons) == ("amber", (str(change),))


def test_a_delivery_without_rows_is_good_for_nothing():
    assert grades(of(rows=0, at={}), EVENTS) == ()


def test_every_threshold_has_a_reason_and_an_order():
    needs = [need for use in USES for way in use.ways for need in way.needs]
    assert all(0 < need.amber < need.fail <= 1 and need.why for need in needs)
    assert all(way.caveat for use in USES for way in use.ways if way.best != "pass")
