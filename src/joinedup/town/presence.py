"""Who, or what, is where on a day? Spells at homes, counted and found without a loop."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from joinedup.town.days import NEVER
from joinedup.town.register import NOBODY

Days = npt.NDArray[np.integer]
Rows = npt.NDArray[np.int64]

DAYS = 1 << 16
"""Days in a home's stretch of the keys: every day from 1970 to 2149 has a place of its own."""
LAST = DAYS - 1
"""Stands for NEVER inside this page, so that an open spell ends after all others."""


def ended(to_day: Days) -> Rows:
    """Last days with NEVER as a day later than all others."""
    return np.where(to_day == NEVER, LAST, to_day).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Spells:
    """Spells [from, to) at homes, sorted so that a home and a day are found by bisection.

    Attributes:
        begins: home * DAYS + first day, ascending; shape (spells,).
        ends: home * DAYS + first day after, ascending on its own; shape (spells,).
        row: which spell as given stands at each place of `begins`.
        until: first day after of the spell at each place of `begins`.
    """

    begins: Rows
    ends: Rows
    row: Rows
    until: Rows

    @classmethod
    def of(cls, home: Days, from_day: Days, to_day: Days) -> Self:
        """Spells as given: home, first day (from 1970 on), first day after or NEVER."""
        base = home.astype(np.int64) * DAYS
        begins = base + np.maximum(from_day, 0)
        until = ended(to_day)
        row = np.argsort(begins, kind="stable")
        return cls(begins=begins[row], ends=np.sort(base + until), row=row, until=until[row])

    def count(self, home: Days, day: Days | int) -> Rows:
        """How many spells stand at each of these homes on its day.

        >>> two = Spells.of(np.array([7, 7]), np.array([10, 12]), np.array([15, NEVER]))
        >>> two.count(np.array([7, 7, 7, 8]), np.array([9, 12, 15, 12])).tolist()
        [0, 2, 1, 0]
        """
        base = home.astype(np.int64) * DAYS
        begun = np.searchsorted(self.begins, base + day, "right")
        over = np.searchsorted(self.ends, base + day, "right")
        return (begun - over).astype(np.int64)

    def since(self, home: Days, day: Days | int, *, days: int) -> Rows:
        """How many spells began at each of these homes in the `days` days up to its day."""
        at = home.astype(np.int64) * DAYS + day
        return np.searchsorted(self.begins, at, "right") - np.searchsorted(
            self.begins, at - days, "right"
        )

    def latest(self, home: Days, day: Days | int) -> Rows:
        """The spell begun last at each home and still standing on its day, or -1.

        Meant for spells that do not overlap at a home.
        """
        day = np.broadcast_to(np.asarray(day, np.int64), np.shape(home))
        key = home.astype(np.int64) * DAYS + day
        place = np.searchsorted(self.begins, key, "right") - 1
        safe = np.maximum(place, 0)
        if not len(self.begins):
            return np.full(len(day), NOBODY, np.int64)
        same = (place >= 0) & (self.begins[safe] // DAYS == home) & (day < self.until[safe])
        return np.where(same, self.row[safe], NOBODY)
