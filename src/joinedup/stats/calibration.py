"""Does a predicted chance of 20 % come true in 20 % of cases?"""

from dataclasses import dataclass

import numpy as np

from joinedup.stats.arrays import Floats, Ints, only_zero_or_one, same_length
from joinedup.stats.intervals import Measured, normal_quantile
from joinedup.stats.logistic import fit_logistic
from joinedup.stats.ranking import ranked_order

EDGE = 1e-9


@dataclass(frozen=True, slots=True)
class CalibrationGroups:
    """Cases put in groups of nearly equal size by predicted chance, highest first.

    Attributes:
        cases: how many, shape (groups,).
        found: how many had the outcome, shape (groups,).
        expected: mean predicted chance, 0 to 1, shape (groups,).
    """

    cases: Floats
    found: Floats
    expected: Floats


def calibration_groups(
    predicted: Floats, outcome: Floats, *, groups: int = 10
) -> CalibrationGroups:
    """Expected against found in groups by predicted chance (tenths by default).

    Args:
        predicted: chance of the outcome, 0 to 1, shape (cases,).
        outcome: 0 or 1, shape (cases,).
        groups: how many, at least 1; no more than there are cases.

    Raises:
        ValueError: shapes differ, the outcome is not 0 or 1, or groups is out of bounds.

    Source: Hosmer & Lemeshow (1980), doi:10.1080/03610928008827941 (the groups, not the test).

    >>> got = calibration_groups(np.array([0.9, 0.7, 0.2, 0.0]), np.array([1.0, 1, 0, 0]), groups=2)
    >>> got.expected.tolist(), got.found.tolist()
    ([0.8, 0.1], [2.0, 0.0])
    """
    rows = same_length(predicted=predicted, outcome=outcome)
    only_zero_or_one(outcome)
    if not 1 <= groups <= rows:
        message = "there must be at least one group and no more than there are cases"
        raise ValueError(message)
    parts = calibration_parts(predicted, groups=groups)
    return CalibrationGroups(
        cases=np.array([float(part.size) for part in parts]),
        found=np.array([outcome[part].sum() for part in parts]),
        expected=np.array([predicted[part].mean() for part in parts]),
    )


def calibration_parts(predicted: Floats, *, groups: int = 10) -> tuple[Ints, ...]:
    """The cases of each group of `calibration_groups`, as places in `predicted`.

    Source: as `calibration_groups`.
    """
    return tuple(np.array_split(ranked_order(predicted), groups))


def calibration_slope(predicted: Floats, outcome: Floats, *, level: float = 0.95) -> Measured:
    """How far the log odds move for each unit the prediction moves; 1 is right.

    Below 1 the predictions are too extreme (usually a model fitted too closely), above 1 too timid.

    Args:
        predicted: chance of the outcome, 0 to 1, shape (cases,).
        outcome: 0 or 1, shape (cases,); both must occur.
        level: coverage of the interval (Wald, on the log-odds scale), 0 to 1.

    Raises:
        ValueError: shapes differ, or the outcome is not 0 and 1.
        LinAlgError: the predictions do not vary, or tell the outcome without error.

    Source: Cox (1958), doi:10.1093/biomet/45.3-4.562; Van Calster et al. (2019),
    doi:10.1186/s12916-019-1466-7.

    >>> predicted = np.repeat([0.2, 0.8], 10)
    >>> outcome = np.concatenate([np.repeat([1.0, 0.0], [2, 8]), np.repeat([1.0, 0.0], [8, 2])])
    >>> round(calibration_slope(predicted, outcome).value, 3)
    1.0
    """
    kept = np.clip(predicted, EDGE, 1 - EDGE)
    log_odds = np.log(kept / (1 - kept))
    fit = fit_logistic(log_odds[:, None], outcome, penalty=np.zeros(1))
    slope = float(fit.coefficients[0])
    reach = normal_quantile(level) * float(np.sqrt(fit.covariance[1, 1]))
    return Measured(slope, slope - reach, slope + reach)
