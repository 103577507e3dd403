"""How a policy is written changes nothing: in which order, how often; what is not, is denied."""

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from policies import A_LAW, policy_of, worlds

from joinedup.core.policy import Policy
from joinedup.govern.policy import Facts, decide, explain, reading


def shuffled(mapping, chance):
    items = list(mapping.items())
    chance.shuffle(items)
    return dict(items)


@A_LAW
@given(worlds, st.randoms(use_true_random=False))
def test_the_order_of_the_facts_does_not_matter(world, chance: random.Random):
    facts, ask = world
    parts = ("people", "roles", "grants", "forbids", "leases")
    mixed = Facts(
        policy=replace(
            facts.policy,
            **{part: shuffled(getattr(facts.policy, part), chance) for part in parts},
        ),
        agreements=shuffled(facts.agreements, chance),
        sensitivity={
            name: shuffled(fields, chance)
            for name, fields in shuffled(facts.sensitivity, chance).items()
        },
    )
    assert explain(ask, mixed) == explain(ask, facts)


def told_again(mapping, names):
    """The mapping, with what stands under these names once more under others."""
    again = {
        f"{name}-{number}": mapping[name] for number, name in enumerate(names) if name in mapping
    }
    return mapping | again


def codes(told):
    return {reason.code for reason in told.decision.reasons}


@A_LAW
@given(worlds, st.lists(st.sampled_from("abcglxy"), min_size=3, max_size=12))
def test_what_is_said_twice_counts_once(world, names):
    """The same grant, forbid or lease under further names, however often."""
    facts, ask = world
    parts = ("grants", "forbids", "leases")
    more = policy_of(
        facts, **{part: told_again(getattr(facts.policy, part), names) for part in parts}
    )
    for asked in (explain, reading):
        one, other = asked(ask, facts), asked(ask, more)
        assert one.decision.allowed is other.decision.allowed
        assert codes(one) == codes(other)
        assert one.roles == other.roles
        assert one.rows == other.rows


@A_LAW
@given(worlds, st.sampled_from(("policy", "roles", "leases", "grants", "agreements")))
def test_what_nobody_granted_is_denied(world, part):
    """Without roles or leases nothing is allowed, without grants or agreements no field."""
    facts, ask = world
    if part == "policy":
        bare = replace(facts, policy=Policy(people=facts.policy.people))
    elif part == "agreements":
        bare = replace(facts, agreements={})
    else:
        bare = policy_of(facts, **{part: {}})
    by_role_alone = not ask.dataset and part in ("grants", "agreements")
    assert by_role_alone or not decide(ask, bare).allowed
