"""A second engine behind the same gate: Spark, handed the granted relation and never the tables.

It says the same as DuckDB or it refuses: only the SQL that a suite has held against DuckDB is run,
and how alike two texts are is asked of DuckDB itself, row by row, inside Spark's workers (decision
34: Spark's own functions of these names give other numbers).
"""

import os
import re
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from sqlglot import exp

from joinedup.core.errors import MethodError
from joinedup.store.engine import (
    Granted,
    Limits,
    failed,
    machine_gigabytes,
    only_granted,
    own_names,
    split_name,
)

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

DUCKDBS_OWN = {"jarowinkler_similarity": "double", "damerau_levenshtein": "bigint"}
"""Functions that DuckDB works out for Spark, by their names in Spark's SQL, and what they give."""
MEMORY_SHARE = 0.4
"""Of the machine's memory, for Java; Python's workers are beside it."""
PARTITIONS = 2
"""Pieces of a join for each thread: on one machine, many small ones cost more than they save."""
SIZE = re.compile(r"([0-9.]+) *([KMGT])i?B", re.IGNORECASE)
MEGABYTES = {"K": 1e-3, "M": 1.0, "G": 1e3, "T": 1e6}
LOGS = """\
rootLogger.level = off
rootLogger.appenderRef.nowhere.ref = nowhere
appender.nowhere.type = Null
appender.nowhere.name = nowhere
"""
"""Spark's logs repeat cells that it could not work with."""
PROVEN = (
    *(exp.Select, exp.Union, exp.Subquery, exp.With, exp.CTE, exp.From, exp.Join, exp.Where),
    *(exp.Group, exp.Having, exp.Distinct, exp.Table, exp.TableAlias, exp.Alias, exp.Column),
    *(exp.Identifier, exp.Star, exp.Literal, exp.Boolean, exp.Null, exp.Paren),
    *(exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is),
    *(exp.In, exp.Between, exp.Like, exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.Case, exp.If),
    *(exp.Coalesce, exp.Count, exp.Sum, exp.Min, exp.Max, exp.Lower, exp.Upper),
)
"""What a SELECT may hold that Spark is handed: each is held against DuckDB on drawn queries."""


@dataclass(frozen=True, slots=True)
class Spark:
    """A calculator beside `DuckDB`: the same SELECT, the same rows, or a refusal.

    Attributes:
        tables: that were granted, as a SELECT calls them.
    """

    session: "SparkSession"
    tables: tuple[str, ...]

    def rows(self, select: exp.Query, *, step: str) -> pa.Table:
        """The rows of a SELECT, in no promised order.

        Raises:
            MethodError: it holds what has not been held against DuckDB, or cannot be worked out.
        """
        from pyspark.errors import PySparkException  # noqa: PLC0415 - loaded already

        strange = sorted({one.key for one in select.walk() if not isinstance(one, PROVEN)})
        if strange:
            raise MethodError(
                f"on Spark {', '.join(strange)} is not known to give what DuckDB gives.",
                fix="leave the engine at duckdb, or say it with what both are known to share.",
                where=step,
            )
        text = self._in_its_words(select).sql(dialect="spark")
        try:
            with _quietly():
                return self.session.sql(text).toArrow()
        except PySparkException as error:
            raise failed(type(error).__name__, step=step) from None

    def _in_its_words(self, select: exp.Query) -> exp.Query:
        """The tree with the views in place of the granted tables."""
        tree = select.copy()
        for table in tree.find_all(exp.Table):
            name = ".".join(part.name for part in table.parts)
            if name in self.tables and name not in own_names(table):
                view = exp.to_identifier(view_of(name))
                table.set("alias", exp.TableAlias(this=exp.to_identifier(table.alias_or_name)))
                table.set("this", view)
                table.set("db", None)
        for column in tree.find_all(exp.Column):
            column.set("db", None)
        return tree

    def interrupt(self) -> None:
        """Break off what it is at; it raises where it was called."""
        self.session.sparkContext.cancelAllJobs()


@contextmanager
def spark(
    tables: Mapping[str, Granted] | None = None, limits: Limits | None = None
) -> "Iterator[SparkSession]":
    """A session whose views show the granted columns of the granted tables.

    1. Where this process holds a session already, that one's machines calculate, and it stays open;
       views are seen in a session beside it alone.
    2. Else Spark runs on this machine: it listens here only, has no page, writes no log, and what
       it puts aside is encrypted in a folder of its own, which is gone afterwards.

    Raises:
        MethodError: Spark or Java is not there, or does not start.
    """
    with ExitStack() as undo:
        session = _session_beside() or undo.enter_context(_local(limits or Limits()))
        undo.callback(forget, session)
        for name, gives in DUCKDBS_OWN.items():
            session.udf.register(name, _by_duckdb(name, gives))
        for table, granted in (tables or {}).items():
            data = only_granted(granted)
            plain = _plain(data if isinstance(data, pa.Table) else data.to_table())
            with _quietly():
                session.createDataFrame(plain).createOrReplaceTempView(view_of(table))
        yield session


def view_of(table: str) -> str:
    """What a granted table is called inside Spark, whose views have no schema."""
    schema, name = split_name(table)
    return f"granted_{len(schema)}_{schema}_{name}"


def forget(session: "SparkSession") -> None:
    """Let go of every view of a session, and of what was kept of it."""
    for one in session.catalog.listTables():
        if one.isTemporary:
            session.table(one.name).unpersist()
            session.catalog.dropTempView(one.name)


def _session_beside() -> "SparkSession | None":
    if sys.modules.get("pyspark") is None:
        return None
    from pyspark.errors import PySparkException  # noqa: PLC0415 - loaded already
    from pyspark.sql import SparkSession  # noqa: PLC0415 - loaded already

    try:
        return SparkSession.active().newSession()
    except PySparkException:
        return None


@contextmanager
def _local(limits: Limits) -> "Iterator[SparkSession]":
    with tempfile.TemporaryDirectory(prefix="joinedup-") as folder:
        session = _started(_settings(limits, Path(folder)))
        try:
            yield session
        finally:
            session.stop()


def _started(settings: Mapping[str, str]) -> "SparkSession":
    """A session of its own on this machine.

    Raises:
        MethodError: Spark or Java is not there, or does not start.
    """
    java = Path(os.environ.get("JAVA_HOME", ""), "bin", "java")
    missing = "" if java.is_file() or shutil.which("java") else "Java is not on this machine"
    try:
        from pyspark.errors import PySparkException  # noqa: PLC0415 - heavy, and an extra
        from pyspark.sql import SparkSession  # noqa: PLC0415 - heavy, and an extra
    except ModuleNotFoundError:
        missing = "Spark is not installed"
    if missing:
        raise _absent(missing)
    builder = SparkSession.builder
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        with _workers_of_this_python(), _quietly():
            return builder.getOrCreate()
    except PySparkException as error:
        raise _absent(f"Spark does not start ({type(error).__name__})") from None


def _absent(what: str) -> MethodError:
    return MethodError(
        f"{what}.",
        fix="install joinedup[spark] and Java 17 or later, or leave the engine at duckdb.",
        where="engine",
    )


def _settings(limits: Limits, folder: Path) -> dict[str, str]:
    logs = folder / "log4j2.properties"
    logs.write_text(LOGS, encoding="utf-8")
    pieces = str(PARTITIONS * limits.threads)
    return {
        "spark.app.name": "joinedup",
        "spark.master": f"local[{limits.threads}]",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": f"{_megabytes(limits.memory):.0f}m",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={logs}",
        "spark.log.level": "OFF",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.default.parallelism": pieces,
        "spark.sql.shuffle.partitions": pieces,
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.runSQLOnFiles": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.local.dir": str(folder),
        "spark.io.encryption.enabled": "true",
    }


def _megabytes(memory: str) -> float:
    """As DuckDB writes a size, `4GB`; a share of the machine's if empty."""
    said = SIZE.fullmatch(memory)
    if said is None:
        return machine_gigabytes() * MEMORY_SHARE * MEGABYTES["G"]
    return float(said[1]) * MEGABYTES[said[2].upper()]


@contextmanager
def _workers_of_this_python() -> Iterator[None]:
    """Spark takes the first `python3` it finds, unless the environment says which."""
    before = os.environ.get("PYSPARK_PYTHON")
    os.environ["PYSPARK_PYTHON"] = before or sys.executable
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYSPARK_PYTHON"]


@contextmanager
def _quietly() -> Iterator[None]:
    """No words of Spark's own: its log repeats cells, and it warns of a pandas not used here."""
    from pyspark.logger import PySparkLogger  # noqa: PLC0415 - heavy, and an extra

    PySparkLogger.getLogger("SQLQueryContextLogger").disabled = True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


def _plain(table: pa.Table) -> pa.Table:
    """The same cells in types that Spark has: no codes for texts, no number without a sign."""
    fields = []
    for field in table.schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        fields.append(field.with_type(SIGNED.get(str(kind), kind)))
    return table.cast(pa.schema(fields))


SIGNED = {
    "uint8": pa.int16(),
    "uint16": pa.int32(),
    "uint32": pa.int64(),
    "uint64": pa.decimal128(20, 0),
}


def _by_duckdb(function: str, gives: str) -> Any:
    """A function of two texts that Spark's workers ask DuckDB for, many rows at a time."""
    from pyspark.sql.functions import arrow_udf  # noqa: PLC0415 - heavy, and an extra

    def alike(left: pa.Array, right: pa.Array) -> pa.Array:
        return asked_of_duckdb(function, left, right)

    alike.__annotations__ = {"left": pa.Array, "right": pa.Array, "return": pa.Array}
    return arrow_udf(alike, gives)


def asked_of_duckdb(function: str, left: pa.Array, right: pa.Array) -> pa.Array:
    """What DuckDB's function gives of each two texts, in their order.

    >>> left, right = pa.array(["anna", None]), pa.array(["anan", "b"])
    >>> asked_of_duckdb("damerau_levenshtein", left, right).to_pylist()
    [1, None]
    """
    tree = exp.select(exp.func(function, exp.column("l"), exp.column("r"))).from_("pairs")
    connection = _own_duckdb()
    connection.register("pairs", pa.table({"l": left, "r": right}))
    found = connection.sql(tree.sql(dialect="duckdb")).to_arrow_table()
    return found.column(0).combine_chunks()


@cache
def _own_duckdb() -> Any:
    """One to a worker; a single thread keeps the order of rows."""
    import duckdb  # noqa: PLC0415 - heavy

    return duckdb.connect(":memory:", config={"threads": 1})
