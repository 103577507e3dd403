"""A workbook: its sheets, a header, and cells that are numbers, dates or text.

Cells become text in one exact way, so that the same typing as for CSV follows: whole numbers
without a decimal point, dates as ISO 8601 with a `T`, which no agreed format is mistaken for, and
numbers that are shown with leading zeros (number format `000000000000`) with them.
A formula counts as what it last came to; one that was never worked out is refused.
"""

import re
import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from joinedup.core.errors import DeliveryError
from joinedup.core.vocabulary import Layout
from joinedup.sources.delivery import Raw, refusal
from joinedup.sources.formats.archive import archive
from joinedup.sources.formats.sheets import Book, Row, is_chosen, no_sheet, open_sheets
from joinedup.sources.formats.sniff import CUT_OFF_FIX, open_checked
from joinedup.sources.formats.zipped import refuse_broken_zip
from joinedup.sources.given import Given

SILENT_ROWS = 1_000
# No sheet has more; a row could claim any number, and those before it would be made up.
MOST_ROWS = 1 << 20
LARGEST_WHOLE = 2.0**53
BLOCK_BYTES = 1 << 20
OVERLAP_BYTES = 256
ZEROS = re.compile(r"0{2,}")
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]+)(\d+):([A-Z]+)(\d+)\"")


def open_raw(given: Given, layout: Layout) -> Raw:
    """The header of the sheets, and their rows on demand.

    Raises:
        DeliveryError: no bytes, not a workbook, cut off, damaged, no such sheet, or no header.
    """
    open_checked(given, "xlsx")
    refuse_broken_zip(given, "xlsx")

    def rows() -> Iterator[Row]:
        return sheet_rows(given, layout)

    def unsolved(places: Sequence[int]) -> list[int]:
        return _never_worked_out(given, layout, places)

    return open_sheets(given, layout, Book(rows, _text, unsolved))


def sheet_rows(given: Given, layout: Layout, *, formulas: bool = False) -> Iterator[Row]:
    """Every row of the sheets the layout names."""
    import openpyxl  # noqa: PLC0415 - only who reads a workbook pays for it

    try:
        with given.open("rb") as file:
            with warnings.catch_warnings(action="ignore"):
                book = openpyxl.load_workbook(
                    file, read_only=True, data_only=not formulas, keep_links=False
                )
            for sheet in _sheets(given, book, layout.sheet):
                merged = _merged(given, sheet, layout)
                for line, cells in _numbered(_in_silence(_cells(sheet, book))):
                    yield sheet.title, line, _marked(cells, merged.get(line))
    except (DeliveryError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - openpyxl raises nearly anything on a damaged part
        raise _damaged(given) from None


def _numbered(rows: Iterator[Sequence[Any]]) -> Iterator[tuple[int, Sequence[Any]]]:
    for line, cells in enumerate(rows, 1):
        if line > MOST_ROWS:
            message = "a row that no sheet has"
            raise ValueError(message)
        yield line, cells


def _damaged(given: Given) -> Exception:
    what = "the workbook is damaged: the sheet cannot be read."
    return refusal(given.name, what, fix=CUT_OFF_FIX)


def _sheets(given: Given, book: Any, pattern: str) -> list[Any]:
    chosen = [
        sheet
        for number, sheet in enumerate(book.worksheets)
        if is_chosen(sheet.title, pattern, first=number == 0)
    ]
    if not chosen:
        raise no_sheet(given, pattern, len(book.sheetnames))
    return chosen


def _cells(sheet: Any, book: Any) -> Iterator[Sequence[Any]]:
    """The values of each row; as shown, where a number format fills them up with zeros."""
    sheet.reset_dimensions()
    formats = book._number_formats  # noqa: SLF001 - openpyxl tells them nowhere else
    if not any(_zeros(shown) for shown in formats):
        yield from sheet.iter_rows(values_only=True)
        return
    for row in sheet.iter_rows():
        yield [_shown(cell) for cell in row]


def _zeros(number_format: str) -> int:
    """To how many digits a number format fills up; 0 if it does not."""
    first = number_format.partition(";")[0].strip('"')
    return len(first) if ZEROS.fullmatch(first) else 0


def _shown(cell: Any) -> Any:
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        digits = _zeros(cell.number_format)
        return _text(value).zfill(digits) if digits and value == int(value) else value
    return value


def _in_silence(rows: Iterator[Any]) -> Iterator[Any]:
    """The rows, without openpyxl's warnings: some of them repeat a cell."""
    block: list[Any] = []
    while True:
        with warnings.catch_warnings(action="ignore"):
            block = list(islice(rows, SILENT_ROWS))
        if not block:
            return
        yield from block


def _merged(given: Given, sheet: Any, layout: Layout) -> dict[int, set[int]]:
    """Row of a header of several rows to the places that a cell to their left covers."""
    from openpyxl.utils import column_index_from_string  # noqa: PLC0415 - as in `_rows`

    covered: dict[int, set[int]] = {}
    if layout.header_rows <= 1:
        return covered
    last = layout.skip_rows + layout.header_rows
    part = sheet._worksheet_path  # noqa: SLF001 - openpyxl keeps merged cells from who streams
    for block in _blocks(given, part):
        for left, row, right, _ in MERGED.findall(block):
            first = column_index_from_string(left.decode())
            places = set(range(first, column_index_from_string(right.decode())))
            if places and layout.skip_rows < int(row) <= last:
                covered.setdefault(int(row), set()).update(places)
    return covered


def _marked(cells: Sequence[Any], covered: set[int] | None) -> Sequence[Any]:
    """The cells; in a header with merged ones, "" where a blank one stands alone."""
    if not covered:
        return cells
    whole = [*cells, *[None] * (max(covered) + 1 - len(cells))]
    alone = [cell is None and place not in covered for place, cell in enumerate(whole)]
    return [*("" if blank else cell for blank, cell in zip(alone, whole, strict=True)), ""]


def _blocks(given: Given, part: str) -> Iterator[bytes]:
    """A part of the workbook, in blocks that overlap a little."""
    with archive(given) as parts, parts.open(part) as file:
        block = b""
        while piece := file.read(BLOCK_BYTES):
            block = block[-OVERLAP_BYTES:] + piece
            yield block


def _text(cell: Any) -> str:
    """A cell in the one exact way it is written as text."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer() and abs(cell) < LARGEST_WHOLE:
            return str(int(cell))
        case datetime():
            return cell.isoformat()
        case date():
            return f"{cell.isoformat()}T00:00:00"
        case _:
            return str(cell)


def _never_worked_out(given: Given, layout: Layout, places: Sequence[int]) -> list[int]:
    """Lines where a wanted cell holds a formula without a value; a second look, only if any has."""
    with archive(given) as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
    if not any(b"<f" in block for name in sheets for block in _blocks(given, name)):
        return []
    found = []
    pairs = zip(sheet_rows(given, layout), sheet_rows(given, layout, formulas=True), strict=False)
    for (_, line, values), (_, _, formulas) in pairs:
        if line <= layout.skip_rows + layout.header_rows:
            continue
        for place in places:
            worked_out = place < len(values) and values[place] is not None
            if place < len(formulas) and _is_formula(formulas[place]) and not worked_out:
                found.append(line)
                break
    return found


def _is_formula(cell: Any) -> bool:
    return isinstance(cell, str) and cell.startswith("=")
