"""What was asked, by when must it be answered, and what was done? A dated log of cases.

Each step is one event of the ledger; there is no second row to forge. The person stands in it as
the ledger's keyed token. An answer is given only after its step is on the disk.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from joinedup.core import clock
from joinedup.core.errors import ProjectError, ReleaseError
from joinedup.govern.rights import due
from joinedup.office.house import Office
from joinedup.office.policy import persons
from joinedup.office.subject.asked import Asked

KIND = "subject case"
Right = Literal["access", "objection", "rectification", "erasure"]
ENDS = frozenset({"answered", "refused"})
FIRST = "opened"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case.

    Attributes:
        what: `opened`, `found`, `reported`, `objected`, `lifted`, `put right`, `requested`,
            `approved`, `erased`, `answered` or `refused`.
        facts: counts and names of tables; nothing of the person.
    """

    what: str
    at: str
    by: str
    reason: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One request of one person.

    Attributes:
        number: that of the event which opened it.
        subject: as the ledger names them.
        due: one month after it was opened.
    """

    number: int
    right: str
    subject: str
    opened: date
    due: date
    steps: tuple[Step, ...]

    @property
    def closed(self) -> bool:
        """Whether it was answered or refused."""
        return any(step.what in ENDS for step in self.steps)

    @property
    def overdue(self) -> bool:
        """Whether the month is over and nothing was answered."""
        return not self.closed and clock.today() > self.due

    def step(self, what: str) -> Step | None:
        """The last step of a kind."""
        found = [step for step in self.steps if step.what == what]
        return found[-1] if found else None


def subject_of(office: Office, question: Asked) -> str:
    """The ledger's token of who is asked about; made with the first case about them."""
    from joinedup.records.subjects import token  # noqa: PLC0415 - Django's room, when needed

    return token(office.home, question.reference)


def cases(office: Office) -> tuple[Case, ...]:
    """Every case, oldest first."""
    from joinedup.records.models import LedgerEvent  # noqa: PLC0415 - Django, only when needed

    del office  # the records are connected; the office says whose
    found: dict[int, list[tuple[Step, str, str]]] = {}
    rows = LedgerEvent.objects.filter(kind=KIND).order_by("seq")
    for seq, at, actor, subject, text in rows.values_list("seq", "at", "actor", "subject", "facts"):
        facts = json.loads(text)
        number = facts.get("case") or seq
        told = {key: value for key, value in facts.items() if key not in KNOWN}
        step = Step(facts["step"], at, actor, facts.get("reason", ""), told)
        found.setdefault(number, []).append((step, subject, facts["right"]))
    return tuple(_case(number, steps) for number, steps in sorted(found.items()))


KNOWN = frozenset({"case", "step", "reason", "right"})


def _case(number: int, told: list[tuple[Step, str, str]]) -> Case:
    opened = date.fromisoformat(told[0][0].at[:10])
    steps = tuple(step for step, _, _ in told)
    return Case(number, told[0][2], told[0][1], opened, due(opened), steps)


def case_of(office: Office, number: int) -> Case:
    """One case.

    Raises:
        ProjectError: there is none of this number.
    """
    for one in cases(office):
        if one.number == number:
            return one
    raise ProjectError(
        "there is no such case.", fix="see `joinedup subject cases`.", where=f"case {number}"
    )


def opened(office: Office, question: Asked, right: Right, *, reason: str) -> Case:
    """The open case of this right of this person, or a new one.

    Raises:
        ProjectError: no reason is given.
    """
    require_reason(reason)
    subject = subject_of(office, question)
    for one in cases(office):
        if one.subject == subject and one.right == right and not one.closed:
            return one
    number = _record(office, subject, {"step": FIRST, "right": right, "reason": reason})
    return case_of(office, number)


def add(office: Office, case: Case, what: str, *, reason: str = "", **facts: Any) -> Case:
    """Record a step, durably; only then may what it tells of be shown.

    Raises:
        ProjectError: the case is closed.
    """
    if case.closed and what != "lifted":
        raise ProjectError(
            "the case is closed.", fix="open another one.", where=f"case {case.number}"
        )
    said = {"case": case.number, "step": what, "right": case.right, "reason": reason, **facts}
    _record(office, case.subject, said)
    return case_of(office, case.number)


def require_reason(reason: str) -> None:
    """Refuse a look at a person without a reason.

    Raises:
        ProjectError: none is given.
    """
    if not reason.strip():
        raise ProjectError(
            "whoever looks at a person says why.",
            fix="say what was asked, by letter or number: --reason 'letter of 3 March'.",
            where="subject",
        )


def require_another(office: Office, by: str, *, where: str) -> None:
    """Refuse a second signature by whom the first is.

    Raises:
        ReleaseError: who acts is who asked, or nobody.
    """
    behind = persons()
    person = behind(office.who)
    if not person or person == behind(by):
        raise ReleaseError(
            "who asked for it cannot approve it." if person else "nobody is named.",
            fix="ask a second person to look at it and approve, with --as.",
            where=where,
        )


def _record(office: Office, subject: str, facts: Mapping[str, Any]) -> int:
    from joinedup.records.together import record  # noqa: PLC0415 - Django, only when needed

    return record(office.home, KIND, actor=office.who, subject=subject, facts=facts)
