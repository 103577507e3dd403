"""What does encryption cost? A million rows to the lake and back, beside plain Parquet.

Plain is Arrow's own writer with the same settings, and an fsync; ours also tells the contents'
digest, places the part and writes the version and its event.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import Row
from benchmarks.admitting import write

ROWS = 1_000_000
TURNS = 3


def lake() -> Iterator[Row]:
    """The rows of a delivery of a million, as attributes and as identifiers in secret order."""
    import pyarrow as pa  # noqa: PLC0415 - what is measured
    import pyarrow.dataset as ds  # noqa: PLC0415 - as above
    from pyarrow import csv  # noqa: PLC0415 - as above

    from joinedup.records.home import connect  # noqa: PLC0415 - as above
    from joinedup.store.lake import Lake  # noqa: PLC0415 - as above
    from joinedup.store.sides import Apart  # noqa: PLC0415 - as above

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        write(place / "visits.csv", ROWS, "a register")
        table = csv.read_csv(place / "visits.csv").combine_chunks()
        home, plain = place / "home", place / "plain.parquet"
        connect(home)
        kept = Lake(home)
        wide = f"{ROWS:,} rows, {table.num_columns} columns"
        written = _best(lambda turn: _put(kept, f"derived.all_{turn}", table))
        by_hand = _best(lambda _turn: _plain(table, plain))
        yield _row("lake: write, encrypted", wide, written, by_hand)
        read = _best(lambda _turn: kept.read("derived.all_0").to_table())
        by_hand = _best(lambda _turn: ds.dataset(plain).to_table())
        yield _row("lake: read, encrypted", wide, read, by_hand)
        names = ["nhs_number", "surname"]
        apart = Apart(table.drop_columns(names), tuple(table.column_names), table.select(names))
        written = _best(lambda turn: _put(kept, f"admitted.apart_{turn}", apart))
        by_hand = _best(lambda _turn: _plain(table, plain))
        yield _row("lake: write, two identifiers apart in secret order", wide, written, by_hand)
        read = _best(lambda _turn: kept.read("admitted.apart_0", named=names).to_table())
        found = kept.read("admitted.apart_0", named=names).to_table()
        if not isinstance(found, pa.Table) or not found.equals(table.replace_schema_metadata(None)):
            message = "the rows did not come back as they were"
            raise AssertionError(message)
        by_hand = _best(lambda _turn: ds.dataset(plain).to_table())
        yield _row("lake: read, brought together again", wide, read, by_hand)


def _row(what: str, size: str, ours: float, plain: float) -> Row:
    note = f"{ours / plain:.1f} times plain Parquet"
    return Row(what, size, f"{ours:.2f} s", f"plain Parquet: {plain:.2f} s", note)


def _best(work: Callable[[int], object]) -> float:
    """The shortest of some turns, in seconds."""
    took = []
    for turn in range(TURNS):
        began = time.perf_counter()
        work(turn)
        took.append(time.perf_counter() - began)
    return min(took)


def _put(kept: Any, table: str, data: Any) -> None:
    kept.write(
        table,
        data,
        kind="bench",
        actor="bench",
        facts={},
        purposes=["bench"],
        agreements=["bench"],
        origin="bench",
    )


def _plain(table: Any, path: Path) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415 - what is measured

    with path.open("wb") as file:
        pq.write_table(table, file, compression="zstd", row_group_size=1 << 16)
        file.flush()
        os.fsync(file.fileno())
