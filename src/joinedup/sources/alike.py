"""Which cells of two tables are the same, and do all rows differ? Empty is the same as empty."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Places = npt.NDArray[np.int64]
Marks = npt.NDArray[np.uint64]
AT_ONCE = 1 << 15
LONGEST = 64
SAMPLE = 1 << 13
_WEIGHTS: Marks = np.random.default_rng(20260101).integers(
    1, 2**64 - 1, LONGEST + 2, np.uint64
) | np.uint64(1)
"""Of each place in a text, its length and the next column; any odd numbers would do."""


def same_cells(one: pa.ChunkedArray, other: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    """Cell by cell, for columns of one type and length, shape (rows,)."""
    equal = pc.fill_null(pc.equal(one, other), fill_value=False)
    both_empty = pc.and_(pc.is_null(one), pc.is_null(other))
    return np.asarray(pc.or_(equal, both_empty).to_numpy(), dtype=bool)


def same_rows(one: pa.Table, other: pa.Table, here: Places, there: Places) -> npt.NDArray[np.bool_]:
    """Whether row `here[i]` of one is row `there[i]` of the other, in all columns of `one`."""
    alike = np.ones(len(here), dtype=bool)
    for name in one.column_names:
        mine, theirs = one[name].take(pa.array(here)), other[name].take(pa.array(there))
        alike &= same_cells(mine, theirs)
    return alike


def all_differ(columns: Sequence[pa.ChunkedArray]) -> bool:
    """Whether no two rows say the same, told soon; False also where that cannot be told so.

    Equal rows have equal marks. So where all marks differ all rows do; two marks that are alike
    prove nothing.
    """
    some = [column.slice(0, SAMPLE) for column in columns]
    return _all_differ(some) and _all_differ(columns)  # most that do not, do not so soon


def _all_differ(columns: Sequence[pa.ChunkedArray]) -> bool:
    marks = np.zeros(len(columns[0]) if columns else 0, dtype=np.uint64)
    for column in columns:
        found = [_marks(chunk) for chunk in column.chunks]
        if any(one is None for one in found):
            return False
        marks = marks * _WEIGHTS[-1] + np.concatenate([*found, np.empty(0, np.uint64)])
    marks.sort()
    return not (marks[1:] == marks[:-1]).any()


def _marks(cells: pa.Array) -> Marks | None:
    """A number for each cell, the same for the same cells, shape (rows,); None of other kinds."""
    if cells.null_count:
        return None
    if pa.types.is_string(cells.type):
        return _of_texts(cells)
    if pa.types.is_integer(cells.type) or pa.types.is_date32(cells.type):
        plain = cells.cast(pa.int32()) if pa.types.is_date32(cells.type) else cells
        return np.asarray(plain).astype(np.uint64)
    return None


def _of_texts(texts: pa.Array) -> Marks | None:
    _, places, content = texts.buffers()
    if not len(texts) or content is None:
        return None
    at = np.frombuffer(places, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    lengths = np.diff(at)
    if lengths.max() > LONGEST:
        return None
    signs = np.frombuffer(content, np.uint8)
    made: Marks = lengths.astype(np.uint64) * _WEIGHTS[LONGEST]
    for first in range(0, len(texts), AT_ONCE):
        some = slice(first, first + AT_ONCE)
        begin, length, told = at[:-1][some], lengths[some], made[some]
        shortest = length.min()
        for place in range(length.max()):
            if place < shortest:
                told += signs[begin + place] * _WEIGHTS[place]
            else:
                longer = np.flatnonzero(length > place)
                told[longer] += signs[begin[longer] + place] * _WEIGHTS[place]
    return made
