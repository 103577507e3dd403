"""Small invented tables with known truth."""

from typing import Any

import pyarrow as pa

from joinedup import link


def linked(tables: dict[str, Any], **settings: Any) -> Any:
    """Link people with nothing set but what is given."""
    return link.people(tables=tables, **settings)


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
