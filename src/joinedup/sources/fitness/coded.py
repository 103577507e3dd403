"""What different values does a column hold, and which does each row have?

Work is done once for each value, however many rows have it.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.sources.alike import all_differ

Codes = npt.NDArray[np.int32]
EMPTY = -1


@dataclass(frozen=True)
class Coded:
    """One column.

    Attributes:
        values: the different ones, none empty, shape (values,).
        codes: which value each row has, EMPTY where it has none, shape (rows,).
    """

    values: pa.Array
    codes: Codes

    @cached_property
    def rows(self) -> npt.NDArray[np.int64]:
        """How many rows have each value, shape (values,)."""
        there = self.codes if not self.empty else self.codes[self.codes >= 0]
        return np.bincount(there, minlength=len(self.values))

    @cached_property
    def empty(self) -> int:
        """How many rows have none."""
        return int((self.codes == EMPTY).sum())

    @cached_property
    def texts(self) -> pa.Array:
        """The values as text, whole numbers without a point; None for what is no text."""
        values = self.values
        if pa.types.is_floating(values.type):
            whole = pc.equal(values, pc.trunc(values))
            safe = pc.and_(whole, pc.less(pc.abs(values), 2.0**53))
            integers = pc.if_else(safe, values, 0.0).cast(pa.int64()).cast(pa.string())
            return pc.if_else(safe, integers, values.cast(pa.string()))
        return values.cast(pa.string())


def coded(column: pa.ChunkedArray) -> Coded:
    """The column's different values and each row's; NaN is no value."""
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    if not len(column):  # its chunks, if it has any, have no dictionary
        return Coded(pa.array([], column.type), np.empty(0, dtype=np.int32))
    # In one piece first: to unify the dictionaries of many pieces takes the square of their number.
    piece = column.combine_chunks()
    if isinstance(piece, pa.Array) and all_differ([pa.chunked_array([piece])]):
        return Coded(piece, np.arange(len(piece), dtype=np.int32))
    whole = piece.dictionary_encode()
    chunks = whole.unify_dictionaries().chunks if isinstance(whole, pa.ChunkedArray) else [whole]
    codes = [_codes(chunk) for chunk in chunks]
    return Coded(chunks[0].dictionary, codes[0] if len(codes) == 1 else np.concatenate(codes))


def _codes(chunk: pa.DictionaryArray) -> Codes:
    found = chunk.indices
    return np.asarray(pc.fill_null(found, EMPTY) if found.null_count else found)
