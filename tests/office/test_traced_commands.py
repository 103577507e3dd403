"""Whatever command is given: no data is opened before its own event is on the disk."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from bisect import bisect
from collections import defaultdict
from datetime import datetime
from pathlib import Path

import pytest
import typer
from ruled import POLICY, REASON, write_homes

from joinedup.cli.main import app, main

MATRIX = tomllib.loads((Path(__file__).parent / "matrix.toml").read_text(encoding="utf-8"))
COMMANDS = MATRIX["commands"]
CALL = re.compile(
    r"^\d+ +(?P<at>\d+\.\d+) (?P<name>\w+)\("
    r"(?:AT_FDCWD[^,]*, \"(?P<path>[^\"]+)\", (?P<flags>[A-Z_|]+)"
    r"|\d+<(?P<file>[^>]+)>).*\) = \d+"
)
DATA = ("lake", "desk", "outbox", "results")
WHOLE = {"fsck", "backup begun", "subject case"}
"""Kinds of events of what reads every table, for the house or for one person; they name none."""
OTHER_ARGUMENTS = {
    "deliver": ["homes", "{arrivals}/homes_may.csv"],
    "drift": ["homes", "{arrivals}/homes_may.csv"],
    "bootstrap": ["{arrivals}/homes_may.csv"],
    "demo": [],
    "agree draft": ["homes"],
    "policy decide": ["--person", "ana", "--purpose", "inspection", "--dataset", "homes"],
    "policy explain": ["--person", "ana", "--purpose", "inspection", "--dataset", "homes"],
    "audit anchor": ["--out", "{new}"],
    "restore": ["{arrivals}", "--reason", "test"],
    "keys shares combine": ["{arrivals}/homes_may.csv", "--reserve", "{arrivals}"],
    "audit clock": [],
    "audit public-key": [],
    "run": ["define:by_ward"],
    "show": ["rank"],
    "release check": ["rank", "--for", "council"],
    "release review": ["rank", "--for", "council", "--return", *REASON],
    "release out": ["rank", "--for", "council"],
    "release out --dry-run": ["rank", "--for", "council", "--dry-run"],
}
"""For commands that have none in the matrix, or whose own there would open nothing."""
READING = {
    "deliver",
    "sweep",
    "fsck",
    "run",
    "release out",
    "subject find",
    "subject report",
    "backup",
}
"""Commands that open data in this office; without them the test would prove nothing."""

needs_strace = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")


def parameters(name):
    """The options that a command takes, as the command line itself has them."""
    command = typer.main.get_command(app)
    for word in name.partition(" --")[0].split():
        command = command.commands[word]
    return {option for one in command.params for option in one.opts}


AT_HOME = {name for name in COMMANDS if "--home" in parameters(name)}
"""Those that are told of a home; test_matrix holds that the matrix has every command."""


def test_every_command_that_is_told_of_a_home_is_traced():
    assert set(COMMANDS) >= AT_HOME > READING
    without = {name for name in AT_HOME if "args" not in COMMANDS[name]} - set(OTHER_ARGUMENTS)
    assert not without, "say in OTHER_ARGUMENTS how these are called"


@pytest.fixture(scope="module")
def world(ruled_base, tmp_path_factory):
    """An office with something to open everywhere: results, one that is reviewed, files."""
    place = tmp_path_factory.mktemp("traced") / "place"
    shutil.copytree(ruled_base, place)
    agreements = place / "office" / "agreements"
    shutil.copy(agreements / "homes.toml", agreements / "other.toml")
    dataset = place / "office" / "datasets" / "homes.toml"
    dataset.write_text(dataset.read_text().replace("sensitivity = 2, ", ""))  # no assessment needed
    (place / "arrivals").mkdir()
    write_homes(place / "arrivals" / "homes_may.csv", seed=9)
    read = ("release", "review", "rank", "--for", "council", "--approve", *REASON)
    read += ("--words-read",)
    for words in (
        ("run", "rank", "--as", "ana"),  # and nothing else, so that there is something to run
        ("project", "gate", "--as", "cy"),
        ("release", "check", "rank", "--for", "council", "--as", "lea"),
        (*read, "--as", "rev"),
        (*read, "--as", "sec"),
    ):
        assert main([*words, *places(place)]) == 0, words
    (place / "office" / "policy.toml").write_text(POLICY + "# another word\n")
    assert main(["policy", "propose", "--as", "cy", *places(place)]) == 0
    closed()
    return place


def closed():
    from django.db import connections

    connections.close_all()


def places(place):
    return "--office", str(place / "office"), "--home", str(place / "home")


def events(place):
    from joinedup.records.home import connect
    from joinedup.records.models import LedgerEvent

    connect(place / "home")
    found = list(LedgerEvent.objects.order_by("seq"))
    closed()
    return found


def words_of(place, name):
    """The command as somebody who may gives it; there are names in the matrix to be filled in."""
    row = COMMANDS[name]
    proposal = [one.seq for one in events(place) if one.kind == "policy proposed"]
    known = {"homes": place / "homes_march.csv", "arrivals": place / "arrivals"}
    known |= {"new": place / "new", "proposal": proposal[-1] if proposal else 0}
    words = [one.format(**known) for one in OTHER_ARGUMENTS.get(name, row.get("args"))]
    who = row["may"][0] if "may" in row else "nobody"
    acting = ("--as", who) if "--as" in parameters(name) else ()
    return [*name.partition(" --")[0].split(), *words, *acting]


def traced(place, words):
    """What the command opened of the data, and when the ledger was put on the disk."""
    log = place / "strace.log"
    watch = ["strace", "-f", "-y", "-ttt", "-s", "4096", "-o", str(log)]
    watch += ["-e", "trace=openat,fsync,fdatasync"]
    command = [sys.executable, "-m", "joinedup", *words, *places(place)]
    subprocess.run([*watch, *command], capture_output=True, env=dict(os.environ), check=False)
    opened, settled = [], []
    for one in map(CALL.match, log.read_text(errors="replace").splitlines()):
        if one is None:
            continue
        if one["name"] == "openat" and (path := data(place / "home", one)):
            opened.append((float(one["at"]), path))
        if "sync" in one["name"] and "/records.sqlite3" in (one["file"] or ""):
            settled.append(float(one["at"]))
    log.unlink()
    return opened, settled


def data(home, call):
    """The file of the data that a call opens for reading; nothing if it is none."""
    path = Path(call["path"])
    if not path.is_relative_to(home) or {"O_DIRECTORY", "O_CREAT"} & set(call["flags"].split("|")):
        return None
    parts = path.relative_to(home).parts or ("",)
    # What a command itself is writing lies aside until it is renamed.
    aside = any(part.startswith(".") for part in parts)
    # A folder is opened to put the names in it on the disk.
    return None if parts[0] not in DATA or aside or not path.suffix else path.relative_to(home)


def covered(path, told):
    """Whether an event of the command says that this file will be read."""
    if path.parts[0] != "lake":
        return bool(told)
    table = ".".join(path.parts[1:3])
    for one in told:
        facts = json.loads(one.facts)
        named = {one.subject, *facts.get("reads", ()), facts.get("lake", {}).get("table")}
        if one.kind in WHOLE or table in named:
            return True
    return False


def unfounded(place, words, before):
    """What was opened before an event on the disk of the command's own trace said so."""
    opened, settled = traced(place, words)
    told = [one for one in events(place) if one.seq > before]
    assert len({one.trace for one in told}) <= 1, "the events of one command have one trace"
    assert all(one.trace for one in told)
    at = {one.seq: datetime.fromisoformat(one.at).timestamp() for one in told}
    wrong = defaultdict(list)
    for moment, path in opened:
        last = settled[bisect(settled, moment) - 1] if bisect(settled, moment) else 0.0
        if not covered(path, [one for one in told if at[one.seq] <= last]):
            wrong[path].append(moment)
    return opened, dict(wrong), [(one.kind, one.subject, at[one.seq]) for one in told]


@needs_strace
@pytest.mark.deep
@pytest.mark.timeout(1800)
def test_no_command_opens_data_before_its_own_event_is_on_the_disk(world, tmp_path):
    before, reading = events(world)[-1].seq, set()
    for name in sorted(AT_HOME):
        place = tmp_path / "place"
        shutil.copytree(world, place)
        opened, wrong, told = unfounded(place, words_of(place, name), before)
        assert not wrong, f"{name}: {[*map(str, wrong)]} {min(wrong.values())} {told}"
        if opened:
            reading.add(name)
        shutil.rmtree(place)
    assert reading >= READING, READING - reading


@needs_strace
@pytest.mark.deep
@pytest.mark.timeout(1800)
def test_whoever_may_not_opens_nothing(world, tmp_path):
    gated = sorted(name for name in AT_HOME if "may" in COMMANDS[name])
    for name in gated:
        place = tmp_path / "place"
        shutil.copytree(world, place)
        words = words_of(place, name)
        words[-1] = "nobody"
        opened, _ = traced(place, words)
        assert opened == [], name
        shutil.rmtree(place)
