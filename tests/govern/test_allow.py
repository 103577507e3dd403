"""The way through: default deny, and the laws that hold whatever the facts are."""

from dataclasses import replace
from datetime import date

import pytest
from facts import TODAY, agreement
from hypothesis import given
from hypothesis import strategies as st

from joinedup.core.errors import AgreementError, AgreementNotInForce, ColumnsNotCovered
from joinedup.core.vocabulary import Period
from joinedup.govern.allow import (
    DerivedFacts,
    allow,
    coverage,
    inherited,
    require_in_force,
    standing,
)

SIGNED = {"fire": "Ana", "police": "Ben"}
SCORES = DerivedFacts(
    purposes=frozenset({"inspection"}),
    agreements=frozenset({"share"}),
    columns=frozenset({"home", "score"}),
)
COVERED = {"admitted.visits": frozenset({"visit", "postcode"})}


def stands(one=None, *, signed=SIGNED, today=TODAY, **facts):
    return standing(one or agreement(), digest="d1", signed=signed, today=today, **facts)


def test_an_agreement_that_every_party_signed_is_in_force_in_its_period():
    assert stands().in_force
    assert stands(today=date(2026, 1, 1)).in_force
    assert stands(today=date(2026, 12, 31)).in_force


def test_each_party_that_has_not_signed_is_named():
    assert stands(signed={"fire": "Ana"}).reasons == ("police has not signed this text",)
    assert stands(signed={"fire": "Ana", "police": ""}).in_force is False
    assert len(stands(signed={"health": "Cy"}).reasons) == 2


def test_an_agreement_edited_since_it_was_signed_says_so():
    reasons = stands(signed={"fire": "Ana"}, signed_before=True).reasons
    assert "the text was edited after it had been signed" in reasons
    assert stands(signed_before=True).in_force


def test_an_agreement_before_and_after_its_period_says_when():
    assert stands(today=date(2025, 12, 31)).reasons == ("it begins on 2026-01-01",)
    assert stands(today=date(2027, 1, 1)).reasons == ("it ended on 2026-12-31",)


def test_every_reason_is_told_at_once():
    over = replace(agreement(), period=Period(starts=date(2020, 1, 1), ends=date(2020, 2, 1)))
    assert len(stands(over, signed={}, signed_before=True).reasons) == 4


def test_an_agreement_without_parties_or_digest_is_never_in_force():
    assert stands(agreement(parties=())).reasons == ("it names no parties",)
    assert not standing(agreement(), digest="", signed=SIGNED, today=TODAY).in_force


def test_requiring_an_agreement_in_force_refuses_with_its_reasons():
    require_in_force(agreement(), digest="d1", signed=SIGNED, today=TODAY)
    with pytest.raises(AgreementNotInForce, match="police has not signed") as caught:
        require_in_force(agreement(), digest="d1", signed={"fire": "Ana"}, today=TODAY)
    assert caught.value.agreement == "share"


def test_only_agreements_of_the_purpose_cover_and_they_add_up():
    one = agreement("one", covers={"visits": ("visit",)})
    two = agreement("two", covers={"visits": ("postcode",), "homes": ("home",)})
    other = agreement("other", purpose="fraud", covers={"visits": ("note",)})
    assert coverage([one, two, other], "inspection") == COVERED | {
        "admitted.homes": frozenset({"home"})
    }
    assert coverage([one], "") == {}


def may(reads, *, covered=COVERED, derived=None, in_force=("share",), purpose="inspection"):
    allow(
        "fire-risk",
        purpose,
        reads,
        coverage=covered,
        derived={"derived.scores": SCORES} if derived is None else derived,
        in_force=frozenset(in_force),
    )


def test_covered_columns_and_derived_ones_of_the_purpose_may_be_read():
    may({"admitted.visits": ("visit",), "derived.scores": ("home", "score")})


def test_every_offending_column_is_named():
    with pytest.raises(ColumnsNotCovered) as caught:
        may({"admitted.visits": ("visit", "note"), "derived.scores": ("name",), "x": ("y",)})
    assert caught.value.columns == ["admitted.visits.note", "derived.scores.name", "x.y"]
    assert (caught.value.step, caught.value.purpose) == ("fire-risk", "inspection")


def test_a_table_nobody_knows_is_refused_even_without_columns():
    with pytest.raises(ColumnsNotCovered, match=r"linked\.person\.\*"):
        may({"linked.person": ()})


def test_an_admitted_table_cannot_be_passed_off_as_a_derived_one():
    with pytest.raises(ColumnsNotCovered):
        may({"admitted.homes": ("home",)}, derived={"admitted.homes": SCORES})


def test_a_derived_table_of_another_purpose_is_refused():
    with pytest.raises(ColumnsNotCovered):
        may({"derived.scores": ("score",)}, purpose="fraud")


def test_a_derived_table_that_rests_on_nothing_is_refused():
    with pytest.raises(ColumnsNotCovered):
        may(
            {"derived.scores": ("score",)},
            derived={"derived.scores": replace(SCORES, agreements=frozenset())},
        )


def test_a_derived_table_is_refused_when_an_agreement_behind_it_has_ended():
    with pytest.raises(AgreementNotInForce, match=r"derived\.scores rests on it") as caught:
        may({"derived.scores": ("score",)}, in_force=())
    assert caught.value.agreement == "share"


def test_columns_and_ended_agreements_are_refused_in_one_error():
    with pytest.raises(ColumnsNotCovered) as caught:
        may({"derived.scores": ("score",), "admitted.visits": ("note",)}, in_force=())
    assert len(caught.value.problems) == 2
    assert "derived.scores rests on it" in str(caught.value)


def test_what_a_step_makes_may_be_used_for_what_all_its_parents_may():
    one = agreement("one", covers={"visits": ("visit", "postcode")})
    two = agreement("two", purpose="fraud", covers={"visits": ("visit",)})
    facts = inherited(
        "inspection",
        {"admitted.visits": ("visit",), "derived.scores": ("score",)},
        agreements_in_force=[one, two],
        derived={"derived.scores": SCORES},
        columns=("visit", "score"),
    )
    assert facts.purposes == {"inspection"}
    assert facts.agreements == {"one", "share"}
    assert facts.columns == {"visit", "score"}


def test_what_is_made_from_nothing_or_from_the_unknown_may_be_used_for_nothing():
    for reads in ({}, {"linked.person": ("name",)}):
        facts = inherited(
            "inspection", reads, agreements_in_force=[agreement()], derived={}, columns=("a",)
        )
        assert not facts.purposes


names = st.sampled_from("abcd")
columns = st.lists(names, min_size=1, max_size=4).map(tuple)
tables = st.sampled_from(["admitted.v", "admitted.w", "derived.s", "derived.t", "linked.p"])
reads = st.dictionaries(tables, columns, max_size=4)
agreements = st.lists(
    st.builds(
        agreement,
        st.sampled_from(["one", "two", "three"]),
        purpose=st.sampled_from(["inspection", "fraud"]),
        covers=st.dictionaries(st.sampled_from(["v", "w"]), columns, min_size=1, max_size=2),
    ),
    max_size=4,
)
facts = st.builds(
    DerivedFacts,
    purposes=st.frozensets(st.sampled_from(["inspection", "fraud"])),
    agreements=st.frozensets(st.sampled_from(["one", "two", "three"]), max_size=2),
    columns=st.frozensets(names),
)
derived_tables = st.dictionaries(st.sampled_from(["derived.s", "derived.t"]), facts)


def allowed(asked, agreed, derived):
    try:
        allow(
            "step",
            "inspection",
            asked,
            coverage=coverage(agreed, "inspection"),
            derived=derived,
            in_force=frozenset(one.id for one in agreed),
        )
    except AgreementError:
        return False
    return True


@given(reads)
def test_without_agreements_nothing_may_be_read(asked):
    assert allowed(asked, [], {}) is (not asked)


@given(reads, agreements, agreements, derived_tables)
def test_another_agreement_never_takes_away_what_was_allowed(asked, agreed, more, derived):
    if allowed(asked, agreed, derived):
        assert allowed(asked, [*agreed, *more], derived)


@given(reads, agreements, derived_tables, st.randoms(use_true_random=False))
def test_the_order_of_agreements_and_reads_does_not_matter(asked, agreed, derived, random):
    mixed, items = list(agreed), list(asked.items())
    random.shuffle(mixed)
    random.shuffle(items)
    assert allowed(dict(items), [*mixed, *mixed], derived) == allowed(asked, agreed, derived)


@given(reads, agreements, derived_tables)
def test_what_is_allowed_is_named_in_full_by_some_agreement(asked, agreed, derived):
    if allowed(asked, agreed, derived):
        for table, read in asked.items():
            if table.startswith("admitted."):
                dataset = table.removeprefix("admitted.")
                ours = [one for one in agreed if one.purpose == "inspection"]
                named = {field for one in ours for field in one.covers.get(dataset, ())}
                assert set(read) <= named
            else:
                assert "inspection" in derived[table].purposes


@given(reads, agreements, derived_tables)
def test_a_step_that_was_allowed_makes_what_its_own_purpose_may_read(asked, agreed, derived):
    if asked and allowed(asked, agreed, derived):
        made = inherited(
            "inspection", asked, agreements_in_force=agreed, derived=derived, columns=("a",)
        )
        assert "inspection" in made.purposes
        assert allowed({"derived.new": ("a",)}, agreed, {"derived.new": made})
