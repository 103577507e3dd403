"""Do tokens join what is the same, hide what it was, and say nothing else?"""

import hmac
import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from secret_rows import key, people

from joinedup.core.vocabulary import Field
from joinedup.govern.pseudonyms.canonical import canonical_form
from joinedup.govern.pseudonyms.columns import forms
from joinedup.govern.pseudonyms.pseudonym import token, treatments

STANDARDS = [
    *("", "address", "birth_date", "company_number", "easting", "email", "forename", "full_name"),
    *("nhs_number", "nino", "northing", "phone", "postcode", "sex", "surname", "uprn", "upn"),
]
ALIKE = st.text("aA éÉ\u0301-'\u2019,.0\uff111/ß", max_size=6)


def tokens(values, standard="", with_key=None):
    return token(pa.array(values, pa.string()), standard, with_key or key()).to_pylist()


@given(st.sampled_from(STANDARDS), ALIKE | st.text(max_size=8), ALIKE | st.text(max_size=8))
def test_tokens_are_equal_if_and_only_if_the_canonical_forms_are(standard, one, other):
    left, right = tokens([one, other], standard)
    same = canonical_form(one, standard) == canonical_form(other, standard)
    assert (left == right) == same


@given(st.sampled_from(STANDARDS), st.lists(st.text(max_size=300), max_size=5))
def test_no_token_says_how_long_the_value_was(standard, values):
    for value, made in zip(values, tokens(values, standard), strict=True):
        if canonical_form(value, standard):
            assert re.fullmatch("[0-9a-f]{64}", made)
        else:
            assert made is None


@given(st.sampled_from(STANDARDS), st.text(min_size=1, max_size=20))
def test_another_key_or_standard_gives_another_token(standard, value):
    (made,) = tokens([value], standard)
    if made is not None:
        assert made != tokens([value], standard, key(2))[0]
        others = [tokens([value], other)[0] for other in STANDARDS if other != standard]
        assert made not in others


def test_a_token_is_hmac_sha256_as_the_standard_has_it():
    expected = hmac.new(
        key().secret.hex().encode(), b"nhs_number\x00\x009434765919", "sha256"
    ).hexdigest()
    assert tokens(["943 476 5919"], "nhs_number") == [expected]


def test_whole_numbers_and_text_of_the_same_number_have_one_token():
    kinds = (pa.string(), pa.int64(), pa.float64(), pa.dictionary(pa.int8(), pa.string()))
    values = [pa.array(["100023336956", None]).cast(kind) for kind in kinds[:3]]
    values.append(pa.array(["100023336956", None]).dictionary_encode())
    values.append(pa.chunked_array([values[0].slice(0, 1), values[0].slice(1)]))
    made = [token(one, "uprn", key()).to_pylist() for one in values]
    assert all(one == made[0] for one in made)
    assert made[0][1] is None


def test_a_value_that_is_there_often_is_folded_once(monkeypatch):
    asked = []

    def count(text, standard):
        asked.append(text)
        return canonical_form(text, standard)

    monkeypatch.setattr("joinedup.govern.pseudonyms.columns.canonical_form", count)
    made = tokens(["Zoë", "Bób"] * 1_000, "forename")
    assert sorted(asked) == ["Bób", "Zoë"]
    assert len(set(made)) == 2
    assert len(made) == 2_000


@given(st.sampled_from(STANDARDS), st.lists(st.none() | ALIKE | st.text(max_size=12), max_size=9))
def test_a_whole_column_has_the_forms_that_its_cells_have_one_by_one(standard, values):
    want = [None if value is None else canonical_form(value, standard) or None for value in values]
    assert forms(pa.array(values, pa.string()), standard).to_pylist() == want


@pytest.mark.parametrize("standard", STANDARDS)
def test_every_short_text_of_ascii_has_its_own_form_in_a_column(standard):
    signs = [chr(number) for number in range(128)]
    texts = [*signs, *(f"{one}{other}" for one in "0aZ .,\n\x00" for other in signs)]
    texts += [f"{text}7" for text in texts]
    want = [canonical_form(text, standard) or None for text in texts]
    assert forms(pa.array(texts), standard).to_pylist() == want


@pytest.mark.parametrize("different", [3, 40_000])
def test_a_long_column_has_the_tokens_of_the_standard_librarys_hmac(different):
    """With few different values and with many, which are told in two ways."""
    values = [None if n % 11 == 0 else str(9_000_000_000 + n % different) for n in range(60_000)]
    secret = key().secret.hex().encode()
    want = {
        value: value and hmac.new(secret, b"nhs_number\x00\x00" + value.encode(), "sha256")
        for value in set(values)
    }
    made = token(pa.chunked_array([values[:7], values[7:]]), "nhs_number", key())
    assert made.to_pylist() == [want[value] and want[value].hexdigest() for value in values]


def test_one_senders_number_is_not_anothers():
    values = pa.array(["17"])
    mine, yours = (token(values, "", key(), scope=scope) for scope in ("fire/case", "police/case"))
    assert mine != yours


@pytest.mark.parametrize(
    ("name", "becomes"),
    [
        ("reference", "token"),
        ("nhs", "token"),
        ("surname", "token"),
        ("born", "token"),
        ("latitude", "left out"),
        ("note", "left out"),
        ("age", "kept"),
        ("band", "kept"),
        ("officer", "token"),
        ("mobile_phone", "left out"),
        ("date_of_birth", "left out"),
        ("east", "left out"),
        ("outline", "left out"),
        ("ward", "kept"),
        ("sex", "kept"),
    ],
)
def test_what_a_field_says_of_a_person_decides_what_becomes_of_it(name, becomes):
    dataset = people(
        officer=Field(type="text", description="Who went.", role="staff", codes=("X",)),
        mobile_phone=Field(type="integer", description="Number."),
        date_of_birth=Field(type="date", description="Day."),
        east=Field(type="integer", description="Place.", standard="easting"),
        outline=Field(type="geometry", description="Outline."),
        ward=Field(type="text", description="Ward.", role="area"),
        sex=Field(type="text", description="Sex.", standard="sex"),
    )
    assert treatments(dataset)[name].becomes == becomes
