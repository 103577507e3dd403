"""Every mistake in the office folder, at once, each with file, line and the way out."""

import json
import shutil

import pytest

from joinedup.core.errors import ProjectError
from joinedup.office.folder import load
from joinedup.office.lines import line_of


def test_every_mistake_is_told_at_once_with_file_and_line(office):
    dataset = office / "datasets" / "visits.toml"
    text = dataset.read_text().replace("grain =", "grian =").replace('"number"', '"numbr"')
    dataset.write_text(text)
    agreement = office / "agreements" / "visits.toml"
    agreement.write_text(
        agreement.read_text().replace('"council"]\npurpose', '"counsil"]\npurpose')
    )
    with pytest.raises(ProjectError) as caught:
        load(office)
    told = {(problem.where, problem.what) for problem in caught.value.problems}
    assert ("datasets/visits.toml:4", "grian: there is no such setting.") in told
    assert ("datasets/visits.toml", "grain: is missing.") in told
    assert any(where == "datasets/visits.toml:25" for where, _ in told)
    assert any("counsil" in what for _, what in told)


def test_a_broken_file_is_not_also_reported_as_missing(office):
    (office / "datasets" / "visits.toml").write_text("partner = ")
    with pytest.raises(ProjectError) as caught:
        load(office)
    assert [problem.where for problem in caught.value.problems] == ["datasets/visits.toml"]


def test_the_four_statements_gate_a_project(office):
    project = office / "projects" / "first" / "project.toml"
    project.write_text(project.read_text().replace('"Say the specific problem."', '" "'))
    with pytest.raises(ProjectError, match="statement 'problem' is empty"):
        load(office)


def test_a_party_without_a_power_is_told(office):
    agreement = office / "agreements" / "visits.toml"
    before, _, after = agreement.read_text().partition("[[powers]]")
    agreement.write_text(before + "powers = []\n[clauses]" + after.partition("[clauses]")[2])
    agreement.write_text("powers = []\n" + agreement.read_text().replace("powers = []\n[cl", "[cl"))
    with pytest.raises(ProjectError, match="no power is named for council"):
        load(office)


def test_two_projects_may_not_write_one_table(office):
    shutil.copytree(office / "projects" / "first", office / "projects" / "second")
    with pytest.raises(ProjectError, match="is written by projects/first/definitions/"):
        load(office)


def test_check_tells_the_mistakes_of_policy_fields_and_steps_together(joinedup, office):
    (office / "policy.toml").write_text("[roles.analyst]\npeeple = []\n")
    dataset = office / "datasets" / "visits.toml"
    more = '\n[fields.ethnicity]\ntype = "text"\ndescription = "Ethnic group of the person."\n'
    dataset.write_text(dataset.read_text() + more)
    (step,) = (office / "projects" / "first" / "steps").glob("*.toml")
    step.write_text(step.read_text().replace('method = "target.rank"', 'method = "target.rang"'))
    said = joinedup("check", home=False)
    assert said.code == 10
    for part in ("policy.toml", "ethnicity", "target.rang"):
        assert part in said.err


def test_check_answers_in_json_with_its_exit_code(joinedup, office):
    (office / "office.toml").write_text('id = "x"\n')
    said = joinedup("check", "--json", home=False)
    answer = json.loads(said.out)
    assert (said.code, answer["code"], answer["error"]) == (10, 10, "ProjectError")
    assert all(problem["fix"] for problem in answer["problems"])


@pytest.mark.parametrize(
    ("path", "line"),
    [(("a",), 1), (("b", "c"), 3), (("b", "d", "e"), 5), (("list", 0, "x"), 7), (("none",), None)],
)
def test_a_setting_is_found_on_its_line(path, line):
    text = "a = 1\n[b]\nc = 2\n[b.d]\ne = 3\n[[list]]\nx = 1\n"
    assert line_of(text, path) == line
