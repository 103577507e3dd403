"""What if the database refuses? It is said in a sentence, and the next command begins afresh."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection

from joinedup.core.errors import RecordsError


@contextmanager
def recorded(where: str) -> Iterator[None]:
    """Write to the records inside; a refusal of the database is a RecordsError.

    Whatever was written inside is undone, with one exception that nobody can tell here: a database
    that could not say whether the disk has a commit may come to have it. The same work done again
    is then found done.

    Raises:
        RecordsError: the database refuses.
    """
    try:
        yield
    except (Error, sqlite3.Error) as error:
        connection.close()
        raise RecordsError(
            f"the records could not be written ({type(error).__name__}), so nothing was changed.",
            fix="make room on the disk and see that the database runs; then do it again.",
            where=where,
        ) from error
