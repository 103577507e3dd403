"""Killed, or given an error, at any system call of an append: the chain holds, nothing is lost."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter

import numpy as np
import pytest
from traced import needs_strace, traced

from joinedup.core.errors import RecordsError
from joinedup.records.home import connect

CALLS = (
    "openat", "write", "pwrite64", "pread64", "ftruncate", "fallocate", "fdatasync", "fsync",
    "rename", "unlink", "mkdir", "flock", "fcntl", "sendto", "mmap", "close",
)  # fmt: skip
BEGIN, END = "joinedup-begins", "joinedup-ends"
PROGRAM = f"""
import os, sys
from pathlib import Path
from joinedup.core.errors import JoinedupError
from joinedup.records.home import connect
home = Path(sys.argv[1])
connect(home)
from joinedup.records.together import record
def write(number):
    try:
        print("told", number, record(home, "test", actor="ana", facts={{"n": number}}), flush=True)
    except JoinedupError as refusal:
        print("refused", number, refusal.word, flush=True)
if sys.argv[2] == "warm":
    write(0)
os.path.lexists("{BEGIN}")
write(1)
write(2)
os.path.lexists("{END}")
write(3)
"""
FEW = 6


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A home whose tables are made, with one event, and nothing open."""
    needs_strace()
    place = tmp_path_factory.mktemp("prepared") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        connect(place)
        from django.db import connection

        from joinedup.records import waiting
        from joinedup.records.together import record

        record(place, "test", actor="before")
        waiting.give_up()
        connection.close()
    return place


def points(prepared, tmp_path, state):
    """Every system call between the two marks, as its name and which one of that name it is."""
    home = copied(prepared, tmp_path)
    log = tmp_path / "log"
    rules = (f"trace={','.join(CALLS)},lstat,newfstatat,stat",)
    code, _ = traced(PROGRAM, str(home), state, rules=rules, log=log)
    assert code == 0
    seen, found, inside = Counter(), [], False
    for line in log.read_text(errors="replace").splitlines():
        call = re.match(r"(?:\d+ +)?(\w+)\(", line)
        if call is None:
            continue
        name = call[1]
        seen[name] += 1
        if BEGIN in line or END in line:
            inside = BEGIN in line
        elif inside and name in CALLS:
            found.append((name, seen[name]))
    assert len(found) > 30, found
    return found


def copied(prepared, tmp_path):
    for name in ("home", "home.keys"):
        shutil.rmtree(tmp_path / name, ignore_errors=True)
        shutil.copytree(prepared.with_name(name), tmp_path / name)
    return tmp_path / "home"


def some(found, count, seed=20261128):
    """A few of the points, of as many kinds as there are; all if count is 0."""
    if not count:
        return found
    rng = np.random.default_rng(seed)
    shuffled = [found[index] for index in rng.permutation(len(found))]
    first = {"fdatasync": 0, "pwrite64": 1, "write": 2}
    kinds = sorted({name for name, _ in found}, key=lambda name: (first.get(name, 9), name))
    return [next(one for one in shuffled if one[0] == kind) for kind in kinds[:count]]


def whole(home, said):
    """The chain verifies, what was told is there under its number, and it goes on."""
    from django.db import connection

    from joinedup.records import ledger, waiting
    from joinedup.records.together import record

    connect(home)
    verdict = ledger.verify()
    assert verdict.ok, verdict
    events = {event.seq: event for event in ledger.events()}
    assert sorted(events) == list(range(1, len(events) + 1))
    written = Counter(event.facts["n"] for event in events.values() if event.actor == "ana")
    assert not written or max(written.values()) == 1, "an event stands twice"
    for line in said.splitlines():
        if re.fullmatch(r"told \d+ \d+", line):  # the killed may have said half a line
            _, number, seq = line.split()
            assert events[int(seq)].facts["n"] == int(number)
    for path in (home / "waiting").glob("*" + waiting.UNREADY):
        os.utime(path, (0, 0))  # a seat that was never made ready is swept when it is old
    assert record(home, "test", actor="after") == len(events) + 1
    assert {path.name for path in (home / "waiting").iterdir()} <= {
        waiting.LEAD,
        waiting.my_place(home / "waiting").seat.name,
    }
    waiting.give_up()
    connection.close()


@pytest.mark.parametrize("count", [FEW, pytest.param(0, marks=pytest.mark.deep)])
@pytest.mark.parametrize("state", ["warm", pytest.param("cold", marks=pytest.mark.deep)])
def test_killed_at_any_system_call_the_chain_holds_and_nothing_told_is_lost(
    prepared, tmp_path, count, state
):
    for name, which in some(points(prepared, tmp_path, state), count):
        home = copied(prepared, tmp_path)
        rules = (f"trace={name}", f"inject={name}:signal=KILL:when={which}")
        code, said = traced(PROGRAM, str(home), state, rules=rules, log=tmp_path / "log")
        assert code == -signal.SIGKILL or code == 128 + signal.SIGKILL, (name, which, code)
        whole(home, said)


@pytest.mark.parametrize("error", ["EIO", pytest.param("ENOSPC", marks=pytest.mark.deep)])
@pytest.mark.parametrize("count", [3, pytest.param(0, marks=pytest.mark.deep)])
def test_an_error_at_any_system_call_is_told_or_mended_never_a_traceback(
    prepared, tmp_path, error, count
):
    found = [
        one
        for one in points(prepared, tmp_path, "warm")
        if one[0] in {"write", "pwrite64", "fdatasync", "fsync", "fallocate", "ftruncate", "mmap"}
    ]
    for name, which in some(found, count):
        home = copied(prepared, tmp_path)
        rules = (f"trace={name}", f"inject={name}:error={error}:when={which}")
        code, said = traced(PROGRAM, str(home), "warm", rules=rules, log=tmp_path / "log")
        if name != "write":  # the program's own printing is not the ledger's
            assert code == 0, (name, which)
            assert len(said.splitlines()) == 4, (name, which, said)
        whole(home, said)


WRITER = """
import sys
from pathlib import Path
from joinedup.records.home import connect
connect(Path(sys.argv[1]))
from joinedup.records.together import record
number = 0
while True:
    seq = record(Path(sys.argv[1]), "test", actor="ana", facts={"n": int(sys.argv[2]) + number})
    print("told", int(sys.argv[2]) + number, seq, flush=True)
    number += 1
"""


@pytest.mark.deep
def test_two_hundred_random_kills_lose_nothing(prepared, tmp_path):
    rng = np.random.default_rng(20261128)
    home, told = copied(prepared, tmp_path), []
    for round_ in range(50):
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, str(home), str(1_000_000 * round_ + 10_000 * one)],
                stdout=subprocess.PIPE,
                text=True,
            )
            for one in range(4)
        ]
        for one in writers:
            one.stdout.readline()
        for one in writers:
            time.sleep(float(rng.uniform(0, 0.05)))
            one.kill()
        told += [one.communicate()[0].rpartition("\n")[0] for one in writers]
    whole(home, "\n".join(filter(None, told)))


def test_a_home_without_its_keys_writes_nothing(prepared, tmp_path):
    home = copied(prepared, tmp_path)
    shutil.rmtree(tmp_path / "home.keys")
    connect(home)
    from django.db import connection

    from joinedup.records import ledger, waiting
    from joinedup.records.together import record

    with pytest.raises(RecordsError, match="keys of this home are missing"):
        record(home, "test", actor="ana")
    assert len(list(ledger.events())) == 1
    assert not (tmp_path / "home.keys").exists()
    waiting.give_up()
    connection.close()
