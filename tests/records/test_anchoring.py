"""Anchors are written by themselves, and cost no commit."""

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest

from joinedup.core import clock
from joinedup.core.errors import ProjectError
from joinedup.records.home import transaction

DAY = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


@pytest.fixture
def kept(home, tmp_path):
    """A folder that gets an anchor every five events, or after fifteen minutes."""
    from joinedup.records import anchoring

    folder = tmp_path / "elsewhere"
    anchoring.keep(home, folder, every=5, minutes=15)
    yield folder
    anchoring.stop()


def write(count):
    from joinedup.records import ledger

    for number in range(count):
        with transaction():
            ledger.append("test", actor="ana", facts={"n": number})


def sizes(folder):
    return [json.loads(path.read_text())["events"] for path in sorted(folder.glob("anchor-*"))]


def test_an_anchor_is_written_every_so_many_events_and_fits_the_chain(kept, home):
    from joinedup.records import anchors, ledger
    from joinedup.records.together import record

    write(12)
    for _ in range(4):
        record(home, "test", actor="ana")
    assert sizes(kept) == [5, 10, 15]
    found = anchors.read_all(kept)
    assert {one.key for one in found} == anchors.own_public_keys(home)
    assert ledger.verify(*[one.anchor for one in found]).ok


def test_a_commit_of_many_events_has_one_anchor_at_its_end(kept):
    from joinedup.records import ledger

    with transaction():
        ledger.append_all([ledger.entry("test", actor="ana") for _ in range(13)])
    assert sizes(kept) == [13]
    write(2)
    assert sizes(kept) == [13, 15]


def test_what_was_not_committed_has_no_anchor(kept):
    from joinedup.records import ledger

    write(4)

    def fail():
        with transaction():
            ledger.append("test", actor="ana")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not kept.exists()
    write(1)
    assert sizes(kept) == [5]


def test_few_events_have_an_anchor_after_some_minutes(kept, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: DAY)
    write(6)
    assert sizes(kept) == [5]
    monkeypatch.setattr(clock, "now", lambda: DAY + timedelta(minutes=16))
    write(1)
    assert sizes(kept) == [5, 7]


def test_a_new_process_goes_on_from_the_newest_anchor(kept, home):
    from joinedup.records import anchoring

    write(7)
    anchoring.keep(home, kept, every=5, minutes=15)
    write(2)
    assert sizes(kept) == [5]
    write(1)
    assert sizes(kept) == [5, 10]


def test_an_anchor_that_cannot_be_written_is_logged_and_stops_nobody(kept, caplog):
    kept.write_text("in the way")
    with caplog.at_level(logging.WARNING):
        write(5)
    assert "the anchor of event 5 was not written" in caplog.text
    kept.unlink()
    write(5)
    assert sizes(kept) == [6, 10]


def test_anchors_in_the_home_are_refused(sqlite_home):
    from joinedup.records import anchoring

    with pytest.raises(ProjectError, match="beside what they vouch for"):
        anchoring.keep(sqlite_home, sqlite_home / "anchors", every=5, minutes=15)
