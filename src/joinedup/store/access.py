"""The handle a step is given: an engine minus everything the step did not declare.

Whether it may have those columns was decided before, by `govern.allow`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING

import pyarrow as pa
from sqlglot import exp, parse
from sqlglot.errors import ParseError

from joinedup.core.errors import ColumnsNotCovered, MethodError, ProjectError
from joinedup.store.engine import Granted, Limits, engine, quoted, split_name

if TYPE_CHECKING:
    import duckdb

DIALECT = "duckdb"


class Access:
    """Declared columns of declared tables, and nothing else.

    1. `columns(table)` names what may be read.
    2. `table(...)` and `query(...)` give Arrow tables in no promised order: sort explicitly.
    3. Asking for a table or column outside the grant raises `ColumnsNotCovered`.
    4. What the engine cannot work out raises `MethodError`, which repeats no cell.
    """

    def __init__(
        self,
        connection: "duckdb.DuckDBPyConnection",
        grants: Mapping[str, Granted],
        *,
        step: str,
        purpose: str,
    ) -> None:
        self._connection = connection
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
        chosen = ", ".join(quoted(column) for column in asked)
        return self._fetch(f"select {chosen} from {quoted(schema)}.{quoted(short)}")

    def query(self, select: exp.Query) -> pa.Table:
        """The rows of one SELECT over granted tables, as a tree (never text from a user)."""
        strangers = sorted(set(tables_read(select)) - set(self._grants))
        if strangers:
            raise self._refusal(strangers)
        return self._fetch(select.sql(dialect=DIALECT))

    def interrupt(self) -> None:
        """Break off what the engine is at, from another thread; it raises where it was called."""
        self._connection.interrupt()

    def _fetch(self, sql: str) -> pa.Table:
        import duckdb  # noqa: PLC0415 - heavy; loaded already where there is a connection

        try:
            result: pa.Table = self._connection.sql(sql).to_arrow_table()
        except duckdb.InterruptException:
            raise
        except duckdb.Error as error:
            # `from None`: the engine's words repeat the cell that it could not work with.
            raise _failed(type(error).__name__, step=self._step) from None
        return result

    def _refusal(self, columns: list[str]) -> ColumnsNotCovered:
        return ColumnsNotCovered(self._step, self._purpose, columns)


def _failed(kind: str, *, step: str) -> MethodError:
    """Why the engine gave up, without its own words."""
    what, fix = FAILURES.get(kind, ("does not fit its tables", "look at the SQL of the step"))
    return MethodError(f"the step's SQL {what} ({kind}).", fix=f"{fix}.", where=step)


FAILURES: Mapping[str, tuple[str, str]] = {
    "OutOfMemoryException": (
        "needs more memory or room to spill than the engine may have",
        "join or count less at once, or run it on a machine with more memory",
    ),
    **dict.fromkeys(
        ("ConversionException", "InvalidInputException", "OutOfRangeException"),
        (
            "cannot be worked out for at least one row",
            "use try_cast for what may be of another type, and leave out rows that cannot be used",
        ),
    ),
}
"""Kinds of the engine's errors that have a way out of their own: what is wrong, what would do."""


@contextmanager
def open_access(
    grants: Mapping[str, Granted], *, step: str, purpose: str, limits: Limits | None = None
) -> Iterator[Access]:
    """An Access over these grants, for as long as the block lasts."""
    with engine(grants, limits) as connection:
        yield Access(connection, grants, step=step, purpose=purpose)


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
        if name not in _own_names(table):
            names.add(name)
    return tuple(sorted(names))


def _own_names(table: exp.Table) -> set[str]:
    """The names that the WITH of a query around this table gives: elsewhere they mean nothing."""
    names, around = set(), table.parent
    while around is not None:
        given = getattr(around, "ctes", None) or ()
        names |= {cte.alias_or_name for cte in given}
        around = around.parent
    return names


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
