"""A project at the command line: gate, live, status, retired; every step a row and an event."""

import json
import shutil

import pytest
from filling import filled

SIGNATORY = "Name of the person who may sign"
AS_B = ("--as", "B", "--reason", "read it")
DPIA = """
author = "Ann Writer"
review = 2031-01-01
people = 60
area = "the town"
[description]
nature = "joined"
scope = "all"
context = "owners"
purposes = "safer"
[consultation]
people = "asked"
processors = "the office"
others = "officers"
[necessity]
works = "it did"
alternatives = "a survey"
creep = "one purpose"
informing = "a notice"
[answers]
denial_of_service = { answer = false, why = "none is refused" }
solely_automated = { answer = false, why = "an officer decides" }
tracking = { answer = false, why = "nobody is followed" }
physical_harm = { answer = false, why = "nothing hidden" }
told_directly = { answer = false, why = "by a notice" }
[[risks]]
risk = "A wrong visit."
likelihood = "possible"
severity = "significant"
measures = ["Checked at the door."]
residual_likelihood = "remote"
residual_severity = "significant"
[advice]
by = "The officer"
on = 2026-02-01
text = "Go on."
accepted = true
"""
AGREED = """
[deletion]
office = "by its rule"
council = "by theirs"
[rights]
contact = "ask@example.org"
access = "in a month"
rectification = "sent again"
erasure = "judged"
objection = "kept off lists"
complaints = "in a month"
information_requests = "answered"
[security]
technical = "one server"
organisational = "named people"
training = "each year"
sub_processors = "none"
[breach]
report_to = "the lead"
within_hours = 24
handling = "by the controller"
"""
TOP = """necessity = "no other way"
subjects = ["owners"]
transfers = "none"
period ="""
EQUALITY = 'author = "Ann Writer"\nassessed_on = 2026-02-02\n'


def assessed(office):
    """The project about persons, with everything that going live asks for."""
    filled(office)
    visits = office / "datasets" / "visits.toml"
    visits.write_text(
        visits.read_text().replace(
            'role = "identifier"\n', 'role = "identifier"\nsensitivity = 2\n'
        )
    )
    agreement = office / "agreements" / "visits.toml"
    agreement.write_text(agreement.read_text().replace("period =", TOP) + AGREED)
    folder = office / "projects" / "first"
    (folder / "dpia.toml").write_text(DPIA)
    (folder / "equality.toml").write_text(EQUALITY)


@pytest.fixture
def whole(joinedup, office):
    """The command line of an office that is ready for its gate, with its agreement in force."""
    assessed(office)
    assert joinedup("check", home=False).code == 0
    said = joinedup("agree", "sign", "visits", "--party", "council", "--by", SIGNATORY)
    assert said.code == 0, said.err
    return joinedup


def project(joinedup, *arguments, who="Ann Writer"):
    return joinedup("project", *arguments, "--as", who)


def events(joinedup, kind="sign-off"):
    said = joinedup("audit", "show", "--last", "100", "--json")
    found = map(json.loads, said.out.splitlines())
    return [one for one in found if one["kind"] == kind]


def gone_live(whole):
    assert project(whole, "gate").code == 0
    said = whole("documents", "sign", "dpia", "--reason", "read it", "--as", "Ben Reader")
    assert said.code == 0, said.err
    said = project(whole, "live", "--reason", "read all", who="Cleo Owner")
    assert said.code == 0, said.err


def test_the_gate_names_the_placeholders_of_a_new_folder(joinedup):
    said = project(joinedup, "gate")
    assert said.code == 10
    for key in ("statements.problem", "statements.action", "outcome", "baseline"):
        assert f"{key} is missing" in said.err
    assert "capacity is missing" not in said.err


ITEMS = {
    "statements.problem": 'problem = "Visits go where people ask."',
    "statements.action": 'action = "Officers would visit the list."',
    "statements.product": 'product = "A list of 40 premises a week, with reasons."',
    "statements.data": 'data = "The council\'s visits."',
    "outcome": 'outcome = "A find at a visit."',
    "baseline": 'baseline = "As people ask."',
    "capacity": "capacity = 40\n",
    "capacity_unit": 'capacity_unit = "visits a week"',
    "decision_owner": 'decision_owner = "Head of service"',
}


@pytest.mark.parametrize("key", ITEMS)
def test_the_gate_names_an_item_that_the_file_does_not_have_at_all(joinedup, office, key):
    filled(office)
    file = office / "projects" / "first" / "project.toml"
    assert ITEMS[key] in file.read_text()
    file.write_text(file.read_text().replace(ITEMS[key], ""))
    said = project(joinedup, "gate")
    assert said.code == 10
    assert f"{key} is missing" in said.err


def test_everything_that_is_missing_is_named_at_once(joinedup, office):
    filled(office)
    file = office / "projects" / "first" / "project.toml"
    text = file.read_text()
    for item in ITEMS.values():
        text = text.replace(item, "")
    file.write_text(text)
    said = joinedup("project", "gate", "--json")
    answer = json.loads(said.out)
    assert {problem["what"].split()[0] for problem in answer["problems"]} == set(ITEMS)


def test_passing_the_gate_is_a_row_and_an_event_with_who_and_when(joinedup, office):
    filled(office)
    said = joinedup("project", "gate", "--as", "Ann Writer", "--json")
    assert said.code == 0, said.err
    passed = json.loads(said.out)
    (event,) = events(joinedup)
    assert (passed["by"], event["actor"], event["subject"]) == ("Ann Writer", "Ann Writer", "first")
    assert passed["at"] == event["at"]
    assert event["facts"]["what"] == "gate"
    assert project(joinedup, "gate", who="Somebody Else").code == 0
    assert len(events(joinedup)) == 1


def test_the_gate_is_to_be_passed_again_when_what_it_was_passed_on_changes(joinedup, office):
    filled(office)
    assert project(joinedup, "gate").code == 0
    file = office / "projects" / "first" / "project.toml"
    file.write_text(file.read_text().replace("capacity = 40\n", "capacity = 41\n"))
    told = json.loads(joinedup("project", "status", "--json").out)
    assert told["projects"][0]["phase"] == "scoped"
    assert project(joinedup, "gate").code == 0
    assert len(events(joinedup)) == 2


def test_a_project_goes_live_by_somebody_who_wrote_nothing_of_it(whole):
    gone_live(whole)
    told = json.loads(whole("project", "status", "--json").out)
    (one,) = told["projects"]
    assert (one["phase"], one["colour"], one["blockers"]) == ("live", "green", [])
    assert told["counts"]["live"] == told["counts"]["green"] == 1
    assert [event["facts"]["what"] for event in events(whole)] == ["gate", "dpia", "live"]
    assert json.loads(whole("audit", "verify", "--json").out)["ok"] is True


def test_its_author_cannot_sign_the_assessment_nor_send_it_live(whole):
    assert project(whole, "gate").code == 0
    said = whole("documents", "sign", "dpia", "--reason", "x", "--as", " ann WRITER ")
    assert said.code == 50
    assert "cannot sign" in said.err
    signed = whole("documents", "sign", "dpia", "--reason", "read it", "--as", "Ben Reader")
    assert signed.code == 0, signed.err
    said = project(whole, "live", "--reason", "x", who="Ann Writer")
    assert said.code == 10
    assert "cannot sign it off" in said.err


def test_a_signature_without_a_reason_is_refused(whole):
    assert project(whole, "gate").code == 0
    said = whole("documents", "sign", "dpia", "--reason", " ", "--as", "Ben Reader")
    assert said.code == 10
    assert "needs a reason" in said.err


def test_going_live_is_refused_with_everything_that_stands_against_it(joinedup, office):
    assessed(office)
    (office / "projects" / "first" / "equality.toml").unlink()
    said = project(joinedup, "live", "--reason", "x", who="Cleo Owner")
    assert said.code == 10
    for words in ("gate is not passed", "not in force", "is not signed", "no dated equality"):
        assert words in said.err


def test_an_assessment_is_open_again_when_a_field_is_added(whole, office):
    gone_live(whole)
    agreement = office / "agreements" / "visits.toml"
    agreement.write_text(
        agreement.read_text().replace('"visit", "visited_on", "risk"', '"visit", "visited_on"')
    )
    assert whole("agree", "sign", "visits", "--party", "council", "--by", SIGNATORY).code == 0
    # A step reads the field, so the folder is only looked at, not run.
    told = json.loads(whole("project", "status", "--json").out)["projects"][0]
    assert told["colour"] == "red"
    assert any("fields" in one["what"] and "open again" in one["what"] for one in told["blockers"])


def test_an_expired_agreement_turns_its_project_red(whole, office):
    gone_live(whole)
    agreement = office / "agreements" / "visits.toml"
    agreement.write_text(agreement.read_text().replace("ends = 2030-12-31", "ends = 2026-02-01"))
    told = json.loads(whole("project", "status", "--json").out)["projects"][0]
    assert told["colour"] == "red"
    assert any("it ended on 2026-02-01" in one["what"] for one in told["blockers"])


def test_a_portfolio_counts_its_projects_exactly(whole, office):
    gone_live(whole)
    for name in ("second", "third"):
        shutil.copytree(office / "projects" / "first", office / "projects" / name)
        for part in ("definitions", "steps"):
            shutil.rmtree(office / "projects" / name / part)
        file = office / "projects" / name / "project.toml"
        file.write_text(file.read_text().partition("[report]")[0])
    assert whole("project", "gate", "--project", "second", "--as", "Ann Writer").code == 0
    told = json.loads(whole("project", "status", "--json").out)
    counts = {word: count for word, count in told["counts"].items() if count}
    assert counts == {"scoped": 1, "gated": 1, "live": 1, "amber": 2, "green": 1}
    assert [one["project"] for one in told["projects"]] == ["first", "second", "third"]
    only = json.loads(whole("project", "status", "--project", "third", "--json").out)
    assert [one["project"] for one in only["projects"]] == ["third"]


def test_a_project_is_not_retired_without_lessons(whole):
    said = project(whole, "retire", "--lessons", "  ")
    assert said.code == 10
    assert "learnt" in said.err


def test_a_retired_project_neither_runs_nor_releases_and_its_record_says_retired(
    whole, visits, tmp_path
):
    gone_live(whole)
    assert whole("deliver", "visits", str(visits)).code == 0
    assert whole("run").code == 0
    assert whole("release", "rank", "--approve", "--for", "council", *AS_B).code == 0
    said = project(whole, "retire", "--lessons", "the list was too long", who="Cleo Owner")
    assert said.code == 0, said.err
    assert "admitted.visits" in said.out
    for arguments in (["run"], ["release", "rank"], ["release", "rank", "--dry-run"]):
        refused = whole(*arguments)
        assert refused.code == 10
        assert "retired by Cleo Owner" in refused.err
    out = tmp_path / "out"
    assert whole("documents", "make", "atrs", "--out", str(out), "--format", "json").code == 0
    record = json.loads((out / "first-atrs-record.json").read_text())
    assert record["facets"]["phase"] == "retired"
    assert events(whole)[-1]["facts"]["reason"] == "the list was too long"
    assert project(whole, "retire", "--lessons", "again").code == 10
    assert project(whole, "gate").code == 10


def test_the_phase_of_the_public_record_follows_the_project(whole, tmp_path):
    def phase():
        said = whole("documents", "make", "atrs", "--out", str(tmp_path), "--format", "json")
        assert said.code == 0
        return json.loads((tmp_path / "first-atrs-record.json").read_text())["facets"]["phase"]

    assert phase() == "pre-deployment"
    gone_live(whole)
    assert phase() == "production"


def test_what_a_project_leaves_behind_is_what_no_other_project_uses(whole, office):
    from joinedup.office.folder import load
    from joinedup.office.project_gate import left_behind

    folder = load(office)
    assert "admitted.visits" in left_behind(folder, folder.project(None))
    shutil.copytree(office / "projects" / "first", office / "projects" / "second")
    for part in ("definitions", "steps"):
        shutil.rmtree(office / "projects" / "second" / part)
    file = office / "projects" / "second" / "project.toml"
    file.write_text(file.read_text().partition("[report]")[0])
    folder = load(office)
    assert "admitted.visits" not in left_behind(folder, folder.project("first"))
    assert whole("check", home=False).code == 0


def test_a_release_is_blocked_until_the_project_is_live(whole, office, tmp_path):
    from joinedup.office.house import open_office
    from joinedup.office.project_gate import blocked

    def against():
        opened = open_office(office, tmp_path / "home", "x")
        return [problem.what for problem in blocked(opened, opened.folder.project(None))]

    assert any("gate" in what for what in against())
    gone_live(whole)
    assert against() == []
