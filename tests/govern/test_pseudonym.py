"""Do tokens join what is the same, hide what it was, and come apart and together again?"""

import hmac
import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from secret_rows import CANARIES, key, people, rows

from joinedup.core.errors import AgreementError, ProjectError, RecordsError
from joinedup.core.vocabulary import Field
from joinedup.govern.pseudonyms.canonical import canonical_form
from joinedup.govern.pseudonyms.pseudonym import Apart, reunite, split, token, treatments

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
    expected = hmac.new(key().secret, b"nhs_number\x00\x009434765919", "sha256").hexdigest()
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

    monkeypatch.setattr("joinedup.govern.pseudonyms.pseudonym.canonical_form", count)
    made = tokens(["Ann", "Bob"] * 1_000, "forename")
    assert sorted(asked) == ["Ann", "Bob"]
    assert len(set(made)) == 2
    assert len(made) == 2_000


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


def test_split_holds_identifiers_and_attributes_apart():
    apart = split(rows(), people(), key())
    assert apart.identifiers.column_names == [
        *("reference", "nhs", "surname", "born", "latitude", "note", "row")
    ]
    assert apart.attributes.column_names == ["age", "band", "row"]
    shared = set(apart.identifiers["row"].to_pylist()) & set(apart.attributes["row"].to_pylist())
    assert shared == set()
    assert not any(canary in str(apart.attributes.to_pylist()) for canary in CANARIES)


PEOPLE = st.lists(
    st.tuples(st.text(max_size=4), st.none() | st.integers(0, 120), st.sampled_from("AB")),
    max_size=30,
)


@given(PEOPLE)
def test_split_and_reunite_is_the_identity(people_):
    table = pa.table(
        {
            "age": pa.array([age for _, age, _ in people_], pa.int64()),
            "surname": pa.array([name for name, _, _ in people_], pa.string()),
            "band": pa.array([band for _, _, band in people_], pa.string()),
        }
    )
    apart = split(table, people(), key())
    assert reunite(apart, key(), purpose="safety", permitted={"safety"}).equals(table)


def test_reunite_needs_a_permitted_purpose_and_the_key_of_it():
    apart = split(rows(), people(), key())
    for purpose, permitted in (("safety", set()), ("tax", {"safety"}), ("tax", {"tax"})):
        with pytest.raises(AgreementError, match="may not be named again"):
            reunite(apart, key(), purpose=purpose, permitted=permitted)
    with pytest.raises(ProjectError, match="were split with the key"):
        reunite(apart, key(2), purpose="safety", permitted={"safety"})
    assert reunite(apart, key(), purpose="safety", permitted={"safety"}).equals(rows())


@pytest.mark.parametrize("half", ["identifiers", "attributes"])
def test_halves_of_different_versions_are_refused_without_a_name(half):
    one, other = split(rows(), people(), key()), split(rows(), people(), key())
    fewer = {"identifiers": one.identifiers, "attributes": one.attributes}
    mixed = fewer | {half: getattr(other, half)}
    fewer[half] = fewer[half].slice(1)
    for halves in (fewer, mixed):
        apart = Apart(**halves, columns=one.columns, dataset=one.dataset, key=one.key)
        with pytest.raises(RecordsError, match="same rows") as told:
            reunite(apart, key(), purpose="safety", permitted={"safety"})
        assert not any(canary in str(told.value) for canary in CANARIES)


def test_a_column_nobody_declared_is_not_split():
    with pytest.raises(ProjectError, match="cannot be split"):
        split(rows().append_column("extra", pa.array([1, 2, 3])), people(), key())
