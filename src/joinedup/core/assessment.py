"""What people write when they assess a project: its impact on people's data, and on equality.

Read from `dpia.toml` and `equality.toml` of a project. Everything may be left out; the documents
then name what is missing. What the software can see for itself is not asked here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Literal

from joinedup.core.vocabulary import STRICT

Likelihood = Literal["remote", "possible", "probable"]
Severity = Literal["minimal", "significant", "severe"]
Level = Literal["low", "medium", "high"]
Question = Literal[
    "denial_of_service", "solely_automated", "tracking", "physical_harm", "told_directly"
]
Characteristic = Literal[
    "age",
    "disability",
    "gender reassignment",
    "marriage and civil partnership",
    "pregnancy and maternity",
    "race",
    "religion or belief",
    "sex",
    "sexual orientation",
]
Impact = Literal["positive", "none", "negative", "not known"]

LEVELS: Mapping[tuple[Likelihood, Severity], Level] = {
    ("remote", "minimal"): "low",
    ("possible", "minimal"): "low",
    ("probable", "minimal"): "low",
    ("remote", "significant"): "low",
    ("possible", "significant"): "medium",
    ("probable", "significant"): "high",
    ("remote", "severe"): "low",
    ("possible", "severe"): "high",
    ("probable", "severe"): "high",
}
"""Likelihood and severity of harm to the level of risk, as the regulator's grid has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer that only a person can give, with its reason."""

    __pydantic_config__: ClassVar[Any] = STRICT
    answer: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """Harm that could come to people, before and after what is done about it.

    Attributes:
        risk: what could happen, to whom, and what harm it would do.
        measures: what is done about it.
        residual_likelihood: of the harm once the measures are in place; with `residual_severity`.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    risk: str
    likelihood: Likelihood
    severity: Severity
    measures: tuple[str, ...] = ()
    residual_likelihood: Likelihood | None = None
    residual_severity: Severity | None = None

    @property
    def level(self) -> Level:
        """The risk as it would be without the measures."""
        return LEVELS[self.likelihood, self.severity]

    @property
    def residual(self) -> Level:
        """The risk that is left; where nobody has judged that, the risk there was."""
        left = self.residual_likelihood or self.likelihood, self.residual_severity or self.severity
        return LEVELS[left]


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """The processing in words: what is done, to how much, among whom, and what for."""

    __pydantic_config__: ClassVar[Any] = STRICT
    nature: str = ""
    scope: str = ""
    context: str = ""
    purposes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """Who was asked, what they said, and what came of it; or why nobody was."""

    __pydantic_config__: ClassVar[Any] = STRICT
    people: str = ""
    processors: str = ""
    others: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Necessity:
    """Whether it is needed and in proportion.

    Attributes:
        works: why the processing will reach the purpose.
        alternatives: what else would reach it, and why that is not enough.
        creep: how use for anything else is kept out.
        informing: how people are told.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    works: str = ""
    alternatives: str = ""
    creep: str = ""
    informing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What the data protection officer advised.

    Attributes:
        accepted: whether it is followed.
        rejection: why not, where it is not followed in full.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    by: str = ""
    on: date | None = None
    text: str = ""
    accepted: bool | None = None
    rejection: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dpia:
    """A data protection impact assessment, as far as people write it.

    Attributes:
        author: who wrote it; somebody else signs it.
        review: the day by which it is looked at again.
        people: about how many people the data are about.
        area: where they live, or where it happened.
        answers: to what the software cannot see.
        other_triggers: reasons for an assessment that none of the software's rules finds.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    id: str = ""
    author: str = ""
    review: date | None = None
    people: int | None = None
    area: str = ""
    description: Description = field(default_factory=Description)
    consultation: Consultation = field(default_factory=Consultation)
    necessity: Necessity = field(default_factory=Necessity)
    answers: Mapping[Question, Answer] = field(default_factory=dict)
    other_triggers: tuple[str, ...] = ()
    risks: tuple[Risk, ...] = ()
    advice: Advice = field(default_factory=Advice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a project does to people who share a protected characteristic.

    Attributes:
        evidence: what is known, and from where.
        reason: why the impact is what it is said to be.
        action: what is done about it.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    impact: Impact
    evidence: str = ""
    reason: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRegard:
    """How the decision serves each of the three aims of the equality duty."""

    __pydantic_config__: ClassVar[Any] = STRICT
    eliminate_discrimination: str = ""
    advance_equality: str = ""
    foster_good_relations: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Equality:
    """An equality assessment, as far as people write it.

    Attributes:
        decision: what is about to be decided.
        assessed_on: the day of the assessment: before the project goes live.
        review: the day by which it is looked at again.
        characteristics: each of the nine to what the project does to those who share it.
        money: what it does to people with little money; no duty in England, good practice.
        place: what it does to town and country.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    id: str = ""
    author: str = ""
    decision: str = ""
    assessed_on: date | None = None
    review: date | None = None
    due_regard: DueRegard = field(default_factory=DueRegard)
    characteristics: Mapping[Characteristic, Effect] = field(default_factory=dict)
    money: str = ""
    place: str = ""
