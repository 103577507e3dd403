"""The comparison of orders, done by hand on six cases, and the laws it keeps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.stats.schedule import found_by_day_order, reschedule, simulated_days

# case    score  day  outcome   simulated day
#   a      0.9    30     1       10
#   b      0.7    10     0       10
#   c      0.6    20     1       20
#   d      0.5    20     0       20
#   e      0.3    10     1       30
#   f      0.1    40     0       40
SCORE = np.array([0.9, 0.7, 0.6, 0.5, 0.3, 0.1])
DAY = np.array([30.0, 10.0, 20.0, 20.0, 10.0, 40.0])
OUTCOME = np.array([1.0, 0.0, 1.0, 0.0, 1.0, 0.0])


@st.composite
def worked(draw):
    n = draw(st.integers(1, 40))
    whole = st.lists(st.integers(0, 9), min_size=n, max_size=n)
    outcome = draw(st.lists(st.integers(0, 1), min_size=n, max_size=n))
    return tuple(np.array(one, dtype=float) for one in (draw(whole), outcome, draw(whole)))


def test_the_comparison_is_the_one_done_by_hand():
    assert simulated_days(SCORE, DAY).tolist() == [10, 10, 20, 20, 30, 40]
    got = reschedule(SCORE, OUTCOME, DAY)
    assert got.days_earlier == pytest.approx((20 + 0 - 20) / 3)
    assert got.share_later == pytest.approx(1 / 3)
    assert got.share_first_half_actual == pytest.approx(1 / 3)  # strictly before the median, 20
    assert got.share_first_half_ranked == pytest.approx(2 / 3)  # strictly above the median, 0.55


@given(worked())
def test_each_day_keeps_as_many_cases_as_it_had(case):
    score, _, day = case
    assert sorted(simulated_days(score, day)) == sorted(day)


@given(worked())
def test_the_order_used_changes_nothing(case):
    _, outcome, day = case
    got = reschedule(-day, outcome, day)
    if outcome.any():
        assert (got.days_earlier, got.share_later) == (0, 0)
    else:
        assert np.isnan(got.days_earlier)


@given(worked())
def test_if_every_case_has_the_outcome_no_order_is_earlier(case):
    score, _, day = case
    assert reschedule(score, np.ones_like(day), day).days_earlier == pytest.approx(0, abs=1e-9)


def test_finds_of_a_day_cut_by_the_line_count_in_proportion():
    got = [found_by_day_order(OUTCOME, DAY, k=k) for k in range(1, 8)]
    assert got == [0.5, 1.0, 1.5, 2.0, 3.0, 3.0, 3.0]


@given(worked(), st.integers(1, 45))
def test_the_order_of_rows_does_not_matter_for_finds_by_day(case, k):
    _, outcome, day = case
    turned = found_by_day_order(outcome[::-1], day[::-1], k=k)
    assert found_by_day_order(outcome, day, k=k) == pytest.approx(turned)


def test_a_list_of_no_places_is_refused():
    with pytest.raises(ValueError, match="k must be at least 1"):
        found_by_day_order(OUTCOME, DAY, k=0)
