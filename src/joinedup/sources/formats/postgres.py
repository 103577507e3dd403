"""A partner's PostgreSQL: the rows that the dataset's query gives, streamed, read only.

Only the asked columns are named to the database, so no other ever leaves it. Nothing that the
database says is repeated: its messages may hold cells, and its address a password.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from joinedup.core.errors import JoinedupError, ProjectError
from joinedup.core.vocabulary import Layout
from joinedup.sources.delivery import Chunk, Raw, refusal
from joinedup.sources.given import Called

if TYPE_CHECKING:
    from psycopg import Connection, sql

CHUNK_ROWS = 20_000
CONNECT_SECONDS = 10
STATEMENT_SECONDS = 600
OURS = ("42", "25", "0A")
"""Classes of PostgreSQL's codes that blame the query: not known, not read only, not possible."""
CANCELLED = "57014"
AS_TEXT = {
    17: "encode({}, 'hex')",
    # With a `T`, as a workbook's own dates: no agreed date format is mistaken for them.
    1082: "to_json({}::timestamp) #>> '{{}}'",
    1114: "to_json({}) #>> '{{}}'",
    1184: "to_json({}) #>> '{{}}'",
}
"""PostgreSQL's number of a type to how it becomes text (bytea, date, timestamps); else `::text`."""


def open_raw(called: Called, layout: Layout) -> Raw:
    """The query's columns, and the asked ones' rows on demand; a row's line is its number, from 1.

    1. Rows come in the order of their text, so the same content gives the same rows and digest.
    2. The query is a part of one SELECT in a READ ONLY transaction: PostgreSQL refuses all else.

    Raises:
        DeliveryError: the database cannot be reached or breaks off.
        ProjectError: no driver, no address, or PostgreSQL refuses the query.
    """
    sha = hashlib.sha256()
    with _reading(called, layout) as connection:
        kinds = _kinds(connection, layout)

    def chunks(wanted: Sequence[str]) -> Iterator[Chunk]:
        sha.update(json.dumps(list(wanted)).encode())
        places = [[name for name, _ in kinds].index(name) for name in wanted]
        first = 1
        with _reading(called, layout) as connection, connection.cursor("asked") as cursor:
            cursor.execute(_rows(layout, [kinds[place] for place in places]))
            while rows := cursor.fetchmany(CHUNK_ROWS):
                sha.update(_bytes(rows))
                columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
                lines = np.arange(first, first + len(rows), dtype=np.int64)
                first += len(rows)
                yield Chunk(pa.record_batch(columns, list(wanted)), lines)

    return Raw(tuple(name for name, _ in kinds), chunks, digest=sha.hexdigest)


def _bytes(rows: Sequence[Sequence[str | None]]) -> bytes:
    """The rows as one list's inside, so that it does not matter how they come in chunks."""
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return f",{text[1:-1]}".encode()


@contextmanager
def _reading(called: Called, layout: Layout) -> "Iterator[Connection[Any]]":
    """A connection in a transaction that can only read; what goes wrong is told in our words."""
    psycopg = _driver(called)
    address = _address(called, layout)
    try:
        connection = psycopg.connect(
            address, connect_timeout=CONNECT_SECONDS, application_name="joinedup"
        )
    except psycopg.Error as error:
        raise refusal(
            called.name,
            f"the database cannot be reached ({_name(error)}).",
            fix=f"check the address in the environment variable {layout.connection}, the user's"
            " rights, and that the database runs.",
        ) from None
    try:
        with connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.execute(
                f"set local statement_timeout = {STATEMENT_SECONDS * 1000:.0f}".encode()
            )
            connection.execute("set local timezone = 'UTC'")
            yield connection
    except psycopg.Error as error:
        raise _refused(called, error) from None


def _driver(called: Called) -> Any:
    try:
        import psycopg  # noqa: PLC0415 - an extra, asked for only by those who use it
    except ImportError:
        raise ProjectError(
            "the dataset is in a PostgreSQL database, but its driver is not installed.",
            fix="install joinedup[postgres].",
            where=called.name,
        ) from None
    return psycopg


def _address(called: Called, layout: Layout) -> str:
    address = os.environ.get(layout.connection, "") if layout.connection else ""
    if not (address and layout.query.strip()):
        missing = f"the environment variable {layout.connection} is not set."
        raise ProjectError(
            missing if layout.query and layout.connection else "the layout is not complete.",
            fix="name under [layout] as `connection` an environment variable that holds the"
            " database's address, and as `query` the SELECT that gives the rows.",
            where=called.name,
        )
    return address


def _kinds(connection: "Connection[Any]", layout: Layout) -> list[tuple[str, int]]:
    """The query's columns and the numbers of their types; no row is fetched."""
    from psycopg import sql  # noqa: PLC0415 - as above

    with connection.cursor("described") as cursor:
        cursor.execute(sql.SQL("select * from {}").format(_inside(layout)))
        return [(column.name, column.type_code) for column in cursor.description or ()]


def _rows(layout: Layout, kinds: Sequence[tuple[str, int]]) -> "sql.Composed":
    """The asked columns as text, in the order of that text."""
    from psycopg import sql  # noqa: PLC0415 - as above

    asked = [
        sql.SQL(AS_TEXT.get(kind, "{}::text")).format(sql.Identifier(name)) for name, kind in kinds
    ]
    names = [sql.Identifier(f"column{place}") for place in range(len(asked))]
    return sql.SQL("select * from (select {} from {}) as asked order by {}").format(
        sql.SQL(", ").join(
            sql.SQL("{} as {}").format(cells, name)
            for cells, name in zip(asked, names, strict=True)
        ),
        _inside(layout),
        sql.SQL(", ").join(sql.SQL('{} collate "C" nulls first').format(name) for name in names),
    )


def _inside(layout: Layout) -> "sql.Composed":
    """The office's own query as a table; a comment at its end ends with its line."""
    from psycopg import sql  # noqa: PLC0415 - as above

    query = layout.query.strip().rstrip(";")
    return sql.SQL("(") + sql.SQL(query) + sql.SQL("\n) as given")


def _refused(called: Called, error: Any) -> JoinedupError:
    code = error.sqlstate or ""
    if code.startswith(OURS):
        return ProjectError(
            f"PostgreSQL refuses the query ({_name(error)}).",
            fix="mend layout.query: one SELECT, which the user of the address may run.",
            where=called.name,
        )
    if code == CANCELLED:
        what = f"the query took more than {STATEMENT_SECONDS // 60} minutes, or was cancelled."
        return refusal(called.name, what, fix="ask for fewer rows, or for an index.")
    what = f"the database broke off while it was read ({_name(error)})."
    return refusal(called.name, what, fix="deliver it again, or ask the sender.")


def _name(error: Any) -> str:
    """What kind of mistake, in PostgreSQL's own code, without its message."""
    return f"{type(error).__name__} {error.sqlstate or ''}".strip()
