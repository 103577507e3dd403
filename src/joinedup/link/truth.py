"""How good are the links where the truth is known: precision, recall and F1, and for whom?"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from joinedup.core.errors import MethodError
from joinedup.link.linking import Linked, Records
from joinedup.stats.arrays import Ints

ENTITY = ("entity", "cluster", "true_id", "truth", "person", "group")
TWO = 2


@dataclass(frozen=True, slots=True)
class Score:
    """How links compare with the truth.

    Attributes:
        right: links that are true.
        linked: all links.
        true: all true pairs.
    """

    right: int
    linked: int
    true: int

    @property
    def precision(self) -> float:
        """Of the links, how many are true."""
        return self.right / self.linked if self.linked else 1.0

    @property
    def recall(self) -> float:
        """Of the true pairs, how many are links."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.linked + self.true
        return 2 * self.right / both if both else 1.0


@dataclass(frozen=True, slots=True)
class Truth:
    """Which records are one.

    Attributes:
        pairs: places of true pairs, the smaller first, each once, shape (pairs, 2).
    """

    pairs: Ints


def read(table: pa.Table, records: Records) -> Truth:
    """The truth of a table: pairs of ids, or an entity for each id.

    With the columns `table` and `id` (or `table_l`, `id_l`, `table_r`, `id_r`) an id is one of that
    table; without, it must be of one table alone.

    Raises:
        MethodError: it has neither form, or names no record.
    """
    names = [name for name in table.column_names if name in ENTITY]
    if names and "id" in table.column_names:
        pairs = _of_entities(table, names[0], records)
    else:
        pairs = _of_pairs(table, records)
    if not len(pairs):
        raise MethodError(
            "the truth names no pair of records that were given.",
            fix="give two columns of ids, or the columns id and entity.",
            where="truth",
        )
    return Truth(pairs)


def scores(linked: Linked, truth: Truth, alone: Ints) -> dict[str, Score]:
    """For pairs above the line, for all pairs within entities, and for links that are one to one.

    Args:
        linked: what was linked.
        truth: what is true.
        alone: places of the links that are one to one; without any, none are scored.
    """
    made = np.stack([linked.found.left, linked.found.right], axis=1)
    found = {"pairs": made[linked.links], "entities": within(linked.entity)}
    found |= {"one to one": made[alone]} if len(alone) else {}
    records = linked.records.count
    return {name: score_of(pairs, truth.pairs, records) for name, pairs in found.items()}


def by_group(linked: Linked, truth: Truth, groups: Ints, many: int) -> list[Score]:
    """The score of pairs within entities, for each group that one of the two records is of.

    Args:
        linked: what was linked.
        truth: what is true.
        groups: of each record, shape (records,).
        many: how many groups there are.
    """
    made = within(linked.entity)
    found = []
    for group in range(many):
        of = groups == group
        some = [pairs[of[pairs].any(axis=1)] for pairs in (made, truth.pairs)]
        found.append(score_of(some[0], some[1], linked.records.count))
    return found


def within(entity: Ints) -> Ints:
    """All pairs of records of one entity, the smaller first, shape (pairs, 2)."""
    order = np.argsort(entity, kind="stable")
    starts = np.flatnonzero(np.diff(entity[order], prepend=-1))
    made = []
    for group in np.split(order, starts[1:]):
        if len(group) > 1:
            one, other = np.triu_indices(len(group), 1)
            made.append(np.stack([group[one], group[other]], axis=1))
    pairs = np.concatenate(made) if made else np.empty((0, TWO), dtype=np.int64)
    return np.sort(pairs, axis=1)


def beside(table: pa.Table, name: str, records: Records) -> pa.Array:
    """What the truth says of each record in one of its columns, shape (records,)."""
    places = _places(table, "table", "id", records)
    cells: list[str | None] = [None] * records.count
    for place, cell in zip(places.tolist(), table[name].cast(pa.string()).to_pylist(), strict=True):
        if place >= 0:
            cells[place] = cell
    return pa.array(cells, pa.string())


def score_of(made: Ints, true: Ints, records: int) -> Score:
    """Pairs that were made against true ones, each shape (pairs, 2), the smaller place first."""
    codes = [np.unique(pairs[:, 0] * records + pairs[:, 1]) for pairs in (made, true)]
    right = len(np.intersect1d(codes[0], codes[1], assume_unique=True))
    return Score(right, len(codes[0]), len(codes[1]))


def _of_entities(table: pa.Table, name: str, records: Records) -> Ints:
    places = _places(table, "table", "id", records)
    there = places >= 0
    codes = table[name].combine_chunks().dictionary_encode().indices
    groups = np.asarray(codes.fill_null(-1)).astype(np.int64)
    entity = np.full(records.count, -1, dtype=np.int64)
    entity[places[there]] = groups[there]
    alone = entity < 0
    entity[alone] = np.arange(alone.sum()) + (int(groups.max(initial=0)) + 1)
    return within(entity)


def _of_pairs(table: pa.Table, records: Records) -> Ints:
    if {"id_l", "id_r"} <= set(table.column_names):
        sides = [("table_l", "id_l"), ("table_r", "id_r")]
    elif table.num_columns >= TWO:
        sides = [("", name) for name in table.column_names[:TWO]]
    else:
        return np.empty((0, TWO), dtype=np.int64)
    one, other = (_places(table, *side, records) for side in sides)
    if not sides[0][0]:
        one, other = _between(table, records, [side[1] for side in sides])
    pairs = np.sort(np.stack([one, other], axis=1)[(one >= 0) & (other >= 0)], axis=1)
    return pairs[pairs[:, 0] < pairs[:, 1]]


def _between(table: pa.Table, records: Records, columns: list[str]) -> tuple[Ints, Ints]:
    """Ids without a table: the first column is of the first table, the second of the last.

    A column that is called as a table (`fodors_id`) is of that one.
    """
    names = list(dict.fromkeys(records.tables.to_pylist()))
    made = []
    for place, column in enumerate(columns):
        called = [name for name in names if column.lower().startswith(name.lower())]
        name = called[0] if called else names[-1 if place else 0]
        told = pa.table({"table": pa.array([name] * table.num_rows), "id": table[column]})
        made.append(_places(told, "table", "id", records))
    return made[0], made[1]


def _places(table: pa.Table, named: str, called: str, records: Records) -> Ints:
    """The place of each record, -1 where there is none of that name, shape (rows,)."""
    lists = records.tables.to_pylist()
    ids = records.ids.to_pylist()
    asked = table[called].cast(pa.string()).to_pylist()
    if named in table.column_names:
        known: dict[object, int] = {key: at for at, key in enumerate(zip(lists, ids, strict=True))}
        keys: list[object] = list(zip(table[named].to_pylist(), asked, strict=True))
    else:
        known, keys = {key: at for at, key in enumerate(ids)}, list(asked)
    return np.array([known.get(key, -1) for key in keys], dtype=np.int64)
