"""Nothing is shown before it is on record that it is, and nothing at all where it cannot be."""

import json
import shutil

import pytest
from filling import filled

from joinedup.records.home import connect

CHANGED = ".9\n"
LICENSED, REASON = ("--for", "council"), ("--reason", "read every row")
THIRD = ("--as", "D. Third")


@pytest.fixture
def ran(signed, visits, office):
    """An office whose steps have run, and whose project is through its gate."""
    filled(office)
    for command in (("deliver", "visits", str(visits)), ("run",), ("project", "gate")):
        said = signed(*command)
        assert said.code == 0, said.err
    return signed


@pytest.fixture
def changed(visits, tmp_path):
    """The same visits with other risks."""
    path = tmp_path / "visits_april.csv"
    path.write_text(visits.read_text().replace(".5\n", CHANGED))
    return path


@pytest.fixture
def shows(changed):
    """Every command that shows what is in the home."""
    return {
        "show": ("show", "rank"),
        "show of the report": ("show", "report", "--json"),
        "page": ("show", "report", "--html"),
        "status": ("status",),
        "quality": ("quality", "visits"),
        "check before a release": ("release", "rank", "--dry-run", *LICENSED),
        "making ready": ("release", "check", "rank", *LICENSED),
        "review": ("release", "review", "rank", "--approve", *REASON, *LICENSED, *THIRD),
        "release": ("release", "rank", *LICENSED),
        "release log": ("release", "log"),
        "outbox held against the log": ("release", "log", "--verify"),
        "comparison of a delivery": ("deliver", "visits", str(changed), "--dry-run"),
        "delivery": ("deliver", "visits", str(changed)),
        "run of what ran": ("run", "--json"),
    }


def approve(ran):
    """Two people who did not make the list say that it may leave."""
    for reader in ("B. Eader", "C. Hecker"):
        said = ran("release", "review", "rank", "--approve", *REASON, *LICENSED, "--as", reader)
        assert said.code == 0, said.err


def events(tmp_path):
    connect(tmp_path / "home")
    from django.db import connection

    from joinedup.records import ledger

    found = list(ledger.events())
    connection.close()
    return found


def block(home):
    """Nobody can lay an event down any more; what was laid down stays."""
    from joinedup.records import waiting

    waiting.give_up()
    shutil.rmtree(home / "waiting", ignore_errors=True)
    (home / "waiting").write_text("in the way")


def everything(tmp_path):
    """Every file that holds something to see."""
    kept = [tmp_path / "home" / name for name in ("lake", "results", "desk", "outbox")]
    return sorted(
        (str(path), path.read_bytes())
        for folder in kept
        for path in folder.rglob("*")
        if path.is_file()
    )


def test_no_command_shows_anything_where_the_ledger_cannot_be_written(ran, shows, tmp_path):
    home = tmp_path / "home"
    approve(ran)
    before, told = everything(tmp_path), len(events(tmp_path))
    block(home)
    for name, command in shows.items():
        said = ran(*command, *(() if "--json" in command else ("--json",)))
        assert said.code == 60, f"{name}: {said.out}"
        answer = json.loads(said.out)
        assert answer["word"] == "audit_unavailable", name
        assert "V0" not in said.out + said.err, name
        assert "premises" not in said.out + said.err, name
    assert everything(tmp_path) == before
    assert len(events(tmp_path)) == told
    (home / "waiting").unlink()
    for name, command in shows.items():
        said = ran(*command)
        assert said.code == 0, f"{name}: {said.err}"


def test_a_step_does_not_run_where_the_ledger_cannot_be_written(signed, visits, tmp_path):
    assert signed("deliver", "visits", str(visits)).code == 0
    block(tmp_path / "home")
    said = signed("run")
    assert said.code == 60
    assert "Trace: " in said.err
    assert said.out == ""
    assert [event.kind for event in events(tmp_path)] == ["signature", "delivery"]


def test_each_showing_is_one_event_before_what_comes_of_it(ran, shows, tmp_path):
    approve(ran)
    for name, command in shows.items():
        before = len(events(tmp_path))
        said = ran(*command)
        assert said.code == 0, f"{name}: {said.err}"
        new = events(tmp_path)[before:]
        assert new[0].kind in {"read", "show", "check"}, name
        assert len({event.trace for event in new}) == 1, name


def test_the_event_of_a_reading_says_which_columns_of_which_versions_for_what(ran, tmp_path):
    reading = [event for event in events(tmp_path) if event.kind == "read"]
    assert [event.subject for event in reading] == ["first/define:cohort", "first/rank"]
    facts = reading[0].facts
    assert (facts["step"], facts["purpose"]) == ("define:cohort", "inspection")
    assert facts["reads"] == ["admitted.visits"]
    assert facts["columns"] == {
        "admitted.visits": {"count": 3, "names": ["risk", "visit", "visited_on"]}
    }
    assert facts["identifiers"] == {"admitted.visits": {"count": 1, "names": ["visit"]}}
    assert facts["versions_read"] == {"admitted.visits": 1}
    assert len(facts["identity"]) == 64
    kinds = [event.kind for event in events(tmp_path)]
    assert kinds.index("read") < kinds.index("run")
    assert ran("audit", "verify", home=True).code == 0


def test_a_table_with_very_many_columns_is_told_by_a_few_and_a_digest(ran, office, tmp_path):
    from joinedup.office.house import open_office
    from joinedup.office.told import MOST_NAMED, of_reads

    assert ran
    place = open_office(office, tmp_path / "home", "ana")
    names = tuple(f"c{number:03}" for number in range(300))
    said = of_reads(place, {"derived.wide": names})["columns"]["derived.wide"]
    assert (said["count"], len(said["names"])) == (300, MOST_NAMED)
    assert (
        said["digest"]
        != of_reads(place, {"derived.wide": names[1:]})["columns"]["derived.wide"]["digest"]
    )


def test_an_agreement_that_ended_is_not_opened_again_by_setting_the_clock_back(
    ran, office, changed, monkeypatch, tmp_path
):
    from datetime import UTC, datetime

    from joinedup.core import clock

    late, early = datetime(2031, 1, 1, 9, tzinfo=UTC), datetime(2026, 12, 1, 9, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert ran("quality", "visits").code == 0
    assert ran("deliver", "visits", str(changed)).code == 30
    monkeypatch.setattr(clock, "now", lambda: early)
    assert ran("deliver", "visits", str(changed)).code == 30
    ran("quality", "visits")
    last = events(tmp_path)[-1]
    assert last.facts["clock_regressed"].startswith("2026-12-01T09")
    assert last.at.startswith("2031-01-01T09")
    assert office.is_dir()
