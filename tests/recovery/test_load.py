"""A backup made while files are delivered is one moment; one of five million rows comes back."""

import json
import os
import subprocess
import sys
import time
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from recovery_place import CANARY, FIELDS, ROWS, close

from joinedup.records.home import connect

pytestmark = pytest.mark.deep

BACKUPS, FEWEST = 6, 3
"""Backups made, and how many of them beside a delivery that ended meanwhile."""
TABLES, ROWS_OF_EACH, EVENTS, AT_ONCE = 5, 1_000_000, 1_000_000, 10_000
DELIVER = """
import sys
from pathlib import Path
from joinedup.cli.main import main
folder = Path(sys.argv[1])
places = ["--office", str(folder / "office"), "--home", str(folder / "home")]
number = 0
while not (folder / "stop").exists():
    number += 1
    file = folder / "load" / f"people_{number}.csv"
    rows = [f"R{n},94347{n:05},Load{number},{n % 90}" for n in range(40 + number)]
    file.write_text("reference,nhs,surname,age\\n" + "\\n".join(rows) + "\\n")
    code = main(["deliver", "people", str(file), *places])
    if code:
        sys.exit(code)
    (folder / "delivered").write_text(str(number))
"""


def people(home):
    """The number of the newest version, and whose surnames stand in it how often."""
    from joinedup.store.lake import Lake
    from joinedup.store.sides import identifiers_of

    connect(home)
    lake = Lake(home)
    now = lake.current("admitted.people")
    rows = lake.read(now.table, named=identifiers_of(now)).to_table()["surname"].to_pylist()
    close()
    return now.number, Counter(rows)


def delivered(place):
    """How many files were delivered so far."""
    path = place.folder / "delivered"
    return int(path.read_text() or 0) if path.exists() else 0


def wait(place, loading, number):
    """Until so many were."""
    while delivered(place) < number:
        assert loading.poll() is None, (place.folder / "load.log").read_text()
        time.sleep(0.05)


def lines(place, home):
    return place.say("audit", "show", "--last", "999999", "--home", home, "--json").out.splitlines()


def test_a_backup_made_while_files_are_delivered_is_one_committed_moment(place):
    (place.folder / "load").mkdir()
    log = (place.folder / "load.log").open("w")
    loading = subprocess.Popen(
        [sys.executable, "-c", DELIVER, str(place.folder)],
        env=dict(os.environ),
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    made, beside = [], 0
    try:
        wait(place, loading, 1)
        while len(made) < BACKUPS or beside < FEWEST:
            before = delivered(place)
            made.append(place.backup("--keep", 99).facts())
            beside += delivered(place) > before
            wait(place, loading, before + 1)
    finally:
        (place.folder / "stop").touch()
        loading.wait(timeout=120)
        log.close()
    assert loading.returncode == 0, (place.folder / "load.log").read_text()
    live, versions = lines(place, place.home), set()
    for one in made:
        home = place.folder / f"restored-{one['number']}"
        place.restore("--snapshot", one["number"], home=home)
        assert place.say("audit", "verify", "--home", home).code == 0
        assert json.loads(place.run("fsck", "--json", home=home).out)["ok"]
        back = lines(place, home)
        assert back[: one["events"]] == live[: one["events"]]
        number, surnames = people(home)
        versions.add(number)
        first = {f"{CANARY}{n}": 1 for n in range(ROWS)}
        later = {f"Load{number - 1}": ROWS + number - 1}
        assert surnames == (first if number == 1 else later), "rows of one version alone"
        told = [json.loads(line) for line in back[: one["events"]]]
        told_of = [event for event in told if event["kind"] == "delivery"]
        assert len(told_of) == number, "the lake is as far as the log"
    assert len(versions) > 1


@pytest.mark.timeout(7200)
def test_five_million_rows_and_a_million_events_come_back_as_they_were(place):
    from joinedup.records import ledger
    from joinedup.records.home import transaction
    from joinedup.store.lake import Lake

    assert FIELDS
    connect(place.home)
    drawn, lake = np.random.default_rng(5), Lake(place.home)
    for number in range(TABLES):
        columns = {
            "id": pa.array(np.arange(ROWS_OF_EACH)),
            "score": pa.array(drawn.random(ROWS_OF_EACH)),
            "ward": pa.array([f"W{n:02}" for n in range(50)]).take(
                pa.array(drawn.integers(0, 50, ROWS_OF_EACH))
            ),
        }
        lake.write(
            f"derived.list_{number}",
            pa.table(columns),
            kind="test",
            actor="test",
            facts={},
            purposes=["safety"],
            agreements=["safety"],
            origin="test",
        )
    already = ledger.end().seq
    for first in range(already, EVENTS, AT_ONCE):
        with transaction():
            ledger.append_all(
                [
                    ledger.entry("read", actor=f"person{n % 40}", facts={"n": n})
                    for n in range(first, min(first + AT_ONCE, EVENTS))
                ]
            )
    before = {version.table: version.digest for version in lake.tables()}
    close()
    made = place.backup("--within", 100).facts()
    assert made["events"] >= EVENTS
    back = place.restore().facts()
    assert back["events"] == made["events"]
    assert place.say("audit", "verify", "--home", place.new).code == 0
    connect(place.new)
    restored = Lake(place.new)
    assert {version.table: version.digest for version in restored.tables()} == before
    counts = [restored.read(f"derived.list_{n}").count_rows() for n in range(TABLES)]
    assert sum(counts) == TABLES * ROWS_OF_EACH
    assert restored.fsck() == []
    close()
