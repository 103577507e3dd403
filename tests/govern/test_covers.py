"""Does an agreement let us take more than it may, or know people in another way than it says?"""

from dataclasses import replace

import pyarrow as pa
import pytest
from facts import agreement
from hypothesis import given
from hypothesis import strategies as st
from secret_rows import CANARIES, key, people, rows

from joinedup.core.errors import AgreementError
from joinedup.core.vocabulary import Field
from joinedup.govern.admit import admissible, apart, holding
from joinedup.govern.covers import condition, known_by, lets_take, narrowed
from joinedup.govern.pseudonyms.pseudonym import treatments

FIELDS = tuple(people().fields)
DIAGNOSIS = Field(type="text", description="Diagnosis.", sensitivity=3, codes=("A", "B"))
SECRET = Field(type="text", description="As told.", sensitivity=3, codes=("A", "B"))


def over_people(*fields, identity="named", purpose="safety", conditions=None, name="share"):
    made = agreement(name, purpose=purpose, covers={"people": fields or FIELDS})
    return replace(made, identity=identity, conditions=conditions or {})


def test_by_name_everything_may_be_taken_and_by_tokens_no_free_text_and_no_place():
    assert lets_take(over_people(), people()) == FIELDS
    assert lets_take(over_people(identity="tokens"), people()) == tuple(
        name for name in FIELDS if name not in {"note", "latitude"}
    )


def test_a_field_of_the_highest_sensitivity_needs_its_condition_in_law():
    dataset = people(seen_for=DIAGNOSIS)
    with pytest.raises(AgreementError, match="no condition of article 9 or 10") as caught:
        admissible(dataset, [over_people(*FIELDS, "seen_for")])
    (problem,) = caught.value.problems
    assert problem.where == "agreement share, conditions"
    assert "the field seen_for of people" in problem.what
    assert "health or people.seen_for" in problem.fix
    blank = over_people(*FIELDS, "seen_for", conditions={"health": " "})
    with pytest.raises(AgreementError, match="no condition"):
        admissible(dataset, [blank])
    for said in ("health", "seen_for", "people.seen_for"):
        agreed = over_people(*FIELDS, "seen_for", conditions={said: "9(2)(h), paragraph 2"})
        assert "seen_for" in admissible(dataset, [agreed])
        assert condition(agreed, dataset, "seen_for") == "9(2)(h), paragraph 2"


def test_a_category_that_nothing_tells_of_is_no_condition():
    dataset = people(secret=SECRET)
    agreed = over_people(*FIELDS, "secret", conditions={"health": "9(2)(h), paragraph 2"})
    with pytest.raises(AgreementError, match=r"for people\.secret,"):
        admissible(dataset, [agreed])


def test_each_category_of_a_field_needs_a_condition():
    field = Field(type="text", description="Diagnosis of the offender.", sensitivity=3)
    dataset = people(why=field)
    one = over_people(*FIELDS, "why", conditions={"health": "9(2)(h)"})
    assert condition(one, dataset, "why") == ""
    both = replace(one, conditions={"health": "9(2)(h)", "offences": "10, paragraph 10"})
    assert condition(both, dataset, "why") == "9(2)(h); 10, paragraph 10"


def test_a_condition_of_one_agreement_is_none_of_another():
    dataset = people(seen_for=DIAGNOSIS)
    with_it = over_people(*FIELDS, "seen_for", conditions={"health": "9(2)(h)"})
    without = over_people(*FIELDS, "seen_for", purpose="tax", name="tax")
    assert "seen_for" in admissible(dataset, [with_it, without])
    inside = narrowed([with_it, without], {"people": dataset})
    assert ["seen_for" in one.covers["people"] for one in inside] == [True, False]


def test_who_knows_people_by_name_and_who_by_tokens_is_the_purposes_own():
    named = over_people("nhs", "age", purpose="safety")
    tokens = over_people("nhs", "surname", "age", purpose="insight", identity="tokens", name="two")
    both = [named, tokens]
    columns = ("nhs", "surname")
    assert known_by(people(), columns, "safety", both).named == ("nhs",)
    assert known_by(people(), columns, "safety", both).tokens == ()
    assert known_by(people(), columns, "insight", both).named == ()
    assert known_by(people(), columns, "insight", both).tokens == columns
    assert known_by(people(), columns, "tax", both).named == ()


AGREEMENTS = st.lists(
    st.tuples(
        st.lists(st.sampled_from(FIELDS), min_size=1, unique=True),
        st.sampled_from(["named", "tokens"]),
        st.sampled_from(["safety", "insight"]),
    ),
    min_size=1,
    max_size=4,
)


@given(AGREEMENTS)
def test_each_field_lies_where_the_agreements_say_and_nowhere_else(drawn):
    agreed = [
        over_people(*fields, identity=identity, purpose=purpose, name=f"a{number}")
        for number, (fields, identity, purpose) in enumerate(drawn)
    ]
    dataset = people()
    held = holding(dataset, agreed, {"safety": ["s1", "s2"], "insight": ["i"]})
    becomes = {name: one.becomes for name, one in treatments(dataset).items()}
    named = {name for fields, identity, _ in drawn if identity == "named" for name in fields}
    covered = {name for fields, _, _ in drawn for name in fields}
    assert set(held.attributes) == {name for name in covered if becomes[name] == "kept"}
    assert set(held.identifiers) == {name for name in named if becomes[name] != "kept"}
    for project, purpose in (("s1", "safety"), ("s2", "safety"), ("i", "insight")):
        want = {
            name
            for fields, identity, its in drawn
            if identity == "tokens" and its == purpose
            for name in fields
            if becomes[name] == "token"
        }
        assert set(held.tokens.get(project, ())) == want


def test_what_tokens_alone_may_tell_is_in_no_side_as_it_was():
    agreed = [over_people(identity="tokens", purpose="insight")]
    held = holding(people(), agreed, {"insight": ["i"]})
    made = apart(rows().select(list(held.kept(people()))), people(), held, {"i": key()})
    assert made.identifiers is None or made.identifiers.num_columns == 0
    assert made.columns == ("reference", "nhs", "surname", "born", "age", "band")
    told = str([made.attributes.to_pylist(), made.tokens["i"].reader.read_all().to_pylist()])
    assert not any(canary in told for canary in CANARIES)
    nhs = made.tokens["i"].reader.read_all()["nhs"]
    assert nhs[0] == nhs[1]


def test_a_field_that_no_side_keeps_is_dropped():
    agreed = [over_people(identity="tokens", purpose="insight")]
    held = holding(people(), agreed, {})
    assert held.keyless == ("reference", "nhs", "surname", "born")
    made = apart(rows().drop_columns(["note", "latitude"]), people(), held, {})
    assert made.columns == ("age", "band")
    assert made.attributes.equals(pa.table(rows().select(["age", "band"])))
