"""The result for a browser: one file that loads nothing, for a phone, a desk and a printer.

Cautions stand before everything else a reader could act on. Everything that came from data or
settings is escaped by the templates; only pictures drawn by `drawing` are put in as they are.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, assert_never

from joinedup.result import words
from joinedup.result.blocks import (
    Block,
    Caution,
    Cell,
    Checks,
    Column,
    Estimates,
    Figure,
    Hidden,
    Map,
    Prose,
    Table,
)
from joinedup.result.model import Content, Result
from joinedup.result.text import split_paragraphs

if TYPE_CHECKING:
    from jinja2 import Environment

SERVICE = "Joinedup"
SOURCE_HEADING = "Where this comes from"
CONTENTS_FROM = 4
WIDE, NARROW = 640, 340
DIGEST_SHOWN = 12
NOT_IN_AN_ID = re.compile(r"[^a-z0-9]+")
NUMBER_AND_UNIT = re.compile(r"(?<=\d) (?=%)")


def page(
    content: Content,
    *,
    title: str,
    subtitle: str = "",
    status: str = "",
    service: str = SERVICE,
) -> str:
    """One self-contained accessible HTML file: no script, no request to anywhere.

    Args:
        content: of a Result, the banner says that it is not for release.
        title: the heading of the page and of the browser's tab.
        subtitle: a line above the heading, such as the project and the day.
        status: a few words in the strip at the top, such as `Invented data`.
        service: whose page it is, in the strip at the top.
    """
    parts = Parts(prefix="")
    facts = _facts(content, parts)
    headings = [*parts.headings, Heading(facts["source_id"], SOURCE_HEADING)]
    return _rendered(
        "page.html",
        **facts,
        title=words.printable(title),
        subtitle=words.printable(subtitle),
        status=words.printable(status),
        service=words.printable(service),
        contents=headings if len(headings) >= CONTENTS_FROM else [],
    )


def fragment(content: Content) -> str:
    """The same for a notebook: one `<div>` with its own style, and ids that no other result has."""
    from joinedup.result.json import content_digest  # noqa: PLC0415 - a page needs no digest

    parts = Parts(prefix=f"ju{content_digest(words.result_of(content))[:8]}-")
    return _rendered("fragment.html", **_facts(content, parts))


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the page and where it is."""

    id: str
    heading: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as it stands: its text, or that there is none, or why it is hidden."""

    text: str
    missing: bool
    why: str


class Parts:
    """Gives each place of one page an id, and remembers its headings in reading order."""

    def __init__(self, *, prefix: str) -> None:
        self.prefix = prefix
        self.in_section = False
        self.headings: list[Heading] = []
        self._used: set[str] = {"main", f"{prefix}contents"}

    def heading(self, text: str) -> str:
        """The id of a heading, which will be in the contents list; empty if there is no heading."""
        if not text:
            return ""
        place = self.place(text)
        self.headings.append(Heading(place, text))
        return place

    def part(self, text: str) -> tuple[str, str]:
        """The id and tag of a block's own title: one step below the section it is in, if any."""
        return (self.place(text), "h3") if self.in_section else (self.heading(text), "h2")

    def section(self, text: str) -> str:
        """The id of a heading under which what follows stands; empty if there is no heading."""
        self.in_section = self.in_section or bool(text)
        return self.heading(text)

    def place(self, text: str) -> str:
        """An id made of the words, used once."""
        stem = self.prefix + (NOT_IN_AN_ID.sub("-", text.lower()).strip("-")[:60] or "part")
        name, number = stem, 1
        while name in self._used:
            number += 1
            name = f"{stem}-{number}"
        self._used.add(name)
        return name


def block_html(block: Block, parts: Parts) -> str:  # noqa: PLR0911 - one for each block
    """One block as HTML."""
    match block:
        case Prose():
            return _macro("prose")(
                block, split_paragraphs(block.text), parts.section(block.heading)
            )
        case Table():
            return _table(block, parts)
        case Figure():
            return _picture(block, parts, kind="chart", notes=[])
        case Map():
            from joinedup.result import choropleth  # noqa: PLC0415 - only a result with a map

            return _picture(block, parts, kind="map", notes=[choropleth.note(block)])
        case Caution():
            return _macro("cautions")([block.text])
        case Estimates():
            items = [
                {
                    "name": words.name_of(item),
                    "size": _finer(words.size_of(item)),
                    "doubt": _finer(words.doubt(item)),
                    "n": f"{item.n:,}",
                }
                for item in block.items
            ]
            return _macro("estimates")(block, items, *parts.part(block.title))
        case Checks():
            return _macro("checks")(block, *parts.part(block.title))
        case _:
            assert_never(block)


def _table(table: Table, parts: Parts) -> str:
    rows = (
        [(column, _shown(column, value)) for column, value in zip(table.columns, row, strict=True)]
        for row in table.rows
    )
    notes = [note for note in (table.note, words.note_on_hidden(table)) if note]
    return _macro("table")(table, rows, notes, parts.place(table.title), words.heading)


def _shown(column: Column, value: Cell | Hidden) -> Shown:
    if isinstance(value, Hidden):
        return Shown("", missing=False, why=words.HIDDEN_WHY[value.reason])
    if words.is_missing(value):
        return Shown("", missing=True, why="")
    text = words.cell(column, value)
    return Shown(_finer(text) if words.is_number(column) else text, missing=False, why="")


def _finer(text: str) -> str:
    """A number as a printer sets it: a true minus, and no line break before the per cent sign."""
    return NUMBER_AND_UNIT.sub("\N{NO-BREAK SPACE}", re.sub(r"(?<!\S)-(?=\d)", "−", text))  # noqa: RUF001 - a true minus is meant


def _picture(block: Figure | Map, parts: Parts, *, kind: str, notes: list[str]) -> str:
    from joinedup.result import drawing  # noqa: PLC0415 - only a result with a picture

    wide = drawing.svg(block, width=WIDE)
    narrow = drawing.svg(block, width=NARROW) if drawing.can_be_narrow(block) else ""
    return _macro("picture")(
        block,
        wide,
        narrow,
        [note for note in notes if note],
        _table(block.table, parts),
        kind,
    )


def _facts(content: Content, parts: Parts) -> dict[str, Any]:
    """What the page and the fragment both say."""
    result = words.result_of(content)
    name, sentence = words.status(content)
    source = result.provenance
    others = [block for block in result.blocks if not isinstance(block, Caution)]
    kind = "open" if isinstance(content, Result) else "released"
    return {
        "prefix": parts.prefix,
        "headline": words.printable(result.headline),
        "banner": {"words": name, "sentence": sentence, "kind": kind},
        "cautions": _macro("cautions")(list(dict.fromkeys(result.cautions))),
        "parts": [block_html(block, parts) for block in others],
        "source_heading": SOURCE_HEADING,
        "source_id": parts.place(SOURCE_HEADING),
        "provenance": words.provenance_rows(result),
        "inputs": [
            (name, digest[:DIGEST_SHOWN])
            for name, digest in (source.inputs if source else {}).items()
        ],
        "settings": _settings(result),
        "software": source.software if source else SERVICE,
        "made": words.moment(source.at) if source else "",
    }


def _settings(result: Result) -> str:
    if result.provenance is None or not result.provenance.settings:
        return ""
    return json.dumps(result.provenance.settings, indent=2, ensure_ascii=False, default=str)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - heavy

    return Environment(
        loader=PackageLoader("joinedup.result", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _rendered(name: str, **facts: Any) -> str:
    text: str = _environment().get_template(name).render(**facts)
    return text


@cache
def _macro(name: str) -> Callable[..., str]:
    found: Callable[..., str] = getattr(_environment().get_template("blocks.html").module, name)
    return found
