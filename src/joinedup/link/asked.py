"""What is asked of a linkage, and which columns does it read?

Nothing needs saying: which column is which is told by the dataset, or found from names and contents
(`roles`). What a person sets stands before what is found.
"""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from joinedup.core.errors import MethodError
from joinedup.core.method import Reads
from joinedup.link import roles, standard
from joinedup.link.linking import Table
from joinedup.store.access import Access

TRUTH, DECIDED, BEFORE = "truth", "decided", "before"
BESIDE = (TRUTH, DECIDED, BEFORE)
"""Tables that are not linked themselves: each a setting, and what such a table is called."""


class Layout(BaseModel):
    """Which columns of a table say what."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    roles: Mapping[str, str] = Field(default={}, description="Role to column.")
    id: str = Field(default="", description="Column: names the row; its number if empty.")
    source: str = Field(default="", description="Column: which list a row is of; if merged.")
    by: str = Field(default="", description="Column: the group whose error is told apart.")


class Spec(BaseModel):
    """Who is who, in any number of tables, within and between them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tables: tuple[str, ...] = Field(
        default=(),
        description="Tables to link; all that are given if empty.",
        json_schema_extra={"role": "tables"},
    )
    id: str = Field(default="", description="Column: names a row, where the found one is wrong.")
    columns: Mapping[str, str] = Field(
        default={}, description="Role to column, where what is found is wrong. Empty: not compared."
    )
    layouts: Mapping[str, Layout] = Field(
        default={}, description="Table to its layout; found from declarations, names and contents."
    )
    truth: str = Field(
        default="",
        description="Table of the truth, if known: two columns of ids, or id and entity.",
        json_schema_extra={"role": "table"},
    )
    decided: str = Field(
        default="",
        description="Table of what a person decided: pairs that are one, or that are not.",
        json_schema_extra={"role": "table"},
    )
    before: str = Field(
        default="",
        description="Table `known` that the last run wrote, so that entities keep their names.",
        json_schema_extra={"role": "table"},
    )
    by: str = Field(
        default="",
        description="Column of the records or of the truth: groups whose error is told apart.",
    )
    level: float = Field(
        default=0.95, gt=0.5, lt=1, description="Coverage of the intervals, 0 to 1."
    )
    seed: int = Field(default=0, ge=0, description="Of every sample.")


def settle(spec: Spec, tables: Mapping[str, pa.Table], *, kind: str) -> Spec:
    """The same, with the layout of each table: what a person set, then what is found.

    Args:
        spec: as asked.
        tables: each with its rows, or without any where its fields declare what they are.
        kind: `person` or `business`.

    Raises:
        MethodError: a table that is asked for was not given.
    """
    beside = {which: getattr(spec, which) or which for which in BESIDE}
    names = spec.tables or tuple(name for name in tables if name not in beside.values())
    asked = [name for which in BESIDE if (name := getattr(spec, which))]
    missing = [name for name in (*names, *asked) if name not in tables]
    if missing or not names:
        raise MethodError(
            f"no such table was given: {', '.join(missing) or 'none was named'}.",
            fix="give each with --table NAME=FILE.",
            where="tables",
        )
    found = {name: _layout(spec, tables[name], kind) for name in names}
    layouts = found | dict(spec.layouts)
    given: dict[str, str] = {}
    for which, name in beside.items():
        there = name in tables and name not in names
        given[which] = name if there else ""
        if there:
            layouts[name] = Layout(roles={column: column for column in tables[name].column_names})
    return spec.model_copy(update={"tables": names, "layouts": layouts, **given})


def _layout(spec: Spec, table: pa.Table, kind: str) -> Layout:
    given = {role: column for role, column in spec.columns.items() if column}
    told = roles.roles_of(table, kind=kind, given=given)
    id_ = spec.id if spec.id in table.column_names else roles.id_of(table)
    source = roles.source_of(table)
    silent = {role for role, column in spec.columns.items() if not column}
    kept = {
        role: column
        for role, column in told.items()
        if role not in silent and (column not in {id_, source, spec.by} or role in standard.NUMBERS)
    }
    by = spec.by if spec.by in table.column_names else ""
    return Layout(roles=kept, id=id_, source=source, by=by)


def reads(spec: Spec) -> Reads:
    """The id, what is compared, and the group; the truth if there is one."""
    found: dict[str, tuple[str, ...]] = {}
    beside = [name for which in BESIDE if (name := getattr(spec, which))]
    for name in (*spec.tables, *beside):
        layout = spec.layouts.get(name, Layout())
        named = (layout.id, layout.source, *layout.roles.values(), layout.by)
        found[name] = tuple(dict.fromkeys(column for column in named if column))
    return found


def tables_of(spec: Spec, access: Access) -> dict[str, Table]:
    """The tables, with their layouts."""
    made = {}
    for name in spec.tables:
        layout = spec.layouts[name]
        data = access.table(name)
        data = data.sort_by(layout.id) if layout.id else data  # the engine promises no order
        made[name] = Table(data=data, roles=layout.roles, id=layout.id, source=layout.source)
    return made


def described(spec: Spec) -> list[tuple[str, str, str]]:
    """Table, what its column says, and the column."""
    rows: list[tuple[str, str, str]] = []
    for name in spec.tables:
        layout: Any = spec.layouts[name]
        if layout.id:
            rows.append((name, "id", layout.id))
        rows += [(name, role.replace("_", " "), column) for role, column in layout.roles.items()]
    return rows
