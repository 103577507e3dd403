"""How much would an order have found, and how much earlier, with the doubt in each number?

Every number is worked out again on resampled cases, all from the same draws.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from joinedup.stats.arrays import Floats, Ints
from joinedup.stats.intervals import Measured, bootstrap_interval
from joinedup.stats.ranking import auc, found_at_k
from joinedup.stats.schedule import Rescheduled, found_by_day_order, reschedule

AT_CAPACITY = (
    "found_at_capacity",
    "precision_at_capacity",
    "recall_at_capacity",
    "lift_over_chance",
    "auc",
)
AGAINST_ACTUAL = (
    "days_earlier",
    "share_first_half_actual",
    "share_first_half_ranked",
    "share_seen_later",
    "lift_over_actual_order",
)
UNKNOWN = float("nan")


@dataclass(frozen=True, slots=True)
class Worked:
    """Cases whose outcome is known, in ranked order; each array has shape (cases,).

    Attributes:
        score: highest first.
        outcome: 0 or 1.
        day: when each was worked, days since 1970-01-01; None if that is not compared.
    """

    score: Floats
    outcome: Floats
    day: Floats | None

    def found_first(self, visited: int) -> float:
        """Finds among the first so many of this order."""
        return float(self.outcome[:visited].sum())

    def found_first_actual(self, visited: int) -> float:
        """Finds among the first so many of the order used; a day's finds in proportion."""
        if self.day is None or visited == 0:
            return 0.0
        return found_by_day_order(self.outcome, self.day, k=visited)


@dataclass(frozen=True, slots=True)
class Measures:
    """What an order would have found.

    Attributes:
        values: name to the estimate and its bounds; only those that can be worked out.
        capacity: how many first cases it was measured at.
    """

    worked: Worked
    values: Mapping[str, Measured]
    capacity: int

    @property
    def cases(self) -> int:
        """How many cases it rests on."""
        return self.worked.outcome.size

    @property
    def found(self) -> int:
        """How many of them have the outcome."""
        return int(self.worked.outcome.sum())


def measure(worked: Worked, *, capacity: int, draws: int, level: float, seed: int) -> Measures:
    """Every measure of the order, with its bootstrap interval.

    Args:
        worked: at least one case with the outcome.
        capacity: how many first cases to measure at; all of them if larger.
        draws: bootstrap draws.
        level: coverage of the intervals, 0 to 1.
        seed: of the draws.
    """
    k = min(capacity, worked.outcome.size)
    rows = np.arange(worked.outcome.size)
    names = AT_CAPACITY if worked.day is None else (*AT_CAPACITY, *AGAINST_ACTUAL)
    values = _all(worked, rows, k=k)
    bounds = bootstrap_interval(
        lambda drawn: _all(worked, drawn, k=k), rows=rows.size, draws=draws, level=level, seed=seed
    )
    found = {
        name: Measured(float(value), float(low), float(high))
        for name, value, low, high in zip(names, values, bounds.low, bounds.high, strict=True)
        if not np.isnan(value)
    }
    return Measures(worked=worked, values=found, capacity=k)


def _all(worked: Worked, rows: Ints, *, k: int) -> Floats:
    """The measures on these rows, which are in ranked order, in the order of the names above."""
    score, outcome = worked.score[rows], worked.outcome[rows]
    total = outcome.sum()
    found = found_at_k(score, outcome, k=k)
    values = [
        found,
        found / k,
        _ratio(found, total),
        _ratio(found * outcome.size, total * k),
        auc(score, outcome),
    ]
    if worked.day is not None:
        day = worked.day[rows]
        moved: Rescheduled = reschedule(score, outcome, day)
        values += [
            moved.days_earlier,
            moved.share_first_half_actual,
            moved.share_first_half_ranked,
            moved.share_later,
            _ratio(found, found_by_day_order(outcome, day, k=k)),
        ]
    return np.array(values)


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else UNKNOWN
