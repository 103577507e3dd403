"""How does a folder of backups lie on its disk? Whole snapshots, and parts that they share.

    joinedup-backup.json     which home's, in clear: the ids of its keys, and nothing else
    index.sealed             which snapshots there are; replaced last, so a snapshot is whole or not
    snapshots/<n>.sealed     what is in a snapshot, and the digest of each file
    dumps/<n>.sealed         the records
    parts/<aa>/<sha256>      the lake's parts as they are: encrypted already, under keys not here

A file is written aside, made durable, read again and held against its digest, and renamed.
"""

import errno
import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from joinedup.core.digest import canonical, digest, file_digest
from joinedup.core.errors import ProjectError, RecordsError
from joinedup.records import keyring
from joinedup.records.keyring import Named
from joinedup.store.backup import stream

FORM = "joinedup backup 1"
KEY = "backup"
MARK, INDEX, LOCK = "joinedup-backup.json", "index.sealed", ".lock"
SNAPSHOTS, DUMPS, PARTS, ASIDE = "snapshots", "dumps", "parts", ".aside"
CHUNK = 1 << 20
LONGEST_MARK = 1_000
Tick = Callable[[], None]
"""Called now and then while a file is written; it may raise, for what takes too long."""


@dataclass(frozen=True, slots=True)
class Vault:
    """A folder of backups.

    Attributes:
        folder: where it is.
        id: drawn when it was begun.
        mark: which keys the home has whose backups these are, as its `keys.id` says.
    """

    folder: Path
    id: str
    mark: str

    def part(self, sha: str) -> Path:
        """Where a part lies."""
        return self.folder / PARTS / sha[:2] / sha

    def dump(self, number: int) -> Path:
        """Where a snapshot's records lie."""
        return self.folder / DUMPS / f"{number:08}.sealed"

    def snapshot(self, number: int) -> Path:
        """Where it is told what a snapshot holds."""
        return self.folder / SNAPSHOTS / f"{number:08}.sealed"

    @property
    def index(self) -> Path:
        """Where it is told which snapshots there are."""
        return self.folder / INDEX

    def what(self, path: Path) -> str:
        """What a sealed file is: another file of this or another vault does not open as it."""
        return f"{self.id} {path.relative_to(self.folder).as_posix()}"

    def tell(self, path: Path, facts: Any, key: Named, tick: Tick) -> str:
        """Write facts as a sealed file, whole or not at all; gives its digest."""
        with (
            written(self, path, tick) as sink,
            stream.Sealer(sink, key, what=self.what(path)) as to,
        ):
            to.line(canonical(facts).encode())
        return file_digest(path)

    def told(self, path: Path, key: Callable[[str], Named]) -> Any:
        """The facts of a sealed file.

        Raises:
            RecordsError: it is missing, or not as it was written.
        """
        if not path.is_file():
            raise stream.changed(path, "it is missing")
        (line,) = stream.opened(path, key, what=self.what(path))
        return json.loads(line)


def begin(folder: Path, home: Path, mark: str) -> Vault:
    """The folder of a home's backups, made if it is not there.

    Raises:
        ProjectError: it lies in the home or with the keys, holds something else, or cannot be made.
        RecordsError: its mark is not as it was written.
    """
    _require_apart(folder, home)
    with refusing():
        if (folder / MARK).exists() or _holds_a_backup(folder):
            found = opened(folder)
            if found.mark != mark:
                raise ProjectError(
                    "here are the backups of another home.", fix="name another folder.", where=MARK
                )
            return found
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ProjectError(
                "there is something here that is no backup.",
                fix="name a new folder.",
                where=folder.name,
            )
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = Vault(folder, secrets.token_hex(8), mark)
        with written(made, folder / MARK, _no_tick) as sink:
            sink.write(_mark_bytes(made))
    return made


def opened(folder: Path) -> Vault:
    """The folder of backups that is there.

    Raises:
        ProjectError: there is none.
        RecordsError: its mark is not as it was written.
    """
    path = folder / MARK
    if not path.is_file():
        if _holds_a_backup(folder):
            raise stream.changed(path, "it is missing")
        raise ProjectError(
            "there is no backup here.", fix="name the folder of a backup.", where=folder.name
        )
    content = path.read_bytes()[:LONGEST_MARK]
    try:
        facts = json.loads(content)
        found = Vault(folder, facts["id"], facts["keys"])
    except (ValueError, KeyError, TypeError):
        raise stream.changed(path) from None
    if content != _mark_bytes(found):
        raise stream.changed(path)
    return found


def _holds_a_backup(folder: Path) -> bool:
    return (folder / INDEX).exists() or (folder / SNAPSHOTS).exists()


def _mark_bytes(vault: Vault) -> bytes:
    facts = {"form": FORM, "id": vault.id, "keys": vault.mark}
    return (canonical(facts | {"check": digest(facts)}) + "\n").encode()


def _require_apart(folder: Path, home: Path) -> None:
    place, keys = folder.resolve(), keyring.key_folder(home).resolve()
    for one, name in ((home.resolve(), "home"), (keys, "key folder")):
        if place.is_relative_to(one) or one.is_relative_to(place):
            raise ProjectError(
                f"a backup and the {name} would lie in one folder.",
                fix="name a folder elsewhere, best on another disk.",
                where=folder.name,
            )


@contextmanager
def alone(vault: Vault) -> Iterator[None]:
    """Refuse a second who would write backups here at this moment; clear away what one left.

    Raises:
        ProjectError: another is at work here.
    """
    handle = os.open(vault.folder / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ProjectError(
                "another backup is being written here.", fix="wait for it.", where=LOCK
            ) from None
        for left in (vault.folder / ASIDE).glob("*"):
            left.unlink()
        yield
    finally:
        os.close(handle)


@contextmanager
def written(vault: Vault, place: Path, tick: Tick) -> Iterator[IO[bytes]]:
    """A file of the backup to write to; in its place, durable and read again, or not there."""
    aside = vault.folder / ASIDE
    for folder in (aside, place.parent.parent, place.parent):
        folder.mkdir(mode=0o700, exist_ok=True)
    path = aside / secrets.token_hex(8)
    try:
        with path.open("xb") as file:
            sink = _Hashing(file, tick)
            yield sink  # type: ignore[misc]  # it writes, which is all that is asked of it
            file.flush()
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        _require_given_back(path, sink.digest, place.name)
        path.chmod(0o600)
        path.replace(place)
        sync(place.parent)
    except BaseException:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise


def _require_given_back(path: Path, sha: str, name: str) -> None:
    if file_digest(path) != sha:
        raise RecordsError(
            "the disk of the backup does not give back what was written to it.",
            fix="use another disk; the last good backup is still there, if there was one.",
            where=name,
        )


class _Hashing:
    """A file that tells the digest of what was written to it."""

    def __init__(self, file: IO[bytes], tick: Tick) -> None:
        self._file, self._tick, self._sha = file, tick, hashlib.sha256()

    def write(self, content: bytes) -> None:
        self._tick()
        self._sha.update(content)
        self._file.write(content)

    @property
    def digest(self) -> str:
        return self._sha.hexdigest()


def copied(source: Path, sink: IO[bytes]) -> str:
    """Copy a file to another; gives the digest of what was copied."""
    sha = hashlib.sha256()
    with source.open("rb") as file:
        while chunk := file.read(CHUNK):
            sha.update(chunk)
            sink.write(chunk)
    return sha.hexdigest()


def sync(path: Path) -> None:
    """Make a file durable, or the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def refusing() -> Iterator[None]:
    """A refusal by a disk is said in a sentence, without a path."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOENT:
            raise
        raise RecordsError(
            f"the disk refuses ({os.strerror(error.errno or 0)}), so nothing was put in place.",
            fix="make room or name another folder; the last good backup is as it was.",
            where="backup",
        ) from None


def _no_tick() -> None:
    pass
