"""How many events a second the ledger takes, and how fast it is walked."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import Row

ALONE, TOGETHER = 300, 5_000


def ledger() -> Iterator[Row]:
    """Events each in a transaction of their own, many in one, and the walk of them all."""
    from joinedup.records import home  # noqa: PLC0415 - what is measured

    with tempfile.TemporaryDirectory() as folder:
        home.connect(Path(folder) / "home")
        from joinedup.records import ledger as chain  # noqa: PLC0415 - Django, once connected

        began = time.perf_counter()
        for number in range(ALONE):
            with home.transaction():
                chain.append("bench", actor="bench", subject="alone", facts={"number": number})
        alone = time.perf_counter() - began
        note = "SQLite, each on the disk before the next"
        yield Row("ledger: append", f"{ALONE:,} events", f"{ALONE / alone:,.0f} a second", "", note)

        began = time.perf_counter()
        with home.transaction():
            for number in range(TOGETHER):
                chain.append("bench", actor="bench", subject="together", facts={"number": number})
        together = time.perf_counter() - began
        speed = f"{TOGETHER / together:,.0f} a second"
        yield Row("ledger: append", f"{TOGETHER:,} events", speed, "", "SQLite, one transaction")

        began = time.perf_counter()
        verdict = chain.verify()
        walked = time.perf_counter() - began
        if not verdict.ok or verdict.events < ALONE + TOGETHER:
            message = "the ledger did not verify"
            raise AssertionError(message)
        speed = f"{verdict.events / walked:,.0f} a second"
        yield Row(
            "ledger: verify", f"{verdict.events:,} events", speed, "", "every hash made again"
        )
