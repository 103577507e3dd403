"""How many events a second the ledger takes, and how fast it is walked."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import Row

ALONE, TOGETHER = 300, 5_000
WRITERS, EACH, LEAST = 8, 500, 500
BEFORE = ALONE + TOGETHER + WRITERS * EACH
MILLION, AT_ONCE, LONGEST, LONGEST_ANSWER = 1_000_000, 10_000, 30.0, 5.0
WRITER = """
import sys
from pathlib import Path
from joinedup.records.home import connect
connect(Path(sys.argv[1]))
from joinedup.records.together import record
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[2])):
    record(Path(sys.argv[1]), "bench", actor="bench", subject="eight", facts={"number": number})
"""


def ledger() -> Iterator[Row]:
    """One writer alone, one transaction, eight processes at once; then a million events."""
    from joinedup.records import home  # noqa: PLC0415 - what is measured

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "home"
        home.connect(place)
        yield from _one_writer()
        yield _eight_writers(place)
        yield from _million()


def _one_writer() -> Iterator[Row]:
    """Events each in a transaction of their own, and many in one."""
    from joinedup.records import home  # noqa: PLC0415 - what is measured
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


def _eight_writers(place: Path) -> Row:
    """Each of eight processes waits for every event of its own to be on the disk."""
    command = [sys.executable, "-c", WRITER, str(place), str(EACH)]
    writers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(WRITERS)
    ]
    for writer in writers:
        if writer.stdout is None or writer.stdout.readline() != "ready\n":
            message = "a writer did not begin"
            raise AssertionError(message)
    began = time.perf_counter()
    for writer in writers:
        writer.communicate("go\n")
    took = time.perf_counter() - began
    speed = WRITERS * EACH / took
    if any(writer.returncode for writer in writers) or speed < LEAST:
        message = f"eight writers came to {speed:,.0f} durable events a second, not {LEAST}"
        raise AssertionError(message)
    note = f"SQLite, {WRITERS} processes share commits; at least {LEAST}"
    return Row("ledger: record", f"{WRITERS * EACH:,} events", f"{speed:,.0f} a second", "", note)


def _million() -> Iterator[Row]:
    """The chain made up to a million events, then walked whole."""
    from joinedup.records import home  # noqa: PLC0415 - what is measured
    from joinedup.records import ledger as chain  # noqa: PLC0415 - Django, once connected

    for first in range(BEFORE, MILLION, AT_ONCE):
        with home.transaction():
            chain.append_all(
                [
                    chain.entry(
                        "read",
                        actor=f"person{number % 40}",
                        subject=f"derived.list_{number % 400}",
                        facts={"reads": [f"derived.list_{number % 400}"], "purpose": "bench"},
                    )
                    for number in range(first, min(first + AT_ONCE, MILLION))
                ]
            )
    started = time.perf_counter()
    verdict = chain.verify()
    took = time.perf_counter() - started
    if not verdict.ok or verdict.events != MILLION or took > LONGEST:
        message = f"{verdict.events:,} events verified in {took:.1f} s ({verdict.reason})"
        raise AssertionError(message)
    note = f"every hash made again; at most {LONGEST:.0f} s"
    yield Row("ledger: verify", f"{MILLION:,} events", f"{took:.1f} s", "", note)
    yield _who()


def _who() -> Row:
    """One table of four hundred, and one that was never there."""
    from joinedup.records.who import of_table  # noqa: PLC0415 - as above

    started = time.perf_counter()
    deeds, none = of_table("derived.list_7"), of_table("derived.list_none")
    took = (time.perf_counter() - started) / 2
    if len(deeds) != sum(number % 400 == 7 for number in range(BEFORE, MILLION)) or none:
        message = f"{len(deeds):,} events of the table were found"
        raise AssertionError(message)
    if took > LONGEST_ANSWER:
        message = f"who read a table was answered in {took:.1f} s"
        raise AssertionError(message)
    note = f"{len(deeds):,} found; at most {LONGEST_ANSWER:.0f} s"
    return Row("ledger: who", f"{MILLION:,} events", f"{took:.1f} s", "", note)
