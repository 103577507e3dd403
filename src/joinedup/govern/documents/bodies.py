"""How are the bodies of an agreement told, in every document? Who they are, and what in law."""

from joinedup.core.agreement import Power
from joinedup.govern.documents.facts import AgreementFacts, Facts
from joinedup.govern.documents.writing import cell, line
from joinedup.result.document import Grid, Line, Missing


def role(facts: Facts, one: AgreementFacts, party: str) -> str | Missing:
    """What a party is in law: as the agreement says, else as its own file does."""
    own = facts.partners[party].role if party in facts.partners else ""
    return cell(
        one.agreement.roles.get(party, own),
        label=f"Role of {facts.name_of(party)}",
        file=one.file,
        key=f"roles.{party}",
    )


def contact_lines(facts: Facts, party: str) -> tuple[Line, ...]:
    """A body's legal name, address, registration and its data protection officer."""
    partner, file = facts.partners[party], f"partners/{party}.toml"
    wanted = {
        "Controller": ("controller", partner.controller),
        "Address": ("address", partner.address),
        "Contact about the data": ("contact", partner.contact),
        "Data protection officer": ("dpo", partner.dpo),
        "How to reach the data protection officer": ("dpo_contact", partner.dpo_contact),
        "Registration with the regulator": ("ico_registration", partner.ico_registration),
    }
    return tuple(line(label, value, file=file, key=key) for label, (key, value) in wanted.items())


def parties_grid(facts: Facts, one: AgreementFacts) -> Grid:
    """Every party: what it is in law, and whom to ask."""
    rows = []
    for party in one.agreement.parties:
        partner, file = facts.partners[party], f"partners/{party}.toml"
        rows.append(
            (
                partner.name,
                role(facts, one, party),
                partner.contact,
                cell(
                    partner.dpo_contact,
                    label=f"Data protection officer of {partner.name}",
                    file=file,
                    key="dpo_contact",
                ),
            )
        )
    return Grid(
        title="Parties",
        head=("Party", "Role in law", "Contact", "Data protection officer"),
        rows=tuple(rows),
        source=f"{one.file}, parties and roles; partners/*.toml",
    )


def powers_grid(facts: Facts, one: AgreementFacts) -> Grid:
    """The power and the lawful basis of each party; a party without either is named."""
    rows: list[tuple[str | Missing, ...]] = []
    for party in one.agreement.parties:
        named = [power for power in one.agreement.powers if power.party == party]
        rows.extend(_power_row(facts, one, power) for power in named)
        if not named:
            lost = Missing(label=f"Power of {facts.name_of(party)}", file=one.file, key="powers")
            rows.append((facts.name_of(party), lost, lost))
    return Grid(
        title="Power and lawful basis of each party",
        head=("Party", "Power", "Lawful basis (UK GDPR, article)"),
        rows=tuple(rows),
        note="A lawful basis is not a power: each party needs both. Citations were written by "
        "people of this office; a lawyer has to check them.",
        source=f"{one.file}, powers",
    )


def _power_row(facts: Facts, one: AgreementFacts, power: Power) -> tuple[str | Missing, ...]:
    name = facts.name_of(power.party)
    return (
        name,
        cell(power.citation, label=f"Power of {name}", file=one.file, key="powers.citation"),
        cell(
            power.lawful_basis,
            label=f"Lawful basis of {name}",
            file=one.file,
            key="powers.lawful_basis",
        ),
    )
