"""Links under a policy: who sees names links and reviews; who makes the list sees the answer."""

import json
import sqlite3

import pytest
from residents_office import RECORDS, SIGN, declare, deliverable

from joinedup.store.lake import Lake

STEP = """method = "link.people"
purpose = "safety"
writes = { entities = "linked.person" }

[settings]
tables = ["admitted.residents"]
"""
DEFINITION = """-- Person: whoever the office knows of.
-- Grain:  one row per person, with how likely the least sure of their records is theirs.
select w.entity as person, count(*) as records, min(w.probability) as link_probability
from admitted.residents as r
join linked.person as w on w.table = 'admitted.residents' and w.id = r.id
group by 1
"""
POLICY = """[roles]
linker = { clearance = 2, may = ["run", "show"] }
analyst = { clearance = 2, may = ["run", "show"] }
engineer = { may = ["deliver"] }
officer = { may = ["policy", "lease", "audit"] }

[grants.names]
role = "linker"
agreement = "residents"
dataset = "residents"
fields = ["id", "forename", "surname", "birth_date", "postcode"]

[grants.rows]
role = "analyst"
agreement = "residents"
dataset = "residents"
fields = ["id"]

[grants.links]
role = "analyst"
agreement = "residents"
dataset = "linked.person"
fields = ["table", "id", "entity", "probability"]
"""
LEASE = """
[leases.{person}]
person = "{person}"
role = "{role}"
by = "{by}"
starts = 2026-01-01T00:00:00Z
ends = 2099-01-01T00:00:00Z
"""
PEOPLE = (
    ("lin", "linker"), ("ana", "analyst"), ("eng", "engineer"), ("cy", "officer"),
    ("dee", "officer"),
)  # fmt: skip


def write(office):
    """The residents, their agreement, and a project that links them and tells persons."""
    folder = declare(office, STEP)
    (folder / "definitions").mkdir()
    (folder / "definitions" / "known_person.sql").write_text(DEFINITION)
    leases = [
        LEASE.format(person=person, role=role, by="dee" if person == "cy" else "cy")
        for person, role in PEOPLE
    ]
    (office / "policy.toml").write_text(POLICY + "".join(leases))


@pytest.fixture
def ruled(joinedup, office, tmp_path):
    """Residents delivered before, and a policy in force since."""
    write(office)
    path = deliverable(tmp_path / "residents_march.csv")
    for words in (
        SIGN,
        ("deliver", "residents", str(path)),
        ("policy", "propose", "--as", "cy"),
        ("policy", "approve", "--as", "dee", "--reason", "read it"),
    ):
        said = joinedup(*words)
        assert said.code == 0, said.out + said.err
    return joinedup


@pytest.fixture
def look(ruled, monkeypatch):
    """Somebody looks at pairs and types these words."""

    def type_(who, *words):
        left = list(words)
        monkeypatch.setattr("builtins.input", lambda _prompt: left.pop(0) if left else "quit")
        return ruled("review", "who", "--project", "safety", "--as", who)

    return type_


def run(ruled, who, *steps):
    return ruled("run", *steps, "--project", "safety", "--as", who)


def entities(tmp_path):
    rows = Lake(tmp_path / "home").read("linked.person").to_table().to_pylist()
    return {row["id"]: row["entity"] for row in rows}


def denials(tmp_path):
    from django.db import connection

    connection.close()
    records = sqlite3.connect(tmp_path / "home" / "records.sqlite3")
    asked = (
        "select actor, subject, facts from records_ledgerevent where kind = 'denied' order by seq"
    )
    return [(actor, about, json.loads(facts)) for actor, about, facts in records.execute(asked)]


def test_who_may_not_see_names_is_refused_the_pairs_on_record_and_who_may_decides_for_the_next_run(
    ruled, look, tmp_path
):
    assert run(ruled, "ana").code == 30
    assert run(ruled, "lin", "who").code == 0
    before = entities(tmp_path)
    first = Lake(tmp_path / "home").read("derived.safety_who_review").to_table().to_pylist()[0]
    pair = (first["id_l"], first["id_r"])

    refused = look("ana", "n")
    assert refused.code == 30
    assert not any(text in refused.out + refused.err for text in (*pair, first["says_l"]))
    (*_, (actor, about, facts)) = denials(tmp_path)
    assert (actor, about, facts["action"]) == ("ana", "safety/who", "show")

    said = look("lin", "y", "undo")
    assert "the last is taken back" in said.out
    said = look("lin", "n")
    assert said.code == 0, said.err
    assert pair[0] in said.out
    assert run(ruled, "lin", "who").code == 0
    after = entities(tmp_path)
    assert after[pair[0]] != after[pair[1]]
    others = set(before) - set(pair)
    assert all(after[one] == before[one] for one in others)

    ran = run(ruled, "ana")
    assert ran.code == 0, ran.err
    assert "passed over" not in ran.out
    known = Lake(tmp_path / "home").read("defined.known_person").to_table()
    assert known.num_rows == len(set(after.values()))
    assert known["link_probability"].null_count < known.num_rows

    deliverable(tmp_path / "residents_april.csv", RECORDS - 1)
    said = ruled("deliver", "residents", str(tmp_path / "residents_april.csv"), "--as", "eng")
    assert said.code == 0, said.err
    ran = run(ruled, "ana")
    assert "passed over: admitted.residents changed since somebody else ran it" in ran.out


def test_a_definition_that_names_a_column_no_link_has_is_told_before_anything_runs(ruled, office):
    file = office / "projects" / "safety" / "definitions" / "known_person.sql"
    file.write_text(file.read_text().replace("min(w.probability)", "min(w.certainty)"))
    said = ruled("check", home=False)
    assert said.code == 10
    assert "certainty" in said.err
    assert "of what a step links" in said.err


def test_a_grant_of_a_column_no_link_has_is_told(ruled, office):
    file = office / "policy.toml"
    file.write_text(file.read_text().replace('"entity", "probability"]', '"entity", "chance"]'))
    said = ruled("check", home=False)
    assert said.code == 10
    assert "there is no 'chance'" in said.err
