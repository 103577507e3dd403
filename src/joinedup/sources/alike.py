"""Which cells of two tables are the same? Empty is the same as empty."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Places = npt.NDArray[np.int64]


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
