"""May the person who acts do this now? Asked of the policy in force, before any data is touched.

A denial is an event of its own and names its reasons. Where no policy was ever approved there is
nothing to ask, and the agreements alone hold. Nothing is remembered between two questions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from joinedup.core.errors import JoinedupError, PolicyDenied
from joinedup.core.policy import Action, Ask, Policy, RowFilter
from joinedup.govern import policy as govern
from joinedup.office.house import Office
from joinedup.office.policy import (
    SECONDS,
    broken_glass,
    current,
    facts,
    moment,
    reasons_as_json,
    withdrawn_words,
)

if TYPE_CHECKING:
    from joinedup.office.policy import Standing

DENIED = "denied"
NOT_YET = datetime.min.replace(tzinfo=UTC)
"""The moment of a question that has not been asked yet."""
EVENT_SECONDS = 1.5
"""How long the event of a denial may take; the denial stands whether or not it was written."""
Uses = Mapping[str, Sequence[str]]
"""Dataset, or table that a step writes, to the fields used of it; none if its rows are counted."""
Given = TypeVar("Given")


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """What the policy lets the acting person do, and by what.

    Attributes:
        rows: dataset to the rows that may be used, where they are not all.
        told: what an event of it says: the policy, the grants, the broken glass; empty where there
            is no policy.
    """

    rows: Mapping[str, RowFilter] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)


def require(
    office: Office,
    action: Action,
    *,
    about: str,
    purpose: str = "",
    uses: Uses | None = None,
    partner: str = "",
) -> Permit:
    """Let the acting person do it, or refuse with everything that stands against it.

    Args:
        office: who acts.
        action: what would be done.
        about: what it would be done with, as the refusal and its event name it.
        purpose: of an agreement, that it would be done for.
        uses: what would be used of which datasets.
        partner: for whom it would be done.

    Raises:
        PolicyDenied: the policy in force does not let it be done, or cannot be asked in time.
    """
    answer = asked(office, action, purpose=purpose, uses=uses, partner=partner)
    return granted(office, action, about, answer)


def require_one_of(
    office: Office, actions: Sequence[Action], *, about: str, purpose: str = ""
) -> Permit:
    """Let the acting person do it by any of these rights; refused in the name of the first.

    Args:
        office: who acts.
        actions: the rights, each of which is enough.
        about: what it would be done with, as the refusal and its event name it.
        purpose: of an agreement, that it would be done for.

    Raises:
        PolicyDenied: the policy in force gives none of them, or cannot be asked in time.
    """
    first = asked(office, actions[0], purpose=purpose)
    if first.permit is None:
        for action in actions[1:]:
            other = asked(office, action, purpose=purpose)
            if other.permit is not None:
                return other.permit
    return granted(office, actions[0], about, first)


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, on which records; an `Office` is one too."""

    home: Path
    who: str


def granted(office: Office | Acting, action: Action, about: str, answer: "Answer") -> Permit:
    """What an answer permits; or its refusal, once the event of it is written.

    Raises:
        PolicyDenied: it was a no.
    """
    if answer.permit is None:
        raise refused(office, action, about, answer)
    return answer.permit


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of asking.

    Attributes:
        permit: None if it is denied.
        reasons: what stands against it.
        told: what the event of a denial says besides the reasons.
        by_name: the tables written by steps that some grant names.
        limited: whether a grant for this purpose, of a role that is held, is for some rows only.
    """

    permit: Permit | None
    reasons: tuple[govern.Reason, ...] = ()
    told: Mapping[str, Any] = field(default_factory=dict)
    by_name: frozenset[str] = frozenset()
    limited: bool = False


def asked(
    office: Office,
    action: Action,
    *,
    purpose: str = "",
    uses: Uses | None = None,
    partner: str = "",
    directly: bool = False,
) -> Answer:
    """The same question without a refusal or an event: for who looks before they ask in earnest.

    Args:
        office: who acts.
        action: what would be done.
        purpose: of an agreement, that it would be done for.
        uses: what would be used of which datasets.
        partner: for whom it would be done.
        directly: on the connection of the calling thread, which sees to its own deadline.
    """
    plain = Ask(person=office.who, at=NOT_YET, action=action, purpose=purpose, partner=partner)
    question = _Question(plain, dict(uses or {}), partial(facts, office))
    return _answer(question, directly=directly)


def require_alone(home: Path, who: str, action: Action, *, about: str) -> Permit:
    """The same as `require` for what touches no field, where no office folder may be at hand.

    Raises:
        PolicyDenied: the policy in force does not let it be done, or cannot be asked in time.
    """
    plain = Ask(person=who, at=NOT_YET, action=action)
    answer = _answer(_Question(plain, {}, _roles_alone), directly=False)
    return granted(Acting(home, who), action, about, answer)


def _roles_alone(policy: Policy) -> govern.Facts:
    return govern.Facts(policy=policy, agreements={}, sensitivity={})


def _answer(question: "_Question", *, directly: bool) -> Answer:
    try:
        return question.answer() if directly else _soon(SECONDS, question.answer)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong denies
        return Answer(permit=None, reasons=govern.unavailable(error).decision.reasons)


def refused(office: Office | Acting, action: str, about: str, answer: Answer) -> PolicyDenied:
    """The refusal, once its event is written, if it can be."""
    refusal = denied(action, about, answer)
    codes = sorted({one["code"] for one in refusal.reasons})
    note(office, DENIED, about, {"action": action, "codes": codes, "policy": dict(answer.told)})
    return refusal


def stopped(office: Office, action: str, about: str, refusal: JoinedupError) -> JoinedupError:
    """The refusal of what was under way, once its event is written, if it can be."""
    reasons = refusal.reasons if isinstance(refusal, PolicyDenied) else ()
    codes = sorted({one["code"] for one in reasons}) or [type(refusal).__name__]
    note(office, DENIED, about, {"action": action, "codes": codes, "stopped": True})
    return refusal


def denied(action: str, about: str, answer: Answer) -> PolicyDenied:
    """The refusal itself."""
    reasons = reasons_as_json(answer.reasons)
    return PolicyDenied(f"{action} {about}", reasons, policy=str(answer.told.get("facts", "")))


def note(office: Office | Acting, kind: str, about: str, said: Mapping[str, Any]) -> None:
    """Write an event where that can be done soon: what it tells of was refused in any case."""
    from joinedup.records.together import record  # noqa: PLC0415 - Django, only when needed

    def write() -> int:
        return record(office.home, kind, actor=office.who, subject=about, facts=said)

    try:
        _soon(EVENT_SECONDS, write)
    except Exception:  # noqa: BLE001 - whatever hinders the event does not undo the denial
        return


def _soon(seconds: float, work: Callable[[], Given]) -> Given:
    from joinedup.records.deadline import within  # noqa: PLC0415 - as above

    return within(seconds, work)


@dataclass(frozen=True, slots=True)
class _Question:
    """A question, asked anew of everything that it rests on.

    Attributes:
        plain: who would do what; the moment and the glass are filled in when it is asked.
        facts: from the policy in force to all that a decision rests on.
    """

    plain: Ask
    uses: Uses
    facts: Callable[[Policy], govern.Facts]

    def answer(self) -> Answer:
        """All that is asked, by one reading of the facts."""
        standing = current()
        if standing is None:
            return Answer(permit=Permit())
        if standing.withdrawn:
            denial = govern.not_in_force(*withdrawn_words(standing))
            return Answer(permit=None, reasons=denial.decision.reasons)
        return self._by(standing)

    def _by(self, standing: "Standing") -> Answer:
        at = moment()
        glass = broken_glass(self.plain.person, standing, at)
        known = self.facts(standing.policy)
        told: dict[str, Any] = {"text": standing.text_digest}
        if glass is not None:
            told |= {"glass": glass[0], "glass_reason": glass[1].reason}
        plain = replace(self.plain, at=at, glass=glass[1] if glass else None)
        found = {name: govern.reading(ask, known) for name, ask in self._asks(plain)}
        told["facts"] = next(iter(found.values())).decision.digest
        return replace(
            _together(found, told),
            by_name=frozenset(
                grant.dataset for grant in standing.policy.grants.values() if "." in grant.dataset
            ),
            limited=self._limited(known, next(iter(found.values())).roles),
        )

    def _limited(self, known: govern.Facts, roles: Mapping[str, Any]) -> bool:
        purposes = {name: one.purpose for name, one in known.agreements.items()}
        return any(
            grant.rows
            and grant.role in roles
            and purposes.get(grant.agreement) == self.plain.purpose
            for grant in known.policy.grants.values()
        )

    def _asks(self, plain: Ask) -> list[tuple[str, Ask]]:
        if not self.uses:
            return [("", plain)]
        return [
            (name, replace(plain, dataset=name, show=frozenset(fields), count=not fields))
            for name, fields in sorted(self.uses.items())
        ]


def _together(found: Mapping[str, govern.Explanation], told: Mapping[str, Any]) -> Answer:
    """One answer of many: a yes if each is one."""
    against = tuple(
        dict.fromkeys(
            reason
            for one in found.values()
            if not one.decision.allowed
            for reason in one.decision.reasons
        )
    )
    if against:
        return Answer(permit=None, reasons=against, told=told)
    rows = {name: one.rows for name, one in found.items() if one.rows}
    grants = sorted({field.grant for one in found.values() for field in one.fields})
    said = {**told, "grants": grants, "roles": sorted({r for o in found.values() for r in o.roles})}
    if rows:
        said["rows_by"] = {name: list(limit.fields) for name, limit in rows.items()}
    return Answer(permit=Permit(rows=rows, told=said))
