"""A workbook: one sheet, a header, and cells that are numbers, dates or text.

Cells become text in one exact way, so that the same typing as for CSV follows: whole numbers
without a decimal point, dates as ISO 8601 with a `T`, which no agreed format is mistaken for.
A formula counts as what it last came to; one that was never worked out is refused.
"""

import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from joinedup.core.errors import DeliveryError, Problem
from joinedup.core.vocabulary import Layout
from joinedup.sources.delivery import Chunk, Raw, refusal, told_lines
from joinedup.sources.sniff import CUT_OFF_FIX, open_checked

CHUNK_ROWS = 20_000
SILENT_ROWS = 1_000
LARGEST_BYTES = 2 << 30
LARGEST_WHOLE = 2.0**53
ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})


def open_raw(path: Path, layout: Layout) -> Raw:
    """The header of the sheet, and its rows on demand.

    Raises:
        DeliveryError: no bytes, not a workbook, cut off, damaged, no such sheet, or no header.
    """
    open_checked(path, "xlsx")
    _refuse_broken_zip(path)
    faults: list[Problem] = []
    header = tuple(_text(cell).strip() for cell in next(_rows(path, layout), (0, ()))[1])
    while header and not header[-1]:
        header = header[:-1]
    if not header:
        raise refusal(
            path.name,
            f"the sheet has no header after {layout.skip_rows} title rows.",
            fix="check layout.sheet and layout.skip_rows, or ask the sender for a new file.",
        )

    def chunks(wanted: Sequence[str]) -> Iterator[Chunk]:
        yield from _chunks(path, layout, header, wanted, faults)

    return Raw(header, chunks, faults)


def _refuse_broken_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = {member.filename: member.file_size for member in archive.infolist()}
    except (zipfile.BadZipFile, OSError):
        raise refusal(
            path.name, "the workbook is cut off: its end is missing.", fix=CUT_OFF_FIX
        ) from None
    if "xl/workbook.xml" not in members:
        raise refusal(
            path.name,
            "the file is a zip, but no workbook is in it.",
            fix="ask the sender for a workbook (XLSX), or change layout.format.",
        )
    if sum(members.values()) > LARGEST_BYTES:
        raise refusal(
            path.name,
            f"the workbook unpacks to more than {LARGEST_BYTES >> 30} GB.",
            fix="ask the sender for CSV or Parquet, which have no such limit.",
        )


def _rows(path: Path, layout: Layout, *, formulas: bool = False) -> Iterator[tuple[int, Any]]:
    """Sheet row number, from 1, and the cells, of every row after the titles."""
    import openpyxl  # noqa: PLC0415 - only who reads a workbook pays for it

    try:
        with path.open("rb") as file:
            with warnings.catch_warnings(action="ignore"):
                book = openpyxl.load_workbook(file, read_only=True, data_only=not formulas)
            sheet = _sheet(path, book, layout.sheet)
            sheet.reset_dimensions()
            rows = sheet.iter_rows(min_row=layout.skip_rows + 1, values_only=True)
            yield from enumerate(_in_silence(rows), layout.skip_rows + 1)
    except DeliveryError:
        raise
    except Exception:  # noqa: BLE001 - openpyxl raises nearly anything on a damaged part
        raise refusal(
            path.name, "the workbook is damaged: the sheet cannot be read.", fix=CUT_OFF_FIX
        ) from None


def _in_silence(rows: Iterator[Any]) -> Iterator[Any]:
    """The rows, without openpyxl's warnings: some of them repeat a cell."""
    block: list[Any] = []
    while True:
        with warnings.catch_warnings(action="ignore"):
            block = list(islice(rows, SILENT_ROWS))
        if not block:
            return
        yield from block


def _sheet(path: Path, book: Any, name: str) -> Any:
    if not name:
        return book.worksheets[0]
    if name not in book.sheetnames:
        raise refusal(
            path.name,
            f"the workbook has {len(book.sheetnames)} sheets and none is called '{name}'.",
            fix="set layout.sheet to the sheet's name, or ask the sender for a new file.",
        )
    return book[name]


def _chunks(
    path: Path,
    layout: Layout,
    header: tuple[str, ...],
    wanted: Sequence[str],
    faults: list[Problem],
) -> Iterator[Chunk]:
    places = [header.index(name) for name in wanted]
    rows: list[list[str | None]] = []
    lines: list[int] = []
    broken: list[int] = []
    beside: list[int] = []
    sheet = _rows(path, layout)
    next(sheet)
    for line, cells in sheet:
        filled = len(cells) - next((i for i, c in enumerate(reversed(cells)) if c is not None), 0)
        if all(cell is None for cell in cells):
            continue
        if filled > len(header):
            beside.append(line)
        picked = [cells[place] if place < len(cells) else None for place in places]
        if any(isinstance(cell, str) and cell in ERRORS for cell in picked):
            broken.append(line)
        rows.append([None if cell is None else _text(cell) for cell in picked])
        lines.append(line)
        if len(rows) == CHUNK_ROWS:
            yield _chunk(rows, lines, wanted)
            rows, lines = [], []
    if rows:
        yield _chunk(rows, lines, wanted)
    uncounted = _never_worked_out(path, layout, places)
    faults.extend(_problems(path, broken=broken, beside=beside, uncounted=uncounted))


def _chunk(rows: list[list[str | None]], lines: list[int], wanted: Sequence[str]) -> Chunk:
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return Chunk(pa.record_batch(columns, list(wanted)), np.array(lines, dtype=np.int64))


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


def _never_worked_out(path: Path, layout: Layout, places: list[int]) -> list[int]:
    """Lines where a wanted cell holds a formula without a value; a second look, only if any has."""
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if not any(b"<f" in archive.read(name) for name in sheets):
            return []
    found = []
    pairs = zip(_rows(path, layout), _rows(path, layout, formulas=True), strict=False)
    for (line, values), (_, formulas) in pairs:
        for place in places:
            worked_out = place < len(values) and values[place] is not None
            if place < len(formulas) and _is_formula(formulas[place]) and not worked_out:
                found.append(line)
                break
    return found


def _is_formula(cell: Any) -> bool:
    return isinstance(cell, str) and cell.startswith("=")


def _problems(
    path: Path, *, broken: list[int], beside: list[int], uncounted: list[int]
) -> Iterator[Problem]:
    causes = (
        (broken, "hold an error of the spreadsheet", "mend the formula and save the workbook."),
        (beside, "hold cells beside the header's last column", "remove them, or name the column."),
        (
            uncounted,
            "hold a formula that was never worked out",
            "open the workbook in a spreadsheet program and save it again.",
        ),
    )
    for lines, words, fix in causes:
        if lines:
            what = f"{len(lines):,} rows {words}: {told_lines(lines, len(lines))}."
            yield Problem(path.name, what, f"ask the sender to {fix}")
