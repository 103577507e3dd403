"""Groups by predicted chance add up, and the slope says too extreme or too timid."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.stats.calibration import calibration_groups, calibration_slope


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 1)), min_size=10, max_size=99))
def test_groups_hold_every_case_once_and_fall_in_expectation(cases):
    predicted, outcome = np.array(cases, dtype=float).T
    got = calibration_groups(predicted, outcome)
    assert got.cases.sum() == predicted.size
    assert got.found.sum() == outcome.sum()
    assert got.cases.max() - got.cases.min() <= 1
    assert (np.diff(got.expected) <= 1e-12).all()
    assert (got.expected * got.cases).sum() == pytest.approx(predicted.sum())


@pytest.mark.parametrize("groups", [0, 11])
def test_more_groups_than_cases_or_none_are_refused(groups):
    with pytest.raises(ValueError, match="group"):
        calibration_groups(np.linspace(0, 1, 10), np.tile([0.0, 1.0], 5), groups=groups)


@pytest.mark.parametrize(("stretch", "want"), [(0.5, 2.0), (1.0, 1.0), (2.0, 0.5)])
def test_the_slope_undoes_the_stretch_of_the_log_odds(stretch, want):
    true = np.repeat(np.arange(0.1, 0.95, 0.1), 1000)
    outcome = np.concatenate(
        [np.repeat([1.0, 0.0], [n * 100, 1000 - n * 100]) for n in range(1, 10)]
    )
    log_odds = stretch * np.log(true / (1 - true))
    got = calibration_slope(1 / (1 + np.exp(-log_odds)), outcome)
    assert got.value == pytest.approx(want, rel=1e-6)
    assert got.low < want < got.high


def test_predictions_of_0_and_1_are_taken_as_nearly_so():
    predicted = np.array([0.0, 0.0, 1.0, 1.0, 0.5, 0.5])
    got = calibration_slope(predicted, np.array([0.0, 1.0, 1.0, 0.0, 1.0, 0.0]))
    assert np.isfinite(got.value)


def test_predictions_that_do_not_vary_have_no_slope():
    with pytest.raises(np.linalg.LinAlgError):
        calibration_slope(np.full(10, 0.3), np.tile([0.0, 1.0], 5))
