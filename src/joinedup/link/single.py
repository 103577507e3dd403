"""Which one record of another table is a record about, where only one can be meant?

A business has several licences, and a visit is about one of them: all are links, for they are one
business. Here each record is given one partner in each other table: the likeliest links first, each
record once; who is left over has its likeliest link, which is then another's partner too.
"""

import numpy as np
import pyarrow as pa

from joinedup.link import telling
from joinedup.link.linking import Linked, codes
from joinedup.stats.arrays import Bools, Ints


def best_of(linked: Linked) -> pa.Table:
    """A row for each record and other table that it has links with, as `pairs`, the record first.

    `mutual` says that the two are each other's: those rows are one to one.
    """
    pairs = _across(linked)
    mutual = _one_to_one(linked, pairs)
    records = linked.records
    names, table = np.unique(np.asarray(records.tables.to_pylist()), return_inverse=True)
    made = []
    for one, other in ((linked.found.left, linked.found.right),
                       (linked.found.right, linked.found.left)):  # fmt: skip
        wanted = one[pairs].astype(np.int64) * len(names) + table[other[pairs]]
        made.append(np.stack([wanted, one[pairs], other[pairs], pairs, mutual], axis=1))
    rows = np.concatenate(made)
    order = np.lexsort((np.tile(np.arange(len(pairs)), 2), -rows[:, 4], rows[:, 0]))
    rows = rows[order]
    rows = rows[np.diff(rows[:, 0], prepend=-1) != 0]
    ends = rows[:, 1], rows[:, 2]
    told = telling.pairs(records.tables, records.ids, *ends, linked.chance[rows[:, 3]])
    return told.append_column("mutual", pa.array(rows[:, 4] == 1))


def one_to_one(linked: Linked) -> Ints:
    """The places of links between tables in which each of the two is the other's."""
    pairs = _across(linked)
    return pairs[_one_to_one(linked, pairs)]


def _across(linked: Linked) -> Ints:
    """The places of links between two tables, the likeliest first."""
    names = np.asarray(linked.records.tables.dictionary_encode().indices)
    between = names[linked.found.left] != names[linked.found.right]
    places = np.flatnonzero(linked.links & between)
    code = codes(linked.found, linked.records.count)[places]
    return np.asarray(places[np.lexsort((code, -linked.chance[places]))])


def _one_to_one(linked: Linked, pairs: Ints) -> Bools:
    """Whether each pair is taken, when the likeliest is taken first and each record once."""
    names = linked.records.tables.dictionary_encode().indices.to_pylist()
    taken: set[tuple[int, int]] = set()
    kept = np.zeros(len(pairs), dtype=bool)
    ends = zip(linked.found.left[pairs].tolist(), linked.found.right[pairs].tolist(), strict=True)
    for place, (one, other) in enumerate(ends):
        both = {(one, names[other]), (other, names[one])}
        if not both & taken:
            taken |= both
            kept[place] = True
    return kept
