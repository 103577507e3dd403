"""What a linkage gives: its tables, and what is told of them."""

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa

from joinedup.link import (
    decided,
    doubt,
    explain,
    fairness,
    linking,
    refresh,
    sample,
    single,
    splinked,
    telling,
    truth,
)
from joinedup.link.asked import Spec, tables_of
from joinedup.link.decided import Decided
from joinedup.link.linking import Linked, Records
from joinedup.link.refresh import Former
from joinedup.link.report import Told, tell
from joinedup.result.blocks import Block
from joinedup.result.model import Output, OutputTable
from joinedup.store.access import Access

GIVES = {
    "pairs": "one row per pair of records that is a link",
    "entities": "one row per record, with its entity and how likely it is of it",
    "best": "one row per record and other table: the one record there that it is about",
    "review": "one row per pair to look at: a drawn sample, then the doubtful",
    "changes": "one row per entity of the last run and where records of it went",
    "known": "one row per record, for the next run: give it as before",
    "doubt": "one row per pair that could be drawn otherwise: give it to a later method as linkage",
    "scores": "one row per way to count links, held against the truth; none where none is given",
}
COLUMNS = {
    "pairs": telling.PAIRS,
    "entities": telling.ENTITIES,
    "best": (*telling.PAIRS, "mutual"),
    "doubt": doubt.COLUMNS,
    "scores": telling.SCORES,
    "changes": ("kind", "entity", "former", "records"),
    "known": ("table", "id", "entity"),
}


def output(spec: Spec, access: Access, *, method: str, kind: str) -> Output:
    """Link the tables of a spec that is settled.

    Args:
        spec: from `asked.settle`.
        access: to the tables.
        method: its name.
        kind: `person` or `business`.
    """
    tables = tables_of(spec, access)
    records = linking.records_of(tables)
    said, former = _said(spec, access, records), _former(spec, access, records)
    with splinked.on(spec.engine) as engine:
        linked = linking.link(
            records,
            engine=engine,
            seed=spec.seed,
            level=spec.level,
            decided=said,
            former=former.here if former else None,
        )
    names = refresh.named(linked.entity, records, former)
    changes = refresh.changes(linked.entity, names, former)
    told = Told(
        linked=linked, kind=kind, method=method, decided=said, former=former, changes=changes
    )
    if spec.truth:
        known = truth.read(access.table(spec.truth), records)
        told = replace(told, scores=truth.scores(linked, known, single.one_to_one(linked)))
    if spec.by:
        told = replace(told, groups=_fairness(spec, access, tables, linked))
    given = {
        "pairs": pairs_of(linked, np.flatnonzero(linked.links)),
        "entities": entities_of(linked, names),
        "best": single.best_of(linked),
        "review": review_of(linked, seed=spec.seed, unsure=said.unsure if said else None),
        "changes": changes,
        "known": refresh.known(records, names, former),
        "doubt": doubt.rows_of(linked, level=spec.level),
        "scores": telling.scored(told.scores),
    }
    return Output(
        result=tell(spec, told),
        tables={name: OutputTable(data, GIVES[name]) for name, data in given.items()},
    )


def _said(spec: Spec, access: Access, records: Records) -> Decided | None:
    if not spec.decided:
        return None
    return decided.read(access.table(spec.decided), records, where=spec.decided)


def _former(spec: Spec, access: Access, records: Records) -> Former | None:
    if not spec.before:
        return None
    return refresh.read(access.table(spec.before), records, where=spec.before)


def pairs_of(linked: Linked, places: np.ndarray) -> pa.Table:
    """Those pairs, as ids of their tables, the likeliest first."""
    code = linking.codes(linked.found, linked.records.count)[places]
    return _rows(linked, places[np.lexsort((code, -linked.chance[places]))])


def _rows(linked: Linked, places: np.ndarray) -> pa.Table:
    left, right = (ends[places] for ends in (linked.found.left, linked.found.right))
    records = linked.records
    return telling.pairs(records.tables, records.ids, left, right, linked.chance[places])


def entities_of(linked: Linked, names: pa.Array) -> pa.Table:
    """Every record with its entity, and how likely it is of it."""
    records, found = linked.records, linked.found
    chance = telling.likeliest(linked.entity, found.left, found.right, linked.chance)
    told = (records.tables, records.ids, names, chance)
    return pa.table(dict(zip(telling.ENTITIES, told, strict=True)))


def review_of(linked: Linked, *, seed: int, unsure: np.ndarray | None = None) -> pa.Table:
    """The pairs to look at, with what speaks for and against.

    First the drawn sample in its order, with the stratum of each and how many pairs that has; then
    the other doubtful pairs, the most doubtful first. Not those that a person decided already.
    Beside them what the two records say, as it was compared: JSON in `says_l` and `says_r`.
    """
    code = linking.codes(linked.found, linked.records.count)
    drawn = sample.draw(
        linked.weighed.chance, linked.told, linked.judged.line, code=code, seed=seed
    )
    doubtful = telling.doubtful(linked.chance, linked.judged.line, code)
    rest = doubtful[(linked.told[doubtful] < 0) & ~np.isin(doubtful, drawn.pairs)]
    places = np.concatenate([drawn.pairs, rest])
    none = pa.nulls(len(rest), pa.int64())
    table = _rows(linked, places)
    table = table.append_column("because", pa.array(explain.reasons(linked, places), pa.string()))
    for side, ends in (("says_l", linked.found.left), ("says_r", linked.found.right)):
        table = table.append_column(side, _said_by(linked.records, ends[places]))
    for name, cells in (("stratum", drawn.stratum), ("of", drawn.of)):
        table = table.append_column(name, pa.chunked_array([pa.array(cells), none]))
    if unsure is None or not len(unsure):
        return table
    seen = {tuple(pair) for pair in np.sort(unsure, axis=1).tolist()}
    ends = np.sort(np.stack([linked.found.left[places], linked.found.right[places]], 1), axis=1)
    return table.filter(pa.array([tuple(pair) not in seen for pair in ends.tolist()]))


def _said_by(records: Records, places: np.ndarray) -> pa.Array:
    rows = records.table.select(list(records.features)).take(pa.array(places)).to_pylist()
    return pa.array([json.dumps(row, ensure_ascii=False) for row in rows], pa.string())


def _fairness(
    spec: Spec, access: Access, tables: dict[str, linking.Table], linked: Linked
) -> list[Block]:
    """How wrong links are of each group: by the truth, else by the model."""
    told = access.table(spec.truth) if spec.truth else None
    groups, names = fairness.groups_of(spec.by, tables, told, linked)
    if not names:
        return []
    if told is None:
        found = fairness.expected(linked, groups, names, level=spec.level)
        return fairness.blocks(spec.by, found, against="as the model expects")
    known = truth.read(told, linked.records)
    found = fairness.marked(linked, known, groups, names, level=spec.level)
    return fairness.blocks(spec.by, found, against="within entities, held against the truth")
