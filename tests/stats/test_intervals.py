"""Bounds that hold at the edges, agree with a reference, and repeat with their seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm

from joinedup.stats.intervals import bootstrap_interval, normal_quantile, wilson_interval

MEANS = np.random.default_rng(5).normal(10, 3, size=60)


def means(rows):
    return np.array([MEANS[rows].mean(), np.median(MEANS[rows])])


@given(st.integers(1, 400), st.data(), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_wilson_agrees_with_scipy(trials, data, level):
    events = data.draw(st.integers(0, trials))
    want = binomtest(events, trials).proportion_ci(confidence_level=level, method="wilson")
    got = wilson_interval(np.array([float(events)]), np.array([float(trials)]), level=level)
    np.testing.assert_allclose([got.low[0], got.high[0]], [want.low, want.high], atol=1e-12)


@given(st.integers(1, 10_000), st.data())
def test_wilson_holds_the_share_and_stays_within_0_and_1(trials, data):
    events = data.draw(st.integers(0, trials))
    got = wilson_interval(np.array([float(events)]), np.array([float(trials)]))
    assert 0 <= got.low[0] <= events / trials <= got.high[0] <= 1


@pytest.mark.parametrize(
    ("events", "trials"), [([2.0], [1.0]), ([-1.0], [3.0]), ([0.0], [0.0]), ([1.0, 2.0], [3.0])]
)
def test_wilson_refuses_what_is_no_share(events, trials):
    with pytest.raises(ValueError, match=r"events|one length"):
        wilson_interval(np.array(events), np.array(trials))


@pytest.mark.parametrize("level", [0.0, 1.0, -1.0, 2.0])
def test_a_level_outside_0_and_1_is_refused(level):
    with pytest.raises(ValueError, match="level"):
        normal_quantile(level)
    with pytest.raises(ValueError, match="level"):
        bootstrap_interval(means, rows=60, level=level)


def test_the_same_seed_gives_the_same_bounds_and_another_seed_others():
    first, again, other = (
        bootstrap_interval(means, rows=60, draws=200, seed=seed) for seed in (1, 1, 2)
    )
    assert first.low.tolist() == again.low.tolist()
    assert first.low.tolist() != other.low.tolist()


def test_the_bootstrap_of_a_mean_is_close_to_the_normal_interval():
    got = bootstrap_interval(means, rows=60, draws=4000, seed=3)
    reach = norm.ppf(0.975) * MEANS.std(ddof=1) / np.sqrt(60)
    # 10 % of the reach: the noise of 4,000 draws and of a factor (1 - 1/60) in the variance.
    assert got.low[0] == pytest.approx(MEANS.mean() - reach, abs=0.1 * reach)
    assert got.high[0] == pytest.approx(MEANS.mean() + reach, abs=0.1 * reach)


def test_rows_are_drawn_whole_in_ascending_order_and_as_many_as_there_are():
    seen = []

    def look(rows):
        seen.append(rows)
        return np.array([0.0])

    bootstrap_interval(look, rows=7, draws=20)
    assert all(rows.size == 7 and (np.diff(rows) >= 0).all() for rows in seen)
    assert all(rows.min() >= 0 and rows.max() < 7 for rows in seen)
    assert any(np.unique(rows).size < 7 for rows in seen)


def test_a_draw_without_an_answer_is_left_out():
    got = bootstrap_interval(
        lambda rows: np.array([np.nan if 0 in rows else 4.0, np.nan]), rows=3, draws=100
    )
    assert (got.low[0], got.high[0]) == (4.0, 4.0)
    assert np.isnan(got.low[1])


@pytest.mark.parametrize("bad", [{"rows": 0}, {"rows": 3, "draws": 0}])
def test_no_rows_or_no_draws_are_refused(bad):
    with pytest.raises(ValueError, match="at least 1"):
        bootstrap_interval(means, **bad)
