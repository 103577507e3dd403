"""Records in, entities out: one way for people, businesses and homes, with nothing to set.

Standardise, choose what to compare, compare, learn, judge, bring together. Each step is a module of
its own; here they follow each other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa

from joinedup.core.errors import MethodError
from joinedup.link import alone, blocking, judged, learning, sample, splinked
from joinedup.link.covered import coverage
from joinedup.link.decided import Decided
from joinedup.link.judged import Judged
from joinedup.link.learning import Model
from joinedup.link.sample import UNLIKELY, Reviewed
from joinedup.link.splinked import Compared, Engine
from joinedup.link.standard import OTHER, ids_of, standard
from joinedup.stats import clusters
from joinedup.stats.arrays import Bools, Floats, Ints
from joinedup.stats.sampled import Correction

ROOT = "_root"
ONCE = 0.01
"""A source with fewer pairs of its own for each of its records names each entity once."""
FEWEST_FEATURES = 2
ALIKE = 0.95
"""A feature in which more of all pairs are the same says nothing."""


@dataclass(frozen=True, slots=True)
class Records:
    """The records of all tables, one below the other, as they are compared.

    Attributes:
        table: a column for each feature, and the place of the record.
        features: that are compared.
        tables: the name of the table of each record, shape (records,).
        ids: what each is called there, as text, shape (records,).
        source: which list each is of, a number, shape (records,).
        sources: the names of the lists.
    """

    table: pa.Table
    features: tuple[str, ...]
    tables: pa.Array
    ids: pa.Array
    source: Ints
    sources: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return int(self.table.num_rows)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the odds of each pair are made of, beside what its features say.

    Attributes:
        strata: which group of pairs it is of, shape (pairs,).
        beside: what is added for its being alone, as a natural logarithm, shape (pairs,).
        corrected: how decisions correct the odds.
        odds: all of it together, as a natural logarithm, shape (pairs,).
    """

    strata: Ints
    beside: Floats
    corrected: Correction
    odds: Floats

    @property
    def chance(self) -> Floats:
        """That it is a match, whatever a person decided of it, shape (pairs,)."""
        return chance_of(self.odds)


@dataclass(frozen=True, slots=True)
class Linked:
    """What came of it.

    Attributes:
        chance: that each pair is a match, 0 or 1 where a person decided, shape (pairs,).
        model: what was learnt.
        weighed: what the odds of each pair are made of.
        told: what a person decided: 1 one, 0 two, -1 nothing, shape (pairs,).
        reviewed: how good the links are by decisions on a sample; None where there are too few.
        links: whether it is taken for one, shape (pairs,).
        entity: of each record, the place of its first record, shape (records,).
        once: of each source, whether it names each entity once.
    """

    records: Records
    rules: tuple[blocking.Rule, ...]
    model: Model
    found: Compared
    chance: Floats
    judged: Judged
    links: Bools
    entity: Ints
    once: tuple[bool, ...]
    weighed: Weighed
    told: Ints
    reviewed: Reviewed | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table, and which of its columns say what.

    Attributes:
        roles: role to column.
        id: the column that names a row; the row's number if empty.
        source: the column that says which list a row is of; the table's own name if empty.
    """

    data: pa.Table
    roles: Mapping[str, str]
    id: str = ""
    source: str = ""


def records_of(tables: Mapping[str, Table]) -> Records:
    """All records in one way of writing.

    Raises:
        MethodError: too little is said to tell records apart, or there are too few.
    """
    made, names, ids, lists = [], [], [], []
    for name, table in tables.items():
        rows = table.data.num_rows
        made.append(pa.table(standard(table.data, table.roles) | {"": pa.nulls(rows, pa.int8())}))
        names.append(np.full(rows, name))
        ids.append(ids_of(table.data, table.id))
        told = table.data[table.source].cast(pa.string()) if table.source else None
        lists += [name] * rows if told is None else [f"{name}: {one}" for one in told.to_pylist()]
    whole = pa.concat_tables(made, promote_options="default").drop_columns([""]).combine_chunks()
    features = tuple(
        name
        for name in whole.column_names
        if not name.endswith(ROOT) and name != OTHER and _tells(whole[name])
    )
    if len(features) < FEWEST_FEATURES or whole.num_rows < FEWEST_FEATURES:
        raise MethodError(
            f"{whole.num_rows:,} records say {len(features)} things that can be compared.",
            fix="name the columns that say who a record is about: --set columns.surname=COLUMN.",
            where=", ".join(tables),
        )
    sources, source = np.unique(np.array(lists), return_inverse=True)
    held = {"forename", "surname"} if {"forename", "surname"} & set(features) else set()
    held |= {OTHER} if "business_name" in features else set()
    for other in sorted(held):  # each is held against the other, turned round
        if other not in whole.column_names:
            whole = whole.append_column(other, pa.nulls(whole.num_rows, pa.string()))
    table = whole.append_column(splinked.RECORD, pa.array(np.arange(whole.num_rows)))
    return Records(
        table=table,
        features=features,
        tables=pa.array(np.concatenate(names)),
        ids=pa.chunked_array(ids).combine_chunks(),
        source=source.astype(np.int64),
        sources=tuple(map(str, sources)),
    )


def _empty(cells: pa.ChunkedArray) -> float:
    """The share of records that say nothing, 0 to 1."""
    return float(cells.null_count / len(cells))


def _tells(cells: pa.ChunkedArray) -> bool:
    """Whether a column tells records apart at all."""
    return cells.null_count < len(cells) and splinked.same_share(cells) < ALIKE


def link(
    records: Records,
    *,
    engine: Engine,
    seed: int,
    level: float,
    decided: Decided | None = None,
    former: Ints | None = None,
) -> Linked:
    """Who is who.

    Args:
        records: from `records_of`.
        engine: makes Splink's database.
        seed: of every sample.
        level: of the intervals.
        decided: what a person said of pairs.
        former: of each record, the number of its former entity, -1 if it is new, shape (records,).
    """
    features = records.features
    rules = blocking.choose(records.table, features, seed=seed)
    unrelated = splinked.unrelated(engine, records.table, features, seed=seed)
    strata, pairs = _strata(records)
    compare = _comparing(engine, records, unrelated, float(pairs.sum()))
    found, told, weight = _told(compare(rules=rules), decided, compare, records.count)
    groups = strata(found)
    both = np.array([(1 - _empty(records.table[name])) ** 2 for name in features])
    model = learning.learn(features, unrelated, found, groups, pairs, records.count, both, told)
    once, weighed = _weighed(records, model, found, groups, told, weight)
    chance = _known(weighed, told)
    covered = coverage(records.table, model, rules, found, chance, seed=seed)
    otherwise = _otherwise(records, model, found, groups, told, weight, chance)
    line = judged.judge(chance, covered, level=level, otherwise=otherwise, misled=judged.MISLED)
    entity = _entities(records, found, chance, line.line, once, decided, former)
    code = codes(found, records.count)
    seen = sample.reviewed(weighed.chance, told, weight, code=code, judged=line, level=level)
    return Linked(
        records=records,
        rules=rules,
        model=model,
        found=found,
        chance=chance,
        judged=line,
        links=(chance >= line.line) & (told != 0),
        entity=entity,
        once=once,
        weighed=weighed,
        told=told,
        reviewed=seen,
    )


def _weighed(  # noqa: PLR0917 - all that the odds are made of
    records: Records, model: Model, found: Compared, groups: Ints, told: Ints, weight: Floats
) -> tuple[tuple[bool, ...], Weighed]:
    """Of each source, whether it names each entity once; and what the odds are made of."""
    odds = learning.odds(model, found, groups)
    once = _once(records, found, chance_of(odds))
    beside = alone.spoken_for(records, found, odds, once)
    corrected = sample.correction(odds + beside, told, weight)
    return once, Weighed(groups, beside, corrected, corrected.of(odds + beside))


def _known(weighed: Weighed, told: Ints) -> Floats:
    """The chance of each pair, 0 or 1 where a person decided, shape (pairs,)."""
    return np.where(told >= 0, told.astype(float), weighed.chance)


def _otherwise(  # noqa: PLR0917 - all that the odds are made of
    records: Records,
    model: Model,
    found: Compared,
    groups: Ints,
    told: Ints,
    weight: Floats,
    chance: Floats,
) -> list[Floats]:
    """The chance of each pair where the records are read otherwise: least twins first, then most.

    Pairs that are next to impossible stay so.
    """
    near = chance > judged.NEXT_TO_NONE
    some = Compared(found.left[near], found.right[near], found.levels[near], found.rarity[near])
    made = []
    for other in (model.fewest, model.most):
        if other is not None:
            _, weighed = _weighed(records, other, some, groups[near], told[near], weight[near])
            made.append(chance.copy())
            made[-1][near] = _known(weighed, told[near])
    if made:  # no more pairs are taken for twins than there may be
        fewer = np.maximum(chance - made[-1], 0.0)
        room = learning.most_unclear(model) * float(chance.sum())
        if fewer.sum() > room:
            made[-1] = chance - fewer * (room / fewer.sum())
    return made


def _comparing(
    engine: Engine, records: Records, unrelated: Sequence[Floats], pairs: float
) -> Callable[..., Compared]:
    """How pairs are compared, before anything is learnt."""
    begun = list(zip(learning.begun(records.features), unrelated, strict=True))
    likely = min(0.1, learning.MATCHES_PER_RECORD * records.count / pairs)
    return partial(
        splinked.compared, engine, records.table, records.features, known=begun, likely=likely
    )


def _entities(  # noqa: PLR0917 - all that decides who is one
    records: Records,
    found: Compared,
    chance: Floats,
    line: float,
    once: Sequence[bool],
    decided: Decided | None,
    former: Ints | None,
) -> Ints:
    near = chance >= UNLIKELY
    return clusters.entities(
        records.count,
        found.left[near],
        found.right[near],
        chance[near],
        at_least=line,
        source=_own_list(records, once) if any(once) and len(once) > 1 else None,
        apart=decided.apart if decided else (),
        together=decided.together if decided else (),
        former=former,
    )


def _told(
    found: Compared, decided: Decided | None, compare: Callable[..., Compared], records: int
) -> tuple[Compared, Ints, Floats]:
    """The pairs with those that were decided, what was decided of each, and what it stands for."""
    if decided is None or not len(decided.left):
        return found, np.full(len(found.left), -1), np.zeros(len(found.left))
    asked = decided.left * records + decided.right
    missing = ~np.isin(asked, codes(found, records))
    if missing.any():
        more = compare(pairs=(decided.left[missing], decided.right[missing]))
        found = splinked.joined(found, more)
    order = np.argsort(asked)
    there = codes(found, records)
    at = order[np.minimum(np.searchsorted(asked[order], there), len(order) - 1)]
    hit = asked[at] == there
    told = np.where(hit, decided.same[at].astype(np.int64), -1)
    return found, told, np.where(hit, sample.weights(decided)[at], 0.0)


def codes(found: Compared, records: int) -> Ints:
    """A number of each pair's own, whichever of its two records comes first, shape (pairs,)."""
    low = np.minimum(found.left, found.right).astype(np.int64)
    return np.asarray(low * records + np.maximum(found.left, found.right))


def chance_of(odds: Floats) -> Floats:
    """The chance that stands for odds, given as a natural logarithm."""
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -700, 700))))


def _strata(records: Records) -> tuple[Callable[[Compared], Ints], Floats]:
    """Which group a pair is of, within one source or between two; how many pairs each group has."""
    many = len(records.sources)
    place = np.zeros((many, many), dtype=np.int64)
    sizes = np.bincount(records.source, minlength=many).astype(float)
    pairs: list[float] = []
    for one in range(many):
        for other in range(one, many):
            place[one, other] = place[other, one] = len(pairs)
            both = sizes[one] * sizes[other]
            pairs.append(both if one != other else sizes[one] * (sizes[one] - 1) / 2)

    def of(found: Compared) -> Ints:
        return np.asarray(place[records.source[found.left], records.source[found.right]])

    return of, np.maximum(np.array(pairs), 1.0)


def _once(records: Records, found: Compared, chance: Floats) -> tuple[bool, ...]:
    """Of each source, whether it names each entity once, so far as can be told."""
    one, other = records.source[found.left], records.source[found.right]
    within = np.bincount(one[one == other], chance[one == other], minlength=len(records.sources))
    sizes = np.bincount(records.source, minlength=len(records.sources))
    return tuple((within / np.maximum(sizes, 1) < ONCE).tolist())


def _own_list(records: Records, once: Sequence[bool]) -> Ints:
    """Of each record a number that no other record of its entity may have."""
    alone = np.arange(len(once), len(once) + records.count)
    return np.where(np.array(once)[records.source], records.source, alone)
