"""Where the office and the child write for one another: memory that no folder shows.

Where a system has no such memory, a file without a name in the folder for temporary files.
"""

import json
import mmap
import os
import tempfile
from typing import Any

import pyarrow as pa

BLOCK_BYTES = 1 << 20
SEALS = ("F_SEAL_SHRINK", "F_SEAL_GROW", "F_SEAL_WRITE", "F_SEAL_SEAL")


def sheet() -> int:
    """A descriptor to write to and read from, which vanishes when it is closed."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("joinedup", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def put(descriptor: int, said: Any) -> None:
    """Write JSON, whole."""
    left = memoryview(json.dumps(said, allow_nan=False).encode())
    place = 0
    while place < len(left):
        place += os.pwrite(descriptor, left[place : place + BLOCK_BYTES], place)


def taken(descriptor: int, most: int) -> Any:
    """The JSON that was written.

    Raises:
        ValueError: it is none, or longer than `most` bytes.
    """
    size = os.fstat(descriptor).st_size
    if size > most:
        message = "a longer text than any report"
        raise ValueError(message)
    return json.loads(os.pread(descriptor, size, 0))


def sealed(descriptor: int) -> pa.Buffer:
    """The bytes that were written, without a copy; where the system can, nobody changes them."""
    import fcntl  # noqa: PLC0415 - as in `records`: not on every system

    if hasattr(fcntl, "F_ADD_SEALS") and hasattr(os, "memfd_create"):
        seals = sum(getattr(fcntl, name) for name in SEALS)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
    if not os.fstat(descriptor).st_size:
        return pa.py_buffer(b"")
    return pa.py_buffer(mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ))
