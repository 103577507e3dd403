"""An agreement goes its way in one order, and lets nothing in where it should not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from facts import agreement
from hypothesis import given
from hypothesis import strategies as st

from joinedup.core.errors import AgreementError
from joinedup.govern.lifecycle import IN_FORCE, MAY, STATES, Move, reasons, require_may, state

ONE = agreement()
SIGNED = dict.fromkeys(ONE.parties, "somebody")
DURING = ONE.period.starts + timedelta(days=1)


def now(*moves, signed=SIGNED, today=DURING, of=ONE, digest="d1"):
    made = [Move(to=to, digest="d1", by="Ana", reason="because") for to in moves]
    return state(of, digest=digest, signed=signed, moves=made, today=today)


def test_signatures_and_the_calendar_move_it_by_themselves():
    assert now(signed={}) == "draft"
    assert now("in review", signed={}) == "in review"
    assert now(signed={ONE.parties[0]: "somebody"}) == "being signed"
    assert now(today=ONE.period.starts - timedelta(days=1)) == "signed"
    assert now() == "live"
    assert now(today=ONE.period.ends + timedelta(days=1)) == "ended"


def test_it_is_under_review_from_its_review_date_until_somebody_keeps_it():
    reviewed = replace(ONE, review=DURING)
    assert now(of=reviewed) == "under review"
    assert now("under review", "live", of=reviewed) == "live"


def test_a_suspended_agreement_lets_nothing_in_until_it_is_live_again():
    assert now("suspended") == "suspended"
    assert reasons(now("suspended")) == ("it is suspended",)
    assert now("suspended", "live") == "live"


def test_an_edited_text_begins_as_a_draft_but_an_ended_one_stays_ended():
    assert now("suspended", signed={}, digest="d2") == "draft"
    assert now("ended", signed={}, digest="d2") == "ended"
    assert now("ended", "data destroyed", signed={}, digest="d2") == "data destroyed"


@pytest.mark.parametrize("to", STATES)
@pytest.mark.parametrize("at", STATES)
def test_a_move_is_allowed_exactly_along_the_lines(at, to):
    if to in MAY[at]:
        assert require_may("one", at, to, "because") == to
    else:
        with pytest.raises(AgreementError, match="cannot be moved"):
            require_may("one", at, to, "because")


def test_a_move_without_a_reason_or_to_nowhere_is_refused():
    with pytest.raises(AgreementError, match="no reason"):
        require_may("one", "live", "suspended", " ")
    with pytest.raises(AgreementError, match="no such state"):
        require_may("one", "live", "paused", "because")


@given(st.lists(st.sampled_from(STATES), max_size=8), st.integers(-800, 8_000))
def test_after_the_end_nothing_brings_it_back(moves, days):
    today: date = ONE.period.starts + timedelta(days=days)
    found = now("ended", *moves, today=today)
    assert found not in IN_FORCE
    assert found in {"ended", "data destroyed"}


@given(st.permutations(STATES).map(lambda order: order[:4]))
def test_whatever_people_did_an_unsigned_text_is_not_in_force(moves):
    assert now(*moves, signed={}) not in IN_FORCE
