"""Whom does each count of a result count, told in one numbering for the whole office?

Everybody who was ever counted in a release has a bit under a keyed hash of who they are: the same
person the same bit, in every step and every year.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.errors import Problem, ReleaseError
from joinedup.govern.disclosure.behind import Place, Stands
from joinedup.govern.disclosure.differencing import Words, packed
from joinedup.govern.disclosure.within import left_out
from joinedup.govern.release import Counted
from joinedup.office import behind
from joinedup.office.house import Office
from joinedup.records import keyring
from joinedup.result.blocks import Hidden, Table
from joinedup.result.model import Members, Result

INDEX = "behind.released_index"
KEY, ROUNDING = "index of what was released", "rounding of counts"
KEY_BYTES = 16
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Population:
    """Who is in each count of a result.

    Attributes:
        index: the keys of everybody ever counted, in the order of their bits.
        cells: place of each count above 0 to the bits of those it counts, totals first; without
            those that a score chose, whom nobody outside can tell.
        counted: the same as the gate wants it: how many, which must be hidden beside others.
    """

    index: pa.Array
    cells: Mapping[Place, Words]
    counted: Counted


def population(office: Office, result: Result) -> Population:
    """Whom the counts of a result count.

    Raises:
        ReleaseError: nothing says whom a count is of; every table at once.
    """
    found = list(_counts(office, result))
    if problems := [one for one in found if isinstance(one, Problem)]:
        raise ReleaseError.of(problems)
    counts = [one for one in found if isinstance(one, _Count)]
    index, hashed = _index(office, [one.members for one in counts])
    cells: dict[Place, Words] = {}
    stands: dict[Place, Stands] = {}
    for one in counts:
        keys = hashed[id(one.members.units)]
        if one.place[1:] not in one.members.scored:
            cells[one.place] = packed(keys.place[one.mask], persons=len(index))
        stands[one.place] = _stands(one.members, one.mask, keys)
    secret = keyring.key(office.home, ROUNDING).secret
    order = _order(cells, behind.tables_of(result))
    ordered = {place: cells[place] for place in order}
    return Population(index, ordered, Counted(behind=stands, secret=secret))


def shown(people: Population, seen: Result) -> dict[Place, Words]:
    """The counts that would be seen, each with the bits of those it counts, in their order."""
    tables = behind.tables_of(seen)
    names = [[column.name for column in table.columns] for table in tables]
    return {
        (table, row, column): bits
        for (table, row, column), bits in people.cells.items()
        if not isinstance(tables[table].rows[row][names[table].index(column)], Hidden)
    }


def without_near(people: Population, seen: Result, *, k: int) -> Population | None:
    """The population with further counts to be hidden beside others; None if none must be."""
    there = shown(people, seen)
    out = left_out(list(there.values()), k=k)
    if not out.any():
        return None
    return hidden_too(people, [place for place, gone in zip(there, out, strict=True) if gone])


def hidden_too(people: Population, places: Iterable[Place]) -> Population:
    """The population with these counts to be hidden beside others."""
    beside = people.counted.beside.union(places)
    return replace(people, counted=replace(people.counted, beside=beside))


@dataclass(frozen=True, slots=True)
class _Count:
    """One count, and the units it is made of."""

    place: Place
    members: Members
    mask: Mask


def _counts(office: Office, result: Result) -> Iterator[_Count | Problem]:
    """Each count above 0 with the units it is made of; else what is wrong with its table."""
    for number, table in enumerate(behind.tables_of(result)):
        counts = [place for place, column in enumerate(table.columns) if column.kind == "count"]
        if table.about != "groups" or not counts:
            continue
        where = behind.Where.of(table.behind)
        members = behind.read(office, where) if where else None
        for row, column in _places(table, counts):
            if members and (row, column) in members.expected:
                continue
            mask = _mask(members, table, row, column) if members else None
            if members is None or mask is None:
                yield _unbacked(table, column)
                break
            yield _Count((number, row, column), members, mask)


def _places(table: Table, counts: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Row and column of each count above 0."""
    for row, cells in enumerate(table.rows):
        for place in counts:
            value = cells[place]
            if isinstance(value, int | float) and value > 0:
                yield row, table.columns[place].name


def _mask(members: Members, table: Table, row: int, column: str) -> Mask | None:
    """Whom a count is made of; of a total, whoever is in one of its rows."""
    own = members.counted.get((row, column))
    if own is not None or not table.total_row or row != len(table.rows) - 1:
        return own
    parts = [mask for (one, name), mask in members.counted.items() if name == column and one < row]
    return np.logical_or.reduce(parts) if parts else None


def _unbacked(table: Table, column: str) -> Problem:
    return Problem(
        f"table '{table.title}', column {column}",
        "nothing says whom it counts, so it cannot be held against what left before.",
        "have the method give the members of its counts, or release it without this table.",
    )


@dataclass(frozen=True, slots=True)
class _Hashed:
    """A list of units under the office's key.

    Attributes:
        place: each unit's bit, shape (units,).
        halves: each unit's key as two numbers, shape (units, 2).
    """

    place: npt.NDArray[np.int64]
    halves: npt.NDArray[np.uint64]


def _index(office: Office, members: Sequence[Members]) -> tuple[pa.Array, dict[int, _Hashed]]:
    """The index with everybody in it, and each list of units placed in it."""
    secret = keyring.key(office.home, KEY).secret
    index = _known(office)
    keys: dict[int, pa.Array] = {}
    for one in members:
        if id(one.units) not in keys:
            keys[id(one.units)] = _keyed(one.units, secret)
    for made in keys.values():
        fresh = pc.unique(made.filter(pc.invert(pc.is_in(made, index))))
        index = pa.concat_arrays([index, fresh])
    return index, {
        which: _Hashed(
            pc.index_in(made, index).to_numpy().astype(np.int64),
            np.frombuffer(b"".join(made.to_pylist()), dtype="<u8").reshape(-1, 2),
        )
        for which, made in keys.items()
    }


def _known(office: Office) -> pa.Array:
    if office.lake.current(INDEX) is None:
        return pa.array([], pa.binary(KEY_BYTES))
    kept = office.lake.read(INDEX).to_table()["who"].combine_chunks()
    return kept.cast(pa.binary(KEY_BYTES))


def _keyed(units: pa.Array, secret: bytes) -> pa.Array:
    made = [
        hashlib.blake2b(unit.encode(), key=secret, digest_size=KEY_BYTES).digest()
        for unit in units.to_pylist()
    ]
    return pa.array(made, pa.binary(KEY_BYTES))


def _stands(members: Members, mask: Mask, keys: _Hashed) -> Stands:
    """How many there are, and a key of the set: a sum of keyed hashes knows no order."""
    homes = None
    if members.households is not None:
        homes = len(pc.unique(members.households.filter(pa.array(mask)).drop_null()))
    together = keys.halves[mask].sum(axis=0, dtype=np.uint64)
    return Stands(persons=int(mask.sum()), households=homes, key=together.tobytes())


def _order(cells: Mapping[Place, Words], tables: Sequence[Table]) -> list[Place]:
    """Totals first, for they are what is asked first; then as a reader meets them."""
    return sorted(cells, key=lambda place: (not _is_total(place, tables), place))


def _is_total(place: Place, tables: Sequence[Table]) -> bool:
    table = tables[place[0]]
    return table.total_row and place[1] == len(table.rows) - 1
