"""Where a policy is in force, every gate asks it for whoever acts, before any data is touched."""

import json
import re
from pathlib import Path

import pytest
from ruled import (
    GRANTS,
    LEASES,
    POLICY,
    REASON,
    ROLES,
    SIGNATORY,
    grant,
    lease,
    make,
    write_homes,
)

from joinedup.cli.main import main


@pytest.fixture
def office(tmp_path):
    folder = tmp_path / "office"
    make(folder)
    return folder


@pytest.fixture
def signed(joinedup):
    said = joinedup("agree", "sign", "homes", "--party", "council", "--by", SIGNATORY)
    assert said.code == 0, said.err
    return joinedup


@pytest.fixture
def homes(tmp_path):
    path = tmp_path / "homes_march.csv"
    write_homes(path)
    return path


def rule(joinedup, office, text=POLICY, *, author="cy", approver="dee"):
    """Put a policy in force: one proposes it, another approves it."""
    (office / "policy.toml").write_text(text)
    for said in (
        joinedup("policy", "propose", "--as", author),
        joinedup("policy", "approve", "--as", approver, *REASON),
    ):
        assert said.code == 0, said.err


@pytest.fixture
def ruled(ruled_office):
    """The command line of an office under its policy, with the homes delivered."""
    return ruled_office


def ran(joinedup, who="ana"):
    said = joinedup("run", "--as", who)
    assert said.code == 0, said.err
    return said


def events(joinedup, kind):
    lines = joinedup("audit", "show", "--last", "500", "--json", "--as", "cy").out.splitlines()
    return [event for event in map(json.loads, lines) if event["kind"] == kind]


def homes_in(text):
    return re.findall(r"H\d{3}", text)


def lake(tmp_path):
    return sorted(path.name for path in (tmp_path / "home" / "lake").rglob("*.parquet"))


def test_only_who_may_deliver_delivers_and_a_refused_file_is_not_opened(
    signed, office, homes, tmp_path
):
    rule(signed, office)
    for who in ("ana", "vic", "nobody"):
        said = signed("deliver", "homes", str(homes), "--as", who, "--json")
        assert said.code == 30
        told = json.loads(said.out)
        assert (told["error"], told["word"]) == ("PolicyDenied", "policy_denied")
        assert told["reasons"][0]["code"] == "may_not"
        assert "of a role that may deliver for council" in told["reasons"][0]["suffices"]
    assert not (tmp_path / "home" / "lake").exists()
    assert signed("deliver", "homes", str(homes), "--as", "eng").code == 0


def test_only_who_may_run_runs_and_a_denial_is_an_event_without_a_cell(ruled, tmp_path):
    before = lake(tmp_path)
    said = ruled("run", "--as", "vic")
    assert said.code == 30
    assert "the person does not hold the role analyst at this moment" in said.err
    assert "Fix:" in said.err
    assert lake(tmp_path) == before
    (event,) = events(ruled, "denied")
    assert (event["actor"], event["facts"]["action"]) == ("vic", "run")
    assert event["facts"]["codes"] == ["no_role"]
    assert len(event["facts"]["policy"]["facts"]) == 64
    assert "owner-" not in json.dumps(event)
    ran(ruled)


def test_a_field_used_to_join_wants_the_right_to_it(signed, office, homes):
    narrow = ROLES + grant("analyst", "analyst", ("home", "ward", "risk")) + LEASES
    rule(signed, office, narrow)
    signed("deliver", "homes", str(homes), "--as", "eng")
    said = signed("run", "define:by_ward", "--as", "ana")
    assert said.code == 30
    assert "homes.owner" in said.err
    assert signed("run", "define:cohort", "--as", "ana").code == 0


@pytest.mark.parametrize("use", ["where owner > 'm'", "order by owner", "group by home, owner"])
def test_a_field_used_to_choose_sort_or_group_wants_the_right_to_it(signed, office, homes, use):
    narrow = ROLES + grant("analyst", "analyst", ("home", "ward", "risk")) + LEASES
    rule(signed, office, narrow)
    signed("deliver", "homes", str(homes), "--as", "eng")
    file = office / "projects" / "first" / "definitions" / "cohort.sql"
    head = "-- Cohort: some.\n-- Grain: one row per home.\n"
    file.write_text(f"{head}select home as id, 1 as risk from admitted.homes {use}\n")
    said = signed("run", "define:cohort", "--as", "ana")
    assert said.code == 30
    assert "homes.owner" in said.err


def test_counting_rows_wants_the_right_to_some_field(signed, office, homes):
    some = ROLES + grant("viewer", "viewer", ("home",)) + grant("duty", "duty", ("owner",))
    rule(signed, office, some + LEASES)
    signed("deliver", "homes", str(homes), "--as", "eng")
    assert signed("run", "define:every", "--as", "ana").code == 30
    assert signed("run", "define:every", "--as", "vic").code == 30
    assert signed("run", "define:every", "--as", "dan").code == 0


def test_what_runs_carries_the_policy_it_ran_under(ruled):
    ran(ruled)
    told = [
        event["facts"]["policy"] for event in events(ruled, "run") if "policy" in event["facts"]
    ]
    assert {tuple(one["grants"]) for one in told if one["grants"]} == {("analyst",)}
    assert len({one["text"] for one in told}) == 1


def test_only_who_may_show_sees_a_result_and_each_look_is_on_record(ruled):
    ran(ruled)
    assert homes_in(ruled("show", "rank", "--as", "ana").out)
    for who in ("eng", "rev", "nobody"):
        said = ruled("show", "rank", "--as", who)
        assert said.code == 30
        assert not homes_in(said.out + said.err)
    looked = [
        (event["actor"], event["facts"]["whole"])
        for event in events(ruled, "show")
        if "whole" in event["facts"]
    ]
    assert looked == [("ana", True)]


def test_who_may_see_some_of_the_fields_sees_that_services_are_involved(ruled):
    ran(ruled)
    for step in ("rank", "report"):
        said = ruled("show", step, "--as", "vic")
        assert said.code == 0, said.err
        assert "The council" in said.out
        assert "Homes" in said.out
        assert not homes_in(said.out)
        page = Path(ruled("show", step, "--html", "--as", "vic").out.split()[-1])
        assert not homes_in(page.read_text(encoding="utf-8"))
    assert {event["actor"] for event in events(ruled, "withheld")} == {"vic"}


def test_approving_and_releasing_are_rights_of_their_own(ruled, tmp_path):
    dataset = tmp_path / "office" / "datasets" / "homes.toml"
    dataset.write_text(dataset.read_text().replace("sensitivity = 2, ", ""))  # no assessment needed
    ran(ruled)
    assert ruled("project", "gate", "--as", "dee").code == 0
    step = ("release", "rank", "--for", "council")
    assert ruled(*step, "--approve", *REASON, "--as", "ana").code == 30
    for reader in ("rev", "sec"):
        assert ruled(*step, "--approve", *REASON, "--words-read", "--as", reader).code == 0
    assert ruled(*step, "--as", "rev").code == 30
    assert ruled(*step, "--as", "ana").code == 30
    assert ruled(*step, "--dry-run", "--as", "nobody").code == 30
    assert ruled("release", "withdraw", "rank", *REASON, "--as", "rev").code == 30
    said = ruled(*step, "--as", "lea")
    assert said.code == 0, said.err
    for who, code in {"cy": 0, "lea": 0, "rev": 0, "ana": 30, "nobody": 30}.items():
        assert ruled("release", "log", "--verify", "--as", who).code == code
    denied = {(event["actor"], event["facts"]["action"]) for event in events(ruled, "denied")}
    assert {("ana", "approve"), ("rev", "release"), ("nobody", "audit")} <= denied


def test_signing_and_moving_an_agreement_are_rights(ruled, tmp_path):
    move = ("agree", "move", "homes", "--to", "suspended", *REASON)
    assert ruled(*move, "--as", "ana").code == 30
    assert ruled(*move, "--as", "cy").code == 0
    assert ruled("run", "--as", "ana").code == 30
    file = tmp_path / "office" / "agreements" / "homes.toml"
    file.write_text(file.read_text() + "\n# one more word\n")
    sign = ("agree", "sign", "homes", "--party", "council", "--by", SIGNATORY)
    assert ruled(*sign, "--as", "ana").code == 30
    assert ruled(*sign, "--as", "cy").code == 0


def test_staff_of_a_partner_deliver_for_that_partner_alone(signed, office, homes):
    theirs = ROLES.replace(
        'engineer = { may = ["deliver", "keep"] }',
        'engineer = { partner = "fire", may = ["deliver"] }',
    )
    (office / "partners" / "fire.toml").write_text(
        (office / "partners" / "council.toml").read_text()
    )
    rule(signed, office, theirs + GRANTS + LEASES)
    assert signed("deliver", "homes", str(homes), "--as", "eng").code == 30


def test_without_a_policy_the_agreements_alone_hold(signed, office, homes):
    (office / "policy.toml").write_text(POLICY)
    assert signed("deliver", "homes", str(homes), "--as", "anybody").code == 0
    assert signed("run", "--as", "anybody").code == 0
    assert homes_in(signed("show", "rank", "--as", "anybody").out)


def test_an_edited_or_spoiled_file_changes_nothing_until_it_is_approved(ruled, tmp_path):
    file = tmp_path / "office" / "policy.toml"
    file.write_text(ROLES)
    ran(ruled)
    file.write_text("[roles")
    ran(ruled)
    assert ruled("policy", "propose", "--as", "cy").code == 10
    assert ruled("run", "--as", "vic").code == 30
    said = json.loads(ruled("policy", "show", "--json").out)
    assert said["in_force"]
    assert said["draft"].startswith("policy.toml says something else")


def test_withdrawing_the_policy_closes_everything(ruled):
    assert ruled("policy", "withdraw", *REASON, "--as", "ana").code == 30
    assert ruled("policy", "withdraw", *REASON, "--as", "dee").code == 0
    said = ruled("run", "--as", "ana", "--json")
    assert said.code == 30
    assert json.loads(said.out)["word"] == "policy_not_in_force"
    assert ruled("policy", "propose", "--as", "ana").code == 30
    assert ruled("policy", "propose", "--as", "cy").code == 0
    assert ruled("policy", "approve", *REASON, "--as", "dee").code == 0
    ran(ruled)


def test_status_tells_no_headline_where_a_policy_is_in_force(ruled):
    ran(ruled)
    assert "of the 60" not in ruled("status", "--as", "nobody").out
    assert "has run" in ruled("status").out


def test_quality_and_fsck_are_for_who_keeps_the_data(ruled):
    assert ruled("quality", "homes", "--as", "ana").code == 30
    assert ruled("quality", "homes", "--as", "eng").code == 0
    assert json.loads(ruled("quality", "--json", "--as", "ana").out) == []
    assert ruled("fsck", "--as", "ana").code == 30
    assert ruled("fsck", "--as", "eng").code == 0


def test_a_name_in_another_spelling_is_the_same_person(ruled):
    assert ruled("run", "--as", " ANA ").code == 0


def test_a_grant_of_a_table_by_name_opens_it_and_not_what_it_was_made_from(signed, office, homes):
    """The hub works on what was linked, and may not see by what."""
    by_name = grant("hub", "hub", ("id", "ward", "risk")).replace(
        'dataset = "homes"', 'dataset = "defined.cohort"'
    )
    roles = ROLES + 'hub = { clearance = 2, may = ["run", "show"] }\n'
    rule(signed, office, roles + GRANTS + by_name + LEASES + lease("hal", "hub"))
    signed("deliver", "homes", str(homes), "--as", "eng")
    assert signed("run", "rank", "--as", "hal").code == 30
    ran(signed)
    said = signed("run", "rank", "--as", "hal")
    assert said.code == 0, said.err
    assert signed("run", "define:cohort", "--as", "hal").code == 30
    assert homes_in(signed("show", "rank", "--as", "hal").out)


def test_help_still_shows_the_group():
    assert main(["policy", "--help"]) == 0
