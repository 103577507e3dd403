"""The appropriate policy document: how special category and offence data are kept to the law.

Asked for wherever such data rest on a condition of schedule 1 of the Data Protection Act 2018 that
needs one. Made only where the project holds such data.
"""

from joinedup.govern.documents.controls import CONTROLS
from joinedup.govern.documents.facts import AgreementFacts, Facts, parties, protected
from joinedup.govern.documents.ropa import conditions_grid
from joinedup.govern.documents.terms import retention_lines
from joinedup.govern.documents.topics import EVERYTHING, topics
from joinedup.govern.documents.writing import (
    cell,
    document,
    judged,
    line,
    lines,
    listed,
    prose,
    section,
)
from joinedup.result.document import Document, Grid


def policy_document(facts: Facts) -> Document:
    """The policy document of one project."""
    lead = (
        f"How {listed(facts.name_of(party) for party in parties(facts))} keep data on "
        f"{listed(protected(facts))} to the principles of the law."
    )
    agreed = facts.agreements.values()
    return document(
        facts,
        kind="policy",
        name=f"{facts.project.id}-policy",
        title="Appropriate policy document",
        about=facts.project.title,
        lead=lead,
        topics=topics(facts, *EVERYTHING),
        sections=(
            section("1. Which data, on which condition", conditions_grid(facts)),
            section("2. How each principle is kept", *(_principles(facts, one) for one in agreed)),
            section(
                "3. How long, and how the data are erased",
                *(lines(*retention_lines(facts, one)) for one in agreed),
            ),
            section(
                "4. Who answers for it, and when it is looked at again",
                lines(
                    *(
                        line("Reviewed by", one.agreement.review, file=one.file, key="review")
                        for one in agreed
                    )
                ),
                prose(
                    "It is kept while the data are processed and for six months after, and given "
                    "to the regulator who asks for it.",
                    lawyer=True,
                ),
                judged("Whether each condition needs such a document, and whether others apply."),
            ),
        ),
    )


def _principles(facts: Facts, one: AgreementFacts) -> Grid:
    """Each principle: what the software enforces, and what the parties do themselves."""
    agreement = one.agreement
    own = {
        "Lawfulness, fairness and transparency": ("necessity", agreement.necessity),
        "Purpose limitation": ("purpose_text", agreement.purpose_text),
        "Data minimisation": ("covers", _taken(facts, one)),
        "Accuracy": ("accuracy.checks", agreement.accuracy.checks),
        "Storage limitation": ("deletion.office", agreement.deletion.get("office", "")),
        "Integrity and confidentiality": (
            "security.organisational",
            agreement.security.organisational,
        ),
        "Accountability": ("security.training", agreement.security.training),
    }
    rows = tuple(
        (
            control.principle,
            f"{control.words} ({control.shown_by})",
            cell(
                own[control.principle][1],
                label=f"{control.principle}: what the parties do",
                file=one.file,
                key=own[control.principle][0],
            ),
        )
        for control in CONTROLS
    )
    return Grid(
        title=f"Principles: {agreement.title}",
        head=("Principle", "What the software enforces", "What the parties say or do"),
        rows=rows,
        source=f"the software; {one.file}",
    )


def _taken(facts: Facts, one: AgreementFacts) -> str:
    """How many of the fields that the sources have are taken."""
    covers = one.agreement.covers
    taken = sum(len(fields) for fields in covers.values())
    whole = sum(len(facts.datasets[name].fields) for name in covers)
    return f"{taken} of {whole} fields that the sources have are taken." if taken else ""
