"""Whose is each row: by a reference of the person, by an earlier linkage, or linked now?"""

from collections.abc import Mapping

import pyarrow as pa

from joinedup.core.errors import MethodError
from joinedup.link import linking, splinked
from joinedup.link.home_columns import PEOPLE, PLACE
from joinedup.link.home_words import Texts
from joinedup.link.standard import ids_of, texts_of

Columns = Mapping[str, Mapping[str, str]]
ENTITIES = ("table", "id", "entity")


def persons_of(
    tables: Mapping[str, pa.Table],
    columns: Columns,
    ids: Mapping[str, str],
    entities: pa.Table | None,
    *,
    seed: int,
) -> tuple[dict[str, Texts], str]:
    """Who each row is of, by table; and how that is known, in words.

    Args:
        tables: by name.
        columns: of each, role to column.
        ids: of each, the column that names a row; its number if empty.
        entities: `table`, `id`, `entity`, as `link.people` gives; None if nobody has linked.
        seed: of the linkage.

    Raises:
        MethodError: the entities name no record of these tables.
    """
    if entities is not None:
        return _before(tables, ids, entities), "by the entities that were given"
    if all("person" in columns[name] for name in tables):
        named = {
            name: texts_of(table[columns[name]["person"]]).to_pylist()
            for name, table in tables.items()
        }
        return named, "by the person's reference in each table"
    return _now(tables, columns, ids, seed=seed), "linked here, as link.people does"


def _before(
    tables: Mapping[str, pa.Table], ids: Mapping[str, str], entities: pa.Table
) -> dict[str, Texts]:
    told = [texts_of(entities[column]).to_pylist() for column in ENTITIES]
    known = {(name, called): entity for name, called, entity in zip(*told, strict=True)}
    made: dict[str, Texts] = {}
    for name, table in tables.items():
        called = ids_of(table, ids[name]).to_pylist()
        made[name] = [known.get((name, one), f"{name}:{one}") for one in called]
    if not any(name in tables for name in told[0]):
        raise MethodError(
            "the entities name none of the tables.",
            fix="give the tables the names they had when they were linked: --table NAME=FILE.",
            where="entities",
        )
    return made


def _now(
    tables: Mapping[str, pa.Table], columns: Columns, ids: Mapping[str, str], *, seed: int
) -> dict[str, Texts]:
    """A number of the person that a table has is compared like any other."""
    made = {}
    for name, table in tables.items():
        roles = {
            role: column for role, column in columns[name].items() if role in {*PEOPLE, *PLACE}
        }
        made[name] = linking.Table(data=table, roles=roles, id=ids[name])
    records = linking.records_of(made)
    with splinked.on("duckdb") as engine:
        linked = linking.link(records, engine=engine, seed=seed, level=0.95)
    first = pa.array(linked.entity)
    lists, called = records.tables.take(first).to_pylist(), records.ids.take(first).to_pylist()
    named = [f"{one}:{other}" for one, other in zip(lists, called, strict=True)]
    given: dict[str, Texts] = {}
    start = 0
    for name, table in tables.items():
        given[name] = list(named[start : start + table.num_rows])
        start += table.num_rows
    return given
