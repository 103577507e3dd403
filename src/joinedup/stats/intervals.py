"""Between which bounds does the true value lie, as often as we say?

Two ways: Wilson's for a proportion, the bootstrap for anything worked out from rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from joinedup.stats.arrays import Floats, Ints, same_length


@dataclass(frozen=True, slots=True)
class Interval:
    """Lower and upper bounds, each of shape (groups,), in the unit of what they bound."""

    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Measured:
    """One number and the bounds between which the true value lies, in the same unit."""

    value: float
    low: float
    high: float


def normal_quantile(level: float) -> float:
    """How many standard errors reach out to a two-sided coverage of `level`, 0 to 1.

    Raises:
        ValueError: the level is not between 0 and 1.

    Source: Wichura (1988), algorithm AS 241, as the standard library has it.

    >>> round(normal_quantile(0.95), 4)
    1.96
    """
    if not 0 < level < 1:
        message = "the level must be between 0 and 1"
        raise ValueError(message)
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson_interval(events: Floats, trials: Floats, *, level: float = 0.95) -> Interval:
    """Interval for a proportion that behaves at 0 and 1 events.

    Args:
        events: successes, shape (groups,), 0 <= events <= trials.
        trials: attempts, shape (groups,), each >= 1.
        level: coverage, 0 to 1.

    Returns:
        Bounds of the proportion (no unit, 0 to 1), each of shape (groups,).

    Raises:
        ValueError: shapes differ, events exceed trials, or the level is not between 0 and 1.

    Source: Wilson (1927), doi:10.1080/01621459.1927.10502953; Brown, Cai & DasGupta (2001),
    doi:10.1214/ss/1009213286, on why not p ± 1.96 s.e.

    >>> bounds = wilson_interval(np.array([0.0]), np.array([10.0]))
    >>> [round(float(bound[0]), 4) for bound in (bounds.low, bounds.high)]
    [0.0, 0.2775]
    """
    same_length(events=events, trials=trials)
    if bool(((events < 0) | (events > trials) | (trials < 1)).any()):
        message = "each group needs 0 <= events <= trials and at least one trial"
        raise ValueError(message)
    z = normal_quantile(level)
    share = events / trials
    centre = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
    reach = z * np.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2)) / (1 + z**2 / trials)
    # At 0 and at all events one bound is the share itself; rounding must not push it past that.
    low = np.where(events == 0, 0.0, np.clip(centre - reach, 0.0, 1.0))
    high = np.where(events == trials, 1.0, np.clip(centre + reach, 0.0, 1.0))
    return Interval(low=low, high=high)


def bootstrap_interval(
    statistic: Callable[[Ints], Floats],
    *,
    rows: int,
    draws: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Percentile interval for anything that can be worked out again from resampled rows.

    Whole rows are drawn with replacement, so that what belongs to one case stays together.

    Args:
        statistic: from row numbers, shape (rows,) in ascending order (a row drawn twice stands
            there twice), to the statistics, shape (groups,). Where one cannot be worked out in a
            draw it gives nan, and that draw is left out for that statistic.
        rows: how many rows there are, at least 1.
        draws: how many times the rows are drawn again, at least 1.
        level: coverage, 0 to 1.
        seed: of the draws; the same seed gives the same bounds.

    Returns:
        Bounds in the units of the statistics, each of shape (groups,); nan where no draw gave one.

    Raises:
        ValueError: rows or draws below 1, or the level is not between 0 and 1.

    Source: Efron & Tibshirani, An Introduction to the Bootstrap (1993), ch. 13,
    doi:10.1201/9780429246593.

    >>> values = np.arange(100.0)
    >>> bounds = bootstrap_interval(lambda at: np.array([values[at].mean()]), rows=100, seed=1)
    >>> [round(float(bound[0]), 1) for bound in (bounds.low, bounds.high)]
    [43.6, 55.0]
    """
    if rows < 1 or draws < 1 or not 0 < level < 1:
        message = "rows and draws must be at least 1 and the level between 0 and 1"
        raise ValueError(message)
    rng = np.random.default_rng(seed)
    drawn = np.array([statistic(np.sort(rng.integers(rows, size=rows))) for _ in range(draws)])
    low, high = (
        np.array([_quantile(column, share) for column in drawn.T])
        for share in ((1 - level) / 2, (1 + level) / 2)
    )
    return Interval(low=low, high=high)


def _quantile(column: Floats, share: float) -> float:
    known = column[~np.isnan(column)]
    return float(np.quantile(known, share)) if known.size else float("nan")
