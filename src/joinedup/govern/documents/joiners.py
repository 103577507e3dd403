"""Who joined when, and what does each signature still cover after the text has changed?"""

from datetime import date

from joinedup.govern.documents.facts import AgreementFacts, Facts
from joinedup.govern.documents.writing import moment, prose, section
from joinedup.result.document import Grid, Section
from joinedup.result.words import day

DIGITS = 12


def joiners_section(facts: Facts, one: AgreementFacts) -> Section:
    """Every party with the day it joined and the texts it signed."""
    rows = tuple(
        (facts.name_of(party), day(joined(one, party)), *covers(one, party))
        for party in one.agreement.parties
    )
    grid = Grid(
        title="Who joined when, and who signed what",
        head=("Party", "Takes part from", "This text", "Earlier texts"),
        rows=rows,
        source=f"{one.file}, joiners; records of signatures",
    )
    words = (
        "A signature covers the text it was given on, and no other. When a body joins, the text "
        "changes: it is in force again when every party has signed the new one. An earlier "
        "signature stays on record and covers what was shared under the text it names, among the "
        "parties of that text; it gives a joiner nothing."
    )
    return section("Joining and signing", prose(words), grid)


def joined(one: AgreementFacts, party: str) -> date:
    """The day from which a party takes part: its own if it joined later, else the first."""
    return one.agreement.joiners.get(party, one.agreement.period.starts)


def covers(one: AgreementFacts, party: str) -> tuple[str, str]:
    """What a party's signatures cover: of the text as it is, and of earlier ones."""
    now = one.now.get(party)
    here = f"signed by {now.signatory} on {moment(now.at)}" if now else "not signed"
    older = [each for each in one.signatures if each.party == party and each.digest != one.digest]
    told = "; ".join(
        f"text {each.digest[:DIGITS]}, signed by {each.signatory} on {moment(each.at)}: stays on "
        "record, does not cover this text"
        for each in older
    )
    return here, told or "none"
