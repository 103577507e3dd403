"""The words of an answer: the facts it rests on, its reasons, the decision, the explanation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from joinedup.core.policy import Policy, RowFilter
from joinedup.records.names import same_person


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementFacts:
    """What an agreement lets be done, and whether it is in force on the day of the question.

    Attributes:
        covers: dataset to the fields that may be taken; of a table that rests on it, its columns.
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
    """What was found for one field; for the number of rows, under the name `*`.

    Attributes:
        uses: what it would be used for: show, filter, sort, group, join, count.
        grant: the grant that lets it be used; empty if none does.
        grants: every grant that does, by name.
        reasons: what stands against the grant that comes nearest.
    """

    field: str
    uses: tuple[str, ...]
    grant: str
    grants: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A decision with the way it was reached.

    Attributes:
        roles: role the person holds at the moment to when it ends, the latest of its leases.
        fields: every field asked for, by name.
        suffices: what together would make the answer a yes; empty if it is one.
        rows: the rows that the answer holds for; every row asked for if empty.
    """

    decision: Decision
    roles: Mapping[str, datetime]
    fields: tuple[FieldAnswer, ...]
    suffices: tuple[str, ...]
    rows: RowFilter = field(default_factory=RowFilter)


class Persons:
    """Which person stands behind a name: spelling, case and second accounts do not count."""

    def __init__(self, people: Mapping[str, frozenset[str]]) -> None:
        self._by_name = {
            same_person(name): same_person(person)
            for person, names in sorted(people.items(), reverse=True)
            for name in (*names, person)
        }

    def __call__(self, name: str) -> str:
        """The person, by one word that is the same for all of their names."""
        folded = same_person(name)
        return self._by_name.get(folded, folded)
