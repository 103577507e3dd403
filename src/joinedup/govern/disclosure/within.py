"""Which counts of one release would, beside its others, tell of too few by subtraction?

A list's first hundred and a model's first hundred may differ by five homes: whoever knows both
lists learns what was found in those five. What differs from a union of others by 1 to k-1 persons,
or what a total leaves beside its parts, is mended by leaving a count out: the one named last of
those that make the difference. See `differencing`, which asks the same of what left before.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from joinedup.govern.disclosure.differencing import (
    Words,
    from_unions,
    labelled,
    layers,
    left_over,
)

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def left_out(cells: Sequence[Words], *, k: int) -> Mask:
    """Which cells are left out, shape (cells,).

    Args:
        cells: bits of each cell over one index (see `differencing.packed`), in the order of what
            matters most.
        k: fewest persons by which cells may differ, at least 2.

    >>> from joinedup.govern.disclosure.differencing import packed
    >>> ward, street = packed(np.arange(50), persons=50), packed(np.arange(47), persons=50)
    >>> left_out([ward, street, ward], k=10).tolist()
    [False, True, False]
    """
    label, member = labelled(cells)
    count = np.bincount(label, minlength=len(member)).astype(np.int64)
    member = member & (count > 0)[:, None]
    kept = np.ones(len(cells), dtype=np.bool_)
    while victims := _victims(_derived(member, count, np.flatnonzero(kept)), count, k):
        kept[sorted(victims)] = False
    return ~kept


@dataclass(frozen=True, slots=True)
class _Derived:
    """The cells kept, and what they leave of one another.

    Attributes:
        member: which combination is in which, shape (combinations, derived).
        made_of: the cells each is worked out from.
    """

    member: Mask
    made_of: tuple[frozenset[int], ...]


def _derived(member: Mask, count: Ints, kept: npt.NDArray[np.intp]) -> _Derived:
    shown = member[:, kept]
    rest = left_over(shown, count)
    made_of = [frozenset({int(cell)}) for cell in kept]
    made_of += [frozenset(kept[[one.whole, *one.parts]].tolist()) for one in rest]
    return _Derived(np.column_stack([shown, *(one.member for one in rest)]), tuple(made_of))


def _victims(found: _Derived, count: Ints, k: int) -> set[int]:
    """Cells to leave out: of each difference of too few, the last of those that make it."""
    victims: set[int] = set()
    weighed = found.member.astype(np.float64) * np.sqrt(count)[:, None]
    shared = np.rint(weighed.T @ weighed).astype(np.int64)
    size = np.diag(shared)
    layer = layers(found.member)
    apart = from_unions(shared, size, size, layer)
    for cell in np.flatnonzero((size > 0) & (size < k)):
        if not found.made_of[cell] & victims:
            victims.add(max(found.made_of[cell]))
    for cell, one in np.argwhere((apart > 0) & (apart < k)):
        if found.made_of[cell] & victims:
            continue
        touching = np.flatnonzero((layer == one) & (2 * shared[cell] > size))
        makers = found.made_of[cell].union(*(found.made_of[other] for other in touching))
        if not makers & victims:
            victims.add(max(makers))
    return victims
