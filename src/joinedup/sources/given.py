"""A partner's file as readers have it: opened once, by us, and read through its descriptor.

A reader never has the path: it can read these bytes and open nothing else. No more is read than
the file held when it was opened.
"""

import errno
import hashlib
import io
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO, Any, Literal, overload

from joinedup.core.errors import DeliveryError
from joinedup.core.limits import Limits, told
from joinedup.sources.delivery import refusal

BLOCK_BYTES = 1 << 20
TEXT_BYTES = 1 << 16

Mark = tuple[int, int]


class _Bytes(io.RawIOBase):
    """The bytes from a place of its own, so that several readers do not move one another's."""

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor, self._size, self._place = descriptor, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        count = min(len(buffer), max(0, self._size - self._place))
        got = os.preadv(self._descriptor, [memoryview(buffer)[:count]], self._place) if count else 0
        self._place += got
        return got

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise OSError(errno.EINVAL, "a place before the beginning")
        self._place = start + offset
        return self._place

    def tell(self) -> int:
        return self._place


class Given:
    """A file that was opened, with its name for messages and the caps it is read under.

    Attributes:
        name: as delivered, without folders.
        size: bytes, as they were when it was opened.
        descriptor: of the open file; whoever opened it closes it.
    """

    __slots__ = ("_digest", "descriptor", "limits", "name", "size")

    def __init__(self, descriptor: int, name: str, limits: Limits) -> None:
        self.descriptor, self.name, self.limits = descriptor, name, limits
        self.size = os.fstat(descriptor).st_size
        self._digest: tuple[Mark, str] | None = None

    @property
    def stem(self) -> str:
        """The name without its ending."""
        return PurePath(self.name).stem

    @property
    def suffix(self) -> str:
        """The ending, with its dot."""
        return PurePath(self.name).suffix

    @overload
    def open(self, mode: Literal["rb"]) -> IO[bytes]: ...

    @overload
    def open(
        self,
        mode: Literal["r"] = "r",
        *,
        encoding: str,
        errors: str = "strict",
        newline: str | None = None,
    ) -> IO[str]: ...

    def open(
        self,
        mode: str = "r",
        *,
        encoding: str = "utf-8",
        errors: str = "strict",
        newline: str | None = None,
    ) -> IO[Any]:
        """The bytes, or the text they spell, from the beginning."""
        size = io.DEFAULT_BUFFER_SIZE if mode == "rb" else TEXT_BYTES
        file = io.BufferedReader(_Bytes(self.descriptor, self.size), size)
        if mode == "rb":
            return file
        return io.TextIOWrapper(file, encoding=encoding, errors=errors, newline=newline)

    def mark(self) -> Mark:
        """Size and time of change: a file written to while it is read shows another."""
        state = os.fstat(self.descriptor)
        return state.st_size, state.st_mtime_ns

    def digest(self) -> str:
        """SHA-256 of the bytes; made once, as long as the file's mark stays."""
        mark = self.mark()
        if self._digest is None or self._digest[0] != mark:
            sha = hashlib.sha256()
            with self.open("rb") as file:
                while block := file.read(BLOCK_BYTES):
                    sha.update(block)
            self._digest = mark, sha.hexdigest()
        return self._digest[1]


@contextmanager
def opened(path: Path, limits: Limits | None = None) -> Iterator[Given]:
    """Open a partner's file, read-only, and close it afterwards.

    Raises:
        DeliveryError: there is no such file, it may not be read, or it is larger than the cap.
    """
    caps = limits or Limits()
    # A pipe or a device of that name would keep `open` waiting.
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
    try:
        descriptor = os.open(path, flags)
    except PermissionError:
        fix = "give the user of this command the right to read it."
        raise refusal(path.name, "the file may not be read.", fix=fix) from None
    except (OSError, ValueError):
        raise _no_file(path) from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _no_file(path)
        given = Given(descriptor, spelled(path.name), caps)
        if given.size > caps.upload_bytes:
            raise over(given, "upload_bytes", f"the file has {told('upload_bytes', given.size)}")
        yield given
    finally:
        os.close(descriptor)


def spelled(name: str) -> str:
    """A file's name as it can be written and shown: what is no character becomes a mark."""
    return name.encode(errors="replace").decode()


def _no_file(path: Path) -> DeliveryError:
    return refusal(path.name, "there is no such file.", fix="check the path.")


@dataclass(frozen=True, slots=True)
class Called:
    """What rows that no file holds are called in messages, and the caps they are read under."""

    name: str
    limits: Limits


def refuse_names(given: Given | Called, names: Sequence[str]) -> None:
    """Refuse a header of more columns than the cap, or of names that are not all characters.

    Raises:
        DeliveryError: as said; no name is repeated.
    """
    if len(names) > given.limits.columns:
        raise over(given, "columns", f"the file names {len(names):,} columns")
    for place, name in enumerate(names, 1):
        if not name.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in name):
            raise refusal(
                given.name,
                f"the name of column {place} holds what is not a character.",
                fix="ask the sender to export the file again, as UTF-8.",
            )


def over(given: Given | Called, cap: str, what: str) -> DeliveryError:
    """The refusal of a file that is over a cap: which, how much it is, and how to raise it."""
    most = told(cap, getattr(given.limits, cap))
    return refusal(
        given.name,
        f"{what}; the cap is {most} ({cap}).",
        fix=f"ask the sender what the file is, or for less at a time; if it is right, raise {cap}"
        " under [limits] in office.toml.",
    )
