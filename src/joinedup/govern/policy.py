"""May this person see these fields, for this purpose, now; and if not, what would suffice?

Pure: facts in; a decision with its reasons, clauses and the digest of the facts out. What is not
granted is denied, a forbid wins over every grant, and whatever goes wrong denies.

More grants, roles, leases and agreements in force never allow less; more forbids and more fields
asked never allow more.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from joinedup.core.clock import stamp
from joinedup.core.digest import digest
from joinedup.core.errors import JoinedupError
from joinedup.core.policy import Ask, BrokenGlass, Forbid, Grant, Policy

LONGEST_GLASS = timedelta(minutes=60)
UNAVAILABLE = "policy_unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementFacts:
    """What an agreement lets be done, and whether it is in force on the day of the question.

    Attributes:
        covers: dataset to the fields that may be taken.
        recipients: the partners whose staff may see results.
        reasons: why it is not in force; empty while it is.
    """

    purpose: str
    covers: Mapping[str, frozenset[str]]
    recipients: frozenset[str]
    in_force: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a decision rests on, besides the question.

    Attributes:
        agreements: agreement to what it lets be done.
        sensitivity: dataset to field to its level, 1 to 3; what is not here is unknown.
    """

    policy: Policy
    agreements: Mapping[str, AgreementFacts]
    sensitivity: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that speaks for or against.

    Attributes:
        code: a word that stays the same, for programs.
        what: a whole sentence; names fields and clauses, never the content of a cell.
        suffices: what would have to be true instead; empty in an allowed decision.
        clause: where the rule stands.
    """

    code: str
    what: str
    suffices: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Allowed or denied, and why.

    Attributes:
        reasons: at least one; of a denial, every one that was found.
        clauses: where the rules stand that the decision rests on, sorted.
        digest: SHA-256 of the facts; empty if they could not be had.
    """

    allowed: bool
    reasons: tuple[Reason, ...]
    clauses: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldAnswer:
    """What was found for one field.

    Attributes:
        uses: what it would be used for: show, filter, sort, group, join.
        grant: the grant that lets it be used; empty if none does.
        reasons: what stands against the grant that comes nearest.
    """

    field: str
    uses: tuple[str, ...]
    grant: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A decision with the way it was reached.

    Attributes:
        roles: role the person holds at the moment to when it ends, the latest of its leases.
        fields: every field asked for, by name.
        suffices: what together would make the answer a yes; empty if it is one.
    """

    decision: Decision
    roles: Mapping[str, datetime]
    fields: tuple[FieldAnswer, ...]
    suffices: tuple[str, ...]


def decide(ask: Ask, facts: Facts | Callable[[], Facts]) -> Decision:
    """Whether what is asked may be done. Never raises: what goes wrong denies."""
    return explain(ask, facts).decision


def explain(ask: Ask, facts: Facts | Callable[[], Facts]) -> Explanation:
    """The same decision, with the roles held, each field's answer and what would suffice.

    Args:
        ask: the question.
        facts: or how to read them, so that a failure while reading denies as well.
    """
    try:
        return _explained(ask, facts() if callable(facts) else facts)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong denies
        return _unavailable(error)


def _explained(ask: Ask, facts: Facts) -> Explanation:
    roles = _roles_held(ask, facts.policy)
    fields = tuple(
        _field_answer(field, uses, ask, facts, frozenset(roles)) for field, uses in ask.uses.items()
    )
    against = (
        *_unanswerable(ask, facts),
        *_forbidden(ask, facts.policy),
        *(_misused(ask.glass, ask.at) if ask.glass else ()),
        *(reason for field in fields for reason in field.reasons),
    )
    against = tuple(dict.fromkeys(against))
    reasons = against or tuple(_granted(ask, facts, fields))
    decision = Decision(
        allowed=not against,
        reasons=reasons,
        clauses=tuple(sorted({reason.clause for reason in reasons if reason.clause})),
        digest=digest(facts),
    )
    suffices = tuple(dict.fromkeys(reason.suffices for reason in against))
    return Explanation(decision=decision, roles=roles, fields=fields, suffices=suffices)


def _unavailable(error: Exception) -> Explanation:
    """A denial because the facts could not be had or weighed; tells no text that we did not write.

    Raised by ourselves, an error says what and where without the content of a cell.
    """
    if isinstance(error, JoinedupError):
        what = "; ".join(f"{problem.where}: {problem.what}" for problem in error.problems)
        fix = " ".join(problem.fix for problem in error.problems)
    else:
        what = f"the policy could not be weighed ({type(error).__name__})."
        fix = "see that the office folder and the records can be read, then ask again."
    reason = Reason(code=UNAVAILABLE, what=what, suffices=fix)
    decision = Decision(allowed=False, reasons=(reason,), clauses=(), digest="")
    return Explanation(decision=decision, roles={}, fields=(), suffices=(fix,))


def _roles_held(ask: Ask, policy: Policy) -> dict[str, datetime]:
    """Role to the end of its latest lease among those that run; nobody gives one to themselves."""
    held: dict[str, datetime] = {}
    for lease in policy.leases.values():
        if (
            lease.person == ask.person
            and lease.starts <= ask.at < lease.ends
            and lease.role in policy.roles
            and _plain(lease.by) not in {"", _plain(ask.person)}
        ):
            held[lease.role] = max(lease.ends, held.get(lease.role, lease.ends))
    return dict(sorted(held.items()))


def _unanswerable(ask: Ask, facts: Facts) -> Iterator[Reason]:
    """What the question itself lacks."""
    for word in ("person", "purpose", "dataset"):
        if not getattr(ask, word).strip():
            yield Reason(
                code="incomplete", what=f"the question names no {word}.", suffices=f"name a {word}."
            )
    if not ask.uses:
        yield Reason(
            code="incomplete", what="the question names no field.", suffices="name the fields."
        )
    known = facts.sensitivity.get(ask.dataset, {})
    for field in ask.uses:
        if field not in known:
            yield Reason(
                code="unknown_field",
                what=f"no dataset declares {ask.dataset}.{field}.",
                suffices=f"declare {field} in datasets/{ask.dataset}.toml, or do not ask for it.",
            )


def _forbidden(ask: Ask, policy: Policy) -> Iterator[Reason]:
    for name, forbid in sorted(policy.forbids.items()):
        if _applies(forbid, ask):
            yield Reason(
                code="forbidden",
                what=f"{forbid.because.strip() or 'it is forbidden'} ({name})",
                suffices=f"the forbid {name} is lifted, or the question no longer touches it.",
                clause=f"policy.toml, forbid {name}",
            )


def _applies(forbid: Forbid, ask: Ask) -> bool:
    """Names of people and purposes are compared without case, so that none slips by."""
    people = {_plain(person) for person in forbid.people}
    purposes = {_plain(purpose) for purpose in forbid.purposes}
    return (
        (not people or _plain(ask.person) in people)
        and (not purposes or _plain(ask.purpose) in purposes)
        and (not forbid.datasets or ask.dataset in forbid.datasets)
        and (not forbid.fields or not forbid.fields.isdisjoint(ask.uses))
    )


def _misused(glass: BrokenGlass, at: datetime) -> Iterator[Reason]:
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


def _field_answer(
    field: str, uses: tuple[str, ...], ask: Ask, facts: Facts, held: frozenset[str]
) -> FieldAnswer:
    """The first grant by name that nothing stands against; else what stands against the nearest.

    The nearest has least against it; of several, one of a role that the person holds.
    """
    against: list[tuple[int, bool, tuple[Reason, ...]]] = []
    for name, grant in sorted(facts.policy.grants.items()):
        agreement = facts.agreements.get(grant.agreement)
        purpose = agreement.purpose if agreement else None
        if grant.dataset == ask.dataset and field in grant.fields and purpose == ask.purpose:
            reasons = tuple(_against(name, grant, field, ask=ask, facts=facts, held=held))
            if not reasons:
                return FieldAnswer(field=field, uses=uses, grant=name, reasons=())
            against.append((len(reasons), grant.role not in held, reasons))
    nearest = min(against, key=lambda one: one[:2])[2] if against else None
    return FieldAnswer(
        field=field, uses=uses, grant="", reasons=nearest or (_no_grant(field, uses, ask, facts),)
    )


def _no_grant(field: str, uses: tuple[str, ...], ask: Ask, facts: Facts) -> Reason:
    level = facts.sensitivity.get(ask.dataset, {}).get(field, 0)
    return Reason(
        code="no_grant",
        what=f"no grant lets anyone {' or '.join(uses)} {ask.dataset}.{field} for this purpose.",
        suffices=f"a grant of {ask.dataset}.{field} to a role that the person holds and that is "
        f"cleared for level {level}, resting on an agreement in force for this purpose.",
    )


def _against(
    name: str, grant: Grant, field: str, *, ask: Ask, facts: Facts, held: frozenset[str]
) -> Iterator[Reason]:
    """Everything that keeps this grant from letting the field be used."""
    yield from _against_person(name, grant, field, ask=ask, facts=facts, held=held)
    yield from _against_agreement(grant, field, facts)
    outside = sorted(
        one
        for one, allowed in grant.rows.items()
        if not ask.rows.get(one) or not ask.rows[one] <= allowed
    )
    if outside:
        words = ", ".join(outside)
        yield Reason(
            code="rows",
            what=f"grant {name} holds for some rows only, by {words}, and more were asked for.",
            suffices=f"ask only for rows whose {words} the grant {name} names.",
            clause=_clause(name, grant),
        )
    if grant.emergency and ask.glass is None:
        yield Reason(
            code="emergency_only",
            what=f"grant {name} is for emergencies.",
            suffices="break the glass, with a reason and for a short time.",
            clause=_clause(name, grant),
        )


def _against_person(
    name: str, grant: Grant, field: str, *, ask: Ask, facts: Facts, held: frozenset[str]
) -> Iterator[Reason]:
    role = facts.policy.roles.get(grant.role)
    level = facts.sensitivity.get(ask.dataset, {}).get(field, 0)
    partners = facts.agreements[grant.agreement].recipients
    if role is None:
        yield Reason(
            code="no_role",
            what=f"there is no role {grant.role}.",
            suffices=f"the role {grant.role} is declared, cleared for level {level}, and leased to "
            "the person.",
            clause=_clause(name, grant),
        )
    elif grant.role not in held:
        yield Reason(
            code="no_role",
            what=f"the person does not hold the role {grant.role} at this moment.",
            suffices=f"a lease of the role {grant.role}, given by somebody else, that runs now.",
            clause=_clause(name, grant),
        )
    if role is not None and role.clearance < level:
        yield Reason(
            code="clearance",
            what=f"{ask.dataset}.{field} is of level {level}; the role {grant.role} is cleared "
            f"for {role.clearance}.",
            suffices=f"the role {grant.role} is cleared for level {level}, or {field} is left out.",
            clause=f"policy.toml, role {grant.role}",
        )
    if role is not None and role.partner and role.partner not in partners:
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


def _granted(ask: Ask, facts: Facts, fields: tuple[FieldAnswer, ...]) -> Iterator[Reason]:
    """Of an allowed decision: which grant carries which fields."""
    by_grant: dict[str, list[str]] = {}
    for one in fields:
        by_grant.setdefault(one.grant, []).append(one.field)
    for name, covered in sorted(by_grant.items()):
        grant = facts.policy.grants[name]
        until = f" until {stamp(ask.glass.expires)}" if grant.emergency and ask.glass else ""
        yield Reason(
            code="granted",
            what=f"grant {name} lets the role {grant.role} use {', '.join(covered)} of "
            f"{ask.dataset}{until}.",
            clause=_clause(name, grant),
        )


def _clause(name: str, grant: Grant) -> str:
    """Where a grant stands: in the agreement's clause if it names one."""
    rests = f"agreement {grant.agreement}" + (f", clause {grant.clause}" if grant.clause else "")
    return f"{rests} (policy.toml, grant {name})"


def _plain(name: str) -> str:
    return name.strip().casefold()
