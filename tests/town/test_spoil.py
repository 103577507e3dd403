"""Each kind of error changes what it should, and where it says it can."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.town import spoil
from joinedup.town.days import day

NAMES = [
    "Elizabeth", "William", "van der Berg", "García López", "Ng", "Smith-Jones", "O'Neill",
    "al-Hassan", "Xu", "Mohammed", "da Silva", "Łukasz", "", "14/2 High St", "Flat 2, 14 Mill Rd",
]  # fmt: skip
KINDS = ("typo", "ocr", "phonetic", "nickname", "particle_dropped", "missing")
SALTS = st.integers(0, 2**32 - 1)
WORDS = st.text("abcdefghiorstuz AEIO'-", min_size=3, max_size=20)


def made(kind: str, text: str, salt: int) -> str:
    return spoil.text(kind, pa.array([text]), np.array([salt], np.uint32))[0].as_py()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("salt", [0, 1, 2, 3, 77, 2**32 - 1])
def test_a_kind_changes_exactly_the_names_it_says_it_can(kind, salt):
    names = pa.array(NAMES)
    can = spoil.can(kind, names)
    spoiled = spoil.text(kind, names, np.full(len(names), salt, np.uint32)).to_pylist()
    changed = [one != other for one, other in zip(NAMES, spoiled, strict=True)]
    asked = [bool(one) for one in can]
    assert [one for one, may in zip(changed, asked, strict=True) if may] == [True] * sum(asked)
    if kind != "typo":
        assert changed == asked


@given(WORDS, SALTS)
def test_a_typo_is_one_slip_and_spares_the_first_letter(word, salt):
    typed = made("typo", word, salt)
    assert typed != word
    assert typed[:1] == word[:1]
    assert abs(len(typed) - len(word)) <= 1
    if len(typed) == len(word):
        wrong = [at for at in range(len(word)) if typed[at] != word[at]]
        assert len(wrong) == 1 or (
            len(wrong) == 2
            and wrong[1] == wrong[0] + 1
            and typed[wrong[0]] == word[wrong[1]]
            and typed[wrong[1]] == word[wrong[0]]
        )


@given(WORDS, SALTS)
def test_a_typo_is_seen_in_capitals_too(word, salt):
    assert made("typo", word, salt).upper() != word.upper()


@given(WORDS.filter(lambda word: bool(spoil.can("ocr", pa.array([word]))[0])), SALTS)
def test_a_machine_misreads_one_character(word, salt):
    read = made("ocr", word, salt)
    wrong = [at for at in range(len(word)) if read[at] != word[at]]
    assert [spoil.LOOKALIKES[word[at]] for at in wrong] == [read[at] for at in wrong]
    assert len(wrong) == 1


def test_known_examples_come_out_as_a_clerk_would_write_them():
    assert made("nickname", "Elizabeth", 0) == "Liz"
    assert made("particle_dropped", "van der Berg", 0) == "Berg"
    assert made("particle_dropped", "García López", 0) == "García"
    assert made("particle_dropped", "al-Hassan", 0) == "Hassan"
    assert made("uprn_float", "009990000123", 0) == "9990000123.0"
    assert [made("postcode_bad", "ZT1 4AB", salt) for salt in range(3)] == [
        "ZT1",
        "ZT1 4A",
        "ZT1 OAB",
    ]


@given(st.integers(900_000_000, 999_999_999), SALTS)
def test_a_bad_check_digit_differs_in_the_last_digit_alone(nine, salt):
    number = f"{nine}4"
    wrong = made("bad_check_digit", number, salt)
    assert wrong[:-1] == number[:-1]
    assert wrong[-1].isdigit()
    assert wrong[-1] != number[-1]


def test_a_number_that_begins_with_its_check_letter_gets_another_letter():
    wrong = {made("bad_check_digit", "H000012345678", salt) for salt in range(200)}
    assert {one[1:] for one in wrong} == {"000012345678"}
    assert {one[0] for one in wrong} == set(spoil.CHECK_LETTERS) - {"H"}


def test_day_and_month_change_places_where_both_readings_are_days():
    before = np.array([day(2001, 3, 9), day(2001, 3, 3), day(2001, 3, 13)], np.int32)
    after = [day(2001, 9, 3), day(2001, 3, 3), day(2001, 3, 13)]
    assert spoil.transposed(before).tolist() == after
    assert spoil.can_transpose(before).tolist() == [True, False, False]


@given(st.integers(day(1900, 1, 1), day(2026, 9, 30)))
def test_transposing_twice_changes_nothing(number):
    days = np.array([number], np.int32)
    assert spoil.transposed(spoil.transposed(days)) == days


def test_a_default_date_is_the_first_of_january_of_the_year_or_of_1900():
    days = np.array([day(1987, 5, 6)] * 2, np.int32)
    salt = np.array([2, 3], np.uint32)
    assert spoil.defaulted(days, salt).tolist() == [day(1987, 1, 1), day(1900, 1, 1)]


@given(SALTS)
def test_a_future_date_is_after_every_delivery(salt):
    days = np.array([day(2022, 10, 1)], np.int32)
    assert spoil.in_future(days, np.array([salt], np.uint32))[0] > day(2026, 9, 30)


@pytest.mark.parametrize("kind", spoil._KERNELS)
def test_nothing_is_spoiled_into_nothing(kind):
    nothing = pa.array([], pa.string())
    assert len(spoil.text(kind, nothing, np.zeros(0, np.uint32))) == 0
