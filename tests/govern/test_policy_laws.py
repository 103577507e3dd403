"""Laws of the policy: they hold whatever the facts and the question are."""

from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st
from plain_policy import by_the_book
from policies import (
    A_LAW,
    CANARY,
    DEEDS,
    EVERYTHING,
    FIELDS,
    GRANT,
    HOUR,
    LEASE,
    NOW,
    SENSITIVITY,
    SHARE,
    VALUES,
    forbids,
    grants,
    leases,
    policy_of,
    worlds,
)

from joinedup.core.policy import Ask, BrokenGlass, Grant, Lease, Policy, Role
from joinedup.govern.policy import Facts, decide, explain, reading


def each(mapping, **changed):
    return {name: replace(one, **changed) for name, one in mapping.items()}


def allowed(facts, ask):
    return decide(ask, facts).allowed


@A_LAW
@given(worlds)
def test_the_decision_is_the_one_that_the_policy_read_plainly_gives(world):
    facts, ask = world
    assert allowed(facts, ask) is by_the_book(facts, ask)


def assert_rows_are_those_of_single_questions(facts, ask):
    """A row may be read if and only if asking for that row alone, by the book, is allowed."""
    every = replace(ask, rows={}, show=ask.show | {"ward"})
    told = reading(every, facts)
    for value in (*VALUES, "elsewhere"):
        alone = replace(every, rows={"ward": frozenset({value})})
        read = told.decision.allowed and told.rows.holds({"ward": value})
        assert read is by_the_book(facts, alone)


@A_LAW
@given(worlds)
def test_a_row_may_be_read_if_and_only_if_asking_for_it_alone_is_allowed(world):
    facts, ask = world
    assert_rows_are_those_of_single_questions(facts, replace(ask, dataset="homes"))


@given(worlds)
def test_a_reading_without_limited_grants_is_the_plain_decision(world):
    facts, ask = world
    free = policy_of(facts, grants=each(facts.policy.grants, rows={}))
    told = reading(ask, free)
    assert told.decision == decide(ask, free)
    assert not told.rows


@given(worlds)
def test_a_reading_never_gives_more_rows_than_some_grant_names(world):
    facts, ask = world
    told = reading(replace(ask, rows={}), facts)
    if told.decision.allowed:
        named = [facts.policy.grants[name].rows for one in told.fields for name in one.grants]
        limited = all(rows for rows in named) and bool(named)
        assert bool(told.rows) or not limited


@given(worlds, st.sampled_from(DEEDS))
def test_letting_a_role_do_more_never_loses_what_was_allowed(world, deed):
    facts, ask = world
    more = policy_of(
        facts,
        roles={
            name: replace(role, may=role.may | {deed}) for name, role in facts.policy.roles.items()
        },
    )
    assert allowed(facts, ask) <= allowed(more, ask)


@given(worlds)
def test_nobody_does_what_no_role_of_theirs_may_do(world):
    facts, ask = world
    idle = policy_of(facts, roles=each(facts.policy.roles, may=frozenset()))
    assert not (ask.action and allowed(idle, ask))


def without(mapping, name):
    return {key: value for key, value in mapping.items() if key != name}


@A_LAW
@given(worlds, forbids)
def test_adding_a_forbid_never_allows_more(world, forbid):
    facts, ask = world
    more = policy_of(facts, forbids=facts.policy.forbids | {"more": forbid})
    assert allowed(more, ask) <= allowed(facts, ask)


@given(worlds)
def test_removing_a_grant_a_role_or_a_lease_never_allows_more(world):
    facts, ask = world
    for part in ("grants", "roles", "leases"):
        held = getattr(facts.policy, part)
        for name in held:
            less = policy_of(facts, **{part: without(held, name)})
            assert allowed(less, ask) <= allowed(facts, ask)
    for name in facts.agreements:
        less = replace(facts, agreements=without(facts.agreements, name))
        assert allowed(less, ask) <= allowed(facts, ask)


@A_LAW
@given(worlds, grants, leases)
def test_adding_a_grant_or_a_lease_never_loses_what_was_allowed(world, grant, lease):
    facts, ask = world
    more = policy_of(
        facts,
        grants=facts.policy.grants | {"more": grant},
        leases=facts.policy.leases | {"more": lease},
    )
    assert allowed(facts, ask) <= allowed(more, ask)


@A_LAW
@given(worlds)
def test_a_forbid_that_touches_the_question_wins_over_every_grant(world):
    facts, ask = world
    answer = decide(ask, facts)
    touched = [
        one
        for one in facts.policy.forbids.values()
        if (not one.actions or ask.action in one.actions)
        and (not one.people or ask.person in one.people)
        and (not one.purposes or ask.purpose in one.purposes)
        and (not one.datasets or ask.dataset in one.datasets)
        and (not one.fields or one.fields & set(ask.uses))
    ]
    assert any(reason.code == "forbidden" for reason in answer.reasons) is bool(touched)
    assert not (touched and answer.allowed)


@given(worlds, st.integers(0, 3))
def test_an_expired_lease_equals_no_lease(world, hours_ago):
    facts, ask = world
    over = {
        f"over-{role}": Lease(
            person=ask.person, role=role, by="cy",
            starts=NOW - 9 * HOUR, ends=NOW - hours_ago * HOUR,
        )
        for role in ("analyst", "officer")
    }  # fmt: skip
    with_expired = policy_of(facts, leases=facts.policy.leases | over)
    one, other = explain(ask, facts), explain(ask, with_expired)
    assert one.decision.allowed == other.decision.allowed
    assert one.decision.reasons == other.decision.reasons
    assert one.roles == other.roles


@given(worlds, st.sampled_from(("show", "filter", "sort", "group", "join")), st.data())
def test_more_fields_asked_never_turn_a_denial_into_a_yes(world, use, data):
    facts, ask = world
    more = data.draw(st.frozensets(st.sampled_from((*FIELDS, "unheard_of"))))
    wider = replace(ask, **{use: getattr(ask, use) | more})
    if ask.uses:
        assert allowed(facts, wider) <= allowed(facts, ask)


@given(worlds)
def test_each_use_of_a_field_wants_the_same_right(world):
    facts, ask = world
    answers = set()
    for use in ("show", "filter", "sort", "group", "join"):
        bare = replace(ask, show=frozenset(), sort=frozenset())
        answers.add(allowed(facts, replace(bare, **{use: ask.show | ask.sort})))
    assert len(answers) == 1


@given(worlds)
def test_every_decision_has_a_reason_and_every_yes_a_clause(world):
    facts, ask = world
    answer = decide(ask, facts)
    assert answer.reasons
    assert all(reason.what for reason in answer.reasons)
    assert answer.clauses or not answer.allowed
    assert all(bool(reason.suffices) is not answer.allowed for reason in answer.reasons)


@given(worlds, worlds)
def test_the_digest_is_that_of_the_facts_and_of_nothing_else(world, other):
    (facts, ask), (facts_2, ask_2) = world, other
    assert decide(ask, facts).digest == decide(ask_2, facts).digest
    assert (decide(ask, facts).digest == decide(ask, facts_2).digest) is (facts == facts_2)


class Broken(dict):
    """Facts that cannot be read."""

    def _fail(self, *_):
        raise OSError(CANARY)

    get = items = values = keys = __iter__ = __getitem__ = __contains__ = _fail


@given(worlds, st.sampled_from(("people", "roles", "grants", "forbids", "leases", "agreements")))
def test_an_exception_anywhere_denies(world, part):
    facts, ask = world
    if part == "agreements":
        broken = replace(facts, agreements=Broken(facts.agreements))
    else:
        broken = policy_of(facts, **{part: Broken(getattr(facts.policy, part))})
    answer = decide(ask, broken)
    assert not answer.allowed
    assert [reason.code for reason in answer.reasons] == ["policy_unavailable"]
    assert CANARY not in str(answer)


def lift(facts, ask):
    return policy_of(facts, forbids={}), ask


def name_a_field(facts, ask):
    return facts, replace(ask, show=ask.show | {"uprn"})


def declare(facts, ask):
    """What was not declared, at the level that every role is cleared for; nobody could say more."""
    told = dict.fromkeys(FIELDS, 1) | facts.sensitivity.get(ask.dataset, {})
    return replace(facts, sensitivity=facts.sensitivity | {ask.dataset: told}), ask


def break_glass(facts, ask):
    glass = BrokenGlass(reason="a child is missing", opened=NOW, expires=NOW + HOUR)
    return facts, replace(ask, glass=glass)


def lease_the_roles(facts, ask):
    runs = {
        f"new-{role}": Lease(person=ask.person, role=role, by="dee", starts=NOW, ends=NOW + HOUR)
        for role in ("analyst", "officer", "new")
    }
    able = Role(clearance=3, may=frozenset(DEEDS))
    roles = dict.fromkeys(("analyst", "officer"), able) | facts.policy.roles
    return policy_of(facts, leases=facts.policy.leases | runs, roles=roles), ask


def clear_the_roles(facts, ask):
    return policy_of(facts, roles=each(facts.policy.roles, clearance=3)), ask


def let_them(facts, ask):
    """Every role may do it, for whomever; of an action alone, one that is held and at home."""
    able = each(facts.policy.roles, may=frozenset(DEEDS), partner="")
    facts = policy_of(facts, roles=able)
    return (facts, ask) if ask.dataset else grant_anew(facts, ask)


def widen_the_rows(facts, ask):
    return policy_of(facts, grants=each(facts.policy.grants, rows={})), ask


def grant_anew(facts, ask):
    """What the reason names: a role that is held and cleared, an agreement for the purpose."""
    agreement = replace(
        SHARE, purpose=ask.purpose, covers=dict.fromkeys((ask.dataset, "fires"), EVERYTHING)
    )
    grant = Grant(role="new", agreement="new", dataset=ask.dataset, fields=EVERYTHING)
    held, _ = lease_the_roles(facts, ask)
    policy = replace(
        held.policy,
        grants=held.policy.grants | {"new": grant},
        roles=facts.policy.roles | {"new": Role(clearance=3, may=frozenset(DEEDS))},
        leases=facts.policy.leases | {"new": held.policy.leases["new-new"]},
    )
    return replace(facts, policy=policy, agreements=facts.agreements | {"new": agreement}), ask


def amend(**changed):
    return lambda facts, ask: (replace(facts, agreements=each(facts.agreements, **changed)), ask)


REMEDIES = {
    "forbidden": lift,
    "incomplete": name_a_field,
    "unknown_field": declare,
    "glass_misused": break_glass,
    "emergency_only": break_glass,
    "no_role": lease_the_roles,
    "clearance": clear_the_roles,
    "may_not": let_them,
    "rows": widen_the_rows,
    "no_grant": grant_anew,
    "agreement_not_in_force": amend(in_force=True),
    "not_covered": amend(covers=dict.fromkeys(("homes", "fires"), EVERYTHING)),
    "not_a_recipient": amend(recipients=frozenset({"fire", "police"})),
}


@example(
    (
        Facts(
            policy=Policy(
                roles={"analyst": Role(clearance=1)},
                grants={"a": replace(GRANT, dataset="fires", fields=frozenset({"ward"}))},
                leases={"l": LEASE},
            ),
            agreements={"share": replace(SHARE, covers={"fires": EVERYTHING})},
            sensitivity=SENSITIVITY,
        ),
        Ask(person="ana", purpose="inspection", dataset="fires", at=NOW, sort=frozenset({"ward"})),
    )
)
@given(worlds)
def test_doing_all_that_explain_names_makes_the_answer_a_yes(world):
    """A denial hides no second one behind the first."""
    facts, ask = world
    told = explain(ask, facts)
    assert bool(told.suffices) is not told.decision.allowed
    if ask.dataset and not ask.uses and not ask.count:
        facts, ask = name_a_field(facts, ask)
        told = explain(ask, facts)
    for code in sorted({reason.code for reason in told.decision.reasons} - {"granted"}):
        facts, ask = REMEDIES[code](facts, ask)
    assert decide(ask, facts).allowed, decide(ask, facts).reasons
