"""What Linux offers to take rights away, called by hand: each gives whether it held.

None needs a privilege. The numbers are the kernel's own and never change; where a kernel or a
container does not offer one, nothing happens and the answer is False.
"""

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

NEW_USER, NEW_NET, NEW_IPC = 0x10000000, 0x40000000, 0x08000000
DEATH_SIGNAL, DUMPABLE, NO_NEW_PRIVILEGES, SECCOMP = 1, 4, 38, 22
FILTER = 2
CAPABILITIES_V3 = 0x20080522
RULESET, RULE, RESTRICT = 444, 445, 446
"""Landlock's three calls, of one number on every machine."""
EXECUTE, WRITE_FILE, READ_FILE, READ_FOLDER = 1, 2, 4, 8
FILE_RIGHTS = (13, 14, 15, 15, 16)
"""How many kinds of access to files Landlock knows, by its version."""
PATH_BENEATH = 1
NET_SINCE, SCOPE_SINCE = 4, 6
ALL_NET, ALL_SCOPES = 3, 3


@cache
def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def is_linux() -> bool:
    """Whether these calls may be there at all."""
    return sys.platform == "linux"


def _prctl(option: int, value: Any = 0, more: Any = 0) -> bool:
    held = is_linux() and _libc().prctl(option, value, more, 0, 0) == 0
    return bool(held)


def unshare_network() -> bool:
    """A network of its own without any device, for this process and what it forks."""
    if not is_linux():
        return False
    libc = _libc()
    alone = NEW_NET | NEW_IPC
    return bool(libc.unshare(alone) == 0 or libc.unshare(alone | NEW_USER) == 0)


def die_with_parent(signal: int) -> bool:
    """Be sent a signal when the process that forked this one ends, however it ends."""
    return _prctl(DEATH_SIGNAL, signal)


def hide_memory() -> bool:
    """No core dump, and no other process of the same user may look into this one."""
    return _prctl(DUMPABLE, 0)


def no_new_privileges() -> bool:
    """Nothing that is run from here can gain a right."""
    return _prctl(NO_NEW_PRIVILEGES, 1)


def drop_capabilities() -> bool:
    """Give up what root may beyond what every user may."""
    if not is_linux():
        return False
    head = struct.pack("=Ii", CAPABILITIES_V3, 0)
    return bool(_libc().capset(head, struct.pack("=6I", *[0] * 6)) == 0)


def read_only_under(places: Sequence[str]) -> int:
    """A Landlock ruleset: files may be read under these places, and nothing be written anywhere.

    Returns:
        A descriptor for `restrict`, or -1 where the kernel has no Landlock.
    """
    if not is_linux():
        return -1
    libc = _libc()
    version = libc.syscall(RULESET, None, 0, 1)
    if version < 1:
        return -1
    rights = (1 << FILE_RIGHTS[min(version, len(FILE_RIGHTS)) - 1]) - 1
    attributes = struct.pack("=Q", rights)
    if version >= NET_SINCE:
        attributes += struct.pack("=Q", ALL_NET)
    if version >= SCOPE_SINCE:
        attributes += struct.pack("=Q", ALL_SCOPES)
    ruleset = libc.syscall(RULESET, attributes, len(attributes), 0)
    for place in places if ruleset >= 0 else ():
        _allow_reading(ruleset, place)
    return int(ruleset)


def _allow_reading(ruleset: int, place: str) -> None:
    try:
        descriptor = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    rights = EXECUTE | READ_FILE | (READ_FOLDER if Path(place).is_dir() else 0)
    _libc().syscall(RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", rights, descriptor), 0)
    os.close(descriptor)


def restrict(ruleset: int) -> bool:
    """Hold this process to a ruleset, for good."""
    return ruleset >= 0 and _libc().syscall(RESTRICT, ruleset, 0) == 0


def filter_calls(program: bytes) -> bool:
    """Hold this process to a filter of system calls, for good; as `calls.program` makes it."""
    if not program:
        return False
    held = ctypes.create_string_buffer(program, len(program))
    filled = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(held))
    return _prctl(SECCOMP, FILTER, ctypes.create_string_buffer(filled, len(filled)))


def machine() -> str:
    """The processor's kind, as the kernel calls it."""
    return platform.machine()
