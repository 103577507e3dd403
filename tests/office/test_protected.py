"""Does `joinedup check` ask about data the law protects most?"""

import json
from pathlib import Path

import pytest

from joinedup.cli.main import main

ROOT = Path(__file__).resolve().parents[2]


def declare(office, description, sensitivity):
    path = office / "datasets" / "visits.toml"
    more = f'\n[fields.seen_for]\ntype = "text"\ndescription = "{description}"\n'
    path.write_text(path.read_text() + more + f"sensitivity = {sensitivity}\n")
    return path.read_text().splitlines().index("[fields.seen_for]") + 1


def test_protected_data_declared_too_low_is_told_with_its_line(joinedup, office):
    line = declare(office, "Diagnosis.", 2)
    said = joinedup("check", "--json", home=False)
    assert said.code == 10
    (problem,) = json.loads(said.out)["problems"]
    assert problem["where"] == f"datasets/visits.toml:{line}"
    assert "health" in problem["what"]
    assert "sensitivity = 3" in problem["fix"]


def test_protected_data_declared_as_such_is_no_mistake(joinedup, office):
    declare(office, "Diagnosis.", 3)
    assert joinedup("check", home=False).code == 0


@pytest.mark.parametrize("example", ["town", "food-inspections"])
def test_the_examples_declare_what_they_hold(example, capsys):
    code = main(["check", "--office", str(ROOT / "examples" / example)])
    assert code == 0, capsys.readouterr().err
