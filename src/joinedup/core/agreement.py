"""What partners agree: who may use which fields of whose data, for what, and until when.

The first fields rule what may be taken and read. The rest are what a data sharing agreement must
also say; they may be left out, and then the documents name what is missing, with its key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Literal

from joinedup.core.vocabulary import STRICT, PartyRole, Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """The statutory or common-law power a party shares under, and its lawful basis.

    Attributes:
        citation: the act and section.
        lawful_basis: the article relied on, such as `6(1)(e)`; empty where the law has none.
        objective: what the power may be used for here, where the act asks for one.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    party: str
    citation: str
    lawful_basis: str = ""
    objective: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Who deals with what people may ask, and how.

    Attributes:
        contact: the one place to which anybody may write, whichever body holds the data.
        access: requests to see what is held.
        rectification: requests to put it right, and who is told.
        erasure: requests to erase or to restrict.
        objection: objections, and how they are kept.
        complaints: the way to complain.
        information_requests: requests under freedom of information and environmental law.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    contact: str = ""
    access: str = ""
    rectification: str = ""
    erasure: str = ""
    objection: str = ""
    complaints: str = ""
    information_requests: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How the data are kept right: the checks, and the common form of names, dates and numbers."""

    __pydantic_config__: ClassVar[Any] = STRICT
    checks: str = ""
    formats: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """How the data are kept safe, by machines and by people; and who else processes them."""

    __pydantic_config__: ClassVar[Any] = STRICT
    technical: str = ""
    organisational: str = ""
    training: str = ""
    sub_processors: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """What is done when something goes wrong.

    Attributes:
        report_to: whom to tell first.
        within_hours: how soon every party is told.
        handling: who decides about the regulator and the people concerned.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    report_to: str = ""
    within_hours: int | None = None
    handling: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How the agreement is ended or revised, and what follows if it is broken."""

    __pydantic_config__: ClassVar[Any] = STRICT
    termination: str = ""
    revision: str = ""
    sanction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The decision to share, as the decision form has it: by whom, when and why."""

    __pydantic_config__: ClassVar[Any] = STRICT
    by: str = ""
    on: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Who may use which fields of whose data, for what, and until when.

    In force only while every party has signed the digest of the file as it is, in its period.

    Attributes:
        covers: dataset to the fields that may be taken; no other ever reaches the disk.
        recipients: the organisations whose staff may see results.
        retention_days: how long admitted rows are kept.
        clauses: clause number to its text.
        identity: how people are known under it: `named`, or by `tokens` alone; then identifiers
            are kept as keyed tokens, and free text and places are not kept at all.
        conditions: category of protected data, or field (`visits.reason`), to the condition that
            lets it be used: of article 9 or 10 of the UK GDPR, with its paragraph of Schedule 1.
        necessity: why the aim cannot be reached without sharing, or with less.
        aims: what the sharing is meant to reach.
        benefits: what is expected to get better, and for whom.
        subjects: the kinds of people the data are about.
        access: dataset to who may see it.
        frequency: how often the parties send.
        roles: party to what it is in law, where its own file does not say.
        office_role: what the office itself is towards the parties, in words.
        joining: how another body may join.
        joiners: party that joined later to the day from which it takes part.
        deletion: party, or `office`, to how it deletes what it holds.
        disclosure: profile that what rests on it is released under, if the office's is laxer.
        transfers: whether data leave the country, and under which safeguards.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    id: str
    title: str
    parties: tuple[str, ...]
    purpose: str
    purpose_text: str
    powers: tuple[Power, ...]
    covers: Mapping[str, tuple[str, ...]]
    recipients: tuple[str, ...]
    period: Period
    retention_days: int
    review: date
    clauses: Mapping[str, str] = field(default_factory=dict)
    identity: Literal["named", "tokens"] = "named"
    conditions: Mapping[str, str] = field(default_factory=dict)
    necessity: str = ""
    aims: tuple[str, ...] = ()
    benefits: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    access: Mapping[str, str] = field(default_factory=dict)
    frequency: str = ""
    roles: Mapping[str, PartyRole] = field(default_factory=dict)
    office_role: str = ""
    joining: str = ""
    joiners: Mapping[str, date] = field(default_factory=dict)
    deletion: Mapping[str, str] = field(default_factory=dict)
    transfers: str = ""
    disclosure: str = ""
    rights: Rights = field(default_factory=Rights)
    accuracy: Accuracy = field(default_factory=Accuracy)
    security: Security = field(default_factory=Security)
    breach: Breach = field(default_factory=Breach)
    ending: Ending = field(default_factory=Ending)
    decision: Decision = field(default_factory=Decision)
