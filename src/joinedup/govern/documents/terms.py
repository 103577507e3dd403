"""The terms of an agreement that several documents repeat: rights, security, retention.

Written once, in the agreement; each document takes the same lines from here.
"""

from joinedup.govern.documents.facts import AgreementFacts, Facts
from joinedup.govern.documents.writing import days, line, worked_out
from joinedup.result.document import Line


def rights_lines(one: AgreementFacts) -> tuple[Line, ...]:
    """Who deals with what people may ask, and how."""
    rights, file = one.agreement.rights, one.file
    wanted = {
        "Where anybody may write": ("contact", rights.contact),
        "Requests to see data": ("access", rights.access),
        "Requests to put data right": ("rectification", rights.rectification),
        "Requests to erase or restrict": ("erasure", rights.erasure),
        "Objections": ("objection", rights.objection),
        "Complaints": ("complaints", rights.complaints),
        "Freedom of information": ("information_requests", rights.information_requests),
    }
    return tuple(
        line(label, value, file=file, key=f"rights.{key}") for label, (key, value) in wanted.items()
    )


def security_lines(one: AgreementFacts) -> tuple[Line, ...]:
    """How the data are kept safe, and what is done when they were not."""
    security, breach, file = one.agreement.security, one.agreement.breach, one.file
    return (
        line("By machines", security.technical, file=file, key="security.technical"),
        line("By people", security.organisational, file=file, key="security.organisational"),
        line("Training", security.training, file=file, key="security.training"),
        line("Sub-processors", security.sub_processors, file=file, key="security.sub_processors"),
        line("Transfers abroad", one.agreement.transfers, file=file, key="transfers"),
        line("Incidents are told to", breach.report_to, file=file, key="breach.report_to"),
        line("Within (hours)", breach.within_hours, file=file, key="breach.within_hours"),
        line("How they are handled", breach.handling, file=file, key="breach.handling"),
    )


def retention_lines(facts: Facts, one: AgreementFacts) -> tuple[Line, ...]:
    """How long rows are kept, and how each body deletes them."""
    agreement, file = one.agreement, one.file
    bodies = {party: facts.name_of(party) for party in agreement.parties}
    return (
        worked_out(
            "Rows are kept for", days(agreement.retention_days), source=f"{file}, retention_days"
        ),
        *(
            line(
                f"How {name} deletes",
                agreement.deletion.get(party),
                file=file,
                key=f"deletion.{party}",
            )
            for party, name in {"office": "the office", **bodies}.items()
        ),
    )
