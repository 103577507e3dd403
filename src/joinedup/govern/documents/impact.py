"""The data protection impact assessment: the processing, its risks, and what is done about them.

Which triggers there are, which sources, fields, powers and models, the software knows; how likely
harm is and whether it is worth it, people say in `dpia.toml`. A signature binds to these facts.
"""

from collections.abc import Iterator

from joinedup.core.assessment import Dpia, Risk
from joinedup.govern.documents.bodies import powers_grid
from joinedup.govern.documents.facts import Facts, kinds_of_data
from joinedup.govern.documents.flows import sources_grid
from joinedup.govern.documents.terms import retention_lines, rights_lines, security_lines
from joinedup.govern.documents.topics import DPIA, topics
from joinedup.govern.documents.triggers import QUESTIONS, triggers
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
from joinedup.result.document import Document, Grid, Line, Missing, Part, Section
from joinedup.result.words import day

KIND = "dpia"
FILE = "dpia.toml"
CONSULT = (
    "A risk that stays high after the measures has to be put before the regulator first "
    "(UK GDPR, article 36); the project cannot go live with it."
)


def impact_assessment(facts: Facts) -> Document:
    """The assessment as it stands today."""
    written = facts.dpia or Dpia()
    found = triggers(facts)
    signed, standing = signature(facts, KIND, topics(facts, *DPIA))
    high = residual_high(written)
    if high:
        standing += f" {len(high)} risk{'s stay' if len(high) > 1 else ' stays'} high. {CONSULT}"
    if written.review and written.review < facts.today:
        standing += f" Its review has been due since {day(written.review)}."
    return document(
        facts,
        kind=KIND,
        name=f"{facts.project.id}-dpia",
        title="Data protection impact assessment",
        about=facts.project.title,
        lead=_lead(facts, written),
        topics=topics(facts, *DPIA),
        signed=signed,
        standing=standing,
        sections=(
            section("1. Is an assessment needed?", _triggers_grid(facts), *_questions(facts)),
            _processing(facts, written),
            _consulted(facts, written),
            _necessity(facts, written),
            _risks(facts, written, [one.name for one in found]),
            _advice(facts, written),
            _signing(facts, written, signed),
        ),
    )


def residual_high(written: Dpia) -> tuple[Risk, ...]:
    """The risks that stay high after what is done about them."""
    return tuple(risk for risk in written.risks if risk.residual == "high")


def _lead(facts: Facts, written: Dpia) -> str:
    found = triggers(facts)
    if not found:
        return "Nothing about persons is processed, so the facts call for no assessment."
    many = f"{len(found)} reason{'s' if len(found) > 1 else ''} to assess"
    names = listed(one.name.lower() for one in found)
    if not written.risks:
        return f"{many}: {names}. No risk is written down."
    left = max((risk.residual for risk in written.risks), key=("low", "medium", "high").index)
    return f"{many}: {names}. The highest risk left is {left}."


def _triggers_grid(facts: Facts) -> Grid:
    return Grid(
        title="What calls for an assessment, and the fact that raised it",
        head=("Trigger", "Raised by", "Where it stands"),
        rows=tuple((one.name, " ".join(one.because), one.source) for one in triggers(facts)),
        note="Found by rules that err towards asking. The list of reasons follows the regulator's.",
    )


def _questions(facts: Facts) -> Iterator[Part]:
    answers = facts.dpia.answers if facts.dpia else {}
    items: list[Line] = []
    for key, asked in QUESTIONS.items():
        given = answers.get(key)
        said = given is not None and given.why.strip()
        words = f"{'yes' if given.answer else 'no'}. {given.why}" if given and said else ""
        items.append(line(asked, words, file=facts.beside(FILE), key=f"answers.{key}"))
    yield lines(*items)


def _processing(facts: Facts, written: Dpia) -> Section:
    file, told = facts.beside(FILE), written.description
    subjects = [
        line("Whom the data are about", one.agreement.subjects, file=one.file, key="subjects")
        for one in facts.agreements.values()
    ]
    kept = [item for one in facts.agreements.values() for item in retention_lines(facts, one)[:1]]
    kinds = [f"{kind}: {', '.join(fields)}" for kind, fields in kinds_of_data(facts).items()]
    return section(
        "2. What is done",
        lines(
            line("Nature: what is done with the data", told.nature, file=file, key=_d("nature")),
            line("Scope: how much, of whom, where", told.scope, file=file, key=_d("scope")),
            line("Context: among whom", told.context, file=file, key=_d("context")),
            line("Purposes: what for", told.purposes, file=file, key=_d("purposes")),
            line("About how many people", written.people, file=file, key="people"),
            line("Where", written.area, file=file, key="area"),
            *subjects,
            *kept,
        ),
        sections=(
            section("Sources", sources_grid(facts)),
            section(
                "Personal data",
                lines(worked_out("Kinds and fields", kinds, source="agreements, covers; datasets")),
            ),
            section("Methods", models_grid(facts)),
        ),
    )


def _d(key: str) -> str:
    return f"description.{key}"


def models_grid(facts: Facts) -> Grid:
    """Each step: its method, what it does, and what it must assume."""
    rows = tuple(
        (
            step.title or step.id,
            f"{step.method}, version {step.version} ({step.trust})",
            step.summary,
            " ".join(step.assumptions),
        )
        for step in facts.steps
    )
    return Grid(
        title="What is calculated",
        head=("Step", "Method", "What it answers", "What it assumes"),
        rows=rows,
        source="projects, steps; the cards of the methods",
    )


def _consulted(facts: Facts, written: Dpia) -> Section:
    told, file = written.consultation, facts.beside(FILE)
    return section(
        "3. Who was asked",
        lines(
            line("The people concerned", told.people, file=file, key="consultation.people"),
            line("Processors", told.processors, file=file, key="consultation.processors"),
            line("Others who know", told.others, file=file, key="consultation.others"),
        ),
    )


def _necessity(facts: Facts, written: Dpia) -> Section:
    told, file = written.necessity, facts.beside(FILE)
    agreed = facts.agreements.values()
    needed = [
        line("Why sharing is necessary", one.agreement.necessity, file=one.file, key="necessity")
        for one in agreed
    ]
    whole = sum(len(facts.datasets[name].fields) for name in facts.datasets)
    taken = sum(
        len({field for one in agreed for field in one.agreement.covers.get(name, ())})
        for name in facts.datasets
    )
    minimal = f"{taken} of {whole} fields that the sources have are taken."
    return section(
        "4. Is it necessary, and in proportion?",
        lines(
            *needed,
            line("Why it will work", told.works, file=file, key="necessity.works"),
            line("Other ways", told.alternatives, file=file, key="necessity.alternatives"),
            worked_out("Only what is needed", minimal, source="agreements, covers; datasets"),
            line("Kept from other uses by", told.creep, file=file, key="necessity.creep"),
            line("How people are told", told.informing, file=file, key="necessity.informing"),
        ),
        *(powers_grid(facts, one) for one in agreed),
        judged(
            "Whether what is gained is worth what it asks of people.",
            "Whether each field is needed for the purpose, one by one.",
        ),
        sections=(
            section("Rights", *(lines(*rights_lines(one)) for one in agreed)),
            section("Security", *(lines(*security_lines(one)) for one in agreed)),
        ),
    )


def _risks(facts: Facts, written: Dpia, names: list[str]) -> Section:
    file = facts.beside(FILE)
    rows = tuple(_risk_row(number, risk, file) for number, risk in enumerate(written.risks, 1))
    grid = Grid(
        title="Risks, before and after what is done about them",
        head=("Risk", "Likelihood", "Severity", "Level", "Measures", "Left after them"),
        rows=rows,
        note="Level by likelihood and severity, as in the regulator's grid: severe harm is high "
        "unless remote; significant harm is low, medium or high; minimal harm is low.",
        source=f"{file}, risks",
    )
    none = lines(Missing(label="Risks to people", file=file, key="risks")) if not rows else None
    return section(
        "5. Risks to people",
        grid,
        none,
        judged(
            f"Whether a risk is written for each trigger: {listed(names).lower()}."
            if names
            else "Whether there is any risk to people at all.",
            "Whether the likelihood and severity of each risk are what people concerned would say.",
        ),
    )


def _risk_row(number: int, risk: Risk, file: str) -> tuple[str | Missing, ...]:
    name = f"Risk {number}"
    left = (
        f"{risk.residual} ({risk.residual_likelihood}, {risk.residual_severity})"
        if risk.residual_likelihood and risk.residual_severity
        else ""
    )
    return (
        cell(risk.risk, label=name, file=file, key=f"risks[{number}].risk"),
        risk.likelihood,
        risk.severity,
        risk.level,
        cell(risk.measures, label=f"{name}: measures", file=file, key=f"risks[{number}].measures"),
        cell(
            left,
            label=f"{name}: what is left",
            file=file,
            key=f"risks[{number}].residual_likelihood and residual_severity",
        ),
    )


def _advice(facts: Facts, written: Dpia) -> Section:
    advice, file = written.advice, facts.beside(FILE)
    items = [
        line("Given by", advice.by, file=file, key="advice.by"),
        line("On", advice.on, file=file, key="advice.on"),
        line("Advice", advice.text, file=file, key="advice.text"),
        line("Followed", advice.accepted, file=file, key="advice.accepted"),
    ]
    if advice.accepted is False:
        items.append(line("Why not", advice.rejection, file=file, key="advice.rejection"))
    return section("6. The data protection officer's advice", lines(*items))


def _signing(facts: Facts, written: Dpia, signed: str) -> Section:
    file = facts.beside(FILE)
    items: list[Line] = [
        line("Written by", written.author, file=file, key="author"),
        line("Reviewed again by", written.review, file=file, key="review"),
        worked_out(
            "Signed",
            signed or f"not yet: joinedup documents sign dpia --project {facts.project.id}",
            source="records of sign-offs",
        ),
    ]
    words = prose(
        "Somebody other than its author signs it. When a source, a field, a purpose, a power, a "
        "recipient or a model changes, or the assessment itself, it is open again.",
        CONSULT,
        lawyer=True,
    )
    return section("7. Sign-off and review", lines(*items), words)
