"""The equality assessment: what a decision does to people who share a protected characteristic.

Made before the decision (Equality Act 2010, section 149), by the body that decides; a supplier's
word is no due regard. What the data say by group is told if a result says it, else it is missing.
"""

from collections.abc import Iterator
from typing import get_args

from joinedup.core.assessment import Characteristic, Effect, Equality
from joinedup.govern.documents.facts import Facts, covered, special_of
from joinedup.govern.documents.topics import EQUALITY, topics
from joinedup.govern.documents.writing import (
    cell,
    document,
    judged,
    line,
    lines,
    listed,
    prose,
    section,
    signature,
    worked_out,
)
from joinedup.result.document import Document, Grid, Line, Missing, Section, Text
from joinedup.result.words import day

KIND = "equality"
FILE = "equality.toml"
CHARACTERISTICS: tuple[Characteristic, ...] = get_args(Characteristic)
STANDARDS: dict[str, Characteristic] = {"birth_date": "age", "sex": "sex"}
CATEGORIES: dict[str, Characteristic] = {
    "health": "disability",
    "ethnicity": "race",
    "religion": "religion or belief",
    "sexual orientation": "sexual orientation",
}
NAMED: dict[str, Characteristic] = {
    "age": "age",
    "birth_year": "age",
    "year_of_birth": "age",
    "gender": "sex",
    "disability": "disability",
    "ethnicity": "race",
}


def equality_assessment(facts: Facts) -> Document:
    """The assessment as it stands today."""
    written = facts.equality or Equality()
    judged_so_far = len(written.characteristics)
    marks = topics(facts, *EQUALITY)
    signed, standing = signature(facts, KIND, marks)
    if written.assessed_on:
        standing = f"Dated {day(written.assessed_on)}. {standing}"
    worse = [
        name for name, effect in written.characteristics.items() if effect.impact == "negative"
    ]
    lead = (
        f"{judged_so_far} of {len(CHARACTERISTICS)} characteristics are assessed; "
        f"a negative effect is expected for {listed(worse)}."
    )
    return document(
        facts,
        kind=KIND,
        name=f"{facts.project.id}-equality",
        title="Equality assessment",
        about=facts.project.title,
        lead=lead,
        topics=marks,
        signed=signed,
        standing=standing,
        sections=(
            _decision(facts, written),
            _due_regard(facts, written),
            section("3. Each characteristic", _grid(facts, written), *_wanting(written)),
            _by_group(facts),
            _beyond(facts, written),
        ),
    )


def _decision(facts: Facts, written: Equality) -> Section:
    file = facts.beside(FILE)
    return section(
        "1. What is decided",
        lines(
            line("Decision", written.decision, file=file, key="decision"),
            worked_out("Decided by", facts.project.decision_owner, source=f"{facts.file}"),
            line("Assessed by", written.author, file=file, key="author"),
            line("Assessed on", written.assessed_on, file=file, key="assessed_on"),
            line("Reviewed again by", written.review, file=file, key="review"),
        ),
    )


def _due_regard(facts: Facts, written: Equality) -> Section:
    told, file = written.due_regard, facts.beside(FILE)
    wanted = {
        "Eliminate discrimination, harassment and victimisation": (
            "eliminate_discrimination",
            told.eliminate_discrimination,
        ),
        "Advance equality of opportunity": ("advance_equality", told.advance_equality),
        "Foster good relations": ("foster_good_relations", told.foster_good_relations),
    }
    return section(
        "2. Due regard to the three aims",
        lines(
            *(
                line(label, value, file=file, key=f"due_regard.{key}")
                for label, (key, value) in wanted.items()
            )
        ),
        judged("Whether the decision-maker has read this, with an open mind, before deciding."),
    )


def _grid(facts: Facts, written: Equality) -> Grid:
    there = held(facts)
    rows = tuple(
        _row(facts, name, written.characteristics.get(name), there.get(name, ()))
        for name in CHARACTERISTICS
    )
    return Grid(
        title="The nine protected characteristics",
        head=("Characteristic", "Effect", "What is known", "Why", "What is done", "In the data"),
        rows=rows,
        note="Marriage and civil partnership count for the first aim only. “In the data”: agreed "
        "fields that say it; they are there for audit, and no model takes them by default.",
        source=f"{facts.beside(FILE)}, characteristics; datasets",
    )


def _row(
    facts: Facts, name: Characteristic, effect: Effect | None, fields: tuple[str, ...]
) -> tuple[str | Missing, ...]:
    file, key = facts.beside(FILE), f"characteristics.{name}"
    there = ", ".join(fields) or "none"
    if effect is None:
        lost = Missing(label=f"Effect on {name}", file=file, key=key)
        return (name, lost, lost, lost, lost, there)
    asked = effect.impact in {"negative", "not known"}
    action = effect.action or ("" if asked else "none is asked for")
    return (
        name,
        effect.impact,
        cell(effect.evidence, label=f"Evidence on {name}", file=file, key=f"{key}.evidence"),
        cell(effect.reason, label=f"Reason for {name}", file=file, key=f"{key}.reason"),
        cell(action, label=f"Action for {name}", file=file, key=f"{key}.action"),
        there,
    )


def _wanting(written: Equality) -> Iterator[Text]:
    unknown = [name for name, one in written.characteristics.items() if one.impact == "not known"]
    if unknown:
        words = f"The effect is not known for {listed(unknown)}. Not knowing is no due regard."
        yield prose(words)


def _by_group(facts: Facts) -> Section:
    items: list[Line] = [
        worked_out(f"Result {number}", text, source="records: runs of this project")
        for number, text in enumerate(facts.fairness, 1)
    ]
    if not items:
        items.append(
            Missing(
                label="What the data say by group",
                file=f"projects/{facts.project.id}/steps",
                key="a step that measures selection, precision and recall by group",
            )
        )
    return section(
        "4. What the data say by group",
        lines(*items),
        judged(
            "Whether a group is missed more often because its records link or are kept less well."
        ),
    )


def _beyond(facts: Facts, written: Equality) -> Section:
    file = facts.beside(FILE)
    return section(
        "5. Money and place",
        lines(
            line("People with little money", written.money, file=file, key="money"),
            line("Town and country", written.place, file=file, key="place"),
        ),
    )


def held(facts: Facts) -> dict[Characteristic, tuple[str, ...]]:
    """Characteristic to the covered fields that say it, `dataset.field`."""
    found: dict[Characteristic, list[str]] = {}
    for name, fields in covered(facts).items():
        told = special_of(facts.datasets[name])
        for key, each in fields.items():
            says = {STANDARDS.get(each.standard), NAMED.get(key)}
            says |= {CATEGORIES.get(category) for category in told.get(key, ())}
            for characteristic in says - {None}:
                found.setdefault(characteristic, []).append(f"{name}.{key}")  # type: ignore[arg-type] # None is taken away
    return {name: tuple(fields) for name, fields in found.items()}
