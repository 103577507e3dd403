"""Whatever the policy rests on is broken while it is asked: every question is denied, soon."""

import json
import sqlite3
import time
from contextlib import closing

import pytest

from joinedup.core import clock
from joinedup.core.errors import PolicyDenied, ProjectError
from joinedup.office import permit, policy
from joinedup.office.folder import load
from joinedup.office.house import Office
from joinedup.office.permit import require

AT_MOST_SECONDS = 5.0
CANARY = "Zaphod-7731"
USES = {"homes": ("home",)}


@pytest.fixture
def ana(ruled_office, tmp_path):
    from joinedup.records.home import connect

    assert ruled_office
    connect(tmp_path / "home")
    return Office(load(tmp_path / "office"), tmp_path / "home", "ana")


def ask(office):
    return require(office, "run", about="rank", purpose="inspection", uses=USES)


def denials():
    from joinedup.records.models import LedgerEvent

    return LedgerEvent.objects.filter(kind="denied").count()


def failing(error):
    def fail(*_arguments, **_named):
        raise error

    return fail


BROKEN = {
    "agreements": lambda patch: patch.setattr(policy, "standings", failing(OSError(CANARY))),
    "roles and leases": lambda patch: patch.setattr(
        policy, "with_leases", failing(ValueError(CANARY))
    ),
    "policy": lambda patch: patch.setattr(policy, "read", failing(ProjectError("no", fix="mend"))),
    "clock": lambda patch: patch.setattr(clock, "now", failing(RuntimeError(CANARY))),
    "clock without a zone": lambda patch: patch.setattr(
        policy, "moment", lambda: clock.now().replace(tzinfo=None)
    ),
    "glass": lambda patch: patch.setattr(permit, "broken_glass", failing(KeyError(CANARY))),
    "levels": lambda patch: patch.setattr(policy, "_tables", failing(MemoryError(CANARY))),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_source_that_fails_denies_and_the_denial_is_on_record(ana, monkeypatch, what):
    ask(ana)
    before, began = denials(), time.monotonic()
    with monkeypatch.context() as patch:
        BROKEN[what](patch)
        if what == "clock without a zone":
            patch.setattr(permit, "moment", policy.moment)
        with pytest.raises(PolicyDenied) as refused:
            ask(ana)
    assert time.monotonic() - began < AT_MOST_SECONDS
    assert refused.value.as_json()["word"] == "policy_unavailable"
    assert CANARY not in str(refused.value.as_json())
    if what != "clock":  # an event has a moment: without a clock there can be none
        assert denials() == before + 1
    ask(ana)


def test_records_that_another_program_holds_deny_soon_and_heal_by_themselves(ana, tmp_path):
    from django.db import connections

    ask(ana)
    connections.close_all()
    holder = sqlite3.connect(tmp_path / "home" / "records.sqlite3", isolation_level=None)
    holder.execute("pragma locking_mode = exclusive")
    holder.execute("begin exclusive")
    began = time.monotonic()
    with pytest.raises(PolicyDenied) as refused:
        ask(ana)
    assert time.monotonic() - began < AT_MOST_SECONDS
    assert refused.value.as_json()["word"] == "policy_unavailable"
    holder.execute("rollback")
    holder.close()
    time.sleep(0.2)
    ask(ana)


def test_records_that_are_damaged_deny(ana, tmp_path):
    from django.db import connections

    connections.close_all()
    file = tmp_path / "home" / "records.sqlite3"
    for left in file.parent.glob("records.sqlite3-*"):
        left.unlink()
    file.write_bytes(b"no database" * 400)
    with pytest.raises(PolicyDenied) as refused:
        ask(ana)
    connections.close_all()
    assert refused.value.as_json()["word"] == "policy_unavailable"


def test_a_question_that_hangs_is_given_up(ana, monkeypatch):
    monkeypatch.setattr(policy, "standings", lambda _office: time.sleep(20))
    began = time.monotonic()
    with pytest.raises(PolicyDenied, match="no answer within 3 seconds"):
        ask(ana)
    assert time.monotonic() - began < AT_MOST_SECONDS


QUESTION = ("policy", "decide", "--person", "ana", "--action", "run", "--purpose", "inspection",
            "--dataset", "homes", "--show", "home", "--json")  # fmt: skip
SPOILED = {
    "no office": lambda office: (office / "office.toml").unlink(),
    "agreement": lambda office: (office / "agreements" / "homes.toml").write_text("[["),
    "catalogue": lambda office: (office / "datasets" / "homes.toml").unlink(),
}


@pytest.mark.parametrize("what", SPOILED)
def test_the_command_that_decides_denies_whatever_cannot_be_read(ruled_office, tmp_path, what):
    assert ruled_office(*QUESTION).code == 0
    SPOILED[what](tmp_path / "office")
    said = ruled_office(*QUESTION)
    assert said.code == 30
    assert json.loads(said.out)["code"] == "policy_unavailable"


def test_a_draft_with_mistakes_denies_with_its_mistakes(joinedup, office):
    (office / "policy.toml").write_text("[roles")
    said = json.loads(joinedup(*QUESTION).out)
    assert said["code"] == "policy_unavailable"
    assert "policy.toml" in said["reasons"][0]["what"]


def test_a_command_is_refused_soon_while_another_program_holds_the_records(ruled_office, tmp_path):
    from django.db import connections

    connections.close_all()
    with closing(sqlite3.connect(tmp_path / "home" / "records.sqlite3")) as holder:
        holder.execute("pragma locking_mode = exclusive")
        holder.execute("begin exclusive")
        began = time.monotonic()
        said = ruled_office("run", "--as", "ana", "--json")
        assert time.monotonic() - began < AT_MOST_SECONDS
        holder.execute("rollback")
    assert (said.code, json.loads(said.out)["word"]) == (60, "audit_unavailable")
    assert ruled_office("run", "define:every", "--as", "ana").code == 0


def test_a_writer_still_waits_for_another_that_has_begun(ana):
    """A command that has begun waits a little for its turn to write, and no longer."""
    from django.db import connection

    assert ana
    with connection.cursor() as cursor:
        cursor.execute("pragma busy_timeout")
        assert cursor.fetchone() == (3_000,)
