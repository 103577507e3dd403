"""The fit agrees with statsmodels and scikit-learn, penalises what it is told to, and refuses."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from joinedup.stats.logistic import fit_logistic

RTOL = 1e-6  # both sides stop at a small gradient, not at the exact answer


@pytest.fixture
def cases():
    rng = np.random.default_rng(20261123)
    columns = rng.normal(size=(400, 4))
    chance = 1 / (1 + np.exp(-(columns @ [0.8, -0.5, 0.0, 0.3] - 1.2)))
    return columns, (rng.random(400) < chance).astype(float)


def test_without_a_penalty_it_agrees_with_statsmodels(cases):
    columns, outcome = cases
    want = sm.Logit(outcome, sm.add_constant(columns)).fit(disp=0)
    got = fit_logistic(columns, outcome, penalty=np.zeros(4))
    np.testing.assert_allclose([got.intercept, *got.coefficients], want.params, rtol=RTOL)
    np.testing.assert_allclose(np.sqrt(np.diag(got.covariance)), want.bse, rtol=RTOL)
    np.testing.assert_allclose(got.loss, -want.llf / outcome.size, rtol=RTOL)
    np.testing.assert_allclose(got.probability(columns), want.predict(), rtol=RTOL)


def test_with_one_penalty_for_all_it_agrees_with_scikit_learn(cases):
    columns, outcome = cases
    strength = 0.05
    model = LogisticRegression(C=1 / (strength * outcome.size), tol=1e-10, solver="newton-cg")
    want = model.fit(columns, outcome)
    got = fit_logistic(columns, outcome, penalty=np.full(4, strength))
    np.testing.assert_allclose(got.coefficients, want.coef_[0], rtol=1e-5)
    np.testing.assert_allclose(got.intercept, want.intercept_[0], rtol=1e-5)


def test_a_penalty_for_each_column_agrees_with_a_general_minimiser(cases):
    columns, outcome = cases
    penalty = np.array([0.0, 0.3, 0.0, 5.0])

    def objective(beta):
        eta = beta[0] + columns @ beta[1:]
        return (np.logaddexp(0, eta) - outcome * eta).mean() + 0.5 * penalty @ beta[1:] ** 2

    want = minimize(objective, np.zeros(5), method="BFGS", options={"gtol": 1e-9})
    got = fit_logistic(columns, outcome, penalty=penalty)
    # The minimiser works from differences; it cannot do better than this.
    np.testing.assert_allclose([got.intercept, *got.coefficients], want.x, atol=1e-5)


def test_columns_that_repeat_the_intercept_are_settled_by_their_penalty(cases):
    columns, outcome = cases
    group = (columns[:, 0] > 0).astype(float)
    both = np.column_stack([group, 1 - group])
    got = fit_logistic(both, outcome, penalty=np.full(2, 0.01))
    assert got.coefficients.sum() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("spoil", ["twice", "constant", "tells all", "tells some"])
def test_columns_that_settle_nothing_are_refused(cases, spoil):
    columns, outcome = cases
    nobody = (outcome == 0) & (columns[:, 1] > 1)
    extra = {
        "twice": columns[:, 0],
        "constant": np.ones(400),
        "tells all": outcome,
        "tells some": nobody.astype(float),
    }[spoil]
    with pytest.raises(np.linalg.LinAlgError, match=r"repeat one another|no coefficients"):
        fit_logistic(np.column_stack([columns, extra]), outcome, penalty=np.zeros(5))


def test_a_start_far_from_the_answer_still_arrives():
    """A rare outcome far out on one column, where a whole Newton step overshoots."""
    column = np.concatenate([np.zeros(2000), np.full(3, 60.0)])[:, None]
    outcome = np.concatenate([np.tile([1.0] + [0.0] * 999, 2), [1.0, 1.0, 0.0]])
    got = fit_logistic(column, outcome, penalty=np.zeros(1))
    want = [np.log(2 / 1998), np.log(2 / 1)]
    np.testing.assert_allclose(
        [got.intercept, got.intercept + 60 * got.coefficients[0]], want, rtol=1e-5
    )


@pytest.mark.parametrize(
    ("columns", "outcome", "penalty"),
    [
        (np.ones((3, 1)), np.array([0.0, 1.0, 2.0]), np.zeros(1)),
        (np.ones((3, 1)), np.zeros(3), np.zeros(1)),
        (np.ones((3, 1)), np.array([0.0, 1.0, 0.0]), np.array([-1.0])),
        (np.ones((3, 2)), np.array([0.0, 1.0, 0.0]), np.zeros(1)),
        (np.ones((4, 1)), np.array([0.0, 1.0, 0.0]), np.zeros(1)),
    ],
)
def test_what_cannot_be_fitted_is_refused(columns, outcome, penalty):
    with pytest.raises(ValueError, match=r"must|outcome"):
        fit_logistic(columns, outcome, penalty=penalty)
