"""Are the published examples told from what only looks like them?"""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.core import identifiers as known

RIGHT = {
    "nhs_number": ["9434765919", "943 476 5919", "943-476-5870", "4505577104"],
    "nino": ["AB123456C", "ab 12 34 56 d", "MW123456A"],
    "upn": ["B801200005001", "b801200005001"],
    "uprn": ["100023336956", "000000199356", "199356", " 1 "],
    "usrn": ["8400001", "00100001"],
    "postcode": ["M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT", "W1A 1HQ", "EC1A 1BB", "GIR 0AA"],
    "company_number": ["00445790", "SC234456", "OC301234", "R0000001", "IP12345R", "ni012345"],
    "email": ["a.clerk@example.org", "A+b@sub.example.org"],
    "phone": [
        "01632 960123",
        "+44 1632 960123",
        "0044 20 7946 0123",
        "(01632) 960-123",
        "08001111",
    ],
}
WRONG = {
    "nhs_number": ["9434765918", "94347659190", "943476591", "94347659I9", "9434765919.0"],
    "nino": ["QQ123456C", "AO123456C", "DA123456A", "GB123456A", "AB12345C", "AB123456E"],
    "upn": ["A801200005001", "I801200005001", "B80120000500", "8B01200005001"],
    "uprn": ["1000233369561", "0", "000", "999000123.0", "9.99E+08", "-1", "12A"],
    "usrn": ["123456789", "0"],
    "postcode": ["M1", "Q1 1AA", "AI1 1AA", "M1 1AC", "ZT1 4AVB", "EC1C 1BB", "11 1AA", "M1  1A"],
    "company_number": ["445790", "XX123456", "123456789", "SC12345"],
    "email": ["a.clerk@example", "a clerk@example.org", "@example.org", "a@-x.org", "a@b..org"],
    "phone": ["960123", "0163 296", "+33 1 23 45 67 89", "04632 960123", "x01632960123"],
}
NORMAL = {
    "nhs_number": ("943 476 5919", "9434765919"),
    "nino": ("ab 12 34 56 d", "AB123456D"),
    "upn": (" b801200005001", "B801200005001"),
    "uprn": ("999000123.0", "000999000123"),
    "postcode": ("ec1a1bb", "EC1A 1BB"),
    "company_number": ("sc 234456", "SC234456"),
    "email": ("A.Clerk@Example.org", "a.clerk@example.org"),
    "phone": ("+44 (0)1632 960 123", "01632960123"),
}


def cases(examples):
    return [(name, text) for name, texts in examples.items() for text in texts]


@pytest.mark.parametrize(("name", "text"), cases(RIGHT))
def test_what_is_one_is_taken_for_one(name, text):
    assert getattr(known, f"is_{name}")(text)


@pytest.mark.parametrize(("name", "text"), cases(WRONG))
def test_what_is_none_is_not(name, text):
    assert not getattr(known, f"is_{name}")(text)


@pytest.mark.parametrize("name", NORMAL)
def test_the_normal_form_is_one_way_to_write_it(name):
    said, normal = NORMAL[name]
    tidy = getattr(known, f"normal_{name}")
    assert tidy(said) == normal
    assert tidy(normal) == normal


@pytest.mark.parametrize(("name", "text"), [case for case in cases(WRONG) if case[0] in NORMAL])
def test_what_is_none_has_no_normal_form_unless_it_can_be_repaired(name, text):
    repaired = {"uprn": ("999000123.0",), "company_number": ("445790",)}
    assert (getattr(known, f"normal_{name}")(text) is not None) == (text in repaired.get(name, ()))


@given(st.text(alphabet="0123456789", min_size=9, max_size=9))
def test_a_number_with_its_check_digit_is_right_and_with_any_other_is_not(nine):
    digit = known.nhs_check_digit(nine)
    right = [str(last) for last in range(10) if known.is_nhs_number(nine + str(last))]
    assert right == ([] if digit is None else [str(digit)])


@given(
    st.text(alphabet="0123456789", min_size=11, max_size=11),
    st.sampled_from("0123456789" + known.UPN_LETTERS),
)
def test_a_upn_has_one_letter_that_is_right(eleven, last):
    after = eleven + last
    right = [letter for letter in known.UPN_LETTERS if known.is_upn(letter + after)]
    assert right == [known.upn_check_letter(after)]
    assert known.is_temporary_upn(right[0] + after) == last.isalpha()


def test_the_letters_of_a_upn_are_those_that_are_not_mistaken_for_digits():
    assert len(known.UPN_LETTERS) == 23
    assert set("IOS").isdisjoint(known.UPN_LETTERS)


@given(st.integers(0, 9), st.integers(0, 9), st.text("0123456789", min_size=8, max_size=8))
def test_a_check_digit_finds_one_digit_mistaken(place, digit, rest):
    nine = rest + "7"
    last = known.nhs_check_digit(nine)
    number = f"{nine}{last}"
    mistaken = number[:place] + str(digit) + number[place + 1 :]
    if last is not None and mistaken != number:
        assert not known.is_nhs_number(mistaken)


def test_the_examples_in_the_docstrings_are_true():
    found = doctest.testmod(known)
    assert found.attempted
    assert not found.failed
