"""How many more cells may leave of one version of a data set, before all of them tell too much?

No check of pairs finds what a thousand counts of overlapping subsets give together. So each role
may release so many cells of one version of a data set in one quarter, and no more.
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
        version: of the data set, by its digest or number and name.
        role: of who released it.
        on: the day it left.
        cells: shown in it.
    """

    version: str
    role: str
    on: date
    cells: int


def quarter(day: date) -> tuple[int, int]:
    """Year and quarter of a day, from 1.

    >>> quarter(date(2026, 4, 1))
    (2026, 2)
    """
    return day.year, (day.month - 1) // MONTHS_OF_A_QUARTER + 1


def spent(log: Iterable[Left], new: Left) -> int:
    """Cells that left before of the same version, by the same role, in the same quarter."""
    return sum(
        old.cells
        for old in log
        if (old.version, old.role, quarter(old.on)) == (new.version, new.role, quarter(new.on))
    )


def over_budget(log: Iterable[Left], new: Left, *, limit: int) -> tuple[Problem, ...]:
    """What stands against a release by the budget: nothing, or one problem.

    Args:
        log: what left before.
        new: the release asked for.
        limit: cells a role may release of one version in one quarter.
    """
    before = spent(log, new)
    if before + new.cells <= limit:
        return ()
    left = max(0, limit - before)
    return (
        Problem(
            f"release by {new.role}",
            f"it shows {new.cells} cells of {new.version}, and {left} of {limit} are left this"
            " quarter.",
            "show fewer cells, wait for the next quarter, or have the limit raised with a reason.",
        ),
    )
