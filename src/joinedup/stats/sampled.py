"""How many of a population have a property, when some of each stratum were looked at?

Each stratum has its own share and its own Wilson interval, for the part of it that was not looked
at; intervals of several are put together by their distances from the estimate (MOVER), so that a
stratum in which nothing was found still says that something may be there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from joinedup.stats.arrays import Bools, Floats, Ints
from joinedup.stats.intervals import Measured, normal_quantile


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked at, case by case.

    Attributes:
        stratum: of each case, shape (cases,).
        has: whether it has the property, shape (cases,).
        weight: how many of the population it stands for, shape (cases,).
    """

    stratum: Ints
    has: Bools
    weight: Floats


def total(looked: Looked, rest: Floats, guess: Floats, *, level: float) -> Measured:
    """How many of the cases that were not looked at have the property.

    Args:
        looked: what was looked at.
        rest: cases of each stratum that were not, shape (strata,).
        guess: the share in each, for a stratum in which nothing was looked at: then anything from
            none to all is possible, shape (strata,).
        level: of the interval, 0 to 1.

    Source: Wilson (1927); Zou & Donner (2008), doi:10.1002/sim.3095, for putting together; Kish
    (1965) for the number of equal cases that unequal weights are worth.
    """
    many = len(rest)
    weight = np.bincount(looked.stratum, looked.weight, minlength=many)
    squares = np.bincount(looked.stratum, looked.weight**2, minlength=many)
    having = np.bincount(looked.stratum, looked.weight * looked.has, minlength=many)
    some = weight > 0
    share = np.where(some, having / np.where(some, weight, 1.0), guess)
    cases = np.where(some, weight**2 / np.where(some, squares, 1.0), 0.0)
    low, high = np.zeros(many), np.ones(many)
    there = some & (rest > 0)
    worth = 1 / (1 / cases[there] + 1 / rest[there])
    low[there], high[there] = _wilson(share[there], worth, level)
    value = float(rest @ share)
    down = np.sqrt(((rest * (share - low)) ** 2).sum())
    up = np.sqrt(((rest * (high - share)) ** 2).sum())
    return Measured(value, max(0.0, value - float(down)), min(float(rest.sum()), value + float(up)))


def _wilson(share: Floats, cases: Floats, level: float) -> tuple[Floats, Floats]:
    """Wilson's bounds of a share of so many cases, which need not be whole.

    >>> low, high = _wilson(np.array([0.5]), np.array([100.0]), 0.95)
    >>> round(float(low[0]), 3), round(float(high[0]), 3)
    (0.404, 0.596)
    """
    z2 = normal_quantile(level) ** 2
    middle = (share + z2 / (2 * cases)) / (1 + z2 / cases)
    wide = np.sqrt(z2 * (share * (1 - share) / cases + z2 / (4 * cases**2))) / (1 + z2 / cases)
    return np.clip(middle - wide, 0.0, share), np.clip(middle + wide, share, 1.0)


def part_of(one: Measured, other: Measured) -> Measured:
    """The share that one is of both together, where they were measured independently.

    Source: Zou & Donner (2008), as above.
    """

    def share(mine: float, theirs: float) -> float:
        return mine / (mine + theirs) if mine + theirs else 0.0

    value = share(one.value, other.value)
    low = [share(one.low, other.value), share(one.value, other.high)]
    high = [share(one.high, other.value), share(one.value, other.low)]
    return Measured(
        value,
        max(0.0, value - _far(value, low)),
        min(1.0, value + _far(value, high)),
    )


def _far(value: float, bounds: Sequence[float]) -> float:
    return float(np.sqrt(sum((value - bound) ** 2 for bound in bounds)))


@dataclass(frozen=True, slots=True)
class Correction:
    """How far log odds are to be moved and stretched.

    Attributes:
        place: added, as a natural logarithm.
        slope: by which they are multiplied first.
    """

    place: float = 0.0
    slope: float = 1.0

    def of(self, odds: Floats) -> Floats:
        """The odds as they are corrected, as natural logarithms."""
        return np.asarray(self.place + self.slope * odds)


def correction(cases: Floats, has: Bools) -> Correction:
    """How cases that were looked at ask for log odds to be moved and stretched.

    Which cases were looked at may hang on the odds. Few cases move them little: the beginning is
    that they are right, give or take 1 in place and a quarter in slope.

    Args:
        cases: the odds of those that were looked at, as natural logarithms, shape (cases,).
        has: what was found of them, shape (cases,).

    Source: Cox (1958), two further applications of a model for binary regression.
    """
    prior, doubt = np.array([0.0, 1.0]), np.array([1.0, 0.25])
    fitted = prior.copy()
    told = np.stack([np.ones(len(cases)), np.clip(cases, -FAR, FAR)], axis=1)
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-told @ fitted))
        slope = told.T @ (has - chance) - (fitted - prior) / doubt**2
        bend = (told * (chance * (1 - chance))[:, None]).T @ told + np.diag(1 / doubt**2)
        step = np.linalg.solve(bend, slope)
        fitted = fitted + step
        if np.abs(step).max() < CLOSE:
            break
    return Correction(float(fitted[0]), max(float(fitted[1]), LEAST_SLOPE))


FAR, ROUNDS, CLOSE, LEAST_SLOPE = 20.0, 50, 1e-8, 0.25
