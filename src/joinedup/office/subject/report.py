"""The copy that a person may have of what is held about them: one page, and the same for a program.

Plain words; nothing about others: what may be about somebody else is left out by rule, and the page
says which columns, so that a person can look at them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from joinedup.core import clock
from joinedup.core.agreement import Agreement
from joinedup.core.digest import digest
from joinedup.core.errors import ProjectError
from joinedup.govern.rights import due
from joinedup.office.house import Office
from joinedup.office.subject import cases
from joinedup.office.subject.asked import Asked
from joinedup.office.subject.cases import Case
from joinedup.office.subject.find import Found, counts_of, find
from joinedup.office.subject.held import Everything, TableHeld, everything
from joinedup.result import document_html, document_json
from joinedup.result.document import (
    Bullets,
    Document,
    Grid,
    Known,
    Line,
    Lines,
    Part,
    Section,
    Text,
)

HTML, JSON = "what-is-held.html", "what-is-held.json"
FILE_MODE, FOLDER_MODE = 0o600, 0o700
YES, NO = "yes", "no"
TOKEN = re.compile("[0-9a-f]{64}")
TABLES_WORDS = (
    "Each table below is a kind of record. A value marked as a token is kept as a code that does"
    " not show the value itself."
)
OBJECT_WORDS = (
    "You may object to how it is used; your objection is kept and holds for data that come later."
)
FALLBACK = (
    "You may complain to the office named above. If you are not content with its answer, you may"
    " complain to the Information Commissioner's Office (ico.org.uk)."
)


def report(
    office: Office, question: Asked, out: Path, *, reason: str
) -> tuple[Case, Found, tuple[Path, ...]]:
    """Write the page and the JSON into a new folder; the case says so before they are there.

    Raises:
        ProjectError: nobody is named, no reason is given, or the folder holds something.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ProjectError("it holds something already.", fix="name a new folder.", where=out.name)
    case = cases.opened(office, question, "access", reason=reason)
    found = find(office, question)
    all_of_it = everything(office, found)
    made = page(office, case, all_of_it)
    case = cases.add(
        office, case, "reported", tables=counts_of(found), digest=made.digest, by=office.who
    )
    out.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    texts = {
        HTML: document_html.page(made, service=office.folder.card.name),
        JSON: document_json.render(made),
    }
    for name, text in texts.items():
        path = out / name
        path.touch(mode=FILE_MODE)
        path.write_text(text, encoding="utf-8")
    return case, found, tuple(out / name for name in texts)


def page(office: Office, case: Case, told: Everything) -> Document:
    """The copy as a document; the facts of it are under `record`, for a program."""
    facts = told.as_json()
    for one, table in zip(facts["tables"], told.tables, strict=True):
        one["records"] = [
            {name: value for name, value in record.items() if name not in table.kept_back}
            for record in one["records"]
        ]
    sections = (*_about(office, case), *_records(told), *_results(told), *_rights(office, told))
    number = sum(len(one.records) for one in told.tables)
    plural = "" if number == 1 else "s"
    lead = (
        f"We hold {number} record{plural} about you in {len(told.tables)} table"
        f"{'' if len(told.tables) == 1 else 's'}."
        if number
        else "We hold no record about you under the details you gave."
    )
    return Document(
        kind="subject access report",
        name="what-is-held",
        title="What we hold about you",
        about=f"case {case.number}",
        lead=lead,
        made_on=clock.today(),
        digest=digest(facts),
        signed=f"{office.who}, {clock.today().isoformat()}",
        standing=f"made for case {case.number} by {office.who}",
        sections=sections,
        record=_plain(facts),
        public=True,
    )


def _about(office: Office, case: Case) -> Iterator[Section]:
    card = office.folder.card
    lines: tuple[Line, ...] = (
        Known(label="Who answers", values=(card.name,), source="office.toml"),
        Known(label="Case", values=(str(case.number),), source="ledger"),
        Known(label="You asked on", values=(case.opened.isoformat(),), source="ledger"),
        Known(
            label="An answer is due by",
            values=(due(case.opened).isoformat(),),
            source="ledger",
        ),
    )
    yield Section(heading="About this answer", parts=(Lines(items=lines),))


def _records(told: Everything) -> Iterator[Section]:
    if told.tables:
        yield Section(
            heading="What is held",
            parts=(Text(paragraphs=(TABLES_WORDS,)),),
            sections=tuple(Section(heading=one.title, parts=_table(one)) for one in told.tables),
        )


def _table(one: TableHeld) -> tuple[Part, ...]:
    lines: list[Line] = [
        Known(label="From whom", values=_from(one), source="records"),
        Known(label="Used for", values=one.purposes or ("nothing at present",), source="records"),
    ]
    if one.older:
        what = f"{len(one.older)} earlier version{'' if len(one.older) == 1 else 's'} of this table"
        lines.append(Known(label="Also in", values=(what,), source="records"))
    parts: list[Part] = [Lines(items=tuple(lines))]
    for number, record in enumerate(one.records, 1):
        shown = {name: value for name, value in record.items() if name not in one.kept_back}
        parts.append(
            Grid(
                title=f"Record {number} of {len(one.records)}",
                head=("Field", "Value"),
                rows=tuple((_words(name), _cell(value)) for name, value in shown.items())
                or (("nothing that is about you alone", ""),),
            )
        )
    if one.kept_back:
        left = [f"{_words(name)}: {why}" for name, why in one.kept_back.items()]
        parts += [
            Text(paragraphs=("Left out of this copy, because it may be about somebody else:",)),
            Bullets(items=tuple(left)),
        ]
    return tuple(parts)


def _from(one: TableHeld) -> tuple[str, ...]:
    return tuple(f"{source.partner}, {source.file}, {source.on}" for source in one.sources) or (
        "not on record",
    )


def _results(told: Everything) -> Iterator[Section]:
    rows = tuple(
        (
            f"{one.run.project}, {one.run.step}",
            one.run.at[:10],
            "; ".join(f"{heading}: {cell}" for row in one.rows for heading, cell in row)
            or "you are mentioned in it",
        )
        for one in told.lists
    )
    parts: tuple[Part, ...] = (
        (
            Grid(
                title="Lists and scores",
                head=("List", "Made on", "What it says of you"),
                rows=rows,
            ),
        )
        if rows
        else (Text(paragraphs=("No list or score shows you.",)),)
    )
    yield Section(heading="Lists and scores that show you", parts=parts)
    received = tuple((one.recipient, f"{one.project}, {one.step}", one.on) for one in told.releases)
    yield Section(
        heading="Who received it",
        parts=(
            Grid(title="Releases", head=("Recipient", "List", "On"), rows=received)
            if received
            else Text(paragraphs=("Nothing that shows you has left this office.",)),
        ),
    )


def _rights(office: Office, told: Everything) -> Iterator[Section]:
    names = sorted({name for one in told.tables for name in one.agreements})
    there = office.folder.agreements
    agreements = [there[name] for name in names if name in there]
    if agreements:
        sections = tuple(_why(office, one) for one in agreements)
        yield Section(heading="Why, and for how long", sections=sections)
    yield Section(
        heading="Your rights, and how to complain",
        parts=(
            Bullets(
                items=(
                    "You may ask us to put right what is wrong.",
                    OBJECT_WORDS,
                    "You may ask us to erase it, or to use it less.",
                    "We answer within one month.",
                )
            ),
            Text(paragraphs=_contacts(agreements)),
        ),
    )


def _why(office: Office, one: Agreement) -> Section:
    partners = office.folder.partners
    bases = tuple(
        f"{partners[power.party].name}: {power.citation}"
        + (f", article {power.lawful_basis} of the UK GDPR" if power.lawful_basis else "")
        for power in one.powers
        if power.party in partners
    )
    received = tuple(partners[name].name if name in partners else name for name in one.recipients)
    told = {
        "Why": (one.purpose_text,),
        "On what basis": bases,
        "Who may see results": received or ("nobody",),
        "How long rows are kept": (f"{one.retention_days} days",),
    }
    lines = tuple(
        Known(label=label, values=values, source="agreements")
        for label, values in told.items()
        if values
    )
    return Section(heading=one.title, parts=(Lines(items=lines),))


def _contacts(agreements: Sequence[Agreement]) -> tuple[str, ...]:
    found: list[str] = []
    for one in agreements:
        told = {"Write to": one.rights.contact, "Complaints": one.rights.complaints}
        found += [f"{label}: {text}" for label, text in told.items() if text]
    return (*dict.fromkeys(found), FALLBACK)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _cell(value: object) -> str:
    match value:
        case None:
            return "not given"
        case bool():
            return YES if value else NO
        case str() if TOKEN.fullmatch(value):
            return "a token"
        case _:
            return str(value)


def _plain(facts: Mapping[str, object]) -> Mapping[str, object]:
    """What JSON can hold: dates and other values as text."""
    import json  # noqa: PLC0415 - small

    plain: Mapping[str, object] = json.loads(json.dumps(facts, default=str))
    return plain
