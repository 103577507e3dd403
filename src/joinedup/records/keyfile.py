"""How is a small secret file read and written? By its owner alone, whole or not at all.

A file that others may read or change, or that lies where others may replace it, is refused.
"""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from joinedup.core.errors import ProjectError, RecordsError

OTHERS = stat.S_IRWXG | stat.S_IRWXO
MAY_CHANGE = stat.S_IWGRP | stat.S_IWOTH
LONGEST_FILE = 1 << 24
PASSING_DIGITS = 16


def read_private(path: Path, *, fix: str) -> str:
    """The text of a file that nobody else can read or change; asked of the opened file itself.

    Raises:
        ProjectError: it is not there, is no file, or others may read, change or replace it.
        RecordsError: it is not ASCII.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        what = f"the key file cannot be opened ({error.strerror})."
        raise ProjectError(what, fix=f"{fix}.", where=path.name) from None
    with _closing(handle):
        _require_private(path, os.fstat(handle))
        content = bytearray()
        while len(content) < LONGEST_FILE and (more := os.read(handle, LONGEST_FILE)):
            content += more
    try:
        return content.decode("ascii")
    except UnicodeDecodeError:
        raise damaged(path) from None


def _require_private(path: Path, state: os.stat_result) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise ProjectError("this is no file.", fix="name the key file.", where=path.name)
    if state.st_mode & OTHERS:
        what = "others than its owner may read or change the key file."
        cure = "run `chmod 600` on it; if they may have read it, rotate the key."
        raise ProjectError(what, fix=cure, where=path.name)
    around = path.parent.stat().st_mode
    if around & MAY_CHANGE and not around & stat.S_ISVTX:
        what = "others may put another file in place of the key file."
        cure = "run `chmod 700` on the folder it lies in."
        raise ProjectError(what, fix=cure, where=path.name)


def write_new(path: Path, text: str) -> None:
    """Write a new file with mode 0600, whole or not at all; one that is there is never replaced.

    Raises:
        ProjectError: there is a file of this name, or it cannot be written here.
    """
    staged = _stage(path, text)
    try:
        os.link(staged, path)
    except FileExistsError:
        what = "there is a file of this name, and a key is never overwritten."
        raise ProjectError(
            what, fix="name another, or keep the one there is.", where=path.name
        ) from None
    except OSError as error:
        what = f"the key file cannot be written here ({error.strerror})."
        fix = "name a folder on a disk that knows owners and links."
        raise ProjectError(what, fix=fix, where=path.name) from None
    finally:
        staged.unlink()
    settle(path.parent)


def replace(path: Path, text: str) -> None:
    """Put a new text in place of a file's, or make it; killed at any moment it leaves one whole.

    Raises:
        ProjectError: it cannot be written here.
    """
    staged = _stage(path, text)
    try:
        staged.replace(path)
    finally:
        staged.unlink(missing_ok=True)
    settle(path.parent)


def clear_up(folder: Path) -> None:
    """Remove what writers that were killed left beside the files of a folder; it may hold keys."""
    for left in folder.glob(f".*.{'[0-9a-f]' * PASSING_DIGITS}"):
        left.unlink(missing_ok=True)


def settle(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    with _closing(handle):
        os.fsync(handle)


def damaged(path: Path) -> RecordsError:
    """What is said of a key file that is not whole."""
    return RecordsError(
        "the key file is not as it was written.",
        fix="bring it back from where it is kept in reserve; do not mend it by hand.",
        where=path.name,
    )


def _stage(path: Path, text: str) -> Path:
    """The text on the disk under a passing name beside `path`, with mode 0600 from the start."""
    staged = path.with_name(f".{path.name}.{secrets.token_hex(PASSING_DIGITS // 2)}")
    try:
        handle = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as error:
        what = f"the key file cannot be written here ({error.strerror})."
        fix = "name a folder that you may write to."
        raise ProjectError(what, fix=fix, where=path.name) from None
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        staged.unlink()
        what = f"the key file cannot be written here ({error.strerror})."
        raise ProjectError(what, fix="make room, and try again.", where=path.name) from None
    return staged


@contextmanager
def _closing(handle: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.close(handle)
