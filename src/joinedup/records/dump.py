"""How do the records leave one database and come into another? As lines of JSON, of one moment.

SQLite and PostgreSQL give the same lines for the same rows, so a home moves from one to the other
by a backup. A dump holds, for each table, a line that names its columns, a line for each row, and
a line with their number and digest.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from joinedup.core.digest import canonical
from joinedup.core.errors import RecordsError

ALIAS = "snapshot"
AT_ONCE = 5_000
PLAIN, JSON, BYTES = "plain", "json", "bytes"
EVENTS, HEAD = "records_ledgerevent", "records_ledgerhead"
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Told:
    """A table of a dump: how many rows, and their digest, the same in every database."""

    table: str
    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class End:
    """Where the ledger of a dump ends."""

    events: int
    head: str


@contextmanager
def snapshot() -> Iterator[str]:
    """One moment of the records, whatever others write meanwhile; gives the name to read it by.

    Readers hold off no writer: SQLite's log and PostgreSQL's versions of rows keep what is read.
    """
    from django.db import DEFAULT_DB_ALIAS, connections  # noqa: PLC0415 - Django, only when needed
    from django.db.transaction import atomic  # noqa: PLC0415 - as above

    beside = connections[DEFAULT_DB_ALIAS].copy(ALIAS)
    beside.settings_dict["OPTIONS"].pop("transaction_mode", None)  # a reader takes no writer's lock
    connections[ALIAS] = beside
    try:
        with atomic(using=ALIAS):
            if beside.vendor == "postgresql":
                with beside.cursor() as cursor:
                    cursor.execute("set transaction isolation level repeatable read, read only")
            yield ALIAS
    finally:
        beside.close()
        del connections[ALIAS]


def write(using: str, put: Callable[[bytes], None]) -> tuple[tuple[Told, ...], End]:
    """Give every row of every table to `put`, a line at a time; the ledger's chain is walked.

    Raises:
        RecordsError: an event does not follow from the one before, or the head is another's.
    """
    told = []
    end = End(0, GENESIS)
    for model in models():
        table, columns = model._meta.db_table, columns_of(model)  # noqa: SLF001 - Django's own way
        put(canonical({"table": table, "columns": columns}).encode())
        rows = model.objects.using(using).order_by("pk").values_list(*(c[0] for c in columns))
        found: Iterable[Sequence[Any]] = rows.iterator(chunk_size=AT_ONCE)
        walk = _Walk()
        if table == EVENTS:
            found = walk.through(found, [column for column, _ in columns])
        told.append(_table(table, columns, found, put))
        end = walk.end if table == EVENTS else end
    _require_head(using, end)
    return tuple(told), end


class _Walk:
    """The chain, walked while its rows pass."""

    def __init__(self) -> None:
        self.end = End(0, GENESIS)

    def through(
        self, rows: Iterable[Sequence[Any]], names: Sequence[str]
    ) -> Iterator[Sequence[Any]]:
        from joinedup.records.ledger import hashed  # noqa: PLC0415 - Django, only when needed

        for row in rows:
            fields = dict(zip(names, row, strict=True))
            written = fields["hash"]
            follows = fields["previous"] == self.end.head and fields["seq"] == self.end.events + 1
            if not follows or hashed(fields) != written:
                raise _unsound(f"event {self.end.events + 1} is not as it was written")
            self.end = End(fields["seq"], written)
            yield row


def _require_head(using: str, end: End) -> None:
    from joinedup.records.models import LedgerHead  # noqa: PLC0415 - as above

    head = LedgerHead.objects.using(using).first()
    if head is None or End(head.seq, head.hash) != end:
        raise _unsound("the head is not that of the last event")


def _unsound(what: str) -> RecordsError:
    return RecordsError(
        f"the ledger is not as it was written: {what}.",
        fix="run `joinedup audit verify`, and restore the last backup that verifies.",
        where="records",
    )


def _table(
    table: str,
    columns: Sequence[tuple[str, str]],
    rows: Iterable[Sequence[Any]],
    put: Callable[[bytes], None],
) -> Told:
    kinds = [kind for _, kind in columns]
    one_form = JSON in kinds
    count, sha = 0, hashlib.sha256()
    for row in rows:
        said = [_said(value, kind) for value, kind in zip(row, kinds, strict=True)]
        line = canonical(said).encode()
        put(line)
        sha.update(canonical(_settled(said)).encode() if one_form else line)
        sha.update(b"\n")
        count += 1
    told = Told(table, count, sha.hexdigest())
    put(canonical({"rows": told.rows, "digest": told.digest}).encode())
    return told


def read(lines: Iterator[bytes]) -> None:
    """Put the rows of a dump into records that hold none, in the caller's transaction.

    Raises:
        RecordsError: the dump is not of a form that is known here.
    """
    for line in lines:
        head = json.loads(line)
        columns = [(name, kind) for name, kind in head["columns"]]
        rows = _rows(lines, [kind for _, kind in columns])
        _fill(head["table"], [name for name, _ in columns], rows)


def _rows(lines: Iterator[bytes], kinds: Sequence[str]) -> Iterator[list[Any]]:
    """The rows of one table, up to the line that ends them."""
    for line in lines:
        row = json.loads(line)
        if isinstance(row, dict):
            return
        yield [_kept(value, kind) for value, kind in zip(row, kinds, strict=True)]
    raise RecordsError(
        "the dump breaks off within a table.", fix="restore another backup.", where="dump"
    )


def _fill(table: str, columns: Sequence[str], rows: Iterator[list[Any]]) -> None:
    from django.db import connection  # noqa: PLC0415 - as above

    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        if table != EVENTS:  # whose triggers refuse it; it is empty, or this is no empty home
            cursor.execute("delete from " + quote(table))
        if connection.vendor == "postgresql":
            _copy(cursor, table, columns, rows)
            return
        named = ", ".join(quote(name) for name in columns)
        marks = ", ".join(["%s"] * len(columns))
        statement = f"insert into {quote(table)} ({named}) values ({marks})"
        while some := list(islice(rows, AT_ONCE)):
            cursor.executemany(statement, some)


def _copy(cursor: Any, table: str, columns: Sequence[str], rows: Iterator[list[Any]]) -> None:
    """PostgreSQL's own way to take many rows; its counters are then set behind the last."""
    from psycopg import sql  # noqa: PLC0415 - an extra, for those who use it

    into = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(row)
    if "id" in columns:
        cursor.execute(
            sql.SQL(
                "select setval(pg_get_serial_sequence({}, 'id'), coalesce(max(id), 1),"
                " max(id) is not null) from {}"
            ).format(sql.Literal(table), sql.Identifier(table))
        )


def is_empty() -> bool:
    """Whether the records that are open hold no event."""
    from joinedup.records.models import LedgerEvent  # noqa: PLC0415 - as above

    return not LedgerEvent.objects.exists()


def models() -> list[Any]:
    """The models of the records, each after those that it refers to."""
    from django.apps import apps  # noqa: PLC0415 - as above

    left = sorted(apps.get_app_config("records").get_models(), key=lambda one: one._meta.db_table)  # noqa: SLF001 - as above
    done: list[Any] = []
    while left:
        ready = [one for one in left if _refers(one) <= {*done, one}]
        done += ready
        left = [one for one in left if one not in ready]
    return done


def columns_of(model: Any) -> list[tuple[str, str]]:
    """The columns of a model, each with how its values are told."""
    from django.db import models as fields  # noqa: PLC0415 - as above

    kinds = {fields.JSONField: JSON, fields.BinaryField: BYTES}
    return [
        (field.attname, next((kinds[one] for one in kinds if isinstance(field, one)), PLAIN))
        for field in model._meta.concrete_fields  # noqa: SLF001 - as above
    ]


def _refers(model: Any) -> set[Any]:
    return {field.related_model for field in model._meta.concrete_fields if field.is_relation}  # noqa: SLF001 - as above


def _said(value: Any, kind: str) -> Any:
    return base64.b64encode(value).decode() if kind == BYTES and value is not None else value


def _kept(value: Any, kind: str) -> Any:
    if kind == JSON:
        return json.dumps(value, ensure_ascii=False)
    return base64.b64decode(value) if kind == BYTES and value is not None else value


def _settled(value: Any) -> Any:
    """One form for what a database may give back in another: 1.0 or 1."""
    match value:
        case bool():
            return value
        case float() if value.is_integer():
            return int(value)
        case Mapping():
            return {str(key): _settled(one) for key, one in value.items()}
        case list():
            return [_settled(one) for one in value]
        case _:
            return value
