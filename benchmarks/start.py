"""How long a user waits before anything happens."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks import ROOT, Row

TIMES = 7
STARTS = {
    "`import joinedup`": (["-c", "import joinedup"], "budget 0.3 s, with Python's own start"),
    "`joinedup --help`": (["-m", "joinedup", "--help"], "budget 0.5 s"),
    "`joinedup methods`": (["-m", "joinedup", "methods"], "imports every method's module"),
}


def start() -> Iterator[Row]:
    """The best of several, each in a process of its own; beside an empty Python."""
    empty = best(["-c", "pass"])
    for what, (arguments, note) in STARTS.items():
        yield Row(what, f"best of {TIMES}", f"{best(arguments):.2f} s", "", note)
    yield Row("an empty Python", f"best of {TIMES}", "", f"{empty:.2f} s", "what cannot be saved")


def best(arguments: list[str]) -> float:
    """Seconds of the fastest of several runs."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    seconds = []
    for _ in range(TIMES):
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, *arguments], env=environment, capture_output=True, check=True
        )
        seconds.append(time.perf_counter() - began)
    return min(seconds)
