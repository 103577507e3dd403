"""Which sheets of a workbook hold the table, and where in them does it begin and end?"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import groupby, islice, takewhile
from operator import itemgetter
from typing import Any

from joinedup.core.vocabulary import Format, Layout
from joinedup.sources.formats.sheets import is_chosen
from joinedup.sources.given import Given
from joinedup.sources.mapping.grid import footer_of, header_of

HEAD_ROWS = 200
TAIL_ROWS = 8
FEWEST_COLUMNS = 2
Numbered = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """The table of a workbook, in one sheet or in several of the same columns.

    Attributes:
        sheet: the pattern its sheets fit and no other; empty for the only sheet there is.
        others: how many sheets hold a table of other columns.
    """

    sheet: str
    skip_rows: int
    header_rows: int
    footer_rows: int
    others: int


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What one sheet shows: `place` is its header, its title rows and its header rows."""

    place: tuple[tuple[str, ...], int, int]
    footer_rows: int
    rows: int


def table_in(given: Given, kind: Format, agreed: str = "") -> Table | None:
    """The table with the most rows; none where no sheet has a header over at least one row.

    Args:
        given: the workbook.
        kind: of which format it is.
        agreed: the sheet, or the pattern of sheets, as it was agreed; kept where it fits.

    Raises:
        DeliveryError: the workbook is damaged.
    """
    names: list[str] = []
    tables: dict[str, _Sheet] = {}
    for name, rows in _sheets(given, kind):
        names.append(name)
        found = _table(rows)
        if found is not None:
            tables[name] = found
    if not tables:
        return None
    most = max(tables.values(), key=lambda table: table.rows)
    same = [name for name, table in tables.items() if table.place == most.place]
    _, skip_rows, header_rows = most.place
    return Table(
        sheet=_pattern(same, names, agreed),
        skip_rows=skip_rows,
        header_rows=header_rows,
        footer_rows=most.footer_rows,
        others=len(tables) - len(same),
    )


def _sheets(given: Given, kind: Format) -> Iterator[tuple[str, Iterator[Numbered]]]:
    """Each sheet's name, and its rows that hold something: number from 1, cells as text."""
    from joinedup.sources import READERS  # noqa: PLC0415 - the room's table names this module's peers

    every = Layout(format=kind, file="", sheet="*")
    rows = import_module(READERS[kind]).sheet_rows(given, every)
    for name, grouped in groupby(rows, itemgetter(0)):
        yield name, _filled(grouped)


def _filled(rows: Iterator[tuple[str, int, Sequence[Any]]]) -> Iterator[Numbered]:
    for _, number, cells in rows:
        texts = ["" if cell is None else str(cell).strip() for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            yield number, texts


def _table(rows: Iterator[Numbered]) -> _Sheet | None:
    head = list(islice(rows, HEAD_ROWS))
    later = deque(enumerate(rows, len(head) + 1), maxlen=TAIL_ROWS)
    found = header_of([cells for _, cells in head])
    if found is None:
        return None
    last = found.skip_rows + found.header_rows
    header = tuple(head[last - 1][1])
    count = (later[-1][0] if later else len(head)) - last
    if len(header) < FEWEST_COLUMNS or not count:
        return None
    tail = [cells for _, (_, cells) in later] or [cells for _, cells in head[last:]]
    place = (header, head[found.skip_rows][0] - 1, found.header_rows)
    return _Sheet(place, footer_of(tail, len(header)), count)


def _pattern(same: Sequence[str], names: Sequence[str], agreed: str) -> str:
    """One name, or a pattern that these sheets fit and no other; as agreed, if that does."""
    alone = "" if len(names) == 1 else same[0]
    patterns: tuple[str, ...] = ("*", f"{_start(same)}*") if len(same) > 1 else ()
    for pattern in (agreed, *patterns):
        if pattern and [name for name in names if is_chosen(name, pattern, first=False)] == same:
            return pattern
    return alone


def _start(names: Sequence[str]) -> str:
    """The letters that all the names begin with."""
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    return "".join(letters[0] for letters in alike)
