"""A delivery that can be broken off at any call of the system, in a process of its own."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "office")]

FORKED = Path(__file__).with_name("forked.py")
SIGNATORY = "Name of the person who may sign"
FIELDS = ("reference", "nhs", "surname", "age")


@dataclass
class Ended:
    """How a command ended: its exit code, or minus the signal; and what it said."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Call:
    """One call of the system on a file: the how-manieth of its name in its thread."""

    name: str
    number: int
    path: str


@dataclass
class Place:
    """An office, its home and its keys, put back as they were before each command."""

    folder: Path
    server: "subprocess.Popen[str]"
    kept: Path = field(init=False)

    def __post_init__(self) -> None:
        self.kept = self.folder / "kept"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def keys(self) -> Path:
        return self.folder / "home.keys"

    def order(self, **order: Any) -> Ended:
        """Run a command in a child of the loaded process."""
        told = self._ask(order)
        if "refused" in told:
            pytest.skip(f"strace may not trace here: {told['refused'].strip()}")
        return Ended(told["code"], told["out"], told["err"])

    def together(self, commands: list[list[str]]) -> list[Ended]:
        """Run several commands on this office and home at once."""
        orders = [{"args": [*command, *self.places]} for command in commands]
        told = self._ask({"together": orders})["together"]
        return [Ended(one["code"], one["out"], one["err"]) for one in told]

    @property
    def places(self) -> list[str]:
        """Where office and home are, as every command takes it."""
        return ["--office", str(self.folder / "office"), "--home", str(self.home)]

    def _ask(self, order: Any) -> Any:
        stdin, stdout = self.server.stdin, self.server.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(order) + "\n")
        stdin.flush()
        return json.loads(stdout.readline())

    def run(self, *arguments: str, **more: Any) -> Ended:
        """Run `joinedup` on this office and home."""
        return self.order(args=[*arguments, *self.places], **more)

    def deliver(self, name: str, **more: Any) -> Ended:
        """Deliver one of the two files."""
        return self.run("deliver", "people", str(self.folder / name), "--json", **more)

    def keep(self, number: int) -> None:
        """Remember home and keys as they are, after so many deliveries."""
        for place in (self.home, self.keys):
            if place.exists():
                shutil.copytree(place, self.kept / str(number) / place.name)

    def put_back(self, number: int) -> None:
        """Home and keys as they were remembered."""
        for place in (self.home, self.keys):
            shutil.rmtree(place, ignore_errors=True)
            if (self.kept / str(number) / place.name).exists():
                shutil.copytree(self.kept / str(number) / place.name, place)

    def calls(self, after: int, under: Path | None = None, **order: Any) -> list[Call]:
        """The calls that a command makes on files of home and keys, or others, in a rehearsal."""
        self.put_back(after)
        trace = self.folder / "trace"
        ended = self.order(inject=[], trace=str(trace), **order)
        assert ended.code == 0, ended.err
        return list(_told(trace.read_text(), str(under or self.home)))

    def files(self) -> dict[str, bytes]:
        """Every file of home and keys but the database and who waits for it, by path."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for place in (self.home, self.keys)
            for path in sorted(place.rglob("*"))
            if path.is_file() and not path.name.startswith("records.sqlite3")
            if "waiting" not in path.parts
        }


LINE = re.compile(r"^(\d+) +(\w+)\((.*)$")


def _told(trace: str, under: str) -> Iterator[Call]:
    """Calls of the first thread: it writes everything; the others calculate, and read parts."""
    first = ""
    counts: dict[str, int] = {}
    for line in trace.splitlines():
        found = LINE.match(line)
        if found is None:
            continue
        thread, name, rest = found.groups()
        first = first or thread
        if thread != first:
            assert under not in rest or name in {"openat", "close"}, "another thread writes"
            continue
        counts[name] = counts.get(name, 0) + 1
        if under in rest:  # and so the keys, which lie in a folder of nearly the same name
            yield Call(name, counts[name], rest)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Iterator["subprocess.Popen[str]"]:
    """A process with everything imported that can be told to fork."""
    log = tmp_path_factory.mktemp("forked") / "err"
    with (
        log.open("w") as said,
        subprocess.Popen(
            [sys.executable, str(FORKED)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        ) as server,
    ):
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n", log.read_text()
        yield server


@pytest.fixture(scope="module")
def place(loaded, tmp_path_factory) -> Place:
    """An office with people held apart in three sides, and one version of them delivered."""
    from joinedup.office.begin import begin

    folder = tmp_path_factory.mktemp("faults")
    begin(folder / "office", "Invented office")
    _people(folder / "office")
    for name, rows in (("people_1.csv", 50), ("people_2.csv", 60)):
        lines = [f"R{n},94347{n:05},Name{n},{n % 90}" for n in range(rows)]
        (folder / name).write_text("\n".join([",".join(FIELDS), *lines, ""]))
    made = Place(folder, loaded)
    for agreement in ("safety", "insight"):
        said = made.run("agree", "sign", agreement, "--party", "council", "--by", SIGNATORY)
        assert said.code == 0, said.err
    made.keep(0)
    said = made.deliver("people_1.csv")
    assert said.code == 0, said.err
    said = made.run("audit", "anchor", "--out", str(folder / "anchor.json"), "--own-key")
    assert said.code == 0, said.err
    made.keep(1)
    return made


def _people(office: Path) -> None:
    sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "office")]
    try:
        from people_office import add_agreement, add_people, add_project
    finally:
        sys.path.pop(0)
    add_people(office)
    add_agreement(office, "safety", identity="named", purpose="safety", fields=FIELDS)
    add_agreement(office, "insight", identity="tokens", purpose="insight", fields=FIELDS)
    add_project(office, "insight", purpose="insight", agreement="insight")


APPROVE = ("--approve", "--for", "council", "--reason", "read every row", "--words-read")


@pytest.fixture(scope="module")
def office(loaded, tmp_path_factory) -> Place:
    """A result that may be made ready (kept as 0), and one that two have approved (kept as 1)."""
    from filling import filled

    from joinedup.office.begin import begin

    folder = tmp_path_factory.mktemp("leaving")
    begin(folder / "office", "Invented office")
    filled(folder / "office")
    lines = [f"V{n:03},{n % 28 + 1:02}/03/2026,{n % 37}.5" for n in range(60)]
    (folder / "visits_march.csv").write_text("\n".join(["visit,visited_on,risk", *lines, ""]))
    made = Place(folder, loaded)
    ready = [
        ["agree", "sign", "visits", "--party", "council", "--by", SIGNATORY],
        ["deliver", "visits", str(folder / "visits_march.csv"), "--as", "A. Nalyst"],
        ["run", "--as", "A. Nalyst"],
        ["project", "gate", "--as", "A. Nalyst"],
    ]
    read = [
        ["release", "review", "rank", *APPROVE, "--as", who] for who in ("R. Eader", "S. Econd")
    ]
    for number, commands in enumerate((ready, read)):
        for command in commands:
            said = made.run(*command)
            assert said.code == 0, said.err
        made.keep(number)
    return made
