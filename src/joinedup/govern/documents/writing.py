"""How is a fact written into a document? As known, with where it stands; or as missing, by key."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from joinedup.core.digest import digest
from joinedup.govern.documents.facts import Facts
from joinedup.result.document import (
    Document,
    Grid,
    Judge,
    Known,
    Line,
    Lines,
    Missing,
    Section,
    Text,
)
from joinedup.result.words import day


def line(label: str, value: Any, *, file: str, key: str, lawyer: bool = False) -> Line:
    """A fact as it stands in a file, or that it is not there.

    Args:
        label: what the fact is.
        value: text, a day, a number, yes or no, or several texts.
        file: where it stands, or should.
        key: dotted, from the top of the file.
        lawyer: whether its wording of the law is unchecked.
    """
    values = said(value)
    if not values:
        return Missing(label=label, file=file, key=key)
    return Known(label=label, values=values, source=f"{file}, {key}", lawyer=lawyer)


def worked_out(label: str, value: Any, *, source: str) -> Known:
    """What follows from other facts; `source` says from which."""
    return Known(label=label, values=said(value) or ("none",), source=source)


def said(value: Any) -> tuple[str, ...]:
    """A value in words, a line each; empty if it says nothing."""
    match value:
        case None:
            found: Iterable[Any] = ()
        case bool():
            found = ("yes" if value else "no",)
        case date():
            found = (day(value),)
        case int():
            found = (f"{value:,}",)
        case str():
            found = (value,)
        case Mapping():
            found = (f"{key}: {text}" for key, text in value.items() if str(text).strip())
        case _:
            found = value
    return tuple(text.strip() for text in map(str, found) if text.strip())


def cell(value: Any, *, label: str, file: str, key: str) -> str | Missing:
    """The same for a cell of a table."""
    words = said(value)
    return run_on(words) if words else Missing(label=label, file=file, key=key)


def run_on(texts: Iterable[str]) -> str:
    """Texts one after the other: sentences as they are, other words with semicolons between."""
    every = list(texts)
    sentences = all(text.endswith((".", "?", "!")) for text in every)
    return (" " if sentences else "; ").join(every)


def moment(text: str) -> str:
    """A moment of the records as a day: `2 September 2014`."""
    try:
        return day(datetime.fromisoformat(text).date())
    except ValueError:
        return text


def days(count: int) -> str:
    """A stretch of days as people say it: `730 days (2 years)`."""
    years, rest = divmod(count, 365)
    if years and not rest:
        return f"{count:,} days ({years} year{'s' if years > 1 else ''})"
    return f"{count:,} days"


def listed(names: Iterable[str]) -> str:
    """`a, b and c`; `none` if there are none."""
    every = list(names)
    if len(every) < 2:  # noqa: PLR2004 - a list needs two to have an `and`
        return every[0] if every else "none"
    return f"{', '.join(every[:-1])} and {every[-1]}"


def judged(*items: str) -> Judge:
    """What a person must still judge in this section."""
    return Judge(items=items)


def section(heading: str, *parts: Any, sections: Iterable[Section] = ()) -> Section:
    """A section of the parts that have anything in them."""
    kept = tuple(part for part in parts if part is not None and not _empty(part))
    return Section(heading=heading, parts=kept, sections=tuple(sections))


def _empty(part: Any) -> bool:
    if isinstance(part, Grid):
        return not part.rows
    return not (getattr(part, "items", True) and getattr(part, "paragraphs", True))


def prose(*paragraphs: str, lawyer: bool = False) -> Text:
    """Paragraphs of our own words."""
    return Text(paragraphs=paragraphs, lawyer=lawyer)


def lines(*items: Line) -> Lines:
    """Facts, each under its name."""
    return Lines(items=items)


def document(  # noqa: D417 - the rest is as Document has it
    facts: Facts,
    *,
    kind: str,
    name: str,
    title: str,
    about: str,
    lead: str,
    sections: Iterable[Section],
    topics: Mapping[str, str],
    signed: str = "",
    standing: str = "",
    record: Mapping[str, Any] | None = None,
    public: bool = False,
) -> Document:
    """A document with what every document has: its day, its digest, and where its facts stand.

    Args:
        topics: what it rests on, each with the digest of its facts.
        signed: by whom and when, if somebody signed these very facts.
        standing: a sentence on that; what follows from the sign-offs on record if empty.
    """
    mark = digest(dict(topics))
    if not standing:
        signed, standing = signature(facts, kind, topics)
    return Document(
        kind=kind,
        name=name,
        title=title,
        about=about,
        lead=lead,
        made_on=facts.today,
        digest=mark,
        signed=signed,
        standing=standing,
        sections=tuple(sections),
        record=record,
        files=dict(sorted(facts.files.items())),
        example=facts.office.example,
        public=public,
    )


def signature(facts: Facts, kind: str, topics: Mapping[str, str]) -> tuple[str, str]:
    """By whom and when these facts were signed, and a sentence on it; empty first while a draft."""
    newest = facts.newest(kind)
    if newest is None:
        return "", "Nobody has signed it."
    changed = tuple(changes(newest.topics, topics))
    when = f"{newest.by} on {moment(newest.at)}"
    if changed:
        return (
            "",
            f"Signed by {when}, and changed since in {listed(changed)}: it has to be signed again.",
        )
    return when, f"Signed by {when}. A change of any fact it rests on makes it a draft again."


def changes(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """The topics whose facts are not what they were."""
    for topic in sorted({*before, *now}):
        if before.get(topic) != now.get(topic):
            yield topic
