"""Who stands behind each cell: how many distinct persons, however many rows they have?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from joinedup.core.errors import ReleaseError

Ints = npt.NDArray[np.int64]


def coded(values: Sequence[Any] | npt.NDArray[Any]) -> Ints:
    """Whole numbers from 0 that are the same where the values are; missing is a value too.

    Args:
        values: shape (rows,).

    Returns:
        Shape (rows,).
    """
    if isinstance(values, np.ndarray) and values.dtype != object:
        return np.unique(values, return_inverse=True)[1].astype(np.int64).reshape(-1)
    seen: dict[Any, int] = {}
    return np.array([seen.setdefault(_plain(one), len(seen)) for one in values], dtype=np.int64)


def _plain(value: Any) -> Any:
    """Every way of saying "missing" as one."""
    return None if value is None or value != value else value  # noqa: PLR0124 - NaN is not itself


def together(*columns: Ints) -> Ints:
    """One code for each combination of codes, from 0, each of shape (rows,)."""
    made = columns[0]
    for column in columns[1:]:
        pair = made * (int(column.max(initial=0)) + 1) + column
        made = np.unique(pair, return_inverse=True)[1].astype(np.int64).reshape(-1)
    return made


def keys(values: Sequence[Any] | npt.NDArray[Any], what: str) -> Ints:
    """Codes of persons or households, of whom none may be missing.

    Args:
        values: shape (rows,).
        what: who they are, for the message: "person" or "household".

    Raises:
        ReleaseError: a row does not say whose it is; nobody could be counted once.
    """
    numbers = isinstance(values, np.ndarray) and values.dtype.kind in "iu"
    missing = 0 if numbers else sum(_plain(one) is None or one == "" for one in values)
    if missing:
        raise ReleaseError(
            f"{missing} rows do not say which {what} they are of.",
            fix=f"link them to a {what} first, or leave them out of the table.",
        )
    return coded(values)


def distinct(cell: Ints, who: Ints, *, cells: int) -> Ints:
    """Distinct persons in each cell.

    Args:
        cell: the cell of each row, from 0 to below `cells`, shape (rows,).
        who: code of the person, shape (rows,).
        cells: how many there are.

    Returns:
        Shape (cells,).

    >>> distinct(np.array([0, 0, 1]), np.array([7, 7, 7]), cells=3).tolist()
    [1, 1, 0]
    """
    once = np.unique(np.stack([cell, who]), axis=1)
    return np.bincount(once[0], minlength=cells).astype(np.int64)
