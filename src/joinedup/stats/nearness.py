"""How near are two filters of bits, beside what any two are, and which are each other's nearest?

Nearness is the correlation of two filters less what is common to all, in units of how much either
of them correlates with any record: a record of common names, or of which little is said, is not
near to others for that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from joinedup.stats.arrays import Floats, Ints

Packed = npt.NDArray[np.uint8]
Signs = npt.NDArray[np.float32]
ROWS = 2048


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest two of another list, for each record.

    Attributes:
        place: of the nearest, shape (records,).
        near: how near it is, larger is nearer, shape (records,).
        second: how near the second nearest is, shape (records,).
    """

    place: Ints
    near: Floats
    second: Floats


def standardised(lists: Sequence[Packed]) -> list[Signs]:
    """Of each record the signs whose product with another's is their nearness, (records, bits).

    Args:
        lists: filters, eight bits in a byte, each of shape (records, bytes).

    Source: none; a correlation over the root of the mean of its square.
    """
    signs = [_signs(packed) for packed in lists]
    count = sum(map(len, signs))
    together = sum(one.T @ one for one in signs)
    spread = []
    for one in signs:
        itself = (one * one).sum(axis=1, dtype=np.float64)
        seen = ((one @ together) * one).sum(axis=1, dtype=np.float64) - itself**2
        spread.append(np.sqrt(np.maximum(seen / max(count - 1, 1), 1e-6)))
    usual = np.sqrt(np.mean(np.concatenate(spread) ** 2))
    return [
        np.asarray(one * (np.sqrt(usual) / mine)[:, None], dtype=np.float32)
        for one, mine in zip(signs, spread, strict=True)
    ]


def nearest(one: Signs, other: Signs) -> tuple[Nearest, Nearest]:
    """The nearest two in each other, both ways.

    Args:
        one: from `standardised`, shape (records, bits).
        other: of another list.

    Source: none; every pair is looked at.

    >>> one, other = np.eye(2, dtype=np.float32), np.eye(2, dtype=np.float32)[::-1]
    >>> nearest(one, other)[0].place.tolist()
    [1, 0]
    """
    found = [_Best(len(one)), _Best(len(other))]
    for first in range(0, len(one), ROWS):
        for start in range(0, len(other), ROWS):
            near = one[first : first + ROWS] @ other[start : start + ROWS].T
            found[0].look(near, first, start)
            found[1].look(near.T, start, first)
    return found[0].told(), found[1].told()


def nearest_within(one: Signs) -> Floats:
    """How near the nearest other record of the same list is, shape (records,).

    Source: none; every pair is looked at.
    """
    found = _Best(len(one))
    for first in range(0, len(one), ROWS):
        for start in range(0, len(one), ROWS):
            near = one[first : first + ROWS] @ one[start : start + ROWS].T
            if first == start:
                np.fill_diagonal(near, -np.inf)
            found.look(near, first, start)
    return found.told().near


def _signs(packed: Packed) -> Signs:
    """Each bit as -1 or 1 less the mean of its place in the list, shape (records, bits)."""
    signs = np.unpackbits(packed, axis=1).astype(np.float32) * 2 - 1
    return np.asarray(signs - signs.mean(axis=0, dtype=np.float64), dtype=np.float32)


class _Best:
    """The best two of each row of a table that is seen in parts."""

    def __init__(self, rows: int) -> None:
        self.place = np.zeros(rows, dtype=np.int64)
        self.near = np.full(rows, -np.inf, dtype=np.float32)
        self.second = np.full(rows, -np.inf, dtype=np.float32)

    def look(self, near: Signs, first: int, start: int) -> None:
        rows = np.arange(near.shape[0])
        some = slice(first, first + len(rows))
        place = near.argmax(axis=1)
        best = near[rows, place]
        next_best = (
            np.partition(near, -2, axis=1)[:, -2]
            if near.shape[1] > 1
            else np.full(len(rows), -np.inf, dtype=np.float32)
        )
        had, had_second = self.near[some], self.second[some]
        nearer = best > had
        self.second[some] = np.maximum(
            np.minimum(best, had), np.where(nearer, next_best, had_second)
        )
        self.place[some] = np.where(nearer, place + start, self.place[some])
        self.near[some] = np.maximum(best, had)

    def told(self) -> Nearest:
        return Nearest(self.place, self.near.astype(float), self.second.astype(float))
