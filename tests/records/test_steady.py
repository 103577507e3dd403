"""Time in the ledger never runs back, and no right is opened again by the clock."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from joinedup.core import clock
from joinedup.core.errors import ProjectError, RecordsError
from joinedup.records.home import transaction

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LIBRARIES = ("usr/lib", "usr/local/lib", "lib")
COMMAND = """
import sys
from pathlib import Path
from joinedup.records.home import connect
connect(Path(sys.argv[1]))
from joinedup.records import ledger, steady
from joinedup.core import clock
from joinedup.records.together import record
print(record(Path(sys.argv[1]), "test", actor="ana"), clock.now().date(), steady.today())
"""


@pytest.fixture
def at(monkeypatch):
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


def tell():
    from joinedup.records import ledger

    with transaction():
        return ledger.append("test", actor="ana")


def moments():
    from joinedup.records import ledger

    return [
        (event.at[:16], event.facts.get("clock_regressed", "")[:16]) for event in ledger.events()
    ]


@pytest.mark.usefixtures("home")
def test_an_event_behind_the_one_before_it_has_its_time_and_says_so(at):
    from joinedup.records import ledger, steady

    for moment in (NOON, NOON - timedelta(days=1), NOON - timedelta(hours=1), NOON):
        at(moment)
        tell()
    at(NOON - timedelta(days=300))
    assert steady.now() == NOON
    assert steady.today() == NOON.date()
    at(NOON + timedelta(hours=1))
    assert steady.now() == NOON + timedelta(hours=1)
    assert moments() == [
        ("2026-11-24T12:00", ""),
        ("2026-11-24T12:00", "2026-11-23T12:00"),
        ("2026-11-24T12:00", "2026-11-24T11:00"),
        ("2026-11-24T12:00", ""),
    ]
    assert ledger.verify().ok


@pytest.mark.usefixtures("home")
def test_clocks_that_differ_by_a_moment_are_no_alert(at):
    for seconds in (0, -1, -4, 1):
        at(NOON + timedelta(seconds=seconds))
        tell()
    assert [flag for _, flag in moments()] == ["", "", "", ""]


@pytest.mark.usefixtures("home")
def test_a_clock_that_was_ahead_is_accepted_under_a_name_and_shown(at):
    from joinedup.records import ledger, steady
    from joinedup.records.watch import watch

    at(NOON + timedelta(days=4_000))
    tell()
    at(NOON)
    assert steady.now() == NOON + timedelta(days=4_000)
    with pytest.raises(ProjectError, match="with a reason"):
        steady.accept(actor="ana", reason=" ")
    assert steady.accept(actor="ana", reason="dead battery") == 2
    assert steady.now() == NOON
    with pytest.raises(ProjectError, match="not behind"):
        steady.accept(actor="ana", reason="again")
    assert moments()[-1] == ("2026-11-24T12:00", "")
    assert ("ana", "clock accepted") in {(one.who, one.what) for one in watch()}
    assert ledger.verify().ok


@pytest.mark.usefixtures("sqlite_home")
def test_a_last_event_without_a_moment_decides_nothing(at):
    from django.db import connection

    from joinedup.records import steady

    at(NOON)
    tell()
    with connection.cursor() as cursor:
        cursor.execute("drop trigger ledger_refuses_update")
        cursor.execute("update records_ledgerevent set at = 'never'")
    with pytest.raises(RecordsError, match="no right can be decided"):
        steady.now()


def faketime() -> Path:
    for place in LIBRARIES:
        for pattern in ("faketime/libfaketime.so.1", "*/faketime/libfaketime.so.1"):
            for found in sorted((Path("/") / place).glob(pattern)):
                return found
    pytest.skip("libfaketime is not installed: apt-get install libfaketime")


def test_a_system_clock_set_back_a_day_is_flagged_and_moves_no_right(sqlite_home):
    library = faketime()

    def run(shift):
        fake = {"LD_PRELOAD": str(library), "FAKETIME": shift, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        done = subprocess.run(
            [sys.executable, "-c", COMMAND, str(sqlite_home)],
            env=os.environ | (fake if shift else {}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    told = [run(shift) for shift in ("", "-1d", "-3650d", "")]
    assert [number for number, _, _ in told] == ["1", "2", "3", "4"]
    days = [day for _, day, _ in told]
    assert days[2] < days[1] < days[0]
    assert len({right for _, _, right in told}) == 1
    from joinedup.records import ledger
    from joinedup.records.watch import SET_BACK, watch

    assert ledger.verify().ok
    events = list(ledger.events())
    assert [event.at for event in events] == sorted(event.at for event in events)
    flags = [event.facts.get("clock_regressed", "")[:10] for event in events]
    assert flags == ["", days[1], days[2], ""]
    (sight,) = [one for one in watch() if one.what == SET_BACK]
    assert (sight.count, sight.first, sight.last) == (2, 2, 3)
