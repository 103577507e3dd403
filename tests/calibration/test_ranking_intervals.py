"""Do the intervals of a ranking cover the truth as often as they say?

Cases are drawn again and again from one known world; the truth is the mean of each measure over
many more draws from it. A short run stands in the ordinary tests, the long one under `deep`.
"""

import numpy as np
import pytest

from joinedup.stats.calibration import calibration_slope
from joinedup.stats.intervals import bootstrap_interval, wilson_interval
from joinedup.stats.ranking import auc, auc_interval, precision_at_k
from joinedup.stats.schedule import reschedule

CASES, FIRST = 300, 100
LEVEL = 0.95
SHORT, LONG = (80, 200), (1_000, 1_000)
"""How many worlds, and how many bootstrap draws in each."""


def slack(worlds: int) -> float:
    """Four Monte Carlo standard errors, and 0.02 for what a percentile interval is known to lack.

    Efron & Tibshirani (1993), ch. 13: at a few hundred cases its coverage falls short by 1 to 2
    in a hundred.
    """
    return 4 * np.sqrt(LEVEL * (1 - LEVEL) / worlds) + 0.02


def world(rng, cases=CASES):
    """Score, outcome and day: the score says something of the outcome, the day a little."""
    score = rng.normal(size=cases)
    outcome = (rng.random(cases) < 1 / (1 + np.exp(1.3 - 0.8 * score))).astype(float)
    day = np.floor(60 * rng.random(cases) ** np.where(outcome == 1, 1.2, 1.0))
    return score, outcome, day


def measures(score, outcome, day):
    moved = reschedule(score, outcome, day)
    return np.array(
        [
            moved.days_earlier,
            moved.share_first_half_ranked,
            precision_at_k(score, outcome, k=FIRST),
            auc(score, outcome),
        ]
    )


@pytest.mark.parametrize(("worlds", "draws"), [SHORT, pytest.param(*LONG, marks=pytest.mark.deep)])
def test_bootstrap_intervals_of_a_ranking_cover_as_often_as_they_say(worlds, draws):
    rng = np.random.default_rng(20261123)
    truth = np.mean([measures(*world(rng)) for _ in range(4_000)], axis=0)
    covered = np.zeros(truth.size)
    for number in range(worlds):
        cases = world(rng)
        bounds = bootstrap_interval(
            lambda rows, cases=cases: measures(*(one[rows] for one in cases)),
            rows=CASES,
            draws=draws,
            level=LEVEL,
            seed=number,
        )
        covered += (bounds.low <= truth) & (truth <= bounds.high)
    share = covered / worlds
    assert (abs(share - LEVEL) < slack(worlds)).all(), share


@pytest.mark.parametrize(
    ("worlds", "cases"),
    [(1_500, 120), pytest.param(20_000, 120, marks=pytest.mark.deep)],
)
def test_delongs_interval_covers_as_often_as_it_says(worlds, cases):
    rng = np.random.default_rng(7)
    truth = np.mean([auc(*world(rng, 2_000)[:2]) for _ in range(400)])
    found = [auc_interval(*world(rng, cases)[:2], level=LEVEL) for _ in range(worlds)]
    covered = np.mean([one.low <= truth <= one.high for one in found])
    # 0.01: with about 30 cases of the rarer kind the normal approximation is that far off.
    assert abs(covered - LEVEL) < 4 * np.sqrt(LEVEL * (1 - LEVEL) / worlds) + 0.01, covered


@pytest.mark.parametrize("worlds", [600, pytest.param(10_000, marks=pytest.mark.deep)])
def test_the_interval_of_the_slope_of_true_chances_holds_1_as_often_as_it_says(worlds):
    rng = np.random.default_rng(9)
    held = 0
    for _ in range(worlds):
        chance = 1 / (1 + np.exp(1.3 - 0.8 * rng.normal(size=400)))
        slope = calibration_slope(chance, (rng.random(400) < chance).astype(float), level=LEVEL)
        held += slope.low <= 1 <= slope.high
    assert abs(held / worlds - LEVEL) < 4 * np.sqrt(LEVEL * (1 - LEVEL) / worlds), held / worlds


@pytest.mark.parametrize("share", [0.02, 0.05, 0.2, 0.5, 0.9])
def test_wilsons_interval_covers_as_often_as_it_says(share):
    rng = np.random.default_rng(20260801)
    trials = np.full(40_000, 150.0)
    bounds = wilson_interval(rng.binomial(150, share, size=40_000).astype(float), trials)
    covered = ((bounds.low <= share) & (share <= bounds.high)).mean()
    # Counts are whole, so coverage steps around the level: by 0.02 at 150 trials (Brown et al.
    # 2001, figure 5). The Monte Carlo error is 0.001.
    assert abs(covered - LEVEL) < 0.025, covered
