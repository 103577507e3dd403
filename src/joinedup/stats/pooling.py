"""What is a number, and its doubt, when what it rests on was drawn several times?

The mean over the draws; its variance is that within a draw and that between them (Rubin, 1987).
"""

from dataclasses import dataclass

import numpy as np

from joinedup.stats.arrays import Floats
from joinedup.stats.intervals import Measured, normal_quantile

ENDLESS = 1e6


@dataclass(frozen=True, slots=True)
class Pooled:
    """A number over several draws.

    Attributes:
        measured: the mean, and the interval by both kinds of doubt.
        between: of the variance, the part that comes from the draws, 0 to 1.
    """

    measured: Measured
    between: float


def pooled(values: Floats, low: Floats, high: Floats, *, level: float) -> Pooled:
    """Put draws together.

    Args:
        values: of each draw, shape (draws,), two or more.
        low: bound of the interval within each; NaN where it has none.
        high: as low.
        level: coverage of the intervals, those given and the one made, 0 to 1.

    Raises:
        ValueError: there are fewer than two draws.

    Source: Rubin (1987), with his degrees of freedom; the two sides of an interval that is not even
    are put together apart (Zou & Donner, 2008, doi:10.1002/sim.3095).

    >>> told = pooled(np.array([9.0, 11.0]), np.array([8.0, 10]), np.array([10.0, 12]), level=0.95)
    >>> told.measured.value, round(told.between, 3)
    (10.0, 0.92)
    """
    draws = len(values)
    if draws < 2:  # noqa: PLR2004 - a variance needs two
        message = "two or more draws are needed to tell how far they are apart"
        raise ValueError(message)
    value = float(values.mean())
    apart = float(values.var(ddof=1)) * (1 + 1 / draws)
    even = normal_quantile(level)
    sides = [
        float(np.nan_to_num(np.mean(reach) / even, nan=0.0))
        for reach in (values - low, high - values)
    ]
    within = (sides[0] ** 2 + sides[1] ** 2) / 2
    between = apart / (apart + within) if apart > 0 else 0.0
    reach = _quantile(level, (draws - 1) / between**2 if between else ENDLESS)
    down, up = (reach * float(np.sqrt(side**2 + apart)) for side in sides)
    return Pooled(Measured(value, value - down, value + up), between)


def _quantile(level: float, freedom: float) -> float:
    from scipy.special import stdtrit  # noqa: PLC0415 - heavy; only where something is pooled

    return float(stdtrit(min(freedom, ENDLESS), 0.5 + level / 2))
