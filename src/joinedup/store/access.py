"""The handle a step is given: an engine minus everything the step did not declare.

Whether it may have those columns was decided before, by `govern.allow`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Protocol

import pyarrow as pa
from sqlglot import exp, parse
from sqlglot.errors import ParseError

from joinedup.core.errors import ColumnsNotCovered, ProjectError
from joinedup.store.engine import (
    DIALECT,
    Calculates,
    DuckDB,
    Granted,
    Limits,
    engine,
    own_names,
    split_name,
)
from joinedup.store.spark import Spark, spark


class Calculator(Protocol):
    """What a SELECT is handed to: `DuckDB` or `Spark`, with the granted relations and no others."""

    def rows(self, select: exp.Query, *, step: str) -> pa.Table:
        """Its rows, in no promised order."""

    def interrupt(self) -> None:
        """Break off what it is at."""


class Access:
    """Declared columns of declared tables, and nothing else.

    1. `columns(table)` names what may be read.
    2. `table(...)` and `query(...)` give Arrow tables in no promised order: sort explicitly.
    3. Asking for a table or column outside the grant raises `ColumnsNotCovered`.
    4. What the engine cannot work out raises `MethodError`, which repeats no cell.
    """

    def __init__(
        self,
        calculator: Calculator,
        grants: Mapping[str, Granted],
        *,
        step: str,
        purpose: str,
    ) -> None:
        self._calculator = calculator
        self._grants = MappingProxyType(dict(grants))
        self._step, self._purpose = step, purpose

    @property
    def tables(self) -> tuple[str, ...]:
        """The granted tables, sorted."""
        return tuple(sorted(self._grants))

    def columns(self, table: str) -> tuple[str, ...]:
        """The granted columns of one table, in the order they were declared."""
        if table not in self._grants:
            raise self._refusal([table])
        return self._grants[table].columns

    def table(self, name: str, columns: tuple[str, ...] | None = None) -> pa.Table:
        """Every row of the granted columns, or of those named."""
        granted = self.columns(name)
        asked = granted if columns is None else columns
        missing = [f"{name}.{column}" for column in asked if column not in granted]
        if missing:
            raise self._refusal(missing)
        schema, short = split_name(name)
        chosen = (exp.column(column, quoted=True) for column in asked)
        return self._rows(exp.select(*chosen).from_(exp.table_(short, db=schema, quoted=True)))

    def query(self, select: exp.Query) -> pa.Table:
        """The rows of one SELECT over granted tables, as a tree (never text from a user)."""
        strangers = sorted(set(tables_read(select)) - set(self._grants))
        if strangers:
            raise self._refusal(strangers)
        return self._rows(select)

    def interrupt(self) -> None:
        """Break off what the engine is at, from another thread; it raises where it was called."""
        self._calculator.interrupt()

    def _rows(self, select: exp.Query) -> pa.Table:
        return self._calculator.rows(select, step=self._step)

    def _refusal(self, columns: list[str]) -> ColumnsNotCovered:
        return ColumnsNotCovered(self._step, self._purpose, columns)


@contextmanager
def open_access(
    grants: Mapping[str, Granted],
    *,
    step: str,
    purpose: str,
    limits: Limits | None = None,
    calculates: Calculates = "duckdb",
) -> Iterator[Access]:
    """An Access over these grants, for as long as the block lasts."""
    if calculates == "spark":
        with spark(grants, limits) as session:
            yield Access(Spark(session, tuple(grants)), grants, step=step, purpose=purpose)
    else:
        with engine(grants, limits) as connection:
            yield Access(DuckDB(connection), grants, step=step, purpose=purpose)


def one_select(sql: str, *, where: str) -> exp.Query:
    """The tree of a text that is one SELECT and nothing else.

    Raises:
        ProjectError: it does not parse, is not exactly one statement, or is not a SELECT.
    """
    try:
        statements = [statement for statement in parse(sql, dialect=DIALECT) if statement]
    except ParseError as error:
        line = error.errors[0].get("line", 0) if error.errors else 0
        raise ProjectError(
            f"the SQL does not parse (near line {line}).",
            fix="write one SELECT in DuckDB's dialect.",
            where=where,
        ) from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise ProjectError(
            f"a definition is one SELECT; this holds {len(statements)} statements"
            f" ({', '.join(type(one).__name__.upper() for one in statements) or 'none'}).",
            fix="keep one SELECT and move the rest to definitions of their own.",
            where=where,
        )
    tree = statements[0]
    _refuse_reach(tree, where=where)
    return tree


def tables_read(tree: exp.Query) -> tuple[str, ...]:
    """The tables a SELECT reads, as `schema.name`, without the names it gives to its own parts."""
    names = set()
    for table in tree.find_all(exp.Table):
        name = ".".join(part.name for part in table.parts)
        if name not in own_names(table):
            names.add(name)
    return tuple(sorted(names))


REACHING = (exp.Command, exp.Insert, exp.Update, exp.Delete, exp.Create, exp.Drop, exp.Into)


def _refuse_reach(tree: exp.Query, *, where: str) -> None:
    """A SELECT may not read files, call table functions or write."""
    reaching = [node for node in tree.walk() if isinstance(node, REACHING)]
    functions = [
        table for table in tree.find_all(exp.Table) if not isinstance(table.this, exp.Identifier)
    ]
    if reaching or functions:
        raise ProjectError(
            "the SELECT reads a file, calls a table function or writes.",
            fix="read tables of the lake by name, such as admitted.visits.",
            where=where,
        )
