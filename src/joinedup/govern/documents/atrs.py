"""The algorithmic transparency record: what the public may know of the tool, field by field.

The facets have the exact words of the standard; each field is there or named as missing. About
thirty of the fields the software knows itself; the rest stands in `transparency.toml`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from joinedup.core.transparency import FACETS, Transparency
from joinedup.govern.documents.atrs_data import development_lines, model_lines, operation_lines
from joinedup.govern.documents.atrs_fields import (
    DEPLOYMENT,
    DEVELOPMENT,
    FIELDS,
    OPERATION,
    OWNER,
    RATIONALE,
    RISKS,
    SPECIFICATION,
    SUMMARY,
)
from joinedup.govern.documents.facts import Facts, covered
from joinedup.govern.documents.phase import atrs_phase
from joinedup.govern.documents.topics import DPIA, EQUALITY, EVERYTHING, topics
from joinedup.govern.documents.writing import (
    document,
    judged,
    line,
    lines,
    section,
    signature,
    worked_out,
)
from joinedup.result.document import Document, Known, Line, Missing, Section

FILE = "transparency.toml"
RECORD_SCHEMA = "joinedup-atrs/1"
NOT_NEEDED = "not needed: no supplier has a part in it"
By = Mapping[str, Line]
"""Key of a field to what is known of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The record as it is known: of the tool, of each model, of each dataset."""

    facets: By
    tool: By
    models: Mapping[str, By]
    development: Mapping[str, By]
    operation: Mapping[str, By]

    @property
    def all(self) -> tuple[By, ...]:
        """Every part, in the standard's order."""
        inner = (self.models, self.development, self.operation)
        return (self.facets, self.tool, *(by for one in inner for by in one.values()))


def transparency_record(facts: Facts) -> Document:
    """The record of one project's tool."""
    record = Record(
        facets=facet_lines(facts),
        tool=tool_lines(facts),
        models={step.id: model_lines(facts, step) for step in facts.steps},
        development={name: development_lines(facts, name) for name in covered(facts)},
        operation={name: operation_lines(facts, name) for name in covered(facts)},
    )
    every = [one for by in record.all for one in by.values()]
    filled = sum(isinstance(one, Known) for one in every)
    return document(
        facts,
        kind="atrs",
        name=f"{facts.project.id}-atrs",
        title="Algorithmic transparency record",
        about=facts.project.title,
        lead=f"{filled} of {len(every)} fields are filled.",
        topics=topics(facts, *EVERYTHING),
        record=_machine(facts, record),
        sections=tuple(_sections(facts, record)),
    )


def facet_lines(facts: Facts) -> dict[str, Line]:
    """The facets; the phase is the project's own."""
    told, file = (facts.transparency or Transparency()).facets, facts.beside(FILE)
    owner = (facts.transparency or Transparency()).owner
    return {
        "organisation": line(
            "Organisation", owner.organisation, file=file, key="owner.organisation"
        ),
        "organisation type": _facet("Organisation type", told.organisation_type, facts),
        "function": _facet("Function", told.function, facts),
        "capability": _facet("Capability", told.capability, facts),
        "task": _facet("Task", told.task, facts),
        "phase": worked_out(
            "Phase", atrs_phase(facts), source="records of sign-offs: gate, live, retired"
        ),
        "region": _facet("Region", told.region, facts),
        "date published": line(
            "Date published", told.published_on, file=file, key="facets.published_on"
        ),
        "ATRS version": line("ATRS version", told.version, file=file, key="facets.version"),
        "other tags": worked_out("Other tags", told.tags, source=f"{file}, facets.tags"),
    }


def _facet(label: str, value: Any, facts: Facts) -> Line:
    key = label.lower().replace(" ", "_")
    return line(label, value, file=facts.beside(FILE), key=f"facets.{key}")


def wrong_facets(facts: Facts) -> tuple[str, ...]:
    """Facets whose value is none of the standard's; none where the file passed `joinedup check`."""
    wrong = []
    for name, one in facet_lines(facts).items():
        allowed = FACETS.get(name)
        if allowed and isinstance(one, Known):
            wrong += [f"{name}: {value}" for value in one.values if value not in allowed]
    return tuple(wrong)


def tool_lines(facts: Facts) -> dict[str, Line]:
    """What is said of the tool as a whole, by key, in the standard's order."""
    found = {
        **dict(_summary(facts)),
        **dict(_owner(facts)),
        **dict(_rationale(facts)),
        **dict(_deployment(facts)),
        **dict(_specification(facts)),
        **dict(_risks(facts)),
    }
    return {one.key: found[one.key] for one in FIELDS if one.per == "tool"}


def _said(facts: Facts, label: str, value: Any, key: str) -> Line:
    return line(label, value, file=facts.beside(FILE), key=key)


def _summary(facts: Facts) -> Iterator[tuple[str, Line]]:
    told = facts.transparency or Transparency()
    name = told.name or facts.project.title
    place = f"{facts.beside(FILE)}, name" if told.name else f"{facts.file}, title"
    yield "name", worked_out("Name", name, source=place)
    yield "description", _said(facts, "Description", told.description, "description")
    yield "website", _said(facts, "Website URL", told.owner.website, "owner.website")
    yield "contact", _said(facts, "Contact email", told.owner.contact, "owner.contact")


def _owner(facts: Facts) -> Iterator[tuple[str, Line]]:
    owner = (facts.transparency or Transparency()).owner
    yield "organisation", _said(facts, "Organisation", owner.organisation, "owner.organisation")
    yield "team", _said(facts, "Team", owner.team, "owner.team")
    yield (
        "senior_responsible_owner",
        _said(
            facts,
            "Senior responsible owner",
            owner.senior_responsible_owner,
            "owner.senior_responsible_owner",
        ),
    )
    yield (
        "third_party_involvement",
        _said(
            facts,
            "Third party involvement",
            owner.third_party_involvement,
            "owner.third_party_involvement",
        ),
    )
    third = owner.third_party
    wanted = {
        "third_party": ("Third party", third.name, "name"),
        "companies_house_number": (
            "Companies House number",
            third.companies_house_number,
            "companies_house_number",
        ),
        "third_party_role": ("Third party role", third.role, "role"),
        "procurement": ("Procurement procedure type", third.procurement, "procurement"),
        "access_terms": ("Third party data access terms", third.access_terms, "access_terms"),
    }
    for key, (label, value, inner) in wanted.items():
        needed = owner.third_party_involvement is not False
        words = value if needed else NOT_NEEDED
        yield key, _said(facts, label, words, f"owner.third_party.{inner}")


def _rationale(facts: Facts) -> Iterator[tuple[str, Line]]:
    four = facts.project.statements
    told = facts.transparency or Transparency()
    yield (
        "detailed_description",
        worked_out(
            "Detailed description",
            [four.problem, four.action, four.product, four.data],
            source=f"{facts.file}, statements",
        ),
    )
    first = next(iter(facts.agreements.values()), None)
    benefits = [text for one in facts.agreements.values() for text in one.agreement.benefits]
    place = first.file if first else "agreements"
    yield "benefits", line("Benefits", benefits, file=place, key="benefits")
    yield (
        "previous_process",
        line("Previous process", facts.project.baseline, file=facts.file, key="baseline"),
    )
    other = facts.dpia.necessity.alternatives if facts.dpia else ""
    yield (
        "alternatives",
        _said(facts, "Alternatives considered", told.use.alternatives or other, "use.alternatives"),
    )


def _deployment(facts: Facts) -> Iterator[tuple[str, Line]]:
    use = (facts.transparency or Transparency()).use
    project = facts.project
    yield (
        "integration",
        _said(
            facts,
            "Integration into broader operational process",
            use.integration,
            "use.integration",
        ),
    )
    yield "human_review", _said(facts, "Human review", use.human_review, "use.human_review")
    yield (
        "scale",
        worked_out(
            "Frequency and scale of usage",
            f"{project.capacity:,} {project.capacity_unit}",
            source=f"{facts.file}, capacity",
        ),
    )
    yield "training", _said(facts, "Required training", use.training, "use.training")
    yield "appeals", _said(facts, "Appeals and review", use.appeals, "use.appeals")


def _specification(facts: Facts) -> Iterator[tuple[str, Line]]:
    told = facts.transparency or Transparency()
    yield "architecture", _said(facts, "System architecture", told.architecture, "architecture")
    sources = [
        f"{facts.datasets[name].title}: {', '.join(fields)}"
        for name, fields in covered(facts).items()
    ]
    yield (
        "system_input",
        worked_out("System-level input", sources, source="agreements, covers; datasets"),
    )
    yield (
        "system_output",
        worked_out("System-level output", facts.project.statements.product, source=f"{facts.file}"),
    )
    yield "maintenance", _said(facts, "Maintenance", told.use.maintenance, "use.maintenance")
    named = [f"{step.title or step.id} ({step.method})" for step in facts.steps]
    yield "models", worked_out("Models", named or ["none"], source="projects, steps")


def _risks(facts: Facts) -> Iterator[tuple[str, Line]]:
    said = [
        f"Data protection impact assessment: {signature(facts, 'dpia', topics(facts, *DPIA))[1]}",
        f"Equality assessment: {signature(facts, 'equality', topics(facts, *EQUALITY))[1]}",
    ]
    yield (
        "impact_assessments",
        worked_out("Impact assessments", said, source="records of sign-offs"),
    )
    told = (facts.transparency or Transparency()).risks
    own = tuple(
        f"{risk.risk} {' '.join(risk.measures)}"
        for risk in (facts.dpia.risks if facts.dpia else ())
    )
    yield "risks", _said(facts, "Risks and mitigations", told or own, "risks")


def _sections(facts: Facts, record: Record) -> Iterator[Section]:
    yield section("Facets", lines(*record.facets.values()))
    models = tuple(
        section(step.title or step.id, lines(*record.models[step.id].values()))
        for step in facts.steps
    )
    for group in (SUMMARY, OWNER, RATIONALE, DEPLOYMENT, SPECIFICATION):
        inner = models if group == SPECIFICATION else ()
        yield section(group, lines(*_of_group(record.tool, group)), sections=inner)
    for group, datasets in ((DEVELOPMENT, record.development), (OPERATION, record.operation)):
        yield section(
            group,
            sections=(
                section(facts.datasets[name].title, lines(*by.values()))
                for name, by in datasets.items()
            ),
        )
    yield section(
        RISKS,
        lines(*_of_group(record.tool, RISKS)),
        judged(
            "Whether the tool is in scope of the standard: has it a significant influence on "
            "decisions with public effect?",
            "Whether anything here would help somebody to cheat the tool, or name a person.",
            "Whether the numbers of the fields are those of the template you publish by; ours "
            "follow version 3.0 and were not checked against the newest.",
        ),
    )


def _of_group(found: By, group: str) -> Iterator[Line]:
    for one in FIELDS:
        if one.group == group and one.per == "tool":
            yield _numbered(one.number, found[one.key])


def _numbered(number: int, item: Line) -> Line:
    return replace(item, label=f"{number}. {item.label}") if number else item


def _machine(facts: Facts, record: Record) -> dict[str, Any]:
    """The record for a machine: every facet and field, in order, null where it is missing."""
    return {
        "schema": RECORD_SCHEMA,
        "facets": _values(record.facets),
        "fields": [
            {
                "number": one.number or None,
                "key": one.key,
                "name": one.name,
                "group": one.group,
                "tier": one.tier,
                "value": _value(record.tool[one.key]),
            }
            for one in FIELDS
            if one.per == "tool"
        ],
        "models": [_values(record.models[step.id]) for step in facts.steps],
        "development_data": [
            {"dataset": name, **_values(by)} for name, by in record.development.items()
        ],
        "operational_data": [
            {"dataset": name, **_values(by)} for name, by in record.operation.items()
        ],
        "missing": [
            f"{one.file}, {one.key}"
            for by in record.all
            for one in by.values()
            if isinstance(one, Missing)
        ],
        "wrong": list(wrong_facets(facts)),
    }


def _values(by: By) -> dict[str, str | list[str] | None]:
    return {key: _value(one) for key, one in by.items()}


def _value(one: Line) -> str | list[str] | None:
    if isinstance(one, Missing):
        return None
    return one.values[0] if len(one.values) == 1 else list(one.values)
