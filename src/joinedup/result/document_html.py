"""A document for a browser: one file that loads nothing, for a phone, a desk and a printer.

Everything that came from files or records is escaped by the templates; only the map of flows, drawn
and escaped by `document_flow`, is put in as it is.
"""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, assert_never

from joinedup.result import words
from joinedup.result.document import (
    Bullets,
    Document,
    Flow,
    Grid,
    Judge,
    Lines,
    Marks,
    Missing,
    Part,
    Section,
    State,
    Text,
    as_read,
)

if TYPE_CHECKING:
    from jinja2 import Environment

SERVICE = "Joinedup"
CONTENTS_FROM = 4
DIGEST_SHOWN = 12
LAWYER = "A lawyer has to check this wording."
STATE_WORDS: dict[State, str] = {
    "yes": "Shown",
    "partly": "In part",
    "no": "Not shown",
    "not needed": "Not needed",
}


def page(document: Document, *, service: str = SERVICE) -> str:
    """One self-contained accessible HTML file: no script, no request to anywhere."""
    document = as_read(document)
    headings = [(f"s{number}", one.heading) for number, one in enumerate(document.sections, 1)]
    contents = list(headings)
    if document.judge:
        contents.append(("judge", "What a person must still judge"))
    if document.files:
        contents.append(("source", "Where this comes from"))
    template = _environment().get_template("document.html")
    text: str = template.render(
        document=document,
        made_on=words.day(document.made_on),
        service=words.printable(service),
        contents=contents if len(contents) >= CONTENTS_FROM else [],
        sections=[
            {"id": f"s{number}", "html": section_html(one)}
            for number, one in enumerate(document.sections, 1)
        ],
        headings=dict(headings),
        digest=document.digest[:DIGEST_SHOWN],
        short=DIGEST_SHOWN,
    )
    return text


def section_html(section: Section) -> str:
    """What stands under a heading; sections inside it under headings of their own."""
    inner = [{"heading": one.heading, "html": section_html(one)} for one in section.sections]
    return _macro("section")([part_html(part) for part in section.parts], inner)


def part_html(part: Part) -> str:  # noqa: PLR0911 - one for each part
    """One part as HTML."""
    match part:
        case Text():
            return _macro("text")(part, LAWYER)
        case Lines():
            return _macro("lines")(part, LAWYER)
        case Bullets():
            return _macro("bullets")(part)
        case Grid():
            rows = [
                [
                    (name, one, isinstance(one, Missing))
                    for name, one in zip(part.head, row, strict=True)
                ]
                for row in part.rows
            ]
            return _macro("grid")(part, rows)
        case Marks():
            return _macro("marks")(part, STATE_WORDS)
        case Judge():
            return _macro("judge")(part)
        case Flow():
            from joinedup.result import document_flow  # noqa: PLC0415 - only a document with a map

            wide = document_flow.svg(part, width=document_flow.WIDE)
            narrow = document_flow.svg(part, width=document_flow.NARROW)
            return _macro("flow")(part, wide, narrow)
        case _:
            assert_never(part)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - heavy

    made = Environment(
        loader=PackageLoader("joinedup.result", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["printable"] = words.printable
    return made


@cache
def _macro(name: str) -> Callable[..., str]:
    found: Callable[..., str] = getattr(
        _environment().get_template("document_parts.html").module, name
    )
    return found
