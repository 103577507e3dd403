"""Rows of sheets, whichever program wrote them: which sheets, which header, which rows?

Sheets that match the layout's pattern are read one after the other and must have the same header.
A row's line is its number in its own sheet.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import groupby
from operator import itemgetter
from typing import Any

from joinedup.core.errors import DeliveryError, Problem
from joinedup.core.vocabulary import Layout
from joinedup.sources.delivery import Chunk, Raw, refusal, told_lines
from joinedup.sources.formats.chunks import chunks_of, footer_faults, hold_back, text_columns
from joinedup.sources.formats.headings import joined_headings, numbered
from joinedup.sources.given import Given

ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})

# Each is wide, however small the file: no need to look at all of them to refuse it.
MOST_BESIDE = 100

Row = tuple[str, int, Sequence[Any]]
Numbered = tuple[int, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook that could be opened.

    Attributes:
        rows: the sheet, the row's number from 1, and the cells, of every row of the sheets that
            the layout names; in the header a blank cell that no merged one covers is "".
        text: a cell in the one exact way it is written as text.
        unsolved: from the places of the wanted columns to the rows where a formula was never
            worked out.
    """

    rows: Callable[[], Iterator[Row]]
    text: Callable[[Any], str]
    unsolved: Callable[[Sequence[int]], list[int]] = lambda _: []


@dataclass(frozen=True, slots=True)
class _Noted:
    """Lines where something was wrong, while the rows were read."""

    broken: list[int] = field(default_factory=list)
    beside: list[int] = field(default_factory=list)


def is_chosen(name: str, pattern: str, *, first: bool) -> bool:
    """Whether the layout names this sheet: the first, if it says nothing."""
    return first if not pattern else name == pattern or fnmatchcase(name, pattern)


def no_sheet(given: Given, pattern: str, count: int) -> Exception:
    """The refusal of a workbook without the sheet that was agreed."""
    return refusal(
        given.name,
        f"the workbook has {count} sheets and none is called '{pattern}'.",
        fix="set layout.sheet to the sheet's name, or ask the sender for a new file.",
    )


def open_sheets(given: Given, layout: Layout, book: Book) -> Raw:
    """The header of the first sheet that has one, and the rows of all on demand.

    Raises:
        DeliveryError: no sheet has a header.
    """
    header: tuple[str, ...] = ()
    for _, rows in groupby(book.rows(), itemgetter(0)):
        header, _ = _header(((line, cells) for _, line, cells in rows), layout, book)
        if header:
            break
    if not header:
        raise refusal(
            given.name,
            f"the sheet has no header after {layout.skip_rows} title rows.",
            fix="check layout.sheet and layout.skip_rows, or ask the sender for a new file.",
        )

    def chunks(wanted: Sequence[str]) -> Iterator[Chunk]:
        places = [header.index(name) for name in wanted]
        noted = _Noted()
        rows = _rows(given, layout, book, raw, places=places, noted=noted)
        yield from chunks_of(given, rows, text_columns(wanted))
        unsolved = book.unsolved(places)
        raw.faults.extend(_problems(given, noted.broken, noted.beside, unsolved))

    raw = Raw(header, chunks)
    return raw


def _header(
    rows: Iterator[Numbered], layout: Layout, book: Book
) -> tuple[tuple[str, ...], Numbered | None]:
    """The columns' names, and the first row after them if it had to be read."""
    heads: list[list[str | None]] = []
    for line, cells in rows:
        if line <= layout.skip_rows:
            continue
        if line > layout.skip_rows + max(1, layout.header_rows):
            return _names(heads, layout), (line, cells)
        heads.append([None if cell is None else book.text(cell) for cell in cells])
        if not layout.header_rows:
            return _names(heads, layout), (line, cells)
    return _names(heads, layout), None


def _names(heads: list[list[str | None]], layout: Layout) -> tuple[str, ...]:
    names = joined_headings(heads)
    return names if layout.header_rows else numbered(len(names))


def _rows(
    given: Given, layout: Layout, book: Book, raw: Raw, *, places: Sequence[int], noted: _Noted
) -> Iterator[tuple[int, list[str | None]]]:
    """The wanted cells of each row of each sheet."""
    for sheet, grouped in groupby(book.rows(), itemgetter(0)):
        rows = ((line, cells) for _, line, cells in grouped)
        header, first = _header(rows, layout, book)
        if header != raw.header:
            if header:
                raw.faults.append(_other_header(given, sheet, header, raw.header))
            continue
        held: deque[Numbered] = deque()
        count = 0
        for line, cells in hold_back(_filled(first, rows), layout.footer_rows, held):
            count += 1
            if len(noted.beside) > MOST_BESIDE:
                raise DeliveryError.of(_problems(given, [], noted.beside, []))
            yield line, _picked(line, cells, places, width=len(header), noted=noted, book=book)
        footer = [(line, [book.text(cell) for cell in cells]) for line, cells in held]
        place = f" of the sheet {sheet}" if layout.sheet else ""
        width = len(header)
        raw.faults.extend(footer_faults(given, footer, rows=count, width=width, place=place))


def _filled(first: Numbered | None, rows: Iterator[Numbered]) -> Iterator[Numbered]:
    if first and any(cell is not None for cell in first[1]):
        yield first
    yield from (row for row in rows if any(cell is not None for cell in row[1]))


def _picked(
    line: int,
    cells: Sequence[Any],
    places: Sequence[int],
    *,
    width: int,
    noted: _Noted,
    book: Book,
) -> list[str | None]:
    if any(cell is not None for cell in cells[width:]):
        noted.beside.append(line)
    picked = [cells[place] if place < len(cells) else None for place in places]
    if any(isinstance(cell, str) and cell in ERRORS for cell in picked):
        noted.broken.append(line)
    return [None if cell is None else book.text(cell) for cell in picked]


def _other_header(given: Given, sheet: str, header: Sequence[str], first: Sequence[str]) -> Problem:
    same = sum(mine == theirs for mine, theirs in zip(header, first, strict=False))
    return Problem(
        given.name,
        f"the sheet {sheet} has another header than the first: {len(header)} columns, of which"
        f" {same} are as in the first sheet's {len(first)}.",
        "ask the sender for sheets with the same columns in the same order, or mend layout.sheet.",
    )


def _problems(
    given: Given, broken: list[int], beside: list[int], unsolved: list[int]
) -> Iterator[Problem]:
    causes = (
        (broken, "hold an error of the spreadsheet", "mend the formula and save the workbook."),
        (beside, "hold cells beside the header's last column", "remove them, or name the column."),
        (
            unsolved,
            "hold a formula that was never worked out",
            "open the workbook in a spreadsheet program and save it again.",
        ),
    )
    for lines, words, fix in causes:
        if lines:
            what = f"{len(lines):,} rows {words}: {told_lines(lines, len(lines))}."
            yield Problem(given.name, what, f"ask the sender to {fix}")
