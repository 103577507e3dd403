"""How does the chance of an outcome move with each column, and by how much can we trust it?

Logistic regression with a ridge penalty of its own for each column, so that some can be held back
and others left free.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from joinedup.stats.arrays import Floats, only_zero_or_one

LOG_ODDS = 1e-8
"""Done when a further step moves no case's log odds by more. Not when the slope is small: where
columns tell the outcome without error the slope vanishes while the coefficients grow for ever."""
STEPS = 100
WORST_CONDITION = 1e10
"""Beyond this the curvature is flat in some direction: the data do not say what the value is."""


@dataclass(frozen=True, slots=True)
class LogisticFit:
    """Log odds of the outcome as a constant plus a sum over columns.

    Attributes:
        intercept: log odds where every column is 0.
        coefficients: change in log odds per unit of each column, shape (columns,).
        covariance: of intercept and coefficients, shape (columns + 1, columns + 1); of the
            unpenalised estimate where every penalty is 0, otherwise the inverse curvature.
        loss: mean log loss per case, without the penalty; nats.
        steps: Newton steps taken.
    """

    intercept: float
    coefficients: Floats
    covariance: Floats
    loss: float
    steps: int

    def probability(self, columns: Floats) -> Floats:
        """Chance of the outcome, 0 to 1, shape (cases,), for columns of shape (cases, columns)."""
        chance: Floats = expit(self.intercept + columns @ self.coefficients)
        return chance


def fit_logistic(columns: Floats, outcome: Floats, *, penalty: Floats) -> LogisticFit:
    """Minimise mean log loss + ½ Σ penalty_j β_j²; the intercept is never penalised.

    Args:
        columns: shape (cases, columns), any units (standardise first if the penalty is to treat
            columns alike).
        outcome: 0 or 1, shape (cases,); both must occur.
        penalty: ridge strength of each column, >= 0, shape (columns,).

    Returns:
        The fit; a further step would move no log odds by 1e-8.

    Raises:
        LinAlgError: unpenalised columns repeat one another, or tell the outcome without error.
        ValueError: shapes differ, a penalty is negative, or the outcome is not 0 and 1.

    Source: Hastie, Tibshirani & Friedman (2009), ch. 4.4, doi:10.1007/978-0-387-84858-7 (Newton's
    method, with the step halved until the objective falls); penalty as in glmnet, alpha = 0.

    >>> x = np.array([[0.0], [0.0], [0.0], [1.0], [1.0], [1.0]])
    >>> fit = fit_logistic(x, np.array([0.0, 0.0, 1.0, 0.0, 1.0, 1.0]), penalty=np.zeros(1))
    >>> round(float(fit.coefficients[0]), 4)  # log((2/1) / (1/2))
    1.3863
    """
    problem = _problem(columns, outcome, penalty)
    beta = np.zeros(problem.ridge.size)
    beta[0] = np.log(outcome.mean() / (1 - outcome.mean()))
    for step in range(STEPS):
        gradient, curvature = problem.slopes(beta)
        _refuse_flat(curvature)
        direction = np.asarray(np.linalg.solve(curvature, gradient), dtype=np.float64)
        if np.abs(problem.design @ direction).max() < LOG_ODDS:
            return LogisticFit(
                intercept=float(beta[0]),
                coefficients=beta[1:],
                covariance=np.linalg.inv(curvature) / outcome.size,
                loss=problem.objective(beta) - 0.5 * float(problem.ridge @ beta**2),
                steps=step,
            )
        beta = _downhill(problem, beta, direction)
    message = f"no coefficients were found in {STEPS} steps"
    raise np.linalg.LinAlgError(message)


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is minimised: `design` has a leading 1 for the intercept, `ridge` a leading 0."""

    design: Floats
    outcome: Floats
    ridge: Floats

    def objective(self, beta: Floats) -> float:
        eta = self.design @ beta
        return float(
            (np.logaddexp(0.0, eta) - self.outcome * eta).mean() + 0.5 * (self.ridge @ beta**2)
        )

    def slopes(self, beta: Floats) -> tuple[Floats, Floats]:
        """First and second derivatives of the objective."""
        p = expit(self.design @ beta)
        gradient = self.design.T @ (p - self.outcome) / p.size + self.ridge * beta
        curvature = (self.design.T * (p * (1 - p))) @ self.design / p.size + np.diag(self.ridge)
        return gradient, curvature


def _problem(columns: Floats, outcome: Floats, penalty: Floats) -> _Problem:
    if columns.shape != (outcome.size, penalty.size) or outcome.ndim != 1:
        message = (
            "columns must be (cases, columns), with one outcome per case, a penalty per column"
        )
        raise ValueError(message)
    only_zero_or_one(outcome)
    if bool((penalty < 0).any()) or not 0 < outcome.mean() < 1:
        message = "penalties must not be negative, and the outcome must be both 0 and 1"
        raise ValueError(message)
    return _Problem(
        design=np.column_stack([np.ones(outcome.size), columns]),
        outcome=outcome,
        ridge=np.concatenate([[0.0], penalty]),
    )


def _downhill(problem: _Problem, beta: Floats, direction: Floats) -> Floats:
    """One Newton step, halved until it no longer goes uphill."""
    now = problem.objective(beta)
    sizes = 0.5 ** np.arange(30)
    tried = (beta - size * direction for size in sizes)
    # If none goes down, rounding hides the fall and the full step is right.
    return next((there for there in tried if problem.objective(there) <= now), beta - direction)


def _refuse_flat(curvature: Floats) -> None:
    scale = np.sqrt(np.diag(curvature))
    if bool((scale == 0).any()) or (
        np.linalg.cond(curvature / np.outer(scale, scale)) > WORST_CONDITION
    ):
        message = "columns repeat one another, or tell the outcome without error"
        raise np.linalg.LinAlgError(message)
