"""Which record does a table of decisions, or of a former run, mean by its table and id?

As it is written; else, where only one record can be meant, without what spreadsheets and readers of
CSV do to an id: an apostrophe before it, zeros gone from its front.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.stats.arrays import Ints

if TYPE_CHECKING:
    from joinedup.link.linking import Records

NOBODY = -1
SHARED = -2
"""More than one record is called so, once it is written plainly."""
APART = "\x1f"


def places(records: "Records", tables: Any, ids: Any) -> Ints:
    """The place of each record that is meant, -1 where there is none, shape (rows,).

    Args:
        records: in which they are looked for.
        tables: the table of each, as a column.
        ids: what each is called there, as a column.
    """
    if not len(ids):
        return np.empty(0, dtype=np.int64)
    names, asked = _texts(tables), _texts(ids)
    have = _key(records.tables, records.ids)
    exact = pc.index_in(_key(names, asked), value_set=have)
    found = np.asarray(exact.fill_null(NOBODY), dtype=np.int64)
    lost = np.flatnonzero(found == NOBODY)
    if len(lost):
        found[lost] = _plainly(records, names.take(pa.array(lost)), asked.take(pa.array(lost)))
    return found


def _plainly(records: "Records", names: pa.Array, asked: pa.Array) -> Ints:
    known: dict[str | None, int] = {}
    for place, key in enumerate(_key(records.tables, _plain(records.ids)).to_pylist()):
        known[key] = SHARED if key in known else place
    got = [known.get(key, NOBODY) for key in _key(names, _plain(asked)).to_pylist()]
    return np.maximum(np.array(got, dtype=np.int64), NOBODY)


def _plain(ids: pa.Array) -> pa.Array:
    return pc.utf8_ltrim(pc.utf8_ltrim(ids, "'"), "0")


def _key(tables: pa.Array, ids: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(_texts(tables), _texts(ids), APART)


def _texts(cells: Any) -> pa.Array:
    whole = cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells
    return whole.cast(pa.string())
