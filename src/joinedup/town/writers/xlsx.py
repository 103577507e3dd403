"""Workbooks, row by row: titles, headers in one or two rows, cells by the type of their column."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from joinedup.town.wording import EXCEL_ZERO
from joinedup.town.writers.lines import Block, Blocks

MOST_ROWS = 1_048_576
MADE = datetime(2026, 10, 1)  # noqa: DTZ001 - a workbook's property has no zone
BETWEEN = " / "
"""Between a group of columns and the column, in a name."""


def write(path: Path, sheets: Iterable[tuple[str, Blocks]], *, title: tuple[str, ...] = ()) -> None:
    """A workbook of these sheets, each with title rows, header and rows.

    Columns named "Licence / Number" have a second header row, and their group is merged above.
    Whole numbers and floats are numbers, days are dates, "" and null are no cell. A sheet that
    would be too long goes on in another, numbered one.
    """
    import xlsxwriter  # noqa: PLC0415 - slow; only where a workbook is written

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        book.set_properties({"created": MADE})
        look = {
            "date": book.add_format({"num_format": "dd/mm/yyyy"}),
            "bold": book.add_format({"bold": True}),
        }
        for name, blocks in sheets:
            _sheets(book, look, (name, title), blocks)


def _sheets(
    book: Any, look: dict[str, Any], head: tuple[str, tuple[str, ...]], blocks: Blocks
) -> None:
    name, title = head
    number, sheet, at = 1, None, 0
    for block in blocks:
        cells = _cells(block, look["date"])
        if sheet is None:
            sheet = book.add_worksheet(name)
            at = _header(sheet, list(block), look["bold"], title)
        for row in cells:
            if at == MOST_ROWS:
                number += 1
                sheet = book.add_worksheet(f"{name} {number}")
                at = _header(sheet, list(block), look["bold"], title)
            for column, (value, form) in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(at, column, value)
                elif value is not None:
                    sheet.write_number(at, column, value, form)
            at += 1


def _cells(block: Block, date: Any) -> Iterable[tuple[tuple[Any, Any], ...]]:
    """Rows of (value, format)."""
    columns = []
    for column in block.values():
        if pa.types.is_date(column.type):
            serial = np.asarray(column.cast(pa.int32()).fill_null(-EXCEL_ZERO)) + EXCEL_ZERO
            columns.append([(day or None, date) for day in serial.tolist()])
        else:
            columns.append(
                [
                    (value or None, None) if value == "" else (value, None)
                    for value in column.to_pylist()
                ]
            )
    return zip(*columns, strict=True)


def _header(sheet: Any, names: list[str], bold: Any, title: tuple[str, ...]) -> int:
    """Writes everything above the rows; the number of the first row."""
    at = 0
    for line in title:
        if line:
            sheet.write_string(at, 0, line, bold)
        at += 1
    if any(BETWEEN in name for name in names):
        column = 0
        for group, members in groupby(names, key=lambda name: name.partition(BETWEEN)[0]):
            last = column + len(list(members)) - 1
            if last > column:
                sheet.merge_range(at, column, at, last, group, bold)
            else:
                sheet.write_string(at, column, group, bold)
            column = last + 1
        at += 1
    for column, name in enumerate(names):
        sheet.write_string(at, column, name.rpartition(BETWEEN)[2], bold)
    return at + 1
