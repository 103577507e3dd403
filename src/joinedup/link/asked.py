"""What is asked of a linkage, and which columns does it read?

Nothing needs saying: which column is which is told by the dataset, or found from names and contents
(`roles`). What a person sets stands before what is found.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from joinedup.core.errors import MethodError, Problem
from joinedup.core.method import Reads
from joinedup.link import roles, standard
from joinedup.link.linking import Table
from joinedup.store.access import Access
from joinedup.store.engine import Calculates

TRUTH, DECIDED, BEFORE = "truth", "decided", "before"
NUMBERED = re.compile("_[0-9]+$")
STRICT = ConfigDict(extra="forbid", frozen=True)


class Layout(BaseModel):
    """Which columns of a table say what."""

    model_config = STRICT

    roles: Mapping[str, str] = Field(default={}, description="Role to column.")
    id: str = Field(default="", description="Column: names the row; its number if empty.")
    source: str = Field(default="", description="Column: which list a row is of; if merged.")
    by: str = Field(default="", description="Column: the group whose error is told apart.")
    kind: str = Field(default="", description="Of source, where the method tells kinds apart.")


class Tables(BaseModel):
    """Any number of tables, of which nothing needs saying."""

    model_config = STRICT

    tables: tuple[str, ...] = Field(
        default=(),
        description="Tables to link; all that are given if empty.",
        json_schema_extra={"role": "tables"},
    )
    id: str = Field(default="", description="Column: names a row, where the found one is wrong.")
    columns: Mapping[str, str] = Field(
        default={}, description="Role to column, where what is found is wrong. Empty: not used."
    )
    layouts: Mapping[str, Layout] = Field(
        default={}, description="Table to its layout; found from declarations, names and contents."
    )


class Scored(Tables):
    """Tables whose links can be held against a truth."""

    truth: str = Field(
        default="",
        description="Table of the truth, if known: two columns of ids, or id and entity.",
        json_schema_extra={"role": "table"},
    )
    level: float = Field(
        default=0.95, gt=0.5, lt=1, description="Coverage of the intervals, 0 to 1."
    )


class Drawn(Scored):
    """As `Scored`, also by group; with samples that a seed draws."""

    by: str = Field(
        default="",
        description="Column of the records or of the truth: groups whose error is told apart.",
    )
    seed: int = Field(default=0, ge=0, description="Of every sample.")


class Spec(Drawn):
    """Who is who, in any number of tables, within and between them."""

    decided: str = Field(
        default="",
        description="Table of what a person decided: pairs that are one, or that are not.",
        json_schema_extra={"role": "table"},
    )
    engine: Calculates = Field(
        default="duckdb",
        description="What compares: duckdb, or spark for what one machine's memory does not hold.",
    )
    before: str = Field(
        default="",
        description="Table `known` that the last run wrote, so that entities keep their names.",
        json_schema_extra={"role": "table"},
    )


Anything = TypeVar("Anything", bound=Tables)


def settle(spec: Spec, tables: Mapping[str, pa.Table], *, kind: str) -> Spec:
    """The same, with the layout of each table: what a person set, then what is found.

    Args:
        spec: as asked.
        tables: each with its rows, or without any where its fields declare what they are.
        kind: `person` or `business`.

    Raises:
        MethodError: a table that is asked for was not given, or what a person set is not there.
    """
    names, beside = named(spec, tables, beside=(TRUTH, DECIDED, BEFORE))
    require_known(spec, tables, names, known=roles.ROLES)
    found = {name: layout_of(spec, tables[name], kind) for name in names}
    return settled(spec, names, found, tables, beside)


def settled(
    spec: Anything,
    names: tuple[str, ...],
    found: Mapping[str, Layout],
    tables: Mapping[str, pa.Table],
    beside: Mapping[str, str],
) -> Anything:
    """The spec with the layouts that were found; a table that stands beside is read whole."""
    whole = {
        name: Layout(roles={column: column for column in tables[name].column_names})
        for name in beside.values()
        if name
    }
    layouts = whole | dict(found) | dict(spec.layouts)
    return spec.model_copy(update={"tables": names, "layouts": layouts, **beside})


def named(
    spec: Tables, tables: Mapping[str, pa.Table], *, beside: Sequence[str], fewest: int = 1
) -> tuple[tuple[str, ...], dict[str, str]]:
    """The tables that are linked, and those that stand beside: setting to table, empty if none.

    Args:
        spec: as asked.
        tables: that were given.
        beside: settings that name a table which is not linked itself; one that is called as its
            setting is taken for it.
        fewest: how many must be linked.

    Raises:
        MethodError: one that is asked for was not given, or there are too few.
    """
    taken = {which: getattr(spec, which) or (which if which in tables else "") for which in beside}
    names = spec.tables or tuple(name for name in tables if name not in taken.values())
    taken = {which: "" if name in names else name for which, name in taken.items()}
    missing = [name for name in (*names, *taken.values()) if name and name not in tables]
    if missing or len(names) < fewest:
        raise MethodError(
            f"no such table was given: {', '.join(missing)}."
            if missing
            else f"it takes {fewest} or more to link, and {len(names)} of them was given.",
            fix="give each with --table NAME=FILE.",
            where="tables",
        )
    return names, taken


def require_known(
    spec: Tables,
    tables: Mapping[str, pa.Table],
    names: Sequence[str],
    *,
    known: Iterable[str],
) -> None:
    """Refuse what a person set and is nowhere: all of it at once.

    Raises:
        MethodError: a role that is none, or a column that no table has.
    """
    there = sorted({column for name in names for column in tables[name].column_names})
    roles_ = sorted(known)
    problems = [
        Problem(
            f"columns.{role}", "is no role.", _near(NUMBERED.sub("", role), roles_, "the roles")
        )
        for role in spec.columns
        if NUMBERED.sub("", role) not in roles_
    ]
    asked = {f"columns.{role}": column for role, column in spec.columns.items()}
    asked["id"] = spec.id
    problems += [
        Problem(setting, f"no table has the column {column}.", _near(column, there, "there are"))
        for setting, column in asked.items()
        if column and column not in there
    ]
    by, truth = getattr(spec, "by", ""), tables.get(getattr(spec, "truth", "") or TRUTH)
    marks = sorted({*there, *(truth.column_names if truth is not None else ())})
    if by and by not in marks:
        problems.append(
            Problem("by", f"no table has the column {by}.", _near(by, marks, "there are"))
        )
    if problems:
        raise MethodError.of(problems)


def _near(word: str, words: Sequence[str], told: str) -> str:
    near = difflib.get_close_matches(word, words, n=1)
    return f"did you mean {near[0]}?" if near else f"{told} {', '.join(words)}."


def layout_of(spec: Spec, table: pa.Table, kind: str) -> Layout:
    """What is found in one table: its roles, id, list and group.

    Args:
        spec: what a person set stands before what is found.
        table: with its rows, or what its fields declare.
        kind: `person` or `business`.
    """
    given = {role: column for role, column in spec.columns.items() if column}
    told = roles.roles_of(table, kind=kind, given=given)
    id_ = id_of(spec, table)
    source = roles.source_of(table)
    silent = {role for role, column in spec.columns.items() if not column}
    kept = {
        role: column
        for role, column in told.items()
        if role not in silent and (column not in {id_, source, spec.by} or role in standard.NUMBERS)
    }
    by = spec.by if spec.by in table.column_names else ""
    return Layout(roles=kept, id=id_, source=source, by=by)


def id_of(spec: Tables, table: pa.Table) -> str:
    """The column that names a row: as a person set it, else as it is found."""
    return spec.id if spec.id in table.column_names else roles.id_of(table)


def reads(spec: Tables) -> Reads:
    """The id, what is compared, and the group; what stands beside as it is."""
    found: dict[str, tuple[str, ...]] = {}
    for name in dict.fromkeys((*spec.tables, *spec.layouts)):
        layout = spec.layouts.get(name, Layout())
        said = (layout.id, layout.source, *layout.roles.values(), layout.by)
        found[name] = tuple(dict.fromkeys(column for column in said if column))
    return found


def in_order(table: pa.Table, layout: Layout) -> pa.Table:
    """The rows in an order of their own, for the engine promises none."""
    by = [layout.id] if layout.id else list(dict.fromkeys(layout.roles.values()))
    return table.sort_by([(column, "ascending") for column in by]) if by else table


def tables_of(spec: Tables, access: Access) -> dict[str, Table]:
    """The tables, with their layouts."""
    made = {}
    for name in spec.tables:
        layout = spec.layouts[name]
        data = in_order(access.table(name), layout)
        made[name] = Table(data=data, roles=layout.roles, id=layout.id, source=layout.source)
    return made


def described(spec: Tables) -> list[tuple[str, str, str]]:
    """Table, what its column says, and the column."""
    rows: list[tuple[str, str, str]] = []
    for name in spec.tables:
        layout = spec.layouts[name]
        if layout.id:
            rows.append((name, "id", layout.id))
        rows += [(name, role.replace("_", " "), column) for role, column in layout.roles.items()]
    return rows
