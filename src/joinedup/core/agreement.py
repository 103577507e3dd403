"""What partners agree: who may use which fields of whose data, for what, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from joinedup.core.vocabulary import STRICT, Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """The statutory or common-law power a party shares under, and its lawful basis.

    Attributes:
        citation: the act and section.
        lawful_basis: the article relied on, such as `6(1)(e)`; empty where the law has none.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    party: str
    citation: str
    lawful_basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Who may use which fields of whose data, for what, and until when.

    In force only while every party has signed the digest of the file as it is, in its period.

    Attributes:
        covers: dataset to the fields that may be taken; no other ever reaches the disk.
        recipients: the organisations whose staff may see results.
        retention_days: how long admitted rows are kept.
        clauses: clause number to its text.
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
