"""Policies for the tests: one that allows one thing, and random ones over a handful of names."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from joinedup.core.policy import Ask, BrokenGlass, Forbid, Grant, Lease, Policy, Role
from joinedup.govern.policy import AgreementFacts, Facts
from often import often

A_LAW = often(quick=30, deep=20_000)
"""For the laws that people rely on by name."""
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SENSITIVITY = {"homes": {"uprn": 1, "ward": 1, "name": 2, "health": 3}, "fires": {"uprn": 1}}
CANARY = "Zaphod-7731"

ROLE = Role(clearance=2, may=frozenset({"run", "show"}))
GRANT = Grant(
    role="analyst", agreement="share", dataset="homes", fields=frozenset({"uprn", "ward"}),
    clause="2",
)  # fmt: skip
LEASE = Lease(person="ana", role="analyst", by="ben", starts=NOW - HOUR, ends=NOW + HOUR)
SHARE = AgreementFacts(
    purpose="inspection",
    covers={"homes": frozenset({"uprn", "ward", "name"})},
    recipients=frozenset({"fire"}),
    in_force=True,
)


def facts(*, agreements=None, **policy):
    """The facts under which ana may use uprn and ward of homes; each part can be replaced."""
    parts = {"roles": {"analyst": ROLE}, "grants": {"g": GRANT}, "leases": {"l": LEASE}} | policy
    return Facts(
        policy=Policy(**parts), agreements=agreements or {"share": SHARE}, sensitivity=SENSITIVITY
    )


def ask(*show, **parts):
    said = {"person": "ana", "purpose": "inspection", "dataset": "homes", "at": NOW} | parts
    return Ask(**({"show": frozenset(show)} | said))


def policy_of(known, **parts):
    """The facts with parts of the policy replaced."""
    return replace(known, policy=replace(known.policy, **parts))


def some(values):
    return st.frozensets(st.sampled_from(values), max_size=len(values))


PEOPLE = ("ana", "ben")
ROLES = ("analyst", "officer")
AGREEMENTS = ("share", "other")
PURPOSES = ("inspection", "insight")
DATASETS = ("homes", "fires")
FIELDS = ("uprn", "ward", "name", "health")
VALUES = ("east", "west")
DEEDS = ("run", "show", "deliver")
moments = st.integers(-2, 2).map(lambda hours: NOW + hours * HOUR)
rows = st.one_of(st.just({}), st.just({}), st.fixed_dictionaries({"ward": some(VALUES)}))
people = st.sampled_from(
    ({}, {}, {"ana": frozenset({"A. Nalyst"})}, {"p1": frozenset(("ana", "cy"))})
)


def by_name(values, names="abc"):
    return st.dictionaries(st.sampled_from(names), values, max_size=len(names))


roles = st.builds(
    Role,
    clearance=st.sampled_from((1, 2, 3)),
    partner=st.sampled_from(("", "", "fire")),
    may=some(DEEDS),
)
grants = st.builds(
    Grant,
    role=st.sampled_from(ROLES),
    agreement=st.sampled_from(AGREEMENTS),
    dataset=st.sampled_from(DATASETS),
    fields=some(FIELDS),
    rows=rows,
    emergency=st.booleans(),
)
forbids = st.builds(
    Forbid,
    because=st.just("the board said so"),
    actions=st.just(frozenset()) | some(DEEDS),
    people=some(PEOPLE),
    purposes=some(PURPOSES),
    datasets=some(DATASETS),
    fields=some(FIELDS),
)
leases = st.builds(
    Lease,
    person=st.sampled_from((*PEOPLE, " ANA ", "a. nalyst")),
    role=st.sampled_from(ROLES),
    by=st.sampled_from(("cy", "cy", "ana")),
    starts=moments,
    ends=moments,
)
agreements = st.builds(
    AgreementFacts,
    purpose=st.sampled_from(PURPOSES),
    covers=st.fixed_dictionaries({"homes": some(FIELDS), "fires": some(("uprn",))}),
    recipients=some(("fire", "police")),
    in_force=st.sampled_from((True, True, False)),
    reasons=st.just(("police has not signed this text",)),
)
policies = st.builds(
    Policy,
    people=people,
    roles=st.dictionaries(st.sampled_from(ROLES), roles),
    grants=by_name(grants),
    forbids=st.just({}) | by_name(forbids, "xy"),
    leases=by_name(leases),
)
any_facts = st.builds(
    Facts,
    policy=policies,
    agreements=st.dictionaries(st.sampled_from(AGREEMENTS), agreements),
    sensitivity=st.just(SENSITIVITY),
)
glasses = st.builds(
    BrokenGlass,
    reason=st.sampled_from(("a child is missing", " ")),
    opened=st.just(NOW - HOUR / 2),
    expires=st.sampled_from((NOW + HOUR / 2, NOW + HOUR, NOW - HOUR / 4)),
)
few_fields = st.frozensets(st.sampled_from(FIELDS), max_size=2)
some_field = st.frozensets(st.sampled_from(FIELDS), min_size=1, max_size=2)
asks = st.builds(
    Ask,
    person=st.sampled_from(PEOPLE),
    purpose=st.sampled_from(PURPOSES),
    dataset=st.sampled_from(DATASETS),
    action=st.sampled_from(("", "", *DEEDS)),
    partner=st.sampled_from(("", "", "fire")),
    count=st.booleans(),
    at=st.just(NOW),
    show=few_fields,
    sort=st.frozensets(st.sampled_from(FIELDS), max_size=1),
    rows=rows,
    glass=st.none() | glasses,
)

bare_asks = st.builds(
    Ask,
    person=st.sampled_from(PEOPLE),
    purpose=st.sampled_from(("", *PURPOSES)),
    action=st.sampled_from(DEEDS),
    partner=st.sampled_from(("", "fire", "police")),
    at=st.just(NOW),
    glass=st.none() | glasses,
)
"""Questions about an action alone."""

EVERYTHING = frozenset(FIELDS)


kind_grants = st.builds(
    replace, st.just(GRANT), fields=st.just(EVERYTHING), rows=rows, emergency=st.booleans()
)
kind_roles = st.builds(
    Role,
    clearance=st.sampled_from((1, 2, 3)),
    partner=st.just("fire"),
    may=some(DEEDS).map(lambda deeds: deeds | {"run"}),
)
kind_shares = st.builds(
    replace,
    st.just(SHARE),
    covers=st.just({"homes": EVERYTHING, "fires": EVERYTHING}),
    in_force=st.sampled_from((True, True, True, False)),
)


def around(drawn, role, grant, share):
    """The facts drawn, with one wide grant that ana holds the role for."""
    return Facts(
        policy=Policy(
            people=drawn.policy.people,
            roles=drawn.policy.roles | {"analyst": role},
            grants=drawn.policy.grants | {"g": grant},
            forbids=drawn.policy.forbids,
            leases=drawn.policy.leases | {"l": LEASE},
        ),
        agreements=drawn.agreements | {"share": share},
        sensitivity=SENSITIVITY,
    )


kind_facts = st.builds(around, any_facts, kind_roles, kind_grants, kind_shares)
kind_asks = st.builds(
    ask,
    show=some_field,
    action=st.sampled_from(("", "run", "run", "show")),
    rows=rows,
    glass=st.sampled_from(
        (None, BrokenGlass(reason="a child is missing", opened=NOW, expires=NOW + HOUR))
    ),
)
worlds = st.one_of(
    st.tuples(any_facts, asks),
    st.tuples(kind_facts, asks),
    st.tuples(kind_facts, kind_asks),
    st.tuples(kind_facts, kind_asks),
    st.tuples(kind_facts, bare_asks),
)
"""Facts and a question; about a quarter are allowed, and each rule denies often."""
