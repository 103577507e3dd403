"""An OpenDocument spreadsheet: sheets as LibreOffice keeps them, read as they come.

Cells become text as those of a workbook do: whole numbers without a decimal point, dates as ISO
8601 with a `T`, and numbers that are shown with leading zeros with them. Cells covered by a merged
one are empty. A formula counts as what it last came to.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from joinedup.core.vocabulary import Layout
from joinedup.sources.delivery import Raw, refusal
from joinedup.sources.formats.archive import archive
from joinedup.sources.formats.markup import rows_of
from joinedup.sources.formats.members import too_deep
from joinedup.sources.formats.sheets import Book, Row, is_chosen, no_sheet, open_sheets
from joinedup.sources.formats.sniff import CUT_OFF_FIX, open_checked
from joinedup.sources.formats.zipped import refuse_broken_zip
from joinedup.sources.given import Given

CONTENT = "content.xml"
LARGEST_WHOLE = 2.0**53
# What the largest sheet of today's programs holds; repeated cells could claim far more.
MOST_ROWS, MOST_COLUMNS, MOST_SPACES = 1 << 20, 1 << 14, 1 << 15
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
KIND = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
CELL, COVERED = f"{TABLE}table-cell", f"{TABLE}covered-table-cell"
SHEET, ROW = f"{TABLE}table", f"{TABLE}table-row"
PARAGRAPH, SPACE = f"{TEXT}p", f"{TEXT}s"
# What may lie over a cell: comments, pictures, shapes. Their paragraphs are not the cell's.
DRAWING = "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0 "
ASIDE = (f"{OFFICE}annotation", f"{TABLE}shapes", DRAWING)
SPACES = {f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")


def open_raw(given: Given, layout: Layout) -> Raw:
    """The header of the sheets, and their rows on demand.

    Raises:
        DeliveryError: no bytes, not a spreadsheet, cut off, damaged, no such sheet, or no header.
    """
    open_checked(given, "ods")
    refuse_broken_zip(given, "ods")
    _refuse_password(given)

    def rows() -> Iterator[Row]:
        return sheet_rows(given, layout)

    return open_sheets(given, layout, Book(rows, str))


def _refuse_password(given: Given) -> None:
    with archive(given) as parts:
        manifest = "META-INF/manifest.xml"
        locked = manifest in parts.namelist() and b"encryption-data" in parts.read(manifest)
    if locked:
        raise refusal(
            given.name,
            "the workbook has a password.",
            fix="ask the sender for a workbook without a password.",
        )


def sheet_rows(given: Given, layout: Layout) -> Iterator[Row]:
    """Every row of the sheets the layout names."""
    sheets = _Sheets(given, layout)
    try:
        with archive(given) as parts, parts.open(CONTENT) as file:
            yield from rows_of(given, file, sheets)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
        raise _damaged(given) from None
    if not sheets.chosen:
        raise no_sheet(given, layout.sheet, sheets.count)


def _damaged(given: Given) -> Exception:
    what = "the workbook is damaged: the sheet cannot be read."
    return refusal(given.name, what, fix=CUT_OFF_FIX)


class _Sheets:
    """Gathers the rows of the sheets that the layout names; blank rows are counted, not kept."""

    def __init__(self, given: Given, layout: Layout) -> None:
        self.given, self.layout = given, layout
        self.rows: list[Row] = []
        self.count = self.chosen = self.number = self.aside = self.depth = 0
        self.line: Callable[[], int] = int
        self.sheet: str | None = None
        self.row: list[str | None] | None = None
        self.repeated = 1
        self.spans = False
        self.cell: Mapping[str, str] | None = None
        self.parts: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        if self.depth > self.given.limits.depth:
            raise too_deep(self.given)
        if self.aside or name.startswith(ASIDE):
            self.aside += 1
        elif self.cell is not None:
            self._inside(name, attributes)
        elif name == SHEET and self.sheet is None:
            self._sheet(attributes.get(f"{TABLE}name", ""))
        elif name == ROW and self.sheet is not None:
            self.row, self.spans = [], False
            self.repeated = self._count(attributes, f"{TABLE}number-rows-repeated")
        elif name in (CELL, COVERED) and self.row is not None:
            self.cell = attributes
            self.parts.clear()

    def text(self, text: str) -> None:
        if self.cell is not None and not self.aside:
            self.parts.append(text)

    def end(self, name: str) -> None:
        self.depth -= 1
        if self.aside:
            self.aside -= 1
        elif name in (CELL, COVERED) and self.cell is not None:
            self._end_cell(covered=name == COVERED)
        elif name == ROW and self.row is not None:
            self._end_row()
        elif name == SHEET and self.cell is None:
            self.sheet = None

    def _sheet(self, name: str) -> None:
        if is_chosen(name, self.layout.sheet, first=self.count == 0):
            self.sheet = name
            self.chosen += 1
            self.number = 0
        self.count += 1

    def _inside(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == PARAGRAPH and self.parts:
            self.parts.append("\n")
        elif name == SPACE:
            self.parts.append(" " * min(self._count(attributes, f"{TEXT}c"), MOST_SPACES))
        elif name in SPACES:
            self.parts.append(SPACES[name])

    def _count(self, attributes: Mapping[str, str], name: str) -> int:
        said = attributes.get(name, "1")
        if not (said.isascii() and said.isdecimal()):
            raise _damaged(self.given)
        return int(said)

    def _end_cell(self, *, covered: bool) -> None:
        attributes, row = self.cell or {}, self.row or []
        self.cell = None
        cell = None if covered else _text(attributes, "".join(self.parts))
        times = self._count(attributes, f"{TABLE}number-columns-repeated")
        self.spans |= self._count(attributes, f"{TABLE}number-columns-spanned") > 1
        if cell is not None and len(row) + times > MOST_COLUMNS:
            raise _damaged(self.given)
        blank = "" if not covered and self._in_header() else None
        row.extend([cell if cell is not None else blank] * min(times, MOST_COLUMNS - len(row)))
        self.row = row

    def _in_header(self) -> bool:
        last = self.layout.skip_rows + self.layout.header_rows
        return self.layout.header_rows > 1 and self.layout.skip_rows <= self.number < last

    def _end_row(self) -> None:
        row, sheet = self.row or [], self.sheet or ""
        if self._in_header():
            row = [*row, ""] if self.spans else [cell or None for cell in row]
        while row and row[-1] is None:
            row.pop()
        if row and self.number + self.repeated > MOST_ROWS:
            raise _damaged(self.given)
        if row:
            lines = range(self.number + 1, self.number + self.repeated + 1)
            self.rows.extend((sheet, line, row) for line in lines)
        self.number += self.repeated
        self.row = None


def _text(attributes: Mapping[str, str], shown: str) -> str | None:
    """A cell in the one exact way it is written as text; nothing if it is blank."""
    if attributes.get(KIND) == "error" or shown.startswith("Err:"):
        return "#VALUE!"
    match attributes.get(f"{OFFICE}value-type"):
        case "float" | "percentage" | "currency":
            return _number_text(attributes.get(f"{OFFICE}value", ""), shown)
        case "date":
            day = attributes.get(f"{OFFICE}date-value", "")
            return day if "T" in day else f"{day}T00:00:00"
        case "boolean":
            return attributes.get(f"{OFFICE}boolean-value", "")
        case "time":
            time = DURATION.fullmatch(attributes.get(f"{OFFICE}time-value", ""))
            return ":".join(time.groups()) if time else shown
        case _:
            return attributes.get(f"{OFFICE}string-value", shown) or None


def _number_text(value: str, shown: str) -> str:
    """The number as it is kept, without a point if it is whole; as shown, if zeros stand before."""
    if re.fullmatch(r"-?\d+", value):
        whole = value
    else:
        try:
            number: Any = float(value)
        except ValueError:
            return value
        exact = number.is_integer() and abs(number) < LARGEST_WHOLE
        whole = str(int(number)) if exact else str(number)
    padded = shown.startswith("0") and shown.isdecimal() and shown.lstrip("0") == whole
    return shown if padded else whole
