"""How do processes do one thing one after the other? By a lock that dies with its holder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = "locks"


@contextmanager
def alone(home: Path, name: str) -> Iterator[None]:
    """Wait until nobody else is inside under this name, and hold off others meanwhile.

    A holder that is killed holds nothing any more: the kernel lets go with the process.

    Args:
        home: of the office; the lock is a file in it, on one machine or a disk that knows locks.
        name: a plain word, such as a dataset's.
    """
    handle = _opened(home, name)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def idle(home: Path, name: str) -> Iterator[bool]:
    """Whether nobody is inside under this name; if so nobody comes in meanwhile. Waits for none.

    Where no lock can be taken, as on a disk that cannot be written to, somebody may be inside.
    """
    try:
        handle = _opened(home, name)
    except OSError:
        yield False
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        yield False
        return
    try:
        yield True
    finally:
        os.close(handle)


def _opened(home: Path, name: str) -> int:
    folder = home / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return os.open(folder / f"{name}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
