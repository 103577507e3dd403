"""On which facts does a document rest? Each topic with the digest of its facts.

A signature binds to these digests: what has changed since it was given can be named, topic by
topic, without keeping the facts themselves a second time.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from joinedup.core.digest import digest
from joinedup.govern.documents.facts import Facts, covered
from joinedup.govern.documents.triggers import triggers


def topics(facts: Facts, *names: str) -> dict[str, str]:
    """The named topics, each with the digest of its facts."""
    return {name: digest(TOPICS[name](facts)) for name in names}


def _sources(facts: Facts) -> Any:
    return {
        name: (facts.datasets[name].partner, facts.datasets[name].title, facts.datasets[name].grain)
        for name in covered(facts)
    }


def _fields(facts: Facts) -> Any:
    return {
        name: {key: (each.role, each.sensitivity, each.standard) for key, each in fields.items()}
        for name, fields in covered(facts).items()
    }


def _purpose(facts: Facts) -> Any:
    texts = {
        name: (one.agreement.purpose, one.agreement.purpose_text)
        for name, one in facts.agreements.items()
    }
    return facts.project.purpose, asdict(facts.project.statements), texts


def _powers(facts: Facts) -> Any:
    return {
        name: [asdict(power) for power in one.agreement.powers]
        for name, one in facts.agreements.items()
    }


def _models(facts: Facts) -> Any:
    return {step.id: (step.method, step.version, step.settings) for step in facts.steps}


def _gate(facts: Facts) -> Any:
    one = facts.project
    asked = (one.outcome, one.baseline, one.capacity, one.capacity_unit, one.decision_owner)
    return asdict(one.statements), asked


def _recipients(facts: Facts) -> Any:
    return {name: one.agreement.recipients for name, one in facts.agreements.items()}


def _agreements(facts: Facts) -> Any:
    return {name: asdict(one.agreement) for name, one in facts.agreements.items()}


TOPICS: Mapping[str, Callable[[Facts], Any]] = {
    "sources": _sources,
    "fields": _fields,
    "purpose": _purpose,
    "powers": _powers,
    "models": _models,
    "recipients": _recipients,
    "triggers": lambda facts: [one.id for one in triggers(facts)],
    "gate": _gate,
    "impact assessment": lambda facts: facts.dpia and asdict(facts.dpia),
    "equality assessment": lambda facts: facts.equality and asdict(facts.equality),
    "public record": lambda facts: facts.transparency and asdict(facts.transparency),
    "project": lambda facts: asdict(replace(facts.project, report=None)),
    "agreements": _agreements,
    "partners": lambda facts: {name: asdict(one) for name, one in facts.partners.items()},
    "office": lambda facts: asdict(facts.office),
}
"""Topic to the facts it stands for."""

DPIA = (
    *("sources", "fields", "purpose", "powers", "models", "recipients", "triggers"),
    "impact assessment",
)
EQUALITY = ("purpose", "fields", "models", "equality assessment")
GATE = ("gate",)
LIVE = ("gate", "impact assessment", "equality assessment", "public record")
EVERYTHING = (
    *("office", "project", "partners", "agreements", "sources", "fields", "models"),
    *("impact assessment", "equality assessment", "public record"),
)
