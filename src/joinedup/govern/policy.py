"""May this person do this with these fields, for this purpose, now; if not, what would suffice?

Pure: facts in; a decision with its reasons, clauses and the digest of the facts out. What is not
granted is denied, a forbid wins over every grant, and whatever goes wrong denies.

More grants, roles, leases, rights of a role and agreements in force never allow less; more forbids
and more fields asked never allow more.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from joinedup.core.clock import stamp
from joinedup.core.digest import digest
from joinedup.core.errors import UNAVAILABLE, JoinedupError
from joinedup.core.policy import Ask, Policy, RowFilter
from joinedup.govern import policy_rules as rules
from joinedup.govern.policy_rules import LONGEST_GLASS
from joinedup.govern.policy_words import (
    AgreementFacts,
    Decision,
    Explanation,
    Facts,
    FieldAnswer,
    Persons,
    Reason,
)

__all__ = [
    "LONGEST_GLASS",
    "NOT_IN_FORCE",
    "UNAVAILABLE",
    "AgreementFacts",
    "Decision",
    "Explanation",
    "Facts",
    "FieldAnswer",
    "Persons",
    "Reason",
    "decide",
    "explain",
    "not_in_force",
    "reading",
    "unavailable",
]

NOT_IN_FORCE = "policy_not_in_force"


def decide(ask: Ask, facts: Facts | Callable[[], Facts]) -> Decision:
    """Whether what is asked may be done. Never raises: what goes wrong denies."""
    return explain(ask, facts).decision


def explain(ask: Ask, facts: Facts | Callable[[], Facts]) -> Explanation:
    """The same decision, with the roles held, each field's answer and what would suffice.

    Args:
        ask: the question.
        facts: or how to read them, so that a failure while reading denies as well.
    """
    return _answered(ask, facts, any_rows=False)


def reading(ask: Ask, facts: Facts | Callable[[], Facts]) -> Explanation:
    """The decision for those rows that the person may use, and which rows these are.

    Where `explain` denies because a grant holds for some rows only, this allows with `rows`: a row
    is among them if and only if asking for that row alone is allowed.
    """
    return _answered(ask, facts, any_rows=True)


def _answered(ask: Ask, facts: Facts | Callable[[], Facts], *, any_rows: bool) -> Explanation:
    try:
        return _explained(ask, facts() if callable(facts) else facts, any_rows=any_rows)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong denies
        return unavailable(error)


def _explained(ask: Ask, facts: Facts, *, any_rows: bool) -> Explanation:
    who = Persons(facts.policy.people)
    roles = _roles_held(ask, facts.policy, who)
    weighed = rules.Weighed(ask=ask, facts=facts, held=frozenset(roles), any_rows=any_rows)
    fields = tuple(
        rules.field_answer(field, uses, weighed)
        for field, uses in (*ask.uses.items(), *([(rules.ROWS, ("count",))] if ask.count else []))
    )
    against = (
        *rules.unanswerable(ask, facts),
        *rules.forbidden(ask, facts.policy, who),
        *(rules.misused(ask.glass, ask.at) if ask.glass else ()),
        *rules.may_not(weighed),
        *(reason for field in fields for reason in field.reasons),
    )
    against = tuple(dict.fromkeys(against))
    reasons = against or tuple(_granted(ask, facts, fields, roles))
    decision = Decision(
        allowed=not against,
        reasons=reasons,
        clauses=tuple(sorted({reason.clause for reason in reasons if reason.clause})),
        digest=digest(facts),
    )
    suffices = tuple(dict.fromkeys(reason.suffices for reason in against))
    rows = _rows(fields, weighed) if any_rows and not against else RowFilter()
    return Explanation(decision=decision, roles=roles, fields=fields, suffices=suffices, rows=rows)


def unavailable(error: Exception) -> Explanation:
    """A denial because the facts could not be had or weighed; tells no text that we did not write.

    Raised by ourselves, an error says what and where without the content of a cell.
    """
    if isinstance(error, JoinedupError):
        what = "; ".join(f"{problem.where}: {problem.what}" for problem in error.problems)
        fix = " ".join(problem.fix for problem in error.problems)
    else:
        what = f"the policy could not be weighed ({type(error).__name__})."
        fix = "see that the office folder and the records can be read, then ask again."
    return _refused(Reason(code=UNAVAILABLE, what=what, suffices=fix))


def not_in_force(what: str, suffices: str) -> Explanation:
    """A denial because no policy is in force where one is wanted."""
    return _refused(Reason(code=NOT_IN_FORCE, what=what, suffices=suffices))


def _refused(reason: Reason) -> Explanation:
    decision = Decision(allowed=False, reasons=(reason,), clauses=(), digest="")
    return Explanation(decision=decision, roles={}, fields=(), suffices=(reason.suffices,))


def _roles_held(ask: Ask, policy: Policy, who: Persons) -> dict[str, datetime]:
    """Role to the end of its latest lease among those that run; nobody gives one to themselves."""
    held: dict[str, datetime] = {}
    person = who(ask.person)
    for lease in policy.leases.values():
        if (
            who(lease.person) == person
            and lease.starts <= ask.at < lease.ends
            and lease.role in policy.roles
            and who(lease.by) not in {"", person}
        ):
            held[lease.role] = max(lease.ends, held.get(lease.role, lease.ends))
    return dict(sorted(held.items()))


def _rows(fields: tuple[FieldAnswer, ...], weighed: rules.Weighed) -> RowFilter:
    """For every field, the rows of one of the grants that carry it; every row if one has no limit.

    A grant whose rows hold all that were asked for sets no limit of its own.
    """
    grants = weighed.facts.policy.grants
    return RowFilter.of(
        [grants[name].rows for name in field.grants]
        for field in fields
        if all(rules.rows_outside(grants[name], weighed.ask) for name in field.grants)
    )


def _granted(
    ask: Ask, facts: Facts, fields: tuple[FieldAnswer, ...], roles: dict[str, datetime]
) -> Iterator[Reason]:
    """Of an allowed decision: which role lets it be done, and which grant carries which fields."""
    if not fields:
        able = rules.able(ask, facts, frozenset(roles))
        yield Reason(
            code="granted",
            what=f"the role {able[0]} may {rules.doing(ask)}.",
            clause=f"policy.toml, role {able[0]}",
        )
    by_grant: dict[str, list[str]] = {}
    for one in fields:
        by_grant.setdefault(one.grant, []).append(one.field)
    for name, covered in sorted(by_grant.items()):
        grant = facts.policy.grants[name]
        until = f" until {stamp(ask.glass.expires)}" if grant.emergency and ask.glass else ""
        named = ", ".join("the number of rows" if one == rules.ROWS else one for one in covered)
        yield Reason(
            code="granted",
            what=f"grant {name} lets the role {grant.role} use {named} of {ask.dataset}{until}.",
            clause=rules.clause_of(name, grant),
        )
