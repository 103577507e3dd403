"""Small invented tables with known truth."""

from typing import Any

import pyarrow as pa

from joinedup import link
from joinedup.link import asked, linking
from joinedup.link.linking import Linked, Records
from joinedup.store.engine import engine


def linked(tables: dict[str, Any], **settings: Any) -> Any:
    """Link people with nothing set but what is given."""
    return link.people(tables=tables, **settings)


def records_of(tables: dict[str, pa.Table], *, kind: str = "person") -> Records:
    """The records as they are compared, with what is found of their columns."""
    spec = asked.settle(asked.Spec(), tables, kind=kind)
    return linking.records_of(
        {
            name: linking.Table(
                data=asked.in_order(tables[name], layout),
                roles=layout.roles,
                id=layout.id,
                source=layout.source,
            )
            for name, layout in ((name, spec.layouts[name]) for name in spec.tables)
        }
    )


def linkage(records: Records, **more: Any) -> Linked:
    """What came of linking them, before any of it is told."""
    from splink import DuckDBAPI

    with engine({}) as connection:
        return linking.link(
            records, engine=lambda: DuckDBAPI(connection=connection), seed=0, level=0.95, **more
        )


def groups(output: Any) -> dict[str, set[tuple[str, str]]]:
    """Entity to its records, each as (table, id)."""
    found: dict[str, set[tuple[str, str]]] = {}
    for row in output.tables["entities"].data.to_pylist():
        found.setdefault(row["entity"], set()).add((row["table"], row["id"]))
    return found


def together(output: Any, one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two records are one entity."""
    return any({one, other} <= group for group in groups(output).values())


def scores(output: Any, what: str = "entities") -> dict[str, float]:
    """The row of the table that holds links against the truth."""
    (table,) = (
        block
        for block in output.result.blocks
        if getattr(block, "title", "") == "Held against the truth"
    )
    names = [column.name for column in table.columns]
    (row,) = (row for row in table.rows if row[0] == what)
    return dict(zip(names, row, strict=True))


def with_rows(table: pa.Table, rows: list[dict[str, Any]]) -> pa.Table:
    """The table and these rows below it."""
    return pa.concat_tables([table, pa.Table.from_pylist(rows, schema=table.schema)])
