"""How long it takes to read and check a large CSV, and in how much memory; beside pandas.

pandas reads and types the same columns and checks nothing: no key, no cell of a wrong type, no
line number.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import Row
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
            peer = used(["-c", PEER, str(path), str(rows)])
        yield Row(
            "read and check a CSV",
            f"{rows:,} rows, 15 columns, {size:.1f} GB",
            f"{ours.seconds:.0f} s, {ours.gigabytes:.1f} GB",
            f"pandas, unchecked: {peer.seconds:.0f} s, {peer.gigabytes:.1f} GB",
            f"{ours.seconds / peer.seconds:.1f} times pandas's time",
        )


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
