"""Run a program under strace, which makes a system call fail or kills at it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

STRACE = shutil.which("strace")
SRC = Path(__file__).resolve().parents[2] / "src"


def needs_strace() -> None:
    """Skip, with a reason, where strace is not installed or may not trace."""
    if STRACE is None:
        pytest.skip("strace is not installed: apt-get install strace")
    done = subprocess.run([STRACE, "-o", "/dev/null", "true"], check=False, capture_output=True)
    if done.returncode:
        pytest.skip("strace may not trace here (ptrace is forbidden)")


def traced(
    program: str,
    *arguments: str,
    rules: tuple[str, ...],
    log: Path,
    paths: tuple[Path, ...] = (),
) -> tuple[int, str]:
    """Exit code and output of a Python program.

    `rules` are what follows strace's `-e`; with `paths` only calls on these files are looked at.
    """
    calls = [part for rule in rules for part in ("-e", rule)]
    calls += [part for path in paths for part in ("-P", str(path))]
    command = [str(STRACE), "-f", "-qq", "-o", str(log), *calls]
    done = subprocess.run(
        [*command, sys.executable, "-c", program, *arguments],
        env=os.environ | {"PYTHONPATH": str(SRC)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout
