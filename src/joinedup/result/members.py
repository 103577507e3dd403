"""Whom do the counts of a result count? The cases, told by the person, home or business of each.

What the counts are made of never shows; the gate on the way out counts and compares by it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.result.model import Members

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Place = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Whose:
    """Which unit each case is of.

    Attributes:
        units: each once, shape (units,).
        code: place of the case's unit among them, shape (cases,).
    """

    units: pa.Array
    code: Ints

    def of(self, cases: Ints | Bools) -> "Whose":
        """The same for some of the cases, or for all in another order."""
        return Whose(self.units, self.code[cases])

    def members(
        self,
        counted: Mapping[Place, Bools],
        *,
        expected: Collection[Place] = (),
        scored: Collection[Place] = (),
    ) -> Members:
        """Whom each count is made of.

        Args:
            counted: row and column to which cases are counted there, shape (cases,).
            expected: rows and columns of numbers that count nobody.
            scored: rows and columns of counts whose members a score chose.
        """
        size = len(self.units)
        return Members(
            units=self.units,
            counted={
                place: np.bincount(self.code[cases], minlength=size) > 0
                for place, cases in counted.items()
            },
            expected=frozenset(expected),
            scored=frozenset(scored),
        )


def whose(table: pa.Table, *, id: str, unit: str) -> Whose:  # noqa: A002 - the word of the specs
    """Which unit each row is of: what the column says, or the row's own id where it says nothing.

    Args:
        table: one row per case.
        id: the column that names the case.
        unit: the column that names the person, home or business; the id if empty.
    """
    named = table[unit or id].combine_chunks()
    if pa.types.is_floating(named.type):
        named = named.cast(pa.int64(), safe=False)
    own = table[id].cast(pa.string())
    told = pc.if_else(pc.is_valid(named), named.cast(pa.string()), own)
    coded = (
        told.combine_chunks() if isinstance(told, pa.ChunkedArray) else told
    ).dictionary_encode()
    return Whose(coded.dictionary, coded.indices.to_numpy().astype(np.int64))
