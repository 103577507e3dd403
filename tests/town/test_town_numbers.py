"""Are the town's reference numbers well formed, distinct, and nobody's?"""

import numpy as np
import pytest

from joinedup.town.days import END, age_on
from joinedup.town.entities import PRIMARY
from joinedup.town.numbers import (
    nhs_text,
    nino_text,
    scattered,
    upn_text,
    uprn_text,
)


def nhs_is_right(number):
    """Modulo 11 with weights 10 to 2, as a clerk does it."""
    total = sum(
        int(digit) * weight for digit, weight in zip(number, range(10, 1, -1), strict=False)
    )
    check = 11 - total % 11
    return int(number[9]) == (0 if check == 11 else check)


def upn_is_right(number):
    """Check letter over twelve digits with weights 2 to 13, modulo 23."""
    total = 0
    for place in range(1, 13):
        total += int(number[place]) * (place + 1)
    return number[0] == "ABCDEFGHJKLMNPQRTUVWXYZ"[total % 23]


def test_the_checks_of_this_test_know_published_numbers():
    assert nhs_is_right("9434765919")
    assert not nhs_is_right("9434765918")
    assert upn_is_right("A000000000000")
    assert not upn_is_right("B000000000000")


def test_nhs_numbers_are_distinct_begin_with_nine_and_have_their_check_digit(world):
    numbers = nhs_text(world.people.nhs).to_pylist()
    assert len(set(numbers)) == len(numbers) == len(world.people.born)
    assert all(len(number) == 10 and number[0] == "9" for number in numbers)
    assert all(nhs_is_right(number) for number in numbers)


def test_pupil_numbers_are_distinct_and_have_their_check_letter(world):
    numbers = [number for number in upn_text(world.people.upn).to_pylist() if number]
    assert len(set(numbers)) == len(numbers) > 2_000
    assert all(len(number) == 13 and number[1:4] == "000" for number in numbers)
    assert all(upn_is_right(number) for number in numbers)


def test_pupils_are_of_school_age_and_go_to_a_school_of_their_phase(world):
    people = world.people
    assert ((people.upn >= 0) == (people.school >= 0)).all()
    pupil = people.school >= 0
    age = age_on(people.born[pupil], END - 30)
    assert age.min() >= 4
    assert age.max() <= 15
    assert ((world.schools.phase[people.school[pupil]] == PRIMARY) == (age < 11)).all()


def test_national_insurance_numbers_have_administrative_prefixes_and_are_for_adults(world):
    people = world.people
    numbers = nino_text(people.nino).to_pylist()
    given = [number for number in numbers if number]
    assert len(set(given)) == len(given)
    assert {number[:2] for number in given} == {"MW", "NC", "PY", "PZ", "CR"}
    assert all(number[2:8].isdigit() and number[8] in "ABCD" for number in given)
    adult = age_on(people.born, END) >= 16
    assert [number is not None for number in numbers] == adult.tolist()


def test_uprns_are_distinct_with_twelve_digits(world):
    both = np.concatenate([world.homes.uprn, world.blocks.uprn])
    numbers = uprn_text(both).to_pylist()
    assert len(set(numbers)) == len(numbers)
    assert all(len(number) == 12 and number.startswith("00999") for number in numbers)
    assert uprn_text(np.array([-1])).to_pylist() == [None]


def test_scattered_numbers_fill_their_room_once():
    assert sorted(scattered(np.random.default_rng(1), count=30, room=30)) == list(range(30))
    with pytest.raises(ValueError, match="do not fit"):
        scattered(np.random.default_rng(1), count=31, room=30)


def test_schools_and_practices_are_distinct(world):
    assert len(set(world.schools.estab.tolist())) == len(world.schools.name)
    assert len(set(world.practices.code)) == len(world.practices.name)
    used = np.bincount(world.people.practice, minlength=len(world.practices.code))
    assert used.min() > 100
