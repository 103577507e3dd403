"""Tables in, each record's place out: one table is the gazetteer, the others are looked up in it.

With one table alone, it is both: rows that are about one place are found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core import identifiers
from joinedup.core.errors import MethodError
from joinedup.link import address_columns, held_out, placing, postal
from joinedup.link.gazetteer import Gazetteer, Reading, gazetteer, identity, merged
from joinedup.link.held_out import SURE_AT_MOST, Trial
from joinedup.link.linking import Table
from joinedup.link.placing import FOUND, NOTHING, Verdict
from joinedup.link.standard import ids_of, texts_of
from joinedup.stats.intervals import normal_quantile

MOSTLY = 0.98
"""A column of UPRNs names the rows of a gazetteer if it has so many, and so many different ones."""
DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Records:
    """The rows of one table, as addresses.

    Attributes:
        ids: as the table writes them, shape (rows,).
        said: which of `addresses` each row has, shape (rows,).
        addresses: each different one.
        uprns: the UPRN beside each row in its normal form, empty if none, shape (rows,).
    """

    name: str
    ids: tuple[str, ...]
    said: Sequence[int]
    addresses: tuple[Reading, ...]
    uprns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided on each record that was looked up.

    Attributes:
        verdicts: of each row.
        chance: that the first place is right, NaN where that is not known, shape (rows,).
        accepted: whether it is a link, shape (rows,).
    """

    records: Records
    verdicts: tuple[Verdict, ...]
    chance: np.ndarray
    accepted: np.ndarray


@dataclass(frozen=True, slots=True)
class Placed:
    """What came of it.

    Attributes:
        precision: of the links, how many are right, with the ends of its interval.
    """

    listed: Records
    places: Gazetteer
    decided: tuple[Decided, ...]
    trial: Trial
    precision: tuple[float, float, float]

    def id_of(self, place: int) -> str:
        """The gazetteer's id of a place."""
        return self.listed.ids[self.places.places[place].row]


def placed(
    tables: Mapping[str, Table], *, gazetteer: str, line: float, level: float, seed: int
) -> Placed:
    """Look every record up.

    Args:
        tables: with what was found of their columns.
        gazetteer: the name of the table of places; told by its contents if empty.
        line: how likely a link must be to be made.
        level: of the interval.
        seed: of the sample whose places are taken out.

    Raises:
        MethodError: a table has no address, or no such table was given.
    """
    listed = chosen(tables, gazetteer)
    _checked(tables)
    known = {name: _records(name, table, own=name == listed) for name, table in tables.items()}
    places = _places(known[listed], tables[listed])
    of_uprn = {uprn: places.place_of[row] for row, uprn in enumerate(known[listed].uprns) if uprn}
    others = [known[name] for name in tables if name != listed]
    decided, trial = _decide(others, places, of_uprn, line=line, seed=seed)
    return Placed(known[listed], places, decided, trial, _precision(decided, trial, level))


def chosen(tables: Mapping[str, Table], asked: str) -> str:
    """The name of the gazetteer: asked for, else of UPRNs, else the largest that has ids.

    Raises:
        MethodError: no such table was given.
    """
    if asked:
        if asked not in tables:
            raise MethodError(
                "the gazetteer that is named was not given.",
                fix=f"--set gazetteer={next(iter(tables))}, or another of {', '.join(tables)}.",
                where="gazetteer",
            )
        return asked

    def worth(name: str) -> tuple[bool, bool, bool, int]:
        table = tables[name]
        uprn = table.roles.get("uprn", "")
        cells = texts_of(table.data[uprn]) if uprn else pa.array([], pa.string())
        there = len(cells) - cells.null_count
        different = pc.count_distinct(cells, mode="only_valid").as_py()
        rows = max(table.data.num_rows, 1)
        named = there >= MOSTLY * rows and different >= MOSTLY * rows
        return bool(uprn) and named, "street" in table.roles, bool(table.id), rows

    return max(tables, key=worth)


def _checked(tables: Mapping[str, Table]) -> None:
    missing = [
        name for name, table in tables.items() if not {"address", "street"} & set(table.roles)
    ]
    if missing:
        raise MethodError(
            "no column of an address was found.",
            fix="name it: --set columns.address=COLUMN, or columns.street, number and postcode.",
            where=", ".join(missing),
        )


def _records(name: str, table: Table, *, own: bool) -> Records:
    texts, postcodes = address_columns.written(table.data, table.roles)
    known: dict[tuple[str, str], int] = {}
    said = [known.setdefault(pair, len(known)) for pair in zip(texts, postcodes, strict=True)]
    rows = table.data.num_rows
    uprns = _uprns(table, "uprn")
    if own and sum(map(bool, uprns)) < MOSTLY * rows:
        uprns = tuple("" for _ in range(rows))
    column = table.roles["uprn"] if own and any(uprns) else table.id
    ids = tuple(one or "" for one in ids_of(table.data, column).to_pylist())
    return Records(name, ids, said, tuple(postal.read(*pair) for pair in known), uprns)


def _uprns(table: Table, role: str) -> tuple[str, ...]:
    if role not in table.roles:
        return tuple("" for _ in range(table.data.num_rows))
    texts: list[str | None] = texts_of(table.data[table.roles[role]]).to_pylist()
    return tuple(identifiers.normal_uprn(text) or "" if text else "" for text in texts)


def _places(listed: Records, table: Table) -> Gazetteer:
    readings = [listed.addresses[at] for at in listed.said]
    if any(listed.uprns):
        keys = [uprn or f"row {row}" for row, uprn in enumerate(listed.uprns)]
        return gazetteer(readings, keys=keys, parents=_uprns(table, "parent_uprn"))
    found = gazetteer(readings)
    return merged(found, placing.doubles(found))


def _decide(
    others: Sequence[Records],
    places: Gazetteer,
    of_uprn: Mapping[str, int],
    *,
    line: float,
    seed: int,
) -> tuple[tuple[Decided, ...], Trial]:
    """Looks up each different address once; and once more where a UPRN stands beside it."""
    known: dict[Reading, int] = {}
    counts: list[int] = []
    mine: list[list[int]] = []
    for records in others:
        numbers = [known.setdefault(one, len(known)) for one in records.addresses]
        counts += [0] * (len(known) - len(counts))
        for at in records.said:
            counts[numbers[at]] += 1
        mine.append([numbers[at] for at in records.said])
    addresses = list(known)
    alone = [placing.place(one, places) for one in addresses]
    trial = held_out.trial(addresses, alone, counts, places, line=line, seed=seed)
    made = []
    for records, numbers in zip(others, mine, strict=True):
        said = [of_uprn.get(uprn, -1) for uprn in records.uprns]
        verdicts = [
            placing.place(addresses[number], places, said=own) if own >= 0 else alone[number]
            for number, own in zip(numbers, said, strict=True)
        ]
        chance = np.array(
            [
                _chance(trial, addresses[number], verdict, said=own)
                for number, verdict, own in zip(numbers, verdicts, said, strict=True)
            ]
        )
        found = np.array([verdict.what == FOUND for verdict in verdicts], dtype=bool)
        made.append(Decided(records, tuple(verdicts), chance, found & (chance >= line)))
    return tuple(made), trial


def _chance(trial: Trial, address: Reading, verdict: Verdict, *, said: int) -> float:
    if verdict.what == NOTHING or not verdict.places:
        return float("nan")
    if verdict.what == FOUND and verdict.places == (said,):
        return SURE_AT_MOST
    way = (held_out.kind_of(address), held_out.way(verdict.pattern))
    share = trial.chance.get(way, float("nan")) * (1 - trial.slips)
    return share / len(verdict.places)


def _precision(
    decided: Sequence[Decided], trial: Trial, level: float
) -> tuple[float, float, float]:
    """Of the links, how many are right: their chances together, with an interval of chance."""
    chances = np.concatenate([one.chance[one.accepted] for one in decided] or [np.zeros(0)])
    if not len(chances):
        return 0.0, 0.0, 1.0
    value = float(chances.mean())
    rare = (1 - value + 1 / max(trial.tried, 1)) * value / max(trial.tried, 1)
    wide = normal_quantile(level) * float(np.sqrt(rare))
    return value, max(0.0, value - wide), min(1.0, value + wide)


def unlisted(found: Placed) -> dict[tuple[str, int], str]:
    """Records without a place whose addresses are one: table and row to the first one's name."""
    first: dict[object, str] = {}
    made = {}
    for decided in found.decided:
        records = decided.records
        for row, verdict in enumerate(decided.verdicts):
            if decided.accepted[row]:
                continue
            own = f"{records.name}:{records.ids[row]}"
            key = identity(records.addresses[records.said[row]][0])
            whole = verdict.what == NOTHING and key and key[0]
            made[records.name, row] = first.setdefault(key, own) if whole else own
    return made
