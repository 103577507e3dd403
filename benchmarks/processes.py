"""Run a program in a process of its own; how long it took and how much memory it had."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import ROOT


@dataclass(frozen=True)
class Used:
    """What one process took.

    Attributes:
        seconds: from start to end.
        gigabytes: the most memory it held at once, with the processes it started.
        cpu: seconds of all cores together, which neighbours on the machine change less.
    """

    seconds: float
    gigabytes: float
    cpu: float


def used(
    arguments: Sequence[str], *, python: Path | None = None, within: float | None = None
) -> Used:
    """Run Python with these arguments and wait; a process that fails is an error.

    Args:
        arguments: of Python.
        python: of another environment, which sees nothing of ours; our own if None.
        within: seconds of cores after which it is ended; never if None.

    Raises:
        RuntimeError: it failed.
        TimeoutError: it was ended.
    """
    began, before = time.perf_counter(), _cpu_of_children()
    ours = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    theirs = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    most = 0.0
    with subprocess.Popen(
        [python or sys.executable, *arguments],
        env=theirs if python else ours,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if python else None,
    ) as process:
        # The kernel's own figure (ru_maxrss) would begin at this process's size, not the child's.
        while process.poll() is None:
            most = max(most, peak(process.pid), shared(family(process.pid)))
            time.sleep(0.05)
            if within is not None and spent(family(process.pid)) > within:
                process.kill()
                message = f"{arguments[:3]} was ended after {within:.0f} s of cores"
                raise TimeoutError(message)
    if process.returncode:
        message = f"{arguments[:3]} failed"
        raise RuntimeError(message)
    return Used(time.perf_counter() - began, most, _cpu_of_children() - before)


def _cpu_of_children() -> float:
    told = resource.getrusage(resource.RUSAGE_CHILDREN)
    return told.ru_utime + told.ru_stime


def spent(pids: Sequence[int]) -> float:
    """Seconds of cores that running processes have used so far."""
    ticks = 0
    for pid in pids:
        try:
            said = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            continue
        user, system = said.rpartition(")")[2].split()[11:13]
        ticks += int(user) + int(system)
    return ticks / os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """A process and all that it started, as far as they are there."""
    try:
        said = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return [pid]
    return [pid, *(one for child in said.split() for one in family(int(child)))]


def shared(pids: Sequence[int]) -> float:
    """The memory of several processes, what they share counted once, in gigabytes."""
    size = 0
    for pid in pids if len(pids) > 1 else ():
        try:
            said = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        size += sum(int(line.split()[1]) for line in said.splitlines() if line.startswith("Pss:"))
    return size / 2**20


def peak(pid: int) -> float:
    """The most memory a running process has held so far, in gigabytes; 0 once it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    told = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(told[0]) / 2**20 if told else 0.0
