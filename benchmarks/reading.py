"""How long it takes to read and check a large CSV, and in how much memory; beside pandas.

pandas reads and types the same columns and checks nothing: no key, no cell of a wrong type, no
line number.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import ROOT, Row
from benchmarks.processes import used

ROWS = (1_000_000, 5_000_000)
BLOCK = 500_000
OURS = """
import sys
from pathlib import Path
from joinedup.core.vocabulary import Dataset, Field, Layout
from joinedup.sources import read
kinds = {"visit": "integer", "seen_on": "date", "amount": "number"}
names = ["visit", "seen_on", "amount", *(f"text_{number}" for number in range(12))]
fields = {name: Field(type=kinds.get(name, "text"), description=name) for name in names}
visits = Dataset(id="visits", partner="fire", title="Visits", grain="one row per visit",
                 key=("visit",), fields=fields, layout=Layout(format="csv", file="*.csv"))
assert read(Path(sys.argv[1]), visits, names).rows == int(sys.argv[2])
"""
HERE = f"""
from joinedup.sources import reading
from joinedup.sources.parsing import parsed
reading.parsed_by_child = parsed
{OURS}"""
SMALL = """
import sys, time
from pathlib import Path
from joinedup.core.vocabulary import Dataset, Field, Layout
from joinedup.sources import read, reading
from joinedup.sources.parsing import parsed
fields = {"visit": Field(type="integer", description="visit")}
visits = Dataset(id="visits", partner="fire", title="Visits", grain="one row per visit",
                 key=("visit",), fields=fields, layout=Layout(format="csv", file="*.csv"))
if sys.argv[2] == "here":
    reading.parsed_by_child = parsed
told = []
for _ in range(21):
    began = time.perf_counter()
    read(Path(sys.argv[1]), visits, ["visit"])
    told.append(time.perf_counter() - began)
print(told[0], sorted(told[1:])[10])
"""
PEER = """
import sys
import pandas as pd
frame = pd.read_csv(sys.argv[1], dtype={f"text_{number}": "str" for number in range(12)},
                    parse_dates=["seen_on"])
assert len(frame) == int(sys.argv[2])
"""


def reading() -> Iterator[Row]:
    """A CSV of fifteen columns, read through the whole of `sources.read`."""
    for rows in ROWS:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "visits.csv"
            write(path, rows)
            size = path.stat().st_size / 1e9
            ours = used(["-c", OURS, str(path), str(rows)])
            here = used(["-c", HERE, str(path), str(rows)])
            peer = used(["-c", PEER, str(path), str(rows)])
        yield Row(
            "read and check a CSV",
            f"{rows:,} rows, 15 columns, {size:.1f} GB",
            f"{ours.seconds:.0f} s, {ours.gigabytes:.1f} GB",
            f"pandas, unchecked: {peer.seconds:.0f} s, {peer.gigabytes:.1f} GB",
            f"{ours.seconds / peer.seconds:.1f} times pandas's time; parsed in the office's own"
            f" process instead of a child: {here.seconds:.0f} s, {here.gigabytes:.1f} GB",
        )
    yield small()


def small() -> Row:
    """One file of a row: the process that makes children starts with the first."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "visits.csv"
        path.write_text("visit\n1\n", encoding="utf-8")
        tries = {place: [_small(path, place) for _ in range(5)] for place in ("child", "here")}
    first, later = (
        {place: min(told[at] for told in tries[place]) for place in tries} for at in (0, 1)
    )
    return Row(
        "read a small file in a child",
        "1 row",
        f"first {first['child']:.2f} s, then {later['child'] * 1000:.0f} ms",
        f"in one's own process: {first['here']:.2f} s, then {later['here'] * 1000:.0f} ms",
        "best of 5",
    )


def _small(path: Path, place: str) -> tuple[float, float]:
    """Seconds of the first reading in a new process, and of those after it."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", SMALL, str(path), place],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    first, later = done.stdout.split()
    return float(first), float(later)


def write(path: Path, rows: int) -> None:
    """Invented visits, in blocks."""
    import numpy as np  # noqa: PLC0415 - only for the file
    import pyarrow as pa  # noqa: PLC0415 - as above
    from pyarrow import csv  # noqa: PLC0415 - as above

    rng = np.random.default_rng(1)
    words = np.array([f"word {number:05d}" for number in range(20_000)])
    names = ["visit", "seen_on", "amount", *(f"text_{number}" for number in range(12))]
    writer = None
    for first in range(0, rows, BLOCK):
        count = min(BLOCK, rows - first)
        days = (np.datetime64("2020-01-01") + rng.integers(0, 2_000, count)).astype(str)
        columns = [np.arange(first, first + count), days, rng.integers(0, 10**6, count) / 100]
        columns += [words[rng.integers(0, len(words), count)] for _ in range(12)]
        block = pa.table(dict(zip(names, columns, strict=True)))
        writer = writer or csv.CSVWriter(path, block.schema)
        writer.write_table(block)
    if writer is not None:
        writer.close()
