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
    folder = home / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(folder / f"{name}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
