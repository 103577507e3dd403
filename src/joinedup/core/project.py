"""What an office is and sets out to do: its card, ideas, projects, their steps and reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from joinedup.core.limits import Limits
from joinedup.core.vocabulary import STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """The four statements without which no project runs."""

    __pydantic_config__: ClassVar[Any] = STRICT
    problem: str
    action: str
    product: str
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How the steps' results are told together.

    Attributes:
        lead: the step whose headline is the report's.
        beside: a step whose headline stands with the lead's, so that neither is read alone.
        reading: how to read the comparison, in words; the numbers come from the steps.
        compare: the steps that stand side by side, by the named `estimates`.
        sections: the steps told in full.
        lists: the sections whose lists of single people or premises are shown; of others only
            the groups are.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    lead: str
    beside: str = ""
    reading: str = ""
    compare: tuple[str, ...] = ()
    estimates: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A problem someone will act on.

    Attributes:
        outcome: the measure the project is judged by.
        baseline: what is done today, in words.
        capacity: how many cases can be worked in one period.
        capacity_unit: what `capacity` counts, such as `inspections per 60 days`.
        decision_owner: the role that decides.
        author: who wrote it, and so may not sign it off.
        cost_pounds: what it costs the office in a year.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    id: str
    title: str
    purpose: str
    agreements: tuple[str, ...]
    statements: Statements
    outcome: str
    baseline: str
    capacity: int
    capacity_unit: str
    decision_owner: str
    disclosure: str = ""
    report: Report | None = None
    author: str = ""
    cost_pounds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One method with its settings, for one purpose.

    Attributes:
        method: the method's name, `target.rank`.
        settings: what fills the method's Spec.
        writes: output table to the name it is kept under; `derived.<project>_<step>_<table>` if
            not said.
        linkage: the table `doubt` of the linkage that its entities come from: every estimate then
            carries the doubt of who is who.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    id: str
    method: str
    purpose: str
    title: str = ""
    linkage: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    writes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Auditing:
    """What is done for the ledger by itself.

    Attributes:
        anchors: the folder that anchors are written to, seen from the office folder; none if empty.
        every: events between two anchors.
        minutes: the longest time between two, while there are events.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    anchors: str = ""
    every: int = 1_000
    minutes: int = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeCard:
    """Who we are, and the rules of this house.

    Attributes:
        threshold: the smallest count that may be shown, in persons or premises.
        disclosure: the name of the disclosure profile; `threshold` raises its persons.
        profiles: the office's own disclosure profiles, by name.
        trial_methods: methods on trial that this office has switched on.
        example: an invented office; only such a one lets `demo` sign for its partners.
        layers_a_quarter: how many layers of counts that overlap others may leave in a quarter of
            one version of a dataset; enough overlapping counts give everybody back.
        idea_weights: criterion to its weight when ideas are ranked; 1 if not said.
        large_scale: from how many people on processing counts as large scale here.
        audit: what is done for the ledger by itself.
        limits: what one partner's file may take.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    id: str
    name: str
    contact: str
    threshold: int = 10
    layers_a_quarter: int = 500
    disclosure: str = "counts"
    profiles: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    trial_methods: tuple[str, ...] = ()
    example: bool = False
    source_note: str = ""
    idea_weights: Mapping[str, float] = field(default_factory=dict)
    large_scale: int = 10_000
    audit: Auditing = field(default_factory=Auditing)
    limits: Limits = field(default_factory=Limits)


CRITERIA: Mapping[str, str] = {
    "big_problem": "The problem is big: many people, much money, or grave harm.",
    "specific": "The problem is specific and well defined.",
    "within_control": "Somebody here can act on the answer, and would.",
    "measurable_soon": "A result can be measured within a few months.",
    "good_data": "Good data about it exist and can be had.",
    "together": "Working together adds what no body can do alone.",
    "ready": "The partner is committed and has people for it.",
}
"""What an idea is scored on, each from 0 (not at all) to 5 (fully)."""
BEST_SCORE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """A project somebody thought of, and what became of it.

    Attributes:
        scores: criterion to 0 to 5; one that is not scored counts 0 and is said.
        status: rejected ideas are kept, with their reason.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    id: str
    title: str
    problem: str
    proposed_by: str
    scores: Mapping[str, float] = field(default_factory=dict)
    status: Literal["open", "chosen", "rejected"] = "open"
    reason: str = ""
