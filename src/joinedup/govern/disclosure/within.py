"""Which counts of one release would, beside its others, tell of too few by subtraction?

A list's first hundred and a model's first hundred may differ by five homes: whoever knows both
lists learns what was found in those five. The counts are taken one by one, those named first, and
one that differs from a union of counts already taken by 1 to k-1 persons is left out; so is one
that would bring an earlier count that near to a union it completes. See `differencing`, which asks
the same of what left before.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from joinedup.govern.disclosure.differencing import Words

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def left_out(cells: Sequence[Words], *, k: int) -> Mask:
    """Which cells are left out, shape (cells,).

    Args:
        cells: bits of each cell over one index (see `differencing.packed`), in the order in which
            they are taken: what matters most comes first.
        k: fewest persons by which cells may differ, at least 2.

    >>> from joinedup.govern.disclosure.differencing import packed
    >>> ward, street = packed(np.arange(50), persons=50), packed(np.arange(47), persons=50)
    >>> left_out([ward, street, ward], k=10).tolist()
    [False, True, False]
    """
    shared = intersections(cells)
    size = np.diag(shared).copy()
    taken = _Taken(shared, size, k)
    return np.array([not taken.take(cell) for cell in range(len(cells))], dtype=np.bool_)


def intersections(cells: Sequence[Words]) -> Ints:
    """Persons that two cells share, for each pair, shape (cells, cells)."""
    bits = np.stack(cells) if len(cells) else np.zeros((0, 0), dtype=np.uint64)
    shared = np.zeros((len(cells), len(cells)), dtype=np.int64)
    for row, cell in enumerate(bits):
        both = np.bitwise_count(bits[row:] & cell).sum(axis=1, dtype=np.int64)
        shared[row, row:] = shared[row:, row] = both
    return shared


class _Taken:
    """The cells taken so far, in layers of cells that do not overlap.

    `apart[cell, layer]` is by how few persons each of all cells differs from a union of the taken
    cells of a layer: |cell| - what it shares + the sum of min(shared, rest of the other).
    """

    def __init__(self, shared: Ints, size: Ints, k: int) -> None:
        self.shared, self.size, self.k = shared, size, k
        self.apart = np.zeros((len(size), 0), dtype=np.int64)
        self.cells: list[int] = []
        self.layers: list[list[int]] = []

    def take(self, cell: int) -> bool:
        """Take a cell, unless it would tell of too few; says whether it was taken."""
        if self._few(self.size[cell : cell + 1]) or self._few(self.apart[cell]):
            return False
        layer = next(
            (
                number
                for number, there in enumerate(self.layers)
                if not self.shared[cell, there].any()
            ),
            len(self.layers),
        )
        apart = self._with(cell, layer)
        if self._few(apart[[*self.cells, cell]]):
            return False
        if layer == len(self.layers):
            self.layers.append([])
            self.apart = np.column_stack([self.apart, apart])
        self.apart[:, layer] = apart
        self.layers[layer].append(cell)
        self.cells.append(cell)
        return True

    def _with(self, cell: int, layer: int) -> Ints:
        """How far each cell would be from the layer with this one in it, shape (cells,)."""
        before = self.size if layer == len(self.layers) else self.apart[:, layer]
        inside = self.shared[:, cell]
        apart: Ints = before - inside + np.minimum(inside, self.size[cell] - inside)
        return apart

    def _few(self, persons: Ints) -> bool:
        return bool(((persons > 0) & (persons < self.k)).any())
