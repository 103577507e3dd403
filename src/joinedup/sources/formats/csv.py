"""CSV as RFC 4180 has it: quoted fields, newlines inside quotes, one record per row.

Everything is text here; what it means is decided in `typed`. So leading zeros stay. Two readers
give the same rows: Arrow reads the blocks whose rows are told by arithmetic, and the careful one
of the standard library, which knows the line of every row, reads the others.
"""

import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import Any

import pyarrow as pa

from joinedup.core.ahead import ahead
from joinedup.core.errors import Problem, ProjectError
from joinedup.core.limits import told
from joinedup.core.vocabulary import Layout
from joinedup.sources.delivery import Chunk, Raw, refusal
from joinedup.sources.formats.blocks import Footer, Rest, Rows, blocks
from joinedup.sources.formats.chunks import chunks_of, footer_faults, hold_back, text_columns
from joinedup.sources.formats.encoded import encoding_of, scan
from joinedup.sources.formats.headings import joined_headings, numbered
from joinedup.sources.formats.sniff import open_checked
from joinedup.sources.given import Given

Numbered = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands before the rows.

    Attributes:
        names: the columns.
        lines: how many lines of the file stand before the first row.
        plain: whether all of them end with a line feed.
    """

    names: tuple[str, ...]
    lines: int
    plain: bool


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A file whose header was read."""

    given: Given
    layout: Layout
    encoding: str
    head: _Head
    raw: Raw


def open_raw(given: Given, layout: Layout) -> Raw:
    """The header, and the rows on demand.

    Raises:
        DeliveryError: no bytes, not text, not in the agreed encoding, or no header.
        ProjectError: the layout names an encoding that does not exist, or a delimiter or quote
            that is not one character.
    """
    open_checked(given, "csv")
    _require_characters(layout)
    encoding = encoding_of(layout)
    faults = scan(given, layout)
    head = _head(given, encoding, layout)

    def chunks(wanted: Sequence[str]) -> Iterator[Chunk]:
        yield from _chunks(_Sheet(given, layout, encoding, head, raw), wanted)

    raw = Raw(head.names, chunks, faults)
    return raw


def _require_characters(layout: Layout) -> None:
    marks = (layout.delimiter, layout.quote)
    right = len(layout.delimiter) == 1 and len(layout.quote) <= 1
    if not right or layout.delimiter == layout.quote or set("\r\n") & set(marks):
        raise ProjectError(
            "layout.delimiter must be one character and layout.quote another, or none.",
            fix='write such as delimiter = "|" and quote = "\\"", or quote = "" if none is used.',
            where=layout.file,
        )


def _reader(lines: Iterable[str], layout: Layout, *, longest: int) -> Any:
    csv.field_size_limit(longest)
    if not layout.quote:
        return csv.reader(lines, delimiter=layout.delimiter, quoting=csv.QUOTE_NONE, strict=True)
    return csv.reader(lines, delimiter=layout.delimiter, quotechar=layout.quote, strict=True)


def _head(given: Given, encoding: str, layout: Layout) -> _Head:
    read: list[str] = []
    longest = given.limits.cell_bytes

    def noted(lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            read.append(line)
            yield line

    with given.open(encoding=encoding, newline="") as file:
        lines = noted(file)
        titles = len(list(islice(lines, layout.skip_rows)))
        rows = (row for row in _reader(lines, layout, longest=longest) if row)
        try:
            header = list(islice(rows, max(1, layout.header_rows)))
        except csv.Error:
            header = []
    names = joined_headings([[cell.strip() or None for cell in row] for row in header])
    if len(header) < max(1, layout.header_rows) or not any(names):
        raise refusal(
            given.name,
            f"there is no header after {layout.skip_rows} title rows.",
            fix="check layout.skip_rows and layout.delimiter, or ask the sender for a new file.",
        )
    if not layout.header_rows:
        return _Head(numbered(len(header[0])), titles, all(map(_ends, read[:titles])))
    # A delimiter at the end of every line makes a last column without a name.
    width = max(len(row) for row in header)
    names += ("",) * (width - len(names))
    return _Head(names, len(read), all(map(_ends, read)))


def _ends(line: str) -> bool:
    return line.endswith("\n")


def _chunks(sheet: _Sheet, wanted: Sequence[str]) -> Iterator[Chunk]:
    places = [sheet.head.names.index(name) for name in wanted]
    count = 0
    for part in _parts(sheet):
        match part:
            case Footer():
                _check_footer(sheet, _again(sheet, part), rows=count)
            case Rows():
                count += len(part.lines)
                yield from _fast(sheet, part, wanted, places)
            case Rest():
                yield from _rest(sheet, part, wanted, places, before=count)


def _parts(sheet: _Sheet) -> Iterator[Rows | Footer | Rest]:
    layout, head = sheet.layout, sheet.head
    if not (head.plain and layout.delimiter.isascii() and layout.quote.isascii()):
        return iter([Rest(head.lines + 1)])
    return ahead(
        blocks(
            sheet.given,
            sheet.encoding,
            delimiter=layout.delimiter,
            quote=layout.quote,
            skip=head.lines,
            footer_rows=layout.footer_rows,
        )
    )


def _fast(
    sheet: _Sheet, rows: Rows, wanted: Sequence[str], places: Sequence[int]
) -> Iterator[Chunk]:
    """The rows by Arrow; by the careful reader, if any has more or fewer fields."""
    from pyarrow import csv as arrow  # noqa: PLC0415 - only who reads CSV pays for it

    names = [str(place) for place in range(len(sheet.head.names))]
    taken = [names[place] for place in places]
    parse = arrow.ParseOptions(
        delimiter=sheet.layout.delimiter,
        quote_char=sheet.layout.quote or False,
        newlines_in_values=True,
    )
    convert = arrow.ConvertOptions(
        include_columns=taken,
        column_types=dict.fromkeys(taken, pa.string()),
        strings_can_be_null=False,
    )
    try:
        table = arrow.read_csv(
            pa.BufferReader(rows.text),
            read_options=arrow.ReadOptions(column_names=names, block_size=len(rows.text) + 1),
            parse_options=parse,
            convert_options=convert,
        )
    except pa.ArrowInvalid:
        table = None
    if table is not None and table.num_rows == len(rows.lines):
        (batch,) = table.rename_columns(list(wanted)).combine_chunks().to_batches()
        yield Chunk(batch, rows.lines)
    else:
        yield from _picked(sheet, _again(sheet, rows), wanted, places)


def _again(sheet: _Sheet, rows: Rows) -> Iterator[Numbered]:
    return _careful(sheet, io.StringIO(rows.text.decode(), newline=""), line=rows.line)


def _rest(
    sheet: _Sheet, rest: Rest, wanted: Sequence[str], places: Sequence[int], *, before: int
) -> Iterator[Chunk]:
    """The rows from a line on by the careful reader, to the end of the file."""
    held: deque[Numbered] = deque()
    rows = 0

    def counted(data: Iterator[Numbered]) -> Iterator[Numbered]:
        nonlocal rows
        for row in data:
            rows += 1
            yield row

    with sheet.given.open(encoding=sheet.encoding, newline="") as file:
        for _ in islice(file, rest.line - 1):
            pass
        data = hold_back(
            _careful(sheet, file, line=rest.line), count=sheet.layout.footer_rows, held=held
        )
        yield from _picked(sheet, counted(data), wanted, places)
    _check_footer(sheet, held, rows=before + rows)


def _careful(sheet: _Sheet, lines: Iterable[str], *, line: int) -> Iterator[Numbered]:
    """Each row that is not blank, with its line; the first of `lines` is `line`."""
    reader = _reader(lines, sheet.layout, longest=sheet.given.limits.cell_bytes)
    began = 0
    try:
        for row in reader:
            if row:
                yield line + began, row
            began = reader.line_num
    except csv.Error:
        sheet.raw.faults.append(_unreadable(sheet.given, line + began))


def _picked(
    sheet: _Sheet, rows: Iterable[Numbered], wanted: Sequence[str], places: Sequence[int]
) -> Iterator[Chunk]:
    width = len(sheet.head.names)
    pick = itemgetter(*places) if len(places) > 1 else lambda row: tuple(row[i] for i in places)

    def whole() -> Iterator[tuple[int, Any]]:
        for line, row in rows:
            if len(row) == width:
                yield line, pick(row)
            else:
                sheet.raw.ragged.append(line)

    yield from chunks_of(sheet.given, whole(), text_columns(wanted))


def _check_footer(sheet: _Sheet, footer: Iterable[Numbered], *, rows: int) -> None:
    width = len(sheet.head.names)
    sheet.raw.faults.extend(footer_faults(sheet.given, footer, rows=rows, width=width, place=""))


def _unreadable(given: Given, line: int) -> Problem:
    return Problem(
        given.name,
        f"the row that begins on line {line} has a quote that is not closed, text after a closing"
        f" quote, or a field of more than {told('cell_bytes', given.limits.cell_bytes)}; nothing"
        " after it was read.",
        "ask the sender for a new file with quotes inside fields doubled, or check"
        " layout.delimiter; a file cut off in a quoted field looks so too.",
    )
