"""Which fields has an algorithmic transparency record, in which order, and in which tier?

The standard's numbering as far as it is known (version 4.0 for fields 1, 2 and 33; the layout of
version 3.0 for the rest, which has not been checked against the publisher's schema).
"""

from dataclasses import dataclass
from typing import Literal

Scope = Literal["tool", "model", "development dataset", "operational dataset"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtrsField:
    """One field of the standard.

    Attributes:
        number: in the standard's order; 0 where it gives none.
        group: the heading it stands under.
        per: what it is said of: the tool once, or each model or dataset.
    """

    number: int
    key: str
    name: str
    group: str
    tier: Literal[1, 2]
    per: Scope = "tool"


SUMMARY = "Tier 1"
OWNER = "Owner and responsibility"
RATIONALE = "Description and rationale"
DEPLOYMENT = "Deployment context"
SPECIFICATION = "Tool specification"
DEVELOPMENT = "Development data"
OPERATION = "Operational data"
RISKS = "Risks, mitigations and impact assessments"


def _of(group: str, tier: Literal[1, 2], first: int, **names: str) -> tuple[AtrsField, ...]:
    return tuple(
        AtrsField(number=first + place, key=key, name=name, group=group, tier=tier)
        for place, (key, name) in enumerate(names.items())
    )


def _each(group: str, per: Scope, first: int, **names: str) -> tuple[AtrsField, ...]:
    return tuple(
        AtrsField(
            number=first + place if first else 0, key=key, name=name, group=group, tier=2, per=per
        )
        for place, (key, name) in enumerate(names.items())
    )


FIELDS: tuple[AtrsField, ...] = (
    *_of(
        SUMMARY,
        1,
        1,
        name="Name",
        description="Description",
        website="Website URL",
        contact="Contact email",
    ),
    *_of(
        OWNER,
        2,
        5,
        organisation="Organisation",
        team="Team",
        senior_responsible_owner="Senior responsible owner",
        third_party_involvement="Third party involvement",
        third_party="Third party",
        companies_house_number="Companies House number",
        third_party_role="Third party role",
        procurement="Procurement procedure type",
        access_terms="Third party data access terms",
    ),
    *_of(
        RATIONALE,
        2,
        14,
        detailed_description="Detailed description",
        benefits="Benefits",
        previous_process="Previous process",
        alternatives="Alternatives considered",
    ),
    *_of(
        DEPLOYMENT,
        2,
        18,
        integration="Integration into broader operational process",
        human_review="Human review",
        scale="Frequency and scale of usage",
        training="Required training",
        appeals="Appeals and review",
    ),
    *_of(
        SPECIFICATION,
        2,
        23,
        architecture="System architecture",
        system_input="System-level input",
        system_output="System-level output",
        maintenance="Maintenance",
        models="Models",
    ),
    *_each(
        SPECIFICATION,
        "model",
        28,
        model_name="Model name",
        model_version="Model version",
        model_task="Model task",
        model_input="Model input",
        model_output="Model output",
        model_architecture="Model architecture",
        model_performance="Model performance",
        model_datasets="Datasets and their purposes",
    ),
    *_each(
        DEVELOPMENT,
        "development dataset",
        0,
        development_description="Description",
        development_modality="Modality",
        development_quantities="Quantities",
        development_sensitive="Sensitive attributes",
        development_completeness="Completeness and representativeness",
        development_cleaning="Data cleaning",
        development_collection="Data collection",
        development_access="Data access and storage",
        development_agreements="Data sharing agreements",
    ),
    *_each(
        OPERATION,
        "operational dataset",
        0,
        operation_sources="Data sources",
        operation_sensitive="Sensitive attributes",
        operation_processing="Data processing methods",
        operation_access="Data access and storage",
        operation_agreements="Data sharing agreements",
    ),
    AtrsField(number=0, key="impact_assessments", name="Impact assessments", group=RISKS, tier=2),
    AtrsField(number=0, key="risks", name="Risks and mitigations", group=RISKS, tier=2),
)
"""Every field, in the standard's order."""

GROUPS: tuple[str, ...] = tuple(dict.fromkeys(field.group for field in FIELDS))
