"""Who may see what: default deny, and each rule by an example that can be checked by eye."""

from dataclasses import replace

import pytest
from policies import CANARY, GRANT, HOUR, LEASE, NOW, ROLE, SHARE, ask, facts

from joinedup.core.errors import ProjectError
from joinedup.core.policy import BrokenGlass, Forbid, Policy
from joinedup.govern.policy import decide, explain


def codes(answer):
    return [reason.code for reason in answer.reasons]


def test_what_is_granted_is_allowed_with_its_clause_and_its_grant():
    answer = decide(ask("uprn", "ward"), facts())
    assert answer.allowed
    assert codes(answer) == ["granted"]
    assert answer.reasons[0].what == "grant g lets the role analyst use uprn, ward of homes."
    assert answer.clauses == ("agreement share, clause 2 (policy.toml, grant g)",)
    assert len(answer.digest) == 64


def test_an_empty_policy_denies():
    answer = decide(ask("uprn"), replace(facts(), policy=Policy()))
    assert codes(answer) == ["no_grant"]
    assert not answer.allowed


@pytest.mark.parametrize("use", ["show", "filter", "sort", "group", "join"])
def test_a_field_that_is_not_granted_may_not_be_used_in_any_way(use):
    question = replace(ask("uprn"), **{use: frozenset({"name"})})
    answer = decide(question, facts())
    assert codes(answer) == ["no_grant"]
    assert use in answer.reasons[0].what


def test_choosing_rows_by_a_field_is_filtering_by_it():
    answer = decide(ask("uprn", rows={"name": frozenset({CANARY})}), facts())
    assert codes(answer) == ["no_grant"]
    assert "filter homes.name" in answer.reasons[0].what


def test_a_lease_runs_from_its_start_until_just_before_its_end():
    answers = [
        decide(ask("uprn", at=NOW + hours * HOUR), facts()).allowed for hours in (-2, -1, 0, 1, 2)
    ]
    assert answers == [False, True, True, False, False]


@pytest.mark.parametrize("giver", ["ana", " ANA ", ""])
def test_nobody_gives_themselves_a_role(giver):
    answer = decide(ask("uprn"), facts(leases={"l": replace(LEASE, by=giver)}))
    assert codes(answer) == ["no_role"]
    assert "given by somebody else" in answer.reasons[0].suffices


def test_a_role_below_the_level_of_a_field_does_not_see_it():
    wide = replace(GRANT, fields=frozenset({"uprn", "name"}))
    low = facts(roles={"analyst": replace(ROLE, clearance=1)}, grants={"g": wide})
    assert decide(ask("uprn"), low).allowed
    answer = decide(ask("uprn", "name"), low)
    assert codes(answer) == ["clearance"]
    assert answer.clauses == ("policy.toml, role analyst",)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"in_force": False, "reasons": ("it ended on 2026-02-28",)}, "agreement_not_in_force"),
        ({"covers": {"homes": frozenset({"ward"})}}, "not_covered"),
        ({"purpose": "insight"}, "no_grant"),
    ],
)
def test_a_grant_counts_only_as_far_as_its_agreement(changed, code):
    answer = decide(ask("uprn"), facts(agreements={"share": replace(SHARE, **changed)}))
    assert codes(answer) == [code]


def test_a_refusal_gives_the_agreements_own_reason():
    ended = replace(SHARE, in_force=False, reasons=("it ended on 2026-02-28",))
    answer = decide(ask("uprn"), facts(agreements={"share": ended}))
    assert "it ended on 2026-02-28" in answer.reasons[0].what
    assert "joinedup agree show share" in answer.reasons[0].suffices


def test_staff_of_a_partner_see_only_what_it_is_a_recipient_of():
    for partner, code in (("fire", "granted"), ("police", "not_a_recipient")):
        theirs = facts(roles={"analyst": replace(ROLE, partner=partner)})
        assert codes(decide(ask("uprn"), theirs)) == [code]


def test_a_grant_of_some_rows_gives_those_and_tells_no_value():
    some = facts(grants={"g": replace(GRANT, rows={"ward": frozenset({"east", "north"})})})
    assert decide(ask("uprn", rows={"ward": frozenset({"east"})}), some).allowed
    for rows in ({}, {"ward": frozenset()}, {"ward": frozenset({"east", CANARY})}):
        told = explain(ask("uprn", rows=rows), some)
        assert codes(told.decision) == ["rows"]
        assert CANARY not in str(told)
        assert "north" not in str(told)


def test_two_grants_together_carry_what_neither_does_alone():
    second = replace(GRANT, fields=frozenset({"name"}))
    both = facts(grants={"g": GRANT, "h": second})
    assert codes(decide(ask("uprn", "name"), both)) == ["granted", "granted"]


@pytest.mark.parametrize(
    "forbid",
    [
        Forbid(because="No more."),
        Forbid(because="No more.", people=frozenset({"ANA"})),
        Forbid(because="No more.", datasets=frozenset({"homes"}), fields=frozenset({"ward"})),
        Forbid(because="No more.", purposes=frozenset({"inspection"})),
    ],
)
def test_a_forbid_wins_and_says_why(forbid):
    answer = decide(ask("uprn", "ward"), facts(forbids={"f": forbid}))
    assert codes(answer) == ["forbidden"]
    assert answer.reasons[0].what == "No more. (f)"
    assert answer.clauses == ("policy.toml, forbid f",)


def test_a_forbid_of_something_else_changes_nothing():
    other = Forbid(because="No more.", people=frozenset({"ben"}))
    assert decide(ask("uprn"), facts(forbids={"f": other})).allowed


def broken(minutes=60, *, reason="a child is missing", ago=0):
    opened = NOW - ago * HOUR / 60
    return BrokenGlass(reason=reason, opened=opened, expires=opened + minutes * HOUR / 60)


def test_broken_glass_opens_what_is_kept_for_emergencies_and_no_more():
    kept = facts(grants={"g": replace(GRANT, emergency=True)})
    assert codes(decide(ask("uprn"), kept)) == ["emergency_only"]
    answer = decide(ask("uprn", glass=broken()), kept)
    assert answer.allowed
    assert "until 2026-03-01T13:00:00" in answer.reasons[0].what
    assert codes(decide(ask("name", glass=broken()), kept)) == ["no_grant"]


@pytest.mark.parametrize(
    ("glass", "why"),
    [
        (broken(reason=" "), "gives no reason"),
        (broken(61), "longer than 60 minutes"),
        (broken(30, ago=30), "not for this moment"),
        (broken(30, ago=-1), "not for this moment"),
    ],
)
def test_broken_glass_wants_a_reason_and_a_short_time(glass, why):
    kept = facts(grants={"g": replace(GRANT, emergency=True)})
    answer = decide(ask("uprn", glass=glass), kept)
    assert codes(answer) == ["glass_misused"]
    assert why in answer.reasons[0].what


def test_of_two_grants_as_near_the_one_of_a_role_the_person_holds_is_told():
    other = replace(GRANT, role="officer")
    kept = replace(GRANT, emergency=True)
    told = explain(ask("uprn"), facts(grants={"a": other, "b": kept}))
    assert codes(told.decision) == ["emergency_only"]


def test_a_question_without_person_purpose_dataset_or_fields_is_denied():
    assert "incomplete" in codes(decide(ask(), facts()))
    for word in ("person", "purpose", "dataset"):
        assert "incomplete" in codes(decide(ask("uprn", **{word: " "}), facts()))


def test_a_field_that_no_dataset_declares_is_denied():
    wide = facts(grants={"g": replace(GRANT, fields=frozenset({"shoe"}))})
    assert "unknown_field" in codes(decide(ask("shoe"), wide))


def test_a_moment_without_a_time_zone_denies():
    answer = decide(ask("uprn", at=NOW.replace(tzinfo=None)), facts())
    assert codes(answer) == ["policy_unavailable"]


def test_facts_that_cannot_be_read_deny_and_our_own_errors_say_why():
    def strange():
        raise OSError(CANARY)

    def ours():
        raise ProjectError("this is not TOML.", fix="mend the line.", where="policy.toml")

    assert CANARY not in str(explain(ask("uprn"), strange))
    answer = decide(ask("uprn"), ours)
    assert codes(answer) == ["policy_unavailable"]
    assert answer.reasons[0].what == "policy.toml: this is not TOML."


def test_explain_tells_the_roles_held_and_each_fields_own_answer():
    told = explain(ask("uprn", "name"), facts())
    assert told.roles == {"analyst": NOW + HOUR}
    assert [(one.field, one.grant) for one in told.fields] == [("name", ""), ("uprn", "g")]
    assert len(told.suffices) == 1
    assert told.suffices[0].startswith("a grant of homes.name to a role that the person holds")


def test_a_role_is_held_until_its_latest_lease_ends_if_it_is_a_role_at_all():
    held = {
        "a": replace(LEASE, ends=NOW + 3 * HOUR),
        "b": LEASE,
        "c": replace(LEASE, role="nobody"),
    }
    assert explain(ask("uprn"), facts(leases=held)).roles == {"analyst": NOW + 3 * HOUR}


def test_a_grant_of_another_dataset_opens_nothing_here():
    both = {dataset: frozenset({"uprn"}) for dataset in ("homes", "fires")}
    elsewhere = facts(
        grants={"g": replace(GRANT, dataset="fires")},
        agreements={"share": replace(SHARE, covers=both)},
    )
    assert codes(decide(ask("uprn"), elsewhere)) == ["no_grant"]
    assert decide(ask("uprn", dataset="fires"), elsewhere).allowed


def test_an_agreement_that_names_the_dataset_nowhere_covers_none_of_it():
    bare = facts(agreements={"share": replace(SHARE, covers={})})
    assert codes(decide(ask("uprn"), bare)) == ["not_covered"]


def test_a_forbid_reaches_a_person_however_the_name_is_written():
    capital = facts(
        leases={"l": replace(LEASE, person="Ana")},
        forbids={"f": Forbid(because="No more.", people=frozenset({"ana"}))},
    )
    assert codes(decide(ask("uprn", person="Ana"), capital)) == ["forbidden"]


def test_reasons_stand_in_the_order_of_the_rules_names():
    no_more, nor = Forbid(because="No more."), Forbid(because="Nor this.")
    for forbids in ({"a": no_more, "b": nor}, {"b": nor, "a": no_more}):
        answer = decide(ask("uprn"), facts(forbids=forbids))
        assert [reason.what for reason in answer.reasons] == ["No more. (a)", "Nor this. (b)"]


def test_the_digest_changes_with_the_policy_the_agreements_and_the_levels():
    known = facts()
    others = [
        facts(roles={"analyst": replace(ROLE, clearance=3)}),
        facts(agreements={"share": replace(SHARE, in_force=False)}),
        replace(known, sensitivity={"homes": {"uprn": 2}}),
    ]
    digests = {decide(ask("uprn"), one).digest for one in (known, known, *others)}
    assert len(digests) == 4
