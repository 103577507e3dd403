"""How should a partner's file be laid out? Proposed from its bytes, names and content.

The content is looked at in memory, and nothing of it goes out: not a cell, not a code list. What
cannot be told is said, and left for someone who knows.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.errors import ProjectError
from joinedup.core.vocabulary import Dataset, Layout
from joinedup.sources.given import Given
from joinedup.sources.mapping.draft import new_dataset
from joinedup.sources.mapping.expected import DATES
from joinedup.sources.mapping.first_look import Look, look
from joinedup.sources.mapping.matching import Match, match
from joinedup.sources.mapping.shapes import PATTERNS, Shape, date_format, shapes

NONE = "-"
ISO = "%Y-%m-%d"
OTHER_FORMAT = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A layout for a file, and how far it is to be trusted.

    Attributes:
        dataset: as it would be written, its layout with what is settled.
        matches: each field with the column proposed for it.
        ignored: columns of no field: named in the layout, never read.
        unsure: what else could not be told, as sentences.
        fresh: the dataset is new; nothing was declared before.
    """

    dataset: Dataset
    matches: tuple[Match, ...]
    ignored: tuple[str, ...]
    unsure: tuple[str, ...]
    fresh: bool

    @property
    def sure(self) -> bool:
        """Whether nothing is left for someone to settle."""
        return not self.unsure and all(found.sure for found in self.matches)


def propose(
    given: Given,
    dataset: Dataset | None = None,
    *,
    name: str = "",
    partner: str = "",
    accepted: Mapping[str, str] | None = None,
    date_style: str = "",
) -> Proposal:
    """Propose the layout of a file.

    Args:
        given: one file as the partner sends it.
        dataset: what it should be; without one, a whole dataset is proposed.
        name: of the new dataset.
        partner: who sends the new dataset.
        accepted: field to its column, `-` for none, where someone has decided.
        date_style: the date format, where someone has decided.

    Raises:
        DeliveryError: the file cannot be opened.
        ProjectError: an accepted field or column is not there.
    """
    seen = look(given, dataset.layout if dataset else None)
    found = shapes(seen.columns)
    fresh = dataset is None
    made = dataset or new_dataset(seen, found, name or given.stem, partner)
    _known(made, seen, accepted or {})
    matches = tuple(
        _settled(one, accepted or {}) for one in _matched(made, seen, found, fresh=fresh)
    )
    taken = [one.column for one in matches if one.column and one.sure]
    maybe = {one.column for one in matches if one.column and not one.sure}
    ignored = tuple(column for column in found if column not in {*taken, *maybe})
    layout = _saved(made.layout, seen.layout, fresh=fresh)
    layout, unsure = _dates(layout, made, matches, seen, found, date_style=date_style)
    rename = {one.field: one.column for one in matches if one.sure and one.column != one.field}
    rename = {field: column for field, column in rename.items() if column}
    layout = replace(layout, rename=rename, ignored=ignored)
    return Proposal(
        dataset=replace(made, layout=layout),
        matches=matches,
        ignored=ignored,
        unsure=(*seen.unsure, *unsure),
        fresh=fresh,
    )


def _known(dataset: Dataset, seen: Look, accepted: Mapping[str, str]) -> None:
    for field, column in accepted.items():
        if field not in dataset.fields:
            raise ProjectError(
                f"the dataset has no field {field}.",
                fix=f"its fields are {', '.join(dataset.fields)}.",
                where=dataset.id,
            )
        if column not in (NONE, *seen.columns):
            raise ProjectError(
                f"the file has no column {column}.",
                fix=f"its columns are {', '.join(seen.columns)}; write {field}={NONE} if it has"
                " none for the field.",
                where=dataset.id,
            )


def _matched(
    dataset: Dataset, seen: Look, found: Mapping[str, Shape], *, fresh: bool
) -> tuple[Match, ...]:
    if not fresh:
        return match(dataset, seen.columns, found)
    return tuple(
        Match(field=name, column=column, confidence=1.0, why="named after it", sure=True)
        for name, column in zip(dataset.fields, found, strict=True)
    )


def _settled(one: Match, accepted: Mapping[str, str]) -> Match:
    """A match as someone decided; a column they gave to another field is free no more."""
    if one.field in accepted:
        column = accepted[one.field]
        return replace(
            one,
            column="" if column == NONE else column,
            confidence=1.0,
            why="accepted",
            sure=True,
            others=(),
        )
    if one.column in accepted.values():
        return replace(one, column="", confidence=0.0, why="no column is like it", sure=False)
    return one


def _saved(saved: Layout, seen: Layout, *, fresh: bool) -> Layout:
    """What was seen, with what only people can say kept from the saved layout."""
    if fresh:
        return seen
    return replace(
        seen,
        file=saved.file or seen.file,
        date_format=saved.date_format,
        other_date_formats=saved.other_date_formats,
        most_rejected=saved.most_rejected,
        final_newline=saved.final_newline,
        crs=saved.crs,
    )


def _dates(
    layout: Layout,
    dataset: Dataset,
    matches: Sequence[Match],
    seen: Look,
    found: Mapping[str, Shape],
    *,
    date_style: str,
) -> tuple[Layout, tuple[str, ...]]:
    """The date format of the file: the one of most cells first; what cannot be told is said."""
    counts: dict[str, float] = {date_style: len(found)} if date_style else {}
    untold = []
    for one in matches:
        if not one.column or dataset.fields[one.field].type not in ("date", "datetime"):
            continue
        formats = formats_of(seen.columns[one.column])
        if found[one.column].kind == "slash_date" and not _slashed(formats):
            untold.append(one.column)
        for written, share in formats.items():
            counts[written] = counts.get(written, 0.0) + share * found[one.column].share_filled
    ordered = sorted(counts, key=lambda written: (-counts[written], written))
    known = (*ordered, layout.date_format, *layout.other_date_formats)
    if untold and not _slashed(known):
        return layout, (_day_or_month(untold),)
    if untold and not _slashed(ordered):
        return layout, ()
    if not ordered:
        return layout, ()
    kept = [written for written in layout.other_date_formats if written not in ordered]
    first = "" if ordered[0] == ISO else ordered[0]
    return replace(layout, date_format=first, other_date_formats=(*ordered[1:], *kept)), ()


def _slashed(formats: Iterable[str]) -> bool:
    """Whether one of the formats says if the day or the month comes first."""
    return any(re.match(r"%[dm][/.-]%[dm]", written) for written in formats)


def _day_or_month(columns: Sequence[str]) -> str:
    return (
        f"in {', '.join(columns)} no day is above 12, so that day and month cannot be told apart;"
        " say which with --dates %d/%m/%Y or --dates %m/%d/%Y."
    )


def formats_of(cells: pa.Array) -> dict[str, float]:
    """Date format to the share of filled cells written so; small shares are mistakes, left out."""
    if not pa.types.is_string(cells.type) and not pa.types.is_large_string(cells.type):
        return {}
    text = pc.drop_null(pc.utf8_trim_whitespace(cells.cast(pa.string())))
    filled = text.filter(pc.greater(pc.utf8_length(text), 0))
    found: dict[str, float] = {}
    for kind in sorted(DATES - {"date", "moment"}):
        pattern = PATTERNS.get(kind, r"^[345]\d{4}$")
        those = filled.filter(pc.match_substring_regex(filled, pattern))
        share = len(those) / max(1, len(filled))
        if share > OTHER_FORMAT and (written := date_format(those, kind)):
            found[written] = share
    return found
