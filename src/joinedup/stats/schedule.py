"""What would another order have changed, had the same number of cases been worked each day?

The dates on which cases were worked are kept as they are and dealt out again: the highest score
gets the earliest date. A comparison of orders, not a forecast of what a new order would cause.
"""

from dataclasses import dataclass

import numpy as np

from joinedup.stats.arrays import Floats, only_zero_or_one, same_length
from joinedup.stats.ranking import ranked_order


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """What changes when the k-th highest score is worked on the k-th earliest date.

    Attributes:
        days_earlier: mean of actual less simulated day over cases with the outcome; days.
        share_later: share of the cases with the outcome whose simulated day is later; 0 to 1.
        share_first_half_actual: share of the cases with the outcome that were worked strictly
            before the median day; 0 to 1.
        share_first_half_ranked: share of the cases with the outcome that score strictly above the
            median score; 0 to 1.
    """

    days_earlier: float
    share_later: float
    share_first_half_actual: float
    share_first_half_ranked: float


def simulated_days(score: Floats, day: Floats) -> Floats:
    """The day each case would be worked if the highest score had the earliest day.

    Args:
        score: any unit, shape (cases,); equal scores keep the order given.
        day: when each case was worked, days since any origin, shape (cases,).

    Returns:
        Days since the same origin, shape (cases,): the same days, dealt out again.

    Raises:
        ValueError: shapes differ.

    Source: as for `reschedule`.

    >>> simulated_days(np.array([0.1, 0.9, 0.5]), np.array([10.0, 20.0, 30.0])).tolist()
    [30.0, 10.0, 20.0]
    """
    same_length(score=score, day=day)
    simulated = np.empty_like(day)
    simulated[ranked_order(score)] = np.sort(day)
    return simulated


def reschedule(score: Floats, outcome: Floats, day: Floats) -> Rescheduled:
    """Compare the order by score with the order in which the cases were worked.

    Args:
        score: any unit, shape (cases,).
        outcome: 0 or 1, shape (cases,).
        day: when each case was worked, days since any origin, shape (cases,).

    Returns:
        The comparison; every number is nan if no case has the outcome.

    Raises:
        ValueError: shapes differ, or the outcome is not 0 or 1.

    Source: City of Chicago (2014), Forecasting restaurants with critical violations
    (github.com/Chicago/food-inspections-evaluation), its report's comparison.

    >>> got = reschedule(np.array([0.1, 0.9]), np.array([0.0, 1.0]), np.array([10.0, 20.0]))
    >>> got.days_earlier, got.share_first_half_actual, got.share_first_half_ranked
    (10.0, 0.0, 1.0)
    """
    same_length(score=score, outcome=outcome, day=day)
    only_zero_or_one(outcome)
    hit = outcome == 1
    if not hit.any():
        return Rescheduled(*(float("nan"),) * 4)
    earlier = day[hit] - simulated_days(score, day)[hit]
    return Rescheduled(
        days_earlier=float(earlier.mean()),
        share_later=float((earlier < 0).mean()),
        share_first_half_actual=float((day[hit] < np.median(day)).mean()),
        share_first_half_ranked=float((score[hit] > np.median(score)).mean()),
    )


def found_by_day_order(outcome: Floats, day: Floats, *, k: int) -> float:
    """Cases with the outcome among the k worked first.

    Cases of one day have no order among themselves: where the k-th falls within a day, that
    day's finds count in proportion.

    Args:
        outcome: 0 or 1, shape (cases,).
        day: when each case was worked, days since any origin, shape (cases,).
        k: how many cases, at least 1; all of them if larger.

    Raises:
        ValueError: shapes differ, the outcome is not 0 or 1, or k is below 1.

    Source: none; the mean count over every order of the cases within a day.

    >>> found_by_day_order(np.array([1.0, 1.0, 0.0]), np.array([1.0, 2.0, 2.0]), k=2)
    1.5
    """
    same_length(outcome=outcome, day=day)
    only_zero_or_one(outcome)
    if k < 1:
        message = "k must be at least 1"
        raise ValueError(message)
    if k >= day.size:
        return float(outcome.sum())
    last = np.partition(day, k - 1)[k - 1]
    before, within = day < last, day == last
    share = (k - before.sum()) / within.sum()
    return float(outcome[before].sum() + share * outcome[within].sum())
