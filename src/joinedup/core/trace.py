"""Which run of which command is this? One id, in every event it writes and every refusal it gives.

The id is drawn at random and says nothing of who or what. A command begins one; a program that
uses the library has one for as long as it runs, unless it begins others (a service: one a request).
A thread has the id of the command that its process runs, unless it is started in a copy of the
caller's context.
"""

import secrets
import threading
from contextvars import ContextVar

DIGITS = 16
_HERE: ContextVar[str] = ContextVar("trace", default="")
_OF_PROCESS: list[str] = []


def begin() -> str:
    """Begin a new id for what this context does from now on; gives it."""
    made = secrets.token_hex(DIGITS // 2)
    _HERE.set(made)
    if threading.current_thread() is threading.main_thread():
        _OF_PROCESS[:] = [made]
    return made


def current() -> str:
    """The id of what is being done: 16 hexadecimal digits."""
    if here := _HERE.get():
        return here
    if not _OF_PROCESS:
        _OF_PROCESS[:] = [secrets.token_hex(DIGITS // 2)]
    return _OF_PROCESS[0]
