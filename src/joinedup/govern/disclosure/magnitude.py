"""Which sums of money, days or visits would tell what one contributor's part is?

A sum over many persons can still be one person's: the largest contributor may be nearly all of it,
or the second largest may take off their own part and be left with the largest. Each rule is asked
of persons, and of households too where they are told. Groups whose members all fall in one cell are
found here as well: a reader then knows it of everyone in the group.

These are the primary rules. What must be hidden beside them, so that nothing can be subtracted
back, is `protect`'s question.

Source: Hundepool et al. (2012), Statistical Disclosure Control, section 4.2,
doi:10.1002/9781118348239.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from joinedup.core.errors import ReleaseError
from joinedup.govern.disclosure.contributors import Ints, distinct, keys, together
from joinedup.govern.disclosure.profiles import Profile, no_households

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
EXACT = 1e-9  # of a cell's total: what is nearer to a limit than this is at it, not beyond


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributions:
    """Rows of a sum.

    Attributes:
        cell: the cell each row falls in, from 0, shape (rows,).
        person: whose row it is, shape (rows,).
        amount: what the row adds; its size counts, whatever its sign, shape (rows,).
        household: of which household, shape (rows,); None where nobody knows.
    """

    cell: Ints
    person: npt.NDArray[Any]
    amount: Floats
    household: npt.NDArray[Any] | None = None


@dataclass(frozen=True, slots=True)
class Sensitive:
    """Why each cell of a magnitude table may not be shown.

    Attributes:
        too_few: rests on too few distinct persons or households, shape (cells,).
        dominated: the n largest make up too much of it, shape (cells,).
        too_close: the second largest could work the largest out, shape (cells,).
        nothing: nobody, or nobody with anything, shape (cells,).
    """

    too_few: Mask
    dominated: Mask
    too_close: Mask
    nothing: Mask

    def hidden(self, profile: Profile) -> Mask:
        """The cells to hide, shape (cells,): a zero only where the profile hides zeros."""
        found = self.too_few | self.dominated | self.too_close
        return found | self.nothing if profile.zeros == "hidden" else found


@dataclass(frozen=True, slots=True)
class Classes:
    """Groups nearly all of whose members fall in one cell.

    Attributes:
        rows: shape (rows,).
        columns: shape (columns,).
    """

    rows: Mask
    columns: Mask


def sensitive(rows: Contributions, profile: Profile, *, cells: int) -> Sensitive:
    """Why each cell of a magnitude table may not be shown, by the primary rules.

    Args:
        rows: what is summed.
        profile: whose rules.
        cells: how many cells the table has; those without a row are `nothing`.

    Raises:
        ReleaseError: a row does not say whose it is or holds no number, or the profile asks about
            households and none are told.
        ValueError: the parts differ in length.
    """
    _check(rows, profile)
    cell = np.asarray(rows.cell, dtype=np.int64)
    person = keys(rows.person, "person")
    units = [(person, profile.persons)]
    if rows.household is not None:
        units.append((keys(rows.household, "household"), profile.households))
    few, dominated, close = (np.zeros(cells, dtype=bool) for _ in range(3))
    for who, fewest in units:
        there = distinct(cell, who, cells=cells)
        few |= (there > 0) & (there < fewest)
        amounts = ranked(cell, who, rows.amount, cells=cells, most=max(2, profile.dominant))
        dominated |= dominates(amounts, n=profile.dominant, share=profile.dominant_share)
        close |= gives_close(amounts, p=profile.closeness)
    nothing = np.bincount(cell, weights=np.abs(rows.amount), minlength=cells) == 0
    return Sensitive(few, dominated, close, nothing)


@dataclass(frozen=True, slots=True)
class Ranked:
    """The largest contributors of each cell.

    Attributes:
        largest: sizes of their contributions, largest first, 0 where there is none,
            shape (cells, most).
        total: size of all contributions, shape (cells,).
    """

    largest: Floats
    total: Floats


def ranked(cell: Ints, who: Ints, amount: Floats, *, cells: int, most: int) -> Ranked:
    """The largest contributors of each cell, each person's rows added up first.

    Args:
        cell: from 0 to below `cells`, shape (rows,).
        who: code of the contributor, from 0, shape (rows,).
        amount: of each row, shape (rows,). Contributions count by size: a loss is one too.
        cells: how many there are.
        most: how many of the largest to tell.
    """
    pair = together(cell, who)
    one_each = int(pair.max(initial=-1)) + 1
    size = np.abs(np.bincount(pair, weights=amount, minlength=one_each))
    where = np.zeros(one_each, dtype=np.int64)
    where[pair] = cell
    order = np.lexsort((-size, where))
    where, size = where[order], size[order]
    place = np.arange(one_each) - np.searchsorted(where, where)
    largest = np.zeros((cells, most))
    top = place < most
    largest[where[top], place[top]] = size[top]
    total = np.bincount(where, weights=size, minlength=cells).astype(np.float64)
    return Ranked(largest, total)


def dominates(amounts: Ranked, *, n: int, share: float) -> Mask:
    """The (n, k) rule: the n largest contributors make up more than this share, shape (cells,).

    >>> dominates(Ranked(np.array([[80.0, 15.0]]), np.array([100.0])), n=2, share=0.9).tolist()
    [True]
    """
    above = amounts.largest[:, :n].sum(axis=1) - share * amounts.total
    found: Mask = (amounts.total > 0) & (above > EXACT * amounts.total)
    return found


def gives_close(amounts: Ranked, *, p: float) -> Mask:
    """The p % rule: the second largest can work the largest out more closely than p.

    The second largest takes their own part off the total; what is left beside the largest is all
    that blurs it, and must be at least p of the largest.

    Args:
        amounts: at least the two largest of each cell.
        p: as a share, 0.1 for 10 %.

    Returns:
        Shape (cells,).
    """
    first, second = amounts.largest[:, 0], amounts.largest[:, 1]
    blur = amounts.total - first - second
    return (amounts.total > 0) & (p * first - blur > EXACT * amounts.total)


def classes(persons: Ints, *, others: int = 1) -> Classes:
    """Rows and columns in which a reader learns of everybody which cell they fall in.

    Args:
        persons: distinct persons, without totals, shape (rows, columns).
        others: fewest who must fall outside the fullest cell of a group. 1 finds groups that are
            all in one cell; more also find those where a few could tell it of the rest.

    Returns:
        The groups found. A group of nobody is not one, and a table of one column does not say
        anything of its rows.

    >>> found = classes(np.array([[40, 0], [20, 20]]))
    >>> (found.rows.tolist(), found.columns.tolist())
    ([True, False], [False, True])
    """
    return Classes(_alike(persons, 1, others), _alike(persons, 0, others))


def _alike(persons: Ints, axis: int, others: int) -> Mask:
    group = persons.sum(axis=axis)
    if persons.shape[axis] < 2:  # noqa: PLR2004 - one cell tells nothing apart
        return np.zeros(group.shape, dtype=bool)
    found: Mask = (group > 0) & (group - persons.max(axis=axis) < others)
    return found


def _check(rows: Contributions, profile: Profile) -> None:
    parts = [rows.person, rows.amount] + ([] if rows.household is None else [rows.household])
    if any(len(part) != len(rows.cell) for part in parts):
        message = "every row needs a cell, a person and an amount"
        raise ValueError(message)
    if profile.households and rows.household is None:
        raise no_households(profile)
    unknown = int((~np.isfinite(rows.amount)).sum())
    if unknown:
        raise ReleaseError(
            f"{unknown} rows of the sum hold no number.",
            fix="leave them out of the table, and say so beside it.",
        )
