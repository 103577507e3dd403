"""No file of the lake is opened before an event of the same command says that it will be."""

import os
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from ruled import write_homes

OPENED = re.compile(
    r"^\d+ +(?P<at>\d+\.\d+) openat\([^,]+, \"(?P<path>[^\"]+)\".*\) = \d+$", re.MULTILINE
)
COMMANDS = {
    "run": ("run", "--as", "ana"),
    "run on some rows": ("run", "--as", "eva"),
    "run what is unchanged": ("run", "--as", "ana"),
    "show": ("show", "rank", "--as", "ana"),
    "release": ("release", "rank", "--dry-run", "--as", "lea"),
    "status": ("status",),
    "quality": ("quality", "--as", "eng"),
    "fsck": ("fsck", "--as", "eng"),
    "denied": ("run", "--as", "vic"),
}
READS = {"run", "run on some rows", "fsck"}


@pytest.fixture(scope="module")
def place(ruled_base, tmp_path_factory):
    folder = tmp_path_factory.mktemp("traced") / "place"
    shutil.copytree(ruled_base, folder)
    write_homes(folder / "homes_april.csv", seed=5)
    return folder


def traced(place, arguments):
    """The moments at which files of the lake were opened while the command ran."""
    log = place / "strace.log"
    named = ("--office", str(place / "office"), "--home", str(place / "home"))
    command = [sys.executable, "-m", "joinedup", *arguments, *named]
    watch = ["strace", "-f", "-ttt", "-s", "4096", "-e", "trace=openat", "-o", str(log)]
    subprocess.run([*watch, *command], capture_output=True, env=dict(os.environ), check=False)
    lake = str(place / "home" / "lake")
    found = OPENED.finditer(log.read_text(errors="replace"))
    return [
        float(one["at"])
        for one in found
        if one["path"].startswith(lake) and one["path"].endswith(".parquet")
    ]


def events(place, since):
    from joinedup.records.home import connect
    from joinedup.records.models import LedgerEvent

    connect(place / "home")
    return list(LedgerEvent.objects.filter(seq__gt=since).order_by("seq"))


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_every_opening_of_a_part_follows_an_event_of_the_same_command(place):
    last = events(place, 0)[-1].seq
    for name, arguments in COMMANDS.items():
        opened = traced(place, arguments)
        told = events(place, last)
        last = told[-1].seq if told else last
        assert bool(opened) is (name in READS), name
        if opened:
            first = min(opened)
            before = [one for one in told if datetime.fromisoformat(one.at).timestamp() <= first]
            assert {one.kind for one in before} & {"read", "fsck"}, name
            (trace,) = {
                one.trace for one in told
            }  # of this command alone; see test_traced_commands
            assert trace, name
            assert {one.actor for one in told} == {arguments[arguments.index("--as") + 1]}, name


def test_only_the_store_reads_parts_and_runs_the_engine():
    """`pyarrow.parquet` is imported elsewhere too, for files that a person names or is given."""
    source = Path(__file__).parents[2] / "src" / "joinedup"
    reading = re.compile(
        r"^\s*(import duckdb|import pyarrow\.dataset|from pyarrow import dataset)", re.MULTILINE
    )
    typed = re.compile(r"^if TYPE_CHECKING:\n(?:    .*\n|\n)+", re.MULTILINE)
    found = {
        path.relative_to(source).parts[0]
        for path in source.rglob("*.py")
        if reading.search(typed.sub("", path.read_text(encoding="utf-8")))
    }
    assert found == {"store"}
