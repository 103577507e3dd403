"""Who did what, and what is unusual, as a walk over a journal kept beside the ledger says it."""

from datetime import UTC, datetime

import numpy as np
import pytest

from joinedup.core.errors import ProjectError
from joinedup.records import subjects
from joinedup.records.home import transaction

DAY = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)  # a Tuesday


def tell(kind, actor="ana", subject="", **facts):
    from joinedup.records import ledger

    with transaction():
        return ledger.append(kind, actor=actor, subject=subject, facts=facts).seq


def of(table):
    from joinedup.records.who import of_table

    return [(deed.who, deed.verb, deed.what) for deed in of_table(table)]


@pytest.mark.usefixtures("home")
def test_a_table_is_told_of_by_who_wrote_read_reviewed_and_released_it():
    tell("delivery", subject="admitted.visits", lake={"table": "admitted.visits", "version": 1})
    tell("delivery", subject="admitted.Visits", lake={"table": "admitted.Visits", "version": 1})
    tell("delivery", subject="admittedxvisits", lake={"table": "admitted.visits2", "version": 1})
    tell("run", "bo", "first/rank", reads=["admitted.visits"], versions={"derived.list": 1})
    tell("run", "bo", "first/other", reads=["admitted.calls"], versions={"derived.other": 1})
    for step in ("first/rank", "first/other"):
        tell("review", "cy", step, digest="d")
        tell("release", "dee", step, digest="d")
    tell("read", "eve", "derived.list", purpose="x")
    assert of("admitted.visits") == [
        ("ana", "wrote", "admitted.visits"),
        ("bo", "read", "first/rank"),
        ("cy", "reviewed", "first/rank"),
        ("dee", "released", "first/rank"),
    ]
    assert of("derived.list") == [
        ("bo", "wrote", "first/rank"),
        ("cy", "reviewed", "first/rank"),
        ("dee", "released", "first/rank"),
        ("eve", "read", "derived.list"),
    ]
    assert of("derived.none") == of("%") == of("") == []


@pytest.mark.usefixtures("home")
def test_a_review_is_told_only_of_what_the_run_before_it_read():
    tell("run", subject="first/rank", reads=["admitted.visits"])
    tell("review", "bo", "first/rank")
    tell("run", subject="first/rank", reads=["admitted.calls"])
    tell("review", "cy", "first/rank")
    assert [who for who, verb, _ in of("admitted.visits") if verb == "reviewed"] == ["bo"]
    assert [who for who, verb, _ in of("admitted.calls") if verb == "reviewed"] == ["cy"]


def test_a_person_is_found_by_their_reference_which_stands_nowhere(home):
    from joinedup.records import ledger
    from joinedup.records.who import of_subject

    token, other = (subjects.token(home, one) for one in ("QQ 12 34 56 C", 4010232137))
    tell("read", "bo", token)
    tell("read", "bo", other)
    tell("read", "cy", "derived.list", subjects=[other, token])
    assert [deed.who for deed in of_subject(subjects.known_token(home, "qq 12 34 56 c"))] == [
        "bo",
        "cy",
    ]
    told = "".join(ledger.export_line(event) for event in ledger.events())
    assert "12 34 56" not in told
    assert "4010232137" not in told


@pytest.mark.usefixtures("sqlite_home")
def test_who_read_a_table_equals_a_journal_kept_beside_the_ledger():
    from joinedup.records import ledger

    rng = np.random.default_rng(20261124)
    journal = [(f"p{who}", f"derived.t_{what}") for who, what in rng.integers(0, 12, (3_000, 2))]
    with transaction():
        ledger.append_all(
            [ledger.entry("read", actor=who, facts={"reads": [what]}) for who, what in journal]
        )
    for number in range(12):
        table = f"derived.t_{number}"
        assert [who for who, _, _ in of(table)] == [who for who, what in journal if what == table]


def seen(**limits):
    from joinedup.records.watch import Limits, watch

    return [(one.who, one.what, one.where, one.count) for one in watch(Limits(**limits))]


@pytest.fixture
def at(monkeypatch):
    """Set the clock by which events are told."""
    from joinedup.core import clock

    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.mark.usefixtures("home")
def test_events_out_of_hours_are_counted_by_the_clock_on_the_wall(at):
    at(DAY.replace(month=7, day=21, hour=6, minute=30))  # half past seven in an English summer
    tell("read", "cy")
    at(DAY)
    tell("read", "ana")
    at(DAY.replace(hour=22))
    tell("read", "bo")
    at(DAY.replace(day=28))  # a Saturday
    tell("read", "bo")
    assert seen() == [("bo", "out of hours", "", 2)]
    assert seen(zone="UTC") == [("bo", "out of hours", "", 2), ("cy", "out of hours", "", 1)]


def test_many_tables_and_the_same_subject_again_are_counted(home, at):
    at(DAY)
    token = subjects.token(home, "x")
    for number in range(4):
        tell("read", "ana", f"derived.t{number}")
        tell("read", "ana", "derived.t0")
        tell("read", "bo", token, reads=["derived.t0"])
    assert seen(tables=4, repeats=5) == []
    assert seen(tables=3, repeats=4) == [
        ("bo", "same person again", token, 4),
        ("ana", "many tables in a day", "2026-11-24", 4),
    ]


def test_ones_own_record_and_a_colleagues_are_noticed_by_keyed_facts_alone(home, at):
    from joinedup.records.watch import COLLEAGUE, OWN, watch

    at(DAY)
    tell("read", "Ana García", subjects.token(home, "ANA GARCÍA "))
    tell("read", "bo", subjects.token(home, "Ana García"))
    tell("read", "bo", subjects.token(home, "Somebody Else"))
    found = [(one.what, one.who, one.count, one.first) for one in watch(home=home)]
    assert found == [(OWN, "Ana García", 1, 1), (COLLEAGUE, "bo", 1, 2)]
    assert watch() == []


def test_refusals_broken_glass_exports_and_a_clock_set_back_are_shown(home, at):
    from joinedup.records.watch import KINDS, watch

    at(DAY)
    tell("denied", "ana", "first/rank", codes=["no_grant"])
    tell("glass", "ana", minutes=30)
    for _ in range(6):
        tell("release", "bo", "first/rank", files={})
    for number in range(51):
        tell("read", "cy", subjects.token(home, number))
    at(DAY.replace(day=23))
    tell("read", "dee", "derived.list")
    found = [(one.what, one.who, one.count, one.first, one.last) for one in watch(home=home)]
    assert found == [
        ("broken glass", "ana", 1, 2, 2),
        ("many people in a day", "cy", 51, 9, 59),
        ("refused", "ana", 1, 1, 1),
        ("much taken away in a day", "bo", 6, 3, 8),
        ("clock set back", "dee", 1, 60, 60),
    ]
    assert {what for what, *_ in found} <= set(KINDS)
    (first, *_) = watch(home=home)
    assert (first.first_at, first.last_at) == ("2026-11-24T11:00:00.000000Z",) * 2


def test_only_events_from_a_day_on_are_counted(home, at):
    at(DAY.replace(day=20, hour=23))
    tell("read", "ana", "derived.list")
    at(DAY.replace(hour=23))
    tell("read", "ana", "derived.list")
    from joinedup.records.watch import watch

    assert [one.count for one in watch(since="2026-11-21")] == [1]
    assert [one.count for one in watch()] == [2]
    assert home.is_dir()


@pytest.mark.usefixtures("sqlite_home")
@pytest.mark.parametrize("limits", [{"zone": "Mars/Olympus"}, {"opens": 19, "shuts": 7}])
def test_hours_that_are_none_are_refused(limits):
    with pytest.raises(ProjectError):
        seen(**limits)


@pytest.mark.usefixtures("sqlite_home")
def test_a_day_that_is_none_is_refused():
    from joinedup.records.watch import watch

    with pytest.raises(ProjectError, match="no day"):
        watch(since="last week")
