"""What kind of file is this, and how is it written? Told from its bytes, before any layout.

The content is looked at in memory only. What goes out is the layout that would read the file, the
columns for the proposal, and sentences about what could not be told.
"""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from itertools import islice
from typing import IO

import pyarrow as pa

from joinedup.core.vocabulary import Format, Layout
from joinedup.sources.delivery import Raw, refusal
from joinedup.sources.formats.zipped import refuse_broken_zip
from joinedup.sources.given import Given, over, refuse_names
from joinedup.sources.mapping.breaks import columns_by_position
from joinedup.sources.mapping.grid import footer_of, header_of
from joinedup.sources.mapping.kind_of_file import encoding_of, format_of
from joinedup.sources.mapping.repeating import repeating_element, repeating_list
from joinedup.sources.mapping.shapes import FIRST_ROWS
from joinedup.sources.mapping.tables import table_in

HEAD_ROWS = 200
TAIL_BYTES = 1 << 16
DELIMITERS = (",", "\t", "|", ";")
STEADY = 0.8
LONGEST_LINE = 1 << 16


@dataclass(frozen=True, slots=True)
class Look:
    """A file as it was found.

    Attributes:
        layout: reads the file as far as could be told; nothing is renamed or ignored in it.
        columns: the sender's columns to their first cells, in the file's order; in memory only.
        unsure: what could not be told, as sentences without a cell.
    """

    layout: Layout
    columns: dict[str, pa.Array]
    unsure: tuple[str, ...]


def look(given: Given, known: Layout | None = None) -> Look:
    """Find out how a file is written, and read its first 10,000 rows.

    Args:
        given: the file.
        known: the layout agreed so far; what cannot be told from the file is taken from it.

    Raises:
        DeliveryError: it is empty, or of no format that can be read.
    """
    kind = format_of(given)
    unsure: list[str] = []
    guess: dict[Format, Callable[[Given, Layout, list[str]], Layout]] = {
        "csv": _written_text,
        "xlsx": partial(_workbook, agreed=known.sheet if known else ""),
        "ods": partial(_workbook, agreed=known.sheet if known else ""),
        "xml": _xml,
        "json": _json,
    }
    layout = Layout(format=kind, file=_name_pattern(given.name))
    if kind in guess:
        layout = guess[kind](given, layout, unsure)
    if known is not None and known.format == layout.format:
        layout, unsure = _as_agreed(layout, known, unsure)
    if layout.encoding == "ascii":
        layout = replace(layout, encoding="utf-8")
    raw = open_as(given, layout)
    columns = first_cells(raw)
    if len(columns) < len(raw.header):
        more = len(raw.header) - len(columns)
        unsure.append(f"{more} columns have no name of their own; the sender must name each one.")
    return Look(layout, columns, tuple(unsure))


def _as_agreed(layout: Layout, known: Layout, unsure: list[str]) -> tuple[Layout, list[str]]:
    """What the file leaves open, as it was agreed."""
    if layout.format == "fixed" and known.widths:
        layout, unsure = replace(layout, widths=known.widths, header_rows=known.header_rows), []
    if known.record:
        layout, unsure = replace(layout, record=known.record), []
    windows = {layout.encoding, codecs.lookup(known.encoding).name} <= {"cp1252", "iso8859-1"}
    if windows or layout.encoding == "ascii":
        return replace(layout, encoding=known.encoding), unsure
    return layout, unsure


def _name_pattern(name: str) -> str:
    """The file's name with its dates and numbers open: next month's has others."""
    stem, dot, ending = name.rpartition(".")
    open_ended = re.sub(r"\d[\d\-_.]*", "*", stem or ending)
    return f"{open_ended}{dot}{ending}" if stem else name


def _written_text(given: Given, layout: Layout, unsure: list[str]) -> Layout:
    """CSV with its encoding, delimiter, quote, titles and footer; or fixed width."""
    encoding = encoding_of(given)
    with given.open(encoding=encoding, errors="replace", newline="") as file:
        lines = [line[:LONGEST_LINE] for line in islice(_lines(given, file), HEAD_ROWS)]
    last = _last_lines(given, encoding)
    delimiter, quote, steady = _delimiter(lines)
    layout = replace(layout, encoding=encoding)
    if steady < STEADY or not delimiter:
        fixed = columns_by_position([line.rstrip("\r\n") for line in lines], last)
        if fixed is not None:
            widths, skip_rows, footer_rows = fixed
            unsure.append(
                "the columns were told apart by their positions; where two stand close together"
                " this cannot be seen, so hold [layout.widths] against the sender's record layout."
            )
            return replace(
                layout,
                format="fixed",
                widths=widths,
                skip_rows=skip_rows,
                header_rows=0,
                footer_rows=footer_rows,
            )
    rows = list(_rows(lines, delimiter or ",", quote))
    found = header_of([cells for _, cells in rows])
    if found is None:
        raise _no_header(given)
    skipped = rows[found.skip_rows][0] - 1
    width = len(rows[found.skip_rows][1])
    tail = [cells for _, cells in _rows(last, delimiter or ",", quote)]
    return replace(
        layout,
        delimiter=delimiter or ",",
        quote=quote,
        skip_rows=skipped,
        footer_rows=footer_of(tail, width),
    )


def _lines(given: Given, file: IO[str]) -> Iterator[str]:
    """The lines, as long as none is longer or has more fields than a line may."""
    longest = given.limits.line_bytes
    for number, line in enumerate(iter(lambda: file.readline(longest + 1), ""), 1):
        if len(line) > longest:
            raise over(given, "line_bytes", f"line {number} has {len(line):,} characters or more")
        fields = max(map(line.count, DELIMITERS)) + 1
        if fields > given.limits.columns:
            raise over(given, "columns", f"line {number} has {fields:,} fields")
        yield line


def _no_header(given: Given) -> Exception:
    return refusal(
        given.name,
        "no row looks like a header; the first row may be data, so nothing of it is repeated.",
        fix="ask the sender for a file whose columns are named.",
    )


def _last_lines(given: Given, encoding: str) -> list[str]:
    with given.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - TAIL_BYTES) // 2 * 2)
        wide = {"utf-16": "utf-16-le"}.get(encoding, encoding)
        text = file.read().decode(wide, "replace")
    lines = text.splitlines()
    whole = lines if size <= TAIL_BYTES else lines[1:]
    return [line for line in whole if line.strip("\ufeff \0")][-HEAD_ROWS:]


def _rows(lines: Sequence[str], delimiter: str, quote: str) -> Iterator[tuple[int, list[str]]]:
    """The line each row begins on, from 1, and its cells; blank lines are passed over."""
    reader, began = csv.reader(lines, delimiter=delimiter, quotechar=quote), 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield began, row
            began = reader.line_num + 1
    except csv.Error:
        return


def _delimiter(lines: Sequence[str]) -> tuple[str, str, float]:
    """The delimiter, the quote, and the share of rows that then have the same number of fields."""
    best: tuple[float, int, str, str] = (0.0, 0, "", '"')
    for delimiter in DELIMITERS:
        for quote in ('"', "'"):
            if quote == "'" and not any(f"{delimiter}'" in line for line in lines):
                continue
            widths = Counter(len(row) for _, row in _rows(lines, delimiter, quote))
            width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))
            share = round(count / max(1, sum(widths.values())), 2)
            if width > 1 and (share, width) > best[:2]:
                best = (share, width, delimiter, quote)
    return best[2], best[3], best[0]


def _workbook(given: Given, layout: Layout, unsure: list[str], *, agreed: str) -> Layout:
    """The sheets that hold the table, its titles, its header rows and its footer."""
    refuse_broken_zip(given, layout.format)
    found = table_in(given, layout.format, agreed)
    if found is None:
        raise _no_header(given)
    if found.others:
        unsure.append(
            f"{found.others} more sheet{'s hold' if found.others > 1 else ' holds'} a table with"
            " other columns; they are left out."
        )
    return replace(
        layout,
        sheet=found.sheet,
        skip_rows=found.skip_rows,
        header_rows=found.header_rows,
        footer_rows=found.footer_rows,
    )


def _xml(given: Given, layout: Layout, unsure: list[str]) -> Layout:
    record, rivals = repeating_element(given)
    if rivals:
        unsure.append(f"other elements repeat as well ({', '.join(rivals)}); check layout.record.")
    return replace(layout, record=record)


def _json(given: Given, layout: Layout, unsure: list[str]) -> Layout:
    record, rivals = repeating_list(given)
    if rivals:
        unsure.append(f"there are other lists of rows ({', '.join(rivals)}); check layout.record.")
    return replace(layout, record=record)


def open_as(given: Given, layout: Layout) -> Raw:
    """The file as the reader of its layout's format opens it."""
    from joinedup.sources import READERS  # noqa: PLC0415 - the room's table names this module's peers

    raw: Raw = import_module(READERS[layout.format]).open_raw(given, layout)
    refuse_names(given, raw.header)
    return raw


def first_cells(raw: Raw) -> dict[str, pa.Array]:
    """Each column's cells in the first 10,000 rows, as the format's reader gives them."""
    names = [name for name in dict.fromkeys(raw.header) if name]
    batches, rows = [], 0
    for chunk in raw.chunks(names):
        batches.append(chunk.rows)
        rows += chunk.rows.num_rows
        if rows >= FIRST_ROWS:
            break
    if not batches:
        return {name: pa.nulls(0, pa.string()) for name in names}
    table = pa.Table.from_batches(batches).slice(0, FIRST_ROWS)
    return {name: table.column(name).combine_chunks() for name in names}
