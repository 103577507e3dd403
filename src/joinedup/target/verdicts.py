"""What does the screen say of each feature? By what it is declared, called, and by its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from joinedup.stats.intervals import Measured
from joinedup.target.declared import (
    AFTERWARDS,
    ENFORCER,
    MINIMUM_REASON,
    PROTECTED,
    declared_reason,
)
from joinedup.target.signals import (
    Values,
    gap_gives_away,
    in_canonical_order,
    outcome_of,
    predicts,
    strength,
    tie,
    values_of,
)

Ruling = Literal["allowed", "refused", "allowed by override"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From where on the rows themselves speak against a feature.

    Attributes:
        near_perfect_auc: a single feature that orders the cases this well knows the outcome.
        proxy_strength: Cramér's V, or AUC, with a staff or protected column.
        group_tie: Cramér's V of undeclared groups with the outcome.
        few_groups: so many groups or fewer may be teams or persons.
    """

    near_perfect_auc: float = 0.95
    proxy_strength: float = 0.7
    group_tie: float = 0.2
    few_groups: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the screen says of one feature.

    Attributes:
        reason: why it is refused, or would be without the override; empty if nothing speaks
            against it.
        override: the written reason of whoever allows it all the same.
        auc: of the feature alone; None if too few cases have a value.
        cases: with a value and a known outcome.
        stands_in_for: protected columns that it gives away.
    """

    feature: str
    ruling: Ruling
    reason: str
    override: str
    auc: Measured | None
    cases: int
    stands_in_for: tuple[str, ...]


def screen_verdicts(
    table: pa.Table,
    *,
    features: Sequence[str],
    outcome: str,
    roles: Mapping[str, str],
    protected: Sequence[str] = (),
    overrides: Mapping[str, str],
    limits: Limits | None = None,
    seed: int = 1,
) -> tuple[Verdict, ...]:
    """A verdict on each feature, in the order given.

    Args:
        table: one row per case, with the features, the outcome, the protected columns and those
            whose role is `staff`.
        features: columns to judge.
        outcome: column of 0 and 1; rows without it are left out.
        roles: column to role; `attribute` vouches for a text of few groups, not for a name.
        protected: columns of protected characteristics.
        overrides: feature to a written reason, 20 characters or more.
        limits: from where on the rows speak against a feature.
        seed: of the folds that score text.

    Raises:
        MethodError: the outcome is not 0 and 1, or does not vary.
    """
    rows = in_canonical_order(table)
    staff = _staff(features, roles)
    rules = _Rules(
        outcome=outcome_of(rows[outcome], name=outcome),
        values={name: values_of(rows[name]) for name in {*features, *protected, *staff}},
        roles=roles,
        staff=staff,
        protected=tuple(protected),
        limits=limits or Limits(),
        seed=seed,
    )
    return tuple(_verdict(name, overrides.get(name, "").strip(), rules) for name in features)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    outcome: Values
    values: Mapping[str, Values]
    roles: Mapping[str, str]
    staff: tuple[str, ...]
    protected: tuple[str, ...]
    limits: Limits
    seed: int


def _verdict(name: str, override: str, rules: _Rules) -> Verdict:
    measured, cases = predicts(rules.values[name], rules.outcome, seed=rules.seed)
    reason = (
        (PROTECTED if name in rules.protected else declared_reason(name, rules.roles))
        or _afterwards(name, measured, rules)
        or _enforcer(name, rules)
        or _teams(name, rules)
    )
    ruling = _ruling(reason, override)
    return Verdict(
        feature=name,
        ruling=ruling,
        reason=reason,
        override=override if ruling == "allowed by override" else "",
        auc=measured,
        cases=cases,
        stands_in_for=_close(name, rules),
    )


def _ruling(reason: str, override: str) -> Ruling:
    if not reason:
        return "allowed"
    return "allowed by override" if len(override) >= MINIMUM_REASON else "refused"


def _staff(features: Sequence[str], roles: Mapping[str, str]) -> tuple[str, ...]:
    """The columns that say who enforces, whether or not they are features."""
    said = {name for name, role in roles.items() if role == "staff"}
    named = {name for name in features if declared_reason(name, roles) == ENFORCER}
    return tuple(sorted(said | named))


def _close(name: str, rules: _Rules) -> tuple[str, ...]:
    """The protected columns that a feature gives away."""
    values, least = rules.values, rules.limits.proxy_strength
    others = [other for other in rules.protected if other != name]
    return tuple(other for other in others if strength(values[name], values[other]) >= least)


def _afterwards(name: str, measured: Measured | None, rules: _Rules) -> str:
    """A feature that alone orders the cases almost perfectly is the outcome under another name."""
    limit = rules.limits.near_perfect_auc
    if measured and max(measured.value, 1 - measured.value) >= limit:
        return f"alone it all but gives the outcome away: {AFTERWARDS}"
    if gap_gives_away(rules.values[name], rules.outcome) >= limit:
        return f"whether it is filled in gives the outcome away: {AFTERWARDS}"
    return ""


def _enforcer(name: str, rules: _Rules) -> str:
    """A feature from which the enforcer can be told is the enforcer under another name."""
    for other in rules.staff:
        if strength(rules.values[name], rules.values[other]) >= rules.limits.proxy_strength:
            return f"it stands in for {other}: {ENFORCER}"
    return ""


def _teams(name: str, rules: _Rules) -> str:
    """A few undeclared groups that differ this much in the outcome are often teams."""
    values, limits = rules.values[name], rules.limits
    if name in rules.roles or not values.is_text:
        return ""
    tied, groups = tie(values, rules.outcome)
    if groups > limits.few_groups or not tied >= limits.group_tie:
        return ""
    return (
        f"its {groups} groups differ so much in the outcome that they may be who enforces;"
        " declare its role as attribute if they are not"
    )
