"""How long it takes to make a town, and in how much memory."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import Row
from benchmarks.processes import used

SIZES = (20_000, 1_000_000, 2_000_000)


def town() -> Iterator[Row]:
    """The whole command, three months of every partner's files and the truth beside them."""
    for people in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "town"
            sizes = ["--people", str(people), "--seed", "1", "--out", str(out)]
            took = used(["-m", "joinedup", "town", "make", *sizes])
            files = [path for path in (out / "deliveries").rglob("*") if path.is_file()]
            written = sum(path.stat().st_size for path in files) / 1e9
        yield Row(
            "`joinedup town make`",
            f"{people:,} people",
            f"{took.seconds:.0f} s",
            "",
            f"{took.gigabytes:.1f} GB at most; {len(files)} files, {written:.2f} GB",
        )
