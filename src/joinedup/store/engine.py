"""What calculates: an in-memory DuckDB that can reach nothing it was not handed.

DuckDB is a calculator, never the truth: the truth is Parquet in the lake and rows in the records.
"""

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
from sqlglot import exp

from joinedup.core.errors import MethodError

if TYPE_CHECKING:
    import duckdb
    import pyarrow.dataset as ds

Calculates = Literal["duckdb", "spark"]
DIALECT = "duckdb"
PART = re.compile(r"[a-z][a-z0-9_]*")
MEMORY_SHARE = 0.6
NOTHING = "nothing"
"""The column of a table of which only the number of rows was granted."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one calculation may use.

    Attributes:
        threads: of the engine.
        memory: as DuckDB writes it, `4GB`; a share of the machine if empty.
        spill: most it may write to its temporary folder, as DuckDB writes it.
    """

    threads: int = field(default_factory=lambda: os.cpu_count() or 1)
    memory: str = ""
    spill: str = "20GB"


@dataclass(frozen=True, slots=True)
class Granted:
    """One table as a step may see it: the data, and the columns it may read."""

    data: "pa.Table | ds.Dataset"
    columns: tuple[str, ...]


def failed(kind: str, *, step: str) -> MethodError:
    """Why the engine gave up, without its own words."""
    what, fix = FAILURES.get(kind, ("does not fit its tables", "look at the SQL of the step"))
    return MethodError(f"the step's SQL {what} ({kind}).", fix=f"{fix}.", where=step)


FAILURES: Mapping[str, tuple[str, str]] = {
    "OutOfMemoryException": (
        "needs more memory or room to spill than the engine may have",
        "join or count less at once, or run it on a machine with more memory",
    ),
    **dict.fromkeys(
        (
            *("ConversionException", "InvalidInputException", "OutOfRangeException"),
            *("ArithmeticException", "NumberFormatException", "DateTimeException"),
        ),
        (
            "cannot be worked out for at least one row",
            "use try_cast for what may be of another type, and leave out rows that cannot be used",
        ),
    ),
}
"""Kinds of the engines' errors that have a way out of their own: what is wrong, what would do."""


@dataclass(frozen=True, slots=True)
class DuckDB:
    """A calculator: one SELECT in, its rows out."""

    connection: "duckdb.DuckDBPyConnection"

    def rows(self, select: exp.Query, *, step: str) -> pa.Table:
        """The rows of a SELECT, in no promised order.

        Raises:
            MethodError: it cannot be worked out.
        """
        import duckdb  # noqa: PLC0415 - heavy; loaded already where there is a connection

        try:
            result: pa.Table = self.connection.sql(select.sql(dialect=DIALECT)).to_arrow_table()
        except duckdb.InterruptException:
            raise
        except duckdb.Error as error:
            # `from None`: the engine's words repeat the cell that it could not work with.
            raise failed(type(error).__name__, step=step) from None
        return result

    def interrupt(self) -> None:
        """Break off what it is at; it raises where it was called."""
        self.connection.interrupt()


def quoted(name: str) -> str:
    """An SQL identifier, quoted: the one place where a name becomes SQL text."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def split_name(table: str) -> tuple[str, str]:
    """`admitted.visits` as (schema, name); a bare name lives in `main`.

    Raises:
        MethodError: the name is not one or two plain words.
    """
    schema, _, name = table.rpartition(".")
    schema = schema or "main"
    if not PART.fullmatch(schema) or not PART.fullmatch(name):
        raise MethodError(
            f"'{table}' is not a table's name.",
            fix="use small letters, digits and underscores, as in derived.features.",
        )
    return schema, name


def own_names(table: exp.Table) -> set[str]:
    """The names that the WITH of a query around this table gives: elsewhere they mean nothing."""
    names, around = set(), table.parent
    while around is not None:
        given = getattr(around, "ctes", None) or ()
        names |= {cte.alias_or_name for cte in given}
        around = around.parent
    return names


@contextmanager
def engine(
    tables: Mapping[str, Granted], limits: Limits | None = None
) -> "Iterator[duckdb.DuckDBPyConnection]":
    """A locked-down connection whose views show the granted columns of the granted tables.

    1. No file, network address, extension or Python variable can be reached from SQL.
    2. Its settings cannot be changed from SQL.
    3. It spills into a folder of its own, which is gone afterwards.
    """
    import duckdb  # noqa: PLC0415 - heavy; needed only when something is calculated

    limits = limits or Limits()
    with tempfile.TemporaryDirectory(prefix="joinedup-") as spill:
        connection = duckdb.connect(":memory:", config=_settings(limits, Path(spill)))
        try:
            for number, (table, granted) in enumerate(sorted(tables.items())):
                _show(connection, f"_source_{number}", table, granted)
            connection.execute("set enable_progress_bar = false")
            connection.execute("set enable_external_access = false")
            connection.execute("set lock_configuration = true")
            yield connection
        finally:
            connection.close()


def _settings(limits: Limits, spill: Path) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "threads": limits.threads,
        "temp_directory": str(spill),
        "max_temp_directory_size": limits.spill,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,
        "allow_community_extensions": False,
        "memory_limit": limits.memory or f"{machine_gigabytes() * MEMORY_SHARE:.1f}GB",
    }
    return settings


def machine_gigabytes() -> float:
    """The memory of this machine, in gigabytes of 10^9 bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def _show(
    connection: "duckdb.DuckDBPyConnection", source: str, table: str, granted: Granted
) -> None:
    schema, name = split_name(table)
    connection.register(source, only_granted(granted))
    connection.execute(f"create schema if not exists {quoted(schema)}")
    columns = ", ".join(quoted(column) for column in granted.columns) or NOTHING
    view = f"{quoted(schema)}.{quoted(name)}"
    connection.execute(f"create view {view} as select {columns} from {quoted(source)}")


def only_granted(granted: Granted) -> "pa.Table | ds.Dataset":
    """The data without the columns that were not granted.

    A view alone would not do: whoever finds a way to the source behind it must find no more there.
    """
    data, columns = granted.data, list(granted.columns)
    if not columns:
        rows = data.num_rows if isinstance(data, pa.Table) else data.count_rows()
        return pa.table({NOTHING: pa.nulls(rows, pa.int8())})
    if isinstance(data, pa.Table):
        return data.select(columns)
    return data.replace_schema(pa.schema([data.schema.field(column) for column in columns]))
