"""Orders measured by hand, against scikit-learn, and by the laws they must keep."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from joinedup.stats.ranking import (
    auc,
    auc_interval,
    found_at_k,
    lift_at_k,
    precision_at_k,
    ranked_order,
    recall_at_k,
)

# Ranked: 0.9 hit, 0.8 miss, 0.8 hit, 0.5 miss, 0.2 hit
SCORE = np.array([0.8, 0.9, 0.8, 0.2, 0.5])
OUTCOME = np.array([0.0, 1.0, 1.0, 1.0, 0.0])


@st.composite
def orders(draw, most=60):
    n = draw(st.integers(2, most))
    score = draw(st.lists(st.integers(0, 12), min_size=n, max_size=n))
    outcome = draw(st.lists(st.integers(0, 1), min_size=n, max_size=n))
    return np.array(score, dtype=float), np.array(outcome, dtype=float)


def test_counts_at_k_are_those_done_by_hand():
    assert ranked_order(SCORE).tolist() == [1, 0, 2, 4, 3]
    assert [found_at_k(SCORE, OUTCOME, k=k) for k in range(1, 7)] == [1, 1, 2, 2, 3, 3]
    assert precision_at_k(SCORE, OUTCOME, k=3) == pytest.approx(2 / 3)
    assert precision_at_k(SCORE, OUTCOME, k=99) == pytest.approx(3 / 5)
    assert recall_at_k(SCORE, OUTCOME, k=3) == pytest.approx(2 / 3)
    assert lift_at_k(SCORE, OUTCOME, k=1) == pytest.approx(1 / 0.6)


def test_the_auc_is_the_one_done_by_hand():
    # Pairs hit over miss: .9>.8 .9>.5 .8=.8 .8>.5 .2<.8 .2<.5
    assert auc(SCORE, OUTCOME) == pytest.approx(3.5 / 6)


@given(orders())
def test_the_auc_agrees_with_scikit_learn(order):
    score, outcome = order
    if 0 < outcome.sum() < outcome.size:
        assert auc(score, outcome) == pytest.approx(roc_auc_score(outcome, score), abs=1e-12)
    else:
        assert np.isnan(auc(score, outcome))


@given(orders())
def test_a_change_of_scale_changes_no_order(order):
    score, outcome = order
    other = np.exp(score / 3) - 7
    assert ranked_order(other).tolist() == ranked_order(score).tolist()
    np.testing.assert_equal(auc(other, outcome), auc(score, outcome))


@given(orders())
def test_the_whole_list_finds_everything_and_chance(order):
    score, outcome = order
    assert found_at_k(score, outcome, k=score.size) == outcome.sum()
    if outcome.sum():
        assert lift_at_k(score, outcome, k=score.size) == pytest.approx(1)


@given(orders())
def test_the_interval_of_the_auc_holds_it_and_turns_with_the_outcome(order):
    score, outcome = order
    if min(outcome.sum(), outcome.size - outcome.sum()) < 2:
        return
    got, turned = auc_interval(score, outcome), auc_interval(score, 1 - outcome)
    assert 0 <= got.low <= got.value <= got.high <= 1
    np.testing.assert_allclose([1 - turned.high, 1 - turned.low], [got.low, got.high], atol=1e-9)


def test_delongs_error_is_that_of_all_pairs():
    """Against the definition, pair by pair (DeLong et al. 1988, formulas 3 to 5)."""
    rng = np.random.default_rng(11)
    outcome = (rng.random(80) < 0.3).astype(float)
    score = np.round(rng.normal(outcome, 1.2), 1)
    hit, miss = score[outcome == 1], score[outcome == 0]
    pairs = (hit[:, None] > miss) + 0.5 * (hit[:, None] == miss)
    error = np.sqrt(
        pairs.mean(axis=1).var(ddof=1) / hit.size + pairs.mean(axis=0).var(ddof=1) / miss.size
    )
    got, value = auc_interval(score, outcome), pairs.mean()
    reach = 1.959963984540054 * error / (value * (1 - value))
    want = [1 / (1 + np.exp(-(np.log(value / (1 - value)) + side * reach))) for side in (-1, 1)]
    np.testing.assert_allclose([got.low, got.high], want, rtol=1e-12)


@pytest.mark.parametrize(("outcome", "value"), [([1, 1, 0, 0, 0], 1.0), ([0, 0, 0, 1, 1], 0.0)])
def test_a_perfect_order_of_few_cases_is_not_certain(outcome, value):
    got = auc_interval(np.arange(5.0)[::-1], np.array(outcome, dtype=float))
    assert got.value == value
    assert got.high - got.low == pytest.approx(1 - 0.025**0.5)  # both of two trials


@pytest.mark.parametrize("wrong", [0, -3])
def test_a_list_of_no_places_is_refused(wrong):
    with pytest.raises(ValueError, match="k must be at least 1"):
        found_at_k(SCORE, OUTCOME, k=wrong)


def test_what_cannot_be_ranked_is_refused():
    with pytest.raises(ValueError, match="0 or 1"):
        auc(SCORE, OUTCOME * 2)
    with pytest.raises(ValueError, match="one length"):
        auc(SCORE, OUTCOME[:3])
    with pytest.raises(ValueError, match="one-dimensional"):
        auc(SCORE[:, None], OUTCOME[:, None])
    with pytest.raises(ValueError, match="two cases"):
        auc_interval(SCORE, np.array([1.0, 0, 0, 0, 0]))


def test_without_finds_there_is_no_recall_and_no_lift():
    nothing = np.zeros(5)
    assert np.isnan(recall_at_k(SCORE, nothing, k=2))
    assert np.isnan(lift_at_k(SCORE, nothing, k=2))
