"""Who stands behind a number: how many distinct persons and households, and who adds what?

A number is judged by the people behind it, not by what it shows: ten visits may be one person's. A
result says its numbers; whoever has the records says the people, a place at a time. Where nothing
is told of a place, a count is taken to be of persons, and a sum cannot be judged at all.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from joinedup.govern.disclosure.contributors import coded, keys

Floats = npt.NDArray[np.float64]
Place = tuple[int, int, str]
"""Table (in the order given), row and column of a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """Who stands behind one number. Of a share, a mean or a quantile: those it is worked out from.

    Attributes:
        persons: distinct persons.
        households: distinct households, None where nobody knows.
        key: the same for the same persons and for no others (a digest of their set); for rounding.
        amounts: of a sum or mean, what each person adds, shape (persons,); None if not told.
        household_amounts: what each household adds, shape (households,); None if not told.
    """

    persons: int
    households: int | None = None
    key: bytes = b""
    amounts: Floats | None = None
    household_amounts: Floats | None = None


Behind = Mapping[Place, Stands]


def stands(
    person: Sequence[Any] | npt.NDArray[Any],
    *,
    household: Sequence[Any] | npt.NDArray[Any] | None = None,
    amount: Sequence[float] | Floats | None = None,
) -> Stands:
    """Who stands behind a number, from the rows it is worked out from.

    Args:
        person: whose row each is, shape (rows,).
        household: of which household, shape (rows,).
        amount: what each row adds, shape (rows,); for sums and means.

    Raises:
        ReleaseError: a row does not say whose it is.

    >>> stands(["ann", "ann", "bob"], amount=[1, 2, 10]).amounts.tolist()
    [3.0, 10.0]
    """
    who = keys(person, "person")
    home = None if household is None else keys(household, "household")
    return Stands(
        persons=_distinct(who),
        households=None if home is None else _distinct(home),
        key=_key(person),
        amounts=None if amount is None else _added(who, amount),
        household_amounts=None if amount is None or home is None else _added(home, amount),
    )


def _distinct(who: npt.NDArray[np.int64]) -> int:
    return int(who.max(initial=-1)) + 1


def _added(who: npt.NDArray[np.int64], amount: Sequence[float] | Floats) -> Floats:
    return np.bincount(who, weights=np.asarray(amount, dtype=np.float64)).astype(np.float64)


def _key(person: Sequence[Any] | npt.NDArray[Any]) -> bytes:
    """A digest of the set of persons, in whatever order and however often they come."""
    first = np.unique(coded(person), return_index=True)[1]
    sha = hashlib.sha256()
    for one in sorted(str(person[place]) for place in first):
        sha.update(len(one.encode()).to_bytes(8, "big") + one.encode())
    return sha.digest()
