"""How many records stand alone, or nearly, by what anyone could know of them?

A record violates k-anonymity if fewer than k persons share its values in the key variables: those
that a neighbour or another list could tell. For records that leave as records, and for judging a
table before it is drawn; it says nothing of what else a group of k may have in common.

Source: Sweeney (2002), doi:10.1142/S0218488502001648. A missing value is taken for a value of its
own: counting it as fitting every other would find fewer violations.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from joinedup.govern.disclosure.contributors import Ints, coded, distinct, keys, together

Column = Sequence[Any] | npt.NDArray[Any]


def group_sizes(columns: Sequence[Column], *, persons: Column | None = None) -> Ints:
    """How many share each record's values, itself included.

    Args:
        columns: the key variables, at least one, each of shape (rows,).
        persons: whose record it is, shape (rows,); without it every row is a person.

    Returns:
        Distinct persons in each record's group, shape (rows,).

    Raises:
        ReleaseError: a row does not say which person it is of.
    """
    group = together(*[coded(column) for column in columns])
    who = np.arange(len(group)) if persons is None else keys(persons, "person")
    return distinct(group, who, cells=int(group.max(initial=-1)) + 1)[group]


def violates(
    columns: Sequence[Column], *, k: int, persons: Column | None = None
) -> npt.NDArray[np.bool_]:
    """Which records share their values with fewer than k persons, shape (rows,).

    Args:
        columns: the key variables, at least one, each of shape (rows,).
        k: smallest group that may be seen, at least 2.
        persons: whose record it is, shape (rows,); without it every row is a person.

    >>> violates([["f", "f", "m"], [30, 30, 30]], k=2).tolist()
    [False, False, True]
    """
    return group_sizes(columns, persons=persons) < k
