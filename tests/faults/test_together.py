"""Deliveries and readings at once: nothing is lost, and every reader sees one version."""

import json
import os
import signal
import subprocess
import sys
import time

import pyarrow.compute as pc
import pytest

from joinedup.records.home import connect
from joinedup.store.lake import Lake

FIELDS = "reference,nhs,surname,age"
SECONDS = 10


@pytest.fixture
def files(place):
    """Eight files of the dataset, each with its number in every row; the home is empty."""
    place.put_back(0)
    made = []
    for number in range(8):
        rows = [f"R{n},94347{n:05},Name{number},{number}" for n in range(40 + number)]
        path = place.folder / f"people_at_once_{number}.csv"
        path.write_text("\n".join([FIELDS, *rows, ""]))
        made.append(path)
    return made


def at_once(place, sent):
    """Deliver these files at once; each is a version, as if one had come after the other."""
    from django.db import connection

    place.put_back(0)
    ended = place.together([["deliver", "people", str(path), "--json"] for path in sent])
    assert [one.code for one in ended] == [0] * len(sent), [one.err for one in ended]
    told = [json.loads(one.out) for one in ended]
    assert sorted(one["version"] for one in told) == list(range(1, len(sent) + 1))
    connect(place.home)
    for number, one in enumerate(told):
        found = Lake(place.home).read("admitted.people", one["version"], named=["surname"])
        table = found.to_table()
        assert set(table["surname"].to_pylist()) == {f"Name{number}"}
        assert set(table["age"].to_pylist()) == {number}
        assert one["version"] == 1 or one["effect"]["against"] == one["version"] - 1
    connection.close()
    assert json.loads(place.run("fsck", "--json").out)["ok"]


@pytest.mark.parametrize("many", [2, 8])
def test_files_of_one_dataset_delivered_at_once_are_as_if_one_after_the_other(place, files, many):
    at_once(place, files[:many])


@pytest.mark.deep
@pytest.mark.timeout(3600)
def test_fifty_rounds_of_files_delivered_at_once_lose_none(place, files):
    for turn in range(50):
        at_once(place, files[: 2 + turn % 7])


def test_one_file_delivered_by_many_at_once_is_delivered_once(place, files):
    ended = place.together([["deliver", "people", str(files[3]), "--json"]] * 5)
    told = [json.loads(one.out) for one in ended]
    assert [one["already_delivered"] for one in told].count(False) == 1
    assert {one["version"] for one in told} == {1}


WRITER = """
import sys
from pathlib import Path
import pyarrow as pa
from joinedup.records.home import connect
from joinedup.store.lake import Lake
from joinedup.store.sides import Apart
home, count, rows = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
connect(home)
for number in range(1, count + 1):
    column = pa.array([number] * (rows + number))
    Lake(home).write(
        "admitted.counted",
        Apart(pa.table({"a": column}), ("a", "who"), pa.table({"who": column})),
        kind="delivery", actor="ana", facts={}, purposes=["p"], agreements=["a"], origin="test",
    )
"""
VERSIONS, READS, ROWS = 20, 1_000, 70_000


def test_a_thousand_readings_while_twenty_versions_are_written_see_one_version_each(sqlite_lake):
    lake = sqlite_lake
    command = [sys.executable, "-c", WRITER, str(lake.home), str(VERSIONS), str(ROWS)]
    reads, seen = 0, set()
    with subprocess.Popen(command) as writer:
        while writer.poll() is None or reads < READS:
            if lake.current("admitted.counted") is None:
                continue
            kwargs = {"named": ["who"]} if reads % 10 == 0 else {}
            found = lake.read("admitted.counted", **kwargs).to_table()
            values = {value for column in found.columns for value in pc.unique(column).to_pylist()}
            (number,) = values
            assert found.num_rows == ROWS + number
            seen.add(number)
            reads += 1
    assert writer.returncode == 0
    assert reads >= READS
    assert max(seen) == VERSIONS
    assert lake.fsck() == []


@pytest.fixture
def sqlite_lake(tmp_path, monkeypatch):
    from django.db import connection

    monkeypatch.delenv("DATABASE_URL", raising=False)
    connect(tmp_path / "home")
    yield Lake(tmp_path / "home")
    connection.close()


HOLDER = """
import sys, time
from pathlib import Path
import pyarrow as pa
from joinedup.records import keyring, locks
from joinedup.records.home import connect
from joinedup.store.lake import Lake
home, what = Path(sys.argv[1]), sys.argv[2]
connect(home)
def stay(*_):
    print("holding", flush=True)
    time.sleep(600)
if what == "ledger":
    Lake(home).write("derived.held", pa.table({"a": [1]}), kind="derived", actor="ana", facts={},
                     purposes=[], agreements=[], origin="", also=stay)
elif what == "keys":
    with keyring._alone(keyring.key_folder(home)):
        stay()
else:
    with locks.alone(home, "people"):
        stay()
"""


@pytest.mark.parametrize("what", ["ledger", "keys", "delivery"])
def test_a_lock_whose_holder_was_killed_is_free_at_once(place, what):
    place.put_back(1)
    command = [sys.executable, "-c", HOLDER, str(place.home), what]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "holding\n"
        os.kill(holder.pid, signal.SIGKILL)
    began = time.monotonic()
    ended = place.deliver("people_2.csv")
    assert ended.code == 0, ended.err
    assert time.monotonic() - began < SECONDS
    assert json.loads(place.run("fsck", "--sweep", "--json").out)["ok"]
