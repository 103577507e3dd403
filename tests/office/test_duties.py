"""Nobody changes the policy, gives a role or comes into a role alone."""

import json
import sqlite3
import threading
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruled import GRANTS, LEASES, POLICY, REASON, ROLES, lease

from joinedup.core import clock
from joinedup.core.errors import AgreementError
from joinedup.office import duties
from joinedup.office.folder import load
from joinedup.office.house import Office
from joinedup.office.permit import asked

PEOPLE = """
[people]
p1 = ["cy", "C. Y. Second-Account"]
p2 = ["dee", "Dee Newname"]
"""


@pytest.fixture
def ruled(ruled_office):
    return ruled_office


@pytest.fixture
def file(tmp_path):
    return tmp_path / "office" / "policy.toml"


@pytest.fixture
def as_(ruled, tmp_path):
    """The office at work for a person, without the command line."""
    from joinedup.records.home import connect

    assert ruled
    connect(tmp_path / "home")
    folder = load(tmp_path / "office")
    return lambda who: Office(folder, tmp_path / "home", who)


def may_run(office):
    needs = {"homes": ("home",)}
    return asked(office, "run", purpose="inspection", uses=needs).permit is not None


@pytest.mark.parametrize("author", ["cy", " CY ", "\u200bcy", "\uff43\uff59"])
def test_whoever_proposes_cannot_approve_however_the_name_is_written(ruled, author):
    assert ruled("policy", "propose", "--as", author).code == 0
    said = ruled("policy", "approve", "--as", "cy", *REASON)
    assert said.code == 30
    assert "cannot approve it" in said.err
    assert ruled("policy", "approve", "--as", "dee", *REASON).code == 0


def test_a_second_account_or_a_new_name_is_the_same_person(ruled, file):
    file.write_text(PEOPLE + POLICY)
    assert ruled("policy", "propose", "--as", "dee").code == 0
    # The proposal itself says that these are one person; the policy in force does not yet.
    assert ruled("policy", "approve", "--as", "Dee Newname", *REASON).code == 30
    assert ruled("policy", "approve", "--as", "cy", *REASON).code == 0
    assert ruled("policy", "propose", "--as", "C. Y. Second-Account").code == 0
    assert ruled("policy", "approve", "--as", "cy", *REASON).code == 30
    own = ("policy", "lease", "dee", "analyst", "--hours", "1", *REASON)
    assert ruled(*own, "--as", "Dee Newname").code == 30
    assert ruled(*own, "--as", "cy").code == 0


NAMES = ("cy", "CY ", "C. Y. Second-Account", "dee", "Dee Newname", "ana", "nobody")
PERSON = {"cy": "p1", "CY ": "p1", "C. Y. Second-Account": "p1", "dee": "p2", "Dee Newname": "p2"}


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.booleans()), min_size=2, max_size=6))
def test_whatever_is_tried_no_policy_comes_into_force_by_one_person(as_, file, deeds):
    from joinedup.records.models import PolicyApproval

    file.write_text(PEOPLE + POLICY)
    for who, approves in [("cy", False), ("dee", True), *deeds]:
        try:
            if approves:
                duties.approve(as_(who), _newest(), reason="read it")
            else:
                duties.propose(as_(who))
        except (AgreementError, LookupError):
            continue
    for row in PolicyApproval.objects.select_related("proposal"):
        assert _person(row.by) != _person(row.proposal.by)


def _person(name):
    return PERSON.get(name, name.strip())


def _newest():
    return duties.waiting()[-1].number


def test_the_database_itself_refuses_one_person_on_both_sides(as_):
    from joinedup.records import policies
    from joinedup.records.policies import Person

    cy, at = Person("cy", "cy"), clock.stamp(clock.now())
    later = clock.stamp(clock.now() + timedelta(hours=1))
    assert as_("cy")
    proposal = policies.propose("[roles]", by=cy)
    glass = policies.break_glass(
        cy, reason="r", opened=at, minutes=5, renews=None, alert="glass broken"
    )
    refused = [
        lambda: policies.approve(proposal, by=cy, author="cy", reason="r"),
        lambda: policies.lease(cy, "analyst", starts=at, ends=later, by=cy, reason="r"),
        lambda: policies.lease(
            Person("ana", "ana"), "analyst", starts=later, ends=at, by=cy, reason="r"
        ),
        lambda: policies.review(glass, by=cy, finding="nothing"),
        lambda: policies.break_glass(
            cy, reason="r", opened=at, minutes=61, renews=None, alert="glass broken"
        ),
        lambda: policies.break_glass(
            cy, reason="", opened=at, minutes=5, renews=None, alert="glass broken"
        ),
    ]
    for deed in refused:
        with pytest.raises(AgreementError, match="the records refuse it"):
            deed()


def test_a_reason_is_wanted_and_a_wrong_number_is_told(ruled):
    assert ruled("policy", "approve", "--as", "dee", *REASON).code == 10
    ruled("policy", "propose", "--as", "cy")
    ruled("policy", "propose", "--as", "cy")
    assert ruled("policy", "approve", "--as", "dee").code == 10
    said = ruled("policy", "approve", "--as", "dee", *REASON)
    assert said.code == 10
    assert "several proposals wait" in said.err
    assert ruled("policy", "approve", "999", "--as", "dee", *REASON).code == 10
    waits = json.loads(ruled("policy", "show", "--json").out)["waiting"]
    first, second = (str(one["proposal"]) for one in waits)
    assert ruled("policy", "withdraw", first, "--as", "ana", *REASON).code == 30
    assert ruled("policy", "withdraw", first, "--as", "cy", *REASON).code == 0
    assert ruled("policy", "approve", second, "--as", "dee", *REASON).code == 0


def test_only_who_may_changes_a_policy_that_says_who_may(ruled):
    assert ruled("policy", "propose", "--as", "ana").code == 30
    ruled("policy", "propose", "--as", "cy")
    assert ruled("policy", "approve", "--as", "ana", *REASON).code == 30


def test_a_policy_that_would_lock_the_office_out_is_refused(ruled, file):
    file.write_text(ROLES + GRANTS + LEASES.replace(lease("dee", "officer"), ""))
    ruled("policy", "propose", "--as", "cy")
    said = ruled("policy", "approve", "--as", "dee", *REASON)
    assert said.code == 30
    assert "fewer than two persons could change the policy again" in said.err


def test_once_nobody_holds_the_right_a_signatory_may_and_no_stranger(ruled, monkeypatch):
    years = clock.now() + timedelta(days=366 * 80)
    monkeypatch.setattr(clock, "now", lambda: years)
    assert ruled("policy", "propose", "--as", "ana").code == 30
    assert ruled("policy", "propose", "--as", "cy").code == 30
    said = ruled("policy", "propose", "--as", "Name of the person who may sign")
    assert said.code == 0, said.err


def test_a_role_is_given_by_somebody_else_for_a_time_and_ends_by_the_clock(ruled, as_, monkeypatch):
    give = ("policy", "lease", "Eve", "analyst", "--hours")
    assert not may_run(as_("eve"))
    assert ruled(*give, "2", *REASON, "--as", "ana").code == 30
    assert ruled(*give, "2", *REASON, "--as", "eve").code == 30
    assert ruled(*give, "2", "--as", "cy").code == 10
    assert ruled(*give, "0", *REASON, "--as", "cy").code == 30
    assert ruled(*give, "2209", *REASON, "--as", "cy").code == 30
    assert ruled("policy", "lease", "eve", "king", "--hours", "2", *REASON, "--as", "cy").code == 10
    said = ruled(*give, "2", *REASON, "--as", "cy", "--json")
    assert said.code == 0, said.err
    assert may_run(as_("eve"))
    assert not may_run(as_("evelyn"))
    listed = json.loads(ruled("policy", "leases", "--json").out)
    assert json.loads(said.out)["lease"] in {one["lease"] for one in listed if one["runs"]}
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=2))
    assert not may_run(as_("eve"))


def test_a_lease_does_not_run_again_when_the_clock_is_set_back(ruled, as_, monkeypatch):
    ruled("policy", "lease", "eve", "analyst", "--hours", "1", *REASON, "--as", "cy")
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=2))
    assert ruled("run", "--as", "ana").code == 0  # an event of two hours later
    monkeypatch.setattr(clock, "now", lambda: now)
    assert not may_run(as_("eve"))


def test_a_lease_taken_back_ends_at_once_and_stays_back(ruled, file, as_):
    assert may_run(as_("ana"))
    assert ruled("policy", "revoke", "ana-analyst", *REASON, "--as", "eng").code == 30
    assert ruled("policy", "revoke", "ana-analyst", *REASON, "--as", "cy").code == 0
    assert not may_run(as_("ana"))
    assert ruled("policy", "revoke", "ana-analyst", *REASON, "--as", "cy").code == 10
    file.write_text(file.read_text() + "# one more word\n")
    ruled("policy", "propose", "--as", "cy")
    ruled("policy", "approve", "--as", "dee", *REASON)
    assert not may_run(as_("ana"))
    file.write_text(
        ROLES + GRANTS + LEASES.replace(lease("ana", "analyst"), lease(
            "ana", "analyst", ends="2098-01-01T00:00:00Z"
        ))
    )  # fmt: skip
    ruled("policy", "propose", "--as", "cy")
    ruled("policy", "approve", "--as", "dee", *REASON)
    assert may_run(as_("ana"))


def test_anybody_may_give_their_own_role_back(ruled, as_):
    assert ruled("policy", "revoke", "ana-analyst", *REASON, "--as", "ana").code == 0
    assert not may_run(as_("ana"))


FORGERIES = [
    "update records_policytext set text = replace(text, 'clearance = 1', 'clearance = 3')",
    "update records_policyapproval set person = 'zed'",
    "update records_leaserow set ends = '2099-01-01T00:00:00.000000Z'",
    "update records_leaserow set holder = 'zed', name = 'zed'",
    "update records_revocation set content = 'x'",
]


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_row_that_says_something_else_than_its_event_denies_and_is_found(
    ruled, as_, tmp_path, forgery
):
    ruled("policy", "lease", "eve", "analyst", "--hours", "1", *REASON, "--as", "cy")
    ruled("policy", "revoke", "eng-engineer", *REASON, "--as", "cy")
    assert may_run(as_("ana"))
    with sqlite3.connect(tmp_path / "home" / "records.sqlite3") as records:
        assert records.execute(forgery).rowcount == 1
    answer = asked(as_("ana"), "run", purpose="inspection", uses={"homes": ("home",)})
    assert [reason.code for reason in answer.reasons] == ["policy_unavailable"]
    assert ruled("audit", "verify").code == 60


@pytest.mark.parametrize(
    ("turns", "askers"), [(12, 8), pytest.param(100, 20, marks=pytest.mark.deep)]
)
def test_a_decision_rests_on_one_policy_however_often_it_is_changed_meanwhile(
    as_, file, turns, askers
):
    """Clients ask while two policies take turns; each answer is that of one of them."""
    denies = POLICY + '[forbids.none]\nbecause = "Not now."\nactions = ["run"]\n'
    seen, over = set(), threading.Event()

    def client():
        while not over.is_set():
            answer = asked(as_("ana"), "run", purpose="inspection", uses={"homes": ("home",)})
            told = answer.permit.told if answer.permit else answer.told
            code = "granted" if answer.permit else answer.reasons[0].code
            seen.add((code, told.get("text"), told.get("facts")))

    clients = [threading.Thread(target=client) for _ in range(askers)]
    for one in clients:
        one.start()
    try:
        for turn in range(turns):
            file.write_text("[roles" if turn % 4 == 3 else (denies if turn % 2 else POLICY))
            if turn % 4 == 3:
                with pytest.raises(Exception, match="not TOML"):
                    duties.propose(as_("cy"))
                continue
            duties.propose(as_("cy"))
            duties.approve(as_("dee"), _newest(), reason="read it")
    finally:
        over.set()
        for one in clients:
            one.join(30)
    assert {code for code, _, _ in seen} <= {"granted", "forbidden"}
    assert (
        len(seen)
        == len({(text, code) for code, text, _ in seen})
        == len({text for _, text, _ in seen})
    )


def test_a_second_account_gives_no_second_review_and_no_review_of_ones_own(ruled, file, tmp_path):
    dataset = tmp_path / "office" / "datasets" / "homes.toml"
    dataset.write_text(dataset.read_text().replace("sensitivity = 2, ", ""))  # no assessment needed
    accounts = """
[people]
r = ["rev", "R. Other-Account"]
a = ["ana", "A. Other-Account"]
"""
    leases = [
        lease(short, "reviewer").replace(f'person = "{short}"', f'person = "{name}"')
        for short, name in (("second-r", "R. Other-Account"), ("second-a", "A. Other-Account"))
    ]
    file.write_text(accounts + POLICY + "".join(leases))
    assert ruled("policy", "propose", "--as", "cy").code == 0
    assert ruled("policy", "approve", "--as", "dee", *REASON).code == 0
    assert ruled("run", "--as", "ana").code == 0
    gate = ruled("project", "gate", "--as", "cy")
    assert gate.code == 0, gate.err
    review = ("release", "review", "rank", "--approve", "--words-read", "--for", "council", *REASON)
    assert ruled(*review, "--as", "rev").code == 0
    same = ruled(*review, "--as", "R. Other-Account")
    assert same.code == 50
    assert "has given their verdict" in same.err
    own = ruled(*review, "--as", "A. Other-Account")
    assert "made a result cannot review it" in own.err
    assert ruled(*review, "--as", "sec").code == 0
