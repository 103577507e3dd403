"""What was each entity called the last time, and what has become of it?

An entity keeps the name of the former entity with which it shares most records; no name is given
twice. What was joined, parted or moved is listed, so that no name changes without a word.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.errors import MethodError
from joinedup.link.linking import Records
from joinedup.link.named import places
from joinedup.stats.arrays import Ints

COLUMNS = ("table", "id", "entity")
MERGED, SPLIT, MOVED, GONE = "merged", "split", "moved", "gone"


@dataclass(frozen=True, slots=True)
class Former:
    """The entities of the last run.

    Attributes:
        table: its rows: `table`, `id`, `entity`, as texts, each record once.
        place: of each of its rows, the record here; -1 if it is gone, shape (rows,).
        number: of each of its rows, its entity, shape (rows,).
        names: of the entities.
        here: of each record here, the number of its former entity; -1 if new, shape (records,).
        absent: tables that were there and are not any more, with how many records they had.
        gone: of the tables that are here, how many of their records are not.
    """

    table: pa.Table
    place: Ints
    number: Ints
    names: tuple[str, ...]
    here: Ints
    absent: dict[str, int]
    gone: dict[str, int]


def read(table: pa.Table, records: Records, *, where: str) -> Former:
    """The entities of a former run, by this one's records.

    Raises:
        MethodError: it has not the columns of entities, or names a record twice.
    """
    missing = [name for name in COLUMNS if name not in table.column_names]
    if missing:
        raise MethodError(
            f"the entities of the last run have no column {', '.join(missing)}.",
            fix="give the table `known`, or `entities`, that the last run wrote.",
            where=where,
        )
    rows = pa.table({name: table[name].cast(pa.string()).combine_chunks() for name in COLUMNS})
    rows = rows.filter(pc.is_valid(rows["entity"]))
    place = places(records, rows["table"], rows["id"])
    found = place[place >= 0]
    twice = len(found) - len(np.unique(found))
    if twice:
        raise MethodError(
            f"{twice:,} records are in the entities of the last run more than once.",
            fix="give the table as the last run wrote it, of one run.",
            where=where,
        )
    coded = rows["entity"].combine_chunks().dictionary_encode()
    number = np.asarray(coded.indices, dtype=np.int64)
    here = np.full(records.count, -1, dtype=np.int64)
    here[found] = number[place >= 0]
    present = set(pc.unique(records.tables).to_pylist())
    counts: dict[str, int] = {}
    for name in rows["table"].filter(pa.array(place < 0)).to_pylist():
        counts[name] = counts.get(name, 0) + 1
    return Former(
        table=rows,
        place=place,
        number=number,
        names=tuple(coded.dictionary.to_pylist()),
        here=here,
        absent={name: many for name, many in sorted(counts.items()) if name not in present},
        gone={name: many for name, many in sorted(counts.items()) if name in present},
    )


def named(entity: Ints, records: Records, former: Former | None) -> pa.Array:
    """The name of the entity of each record, shape (records,).

    A new one is named by the table and id of its first record; with a number behind, where that
    was another's name.
    """
    first = pa.array(entity)
    names = pc.binary_join_element_wise(records.tables.take(first), records.ids.take(first), ":")
    if former is None:
        return names
    heads = np.unique(entity)
    keeps = _kept(entity, former)
    taken, told = set(former.names), names.take(pa.array(heads)).to_pylist()
    called: dict[int, str] = {}
    for head, name in zip(heads.tolist(), told, strict=True):
        chosen, turn = former.names[keeps[head]] if head in keeps else name, 1
        while head not in keeps and chosen in taken:
            turn += 1
            chosen = f"{name}#{turn}"
        taken.add(chosen)
        called[head] = chosen
    at = np.searchsorted(heads, entity)
    return pa.array([called[head] for head in heads.tolist()]).take(pa.array(at))


def _kept(entity: Ints, former: Former) -> dict[int, int]:
    """Of an entity, named by its first record, the former one whose name it keeps.

    The pair that shares most is served first; of equals the one whose first record comes first.
    """
    kept: dict[int, int] = {}
    given: set[int] = set()
    heads, numbers, many = _shared(entity, former)
    for row in np.lexsort((numbers, heads, -many)).tolist():
        head, number = int(heads[row]), int(numbers[row])
        if head not in kept and number not in given:
            kept[head] = number
            given.add(number)
    return kept


def _shared(entity: Ints, former: Former) -> tuple[Ints, Ints, Ints]:
    """Each entity with each former one that it shares records with, and how many."""
    known = former.here >= 0
    both = np.stack([entity[known], former.here[known]], axis=1)
    pairs, many = np.unique(both, axis=0, return_counts=True)
    return pairs[:, 0], pairs[:, 1], many.astype(np.int64)


def changes(entity: Ints, names: pa.Array, former: Former | None) -> pa.Table:
    """What became of former entities whose records are not all where they were.

    `merged`: all of it that is here is now of another; `split`: part of it is now an entity of its
    own; `moved`: part of it is now of another that was there before; `gone`: none of it is here.
    """
    rows: list[tuple[str, str | None, str, int]] = []
    if former is not None:
        heads, numbers, many = _shared(entity, former)
        kept = _kept(entity, former)
        lives = set(kept.values())
        told = names.take(pa.array(heads)).to_pylist()
        for head, name, number, count in zip(
            heads.tolist(), told, numbers.tolist(), many.tolist(), strict=True
        ):
            if kept.get(head) == number:
                continue
            kind = MERGED if number not in lives else MOVED if head in kept else SPLIT
            rows.append((kind, name, former.names[number], count))
        seen = set(numbers.tolist())
        absent = np.bincount(former.number, minlength=len(former.names))
        away = _only_absent(former)
        rows += [
            (GONE, None, former.names[number], int(absent[number]))
            for number in range(len(former.names))
            if number not in seen and number not in away
        ]
    columns = list(zip(*sorted(rows, key=str), strict=True)) or [(), (), (), ()]
    kinds = (pa.string(), pa.string(), pa.string(), pa.int64())
    made = [pa.array(cells, kind) for cells, kind in zip(columns, kinds, strict=True)]
    return pa.table(dict(zip(("kind", "entity", "former", "records"), made, strict=True)))


def _only_absent(former: Former) -> set[int]:
    """Former entities with a record of a table that is away: they may come back."""
    away = pc.is_in(former.table["table"], value_set=pa.array(list(former.absent), pa.string()))
    return set(former.number[np.asarray(away)].tolist())


def known(records: Records, names: pa.Array, former: Former | None) -> pa.Table:
    """What the next run needs: each record and its entity, and those of tables that are away.

    A record that has left a table which is here is forgotten.
    """
    now = pa.table({"table": records.tables, "id": records.ids, "entity": names})
    if former is None or not former.absent:
        return now
    away = pc.is_in(former.table["table"], value_set=pa.array(list(former.absent), pa.string()))
    rows = former.table.filter(away)
    fate = _fates(names, former)
    entity = [fate.get(name, name) for name in rows["entity"].to_pylist()]
    rows = rows.set_column(2, "entity", pa.array(entity, pa.string()))
    return pa.concat_tables([now, rows.cast(now.schema)])


def _fates(names: pa.Array, former: Former) -> dict[str, str]:
    """Of former entities that are all of another now, its name."""
    live = set(names.to_pylist())
    told: dict[str, str] = {}
    for number, name in zip(former.here.tolist(), names.to_pylist(), strict=True):
        if number >= 0 and former.names[number] not in live:
            told.setdefault(former.names[number], name)
    return told
