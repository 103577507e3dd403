"""How long does an office wait for its home? Five million rows and a million events, restored.

By hand is a copy of the home's folder, which proves nothing of what it copies.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import Row
from benchmarks.admitting import write

ROWS, EVENTS, AT_ONCE = 1_000_000, 1_000_000, 10_000
TABLES = 5
LONGEST = 600.0


def recovery() -> Iterator[Row]:
    """A home is made, backed up, backed up again, and restored."""
    from joinedup.records.home import connect  # noqa: PLC0415 - what is measured
    from joinedup.store.backup import make, restore  # noqa: PLC0415 - as above

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        home, vault, new = place / "home", place / "vault", place / "new"
        connect(home)
        _fill(place, home)
        size = f"{ROWS * TABLES:,} rows, {EVENTS:,} events"
        began = time.perf_counter()
        made = make.backup(home, vault, actor="bench", keep=7, within=LONGEST)
        first = time.perf_counter() - began
        note = f"{made.bytes / 2**20:,.0f} MiB; the chain walked, each file read again"
        yield Row("backup: the first", size, f"{first:.0f} s", _copied(home, place / "copy"), note)
        began = time.perf_counter()
        again = make.backup(home, vault, actor="bench", keep=7, within=LONGEST)
        took = time.perf_counter() - began
        if again.copied:
            message = f"{again.copied} parts were written again"
            raise AssertionError(message)
        yield Row("backup: the next, nothing new in the lake", size, f"{took:.0f} s", "", "")
        began = time.perf_counter()
        back = restore.restore(
            vault,
            new,
            keys=home.with_name("home.keys"),
            number=None,
            reason="bench",
            actor="bench",
        )
        took = time.perf_counter() - began
        told = 3  # events of the two backups: one is begun and done, the other begun
        if back.events != EVENTS + told or back.parts != TABLES:
            message = f"{back.events:,} events and {back.parts} parts came back"
            raise AssertionError(message)
        note = f"two snapshots believed, rows read back, chain verified; aim {LONGEST:.0f} s"
        yield Row("restore", size, f"{took:.0f} s", "", note)


def _fill(place: Path, home: Path) -> None:
    from pyarrow import csv  # noqa: PLC0415 - as above

    from joinedup.records import ledger  # noqa: PLC0415 - Django, once connected
    from joinedup.records.home import transaction  # noqa: PLC0415 - as above
    from joinedup.store.lake import Lake  # noqa: PLC0415 - as above

    write(place / "visits.csv", ROWS, "a register")
    table = csv.read_csv(place / "visits.csv")
    for number in range(TABLES):
        Lake(home).write(
            f"derived.visits_{number}",
            table,
            kind="bench",
            actor="bench",
            facts={},
            purposes=["bench"],
            agreements=["bench"],
            origin="bench",
        )
    for first in range(TABLES, EVENTS, AT_ONCE):
        with transaction():
            ledger.append_all(
                [
                    ledger.entry(
                        "read",
                        actor=f"person{number % 40}",
                        subject=f"derived.list_{number % 400}",
                        facts={"reads": [f"derived.list_{number % 400}"], "purpose": "bench"},
                    )
                    for number in range(first, min(first + AT_ONCE, EVENTS))
                ]
            )


def _copied(home: Path, to: Path) -> str:
    """The folder copied by hand, and on the disk."""
    began = time.perf_counter()
    shutil.copytree(home, to)
    os.sync()
    took = time.perf_counter() - began
    shutil.rmtree(to)
    return f"a copy of the folder: {took:.0f} s"
