"""How does a database let go of what was deleted? Written over, with no older page left of it."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def overwritten() -> Iterator[None]:
    """What is deleted or replaced in the database inside is written over, not only let go."""
    from django.db import connection  # noqa: PLC0415 - Django, only when needed

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
    yield


def settle(*tables: str) -> None:
    """Leave no older page of these tables in the database's files, unless a caller is at work."""
    from django.db import connection  # noqa: PLC0415 - as above

    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("vacuum " + ", ".join(map(connection.ops.quote_name, tables)))
