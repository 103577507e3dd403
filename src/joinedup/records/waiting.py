"""Where do writers wait for a shared commit? Each thread in a seat of its own.

`together` says what they wait for. A seat is a file of `<home>/waiting/`, locked for as long as its
thread lives, through which event and number go as through shared memory: no file is made, changed
in length or removed for an event, because on a busy disk each of these waits for other people's
commits. What stands in it counts only if its check sum fits, so nobody reads a half of it.

A sleeper is woken by its bell, a socket that is no file. The bell is only a hint: where there are
none, or it is not heard, the sleeper looks by itself a little later. The seats of the dead are
swept by whoever looks next.
"""

import contextlib
import fcntl
import json
import mmap
import os
import re
import secrets
import select
import socket
import struct
import sys
import threading
import time
import weakref
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zlib import crc32

from joinedup.core import clock
from joinedup.records.ledger import Entry

WAITING = "waiting"
LEAD, UNREADY = ".lead", ".new"
NAME = re.compile("[0-9a-f]{32}")
TOLD = struct.Struct("<QQI4x")
EVENT = struct.Struct("<QII")
NOTE = struct.Struct("<II")
START = TOLD.size + EVENT.size
SMALLEST, OF_THE_LEAD = 1 << 14, 1 << 17
WITHOUT_BELL_SECONDS = 0.002
STALE_SECONDS = 60


class Paper:
    """A file that processes read and write as one piece of memory.

    Its bytes are taken on the disk when it is made, so that a full disk refuses there and then: a
    memory that the disk cannot back would end the process.
    """

    def __init__(self, path: Path, flags: int, size: int) -> None:
        self.descriptor = os.open(path, os.O_RDWR | flags, 0o600)
        self.close = weakref.finalize(self, os.close, self.descriptor)
        self.reach(size)

    def reach(self, size: int) -> None:
        """Be so long, or as long as another has made the file."""
        there = os.fstat(self.descriptor).st_size
        if there < size:
            _fill(self.descriptor, there, size - there)
        self.size = max(size, there)
        self.text = mmap.mmap(self.descriptor, self.size)


def _fill(descriptor: int, start: int, length: int) -> None:
    """Take so many bytes on the disk from there on; they are zeros."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, start, length)
    else:
        os.pwrite(descriptor, bytes(length), start)


class Seat(Paper):
    """One thread's place: its event, the ticket of that event, and what a leader told it.

    1. `lay` replaces the event and begins a new ticket; `number` is then None.
    2. `number` is what was told for this very ticket.
    3. `waits` is true between the two.
    """

    def __init__(self, folder: Path, name: str, flags: int = 0) -> None:
        super().__init__(folder / name, flags, SMALLEST)
        self.name = name

    def lay(self, said: Entry) -> None:
        """Put an event in the place of the one before."""
        content = json.dumps(asdict(said)).encode()
        if START + len(content) > self.size:
            self.reach(START + len(content))
        ticket = self.ticket + 1
        self.text[START : START + len(content)] = content
        head = EVENT.pack(ticket, len(content), _sum(ticket, content))
        self.text[TOLD.size : START] = head

    @property
    def ticket(self) -> int:
        """Which event of this seat it is, counted from 1."""
        ticket: int = EVENT.unpack_from(self.text, TOLD.size)[0]
        return ticket

    @property
    def number(self) -> int | None:
        """The number of the event in the chain, once it is on the disk."""
        ticket, number, check = TOLD.unpack_from(self.text, 0)
        fits = ticket == self.ticket and check == _sum(ticket, b"%d" % number)
        return number if fits else None

    @property
    def waits(self) -> bool:
        """Whether an event waits here that no number was told for."""
        return bool(self.ticket) and self.number is None

    def entry(self) -> tuple[int, Entry] | None:
        """The ticket and the event; none while it is being written."""
        ticket, length, check = EVENT.unpack_from(self.text, TOLD.size)
        if START + length > self.size:
            self.reach(START + length)
        content = self.text[START : START + length]
        if not ticket or _sum(ticket, content) != check:
            return None
        return ticket, Entry(**json.loads(content))

    def tell(self, ticket: int, number: int) -> None:
        """Say that the event with this ticket has this number."""
        self.text[: TOLD.size] = TOLD.pack(ticket, number, _sum(ticket, b"%d" % number))


def _sum(ticket: int, content: bytes) -> int:
    return crc32(content, ticket & 0xFFFFFFFF)


class Place:
    """What a thread waits with: its seat, the paper whose lock is the lead, and a bell."""

    def __init__(self, folder: Path) -> None:
        self.folder, name = folder, secrets.token_hex(16)
        unready = folder / (name + UNREADY)
        self.leave = weakref.finalize(self, _left, folder / name, unready, os.getpid())
        self.seat = Seat(folder, name + UNREADY, os.O_CREAT | os.O_EXCL)
        fcntl.flock(self.seat.descriptor, fcntl.LOCK_EX)
        self.seat.name = name
        unready.rename(folder / name)
        self.lead = Paper(folder / LEAD, os.O_CREAT, OF_THE_LEAD)
        self.bell = _hung(name)
        if self.bell is not None:
            self.hush = weakref.finalize(self, self.bell.close)

    def stands(self) -> bool:
        """Whether the seat is still where it was put."""
        try:
            there = (self.folder / self.seat.name).stat()
        except OSError:
            return False
        return there.st_ino == os.fstat(self.seat.descriptor).st_ino

    def sleep(self, seconds: float) -> None:
        """Until the bell rings, or for so long."""
        if self.bell is None:
            time.sleep(min(seconds, WITHOUT_BELL_SECONDS))
            return
        waker = select.poll()
        waker.register(self.bell, select.POLLIN)
        if waker.poll(1000 * seconds):
            self.bell.recv(1)

    def ring(self, name: str) -> None:
        """Wake the sleeper of a seat, if it has a bell."""
        if self.bell is not None:
            with contextlib.suppress(OSError):
                self.bell.sendto(b".", socket.MSG_DONTWAIT, _bell(name))


def _left(ready: Path, unready: Path, maker: int) -> None:
    """Take the seat away, unless this is a child of the process that made it."""
    if os.getpid() == maker:
        for path in (ready, unready):
            with contextlib.suppress(OSError):  # gone, or on a disk that may only be read
                path.unlink()


def _hung(name: str) -> socket.socket | None:
    """A bell under the seat's name, where the system has sockets that are no files."""
    if sys.platform != "linux":
        return None
    bell = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    bell.bind(_bell(name))
    return bell


def _bell(name: str) -> bytes:
    return b"\x00joinedup-" + name.encode()


_MINE = threading.local()
_OTHERS: dict[Path, dict[str, Seat]] = {}
"""Seats of others that a leader of this process has opened; touched only by who has the lead."""


def my_place(folder: Path) -> Place:
    """This thread's place in a folder, made if need be; a thread has one at a time."""
    place: Place | None = getattr(_MINE, "place", None)
    if place is None or place.folder != folder or not place.stands():
        give_up()
        folder.mkdir(mode=0o700, exist_ok=True)
        _sweep(folder)
        _MINE.place = place = Place(folder)
    return place


def give_up() -> None:
    """Leave one's place: what a late leader may still write there is for nobody."""
    place: Place | None = getattr(_MINE, "place", None)
    if place is not None:
        place.leave()
    _MINE.place = None


def _born() -> None:
    """A child process begins without what its parent had."""
    _MINE.place = None
    _OTHERS.clear()


os.register_at_fork(after_in_child=_born)


def others(mine: Place) -> list[Seat]:
    """The other seats in the folder, opened. For the leader alone."""
    known = _OTHERS.setdefault(mine.folder, {})
    names = {name for name in os.listdir(mine.folder) if NAME.fullmatch(name)}  # noqa: PTH208 - quick
    there = names - {mine.seat.name}
    for name in set(known) - there:
        known.pop(name, None)  # another thread of this process may have been quicker
    for name in there - set(known):
        with contextlib.suppress(FileNotFoundError):
            known[name] = Seat(mine.folder, name)
    return list(known.values())


def alive(folder: Path, seat: Seat) -> bool:
    """Whether its thread lives; if not, the seat is swept."""
    if not taken(seat.descriptor):
        return True
    (folder / seat.name).unlink(missing_ok=True)
    _OTHERS.get(folder, {}).pop(seat.name, None)
    return False


def _sweep(folder: Path) -> None:
    """Take away the seats of the dead; one not yet ready may be locked in an instant."""
    for path in folder.iterdir():
        unready = path.name.endswith(UNREADY)
        if not unready and not NAME.fullmatch(path.name):
            continue
        with contextlib.suppress(OSError):
            age = clock.now().timestamp() - path.stat().st_mtime
            if (not unready or age > STALE_SECONDS) and _is_nobodys(path):
                path.unlink(missing_ok=True)


def _is_nobodys(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDWR)
    try:
        return taken(descriptor)
    finally:
        os.close(descriptor)


def taken(descriptor: int) -> bool:
    """Whether the lock of a file could be taken: nobody who lives holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def release(descriptor: int) -> None:
    """Let another take the lock."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)


def note(paper: Paper, facts: Mapping[str, Any]) -> None:
    """Write a leader's note over the one before."""
    content = json.dumps(facts).encode()
    paper.text[NOTE.size : NOTE.size + len(content)] = content
    paper.text[: NOTE.size] = NOTE.pack(len(content), crc32(content))


def noted(paper: Paper) -> dict[str, Any]:
    """The note of the leader before; nothing if there is none, or it died while it wrote."""
    length, check = NOTE.unpack_from(paper.text, 0)
    content = paper.text[NOTE.size : NOTE.size + length]
    if not length or crc32(content) != check:
        return {}
    found: dict[str, Any] = json.loads(content)
    return found
