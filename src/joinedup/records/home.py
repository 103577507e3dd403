"""Where are the records? One folder, or the PostgreSQL that DATABASE_URL names.

Nothing of Django is imported before `connect` is called.
"""

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from joinedup.core.errors import ProjectError, RecordsError, RecordsUnavailable

FILE = "records.sqlite3"
LOCK = ".lock"
URL = "DATABASE_URL"
WAIT_SECONDS = 3
"""So long a command waits for another's writing, or for a database to answer, before it refuses."""
ADVISORY_LOCK = 0x6A6F696E  # "join": any number that every Joinedup agrees on
PRAGMAS = "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL"
_CONNECTED: list[Path] = []


def connect(home: Path) -> None:
    """Open the records of a home, creating or upgrading them if need be.

    1. The folder is made with mode 0700 if it is not there.
    2. `DATABASE_URL` (postgres://…), if set, names the database; else `<home>/records.sqlite3`.
    3. May be called again, with the same home or another; the last call decides. A thread that
       was already using the records keeps its connection.

    Raises:
        ProjectError: DATABASE_URL is not PostgreSQL's, or its driver is not installed.
        RecordsUnavailable: the database cannot be opened, or not soon.
        RecordsError: it was made by a newer Joinedup.
    """
    _CONNECTED[:] = [home]
    _make_folder(home)
    address = os.environ.get(URL, "")
    database = _postgres(address) if address else _sqlite(home)
    _configure()
    _point_at(database)
    _migrate_if_needed(home)


def connected() -> Path:
    """The home that was connected last.

    Raises:
        RecordsError: none was.
    """
    if not _CONNECTED:
        raise RecordsError("no home is open.", fix="call home.connect(path) first.", where="home")
    return _CONNECTED[0]


def connect_to_fill(home: Path, migrations: Collection[str]) -> None:
    """Open records that hold nothing yet, in the form that these migrations give, to be filled.

    Args:
        home: as `connect`.
        migrations: of the records, by name; what came later is made by the next `connect`.

    Raises:
        ProjectError: as `connect`.
        RecordsError: as `connect`; or the database holds tables of another version.
    """
    _CONNECTED[:] = [home]
    address = os.environ.get(URL, "")
    _make_folder(home)
    _configure()
    _point_at(_postgres(address) if address else _sqlite(home))
    with _unbroken():
        _missing_migrations()
        _require_known(sorted(set(migrations) - set(known())))
        if applied() and set(applied()) != set(migrations):
            raise RecordsError(
                "the database holds tables of another version.",
                fix="name an empty database; tables are made in it.",
                where=URL,
            )
        with _alone(home):
            _migrate([("records", max(migrations))])


def applied() -> tuple[str, ...]:
    """The migrations of the records that are open, by name, sorted."""
    from django.db import connection  # noqa: PLC0415 - Django is loaded when first used
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415

    loader = MigrationLoader(connection)
    return tuple(sorted(name for app, name in loader.applied_migrations if app == "records"))


def known() -> tuple[str, ...]:
    """The migrations of the records that this version has, by name, sorted."""
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415

    return tuple(sorted(n for app, n in MigrationLoader(None).disk_migrations if app == "records"))


@contextmanager
def transaction() -> Iterator[None]:
    """Everything written inside happens together or not at all (Django's `atomic`).

    Raises:
        AuditUnavailable: the database cannot be written to now.
        RecordsError: it is damaged.
    """
    from django.db.transaction import atomic  # noqa: PLC0415 - Django is loaded when first used

    from joinedup.records.trouble import told  # noqa: PLC0415 - as above

    with told(), atomic():
        yield


def _make_folder(home: Path) -> None:
    if home.is_dir():
        return
    try:
        home.mkdir(mode=0o700, parents=True)
        home.chmod(0o700)
    except OSError as error:
        raise ProjectError(
            f"the home cannot be made here ({error.strerror}).",
            fix="give a folder that you may write to, with --home.",
            where=home.name,
        ) from None


def _sqlite(home: Path) -> dict[str, Any]:
    file = home / FILE
    if not file.exists():
        file.touch(mode=0o600)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": WAIT_SECONDS,
            "init_command": PRAGMAS,
        },
    }


def _postgres(address: str) -> dict[str, Any]:
    """The parts of a postgres:// address. No message repeats it: it may hold a password."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ProjectError(
            "the address is not one of a PostgreSQL database.",
            fix="write postgres://user:password@host:5432/name, or unset it to use SQLite.",
            where=URL,
        )
    try:
        import psycopg  # noqa: F401, PLC0415 - an extra, asked for only by those who use it
    except ImportError:
        raise ProjectError(
            "PostgreSQL is asked for, but its driver is not installed.",
            fix="install joinedup[postgres], or unset DATABASE_URL to use SQLite.",
            where=URL,
        ) from None
    options: dict[str, Any] = {"connect_timeout": WAIT_SECONDS, **dict(parse_qsl(parts.query))}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or "") or options.pop("host", ""),
        "PORT": str(port or options.pop("port", "")),
        "OPTIONS": options,
    }


def ready() -> None:
    """Let the records' tables be spoken of, without opening any."""
    _configure()


def _configure() -> None:
    """Give Django its settings, once for the life of the process."""
    import django  # noqa: PLC0415 - Django is loaded when first used
    from django.apps import apps  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    from joinedup.records import settings as ours  # noqa: PLC0415

    if not settings.configured:
        settings.configure(**{name: getattr(ours, name) for name in dir(ours) if name.isupper()})
    if not apps.ready:
        django.setup()


def _point_at(database: dict[str, Any]) -> None:
    from django.db import DEFAULT_DB_ALIAS, connections  # noqa: PLC0415

    now = connections.settings[DEFAULT_DB_ALIAS]
    if all(now.get(key) == value for key, value in database.items()):
        return
    connections[DEFAULT_DB_ALIAS].close()
    del connections[DEFAULT_DB_ALIAS]
    connections.settings = connections.configure_settings({DEFAULT_DB_ALIAS: database})


def _migrate_if_needed(home: Path) -> None:
    with _unbroken():
        if not _missing_migrations():
            return
        with _alone(home):
            _migrate()


@contextmanager
def _unbroken() -> Iterator[None]:
    import sqlite3  # noqa: PLC0415 - only to name its errors

    from django.db import Error  # noqa: PLC0415

    # A damaged file can make SQLite give names that are not UTF-8, or lengths beyond all memory.
    broken = (Error, sqlite3.Error, UnicodeDecodeError, OverflowError, MemoryError)
    try:
        yield
    except broken as error:
        from joinedup.records.trouble import NOW, of  # noqa: PLC0415 - as above

        refusal = of(error) if isinstance(error, NOW) else None
        raise refusal or RecordsUnavailable(
            f"the records cannot be opened ({type(error).__name__}).",
            fix="see that no other program holds the database, that it runs and its disk is whole; "
            "or restore a backup.",
            where="records",
        ) from error


def _missing_migrations() -> set[tuple[str, str]]:
    """The migrations that this version has and the database has not."""
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415

    loader = MigrationLoader(connection)
    there, wanted = set(loader.applied_migrations), set(loader.disk_migrations)
    _require_known(sorted(name for app, name in there - wanted if app == "records"))
    return wanted - there


def _require_known(newer: Sequence[str]) -> None:
    if newer:
        raise RecordsError(
            f"the records were written by a newer Joinedup (it knows {', '.join(newer)}).",
            fix="install the newer version again; records are not taken back to an older form.",
            where="records",
        )


def _migrate(targets: Sequence[tuple[str, str]] = ()) -> None:
    """Make what is missing, each migration and the record of it in one transaction.

    Django itself records one that makes foreign keys after it is committed; broken off between the
    two, it could neither be done again nor be passed over.
    """
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415
    from django.db.transaction import atomic  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(list(targets) or executor.loader.graph.leaf_nodes())
    with connection.constraint_checks_disabled():  # SQLite wants it before the transaction begins
        for migration, _ in plan:
            with atomic():
                MigrationExecutor(connection).migrate([(migration.app_label, migration.name)])


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Hold off any other process that would upgrade the same records at this moment."""
    import fcntl  # noqa: PLC0415 - not on every system

    from django.db import connection  # noqa: PLC0415

    with (home / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s)", [ADVISORY_LOCK])
            try:
                yield
            finally:
                cursor.execute("select pg_advisory_unlock(%s)", [ADVISORY_LOCK])
