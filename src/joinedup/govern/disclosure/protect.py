"""Which further cells must be hidden so that no number can be worked out from those shown?

Cells that add up to one another are a system of linear equations. Each part of it that hangs
together is protected from two readers at once (`readers`): what one of them can work out more
closely than the rule allows is blurred by hiding others (`suppress`), until every attack fails
(`attack`). If the reasons told would themselves give a cell away, they are not told.

Source: Fischetti and Salazar (2001), Management Science 47(7), doi:10.1287/mnsc.47.7.1008.9805,
for the model, with sliding protection levels.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from joinedup.govern.disclosure.attack import Attacker, Mask
from joinedup.govern.disclosure.readers import Cells
from joinedup.govern.disclosure.suppress import LARGE_FOR_ONE, Sums, fewest

REACH = 4.0  # how far the attackers look, in widths to keep: more would change no decision
SCALE = 10.0  # the width to keep, as the solver sees it


@dataclass(frozen=True, slots=True)
class Protected:
    """What must be hidden.

    Attributes:
        hidden: shape (cells,).
        unlabelled: cells whose reason would itself give a small cell away, shape (cells,).
    """

    hidden: Mask
    unlabelled: Mask


def protect(cells: Cells) -> Protected:
    """Hide as few further cells as protect every number that must not be worked out.

    Args:
        cells: with what is hidden from the start.
    """
    hidden, unlabelled = cells.hidden.copy(), np.zeros_like(cells.hidden)
    for index in _components(cells):
        found, labelled = _solved(cells, index)
        hidden[index] = found
        unlabelled[index] = not labelled
    return Protected(hidden, unlabelled)


def _components(cells: Cells) -> Iterator[npt.NDArray[np.intp]]:
    """The cells of each part of the system that hangs together and has something to protect."""
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - heavy

    together = abs(cells.equations.T) @ abs(cells.equations)
    _, label = connected_components(together, directed=False)
    asked = (cells.blind.need > 0) | (cells.reader.need > 0)
    for one in np.unique(label[asked]):
        yield np.flatnonzero(label == one)


def _solved(cells: Cells, index: npt.NDArray[np.intp]) -> tuple[Mask, bool]:
    """The cells to hide in one part, and whether the reasons may be told.

    Where totals would go only because the reasons are told, the reasons go instead.
    """
    first, total = cells.hidden[index], cells.total[index]
    both, blind = _sums(cells, index, with_reasons=True), _sums(cells, index, with_reasons=False)
    told = fewest(both)
    keeps_totals = told is not None and not (told & total & ~first).any()
    if told is not None and (keeps_totals or len(index) > LARGE_FOR_ONE):
        return told, True
    untold = fewest(blind)
    if untold is None:
        return (np.ones_like(first), False) if told is None else (told, True)
    if told is None or (untold & total).sum() < (told & total).sum():
        return untold, False
    return told, True


def _sums(cells: Cells, index: npt.NDArray[np.intp], *, with_reasons: bool) -> Sums:
    """One part, attacked by who knows the equations, and by who is told the reasons too."""
    from scipy.sparse import csc_array, csr_array  # noqa: PLC0415 - heavy

    equations = csr_array(cells.equations[:, index])
    equations = equations[np.flatnonzero(np.diff(equations.indptr))]
    # Sorted columns are relied on where cells are looked up.
    by_cell = csc_array(equations)
    by_cell.sort_indices()
    first = cells.hidden[index]
    readers = (cells.blind, cells.reader) if with_reasons else (cells.blind,)
    return Sums(
        cost=cells.cost[index],
        first=first,
        total=cells.total[index] & ~first,
        equations=equations,
        by_cell=by_cell,
        attackers=tuple(_within_reach(one.part(index)) for one in readers),
    )


def _within_reach(attacker: Attacker) -> Attacker:
    """The same attacker with a reach that ends, in units of what must remain."""
    most = max(float(attacker.need.max()), np.finfo(float).tiny)
    scale = SCALE / most
    parts = {
        name: np.minimum(getattr(attacker, name), REACH * most) * scale
        for name in ("down", "up", "shown_down", "shown_up")
    }
    return Attacker(**parts, need=attacker.need * scale)
