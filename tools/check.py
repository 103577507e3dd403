"""Everything that must pass, run part by part; all failures are told together at the end.

`python tools/check.py` runs the quick parts; with `--all`, also every test that is not deep.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
QUICK = {
    "ruff format": [
        str(BIN / "ruff"),
        "format",
        "--check",
        "--quiet",
        "src",
        "tests",
        "tools",
        "benchmarks",
    ],
    "ruff": [str(BIN / "ruff"), "check", "--quiet", "src", "tests", "tools", "benchmarks"],
    "import order": [str(BIN / "lint-imports"), "--no-logo"],
    "reference pages": [sys.executable, "tools/reference.py", "--check"],
    "types": [str(BIN / "mypy"), "--no-error-summary"],
}
FAST_TESTS = {"house tests": [sys.executable, "-m", "pytest", "-q", "tests/house", "tests/core"]}
ALL_TESTS = {"tests": [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile"]}


def main() -> int:
    """Run the parts in order of speed; give 1 if any failed."""
    parts = QUICK | (ALL_TESTS if "--all" in sys.argv[1:] else FAST_TESTS)
    failed = [name for name, command in parts.items() if not passed(name, command)]
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return 1 if failed else 0


def passed(name: str, command: list[str]) -> bool:
    """Run one part and say how it went."""
    print(f"== {name}", flush=True)
    began = time.monotonic()
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    print(f"   {'ok' if done.returncode == 0 else 'FAILED'} ({time.monotonic() - began:.0f} s)")
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
