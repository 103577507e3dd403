"""A right that ends while a step runs ends the step, within seconds, and nothing of it is kept."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest
from ruled import POLICY, REASON, lease, write_homes

from joinedup.core.errors import AgreementError, PolicyDenied
from joinedup.office import deliver as taking
from joinedup.office import watchful
from joinedup.office.folder import load
from joinedup.office.house import Office
from joinedup.office.run import run
from joinedup.office.watchful import RightEnded, watched

AT_MOST_SECONDS = 5.0
ENDLESS = """-- Count: every six homes together, which takes hours.
-- Grain:  one row.
select count(*) as n from admitted.homes as a, admitted.homes as b, admitted.homes as c,
  admitted.homes as d, admitted.homes as e, admitted.homes as f
where a.risk + b.risk + c.risk + d.risk + e.risk + f.risk < 3
"""


def refusal():
    return AgreementError("it has ended.", fix="ask again.", where="here")


def no_more(after):
    """Yes, until so many questions have been asked."""
    asked = []

    def ask():
        asked.append(1)
        return refusal() if len(asked) > after else None

    return ask


@pytest.fixture
def records(tmp_path, monkeypatch):
    """Records to ask, and a watcher that asks twenty times a second."""
    from joinedup.records.home import connect

    connect(tmp_path / "home")
    monkeypatch.setattr(watchful, "SECONDS_BETWEEN", 0.05)


asking = pytest.mark.usefixtures("records")


def nothing():
    return None


def busy_with(what):
    """Half a minute of work, of one kind or another."""
    began = time.monotonic()
    while time.monotonic() - began < 30:
        if what == "sleep":
            time.sleep(30)
        with suppress(Exception):  # as a library that swallows what it can
            sum(range(1_000))


def silent(one):
    return one


@asking
@pytest.mark.parametrize("what", ["python", "sleep"])
def test_whatever_the_step_is_at_is_broken_off(what):
    told, began = [], time.monotonic()

    def refuse(one):
        told.append(one)
        return one

    with pytest.raises(AgreementError), watched(no_more(2), nothing, nothing, refuse):
        busy_with(what)
    assert time.monotonic() - began < AT_MOST_SECONDS
    assert len(told) == 1


@asking
def test_what_was_calculated_is_dropped_if_the_right_ended_just_before_the_end():
    with pytest.raises(AgreementError), watched(nothing, refusal, nothing, silent):
        pass


@asking
def test_a_step_whose_right_lasts_is_left_alone_and_its_own_error_is_raised():
    with watched(nothing, nothing, nothing, silent):
        time.sleep(0.3)
    with pytest.raises(ZeroDivisionError), watched(nothing, nothing, nothing, silent):
        1 / 0  # noqa: B018 - the error is what is wanted


@asking
def test_a_signal_that_comes_late_does_nothing():
    with watched(nothing, nothing, nothing, silent):
        pass
    os.kill(os.getpid(), watchful.SIGNAL)
    time.sleep(0.05)
    assert signal.getsignal(watchful.SIGNAL) is not signal.SIG_DFL


@asking
def test_outside_the_main_thread_the_engine_is_broken_off_and_nothing_kept():
    stopped, raised = threading.Event(), []

    def step():
        try:
            with watched(no_more(1), nothing, stopped.set, silent):
                stopped.wait(10)
        except AgreementError as error:
            raised.append(error)

    thread = threading.Thread(target=step)
    thread.start()
    thread.join(AT_MOST_SECONDS)
    assert stopped.is_set()
    assert len(raised) == 1
    assert not issubclass(RightEnded, Exception)


def test_between_two_steps_the_right_is_asked_again(ruled_office, tmp_path):
    from joinedup.records.home import connect

    connect(tmp_path / "home")
    office = Office(load(tmp_path / "office"), tmp_path / "home", "ana")
    steps = run(office, office.folder.project(None))
    next(steps)
    assert ruled_office("policy", "revoke", "ana-analyst", "--as", "cy", *REASON).code == 0
    with pytest.raises(PolicyDenied, match="does not hold the role analyst"):
        next(steps)


def test_a_file_is_not_kept_if_the_right_ended_while_it_was_read(
    ruled_office, tmp_path, monkeypatch
):
    from joinedup.records.home import connect
    from joinedup.records.models import Delivery

    connect(tmp_path / "home")
    write_homes(tmp_path / "homes_april.csv", seed=3)
    before, real = Delivery.objects.count(), taking.read

    def read_slowly(*arguments, **named):
        found = real(*arguments, **named)
        assert ruled_office("policy", "revoke", "eng-engineer", "--as", "cy", *REASON).code == 0
        return found

    monkeypatch.setattr(taking, "read", read_slowly)
    said = ruled_office("deliver", "homes", str(tmp_path / "homes_april.csv"), "--as", "eng")
    assert said.code == 30
    assert Delivery.objects.count() == before


APPROVE = ("policy", "approve", "--as", "dee", *REASON)
ENDINGS = {
    "lease": ("policy", "revoke", "ana-analyst", "--as", "cy", *REASON),
    "agreement": ("agree", "move", "homes", "--to", "suspended", "--as", "cy", *REASON),
    "account": APPROVE,
    "policy": ("policy", "withdraw", "--as", "cy", *REASON),
}
slow = pytest.mark.deep


@pytest.mark.parametrize(
    "what",
    [
        "lease",
        "file",
        *(pytest.param(one, marks=slow) for one in ("agreement", "account", "policy")),
    ],
)
def test_a_running_step_is_stopped_within_five_seconds_and_keeps_nothing(
    ruled_office, tmp_path, what
):
    definitions = tmp_path / "office" / "projects" / "first" / "definitions"
    (definitions / "endless.sql").write_text(ENDLESS)
    places = ["--office", str(tmp_path / "office"), "--home", str(tmp_path / "home")]
    before = sorted((tmp_path / "home" / "lake").rglob("*.parquet"))
    command = [sys.executable, "-m", "joinedup", "run", "define:endless", "--as", "ana", *places]
    (tmp_path / "temp").mkdir()
    named = os.environ | {"TMPDIR": str(tmp_path / "temp")}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=named) as running:
        wait_for_the_engine(running, tmp_path / "temp")
        if what == "account":  # a policy that does not know them any more
            (tmp_path / "office" / "policy.toml").write_text(
                POLICY.replace(lease("ana", "analyst"), "")
            )
            assert ruled_office("policy", "propose", "--as", "cy").code == 0
        began = time.monotonic()
        if what == "file":
            file = tmp_path / "office" / "agreements" / "homes.toml"
            file.write_text(file.read_text() + "\n# one more word\n")
        else:
            assert ruled_office(*ENDINGS[what]).code == 0
        _, told = running.communicate(timeout=60)
        took = time.monotonic() - began
    assert running.returncode == 30, told
    assert took < AT_MOST_SECONDS
    assert sorted((tmp_path / "home" / "lake").rglob("*.parquet")) == before
    assert not list((tmp_path / "temp").iterdir())
    said = ruled_office("audit", "show", "--last", "5", "--json", "--as", "cy").out
    assert '"stopped":true' in said
    assert '"kind":"run"' not in said.splitlines()[-1]


def wait_for_the_engine(running, place):
    """Until the process has its folder to spill into: then it calculates."""
    for _ in range(600):
        if list(place.glob("joinedup-*")):
            time.sleep(1.0)
            return
        assert running.poll() is None, running.stderr.read()
        time.sleep(0.1)
    pytest.fail("the step did not begin")
