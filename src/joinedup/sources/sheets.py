"""What sheets has a workbook, and what rows have they, before a layout says where the table is?"""

import warnings
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from joinedup.core.vocabulary import Format
from joinedup.sources.delivery import refusal

SILENT_ROWS = 1_000
Numbered = Iterator[tuple[int, list[str]]]


def sheets(path: Path, kind: Format) -> Iterator[tuple[str, Numbered]]:
    """Each sheet's name, and its rows that hold something: their number, from 1, and text.

    Raises:
        DeliveryError: the workbook is damaged.
    """
    opened = {"xlsx": _xlsx}[kind]
    try:
        for name, rows in opened(path):
            yield name, _filled(enumerate(rows, 1))
    except (KeyError, ValueError, OSError, SyntaxError):
        raise refusal(
            path.name, "the workbook is damaged.", fix="ask the sender for it again."
        ) from None


def _filled(rows: Iterator[tuple[int, Sequence[Any]]]) -> Numbered:
    for number, cells in rows:
        texts = ["" if cell is None else str(cell).strip() for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            yield number, texts


def _xlsx(path: Path) -> Iterator[tuple[str, Iterator[Sequence[Any]]]]:
    import openpyxl  # noqa: PLC0415 - only who reads a workbook pays for it

    with warnings.catch_warnings(action="ignore"), path.open("rb") as file:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            yield sheet.title, _in_silence(sheet.iter_rows(values_only=True))


def _in_silence(rows: Iterator[Any]) -> Iterator[Any]:
    """The rows, without openpyxl's warnings: some of them repeat a cell."""
    while True:
        with warnings.catch_warnings(action="ignore"):
            block = list(islice(rows, SILENT_ROWS))
        if not block:
            return
        yield from block
