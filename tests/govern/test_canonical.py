"""Do capitals, spaces and accents leave an identifier what it is, and nothing else?"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from joinedup.core import identifiers
from joinedup.govern.pseudonyms.canonical import canonical_form

SAME = {
    "nhs_number": (
        "9434765919",
        "943 476 5919",
        "943-476-5919",
        "9434765919.0",
        "\uff19434765919",
    ),
    "nino": ("AB123456C", "ab 12 34 56 c", "AB-12-34-56-C", "\u200bAB123456C"),
    "upn": ("B801200005001", "b8012 0000 5001"),
    "uprn": ("199356", "000000199356", " 199356.0 ", "0199356"),
    "postcode": ("SW1A 1AA", "sw1a1aa", " Sw1A  1aA", "SW1A\u00a01AA"),
    "surname": (
        "O'Brien",
        "O\u2019BRIEN",
        "o brien",
        "OBrien",
        "Ó Brien",
        "O\u02bcBrien",
        "O-Brien",
    ),
    "forename": ("Zoë", "ZOE", "Zoe\u0308", " zoe "),
    "full_name": ("Anne-Marie van der Berg", "Van der Berg, Anne Marie", "ANNE MARIE VANDERBERG"),
    "birth_date": ("1980-05-17", "17/05/1980", "17.5.1980", "19800517", "1980-05-17 00:00:00"),
    "email": ("a.clerk@example.org", " A.Clerk@Example.ORG"),
    "phone": ("01632 960123", "+44 1632 960123", "(01632) 960-123"),
    "company_number": ("00445790", "445790", "0044 5790"),
    "address": ("1 High Street, Town", "1, HIGH STREET TOWN"),
    "": ("T-17/a", " t-17/A "),
}
OTHER = {
    "nhs_number": ("9434765919", "9434765927"),
    "uprn": ("199356", "1993560"),
    "surname": ("van der Berg", "Berg"),
    "forename": ("Jon", "John"),
    "birth_date": ("1980-05-06", "1980-06-05"),
    "email": ("a.b@example.org", "ab@example.org"),
    "": ("1-23", "12-3"),
}


@pytest.mark.parametrize("standard", SAME)
def test_ways_to_write_one_identifier_have_one_form(standard):
    assert len({canonical_form(text, standard) for text in SAME[standard]}) == 1
    assert canonical_form(SAME[standard][0], standard)


@pytest.mark.parametrize("standard", OTHER)
def test_another_identifier_has_another_form(standard):
    one, other = OTHER[standard]
    assert canonical_form(one, standard) != canonical_form(other, standard)


@given(st.sampled_from(sorted(SAME)), st.text(max_size=12))
@example("", "U\u00a8")
def test_a_canonical_form_is_its_own(standard, text):
    form = canonical_form(text, standard)
    assert canonical_form(form, standard) == form


@given(st.from_regex(identifiers.POSTCODE, fullmatch=True))
def test_the_normal_form_of_the_house_has_the_same_canonical_form(text):
    normal = identifiers.normal_postcode(text)
    assert normal
    assert canonical_form(normal, "postcode") == canonical_form(text.lower(), "postcode")


@pytest.mark.parametrize("standard", SAME)
def test_what_says_nothing_has_no_form(standard):
    assert [canonical_form(text, standard) for text in ("", " ", "\u200b")] == ["", "", ""]
