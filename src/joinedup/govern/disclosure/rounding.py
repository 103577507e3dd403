"""What is shown instead of a count, so that the same people give the same number everywhere?

A count is rounded up or down to a base by chance, and the chance is a key made of the people in the
cell and a secret of the office: whoever asks for the same cell again, in another table or next
year, sees the same number and cannot average the noise away. The expectation of the shown number
is the count. Totals are rounded as cells of their own and need not be the sum of their parts.

Rounded cells that add up still bound one another: `possible` is the attack that finds how far,
and a cell that it corners must be hidden. Rounding is no answer to many overlapping subsets:
enough of them give everybody back. See `differencing`.

Source: Fraser and Wooton (2005) on cell keys, UNECE work session on statistical data
confidentiality; unbiased random rounding as in Hundepool et al. (2012), section 5.4,
doi:10.1002/9781118348239.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Key = str | int | bytes
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
SHORTEST_SECRET = 16
PURPOSE = b"joinedup cell key 1"
SLACK = 1e-6
UNBOUNDED = 3  # scipy.optimize.linprog's status


@dataclass(frozen=True, slots=True)
class Keyed:
    """A cell's count and its chance.

    Attributes:
        persons: distinct persons in the cell.
        chance: from 0 to below 1, the same for the same persons and secret.
    """

    persons: int
    chance: float


@dataclass(frozen=True, slots=True)
class Possible:
    """What a reader can take each count to lie between.

    Attributes:
        low: shape (cells,).
        high: shape (cells,).
    """

    low: Floats
    high: Floats

    def cornered(self, width: float) -> npt.NDArray[np.bool_]:
        """Cells known more closely than `width` persons, those of nobody left out, shape (cells,).

        Base less 1 asks that at least as many numbers stay possible as the base has.
        """
        found: npt.NDArray[np.bool_] = (self.high - self.low < width - SLACK) & (self.high > 0)
        return found


def keyed(persons: Iterable[Key], *, secret: bytes) -> Keyed:
    """The key of a cell: of whom it is made and of nothing else.

    Order and repetition do not matter, nor where the cell stands.

    Args:
        persons: keys of those in the cell, all of one type; the same person always by the same key.
        secret: the office's key for rounding, at least 16 bytes. Who has it can take the noise off.

    Raises:
        ValueError: the secret is too short.
        TypeError: keys of several types.
    """
    checked_secret(secret)
    there = set(persons)
    if len({type(one) for one in there}) > 1:
        message = "person keys of several types: one person could be counted as two"
        raise TypeError(message)
    made = hmac.new(secret, PURPOSE, "sha256")
    for one in sorted(_bytes(one) for one in there):
        made.update(len(one).to_bytes(8, "big") + one)
    return Keyed(len(there), int.from_bytes(made.digest()[:6], "big") / 2**48)


def checked_secret(secret: bytes) -> None:
    """Nothing, if the secret for rounding is long enough.

    Raises:
        ValueError: it is not.
    """
    if len(secret) < SHORTEST_SECRET:
        message = f"the secret for rounding has fewer than {SHORTEST_SECRET} bytes"
        raise ValueError(message)


def _bytes(key: Key) -> bytes:
    return key if isinstance(key, bytes) else str(key).encode()


def rounded(cells: Iterable[Keyed], *, base: int) -> Ints:
    """Each count rounded to a multiple of the base, up with the chance that keeps its expectation.

    Args:
        cells: see `keyed`.
        base: at least 1; 1 leaves the counts as they are.

    Returns:
        Shape (cells,). A multiple of the base, and so zero, stays what it is.

    >>> rounded([Keyed(12, 0.1), Keyed(12, 0.9), Keyed(10, 0.0)], base=5).tolist()
    [15, 10, 10]
    """
    there = list(cells)
    persons = np.array([cell.persons for cell in there], dtype=np.int64)
    chance = np.array([cell.chance for cell in there])
    over: Ints = persons % base
    return persons - over + base * (chance < over / base)


def possible(shown: Ints, *, base: int, fewest: int, equations: Any) -> Possible:
    """The attack: what a reader who knows base, threshold and sums can take each count to be.

    A count lies less than the base from what is shown; one that is shown is 0 or at least `fewest`;
    and the true counts add up, though the shown ones need not. By linear programming, two programs
    a cell.

    Args:
        shown: rounded counts, -1 where a cell is hidden, shape (cells,).
        base: they were rounded to.
        fewest: the profile's threshold: a shown count other than 0 is at least this. Of a hidden
            one it is taken to say nothing.
        equations: each row times the true counts is zero, shape (equations, cells), sparse or not.

    Raises:
        ValueError: no counts fit; the numbers were not rounded so, or do not add up so.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - heavy
    from scipy.sparse import csr_array  # noqa: PLC0415 - heavy

    system = csr_array(equations)
    low, high = alone(shown, base=base, fewest=fewest)
    ends = np.empty((2, len(shown)))
    for end, sign in enumerate((1.0, -1.0)):
        for cell in range(len(shown)):
            goal = np.zeros(len(shown))
            goal[cell] = sign
            bounds = np.column_stack([low, high])
            solved = linprog(goal, A_eq=system, b_eq=np.zeros(system.shape[0]), bounds=bounds)
            if solved.status == UNBOUNDED:
                ends[end, cell] = np.inf
            elif solved.x is None:
                message = "no counts fit the rounded ones"
                raise ValueError(message)
            else:
                ends[end, cell] = solved.x[cell]
    return Possible(np.ceil(ends[0] - SLACK), np.floor(ends[1] + SLACK))


def alone(shown: Ints, *, base: int, fewest: int) -> tuple[Floats, Floats]:
    """What each cell's own number says of it; without a limit above where it is hidden."""
    hidden = shown < 0
    most_of_zero = base - 1 if fewest < base else 0
    low = np.where(shown > 0, np.maximum(shown - base + 1, max(fewest, 1)), 0)
    high = np.where(shown > 0, shown + base - 1, most_of_zero)
    return low.astype(np.float64), np.where(hidden, np.inf, high.astype(np.float64))
