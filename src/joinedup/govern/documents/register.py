"""The row for the public register of information sharing under the Digital Economy Act 2017.

Only where an agreement cites a power of that act. The register asks for the bodies, why, for how
long, and the expected benefits; each authority answers for its own row.
"""

from joinedup.govern.documents.facts import AgreementFacts, Facts
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
from joinedup.govern.powers import cited
from joinedup.result.document import Document, Grid, Line, Missing, Section
from joinedup.result.words import day

ACT = "digital economy act 2017"
HEAD = (
    *("Agreement", "Bodies involved", "Why", "Power", "Objective", "Data", "From", "Until"),
    *("Expected benefits", "Review", "Contact"),
)


def cites_the_act(one: AgreementFacts) -> bool:
    """Whether any power of the agreement is of the act."""
    return any(_of_the_act(power.citation) for power in one.agreement.powers)


def _of_the_act(citation: str) -> bool:
    known = cited(citation)
    return ACT in " ".join(citation.lower().split()) or bool(known and known.id.startswith("dea-"))


def register_row(facts: Facts) -> Document:
    """A row for each agreement of the project that cites the act."""
    citing = [one for one in facts.agreements.values() if cites_the_act(one)]
    rows = tuple(_row(facts, one) for one in citing)
    grid = Grid(
        title="Register of information sharing agreements",
        head=HEAD,
        rows=rows,
        source="agreements",
    )
    names = listed(one.agreement.title for one in citing)
    return document(
        facts,
        kind="register",
        name=f"{facts.project.id}-register",
        title="Entry for the public register of information sharing",
        about=facts.project.title,
        lead=f"{names}: to be entered in the register before data are shared.",
        topics=topics(facts, *EVERYTHING),
        record={"rows": [_plain(row) for row in rows]},
        sections=(section("The row", grid), _besides(facts, citing)),
    )


def _besides(facts: Facts, citing: list[AgreementFacts]) -> Section:
    items = [
        line(
            f"Objective of {facts.name_of(power.party)}",
            power.objective,
            file=one.file,
            key="powers.objective",
        )
        for one in citing
        for power in one.agreement.powers
        if _of_the_act(power.citation)
    ]
    return section(
        "What the act asks besides",
        lines(*items, *_also(facts)),
        judged(
            "Whether the objective is one that regulations specify, and each body one that they "
            "name for it.",
            "Whether the code of practice was had regard to, point by point.",
        ),
    )


def _also(facts: Facts) -> list[Line]:
    return [
        worked_out(
            "Impact assessment",
            "signed" if facts.newest("dpia") else "not signed yet",
            source="records of sign-offs",
        )
    ]


def _row(facts: Facts, one: AgreementFacts) -> tuple[str | Missing, ...]:
    agreement, file = one.agreement, one.file
    powers = [power for power in agreement.powers if _of_the_act(power.citation)]
    objectives = list(dict.fromkeys(power.objective for power in powers if power.objective))
    return (
        agreement.title,
        listed(facts.name_of(party) for party in (*agreement.parties, *_extra(one))),
        cell(agreement.purpose_text, label="Why", file=file, key="purpose_text"),
        "; ".join(dict.fromkeys(power.citation for power in powers)),
        cell(objectives, label="Objective", file=file, key="powers.objective"),
        "; ".join(facts.datasets[name].title for name in agreement.covers),
        day(agreement.period.starts),
        day(agreement.period.ends),
        cell(agreement.benefits, label="Expected benefits", file=file, key="benefits"),
        day(agreement.review),
        cell(agreement.rights.contact, label="Contact", file=file, key="rights.contact"),
    )


def _extra(one: AgreementFacts) -> tuple[str, ...]:
    """Recipients that are no parties."""
    return tuple(name for name in one.agreement.recipients if name not in one.agreement.parties)


def _plain(row: tuple[str | Missing, ...]) -> dict[str, str | None]:
    return {
        name: None if isinstance(value, Missing) else value
        for name, value in zip(HEAD, row, strict=True)
    }
