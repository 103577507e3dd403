"""A document about a project or an agreement: what is known, what is missing, what to judge.

Not a Result: it is made of facts that were declared or recorded, never of rows about people. The
parts are a closed union; each renderer is one `match` over them that ends in `assert_never`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

SCHEMA = 1
"""Of the JSON form; it changes when a reader of the old form would go wrong."""

State = Literal["yes", "partly", "no", "not needed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A fact.

    Attributes:
        values: in words, a line each; never empty.
        source: where it stands: a file and its key, or a record.
        lawyer: whether its wording of the law is unchecked.
    """

    label: str
    values: tuple[str, ...]
    source: str
    lawyer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A fact that nobody has written down, and where to write it.

    Attributes:
        key: dotted, from the top of the file: `security.training`.
    """

    label: str
    file: str
    key: str

    @property
    def words(self) -> str:
        """`missing: write security.training in agreements/visits.toml`."""
        return f"missing: write {self.key} in {self.file}"


Line = Known | Missing
Cell = str | Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Paragraphs of our own words."""

    paragraphs: tuple[str, ...]
    lawyer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Facts, each under its name."""

    items: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """Points that have no order."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of words; the first column names the row."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Whether something holds, in words and not by colour alone.

    Attributes:
        why: what shows it, or what is wanting.
    """

    name: str
    state: State
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What holds and what does not."""

    items: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What no fact can settle: a person must."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A body in a map of flows.

    Attributes:
        column: 0 where data come from, 1 where they are joined, 2 where results go.
        lines: what it gives or gets.
        state: whether what it gives is agreed and there.
    """

    id: str
    column: Literal[0, 1, 2]
    name: str
    lines: tuple[str, ...] = ()
    state: State | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A map of who gives what to whom.

    Attributes:
        title: its accessible name.
        description: what a reader who cannot see it must know.
        arrows: from one box's id to another's.
    """

    title: str
    description: str
    boxes: tuple[Box, ...]
    arrows: tuple[tuple[str, str], ...]


Part = Text | Lines | Bullets | Grid | Marks | Judge | Flow


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with what stands under it; sections inside are one step smaller, and the last."""

    heading: str
    parts: tuple[Part, ...] = ()
    sections: tuple["Section", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as it would be read.

    Attributes:
        kind: which document, `dpia`.
        name: of its file, without an ending.
        about: the project, agreement or partner it speaks of.
        lead: the sentence to read if no other is.
        made_on: the day it was made.
        digest: of the facts it was made from.
        signed: who signed these facts and when; empty while it is a draft.
        standing: why it is a draft or what it rests on, in a sentence.
        record: the same facts for a machine, where a standard asks for a form of its own.
        files: file to its digest, of the facts it was made from.
        example: whether the office is an invented one.
        public: whether it is meant for the people it is about: the page then does not say of each
            line in which file it stands, and once it is signed not what was to be judged.
    """

    kind: str
    name: str
    title: str
    about: str
    lead: str
    made_on: date
    digest: str
    signed: str
    standing: str
    sections: tuple[Section, ...]
    record: Mapping[str, Any] | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    example: bool = False
    public: bool = False

    @property
    def parts(self) -> tuple[Part, ...]:
        """Every part, in reading order."""
        return tuple(_parts(self.sections))

    @property
    def missing(self) -> tuple[Missing, ...]:
        """Every missing fact, each once, in reading order."""
        return missing_in(self.sections)

    @property
    def judge(self) -> tuple[str, ...]:
        """What a person must still judge, each once."""
        found = (item for part in self.parts if isinstance(part, Judge) for item in part.items)
        return tuple(dict.fromkeys(found))

    @property
    def status(self) -> Literal["draft", "signed"]:
        """A document nobody has signed is a draft."""
        return "signed" if self.signed else "draft"


def missing_in(sections: tuple[Section, ...]) -> tuple[Missing, ...]:
    """Every missing fact of these sections, each once, in reading order."""
    return tuple(dict.fromkeys(one for part in _parts(sections) for one in _missing(part)))


def _parts(sections: tuple[Section, ...]) -> Iterator[Part]:
    for section in sections:
        yield from section.parts
        yield from _parts(section.sections)


def _missing(part: Part) -> Iterator[Missing]:
    if isinstance(part, Lines):
        yield from (line for line in part.items if isinstance(line, Missing))
    elif isinstance(part, Grid):
        yield from (cell for row in part.rows for cell in row if isinstance(cell, Missing))


def as_read(document: Document) -> Document:
    """The document as its readers see it: whole, or, if it is for the public, without our notes."""
    if not document.public:
        return document
    judged = not document.signed
    bare = tuple(_bare(one, judged=judged) for one in document.sections)
    return replace(document, sections=bare, files={})


def _bare(section: Section, *, judged: bool) -> Section:
    kept = (part for part in section.parts if judged or not isinstance(part, Judge))
    return Section(
        heading=section.heading,
        parts=tuple(_without_source(part) for part in kept),
        sections=tuple(_bare(one, judged=judged) for one in section.sections),
    )


def _without_source(part: Part) -> Part:
    if isinstance(part, Grid):
        return replace(part, source="")
    if isinstance(part, Lines):
        bare = (replace(one, source="") if isinstance(one, Known) else one for one in part.items)
        return Lines(items=tuple(bare))
    return part
