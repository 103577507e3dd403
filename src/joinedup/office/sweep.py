"""Which files of a folder are new deliveries? Each is taken; what cannot be is told at the end.

Nothing in the partner's folder is moved, renamed or deleted.
"""

import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from joinedup.core import clock
from joinedup.core.errors import AgreementError, DeliveryError, JoinedupError, ProjectError
from joinedup.office.deliver import Delivered, deliver, would_deliver
from joinedup.office.house import Office
from joinedup.sources import WITHOUT_FILE, spelled

SETTLED_SECONDS = 2.0
"""A file that was written to more lately than this may still be on its way."""

Mark = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was delivered, or would be."""

    path: str
    told: Delivered


@dataclass(frozen=True, slots=True)
class Left:
    """A file that no dataset takes, or not yet."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not what was agreed."""

    path: str
    error: JoinedupError


@dataclass(frozen=True, slots=True)
class Swept:
    """What came of a folder, file by file, in the order they were looked at.

    Attributes:
        already: files that were delivered before.
    """

    delivered: tuple[Taken, ...]
    already: tuple[str, ...]
    left: tuple[Left, ...]
    refused: tuple[Refused, ...]


def sweep(office: Office, folder: Path, *, dry_run: bool = False) -> Swept:
    """Deliver each file of a folder that fits one dataset, oldest name first, folder by folder.

    1. A refused file does not stop the others.
    2. A file that changes while it is looked at is left for the next sweep.
    3. A second sweep of the same folder writes nothing.

    Args:
        office: who takes them.
        folder: with the files, or with a folder for each month.
        dry_run: look only; each file is compared with what is kept now, not with the file before
            it in the folder.

    Raises:
        ProjectError: there is no such folder.
        RecordsError: the home cannot be written to; nothing more would go well.
    """
    if not folder.is_dir():
        raise ProjectError("there is no such folder.", fix="check the path.", where=folder.name)
    taken: list[Taken] = []
    already: list[str] = []
    left: list[Left] = []
    refused: list[Refused] = []
    for path, mark in _settled(list(_files(folder))):
        name = spelled(path.relative_to(folder).as_posix())
        reason, dataset = _fitting(office, path, mark)
        if reason:
            left.append(Left(name, reason))
            continue
        try:
            _require_inside(folder, path)
            told = (would_deliver if dry_run else deliver)(office, dataset, path)
        except (ProjectError, AgreementError, DeliveryError) as error:
            if _mark(path) == mark:
                refused.append(Refused(name, error))
            else:
                left.append(Left(name, STILL_WRITTEN))
            continue
        if told.again:
            already.append(name)
        else:
            taken.append(Taken(name, told))
    return Swept(tuple(taken), tuple(already), tuple(left), tuple(refused))


STILL_WRITTEN = "it changed while it was looked at; the next sweep takes it"


def _files(folder: Path) -> Iterator[Path]:
    """All that is in the folder and is no folder, by name, each folder's own files first."""
    for place, folders, files in os.walk(folder, onerror=_unreadable):
        folders.sort()
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        yield from (Path(place) / name for name in sorted([*files, *links]))


def _unreadable(error: OSError) -> None:
    raise ProjectError(
        "the folder cannot be read.",
        fix="give the user of this command the right to read it.",
        where=Path(error.filename).name,
    )


def _settled(paths: list[Path]) -> list[tuple[Path, Mark | None]]:
    """Each path with its size and time of change; none where it is changing, or is gone.

    Waits once, and only if a file was written to a moment ago.
    """
    before = {path: _mark(path) for path in paths}
    newest = max((mark[1] for mark in before.values() if mark), default=0) / 1e9
    since = clock.now().timestamp() - newest
    if since < SETTLED_SECONDS:
        time.sleep(min(SETTLED_SECONDS, SETTLED_SECONDS - since))
    return [(path, mark if _mark(path) == mark else None) for path, mark in before.items()]


def _mark(path: Path) -> Mark | None:
    """Size and time of change of a file, its link followed; none if it is not a file."""
    try:
        state = path.stat()
    except OSError:
        return None
    return (state.st_size, state.st_mtime_ns) if stat.S_ISREG(state.st_mode) else None


def _fitting(office: Office, path: Path, mark: Mark | None) -> tuple[str, str]:
    """Why the file is left, or the one dataset that it fits."""
    fits = [
        name
        for name, dataset in office.folder.datasets.items()
        if dataset.layout.format not in WITHOUT_FILE and fnmatchcase(path.name, dataset.layout.file)
    ]
    if not fits:
        return "it fits no dataset's layout.file", ""
    if len(fits) > 1:
        return f"it fits several datasets: {', '.join(sorted(fits))}", ""
    if mark is None and not path.is_symlink():
        return (STILL_WRITTEN if path.is_file() else "it is not a file"), ""
    return "", fits[0]


def _require_inside(folder: Path, path: Path) -> None:
    if not path.resolve().is_relative_to(folder.resolve()):
        raise DeliveryError(
            "the name is a link that leads outside the folder.",
            fix="ask the sender for the file itself.",
            where=path.name,
        )
