"""How many events a second the ledger takes, and how fast it is walked, beside bare floors.

The floors are measured in the same run: bare SQLite that commits as many rows to the disk, and a
hash of each event's bytes.
"""

import hashlib
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import Row
from benchmarks.processes import used

ALONE, TOGETHER = 300, 5_000
WRITERS, EACH, LEAST = 8, 1_250, 500
BEFORE = ALONE + TOGETHER + WRITERS * EACH
MILLION, AT_ONCE, LONGEST, LONGEST_ANSWER, MOST_GB = 1_000_000, 10_000, 30.0, 5.0, 0.2
PEOPLE = 500
WRITER = """
import sys, time
from pathlib import Path
from joinedup.records.home import connect
connect(Path(sys.argv[1]))
from joinedup.records.together import record
print("ready", flush=True)
sys.stdin.readline()
took = []
for number in range(int(sys.argv[2])):
    began = time.perf_counter()
    seq = record(Path(sys.argv[1]), "bench", actor="bench", subject="eight", facts={"n": number})
    took.append((time.perf_counter() - began, seq))
print(*(f"{seconds:.6f} {seq}" for seconds, seq in took), sep="\\n")
"""
VERIFY = """
import sys
from pathlib import Path
from joinedup.records.home import connect
connect(Path(sys.argv[1]))
from joinedup.records.ledger import verify
found = verify()
sys.exit(not (found.ok and found.seals and found.events == int(sys.argv[2])))
"""


def ledger() -> Iterator[Row]:
    """One writer alone, one transaction, eight processes at once; then a million events."""
    from joinedup.records import home  # noqa: PLC0415 - what is measured

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "home"
        home.connect(place)
        yield from _one_writer(Path(folder))
        yield _eight_writers(place, Path(folder))
        yield from _million(place)


def _one_writer(folder: Path) -> Iterator[Row]:
    """Events each in a transaction of their own, and many in one."""
    from joinedup.records import home  # noqa: PLC0415 - what is measured
    from joinedup.records import ledger as chain  # noqa: PLC0415 - Django, once connected

    began = time.perf_counter()
    for number in range(ALONE):
        with home.transaction():
            chain.append("bench", actor="bench", subject="alone", facts={"number": number})
    alone = ALONE / (time.perf_counter() - began)
    bare = _bare(folder, ALONE, 1)
    note = f"SQLite, each on the disk before the next; {bare / alone:.1f} times bare SQLite's time"
    yield _speed("ledger: append", ALONE, alone, bare, note)

    began = time.perf_counter()
    with home.transaction():
        for number in range(TOGETHER):
            chain.append("bench", actor="bench", subject="together", facts={"number": number})
    together = TOGETHER / (time.perf_counter() - began)
    yield _speed("ledger: append", TOGETHER, together, None, "SQLite, one transaction")


def _speed(what: str, events: int, ours: float, bare: float | None, note: str) -> Row:
    peer = "" if bare is None else f"bare SQLite: {bare:,.0f} a second"
    return Row(what, f"{events:,} events", f"{ours:,.0f} a second", peer, note)


def _bare(folder: Path, rows: int, at_once: int) -> float:
    """Rows a second that bare SQLite commits to the disk, so many in each commit."""
    with sqlite3.connect(folder / f"bare-{at_once}.sqlite3", isolation_level=None) as bare:
        bare.execute("pragma journal_mode=wal")
        bare.execute("pragma synchronous=full")
        bare.execute("create table event (seq integer primary key, text text)")
        began = time.perf_counter()
        for _ in range(rows // at_once):
            bare.execute("begin immediate")
            bare.executemany("insert into event (text) values (?)", [("x" * 400,)] * at_once)
            bare.execute("commit")
        took = time.perf_counter() - began
    bare.close()
    return rows / took


def _eight_writers(place: Path, folder: Path) -> Row:
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
        if writer.stdin is not None:
            writer.stdin.write("go\n")
            writer.stdin.flush()
    told = [line.split() for writer in writers for line in writer.communicate()[0].splitlines()]
    ours = WRITERS * EACH / (time.perf_counter() - began)
    late = sorted(float(seconds) for seconds, _ in told)[int(0.95 * len(told))] * 1_000
    numbers = sorted(int(seq) for _, seq in told)
    if numbers != list(range(numbers[0], numbers[0] + WRITERS * EACH)):
        message = "the numbers that the writers were told are not contiguous"
        raise AssertionError(message)
    bare = _bare(folder, WRITERS * EACH // 4, WRITERS)
    note = (
        f"SQLite, {WRITERS} processes share commits, 95 % told within {late:.0f} ms; at least"
        f" {LEAST} a second is the aim; {bare / ours:.1f} times the time of one process that"
        " commits eight"
    )
    return _speed("ledger: record", WRITERS * EACH, ours, bare, note)


def _million(place: Path) -> Iterator[Row]:
    """The chain made up to a million events, then walked whole."""
    from joinedup.records import home, subjects  # noqa: PLC0415 - what is measured
    from joinedup.records import ledger as chain  # noqa: PLC0415 - Django, once connected

    people = [subjects.token(place, number) for number in range(PEOPLE)]
    for first in range(BEFORE, MILLION, AT_ONCE):
        with home.transaction():
            chain.append_all(
                [
                    chain.entry(
                        "read",
                        actor=f"person{number % 40}",
                        subject=people[number % PEOPLE],
                        facts={"reads": [f"derived.list_{number % 400}"], "purpose": "bench"},
                    )
                    for number in range(first, min(first + AT_ONCE, MILLION))
                ]
            )
    took = used(["-c", VERIFY, str(place), str(MILLION)])
    if took.gigabytes > MOST_GB:
        message = f"verified with {took.gigabytes:.2f} GB"
        raise AssertionError(message)
    floor = _hashed()
    note = (
        f"every hash and seal made again; at most {LONGEST:.0f} s is the aim, and {MOST_GB} GB;"
        f" {took.seconds / floor:.0f} times the hashing alone"
    )
    seconds = f"{took.seconds:.1f} s, {took.gigabytes:.2f} GB"
    hashing = f"SHA-256 of as many bytes: {floor:.1f} s"
    yield Row("ledger: verify", f"{MILLION:,} events", seconds, hashing, note)
    yield from _who(place)


def _hashed() -> float:
    """Seconds to hash a million events' bytes, each by itself."""
    text = b"x" * 420
    began = time.perf_counter()
    for _ in range(MILLION):
        hashlib.sha256(text).hexdigest()
    return time.perf_counter() - began


def _who(place: Path) -> Iterator[Row]:
    """One table of four hundred, one person of five hundred; each equal to the journal."""
    from joinedup.records import who  # noqa: PLC0415 - as above
    from joinedup.records.subjects import known_token  # noqa: PLC0415 - as above

    numbers = range(BEFORE, MILLION)
    questions = {
        "who read a table": (
            lambda: who.of_table("derived.list_7"),
            [number + 1 for number in numbers if number % 400 == 7],
        ),
        "who looked at a person": (
            lambda: who.of_subject(known_token(place, 7) or ""),
            [number + 1 for number in numbers if number % PEOPLE == 7],
        ),
    }
    for what, (ask, journal) in questions.items():
        started = time.perf_counter()
        deeds = ask()
        took = time.perf_counter() - started
        if [deed.seq for deed in deeds] != journal:
            message = f"{what}: {len(deeds):,} events, {len(journal):,} in the journal"
            raise AssertionError(message)
        note = f"{len(deeds):,} found, as in the journal; at most {LONGEST_ANSWER:.0f} s is the aim"
        yield Row(f"ledger: {what}", f"{MILLION:,} events", f"{took:.1f} s", "", note)
