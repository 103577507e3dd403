"""Which secrets of the ring does every event need? Kept in memory until the keys are others.

Reading the ring takes milliseconds; asking whether its files changed takes microseconds.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

from joinedup.records import keyring, ring_files

Marks = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """The secrets of one name, and by what to see that they are still the same."""

    files: tuple[str, ...]
    marks: Marks
    folder: str | None
    secrets: tuple[bytes, ...] = field(repr=False)


_KEPT: dict[tuple[Path, str], _Kept] = {}


def secrets(home: Path, name: str, *, make: bool) -> tuple[bytes, ...]:
    """The secrets of the keys of this name, the one in use last.

    Args:
        home: whose keys.
        name: on the ring.
        make: one, if there is none yet; else none are given.

    Raises:
        ProjectError: the keys cannot be read, or others may read them.
        RecordsError: they are missing, damaged, or another home's.
    """
    kept = _KEPT.get((home, name))
    if kept is not None and kept.folder == _folder() and _marks(kept.files) == kept.marks:
        return kept.secrets
    if make:
        keyring.key(home, name)
    found = tuple(one.secret for one in ring_files.every(home, name))
    files = tuple(map(str, ring_files.files(home)))
    marks = _marks(files)
    if found and marks:
        _KEPT[home, name] = _Kept(files, marks, _folder(), found)
    return found


def _folder() -> str | None:
    return os.environ.get(keyring.FOLDER)


def _marks(files: tuple[str, ...]) -> Marks:
    """What is other as soon as one of the files is; empty if one is not there."""
    try:
        states = [os.stat(file) for file in files]  # noqa: PTH116 - asked for every event
    except OSError:
        return ()
    return tuple((state.st_ino, state.st_size, state.st_mtime_ns) for state in states)
