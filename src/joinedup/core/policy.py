"""The words of a policy: role, grant, forbid, lease; and the question put to it.

A policy says who may do and see what inside the office. What it does not grant is denied, so the
shortest policy allows nothing. Frozen records; `policy.toml` in the office folder is read into
`Policy`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, Self

from joinedup.core.vocabulary import STRICT

Level = Literal[1, 2, 3]
"""Sensitivity of a field, and clearance of a role: 1 open, 2 personal, 3 special category."""

Action = Literal[
    "deliver",
    "run",
    "show",
    "approve",
    "release",
    "sign",
    "move",
    "live",
    "policy",
    "lease",
    "review",
    "audit",
    "find",
    "erase",
    "keep",
]
ACTIONS: Mapping[str, str] = {
    "deliver": "take a partner's file",
    "run": "run steps on the fields that the role's grants name",
    "show": "look at what was made from the fields that the role's grants name",
    "approve": "approve a result that is to leave",
    "release": "let an approved result leave",
    "sign": "enter a party's signature under an agreement",
    "move": "send an agreement to review, suspend or end it",
    "live": "make and sign a project's documents, take it live or retire it",
    "policy": "propose, approve and withdraw the policy",
    "lease": "give roles to people, and take them back",
    "review": "review what was done behind broken glass",
    "audit": "read the ledger: who did what",
    "find": "find what is held about a person, and report it",
    "erase": "put right or erase what is held about a person",
    "keep": "keep the house: check the lake, back up, restore, retain, turn keys",
}
"""What a role may be let do; each word with what it means."""

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What a person is here to do.

    Attributes:
        clearance: the highest sensitivity of a field the role may see.
        partner: the partner whose staff hold it; empty for the office's own staff. Staff of a
            partner deliver and sign for that partner alone.
        may: what the role may do; of fields, only with those that its grants name.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    clearance: Level = 1
    partner: str = ""
    may: frozenset[Action] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role may use these fields of a dataset, for the purpose of one agreement.

    A right to a field is one right: to show it, and to filter, sort, group and join by it.

    Attributes:
        agreement: what it rests on; it counts only while that is in force.
        dataset: or a table that a step writes, such as `defined.home`: a right to the table as it
            is, without a right to what it was made from.
        clause: the clause of the agreement it rests on, if one is named.
        rows: field to the values a row must have; every row if empty.
        emergency: counts only while the person has broken the glass.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    role: str
    agreement: str
    dataset: str
    fields: frozenset[str]
    clause: str = ""
    rows: Mapping[str, frozenset[str]] = field(default_factory=dict)
    emergency: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbid:
    """What nobody may do, whatever is granted. A list left empty stands for all of its kind.

    It names no role: else a person whose role has ended would be allowed more than before.

    Attributes:
        because: why, as the refused person will read it.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    because: str
    actions: frozenset[Action] = frozenset()
    people: frozenset[str] = NOTHING
    purposes: frozenset[str] = NOTHING
    datasets: frozenset[str] = NOTHING
    fields: frozenset[str] = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A person holds a role from `starts` until, and not at, `ends`.

    Attributes:
        by: who gave it: somebody else.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    person: str
    role: str
    by: str
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything `policy.toml` says, each under its own name.

    Attributes:
        people: a person to all the names that they act under; who is not here has one name.
        longest_lease_hours: of a role that one person gives another; those of the file were
            approved with it, and may run longer.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    people: Mapping[str, frozenset[str]] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    grants: Mapping[str, Grant] = field(default_factory=dict)
    forbids: Mapping[str, Forbid] = field(default_factory=dict)
    leases: Mapping[str, Lease] = field(default_factory=dict)
    longest_lease_hours: int = 24 * 92


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenGlass:
    """A person says that this cannot wait, and why.

    Attributes:
        reason: for the person who will review it.
        opened: when the glass was broken.
        expires: when it closes by itself.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    reason: str
    opened: datetime
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """May this person do this, with these fields of this dataset, for this purpose, at this moment?

    Attributes:
        purpose: may be empty where an action is for no purpose of an agreement.
        dataset: may be empty where an action touches no field.
        action: what would be done; empty where only the right to the fields is asked for.
        partner: the partner it would be done for: whose file, whose signature.
        count: how many rows there are would be told, though no field is.
        show: the fields that would be seen.
        filter: the fields rows would be chosen by; those of `rows` count too.
        rows: field to the values the rows asked for have; every row if empty.
        at: the moment of the question, with its time zone.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    person: str
    at: datetime
    purpose: str = ""
    dataset: str = ""
    action: Action | Literal[""] = ""
    partner: str = ""
    count: bool = False
    show: frozenset[str] = NOTHING
    filter: frozenset[str] = NOTHING
    sort: frozenset[str] = NOTHING
    group: frozenset[str] = NOTHING
    join: frozenset[str] = NOTHING
    rows: Mapping[str, frozenset[str]] = field(default_factory=dict)
    glass: BrokenGlass | None = None

    @property
    def uses(self) -> dict[str, tuple[str, ...]]:
        """Field to what it would be used for, in the order of the fields' names."""
        by_use = {
            "show": self.show,
            "filter": self.filter | frozenset(self.rows),
            "sort": self.sort,
            "group": self.group,
            "join": self.join,
        }
        fields = sorted(frozenset().union(*by_use.values()))
        return {one: tuple(use for use, named in by_use.items() if one in named) for one in fields}


Rows = Mapping[str, frozenset[str]]
"""Field to the values that a row must have."""
Values = tuple[str, tuple[str, ...]]
"""A field, and the values that it may have, sorted."""


@dataclass(frozen=True, slots=True)
class RowFilter:
    """The rows that somebody may use: in every clause, one of its alternatives must hold.

    A plain tree of names and values, never text of a query: the engine makes of it what it needs.
    Without a clause it is every row.

    Attributes:
        clauses: each of alternatives, each of fields with the values that a row must have in all.
    """

    clauses: tuple[tuple[tuple[Values, ...], ...], ...] = ()

    @classmethod
    def of(cls, clauses: Iterable[Iterable[Rows]]) -> Self:
        """The filter of these clauses; the same one in whatever order they come."""
        made = (tuple(sorted({_sorted(rows) for rows in clause})) for clause in clauses)
        return cls(tuple(sorted(set(made))))

    def __bool__(self) -> bool:
        return bool(self.clauses)

    def __and__(self, other: Self) -> Self:
        """The rows that are in both."""
        return type(self)(tuple(sorted({*self.clauses, *other.clauses})))

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that rows are chosen by, sorted."""
        named = {
            field for clause in self.clauses for alternative in clause for field, _ in alternative
        }
        return tuple(sorted(named))

    def holds(self, row: Mapping[str, str]) -> bool:
        """Whether a row is one of them, told by its values as text."""
        return all(
            any(all(row.get(field) in values for field, values in each) for each in clause)
            for clause in self.clauses
        )


def _sorted(rows: Rows) -> tuple[Values, ...]:
    return tuple((field, tuple(sorted(rows[field]))) for field in sorted(rows))
