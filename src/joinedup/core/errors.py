"""Every error a user can meet, on one page.

* JoinedupError                    base; never raised itself
  x ProjectError        10    the project file asks for something we cannot do
  x DeliveryError       20    a partner's file is not what was agreed
  x AgreementError      30    an agreement does not cover what was asked
    - ColumnsNotCovered
    - AgreementNotInForce
    - PolicyDenied
  x MethodError         40    the data cannot carry the method
  x ReleaseError        50    showing this would disclose, or nobody else has checked it
  x RecordsError        60    the records or the lake are not as they were written
    - AuditUnavailable            what must be told first cannot be written, so nothing is done
    - RecordsUnavailable

Anything else that is raised is our bug. The command line tells its kind and its places in the code,
exit code 1; not its words, which may repeat a cell.

The code is the exit code of the command line and the `code` of the JSON answer; its `word` is the
name of the class in small letters (`audit_unavailable`), for a program that asks which of a family
it was. An error names tables, columns, counts and line numbers; never the content of a cell.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it is, what it is, and the way out.

    Attributes:
        where: a file, `file:line`, table, column or step; empty when the error itself says it.
        what: a whole sentence without the content of any cell.
        fix: the way out, as an instruction.
    """

    where: str
    what: str
    fix: str

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.what}\n  Fix: {self.fix}"


UNAVAILABLE = "policy_unavailable"
"""The word of a denial because a policy could not be asked."""


class JoinedupError(Exception):
    """What a user can put right. Holds one problem or many; the sentence is built here."""

    code: ClassVar[int] = 1
    word: ClassVar[str] = "joinedup_error"

    def __init_subclass__(cls, **named: Any) -> None:
        super().__init_subclass__(**named)
        cls.word = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(self, what: str, *, fix: str, where: str = "") -> None:
        self.problems: tuple[Problem, ...] = (Problem(where, what, fix),)
        super().__init__(str(self))

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> Self:
        """One error that carries every problem found, so that all can be mended at once."""
        error = cls.__new__(cls)
        error.problems = tuple(problems)
        if not error.problems:
            message = "an error needs at least one problem"
            raise ValueError(message)
        Exception.__init__(error, str(error))
        return error

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return str(self.problems[0])
        lines = "\n".join(str(problem) for problem in self.problems)
        return f"{len(self.problems)} problems\n{lines}"

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints when a command refuses."""
        return {
            "code": self.code,
            "error": type(self).__name__,
            "word": self.word,
            "message": str(self),
            "problems": [
                {"where": problem.where, "what": problem.what, "fix": problem.fix}
                for problem in self.problems
            ],
        }


class ProjectError(JoinedupError):
    """The office folder or a command asks for something we cannot do."""

    code = 10


class DeliveryError(JoinedupError):
    """A partner's file is not what was agreed."""

    code = 20


class AgreementError(JoinedupError):
    """An agreement does not cover what was asked."""

    code = 30


class ColumnsNotCovered(AgreementError):
    """A step asks for columns that no agreement in force lets its purpose read."""

    def __init__(self, step: str, purpose: str, columns: Iterable[str]) -> None:
        self.step, self.purpose, self.columns = step, purpose, sorted(columns)
        super().__init__(
            f"no agreement in force lets purpose '{purpose}' read {', '.join(self.columns)}.",
            fix="drop the columns from the step, or have the agreement amended and signed.",
            where=f"step {step}",
        )


class AgreementNotInForce(AgreementError):
    """An agreement exists but is unsigned, edited since it was signed, not begun, or expired."""

    def __init__(self, agreement: str, reasons: Sequence[str]) -> None:
        self.agreement, self.reasons = agreement, tuple(reasons)
        super().__init__(
            f"the agreement is not in force: {'; '.join(self.reasons)}.",
            fix=f"see `joinedup agree show {agreement}` for who must sign, or amend its dates.",
            where=f"agreement {agreement}",
        )


class PolicyDenied(AgreementError):
    """The policy in force does not let this person do this, or it could not be asked.

    Attributes:
        reasons: each with `code`, `what`, `suffices` and `clause`.
        policy: digest of the facts that the decision rests on; empty if they could not be had.
    """

    def __init__(self, about: str, reasons: Sequence[Mapping[str, str]], *, policy: str) -> None:
        self.about, self.reasons, self.policy = about, tuple(reasons), policy
        self.problems = tuple(
            Problem(f"{about} ({one['clause']})" if one["clause"] else about, one["what"], fix)
            for one in reasons
            if (fix := one["suffices"])
        )
        Exception.__init__(self, str(self))

    def as_json(self) -> dict[str, Any]:
        """As every refusal, with the reasons; the word tells why where no policy could answer."""
        first = self.reasons[0]["code"]
        return {
            **super().as_json(),
            "word": first if first.startswith("policy_") else "policy_denied",
            "reasons": [dict(one) for one in self.reasons],
            "policy_digest": self.policy,
        }


class MethodError(JoinedupError):
    """The data cannot carry the method."""

    code = 40


class ReleaseError(JoinedupError):
    """Showing this would disclose something about too few, or nobody else has checked it."""

    code = 50


class RecordsError(JoinedupError):
    """The records or the lake are not as they were written."""

    code = 60


class AuditUnavailable(RecordsError):
    """The event that must be on the disk first cannot be written, so nothing is done or shown."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"the ledger cannot be written to ({why}), so nothing was done or shown.",
            fix="see that the disk has room and the database runs, then do it again.",
            where="ledger",
        )


class RecordsUnavailable(RecordsError):
    """The records cannot be opened: no policy can be asked, so nobody is let do anything."""

    def as_json(self) -> dict[str, Any]:
        """As every refusal, with the word of a policy that cannot be asked."""
        return {**super().as_json(), "word": UNAVAILABLE}


FAMILIES: tuple[type[JoinedupError], ...] = (
    ProjectError,
    DeliveryError,
    AgreementError,
    MethodError,
    ReleaseError,
    RecordsError,
)
