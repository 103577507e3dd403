"""Run a program in a process of its own; how long it took and how much memory it had."""

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks import ROOT


@dataclass(frozen=True)
class Used:
    """What one process took.

    Attributes:
        seconds: from start to end.
        gigabytes: the most memory it held at once.
    """

    seconds: float
    gigabytes: float


def used(arguments: Sequence[str]) -> Used:
    """Run Python with these arguments and wait; a process that fails is an error."""
    began = time.perf_counter()
    child = os.posix_spawn(
        sys.executable,
        [sys.executable, *arguments],
        os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status):
        message = f"{arguments[:3]} failed"
        raise RuntimeError(message)
    return Used(time.perf_counter() - began, usage.ru_maxrss / 2**20)
