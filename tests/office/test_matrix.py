"""Every command stands in the matrix of commands and persons, and does as it says there."""

import shutil
import tomllib
from pathlib import Path

import pytest
import typer
from ruled import PEOPLE, POLICY

from joinedup.cli.main import app

MATRIX = tomllib.loads((Path(__file__).parent / "matrix.toml").read_text(encoding="utf-8"))
COMMANDS = MATRIX["commands"]
GATED = {name: row for name, row in COMMANDS.items() if "may" in row}
OPEN = {name: row for name, row in COMMANDS.items() if "open" in row and "args" in row}
EVERYBODY = (*PEOPLE, "nobody")
WITHOUT_AS = {
    "status",
    "agree show",
    "documents list",
    "policy show",
    "policy leases",
    "project status",
    "audit verify",
}


def commands(command, path=()):
    """Every command that can be called, with the words that call it."""
    inside = getattr(command, "commands", None)
    if inside is None:
        yield " ".join(path)
        return
    for name, one in inside.items():
        yield from commands(one, (*path, name))


def test_every_command_stands_in_the_matrix_and_no_other():
    there = set(commands(typer.main.get_command(app)))
    named = {name.partition(" --")[0] for name in COMMANDS}
    assert named == there


def test_every_row_names_who_may_or_says_why_nobody_is_asked():
    for name, row in COMMANDS.items():
        assert ("may" in row) is not ("open" in row), name
        assert set(row.get("may", ())) <= set(EVERYBODY), name


@pytest.fixture
def world(ruled_office, tmp_path):
    """An office with one result, one proposal that waits and one agreement that nobody signed."""
    agreements = tmp_path / "office" / "agreements"
    shutil.copy(agreements / "homes.toml", agreements / "other.toml")
    (tmp_path / "arrivals").mkdir()
    shutil.copy(tmp_path / "homes_march.csv", tmp_path / "arrivals" / "homes_april.csv")
    assert ruled_office("run", "define:every", "--as", "ana").code == 0
    (tmp_path / "office" / "policy.toml").write_text(POLICY + "# another word\n")
    assert ruled_office("policy", "propose", "--as", "cy").code == 0
    return ruled_office


def filled(arguments, tmp_path, number):
    from joinedup.office import duties

    words = {
        "homes": tmp_path / "homes_march.csv",
        "arrivals": tmp_path / "arrivals",
        "new": tmp_path / f"new-{number}",
    }
    if "{proposal}" in arguments:
        words["proposal"] = duties.waiting()[0].number
    return [one.format(**words) for one in arguments]


def called(world, tmp_path, name, who, number=0):
    row = COMMANDS[name]
    words = name.partition(" --")[0].split()
    return world(*words, *filled(row["args"], tmp_path, number), "--as", who)


def denied(world, tmp_path, name, people):
    for number, who in enumerate(people):
        said = called(world, tmp_path, name, who, number)
        assert said.code == 30, f"{name} as {who}: {said.code} {said.out} {said.err}"
        assert "Fix:" in said.out + said.err


@pytest.mark.parametrize("name", GATED)
def test_who_may_not_is_refused_and_who_may_is_let_through(world, tmp_path, name):
    may = GATED[name]["may"]
    denied(world, tmp_path, name, [who for who in ("vic", "nobody") if who not in may])
    said = called(world, tmp_path, name, may[0], 9)
    assert said.code != 30, said.err


@pytest.mark.deep
@pytest.mark.parametrize("name", GATED)
def test_every_cell_of_the_matrix_is_as_it_says(world, ruled_base, tmp_path, name):
    may = GATED[name]["may"]
    denied(world, tmp_path, name, [who for who in EVERYBODY if who not in may])
    whole = tmp_path / "whole"
    for place in ("office", "home", "home.keys"):
        if (tmp_path / place).exists():
            shutil.copytree(tmp_path / place, whole / place)
    assert ruled_base
    for number, who in enumerate(may):
        said = called(world, tmp_path, name, who, 100 + number)
        assert said.code != 30, f"{name} as {who}: {said.err}"
        _put_back(whole, tmp_path)


def _put_back(whole, tmp_path):
    """The home as it was before somebody who may did it."""
    from django.db import connections

    connections.close_all()
    for place in whole.iterdir():
        shutil.rmtree(tmp_path / place.name)
        shutil.copytree(place, tmp_path / place.name)


@pytest.mark.parametrize("name", OPEN)
def test_what_is_open_is_open_to_everybody(world, name):
    as_nobody = () if name in WITHOUT_AS else ("--as", "nobody")
    said = world(*name.split(), *OPEN[name]["args"], *as_nobody)
    assert said.code == 0, said.err
