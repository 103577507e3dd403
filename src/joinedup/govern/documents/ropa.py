"""The record of processing: each item of article 30(1), and schedule 1 part 4 where it applies."""

from collections.abc import Iterable, Iterator

from joinedup.govern.documents.bodies import contact_lines, powers_grid, role
from joinedup.govern.documents.facts import (
    AgreementFacts,
    Facts,
    condition,
    condition_key,
    kinds_of_data,
    parties,
    protected,
    recipients,
)
from joinedup.govern.documents.terms import retention_lines, security_lines
from joinedup.govern.documents.topics import EVERYTHING, topics
from joinedup.govern.documents.writing import (
    cell,
    document,
    judged,
    line,
    lines,
    listed,
    section,
    worked_out,
)
from joinedup.result.document import Document, Grid, Line, Missing, Section

ITEMS: tuple[tuple[str, str], ...] = (
    ("1", "controllers, joint controllers, representatives, data protection officers"),
    ("2", "purposes"),
    ("3", "categories of data subjects and of personal data"),
    ("4", "categories of recipients"),
    ("5", "transfers abroad and their safeguards"),
    ("6", "time limits for erasure"),
    ("7", "security measures"),
)
"""The items of article 30(1), (a) to (g), as the sections of the record are numbered."""


def record_of_processing(facts: Facts) -> Document:
    """The record of one project, for every controller in it."""
    lead = (
        f"{listed(facts.name_of(party) for party in parties(facts))} process personal data for "
        f"the purpose “{facts.project.purpose}”."
    )
    return document(
        facts,
        kind="ropa",
        name=f"{facts.project.id}-ropa",
        title="Record of processing",
        about=facts.project.title,
        lead=lead,
        topics=topics(facts, *EVERYTHING),
        sections=(
            _controllers(facts),
            _purposes(facts),
            _categories(facts),
            _recipients(facts),
            _transfers(facts),
            _erasure(facts),
            _security(facts),
            *_schedule(facts),
        ),
    )


def _controllers(facts: Facts) -> Section:
    rows = tuple(
        (
            facts.name_of(party),
            role(facts, one, party),
            cell(
                facts.partners[party].representative,
                label=f"Representative of {facts.name_of(party)}",
                file=f"partners/{party}.toml",
                key="representative",
            ),
        )
        for one in facts.agreements.values()
        for party in one.agreement.parties
    )
    grid = Grid(
        title="Who is what",
        head=("Body", "Role in law", "Representative"),
        rows=tuple(dict.fromkeys(rows)),
        source="agreements, roles; partners, role and representative",
    )
    return section(
        f"1. {ITEMS[0][1].capitalize()}",
        grid,
        sections=(
            section(facts.name_of(party), lines(*contact_lines(facts, party)))
            for party in parties(facts)
        ),
    )


def _purposes(facts: Facts) -> Section:
    items: list[Line] = [
        worked_out("Purpose", facts.project.purpose, source=f"{facts.file}, purpose")
    ]
    items += [
        line("In words", one.agreement.purpose_text, file=one.file, key="purpose_text")
        for one in facts.agreements.values()
    ]
    return section(
        "2. Purposes",
        lines(*items),
        *(powers_grid(facts, one) for one in facts.agreements.values()),
    )


def _categories(facts: Facts) -> Section:
    subjects = [
        line("Data subjects", one.agreement.subjects, file=one.file, key="subjects")
        for one in facts.agreements.values()
    ]
    rows = tuple((kind, ", ".join(fields)) for kind, fields in kinds_of_data(facts).items())
    grid = Grid(
        title="Categories of personal data",
        head=("Category", "Fields"),
        rows=rows or (("none", "no agreed field is about a person"),),
        source="agreements, covers; datasets, sensitivity and standard",
    )
    return section("3. Categories of data subjects and of personal data", lines(*subjects), grid)


def _recipients(facts: Facts) -> Section:
    named = [facts.name_of(name) for name in recipients(facts)]
    return section(
        "4. Categories of recipients",
        lines(
            worked_out("Bodies that see results", named, source="agreements, recipients"),
            worked_out(
                "The public",
                f"released results, with no count under {facts.office.threshold}",
                source="office.toml, threshold",
            ),
        ),
        judged("Whether anybody else receives the data, such as a supplier of the machine."),
    )


def _transfers(facts: Facts) -> Section:
    told = [
        line("Transfers and safeguards", one.agreement.transfers, file=one.file, key="transfers")
        for one in facts.agreements.values()
    ]
    return section("5. Transfers abroad and their safeguards", lines(*told))


def _erasure(facts: Facts) -> Section:
    return section(
        "6. Time limits for erasure",
        *(lines(*retention_lines(facts, one)) for one in facts.agreements.values()),
    )


def _security(facts: Facts) -> Section:
    return section(
        "7. Security measures",
        *(lines(*security_lines(one)) for one in facts.agreements.values()),
        controls_grid(),
    )


def controls_grid() -> Grid:
    """What the house itself enforces, and the command that shows it."""
    from joinedup.govern.documents.controls import CONTROLS  # noqa: PLC0415 - only here

    return Grid(
        title="What the software enforces",
        head=("Principle", "What is enforced", "Shown by"),
        rows=tuple((one.principle, one.words, one.shown_by) for one in CONTROLS),
        source="the software",
    )


def _schedule(facts: Facts) -> Iterator[Section]:
    """What schedule 1 part 4 adds where special category or offence data are processed."""
    if protected(facts):
        yield section(
            "8. Special category and offence data",
            conditions_grid(facts),
            judged(
                "Whether data were kept or erased as the policy document says, and if not, why: "
                "write it here at each review."
            ),
        )


def conditions_grid(facts: Facts, agreed: Iterable[AgreementFacts] = ()) -> Grid:
    """Each category with its condition, how article 6 is met, and the time it is kept.

    Args:
        facts: of the project.
        agreed: the agreements to tell of; all of the project's if none is given.
    """
    rows: list[tuple[str | Missing, ...]] = []
    for one in agreed or facts.agreements.values():
        bases = listed(
            dict.fromkeys(
                power.lawful_basis for power in one.agreement.powers if power.lawful_basis
            )
        )
        for category, fields in protected(facts).items():
            mine = [
                each
                for each in fields
                if each.partition(".")[2] in one.agreement.covers.get(each.partition(".")[0], ())
            ]
            named = condition(one.agreement, category, fields)
            if mine or named:
                rows.append(
                    (
                        category,
                        ", ".join(mine) or "the whole dataset, by its nature",
                        cell(
                            named,
                            label=f"Condition for data on {category}",
                            file=one.file,
                            key=condition_key(category, fields),
                        ),
                        f"article {bases}",
                        f"{one.agreement.retention_days:,} days",
                    )
                )
    return Grid(
        title="Conditions relied on",
        head=("Data on", "Fields", "Condition", "Lawful basis", "Kept for"),
        rows=tuple(rows),
        note="A lawyer has to check each condition.",
        source="agreements, conditions, powers and retention_days",
    )
