"""What would be found, had the same records been linked as they could as well have been?

A linkage gives a table `doubt`: the pairs that could be drawn otherwise, with their chance. Any
method that reads who is who (a table with the columns table, id and entity) is run again on
entities drawn from it, and what it estimates carries the doubt of both.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from joinedup.core.errors import MethodError, Problem
from joinedup.stats.arrays import Ints
from joinedup.stats.redrawn import Beyond, redrawn

DRAWS = 20
ENTITY = ("table", "id", "entity")
BEYOND = ("missed", "missed_off", "wrong", "wrong_off")
DOUBT = ("table_l", "id_l", "table_r", "id_r", "probability", *BEYOND)
Run = Callable[[Mapping[str, pa.Table]], Any]
"""A method on tables of these names; gives its Output."""


def in_doubt(run: Run, tables: Mapping[str, pa.Table], doubt: pa.Table, *, seed: int = 0) -> Any:
    """What a method gives on its tables, its estimates with the doubt of the linkage.

    Args:
        run: the method on tables of these names.
        tables: as given; those with table, id and entity are drawn anew.
        doubt: from a linkage, as `DOUBT`.
        seed: of the draws.

    Raises:
        MethodError: there is no table of entities, or the doubt is of other records.
    """
    linked = entities_of(tables, doubt)
    main = run(tables)
    drawn = [
        run({**tables, **{name: one[name] for name in linked}})
        for one in draws({name: tables[name] for name in linked}, doubt, seed=seed)
    ]
    return main.over(drawn)


def entities_of(tables: Mapping[str, pa.Table], doubt: pa.Table) -> tuple[str, ...]:
    """The tables that say who is who.

    Raises:
        MethodError: there is none, or the doubt lacks a column.
    """
    linked = tuple(name for name, one in tables.items() if set(ENTITY) <= set(one.column_names))
    problems = [
        Problem(
            "linkage",
            f"there is no column {name}.",
            "give the table doubt that the linkage wrote.",
        )
        for name in DOUBT
        if name not in doubt.column_names
    ]
    if not linked:
        problems.append(
            Problem(
                "linkage",
                "no table that the method reads says who is who.",
                "give it a table with the columns table, id and entity, such as entities.",
            )
        )
    if problems:
        raise MethodError.of(problems)
    return linked


def draws(
    linked: Mapping[str, pa.Table], doubt: pa.Table, *, seed: int
) -> Iterator[dict[str, pa.Table]]:
    """The tables of entities as they could as well be, `DRAWS` times.

    Raises:
        MethodError: the doubt is of other records than these tables hold.
    """
    for one in zip(
        *(_drawn(name, table, doubt, seed) for name, table in linked.items()), strict=True
    ):
        yield dict(zip(linked, one, strict=True))


def _drawn(name: str, table: pa.Table, doubt: pa.Table, seed: int) -> Iterator[pa.Table]:
    sides = [_cells(table, column) for column in ENTITY]
    place = {record: at for at, record in enumerate(zip(sides[0], sides[1], strict=True))}
    left, right = (_places(doubt, side, place, of=name) for side in "lr")
    entity = _first(sides[2])
    source = np.unique(np.array(sides[0]), return_inverse=True)[1].astype(np.int64)
    chance = np.asarray(doubt["probability"], dtype=float)
    rows = doubt.slice(0, 1).to_pylist()
    beyond = Beyond(**{each: float(rows[0][each]) for each in BEYOND}) if rows else Beyond()
    at = table.column_names.index("entity")
    for draw in range(DRAWS):
        rng = np.random.default_rng([seed, draw])
        made = redrawn(entity, (left, right, chance), source, beyond=beyond, rng=rng)
        names = [
            sides[2][first] if entity[first] == first else f"{sides[2][first]}~{first}"
            for first in made.tolist()
        ]
        yield table.set_column(at, "entity", pa.array(names, pa.string()))


def _cells(table: pa.Table, column: str) -> list[Any]:
    return list(table[column].cast(pa.string()).to_pylist())


def _places(doubt: pa.Table, side: str, place: Mapping[tuple[str, str], int], *, of: str) -> Ints:
    """Which rows of the entities one record of each pair is, shape (pairs,)."""
    asked = zip(_cells(doubt, f"table_{side}"), _cells(doubt, f"id_{side}"), strict=True)
    found = np.array([place.get(one, -1) for one in asked], dtype=np.int64)
    if (found < 0).any():
        raise MethodError(
            f"{int((found < 0).sum()):,} records of the doubt are not in {of}.",
            fix="give the entities and the doubt of one linkage.",
            where="linkage",
        )
    return found


def _first(entity: list[Any]) -> Ints:
    """Of each record, the place of the first of its entity, shape (records,)."""
    first: dict[Any, int] = {}
    return np.array([first.setdefault(one, at) for at, one in enumerate(entity)], dtype=np.int64)
