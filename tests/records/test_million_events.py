"""A ledger of the size that an office has after years: one chain, little memory, every deed."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from joinedup.records.home import transaction

pytestmark = pytest.mark.deep

WRITERS, EACH = 8, 1_250
EVENTS, AT_ONCE = 1_000_000, 10_000
MOST_MIB = 200
PEOPLE, TABLES, ACTORS = 500, 400, 40
SRC = Path(__file__).resolve().parents[2] / "src"
WRITER = """
import sys
from pathlib import Path
from joinedup.records.home import connect
connect(Path(sys.argv[1]))
from joinedup.records.together import record
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[3])):
    seq = record(Path(sys.argv[1]), "test", actor=sys.argv[2], facts={"n": number})
    print(number, seq)
"""
VERIFY = """
import sys
from pathlib import Path
from joinedup.records.home import connect
connect(Path(sys.argv[1]))
from joinedup.records.ledger import verify
found = verify()
status = Path("/proc/self/status").read_text()
peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
print(int(found.ok), int(found.seals), found.unsealed, found.events, peak)
"""


def python(program, *arguments, **more):
    """A program in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(SRC)},
        stdout=subprocess.PIPE,
        text=True,
        **more,
    )


def verified(home):
    """What a fresh process says of the chain, and the most memory that it held, in MiB."""
    with python(VERIFY, home) as process:
        ok, seals, unsealed, events, kib = map(int, process.communicate()[0].split())
    assert process.returncode == 0
    assert (ok, seals, unsealed) == (1, 1, 0)
    return events, kib / 1024


def test_eight_processes_append_a_thousand_and_more_each_to_one_chain(sqlite_home):
    from joinedup.records import ledger

    writers = {
        f"w{n}": python(WRITER, sqlite_home, f"w{n}", EACH, stdin=subprocess.PIPE)
        for n in range(WRITERS)
    }
    for one in writers.values():
        assert one.stdout.readline() == "ready\n"
    for one in writers.values():
        one.stdin.write("go\n")
        one.stdin.flush()
    told = {
        name: [tuple(map(int, line.split())) for line in one.communicate()[0].splitlines()]
        for name, one in writers.items()
    }
    assert {one.returncode for one in writers.values()} == {0}
    numbers = sorted(seq for said in told.values() for _, seq in said)
    assert numbers == list(range(1, WRITERS * EACH + 1))
    found = list(ledger.events())
    assert [one.seq for one in found] == numbers
    for name, said in told.items():
        mine = [(one.facts["n"], one.seq) for one in found if one.actor == name]
        assert said == mine == sorted(mine)
        assert len(mine) == EACH
    assert verified(sqlite_home)[0] == WRITERS * EACH


@pytest.fixture
def journal(sqlite_home):
    """A million events of readings, and who did what to which, kept beside the ledger."""
    from joinedup.records import ledger, subjects

    people = [subjects.token(sqlite_home, number) for number in range(PEOPLE)]
    drawn = np.random.default_rng(14)
    whom = drawn.integers(0, PEOPLE, EVENTS)
    table = drawn.integers(0, TABLES, EVENTS)
    actor = drawn.integers(0, ACTORS, EVENTS)
    for first in range(0, EVENTS, AT_ONCE):
        with transaction():
            ledger.append_all(
                [
                    ledger.entry(
                        "read",
                        actor=f"person{actor[n]}",
                        subject=people[whom[n]],
                        facts={"reads": [f"derived.list_{table[n]}"], "purpose": "test"},
                    )
                    for n in range(first, first + AT_ONCE)
                ]
            )
    return people, whom, table, actor


@pytest.mark.timeout(3600)
def test_a_million_events_are_verified_in_little_memory_and_tell_who_did_what(sqlite_home, journal):
    from joinedup.records import who

    people, whom, table, actor = journal
    events, most = verified(sqlite_home)
    assert events == EVENTS
    assert most <= MOST_MIB, f"{most:.0f} MiB"
    for one in (0, 7, PEOPLE - 1):
        found = [(deed.seq, deed.who) for deed in who.of_subject(people[one])]
        assert found == [(n + 1, f"person{actor[n]}") for n in np.flatnonzero(whom == one).tolist()]
    for one in (0, 7, 70, TABLES - 1):
        found = [(deed.seq, deed.who) for deed in who.of_table(f"derived.list_{one}")]
        assert found == [
            (n + 1, f"person{actor[n]}") for n in np.flatnonzero(table == one).tolist()
        ]
