"""An office that names a folder for its anchors finds an older state that was put back."""

import json
import shutil
from datetime import timedelta

import pytest

from joinedup.core import clock

AUDIT = '\n[audit]\nanchors = "../elsewhere"\nevery = 2\n'


@pytest.fixture
def anchored(office, signed):
    """An office that has its anchors written to a folder beside its own, every two events."""
    card = office / "office.toml"
    card.write_text(card.read_text() + AUDIT)
    return signed


def close():
    from django.db import connection

    from joinedup.records import waiting

    waiting.give_up()
    connection.close()


def told(said):
    assert said.code == 0, said.err
    return json.loads(said.out)


def test_an_older_state_put_back_is_found_without_asking_for_it(anchored, visits, tmp_path):
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    anchored("quality")
    close()
    shutil.copytree(home, tmp_path / "older")
    for command in (("deliver", "visits", str(visits)), ("run",), ("show", "rank")):
        assert anchored(*command).code == 0
    count = len(list(elsewhere.glob("anchor-*.json")))
    assert told(anchored("audit", "verify", "--json"))["anchors"] == count > 2
    close()
    shutil.rmtree(home)
    shutil.move(tmp_path / "older", home)
    found = anchored("audit", "verify")
    assert found.code == 60
    assert "is missing" in found.err
    for anchor in elsewhere.iterdir():
        anchor.unlink()
    assert told(anchored("audit", "verify", "--json"))["anchors"] == 0


def test_an_anchor_that_somebody_else_put_there_is_refused(anchored, visits, tmp_path):
    from joinedup.records import anchors

    assert anchored("deliver", "visits", str(visits)).code == 0
    forged = anchors.text_of(anchors.Anchor(1, "0" * 64), None)
    (tmp_path / "elsewhere" / "anchor-000000000001.json").write_text(forged)
    found = anchored("audit", "verify")
    assert found.code == 60
    assert "not signed with this home's own key" in found.err


@pytest.mark.parametrize("line", ["every = 0", "minutes = -1", "often = true"])
def test_a_mistake_in_the_card_is_told_with_its_line(anchored, office, line):
    card = office / "office.toml"
    card.write_text(card.read_text().replace("every = 2", line))
    said = anchored("check", home=False)
    assert said.code == 10
    assert "office.toml:" in said.err


def test_anchors_in_the_home_are_refused(anchored, office):
    card = office / "office.toml"
    card.write_text(card.read_text().replace("../elsewhere", "../home/anchors"))
    said = anchored("quality")
    assert said.code == 10
    assert "beside what they vouch for" in said.err


def test_a_clock_that_was_ahead_holds_rights_until_a_person_says_it_is_right(
    anchored, visits, monkeypatch
):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=9_000))
    anchored("quality")
    monkeypatch.setattr(clock, "now", lambda: now)
    assert anchored("deliver", "visits", str(visits)).code == 30
    state = told(anchored("audit", "clock", "--json"))
    assert state["rights"] > state["clock"]
    assert anchored("audit", "clock", "--accept").code == 10
    reason = ("--reason", "dead battery; looked at by two of us", "--as", "ana")
    accepted = told(anchored("audit", "clock", "--accept", *reason, "--json"))
    assert accepted["rights"] == accepted["clock"]
    assert anchored("deliver", "visits", str(visits)).code == 0
    assert anchored("audit", "verify").code == 0
    assert anchored("audit", "clock", "--accept", *reason).code == 10
    seen = told(anchored("audit", "watch", "--json"))
    assert "clock accepted" in json.dumps(seen)


def test_the_public_key_checks_an_anchor_signed_with_the_homes_own(anchored, tmp_path):
    anchor, public = tmp_path / "anchor.json", tmp_path / "own.pub"
    public.write_text(anchored("audit", "public-key").out)
    assert told(anchored("audit", "anchor", "--own-key", "--out", str(anchor), "--json"))["signed"]
    against = ("audit", "verify", "--against", str(anchor), "--public-key", str(public))
    assert anchored(*against).code == 0
