"""An invented office, small enough to read, and the command line as a user types it."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from joinedup.cli.main import main
from joinedup.office.begin import begin

sys.path.insert(0, str(Path(__file__).parent))

import ruled
from demonstrated import Shown, shown

ROWS = 60
SIGNATORY = "Name of the person who may sign"


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


Joinedup = Callable[..., Said]


@pytest.fixture(scope="session")
def town_demo(tmp_path_factory) -> Shown:
    """The demonstration on the invented town, done once."""
    return shown(tmp_path_factory.mktemp("demo"), tmp_path_factory.mktemp("aside"))


@pytest.fixture
def office(tmp_path) -> Path:
    """The folder that `joinedup new` makes."""
    folder = tmp_path / "office"
    begin(folder, "Invented office")
    return folder


@pytest.fixture
def joinedup(office, tmp_path, capsys) -> Joinedup:
    """Run a command on the invented office; gives code, stdout and stderr."""

    def run(*arguments: str, home: bool = True) -> Said:
        places = ["--office", str(office)] + (["--home", str(tmp_path / "home")] if home else [])
        capsys.readouterr()
        code = main([*arguments, *places])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


@pytest.fixture(scope="session")
def ruled_base(tmp_path_factory) -> Path:
    """A folder with the office of `ruled.py`, its agreement signed, its policy in force."""
    place = tmp_path_factory.mktemp("ruled")
    ruled.make(place / "office")
    ruled.write_homes(place / "homes_march.csv")
    ruled.begin_ruled(place)
    return place


@pytest.fixture
def ruled_office(ruled_base, tmp_path, capsys) -> Joinedup:
    """The command line of a copy of that office, with the homes delivered."""
    shutil.copytree(ruled_base, tmp_path, dirs_exist_ok=True)

    def run(*arguments: str) -> Said:
        capsys.readouterr()
        places = ("--office", str(tmp_path / "office"), "--home", str(tmp_path / "home"))
        code = main([*arguments, *places])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


@pytest.fixture
def visits(tmp_path) -> Path:
    """A file of sixty visits as the council's system writes it."""
    path = tmp_path / "visits_march.csv"
    lines = [f"V{n:03},{n % 28 + 1:02}/03/2026,{n % 37}.5" for n in range(ROWS)]
    path.write_text("\n".join(["visit,visited_on,risk", *lines, ""]))
    return path


@pytest.fixture
def signed(joinedup) -> Joinedup:
    """The command line of an office whose agreement is in force."""
    said = joinedup("agree", "sign", "visits", "--party", "council", "--by", SIGNATORY)
    assert said.code == 0, said.err
    return joinedup
