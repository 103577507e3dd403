"""joinedup policy, as a user types it: yes with its clause, no with what would suffice."""

import io
import json
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from joinedup.core import clock
from joinedup.core.errors import ProjectError
from joinedup.core.policy import Ask, Policy
from joinedup.office.folder import load
from joinedup.office.policy import declared, typed

KINDS = ("toml", "json")
CANARY = "Zaphod-7731"
QUESTION = ("--person", "ana", "--purpose", "inspection", "--dataset", "visits")

POLICY = """
[roles.analyst]
clearance = 1

[roles.duty]
clearance = 2

[grants.analyst-visits]
role = "analyst"
agreement = "visits"
clause = "1"
dataset = "visits"
fields = ["visit", "risk"]

[grants.duty-days]
role = "duty"
agreement = "visits"
dataset = "visits"
fields = ["visited_on"]
emergency = true

[forbids.not-ben]
because = "Ben inspects these premises himself."
people = ["ben"]
datasets = ["visits"]

[leases.ana-analyst]
person = "ana"
role = "analyst"
by = "cy"
starts = 2026-01-01T00:00:00Z
ends = {ends}

[leases.ana-duty]
person = "ana"
role = "duty"
by = "cy"
starts = 2026-01-01T00:00:00Z
ends = 2099-01-01T00:00:00Z
"""


def write(office, text=POLICY, *, ends="2099-01-01T00:00:00Z"):
    (office / "policy.toml").write_text(text.replace("{ends}", ends), encoding="utf-8")


def put_in_force(joinedup, office, text=POLICY, **named):
    """Write the policy, propose it, and have somebody else approve it."""
    write(office, text, **named)
    for said in (
        joinedup("policy", "propose", "--as", "cy"),
        joinedup("policy", "approve", "--as", "dee", "--reason", "read it"),
    ):
        assert said.code == 0, said.err


@pytest.fixture
def policed(signed, office):
    """The command line of an office whose agreement and policy are in force."""
    put_in_force(signed, office)
    return signed


def asked(joinedup, *more, verb="decide", question=QUESTION):
    return joinedup("policy", verb, *question, *more)


def test_what_is_granted_exits_0_and_names_clause_and_digest(policed):
    said = asked(policed, "--show", "visit", "--sort", "risk")
    assert said.code == 0, said.err
    assert "grant analyst-visits lets the role analyst use risk, visit of visits." in said.out
    assert "agreement visits, clause 1" in said.out
    assert "sha256 " in said.out


def test_what_is_not_granted_exits_30(policed):
    said = asked(policed, "--show", "visit", "--filter", "visited_on")
    assert said.code == 30
    assert "grant duty-days is for emergencies" in said.out


def test_explain_says_what_would_suffice_and_exits_alike(policed):
    said = asked(policed, "--show", "visit", "--filter", "visited_on", verb="explain")
    assert said.code == 30
    assert "would do      break the glass, with a reason and for a short time." in said.out
    assert "analyst until 2099-01-01" in said.out
    assert asked(policed, "--show", "visit", verb="explain").code == 0


def test_broken_glass_opens_the_emergency_grant_for_an_hour_at_most(policed):
    glass = ("--show", "visited_on", "--break-glass", "a child is missing")
    assert asked(policed, *glass).code == 0
    assert asked(policed, *glass, "--minutes", "60").code == 0
    assert asked(policed, *glass, "--minutes", "61").code == 30
    assert asked(policed, "--show", "visited_on", "--break-glass", " ").code == 30


def test_without_a_policy_nothing_is_granted_and_the_rest_stays_as_it_was(signed, visits):
    said = asked(signed, "--show", "visit")
    assert said.code == 30
    assert "no grant lets anyone show visits.visit" in said.out
    assert signed("check", home=False).code == 0
    assert signed("deliver", "visits", str(visits)).code == 0
    assert signed("run").code == 0


def test_an_unsigned_agreement_carries_no_grant(joinedup, office):
    put_in_force(joinedup, office)
    said = asked(joinedup, "--show", "visit")
    assert said.code == 30
    assert "council has not signed this text" in said.out
    assert "agreement visits, period and signatures" in said.out


def test_a_lease_that_is_over_denies(signed, office):
    write(office, ends=clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert asked(signed, "--show", "visit", "--draft").code == 30
    soon = (clock.now() + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    write(office, ends=soon)
    assert asked(signed, "--show", "visit", "--draft").code == 0


def test_a_forbid_wins_and_its_reason_is_read(signed, office):
    put_in_force(signed, office, POLICY.replace('person = "ana"', 'person = "ben"'))
    said = asked(signed, "--show", "visit", question=("--person", "ben", *QUESTION[2:]))
    assert said.code == 30
    assert "Ben inspects these premises himself. (not-ben)" in said.out


def question(monkeypatch, content):
    text = content if isinstance(content, str) else json.dumps(content)
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_question_in_json_gets_the_same_answer_in_json(policed, monkeypatch):
    facts = {"person": "ana", "purpose": "inspection", "dataset": "visits", "show": ["visit"]}
    question(monkeypatch, facts)
    said = policed("policy", "decide", "--json")
    typed = asked(policed, "--show", "visit", "--json")
    assert said.code == typed.code == 0
    assert json.loads(said.out) == json.loads(typed.out)
    answer = json.loads(said.out)
    assert answer["allowed"] is True
    assert answer["code"] == "allowed"
    question(monkeypatch, facts | {"group": ["visited_on"]})
    refused = policed("policy", "explain", "--json")
    answer = json.loads(refused.out)
    assert refused.code == 30
    assert answer["code"] == "emergency_only"
    assert [(one["field"], one["grant"]) for one in answer["fields"]] == [
        ("visit", "analyst-visits"),
        ("visited_on", None),
    ]
    assert answer["suffices"]
    assert answer["policy_digest"] == json.loads(said.out)["policy_digest"]


@pytest.mark.parametrize(
    "content",
    [
        "not json",
        "[]",
        {"person": "ana"},
        {"person": "ana", "purpose": "p", "dataset": "d", "at": "2020-01-01T00:00:00Z"},
        {"person": "ana", "purpose": "p", "dataset": "d", "show": CANARY},
        {"person": "ana", "purpose": "p", "dataset": "d", "everything": True},
    ],
)
def test_a_question_that_is_not_one_is_refused_without_an_answer(policed, monkeypatch, content):
    question(monkeypatch, content)
    said = policed("policy", "decide")
    assert said.code == 10
    assert said.out == ""
    assert CANARY not in said.err


def test_no_answer_repeats_a_value_asked_for(policed):
    for verb in ("decide", "explain"):
        said = asked(policed, "--show", "visit", "--rows", f"risk={CANARY}", verb=verb)
        assert said.code == 0
        assert CANARY not in said.out + said.err


BREACHES = {
    "office/policy.toml": b"[roles",
    "office/agreements/visits.toml": b"",
    "office/datasets/visits.toml": b"\xff\xfe",
    "office/office.toml": b"id = 1",
    "home/records.sqlite3": b"no database" * 400,
}


@pytest.mark.parametrize("what", BREACHES)
def test_a_broken_source_of_facts_denies(policed, tmp_path, what):
    from django.db import connections

    assert asked(policed, "--show", "visit", "--draft").code == 0
    connections.close_all()
    (tmp_path / what).write_bytes(BREACHES[what])
    said = asked(policed, "--show", "visit", "--draft", "--json")
    connections.close_all()
    assert said.code == 30
    answer = json.loads(said.out)
    assert answer["code"] == "policy_unavailable"
    assert answer["policy_digest"] == ""


def test_every_mistake_in_a_policy_is_told_at_once_with_its_line(joinedup, office):
    text = (
        POLICY.replace('"risk"]', '"rsk"]')
        .replace('agreement = "visits"\nclause', 'agreement = "visit"\nclause')
        .replace('["ben"]', '["ben"]\npurposes = ["inspektion"]')
        .replace('by = "cy"', 'by = "Ana"', 1)
        .replace('role = "duty"\nby', 'role = "dutty"\nby')
        .replace("starts = 2026-01-01T00:00:00Z", "starts = 2026-01-01T00:00:00", 1)
        .replace("Ben inspects these premises himself.", " ")
        .replace('fields = ["visited_on"]', 'fields = []\nrows = { risk = ["1"] }')
    )
    write(office, text)
    with pytest.raises(ProjectError) as caught:
        declared(load(office))
    told = [problem.what for problem in caught.value.problems]
    assert told == [
        "grants.analyst-visits.agreement: there is no 'visit'.",
        "grants.duty-days.fields: it names no field.",
        "grants.duty-days.rows: rows are chosen by risk, which it does not grant.",
        "forbids.not-ben.purposes: there is no 'inspektion'.",
        "forbids.not-ben.because: it gives no reason.",
        "leases.ana-analyst.starts: has no time zone.",
        "leases.ana-analyst.by: nobody gives a role to themselves.",
        "leases.ana-duty.role: there is no 'dutty'.",
    ]
    places = [problem.where.partition(":") for problem in caught.value.problems]
    lines = (office / "policy.toml").read_text().splitlines()
    assert lines[int(places[0][2]) - 1] == 'agreement = "visit"'
    assert lines[int(places[-1][2]) - 1] == 'role = "dutty"'
    said = joinedup("check", home=False)
    assert said.code == 10
    assert "8 problems" in said.err


def test_a_policy_that_is_no_file_is_told_and_denies(signed, office):
    (office / "policy.toml").mkdir()
    said = signed("check", home=False)
    assert said.code == 10
    assert "it cannot be read (IsADirectoryError)" in said.err
    assert asked(signed, "--show", "visit").code == 30


def test_the_page_shows_a_policy_and_a_question_as_they_are_written():
    page = Path(__file__).parents[2] / "docs" / "how-to" / "decide-who-may-see-what.md"
    text = page.read_text(encoding="utf-8")
    toml, question = (text.partition(f"```{kind}\n")[2].partition("```")[0] for kind in KINDS)
    policy = typed(Policy, tomllib.loads(toml), where="policy.toml")
    ask = typed(Ask, {**json.loads(question), "at": clock.now()}, where="the question")
    assert policy.grants["analyst-homes"].fields >= set(ask.uses)
    assert policy.leases["ana-analyst"].person == ask.person


def test_a_setting_that_no_policy_has_is_told(office):
    write(office, POLICY.replace("clearance = 1", "clearence = 4"))
    with pytest.raises(ProjectError, match="there is no such setting") as caught:
        declared(load(office))
    assert caught.value.problems[0].fix == "did you mean clearance?"
    write(office, POLICY.replace("clearance = 1", "clearance = 4"))
    with pytest.raises(ProjectError, match="input should be 1, 2 or 3"):
        declared(load(office))
