"""Is an excess called one as seldom as it says where there is none?"""

import numpy as np
import pytest
from scipy.stats import binom, binomtest, nbinom

from joinedup.stats.counts import excess_p_value, ratio_band


@pytest.mark.parametrize(("count", "around"), [(0, 0), (0, 20), (3, 0), (5, 28), (40, 300)])
def test_the_p_value_is_that_of_the_binomial_test(count, around):
    want = binomtest(count, count + around, 1 / 15, "greater").pvalue if count + around else 1.0
    assert excess_p_value(count, around, days=14) == pytest.approx(want)


@pytest.mark.parametrize("rate", [0.5, 4.0, 60.0])
def test_days_alike_seldom_look_different(rate):
    rng = np.random.default_rng(20261101)
    days = rng.poisson(rate, size=(4_000, 15))
    low = [excess_p_value(int(day[0]), int(day[1:].sum()), days=14) < 0.05 for day in days]
    slack = 3 * (0.05 * 0.95 / 4_000) ** 0.5
    assert np.mean(low) <= 0.05 + slack


@pytest.mark.parametrize(("level", "spread"), [(0.99, 0.03), (0.9, 0.1), (0.95, 0.0)])
def test_the_next_count_lies_in_the_band_as_often_as_it_says(level, spread):
    rng = np.random.default_rng(20261102)
    mean = 2_000
    shape = 1 / spread**2 if spread else np.inf
    if spread:
        counts = nbinom.rvs(shape, shape / (shape + mean), size=(4_000, 2), random_state=rng)
    else:
        counts = rng.poisson(mean, size=(4_000, 2))
    inside = [
        low <= after / before <= high
        for before, after in counts
        for low, high in [ratio_band(int(before), spread=spread, level=level)]
    ]
    slack = 3 * (level * (1 - level) / 4_000) ** 0.5 + 0.005
    assert np.mean(inside) == pytest.approx(level, abs=slack)


def test_a_count_below_zero_is_refused():
    with pytest.raises(ValueError, match="at least 0"):
        excess_p_value(-1, 3, days=14)
    with pytest.raises(ValueError, match="at least 1"):
        ratio_band(0, spread=0.03, level=0.99)


def test_the_tail_holds_the_count_itself():
    assert excess_p_value(2, 1, days=1) == pytest.approx(binom.sf(1, 3, 0.5))
