"""May a zip's list of parts be read at all? Told from its last bytes, before the list is built."""

import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from joinedup.sources.given import Given, over

END, END_64, LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
END_BYTES, END_64_BYTES, LOCATOR_BYTES = 22, 56, 20
COMMENT_BYTES = 1 << 16
# What one part takes in the list, with a long name; less than the cap of parts can be hidden so.
ENTRY_BYTES = 1 << 10


@contextmanager
def archive(given: Given) -> Iterator[zipfile.ZipFile]:
    """The zip, opened.

    Raises:
        DeliveryError: more parts than the cap.
        BadZipFile: no zip, cut off, or with a list of parts that is none.
    """
    parts, list_bytes = _declared(given)
    most = given.limits.members
    if parts > most:
        raise _too_many(given, parts)
    if list_bytes > given.size:  # a list longer than the file that it stands in is none
        raise zipfile.BadZipFile
    if list_bytes > most * ENTRY_BYTES:
        raise over(given, "members", f"the zip's list of parts is {list_bytes:,} bytes long")
    with given.open("rb") as file, _opened(file) as opened:
        if len(opened.infolist()) > most:
            raise _too_many(given, len(opened.infolist()))
        yield opened


def _opened(file: IO[bytes]) -> zipfile.ZipFile:
    """As Python opens it; whatever it says of a list that makes no sense is said in one way."""
    try:
        return zipfile.ZipFile(file)
    except (OSError, ValueError, OverflowError, NotImplementedError, struct.error):
        raise zipfile.BadZipFile from None


def _too_many(given: Given, parts: int) -> Exception:
    return over(given, "members", f"the zip lists {parts:,} parts")


def _declared(given: Given) -> tuple[int, int]:
    """How many parts the zip says it has, and how many bytes their list; zeros if it has no end."""
    with given.open("rb") as file:
        start = max(0, given.size - COMMENT_BYTES - END_BYTES)
        file.seek(start)
        tail = file.read()
        place = tail.rfind(END)
        if place < 0 or place + END_BYTES > len(tail):
            return 0, 0
        parts, list_bytes = struct.unpack_from("<HI", tail, place + 10)
        locator = tail[max(0, place - LOCATOR_BYTES) : place]
        if locator.startswith(LOCATOR_64) and len(locator) == LOCATOR_BYTES:
            (offset,) = struct.unpack_from("<Q", locator, 8)
            file.seek(min(offset, given.size))
            end = file.read(END_64_BYTES)
            if end.startswith(END_64) and len(end) == END_64_BYTES:
                parts, list_bytes = struct.unpack_from("<QQ", end, 32)
    return parts, list_bytes
