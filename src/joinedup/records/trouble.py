"""What does an error of the database or the disk mean for whoever was at work?

What cannot be written now, or read now, is `AuditUnavailable`: nothing was done, and it heals when
the cause does. What is damaged is a `RecordsError`. No message repeats what the database says, for
it may hold a value; only which of a few known troubles it is.
"""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
)

from joinedup.core.errors import AuditUnavailable, RecordsError

OF_SQLITE = {
    "BUSY": "it is locked",
    "LOCKED": "it is locked",
    "FULL": "the disk is full",
    "READONLY": "it may only be read",
    "IOERR": "the disk gives an error",
    "CANTOPEN": "its file cannot be opened",
    "PERM": "its file may not be written",
}
OF_THE_SYSTEM = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk is full",
    errno.EFBIG: "the disk is full",
    errno.EROFS: "it may only be read",
    errno.EACCES: "its file may not be written",
    errno.EIO: "the disk gives an error",
}
OF_POSTGRESQL = {
    "53100": "the disk is full",
    "55P03": "it is locked",
    "58030": "the disk gives an error",
    "25006": "it may only be read",
}
NO_ANSWER = "the database does not answer"
NOW = (OperationalError, InterfaceError, sqlite3.OperationalError)
"""Errors of a moment, not of what was asked."""


@contextmanager
def told() -> Iterator[None]:
    """Say what the database cannot do in words; what breaks a rule of the tables passes as it is.

    Raises:
        AuditUnavailable: it cannot be read or written now.
        RecordsError: it is damaged.
    """
    try:
        yield
    except IntegrityError:
        raise
    except (DatabaseError, InterfaceError, sqlite3.DatabaseError) as error:
        refusal = of(error)
        if refusal is None:
            raise
        raise refusal from error


def of(error: BaseException) -> RecordsError | None:
    """The refusal that an error means; none if it is not the database's or the disk's."""
    match error:
        case OSError():
            return AuditUnavailable(OF_THE_SYSTEM.get(error.errno or 0, "the disk gives an error"))
        case OperationalError() | InterfaceError() | InternalError() | sqlite3.OperationalError():
            why = _why(error)
            return AuditUnavailable(why) if why else None
        case DatabaseError() | sqlite3.DatabaseError() if type(error) in {
            DatabaseError,
            sqlite3.DatabaseError,
        }:
            return RecordsError(
                "the records are damaged, and cannot be read.",
                fix="keep this home as it is, and restore the last backup that verifies.",
                where="records",
            )
        case _:
            return None


def _why(error: BaseException) -> str:
    """Which of the known troubles it is; empty if it is none, such as a table that is not there."""
    cause = error.__cause__ or error
    if name := getattr(cause, "sqlite_errorname", ""):
        return OF_SQLITE.get(name.removeprefix("SQLITE_").partition("_")[0], "")
    state = getattr(cause, "sqlstate", None)
    if isinstance(error, InternalError):
        return OF_POSTGRESQL.get(state or "", "")
    return OF_POSTGRESQL.get(state or "", NO_ANSWER)
