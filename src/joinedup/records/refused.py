"""What if the disk or the database refuses? It is said in a sentence, and without a path."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, OperationalError, connection

from joinedup.core.errors import RecordsError

DISK = frozenset(
    {
        *(errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.ENOMEM),
        *(errno.EMFILE, errno.ENFILE),
    }
)
"""What a disk or a machine at its limit says; other refusals are mistakes of a person, or ours."""


def refusal(error: Exception) -> RecordsError | None:
    """The sentence for a refusal of the machine; None for what is another's fault."""
    if isinstance(error, OSError) and error.errno in DISK:
        return RecordsError(
            f"the machine refuses to read or write ({os.strerror(error.errno or 0)}).",
            fix="make room, or see to the disk; then do it again.",
            where="home",
        )
    if isinstance(error, OperationalError | sqlite3.OperationalError):
        return RecordsError(
            f"the records cannot be read or written ({type(error).__name__}).",
            fix="make room on the disk and see that the database runs; then do it again.",
            where="records",
        )
    return None


def is_undone(error: BaseException) -> bool:
    """Whether a refusal of the database leaves no doubt: nothing of it can come to light later.

    So with a full disk: SQLite could not write the commit. One whose writing succeeded and whose
    way to the disk did not may be found by whoever opens the file next.
    """
    code = getattr(error.__cause__, "sqlite_errorcode", None) or getattr(
        getattr(error.__cause__, "__cause__", None), "sqlite_errorcode", None
    )
    return code is not None and code & 0xFF == sqlite3.SQLITE_FULL


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
