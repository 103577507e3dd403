"""The words of a policy: role, grant, forbid, lease; and the question put to it.

A policy says who may see what inside the office. What it does not grant is denied, so the shortest
policy allows nothing. Frozen records; `policy.toml` in the office folder is read into `Policy`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal

from joinedup.core.vocabulary import STRICT

Level = Literal[1, 2, 3]
"""Sensitivity of a field, and clearance of a role: 1 open, 2 personal, 3 special category."""

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What a person is here to do.

    Attributes:
        clearance: the highest sensitivity of a field the role may see.
        partner: the partner whose staff hold it; empty for the office's own staff.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    clearance: Level = 1
    partner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role may use these fields of a dataset, for the purpose of one agreement.

    A right to a field is one right: to show it, and to filter, sort, group and join by it.

    Attributes:
        agreement: what it rests on; it counts only while that is in force.
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
    """Everything `policy.toml` says, each under its own name."""

    __pydantic_config__: ClassVar[Any] = STRICT
    roles: Mapping[str, Role] = field(default_factory=dict)
    grants: Mapping[str, Grant] = field(default_factory=dict)
    forbids: Mapping[str, Forbid] = field(default_factory=dict)
    leases: Mapping[str, Lease] = field(default_factory=dict)


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
    """May this person use these fields of this dataset, for this purpose, at this moment?

    Attributes:
        show: the fields that would be seen.
        filter: the fields rows would be chosen by; those of `rows` count too.
        rows: field to the values the rows asked for have; every row if empty.
        at: the moment of the question, with its time zone.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    person: str
    purpose: str
    dataset: str
    at: datetime
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
