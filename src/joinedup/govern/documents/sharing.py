"""The data sharing agreement, with every element that the regulator's code asks for.

An element is present when none of its facts is missing. `absent` names each that is not, with the
file and key to write it in. Signatures bind to the file; this is the file made readable.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from joinedup.govern.documents.bodies import contact_lines, parties_grid, powers_grid
from joinedup.govern.documents.facts import (
    AgreementFacts,
    Facts,
    condition,
    condition_key,
    covered,
    protected,
)
from joinedup.govern.documents.flows import flow
from joinedup.govern.documents.joiners import joiners_section
from joinedup.govern.documents.terms import retention_lines, rights_lines, security_lines
from joinedup.govern.documents.topics import topics
from joinedup.govern.documents.writing import (
    cell,
    document,
    judged,
    line,
    lines,
    listed,
    moment,
    prose,
    section,
    worked_out,
)
from joinedup.govern.powers import cited
from joinedup.result.document import Document, Grid, Missing, Part, Section, missing_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """Something an agreement must say, and where this one says it.

    Attributes:
        number: of the regulator's list, such as `7c`.
        absent: what is wanting of it.
    """

    number: str
    name: str
    absent: tuple[Missing, ...]


def sharing_agreement(facts: Facts, name: str) -> Document:
    """The agreement as its parties would read it."""
    one = facts.agreements[name]
    agreement = one.agreement
    waiting = [party for party in agreement.parties if party not in one.now]
    signed = "" if waiting else f"every party, the last on {moment(_last(one))}"
    standing = f"Stage: {one.stage}." + (
        f" It waits for {listed(facts.name_of(party) for party in waiting)}." if waiting else ""
    )
    body = tuple(_body(facts, one))
    found = elements(facts, name)
    here = sum(not element.absent for element in found)
    lead = (
        f"{listed(facts.name_of(party) for party in agreement.parties)} share data so that "
        f"{facts.office.name} may use them. {agreement.purpose_text}"
    )
    return document(
        facts,
        kind="agreement",
        name=f"{agreement.id}-agreement",
        title=agreement.title,
        about="Data sharing agreement",
        lead=lead,
        topics={"text": one.digest, **topics(facts, "partners", "fields")},
        signed=signed,
        standing=f"{standing} Text: SHA-256 {one.digest}.",
        sections=(*body, _checklist(found, here)),
    )


def _last(one: AgreementFacts) -> str:
    return max((each.at for each in one.now.values()), default="")


ELEMENTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("1a", "parties and contacts", ("controller", "address", "contact", "dpo", "ico_registration")),
    ("1b", "role of each party", ("roles", "office_role")),
    ("1c", "arrangements for joiners", ("joining",)),
    ("2a", "purpose", ("purpose_text",)),
    ("2b", "why sharing is necessary", ("necessity",)),
    ("2c", "aims", ("aims",)),
    ("2d", "benefits", ("benefits",)),
    ("3a", "the fields, and whom they are about", ("covers", "subjects")),
    ("3b", "who may see each dataset", ("access",)),
    ("3c", "how often", ("frequency",)),
    ("3d", "in which direction", ("recipients",)),
    ("4", "lawful basis and power of each party", ("powers",)),
    ("5", "special category and offence data, with their condition", ("conditions",)),
    ("6a", "requests to see data", ("rights.contact", "rights.access")),
    ("6b", "objections", ("rights.objection",)),
    ("6c", "rectification and erasure", ("rights.rectification", "rights.erasure")),
    ("6d", "complaints", ("rights.complaints",)),
    ("6e", "freedom of information", ("rights.information_requests",)),
    ("7a", "accuracy checks", ("accuracy.checks",)),
    ("7b", "common formats and rules", ("accuracy.formats",)),
    ("7c", "retention", ("retention_days",)),
    ("7d", "deletion by each party", ("deletion",)),
    ("7e", "technical and organisational security", ("security.technical", "security.org")),
    ("7f", "incidents and breaches", ("breach",)),
    ("7g", "training of staff", ("security.training",)),
    ("7h", "sub-processors and transfers abroad", ("security.sub_processors", "transfers")),
    ("8a", "review date", ("review",)),
    ("8b", "termination", ("ending.termination",)),
    ("8c", "how to revise it", ("ending.revision",)),
    ("8d", "what follows from a breach of it", ("ending.sanction",)),
    ("A", "decision to share", ("decision",)),
)
"""Number, name and the beginnings of the keys of each element."""


def elements(facts: Facts, name: str) -> tuple[Element, ...]:
    """Every element, each with what is absent of it."""
    wanting = missing_in(tuple(_body(facts, facts.agreements[name])))
    return tuple(
        Element(
            number=number,
            name=words,
            absent=tuple(one for one in wanting if one.key.startswith(keys)),
        )
        for number, words, keys in ELEMENTS
    )


def absent(facts: Facts, name: str) -> tuple[tuple[Element, Missing], ...]:
    """Each absent fact with the element it belongs to, in the order of the elements."""
    return tuple((element, one) for element in elements(facts, name) for one in element.absent)


def _checklist(found: tuple[Element, ...], here: int) -> Section:
    rows = tuple(
        (
            f"{element.number} {element.name}",
            "no: " + "; ".join(one.words for one in element.absent) if element.absent else "yes",
        )
        for element in found
    )
    grid = Grid(
        title="What the regulator's code asks an agreement to say",
        head=("Element", "Said here"),
        rows=rows,
        note=f"{here} of {len(found)} elements are here.",
    )
    return section("Checklist", grid)


def _body(facts: Facts, one: AgreementFacts) -> Iterator[Section]:
    yield _who(facts, one)
    yield _what_for(one)
    yield _which_data(facts, one)
    yield section("4. By what right", powers_grid(facts, one), _conditions_of_powers(one))
    yield section("5. Data that the law protects most", *_protected(facts, one))
    yield section("6. People's rights", lines(*rights_lines(one)))
    yield from _governance(facts, one)
    yield _decision(facts, one)


def _who(facts: Facts, one: AgreementFacts) -> Section:
    agreement, file = one.agreement, one.file
    return section(
        "1. Who shares",
        parties_grid(facts, one),
        lines(
            line("The office", agreement.office_role, file=file, key="office_role"),
            line("How another body may join", agreement.joining, file=file, key="joining"),
        ),
        sections=(
            *(
                section(facts.name_of(party), lines(*contact_lines(facts, party)))
                for party in agreement.parties
            ),
            joiners_section(facts, one),
        ),
    )


def _what_for(one: AgreementFacts) -> Section:
    agreement, file = one.agreement, one.file
    return section(
        "2. What for",
        lines(
            line("Purpose", agreement.purpose_text, file=file, key="purpose_text"),
            line("Why sharing is necessary", agreement.necessity, file=file, key="necessity"),
            line("Aims", agreement.aims, file=file, key="aims"),
            line("Expected benefits", agreement.benefits, file=file, key="benefits"),
        ),
        judged("Whether the aims could be reached with less data, or with none about persons."),
    )


def _which_data(facts: Facts, one: AgreementFacts) -> Section:
    agreement, file = one.agreement, one.file
    seen = listed(map(facts.name_of, agreement.recipients))
    return section(
        "3. Which data",
        lines(
            line("Whom the data are about", agreement.subjects, file=file, key="subjects"),
            line("How often they are sent", agreement.frequency, file=file, key="frequency"),
            worked_out(
                "Direction",
                ["from each party below to the office", f"results from the office to {seen}"],
                source=f"datasets, partner; {file}, recipients",
            ),
            worked_out("Identity", _identity(one), source=f"{file}, identity"),
        ),
        fields_grid(facts, one),
    )


def _identity(one: AgreementFacts) -> str:
    if one.agreement.identity == "tokens":
        return "People come as keyed tokens; names and numbers are not kept."
    return "Identifiers come as they are, where they are agreed."


def fields_grid(facts: Facts, one: AgreementFacts) -> Grid:
    """Each dataset: from whom, which fields, who may see them."""
    rows = []
    for name, fields in one.agreement.covers.items():
        dataset = facts.datasets[name]
        access = cell(
            one.agreement.access.get(name),
            label=f"Who may see {name}",
            file=one.file,
            key=f"access.{name}",
        )
        whole = f"{', '.join(fields)} ({len(fields)} of {len(dataset.fields)})"
        rows.append((dataset.title, facts.name_of(dataset.partner), whole, access))
    return Grid(
        title="Fields",
        head=("Dataset", "From", "Fields taken", "Who may see them"),
        rows=tuple(rows),
        note="Any other field of a file is not read, and never reaches the disk.",
        source=f"{one.file}, covers and access; datasets/*.toml",
    )


def _conditions_of_powers(one: AgreementFacts) -> Grid:
    """What the library of powers knows of each citation."""
    rows = []
    for citation in dict.fromkeys(power.citation for power in one.agreement.powers):
        gateway = cited(citation)
        if gateway is not None:
            checked = "yes" if gateway.verified else "no: a lawyer must"
            rows.append((citation, "; ".join(gateway.conditions), checked))
    return Grid(
        title="Key laws, and what must hold for them",
        head=("Power", "Conditions", "Checked against the act"),
        rows=tuple(rows),
        source="the library of powers: joinedup agree powers",
    )


def _protected(facts: Facts, one: AgreementFacts) -> Iterator[Part]:
    mine = {
        category: tuple(each for each in fields if _covers(one, each)) or fields
        for category, fields in protected(facts).items()
        if category in one.agreement.conditions or any(_covers(one, each) for each in fields)
    }
    if not mine:
        yield prose("No field of it holds special category or offence data.")
        return
    rows = tuple(
        (
            category,
            listed(fields) if fields else "the whole dataset, by its nature",
            cell(
                condition(one.agreement, category, fields),
                label=f"Condition for data on {category}",
                file=one.file,
                key=condition_key(category, fields),
            ),
        )
        for category, fields in mine.items()
    )
    yield Grid(
        title="Categories and their conditions",
        head=("Data on", "Fields", "Condition (UK GDPR article 9 or 10; DPA 2018 schedule 1)"),
        rows=rows,
        note="A lawyer has to check each condition.",
        source=f"datasets, sensitivity; {one.file}, conditions",
    )


def _covers(one: AgreementFacts, place: str) -> bool:
    dataset, _, name = place.partition(".")
    return name in one.agreement.covers.get(dataset, ())


def _governance(facts: Facts, one: AgreementFacts) -> Iterator[Section]:
    agreement, file = one.agreement, one.file
    accuracy = (
        line("Checks", agreement.accuracy.checks, file=file, key="accuracy.checks"),
        line("Common formats", agreement.accuracy.formats, file=file, key="accuracy.formats"),
    )
    yield section(
        "7. How the data are looked after",
        sections=(
            section("Accuracy", lines(*accuracy)),
            section("How long, and how they are deleted", lines(*retention_lines(facts, one))),
            section("Security, people and incidents", lines(*security_lines(one))),
        ),
    )
    ending = agreement.ending
    yield section(
        "8. Review, change and end",
        lines(
            worked_out("Begins", agreement.period.starts, source=f"{file}, period"),
            worked_out("Ends", agreement.period.ends, source=f"{file}, period"),
            line("Reviewed by", agreement.review, file=file, key="review"),
            line("How it is ended", ending.termination, file=file, key="ending.termination"),
            line("How it is revised", ending.revision, file=file, key="ending.revision"),
            line("If it is broken", ending.sanction, file=file, key="ending.sanction"),
        ),
        _clauses(one),
    )


def _clauses(one: AgreementFacts) -> Grid:
    return Grid(
        title="Clauses",
        head=("Clause", "Text"),
        rows=tuple(one.agreement.clauses.items()),
        source=f"{one.file}, clauses",
    )


def _decision(facts: Facts, one: AgreementFacts) -> Section:
    decision, file = one.agreement.decision, one.file
    return section(
        "Appendices",
        sections=(
            section(
                "The decision to share",
                lines(
                    line("Decided by", decision.by, file=file, key="decision.by"),
                    line("On", decision.on, file=file, key="decision.on"),
                    line("Why", decision.reason, file=file, key="decision.reason"),
                ),
            ),
            section("The flow of data", flow(_only(facts, one))),
            section(
                "The text of the notices",
                prose(
                    "Each party's privacy notice is written from this agreement, so that no notice "
                    "can say another thing: joinedup documents make notice."
                ),
            ),
        ),
    )


def _only(facts: Facts, one: AgreementFacts) -> Facts:
    """The facts with this agreement alone."""
    alone = replace(facts, agreements={one.agreement.id: one})
    kept = {name: dataset for name, dataset in facts.datasets.items() if name in covered(alone)}
    return replace(alone, datasets=kept)
