"""May an aggregate of several contributors be shared, and a synthetic table?

Whoever contributed to a total can take their own part off it. So a total is shared only if enough
contribute, and if what is left for each of them is still of enough people. A synthetic table may
repeat a real person by chance; it must not do so more often than a real table nobody was fitted to.

No step of the house makes a synthetic table of people yet, nor a total with other offices: no way
out holds one. Whoever makes the first asks here, before it is a result; until then an office asks
by hand (docs/how-to/choose-a-disclosure-profile.md).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from joinedup.core.errors import Problem
from joinedup.govern.disclosure.contributors import Ints, coded, distinct, together

FEWEST_CONTRIBUTORS = 3
MOST_ABOVE = 0.01

Column = Sequence[Any] | npt.NDArray[Any]


def against_sharing(counts: Ints, *, k: int, where: str = "total") -> tuple[Problem, ...]:
    """What stands against sharing a total of people that several offices contributed to.

    Args:
        counts: people that each contributor adds, shape (contributors,); 0 is no contribution.
        k: fewest people that may be left when a contributor takes its own part off.
        where: what the total is called, for the messages.

    >>> against_sharing(np.array([20, 30, 40]), k=10)
    ()
    """
    return tuple(_against(np.asarray(counts, dtype=np.int64), k, where))


def _against(counts: Ints, k: int, where: str) -> Iterator[Problem]:
    there = counts[counts > 0]
    if len(there) < FEWEST_CONTRIBUTORS:
        yield Problem(
            where,
            f"fewer than {FEWEST_CONTRIBUTORS} offices contribute to it.",
            "wait for another to contribute, or leave it out.",
        )
    # Who added nothing sees the whole: it must be of k as well.
    left = counts.sum() - counts
    short = int((left < k).sum())
    if short:
        yield Problem(
            where,
            f"{short} of its contributors would be left with fewer than {k} people of the others.",
            "merge it with a neighbouring group, or leave it out.",
        )


@dataclass(frozen=True, slots=True)
class Repeated:
    """How often a table repeats a real record that stands alone.

    Attributes:
        synthetic: share of the real unique records that the synthetic table holds.
        holdout: the same share for a real table nobody was fitted to.
        uniques: real records that stand alone.
    """

    synthetic: float
    holdout: float
    uniques: int

    @property
    def may_leave(self) -> bool:
        """Whether it repeats no more than a point above what chance does."""
        return self.synthetic <= self.holdout + MOST_ABOVE


def repeated(
    real: Sequence[Column], synthetic: Sequence[Column], holdout: Sequence[Column]
) -> Repeated:
    """How often a synthetic table holds real records that stand alone, beside a holdout.

    Args:
        real: columns of the records it was made from, each of shape (rows,).
        synthetic: the same columns of the synthetic table.
        holdout: the same columns of like real records it was not made from. If it has another
            number of rows than the synthetic table, the larger is cut to the smaller's.

    >>> repeated([["a", "b"]], [["a", "a"]], [["c", "c"]]).synthetic
    0.5
    """
    rows = min(len(synthetic[0]), len(holdout[0]))
    tables = (real, [one[:rows] for one in synthetic], [one[:rows] for one in holdout])
    sizes = [len(table[0]) for table in tables]
    codes = together(
        *[
            coded([value for part in column for value in part])
            for column in zip(*tables, strict=True)
        ]
    )
    groups = int(codes.max(initial=-1)) + 1
    mine, made, held = np.split(codes, np.cumsum(sizes)[:-1])
    alone = distinct(mine, np.arange(len(mine)), cells=groups) == 1
    found = [float(np.isin(np.flatnonzero(alone), one).sum()) for one in (made, held)]
    uniques = int(alone.sum())
    return Repeated(found[0] / max(1, uniques), found[1] / max(1, uniques), uniques)
