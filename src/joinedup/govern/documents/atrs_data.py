"""What does a transparency record say of each model and of each dataset?"""

from joinedup.core.project import Project
from joinedup.core.transparency import Transparency
from joinedup.govern.documents.facts import (
    PERSONAL,
    AgreementFacts,
    Facts,
    StepFacts,
    covered,
    special_of,
    thousands,
)
from joinedup.govern.documents.writing import line, moment, worked_out
from joinedup.result.document import Line

FILE = "transparency.toml"
REPORT = "report"


def model_lines(facts: Facts, step: StepFacts) -> dict[str, Line]:
    """Fields 28 to 35, of one step."""
    place = f"projects/{facts.project.id}/steps/{step.id}.toml"
    card = f"the card of {step.method}"
    reads = [f"{table}: {', '.join(columns)}" for table, columns in step.reads.items()]
    gives = [f"{table}: {grain}" for table, grain in step.gives.items()]
    public = [one for one in facts.left if not one.recipient]
    left = [one for one in public if one.step == step.id]
    if not left and step.id in told_together(facts.project):
        left = [one for one in public if one.step == REPORT]
    performance = [text for one in left[-1:] for text in one.said]
    return {
        "model_name": worked_out("28. Model name", step.title or step.id, source=place),
        "model_version": worked_out(
            "29. Model version", f"{step.method} {step.version}", source=card
        ),
        "model_task": worked_out("30. Model task", step.summary, source=card),
        "model_input": worked_out("31. Model input", reads, source=place),
        "model_output": worked_out("32. Model output", gives, source=card),
        "model_architecture": worked_out(
            "33. Model architecture", [*step.assumptions, f"Source: {step.reference}"], source=card
        ),
        "model_performance": worked_out(
            "34. Model performance",
            performance or "no result of it has been released to the public",
            source="records of releases",
        ),
        "model_datasets": worked_out(
            "35. Datasets and their purposes",
            f"{', '.join(step.reads) or 'none'}, for {facts.project.purpose}",
            source=place,
        ),
    }


def _agreed(facts: Facts, name: str) -> list[AgreementFacts]:
    return [one for one in facts.agreements.values() if name in one.agreement.covers]


def _file(agreed: list[AgreementFacts]) -> str:
    return agreed[0].file if agreed else "agreements"


def _names(agreed: list[AgreementFacts]) -> list[str]:
    return [f"{one.agreement.title} ({one.stage})" for one in agreed]


def told_together(project: Project) -> frozenset[str]:
    """The steps that the project's report tells of."""
    told = project.report
    if told is None:
        return frozenset()
    return frozenset({told.lead, told.beside, *told.compare, *told.sections})


def development_lines(facts: Facts, name: str) -> dict[str, Line]:
    """What is said of a dataset from which the tool was made."""
    dataset, told = facts.datasets[name], (facts.transparency or Transparency()).data
    place, file, agreed = f"datasets/{name}.toml", facts.beside(FILE), _agreed(facts, name)
    there = facts.deliveries.get(name)
    quantity = f"{thousands(there.rows)} rows, {moment(there.at)}" if there else "not delivered yet"
    grain = f"{dataset.title}: {dataset.grain}"
    access = [one.agreement.access.get(name, "") for one in agreed]
    sensitive = _sensitive(facts, name)
    wanted = {
        "completeness": ("Completeness and representativeness", told.completeness),
        "cleaning": ("Data cleaning", told.cleaning),
        "collection": ("Data collection", told.collection),
    }
    return {
        "development_description": worked_out("Description", grain, source=place),
        "development_modality": worked_out("Modality", "tabular", source=place),
        "development_quantities": worked_out(
            "Quantities", quantity, source="records of deliveries"
        ),
        "development_sensitive": worked_out("Sensitive attributes", sensitive, source=place),
        **{
            f"development_{key}": line(label, value, file=file, key=f"data.{key}")
            for key, (label, value) in wanted.items()
        },
        "development_access": line(
            "Data access and storage", access, file=_file(agreed), key=f"access.{name}"
        ),
        "development_agreements": worked_out(
            "Data sharing agreements", _names(agreed), source="agreements, covers"
        ),
    }


def operation_lines(facts: Facts, name: str) -> dict[str, Line]:
    """What is said of a dataset that the tool reads at work: the same tables, in later versions."""
    place, agreed = f"datasets/{name}.toml", _agreed(facts, name)
    stored = [one.agreement.security.technical for one in agreed]
    methods = list(dict.fromkeys(step.method for step in facts.steps)) or ["none yet"]
    sender = facts.name_of(facts.datasets[name].partner)
    return {
        "operation_sources": worked_out("Data sources", sender, source=f"{place}, partner"),
        "operation_sensitive": worked_out(
            "Sensitive attributes in operation", _sensitive(facts, name), source=place
        ),
        "operation_processing": worked_out(
            "Data processing methods", methods, source="projects, steps"
        ),
        "operation_access": line(
            "Data access and storage in operation",
            stored,
            file=_file(agreed),
            key="security.technical",
        ),
        "operation_agreements": worked_out(
            "Data sharing agreements in operation", _names(agreed), source="agreements, covers"
        ),
    }


def _sensitive(facts: Facts, name: str) -> list[str]:
    told = special_of(facts.datasets[name])
    return [
        f"{key} ({', '.join(told.get(key, ())) or 'about a person'})"
        for key, each in covered(facts)[name].items()
        if each.sensitivity >= PERSONAL
    ]
