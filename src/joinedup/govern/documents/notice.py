"""The privacy notice of one partner: what it has to tell people whose data it shares, and when.

Written for the people concerned (UK GDPR, articles 13 and 14), in the partner's own name. Each
partner has its own, and all are made from the same agreement.
"""

from collections.abc import Iterator

from joinedup.core.assessment import Dpia
from joinedup.govern.documents.bodies import contact_lines
from joinedup.govern.documents.facts import (
    AgreementFacts,
    Facts,
    covered,
    kinds_of_data,
    personal,
)
from joinedup.govern.documents.ropa import conditions_grid
from joinedup.govern.documents.terms import rights_lines
from joinedup.govern.documents.topics import EVERYTHING, topics
from joinedup.govern.documents.writing import (
    days,
    document,
    judged,
    line,
    lines,
    prose,
    section,
    worked_out,
)
from joinedup.result.document import Bullets, Document, Line, Lines, Section

RIGHTS = (
    "ask to see the data we hold about you, and get a copy",
    "have data put right that are wrong or not complete",
    "ask us to erase data, or to stop using them for a time",
    "object to our use of your data, because of your own situation",
    "ask that a person looks again at what was decided with the help of these data",
    "complain, to us first, and to the Information Commissioner's Office",
)
CLOCK = (
    "We answer within one month of your asking. If that is not enough because what you ask is "
    "complex, we tell you within the month, and why."
)
TOLD = (
    "Where we get data about you from another body, we tell you within a reasonable time, and at "
    "the latest one month after we get them. This notice is a part of that."
)
REGULATOR = (
    "You may complain to the Information Commissioner's Office, the regulator for data protection, "
    "at any time. Its website, ico.org.uk, says how."
)


def privacy_notice(facts: Facts, partner: str) -> Document:
    """The notice of one partner, for one project."""
    named = facts.name_of(partner)
    mine = _mine(facts, partner)
    return document(
        facts,
        kind="notice",
        name=f"{facts.project.id}-notice-{partner}",
        title=f"How {named} uses your data: {facts.project.title}",
        about="Privacy notice",
        lead=f"We share some data with other public bodies. {_purposes(mine)}",
        topics=topics(facts, *EVERYTHING),
        public=True,
        sections=(
            section("Who we are", lines(*contact_lines(facts, partner)), _one_place(mine)),
            section("Why we use your data, and what lets us", lines(*_why(partner, mine))),
            *_protected(facts, mine),
            _data(facts, partner),
            section("Who else gets the data", lines(*_others(facts, partner, mine))),
            section("How long the data are kept", lines(*_kept(mine)), prose(TOLD)),
            _decisions(facts),
            _rights(facts, partner, mine),
        ),
    )


def _mine(facts: Facts, partner: str) -> tuple[AgreementFacts, ...]:
    return tuple(one for one in facts.agreements.values() if partner in one.agreement.parties)


def _purposes(mine: tuple[AgreementFacts, ...]) -> str:
    return " ".join(dict.fromkeys(one.agreement.purpose_text for one in mine))


def _one_place(mine: tuple[AgreementFacts, ...]) -> Lines:
    return lines(
        *(
            line(
                "For anything about this project",
                one.agreement.rights.contact,
                file=one.file,
                key="rights.contact",
            )
            for one in mine
        )
    )


def _why(partner: str, mine: tuple[AgreementFacts, ...]) -> Iterator[Line]:
    for one in mine:
        file = one.file
        yield line("Purpose", one.agreement.purpose_text, file=file, key="purpose_text")
        yield line("What we hope for", one.agreement.benefits, file=file, key="benefits")
        own = [power for power in one.agreement.powers if power.party == partner]
        bases = [f"UK GDPR, article {power.lawful_basis}" for power in own if power.lawful_basis]
        yield line("Lawful basis", bases, file=file, key="powers.lawful_basis", lawyer=True)
        yield line(
            "The law that lets us share",
            [power.citation for power in own],
            file=file,
            key="powers.citation",
            lawyer=True,
        )


def _protected(facts: Facts, mine: tuple[AgreementFacts, ...]) -> Iterator[Section]:
    grid = conditions_grid(facts, mine)
    if grid.rows:
        yield section("Data that the law protects most", grid)


def _data(facts: Facts, partner: str) -> Section:
    about = personal(facts)
    sent = [name for name in covered(facts) if facts.datasets[name].partner == partner]
    ours = [facts.datasets[name].title for name in sent]
    others = [
        f"{facts.datasets[name].title}, from {facts.name_of(facts.datasets[name].partner)}"
        for name in about
        if name not in sent
    ]
    subjects = [
        line("About whom", one.agreement.subjects, file=one.file, key="subjects")
        for one in _mine(facts, partner)
    ]
    tokens = any(one.agreement.identity == "tokens" for one in _mine(facts, partner))
    identity = "People come as coded tokens, which are still personal data." if tokens else ""
    return section(
        "Which data, and where they come from",
        lines(
            *subjects,
            worked_out("Kinds of data", list(kinds_of_data(facts)), source="agreements, covers"),
            worked_out("What we give", ours, source="datasets; agreements, covers"),
            worked_out("What others give", others, source="datasets; agreements, covers"),
        ),
        prose(identity) if identity else None,
    )


def _others(facts: Facts, partner: str, mine: tuple[AgreementFacts, ...]) -> Iterator[Line]:
    seen = {
        name: facts.name_of(name)
        for one in mine
        for name in one.agreement.recipients
        if name != partner
    }
    office = [f"{facts.office.name}, which joins the data for us"]
    yield worked_out(
        "Who sees results", [*office, *seen.values()], source="agreements, recipients; office.toml"
    )
    for one in mine:
        yield line("Outside the country", one.agreement.transfers, file=one.file, key="transfers")


def _kept(mine: tuple[AgreementFacts, ...]) -> Iterator[Line]:
    for one in mine:
        yield worked_out(
            "Kept for", days(one.agreement.retention_days), source=f"{one.file}, retention_days"
        )


def _decisions(facts: Facts) -> Section:
    answers = (facts.dpia or Dpia()).answers
    given = answers.get("solely_automated")
    words = ""
    if given is not None:
        yes = "Some decisions are made by machine alone. You may have a person decide instead."
        words = yes if given.answer else "No decision about you is made by a machine alone."
    return section(
        "Decisions",
        lines(
            line(
                "Who decides",
                f"{words} {given.why}" if given and given.why.strip() else "",
                file=facts.beside("dpia.toml"),
                key="answers.solely_automated",
            ),
            worked_out(
                "The role that answers for what is done",
                facts.project.decision_owner,
                source=f"{facts.file}, decision_owner",
            ),
        ),
    )


def _rights(facts: Facts, partner: str, mine: tuple[AgreementFacts, ...]) -> Section:
    own = facts.partners[partner]
    complaint = line(
        f"Complaints to {own.name}",
        own.complaints,
        file=f"partners/{partner}.toml",
        key="complaints",
    )
    return section(
        "Your rights",
        prose("You may:"),
        Bullets(items=RIGHTS),
        prose(CLOCK, REGULATOR, lawyer=True),
        lines(complaint, *(item for one in mine for item in rights_lines(one))),
        judged(
            "Whether people it speaks of would understand this notice; ask some of them.",
            "Whether telling each person is possible, and how this notice reaches them.",
            "Whether the rights listed all apply under the lawful basis named.",
        ),
    )
