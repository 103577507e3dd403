"""How many more counts may leave of one version of a dataset, before all of them tell too much?

No check of pairs finds what a thousand counts of overlapping subsets give together. So of one
version of a dataset so many layers of counts may leave in one quarter, and no more. The counts of
one layer do not overlap: a town by ward is one layer, however many wards it has.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from joinedup.core.errors import Problem

MONTHS_OF_A_QUARTER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """One release, as the budget sees it.

    Attributes:
        version: of the dataset, by its name and number.
        on: the day it left.
        layers: of counts that had not left before.
    """

    version: str
    on: date
    layers: int


def quarter(day: date) -> tuple[int, int]:
    """Year and quarter of a day, from 1.

    >>> quarter(date(2026, 4, 1))
    (2026, 2)
    """
    return day.year, (day.month - 1) // MONTHS_OF_A_QUARTER + 1


def spent(log: Iterable[Left], new: Left) -> int:
    """Layers that left before of the same version in the same quarter."""
    return sum(
        old.layers
        for old in log
        if (old.version, quarter(old.on)) == (new.version, quarter(new.on))
    )


def over_budget(log: Iterable[Left], new: Left, *, limit: int) -> tuple[Problem, ...]:
    """What stands against a release by the budget: nothing, or one problem.

    Args:
        log: what left before.
        new: the release asked for.
        limit: layers that may leave of one version in one quarter.
    """
    before = spent(log, new)
    if not new.layers or before + new.layers <= limit:
        return ()
    left = max(0, limit - before)
    return (
        Problem(
            new.version,
            f"this release adds {new.layers} layers of counts of it, and {left} of {limit} are"
            " left this quarter.",
            "leave tables out, release the same counts as before, or wait for the next quarter.",
        ),
    )
