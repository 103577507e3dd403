"""What the public is told of a project's tool, as far as the software does not know it itself.

Read from `transparency.toml` of a project. The words of the facets are those of the publisher
schema of the Algorithmic Transparency Recording Standard, and no others.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Literal, get_args

from joinedup.core.vocabulary import STRICT

OrganisationType = Literal[
    "ministerial department",
    "non-ministerial department",
    "agency or public body",
    "local authority",
    "devolved administration",
    "high profile group",
    "public corporation",
]
Function = Literal[
    "general public services",
    "defence",
    "public order and safety",
    "economic affairs",
    "environmental protection",
    "housing and community amenities",
    "health",
    "recreation culture and religion",
    "education",
    "social protection",
    "regulation",
]
Capability = Literal[
    "computer vision",
    "computer audition",
    "computer linguistics",
    "robotics",
    "forecasting",
    "discovery",
    "planning",
    "creation",
    "analysis",
    "management",
    "other",
]
AtrsPhase = Literal["pre-deployment", "beta-pilot", "production", "retired"]
Region = Literal[
    "UK",
    "NI",
    "Scotland",
    "Wales",
    "England",
    "London",
    "North East",
    "North West",
    "Yorkshire and the Humber",
    "East Midlands",
    "West Midlands",
    "South East",
    "East of England",
    "South West",
]
AtrsVersion = Literal["v2.1", "v3.0", "v4.0"]
FACETS: dict[str, tuple[str, ...]] = {
    "organisation type": get_args(OrganisationType),
    "function": get_args(Function),
    "capability": get_args(Capability),
    "phase": get_args(AtrsPhase),
    "region": get_args(Region),
    "ATRS version": get_args(AtrsVersion),
}
"""Facet to the values it may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThirdParty:
    """A supplier that has a part in the tool."""

    __pydantic_config__: ClassVar[Any] = STRICT
    name: str = ""
    companies_house_number: str = ""
    role: str = ""
    procurement: str = ""
    access_terms: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who answers for the tool.

    Attributes:
        senior_responsible_owner: by role.
        third_party_involvement: whether a supplier has a part in it.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    organisation: str = ""
    team: str = ""
    senior_responsible_owner: str = ""
    website: str = ""
    contact: str = ""
    third_party_involvement: bool | None = None
    third_party: ThirdParty = field(default_factory=ThirdParty)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """The facets by which the register is searched; the phase the software knows itself.

    Attributes:
        beta: a pilot: while the project is live, the phase is `beta-pilot`.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    organisation_type: OrganisationType | None = None
    function: tuple[Function, ...] = ()
    capability: tuple[Capability, ...] = ()
    task: str = ""
    region: tuple[Region, ...] = ()
    published_on: date | None = None
    version: AtrsVersion | None = None
    tags: tuple[str, ...] = ()
    beta: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InUse:
    """How the tool is used.

    Attributes:
        human_review: who looks at what it says, and what they may do about it.
        training: what its users must have learnt.
        appeals: how a person may question what came of it.
        integration: where it stands in the work.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    integration: str = ""
    human_review: str = ""
    training: str = ""
    appeals: str = ""
    alternatives: str = ""
    maintenance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutData:
    """What nobody can read off the data: how they were collected, and whom they leave out."""

    __pydantic_config__: ClassVar[Any] = STRICT
    completeness: str = ""
    cleaning: str = ""
    collection: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transparency:
    """What the public is told, as far as people write it.

    Attributes:
        name: of the tool, as the public knows it; the project's title if empty.
        description: in one or two sentences, for anybody.
        risks: of the tool, each with what is done about it.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    id: str = ""
    name: str = ""
    description: str = ""
    architecture: str = ""
    owner: Owner = field(default_factory=Owner)
    facets: Facets = field(default_factory=Facets)
    use: InUse = field(default_factory=InUse)
    data: AboutData = field(default_factory=AboutData)
    risks: tuple[str, ...] = ()
