"""The result for a spreadsheet: a workbook, and each table as CSV; no cell is ever a formula.

A cell that a spreadsheet would take for a formula came from somebody's data. In a workbook it is
stored as text and marked as such; in a CSV file, which has no types, an apostrophe goes before it.
Source: OWASP, CSV Injection, https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
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

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

SUMMARY = "Summary"
ESTIMATE_KEYS = ("value", "low", "high", "level", "unit", "n")
NAME_AT_MOST = 31
WIDEST, NARROWEST = 60, 9
CELL_AT_MOST = 32_767
NO_DATE = datetime(1980, 1, 1)  # noqa: DTZ001 - a workbook's dates have no zone; the oldest in a zip
NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
FORMULA = re.compile(
    "^(?:[\\s\u00a0\u200b\u200c\u200d\u2060\ufeff'\"‘’“”＇＂`]*[=+\\-@＝＋－＠−]|[\\t\\r\\n])"  # noqa: RUF001 - the look-alikes are meant
)
Line = Sequence[Any]


def neutral(text: str) -> str:
    """Printable text that no spreadsheet takes for a formula: an apostrophe goes before one.

    >>> neutral('=1+1'), neutral(' @cmd'), neutral('Elm Road')
    ("'=1+1", "' @cmd", 'Elm Road')
    """
    clean = words.printable(text)
    return f"'{clean}" if FORMULA.match(text) else clean


def csv_text(table: Table) -> str:
    """The table as CSV (RFC 4180, UTF-8 when written): names of columns, then rows.

    Numbers are plain, a share is 0 to 1, dates are ISO 8601, a missing figure is empty, a hidden
    one is `hidden`.
    """
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow([neutral(column.name) for column in table.columns])
    writer.writerows([_csv_cell(value) for value in row] for row in table.rows)
    return sheet.getvalue()


def _csv_cell(value: Cell | Hidden) -> str | int | float:
    value = words.plain(value)
    if words.is_missing(value):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return value
    return neutral(str(value))


def write(content: Content, path: Path) -> None:
    """A workbook: a sheet `Summary`, then one for each table. The same content, the same bytes."""
    result = words.result_of(content)
    path.write_bytes(_packed(workbook(content), at=_made(result)))


def workbook(content: Content) -> "Workbook":
    """The workbook itself, in memory."""
    from openpyxl import Workbook  # noqa: PLC0415 - only when a workbook is wanted

    result = words.result_of(content)
    book = Workbook()
    first = book.active
    if first is None or not hasattr(first, "append"):
        message = "openpyxl gave a workbook without a sheet"
        raise TypeError(message)
    first.title = SUMMARY
    _fill(first, summary(content), widths=(34, 48, 22, 22, 12, 20, 14))
    taken = {SUMMARY.casefold()}
    for table in words.tables_of(result):
        sheet = book.create_sheet(sheet_name(table.title, taken))
        _fill_table(sheet, table)
    return book


def sheet_name(title: str, taken: set[str]) -> str:
    """A legal name of at most 31 characters that no other sheet has; it is added to `taken`."""
    clean = " ".join(NOT_IN_A_NAME.sub(" ", words.printable(title)).split()).strip("' ")
    if not clean or clean.casefold() == "history":  # Excel keeps that name for itself
        clean = f"Table {clean}".strip()
    name, number = clean[:NAME_AT_MOST].strip("' "), 1
    while name.casefold() in taken:
        number += 1
        end = f" ({number})"
        name = clean[: NAME_AT_MOST - len(end)].strip("' ") + end
    taken.add(name.casefold())
    return name


def summary(content: Content) -> list[Line]:
    """The lines of the first sheet: finding, status, then each block but the tables, provenance."""
    result = words.result_of(content)
    lines: list[Line] = [["Finding", result.headline], ["Status", ". ".join(words.status(content))]]
    lines += [["Caution", text] for text in result.cautions]
    for block in result.blocks:
        lines += lines_of(block)
    lines += [[], ["Where this comes from"]]
    lines += [list(pair) for pair in words.provenance_rows(result)]
    if result.provenance is not None:
        lines += [["Input", name, digest] for name, digest in result.provenance.inputs.items()]
        lines += [["Setting", key, str(value)] for key, value in result.provenance.settings.items()]
    return lines


def lines_of(block: Block) -> list[Line]:
    """One block on the first sheet; a table has a sheet of its own, cautions stand at the top."""
    match block:
        case Prose():
            return [[], [block.heading or "Text", block.text]]
        case Table() | Caution():
            return []
        case Figure():
            return [[], ["Chart", f"{block.title}. {block.alt}"]]
        case Map():
            return [[], ["Map", f"{block.title}. {block.alt}"]]
        case Estimates():
            return [
                [],
                [block.title, "Name", "Value", "Low", "High", "Level", "Unit", "Rests on"],
                *(
                    ["", words.name_of(item), *(getattr(item, key) for key in ESTIMATE_KEYS)]
                    for item in block.items
                ),
            ]
        case Checks():
            items = (["", check.name, check.answer, check.detail] for check in block.items)
            return [[], [block.title, "Check", "Answer", "Detail"], *items]
        case _:
            assert_never(block)


def _fill(sheet: "Worksheet", lines: Iterable[Line], *, widths: Sequence[int]) -> None:
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415 - as in workbook

    for row, line in enumerate(lines, start=1):
        for place, value in enumerate(line, start=1):
            cell = sheet.cell(row=row, column=place)
            _put(cell, value)
            cell.alignment = Alignment(wrap_text=place == 2, vertical="top")  # noqa: PLR2004 - the wide one
            cell.font = Font(name="Arial", bold=place == 1)
    _set_widths(sheet, widths)


def _fill_table(sheet: "Worksheet", table: Table) -> None:
    from openpyxl.styles import Alignment, Border, Font, Side  # noqa: PLC0415 - as in workbook

    line = Border(bottom=Side(style="thin"))
    for place, column in enumerate(table.columns, start=1):
        cell = sheet.cell(row=1, column=place)
        _put(cell, words.heading(column))
        side = "right" if words.is_number(column) else "left"
        cell.font, cell.border = Font(name="Arial", bold=True), line
        cell.alignment = Alignment(wrap_text=True, vertical="bottom", horizontal=side)
    plain = Font(name="Arial")
    for row, values in enumerate(table.rows, start=2):
        for place, (column, value) in enumerate(zip(table.columns, values, strict=True), start=1):
            cell = sheet.cell(row=row, column=place)
            _put(cell, value, number_format=_format(column))
            cell.font = plain
    for row, note in enumerate(_notes(table), start=len(table.rows) + 3):
        _put(sheet.cell(row=row, column=1), note)
    sheet.freeze_panes = "A2"
    _set_widths(sheet, [_width(table, place) for place in range(len(table.columns))])


def _notes(table: Table) -> list[str]:
    return [note for note in (table.title, table.note, words.note_on_hidden(table)) if note]


def _width(table: Table, place: int) -> int:
    column = table.columns[place]
    longest = max((len(words.cell(column, row[place])) for row in table.rows[:200]), default=0)
    word = max((len(part) for part in words.heading(column).split()), default=0)
    return max(NARROWEST, min(WIDEST, max(longest, word, len(words.heading(column)) // 2) + 2))


def _set_widths(sheet: "Worksheet", widths: Iterable[int]) -> None:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - as in workbook

    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width


def _put(cell: Any, value: Any, *, number_format: str = "General") -> None:
    """Put a value in a cell with its type; text stays text, whatever it looks like."""
    value = words.plain(value)
    if words.is_missing(value):
        return
    if isinstance(value, datetime) and value.tzinfo:
        value = value.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, bool | int | float | date) and _fits(value):
        cell.value = value
        cell.number_format = _format_of(value, number_format)
        return
    text = words.printable(str(value))[:CELL_AT_MOST]
    cell.value = text
    cell.data_type = "s"  # after the value: openpyxl makes a formula of what begins with =
    cell.quotePrefix = bool(FORMULA.match(str(value)))


def _fits(value: Any) -> bool:
    """Whether a spreadsheet can hold it: numbers to 15 digits, dates from 1900."""
    if isinstance(value, date):
        return value.year > 1900  # noqa: PLR2004 - the first day a spreadsheet knows
    return isinstance(value, float) or abs(value) < 10**15


def _format_of(value: Any, number_format: str) -> str:
    if isinstance(value, datetime):
        return "d mmmm yyyy hh:mm"
    if isinstance(value, date):
        return "d mmmm yyyy"
    return "General" if isinstance(value, bool) else number_format


def _format(column: Column) -> str:
    digits = f".{'0' * column.digits}" if column.digits else ""
    kinds = {"count": "#,##0", "number": f"#,##0{digits}", "share": f"0{digits}%"}
    return kinds.get(column.kind, "General")


def _made(result: Result) -> datetime:
    """When the result was made, so that the file does not depend on when it is written."""
    try:
        at = datetime.fromisoformat(result.provenance.at if result.provenance else "")
    except ValueError:
        return NO_DATE
    made = at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at
    return max(made.replace(microsecond=0), NO_DATE)


def _packed(book: "Workbook", *, at: datetime) -> bytes:
    """The workbook's bytes, every date in them `at`."""
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo  # noqa: PLC0415 - as in workbook

    from openpyxl.writer.excel import ExcelWriter  # noqa: PLC0415

    book.properties.created = book.properties.modified = at
    book.properties.creator = "Joinedup"
    loose, packed = io.BytesIO(), io.BytesIO()
    # Not Workbook.save, which writes the time of day into the file.
    ExcelWriter(book, ZipFile(loose, "w", ZIP_DEFLATED)).save()
    with ZipFile(loose) as source, ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(ZipInfo(name, at.timetuple()[:6]), source.read(name), ZIP_DEFLATED)
    return packed.getvalue()
