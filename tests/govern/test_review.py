"""Two people, blind to one another, neither of whom made it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.core.errors import ReleaseError
from joinedup.govern.review import (
    FINAL,
    Review,
    against,
    counted,
    require_may_review,
    state,
    told,
)
from often import often

DIGEST, OTHER = "d" * 64, "e" * 64
AUTHORS = ("Ana", "Abe")


def said(by, verdict="approve", digest=DIGEST, reason="read it"):
    return Review(by=by, at="2026-03-02", verdict=verdict, digest=digest, reason=reason)


def now(*reviews, **facts):
    return state(reviews, authors=AUTHORS, digest=DIGEST, **facts)


def refused(review, *earlier, state="in review"):
    with pytest.raises(ReleaseError) as caught:
        require_may_review(review, earlier, authors=AUTHORS, state=state)
    return str(caught.value)


def test_two_approvals_by_others_approve_and_one_return_returns():
    assert now() == now(said("Bo")) == now(said("Bo", "return")) == "in review"
    assert now(said("Bo"), said("Cy")) == "approved"
    assert now(said("Bo"), said("Cy", "return")) == "returned"
    assert now(said("Bo"), said("Cy"), said("Di", "return")) == "returned"


def test_what_left_or_was_taken_back_stays_so():
    both = (said("Bo"), said("Cy"))
    assert now(*both, released=True) == "released"
    assert now(*both, withdrawn=True) == "withdrawn"
    assert now(released=True, withdrawn=True) == "released"


@pytest.mark.parametrize("by", ["Ana", "ana ", " A n a", "\uff21na", "ANA", "A\u200bna", "Abe"])
def test_a_maker_does_not_count_under_another_spelling(by):
    assert counted([said(by)], authors=AUTHORS, digest=DIGEST) == ()
    assert "cannot review it" in refused(said(by))


def test_nobody_counts_twice_under_another_spelling():
    assert now(said("Bo"), said("BO"), said("B o"), said("bo\u200b")) == "in review"
    assert "has given their verdict" in refused(said("b O"), said("Bo"))


def test_a_verdict_holds_for_its_content_alone():
    assert now(said("Bo"), said("Cy", digest=OTHER)) == "in review"
    require_may_review(said("Bo"), [said("Bo", digest=OTHER)], authors=AUTHORS, state="in review")


def test_a_reviewer_sees_no_verdict_but_their_own_until_both_are_in():
    first = said("Bo", "return")
    for person, seen in (("Bo", (first,)), ("Cy", ()), ("Ana", ()), ("", ())):
        assert told([first], to=person, authors=AUTHORS, digest=DIGEST) == seen
    both = [first, said("Cy")]
    assert told(both, to="Ana", authors=AUTHORS, digest=DIGEST) == tuple(both)


def test_everything_wrong_with_a_verdict_is_told_at_once():
    text = refused(said("", reason=" "), state="returned")
    assert "names nobody" in text
    assert "needs a reason" in text
    assert "is returned" in text


people = st.sampled_from(["Ana", "ABE", "Bo", "b o", "Cy", "Di", ""])
steps = st.one_of(
    st.tuples(
        st.just("review"),
        people,
        st.sampled_from(["approve", "return"]),
        st.sampled_from([DIGEST, OTHER]),
    ),
    st.tuples(st.sampled_from(["release", "withdraw"]), people, st.none(), st.none()),
)


def folded(name):
    return name.replace(" ", "").casefold()


def others(heard, verdicts=("approve", "return")):
    """Who, beside the makers, has said so of this content; worked out without the product."""
    said_so = {folded(one.by) for one in heard if one.digest == DIGEST and one.verdict in verdicts}
    return said_so - {"ana", "abe", ""}


def assert_blind(heard):
    """Until two others have spoken of this content, each is told their own verdict alone."""
    for person in ("Ana", "Bo", "CY", "Di", "Eve", ""):
        seen = told(heard, to=person, authors=AUTHORS, digest=DIGEST)
        if len(others(heard)) < 2:
            assert {folded(one.by) for one in seen} <= {folded(person)}
        else:
            assert {folded(one.by) for one in seen} == others(heard)


@often(quick=60, deep=5_000)
@given(st.lists(steps, max_size=25))
def test_whatever_people_do_it_leaves_only_with_two_approvals_and_final_states_stay(doings):
    """The state machine driven at random: a step that is refused changes nothing."""
    heard, released, withdrawn = [], False, False
    for kind, who, verdict, digest in doings:
        before = now(*heard, released=released, withdrawn=withdrawn)
        if kind == "review":
            review = said(who, verdict, digest)
            try:
                require_may_review(review, heard, authors=AUTHORS, state=before)
            except ReleaseError:
                continue
            assert before not in FINAL
            heard.append(review)
        elif kind == "release":
            facts = {"authors": AUTHORS, "digest": DIGEST, "withdrawn": withdrawn}
            released = released or not list(against(heard, **facts))
        else:
            withdrawn = withdrawn or before not in FINAL
        after = now(*heard, released=released, withdrawn=withdrawn)
        assert before not in FINAL or after == before
        assert_blind(heard)
        if after in ("approved", "released"):
            assert len(others(heard, verdicts=("approve",))) >= 2
            assert not others(heard, verdicts=("return",))
