"""Review in an office: on record before a pair is shown, kept sealed, and used at the next run."""

import sqlite3

import pytest
from residents_office import SIGN, declare, deliverable

from joinedup.store.lake import Lake

STEP = """method = "link.people"
purpose = "safety"

[settings]
tables = ["admitted.residents"]
"""
CLERK = ("--project", "safety", "--as", "A. Clerk")


@pytest.fixture
def linked(joinedup, office, tmp_path):
    """An office in which residents were linked once."""
    declare(office, STEP)
    said = joinedup(*SIGN)
    assert said.code == 0, said.err
    path = deliverable(tmp_path / "residents_march.csv")
    for words in (("deliver", "residents", str(path)), ("run", "--project", "safety")):
        said = joinedup(*words)
        assert said.code == 0, said.out + said.err
    return joinedup


@pytest.fixture
def clerk(linked, monkeypatch):
    def type_(*words):
        left = list(words)
        monkeypatch.setattr("builtins.input", lambda _prompt: left.pop(0) if left else "quit")
        return linked("review", "who", *CLERK)

    return type_


def kept(tmp_path):
    """The records, as somebody who opens the file sees them."""
    from django.db import connection

    connection.close()
    return sqlite3.connect(tmp_path / "home" / "records.sqlite3")


def test_a_clerk_is_on_record_and_decides_and_the_next_run_obeys_and_keeps_the_names(
    clerk, linked, tmp_path
):
    lake = Lake(tmp_path / "home")
    before = lake.read("derived.safety_who_entities").to_table().to_pylist()
    first = lake.read("derived.safety_who_review").to_table().to_pylist()[0]
    said = clerk("n")
    assert said.code == 0, said.err
    assert first["id_l"] in said.out
    ran = linked("run", "--project", "safety")
    assert ran.code == 0, ran.err
    now = lake.read("derived.safety_who_entities").to_table().to_pylist()
    entity = {row["id"]: row["entity"] for row in now}
    assert entity[first["id_l"]] != entity[first["id_r"]]
    was = {row["id"]: row["entity"] for row in before}
    assert sum(entity[one] != was[one] for one in was) <= 2
    again = lake.read("derived.safety_who_review").to_table().to_pylist()
    assert all(row["id_l"] != first["id_l"] or row["id_r"] != first["id_r"] for row in again)
    assert linked("audit", "verify").code == 0
    said = linked("audit", "who", "--table", "derived.safety_who_review")
    assert "A. Clerk" in said.out, said.err
    rows = kept(tmp_path).execute("select said from records_linkdecision").fetchall()
    assert [row[0].startswith("sealed-1:") for row in rows] == [True]
    said = linked("review", "rank", "--project", "safety")
    assert "writes pairs to look at" in said.err


@pytest.mark.deep
def test_a_decision_that_was_changed_in_the_records_is_refused(clerk, linked, tmp_path):
    clerk("y", "n")
    records = kept(tmp_path)
    (other,) = records.execute("select said from records_linkdecision where id = 2").fetchone()
    records.execute("update records_linkdecision set said = ? where id = 1", (other,))
    records.commit()
    records.close()
    assert linked("run", "--project", "safety").code == 60
    assert linked("audit", "verify").code == 60
