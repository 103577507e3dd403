"""What may the child no longer do? Taken away in layers, each of which may be missing.

Before a foreign byte is read: no network, no other process, no file but those that are open, no
writing, no secrets, a cap on memory, on seconds and on what it gives back, and an end with the
process that started it. Which of these hold on a machine is not assumed: `probe` tries them.
"""

import os
import resource
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from joinedup.core.limits import Limits
from joinedup.sources.child import calls, kernel

LEFT_BYTES = 512 << 20
"""What is left to all else on a machine; of one that has not twice as much, half."""
OPEN_FILES = 256
TASKS = 1_024
"""Threads in a user namespace of its own; elsewhere the call filter lets no process be made."""
BESIDE_BYTES = 4 << 30
"""Address space that is reserved and never used: libraries, stacks, an allocator's arenas."""
PLACES = (
    "/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/usr/share/zoneinfo",
    "/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/urandom", "/proc/cpuinfo",
    "/proc/meminfo", "/sys/devices/system/cpu",
)  # fmt: skip
LIBRARIES = ("defusedxml", "ijson", "numpy", "openpyxl", "pyarrow", "shapely")


@dataclass(frozen=True, slots=True)
class Held:
    """What the kernel agreed to, when it was asked.

    Attributes:
        network: a network of its own, without a device.
        files: no file is read beside Python's own, and none is written (Landlock).
        calls: system calls that a reader does not need are refused (seccomp).
    """

    network: bool = False
    files: bool = False
    calls: bool = False


def import_places() -> list[str]:
    """Where Python, its libraries and this package are imported from; never the current folder."""
    package = str(Path(__file__).resolve().parents[3])
    base = (sys.base_prefix, sys.prefix)
    found = [package]
    for place in sys.path:
        inside = place.startswith(base) and ("lib" in Path(place).parts or place.endswith(".zip"))
        holds = bool(place) and any((Path(place) / name).is_dir() for name in LIBRARIES)
        if (inside or holds) and place not in found:
            found.append(place)
    return found


def readable_places() -> list[str]:
    """What may be opened for reading while a file is parsed: code and its data."""
    package, *others = import_places()
    return [f"{package}/joinedup", *others, f"{sys.base_prefix}/lib", *PLACES]


def machine_bytes() -> int:
    """The memory there is: the machine's, or less if a control group has less."""
    sizes = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for name in _groups():
        try:
            text = Path(name).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if text.isdecimal():
            sizes.append(int(text))
    return min(sizes)


def _groups() -> list[str]:
    """The files that may hold a control group's limit of memory, in both of its versions."""
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    names = []
    for line in lines:
        _, kinds, place = line.split(":", 2)
        for folder in (Path(place), *Path(place).parents):
            if not kinds:
                names.append(f"/sys/fs/cgroup{folder}/memory.max")
            elif "memory" in kinds.split(","):
                names.append(f"/sys/fs/cgroup/memory{folder}/memory.limit_in_bytes")
    return names


def memory_bytes(limits: Limits) -> int:
    """The cap on memory as it is set on this machine."""
    there = machine_bytes()
    return min(limits.memory_bytes, max(there - LEFT_BYTES, there // 2))


def enter(limits: Limits, *, ruleset: int, network: bool) -> Held:
    """Give up every right that reading does not need; for good, and before a foreign byte is read.

    Args:
        limits: the caps.
        ruleset: of `kernel.read_only_under`, or -1.
        network: whether this process is in a network of its own already.
    """
    kernel.die_with_parent(signal.SIGKILL)
    _be_the_first_to_go()
    _cap(limits)
    kernel.hide_memory()
    kernel.drop_capabilities()
    locked = kernel.no_new_privileges()
    files = locked and kernel.restrict(ruleset)
    filtered = locked and kernel.filter_calls(calls.program(kernel.machine(), os.getpid()))
    return Held(network=network, files=files, calls=filtered)


def _be_the_first_to_go() -> None:
    """Where memory runs out, the kernel ends this process and not the office's."""
    try:
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    except OSError:
        return


def _cap(limits: Limits) -> None:
    has = _sizes()
    memory = memory_bytes(limits)
    _limit("RLIMIT_CORE", 0)
    _limit("RLIMIT_FSIZE", limits.temp_bytes)
    _limit("RLIMIT_NOFILE", OPEN_FILES)
    _limit("RLIMIT_DATA", has["VmData"] + memory)
    _limit("RLIMIT_AS", has["VmSize"] + memory + limits.temp_bytes + BESIDE_BYTES)
    if os.getuid() == OVERFLOWN:
        _limit("RLIMIT_NPROC", TASKS)
    # A second more until the kernel's own end: the first signal says which cap it was.
    _limit("RLIMIT_CPU", limits.cpu_seconds, hard=limits.cpu_seconds + 1)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds)


OVERFLOWN = 65_534
"""The id of a user without one, as in a user namespace of its own."""


def _sizes() -> Mapping[str, int]:
    """What this process has of memory before it begins, in bytes; zeros where it is not told."""
    sizes = {"VmData": 0, "VmSize": 0}
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return sizes
    for line in status.splitlines():
        name, _, said = line.partition(":")
        if name in sizes:
            sizes[name] = int(said.split()[0]) << 10
    return sizes


def _limit(name: str, soft: int, *, hard: int | None = None) -> None:
    """Lower a limit; where it is lower already, it stays."""
    kind = getattr(resource, name, None)
    if kind is None:
        return
    most = resource.getrlimit(kind)[1]
    wanted = (soft, soft if hard is None else hard)
    if most != resource.RLIM_INFINITY:
        wanted = (min(wanted[0], most), min(wanted[1], most))
    try:
        resource.setrlimit(kind, wanted)
    except (ValueError, OSError):
        return
