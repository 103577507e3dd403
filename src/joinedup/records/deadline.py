"""What do the records say, if they can say it soon? A reading that is given up after some seconds.

SQLite makes a reader wait while another process holds the whole file, a network folder may hang,
a database may be gone: whoever must answer, and may answer no, cannot wait for them.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from joinedup.core.errors import RecordsError
from joinedup.records.home import PRAGMAS, _configure

Given = TypeVar("Given")
SOONER = 0.8
"""The database gives up a little before the caller does, and says why."""


class _Work(Generic[Given]):
    """Work in a thread of its own, with what came of it."""

    def __init__(self, work: Callable[[], Given], seconds: float) -> None:
        self._work, self._seconds = work, seconds
        self.given: list[Given] = []
        self.error: Exception | None = None

    def __call__(self) -> None:
        try:
            self.given.append(self._with_own_connection())
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            self.error = error

    def _with_own_connection(self) -> Given:
        with own_connection(self._seconds):
            return self._work()


def within(seconds: float, work: Callable[[], Given]) -> Given:
    """What the work gives, done in a thread with a connection of its own; or an error in time.

    What it was doing may go on behind the caller's back: it must change nothing but by one
    transaction, which the caller then does not count on.

    Raises:
        RecordsError: it was not done in time.
    """
    _configure()  # loading Django is not what the seconds are for
    at_work = _Work(work, seconds)
    thread = threading.Thread(target=at_work, name="joinedup-within", daemon=True)
    thread.start()
    thread.join(seconds)
    if at_work.error is not None:
        raise at_work.error
    if not at_work.given:
        raise RecordsError(
            f"the records gave no answer within {seconds:g} seconds.",
            fix="see that no other program holds the database, and that its disk answers.",
            where="records",
        )
    return at_work.given[0]


@contextmanager
def own_connection(seconds: float) -> Iterator[None]:
    """A connection of this thread's own that waits no longer than this for the database."""
    from django.db import connections  # noqa: PLC0415 - Django, only when needed

    try:
        bound(seconds)
        yield
    finally:
        connections.close_all()


def bound(seconds: float) -> None:
    """Have the database itself give up in time, in this thread, so that none is left behind."""
    from django.db import DEFAULT_DB_ALIAS, connections  # noqa: PLC0415 - as above

    bounded = connections.create_connection(DEFAULT_DB_ALIAS)
    options = dict(bounded.settings_dict["OPTIONS"])
    if bounded.vendor == "postgresql":
        options["connect_timeout"] = max(1, round(seconds))
        options["options"] = f"-c statement_timeout={round(seconds * 1000)}"
    else:
        options |= {"timeout": seconds * SOONER, "init_command": PRAGMAS}
    bounded.settings_dict = {**bounded.settings_dict, "OPTIONS": options}
    connections[DEFAULT_DB_ALIAS].close()
    connections[DEFAULT_DB_ALIAS] = bounded
