"""What stands against a question: each rule of the policy, with its reason and its way out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from joinedup.core.policy import ACTIONS, Ask, BrokenGlass, Forbid, Grant, Policy, Role
from joinedup.govern.policy_words import Facts, FieldAnswer, Persons, Reason
from joinedup.records.names import same_person

LONGEST_GLASS = timedelta(minutes=60)
ROWS = "*"
"""In the place of a field: the number of rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A question with the facts it is held against.

    Attributes:
        held: the roles that the person holds at the moment.
        any_rows: whether a grant that holds for some rows only will do.
    """

    ask: Ask
    facts: Facts
    held: frozenset[str]
    any_rows: bool


def unanswerable(ask: Ask, facts: Facts) -> Iterator[Reason]:
    """What the question itself lacks; what touches no field needs a person and an action alone."""
    touches = bool(ask.uses or ask.count)
    needed = ("person", "purpose", "dataset") if touches or not ask.action else ("person",)
    for word in needed:
        if not getattr(ask, word).strip():
            yield Reason(
                code="incomplete", what=f"the question names no {word}.", suffices=f"name a {word}."
            )
    if not touches and (ask.dataset or not ask.action):
        yield Reason(
            code="incomplete", what="the question names no field.", suffices="name the fields."
        )
    known = facts.sensitivity.get(ask.dataset, {})
    for field in ask.uses:
        if field not in known:
            yield Reason(
                code="unknown_field",
                what=f"no dataset declares {ask.dataset}.{field}.",
                suffices=f"declare {field} in datasets/{ask.dataset}.toml, at a level that the role"
                " is cleared for, or do not ask for it.",
            )


def forbidden(ask: Ask, policy: Policy, who: Persons) -> Iterator[Reason]:
    """Every forbid that touches the question."""
    for name, forbid in sorted(policy.forbids.items()):
        if _applies(forbid, ask, who):
            yield Reason(
                code="forbidden",
                what=f"{forbid.because.strip() or 'it is forbidden'} ({name})",
                suffices=f"the forbid {name} is lifted, or the question no longer touches it.",
                clause=f"policy.toml, forbid {name}",
            )


def _applies(forbid: Forbid, ask: Ask, who: Persons) -> bool:
    """Names of people and purposes are compared as read, so that no spelling slips by."""
    people = {who(person) for person in forbid.people}
    purposes = {same_person(purpose) for purpose in forbid.purposes}
    return (
        (not forbid.actions or ask.action in forbid.actions)
        and (not people or who(ask.person) in people)
        and (not purposes or same_person(ask.purpose) in purposes)
        and (not forbid.datasets or ask.dataset in forbid.datasets)
        and (not forbid.fields or not forbid.fields.isdisjoint(ask.uses))
    )


def misused(glass: BrokenGlass, at: datetime) -> Iterator[Reason]:
    """Why broken glass does not count."""
    minutes = int(LONGEST_GLASS.total_seconds()) // 60
    wrong = {
        "it gives no reason": not glass.reason.strip(),
        f"it is for longer than {minutes} minutes": glass.expires - glass.opened > LONGEST_GLASS,
        "it is not for this moment": not glass.opened <= at < glass.expires,
    }
    for what, found in wrong.items():
        if found:
            yield Reason(
                code="glass_misused",
                what=f"the broken glass does not count: {what}.",
                suffices=f"break it with a reason, now, for at most {minutes} minutes.",
                clause="the law of the house on broken glass",
            )


def may_not(weighed: Weighed) -> Iterator[Reason]:
    """Of an action that touches no field: that no role held may do it."""
    ask = weighed.ask
    if not ask.action or ask.uses or ask.count or able(ask, weighed.facts, weighed.held):
        return
    purpose = f" and has a grant for the purpose {ask.purpose}" if ask.purpose else ""
    partner = f" for {ask.partner}" if ask.partner else ""
    yield Reason(
        code="may_not",
        what=f"no role that the person holds at this moment may {doing(ask)}.",
        suffices=f"a lease, given by somebody else, of a role that may {ask.action}{partner}"
        f"{purpose}.",
    )


def able(ask: Ask, facts: Facts, held: frozenset[str]) -> tuple[str, ...]:
    """The roles held that may do what touches no field: for this partner, at home in this purpose.

    A role is at home in the purposes of its grants whose agreements are in force.
    """
    at_home = {
        grant.role
        for grant in facts.policy.grants.values()
        if (agreement := facts.agreements.get(grant.agreement)) is not None
        and agreement.in_force
        and agreement.purpose == ask.purpose
        and (ask.glass is not None or not grant.emergency)
    }
    return tuple(
        name
        for name, role in sorted(facts.policy.roles.items())
        if name in held
        and ask.action in role.may
        and (not ask.partner or role.partner in {"", ask.partner})
        and (not ask.purpose or name in at_home)
    )


def doing(ask: Ask) -> str:
    """What would be done, in words."""
    words = ACTIONS[ask.action] if ask.action else "be asked"
    return f"{words}{f' for {ask.partner}' if ask.partner else ''}"


def field_answer(field: str, uses: tuple[str, ...], weighed: Weighed) -> FieldAnswer:
    """The first grant by name that nothing stands against; else what stands against the nearest.

    The nearest has least against it; of several, one of a role that the person holds.
    """
    ask, facts = weighed.ask, weighed.facts
    carrying: list[str] = []
    against: list[tuple[int, bool, tuple[Reason, ...]]] = []
    for name, grant in sorted(facts.policy.grants.items()):
        agreement = facts.agreements.get(grant.agreement)
        if agreement is None or grant.dataset != ask.dataset or agreement.purpose != ask.purpose:
            continue
        for one in _granted_of(grant, field):
            reasons = tuple(_against(name, grant, one, weighed))
            if reasons:
                against.append((len(reasons), grant.role not in weighed.held, reasons))
            elif name not in carrying:
                carrying.append(name)
    if carrying:
        grants = tuple(carrying)
        return FieldAnswer(field=field, uses=uses, grant=grants[0], grants=grants, reasons=())
    nearest = min(against, key=lambda one: one[:2])[2] if against else ()
    nearest = nearest or (_no_grant(field, uses, ask, facts),)
    return FieldAnswer(field=field, uses=uses, grant="", grants=(), reasons=nearest)


def _granted_of(grant: Grant, field: str) -> tuple[str, ...]:
    """The field, if the grant names it; whoever may use any field may count the rows."""
    if field == ROWS:
        return tuple(sorted(grant.fields))
    return (field,) if field in grant.fields else ()


def _no_grant(field: str, uses: tuple[str, ...], ask: Ask, facts: Facts) -> Reason:
    if field == ROWS:
        return Reason(
            code="no_grant",
            what=f"no grant lets anyone count the rows of {ask.dataset} for this purpose.",
            suffices=f"a grant of any field of {ask.dataset} to a role that the person holds, "
            "resting on an agreement in force for this purpose.",
        )
    level = facts.sensitivity.get(ask.dataset, {}).get(field, 0)
    return Reason(
        code="no_grant",
        what=f"no grant lets anyone {' or '.join(uses)} {ask.dataset}.{field} for this purpose.",
        suffices=f"a grant of {ask.dataset}.{field} to a role that the person holds and that is "
        f"cleared for level {level}, resting on an agreement in force for this purpose.",
    )


def _against(name: str, grant: Grant, field: str, weighed: Weighed) -> Iterator[Reason]:
    """Everything that keeps this grant from letting the field be used."""
    yield from _against_role(name, grant, field, weighed)
    yield from _against_agreement(grant, field, weighed.facts)
    outside = () if weighed.any_rows else rows_outside(grant, weighed.ask)
    if outside:
        words = ", ".join(outside)
        yield Reason(
            code="rows",
            what=f"grant {name} holds for some rows only, by {words}, and more were asked for.",
            suffices=f"ask only for rows whose {words} the grant {name} names.",
            clause=clause_of(name, grant),
        )
    if grant.emergency and weighed.ask.glass is None:
        yield Reason(
            code="emergency_only",
            what=f"grant {name} is for emergencies.",
            suffices="break the glass, with a reason and for a short time.",
            clause=clause_of(name, grant),
        )


def rows_outside(grant: Grant, ask: Ask) -> tuple[str, ...]:
    """The fields by which a grant holds for fewer rows than were asked for, sorted."""
    return tuple(
        field
        for field, allowed in sorted(grant.rows.items())
        if not ask.rows.get(field) or not ask.rows[field] <= allowed
    )


def _against_role(name: str, grant: Grant, field: str, weighed: Weighed) -> Iterator[Reason]:
    ask, facts = weighed.ask, weighed.facts
    role = facts.policy.roles.get(grant.role)
    level = facts.sensitivity.get(ask.dataset, {}).get(field, 0)
    if role is None:
        yield Reason(
            code="no_role",
            what=f"there is no role {grant.role}.",
            suffices=f"the role {grant.role} is declared, cleared for level {level}, and leased to "
            "the person.",
            clause=clause_of(name, grant),
        )
        return
    if grant.role not in weighed.held:
        yield Reason(
            code="no_role",
            what=f"the person does not hold the role {grant.role} at this moment.",
            suffices=f"a lease of the role {grant.role}, given by somebody else, that runs now.",
            clause=clause_of(name, grant),
        )
    yield from _against_reach(grant, role, field, weighed)


def _against_reach(grant: Grant, role: Role, field: str, weighed: Weighed) -> Iterator[Reason]:
    """What the role itself does not reach: the action, the level, the partner it is staff of."""
    ask, facts = weighed.ask, weighed.facts
    level = facts.sensitivity.get(ask.dataset, {}).get(field, 0)
    if ask.action and ask.action not in role.may:
        yield Reason(
            code="may_not",
            what=f"the role {grant.role} may not {doing(ask)}.",
            suffices=f"the role {grant.role} may {ask.action}, or a role that may has the grant.",
            clause=f"policy.toml, role {grant.role}",
        )
    if role.clearance < level:
        yield Reason(
            code="clearance",
            what=f"{ask.dataset}.{field} is of level {level}; the role {grant.role} is cleared "
            f"for {role.clearance}.",
            suffices=f"the role {grant.role} is cleared for level {level}, or {field} is left out.",
            clause=f"policy.toml, role {grant.role}",
        )
    if role.partner and role.partner not in facts.agreements[grant.agreement].recipients:
        yield Reason(
            code="not_a_recipient",
            what=f"{role.partner} is not a recipient under the agreement {grant.agreement}.",
            suffices=f"{role.partner} joins the recipients of {grant.agreement}, and all sign it.",
            clause=f"agreement {grant.agreement}, recipients",
        )


def _against_agreement(grant: Grant, field: str, facts: Facts) -> Iterator[Reason]:
    agreement = facts.agreements[grant.agreement]
    if not agreement.in_force:
        why = "; ".join(agreement.reasons) or "no reason is known"
        yield Reason(
            code="agreement_not_in_force",
            what=f"the agreement {grant.agreement} is not in force: {why}.",
            suffices=f"the agreement {grant.agreement} is in force: see `joinedup agree show "
            f"{grant.agreement}`.",
            clause=f"agreement {grant.agreement}, period and signatures",
        )
    if field not in agreement.covers.get(grant.dataset, frozenset()):
        yield Reason(
            code="not_covered",
            what=f"the agreement {grant.agreement} does not cover {grant.dataset}.{field}.",
            suffices=f"{grant.agreement} is amended to cover {grant.dataset}.{field}, and signed.",
            clause=f"agreement {grant.agreement}, covers",
        )


def clause_of(name: str, grant: Grant) -> str:
    """Where a grant stands: in the agreement's clause if it names one."""
    rests = f"agreement {grant.agreement}" + (f", clause {grant.clause}" if grant.clause else "")
    return f"{rests} (policy.toml, grant {name})"
