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


NOTE = '\n[fields.{name}]\ntype = "text"\ndescription = "{words}"\n{more}\n'
HELD = {
    "diagnoses": ["Asthma", "E11.9", "Dementia"],
    "origins": ["White - British", "Asian - Indian", "Black - Caribbean"],
    "offences": ["Burglary", "Theft", "Robbery"],
    "sentences": ["told us that she has dementia", "now on medication for his epilepsy", "x"],
}
SIGNATORY = "Name of the person who may sign"
COVERS = 'visits = ["visit", "visited_on", "risk"]'


@pytest.fixture
def seen(joinedup, office, tmp_path):
    """Deliver visits with one more column of these cells, declared as said."""

    def deliver(cells, *, more="", conditions="", agreed=True):
        dataset = office / "datasets" / "visits.toml"
        words = NOTE.format(name="kind", words="As the form has it.", more=more)
        dataset.write_text(dataset.read_text().partition("\n[fields.kind]")[0] + words)
        paper = office / "agreements" / "visits.toml"
        text = paper.read_text().partition("\n[conditions]")[0]
        text = text.replace(COVERS[:-1] + ', "kind"]', COVERS)
        text = text.replace(COVERS, COVERS[:-1] + ', "kind"]') if agreed else text
        paper.write_text(text + conditions)
        joinedup("agree", "sign", "visits", "--party", "council", "--by", SIGNATORY)
        lines = [f"V{n:03},01/03/2026,{n}.5,{cells[n % len(cells)]}" for n in range(30)]
        path = tmp_path / "visits_march.csv"
        path.write_text("\n".join(["visit,visited_on,risk,kind", *lines, ""]))
        return joinedup("deliver", "visits", str(path), "--json")

    return deliver


@pytest.mark.parametrize("kind", HELD)
def test_protected_contents_declared_too_low_stop_a_delivery_without_a_cell(seen, tmp_path, kind):
    said = seen(HELD[kind])
    assert said.code == 20
    (problem,) = json.loads(said.out)["problems"]
    assert problem["where"] == "dataset visits"
    assert "the field kind seems to hold data on" in problem["what"]
    assert "sensitivity = 3" in problem["fix"]
    assert "datasets/visits.toml" in problem["fix"]
    assert not any(cell in said.out + said.err for cell in HELD[kind] if len(cell) > 1)
    assert not (tmp_path / "home" / "lake").exists()


def test_protected_contents_go_in_once_they_are_declared_and_have_a_condition(seen):
    high = "sensitivity = 3"
    said = seen(HELD["diagnoses"], more=high)
    assert said.code == 30
    (problem,) = json.loads(said.out)["problems"]
    assert problem["where"] == "agreement visits, conditions"
    lawful = '\n[conditions]\n"visits.kind" = "9(2)(h), Schedule 1 paragraph 2"\n'
    assert seen(HELD["diagnoses"], more=high, conditions=lawful).code == 0


def test_contents_that_a_person_found_to_be_none_go_in(seen):
    assert seen(HELD["offences"], more='not_special = "kinds of lock, not of crime"').code == 0


def test_what_is_not_agreed_is_not_looked_at(seen):
    assert seen(HELD["diagnoses"], agreed=False).code == 0


def test_harmless_contents_are_not_stopped(seen):
    assert seen(["a broken lamp in the hall", "nobody was there at all", "Other"]).code == 0


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ('weather = "9(2)(h)"', "no category and no field it covers"),
        ('health = "because we need it"', "does not say where in law"),
    ],
)
def test_a_condition_for_nothing_or_without_its_law_is_a_mistake(joinedup, office, line, wrong):
    paper = office / "agreements" / "visits.toml"
    paper.write_text(f"{paper.read_text()}\n[conditions]\n{line}\n")
    said = joinedup("check", "--json", home=False)
    assert said.code == 10
    (problem,) = json.loads(said.out)["problems"]
    assert wrong in problem["what"]
    number = paper.read_text().splitlines().index(line) + 1
    assert problem["where"] == f"agreements/visits.toml:{number}"


@pytest.mark.parametrize("example", ["town", "food-inspections"])
def test_the_examples_declare_what_they_hold(example, capsys):
    code = main(["check", "--office", str(ROOT / "examples" / example)])
    assert code == 0, capsys.readouterr().err
