"""How do single rows become chunks, and what stands after the last of them?"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.errors import Problem
from joinedup.sources.delivery import Chunk, Lines, refusal, told_lines
from joinedup.sources.formats.sniff import CUT_OFF_FIX
from joinedup.sources.given import Given

CHUNK_ROWS = 50_000
# A trailer's digits may be a day or a check number beside the count; no file has so many rows.
MOST_ROWS = 10**9
MOST_DIGITS = 20
FEWEST_DATA_CELLS = 3
ROW_COUNT_CELLS = 2
FOOTER_WORDS = re.compile(
    r"\s*(grand|sub)?\s*(total|sum|count|trailer|end of|records|rows)", re.IGNORECASE
)

Row = TypeVar("Row")


def chunks_of(
    given: Given,
    rows: Iterable[tuple[int, Sequence[Any]]],
    columns: Sequence[pa.Field],
) -> Iterator[Chunk]:
    """Rows, each with the line it begins on, as chunks of the columns.

    Raises:
        DeliveryError: a cell holds what is not a character (half of a surrogate pair).
    """
    lines: list[int] = []
    cells: list[Sequence[Any]] = []
    for line, row in rows:
        lines.append(line)
        cells.append(row)
        if len(lines) == CHUNK_ROWS:
            yield _chunk(given, lines, cells, columns)
            lines, cells = [], []
    if lines:
        yield _chunk(given, lines, cells, columns)


def _chunk(
    given: Given, lines: list[int], cells: list[Sequence[Any]], columns: Sequence[pa.Field]
) -> Chunk:
    try:
        arrays = [
            pa.array(column, kind.type)
            for column, kind in zip(zip(*cells, strict=True), columns, strict=True)
        ]
    except UnicodeEncodeError:
        wrong = [line for line, row in zip(lines, cells, strict=True) if not _is_text(row)]
        raise refusal(
            given.name,
            f"cells hold what is not a character: {told_lines(wrong, len(wrong))}.",
            fix="ask the sender to export the file again, as UTF-8.",
        ) from None
    batch = pa.record_batch(arrays, schema=pa.schema(columns))
    numbers = np.array(lines, dtype=np.int64)
    _refuse_nul(given, batch, numbers)
    return Chunk(batch, numbers)


def _refuse_nul(given: Given, batch: pa.RecordBatch, lines: Lines) -> None:
    """A text format is scanned for NUL; an escape of JSON writes it all the same."""
    for column in batch.columns:
        if pa.types.is_string(column.type):
            found = pc.match_substring(column, "\0")
            wrong = lines[pc.fill_null(found, fill_value=False).to_numpy(zero_copy_only=False)]
            if len(wrong):
                raise refusal(
                    given.name,
                    f"cells hold a NUL character: {told_lines(wrong.tolist(), len(wrong))}.",
                    fix="ask the sender to export the file again, without it.",
                )


def _is_text(row: Sequence[Any]) -> bool:
    return all(not isinstance(cell, str) or cell.isprintable() or _encodes(cell) for cell in row)


def _encodes(cell: str) -> bool:
    return cell.encode(errors="replace").decode() == cell


def text_columns(names: Sequence[str]) -> list[pa.Field]:
    """The columns of a text format."""
    return [pa.field(name, pa.string()) for name in names]


def hold_back(rows: Iterable[Row], count: int, held: deque[Row]) -> Iterator[Row]:
    """All rows but the last `count`, which stand in `held` once the rows are at their end."""
    for row in rows:
        held.append(row)
        if len(held) > count:
            yield held.popleft()


def footer_faults(
    given: Given, footer: Iterable[tuple[int, Sequence[str]]], *, rows: int, width: int, place: str
) -> Iterator[Problem]:
    """What the rows after the last row of data say that the file does not bear out.

    Args:
        given: the file.
        footer: each with its line and its cells.
        rows: how many rows were read.
        width: how many columns the header names; 0 where rows have no cells of their own.
        place: where in the file, such as ` of sheet 2`; mostly empty.
    """
    for line, cells in footer:
        filled = [cell for cell in cells if cell and cell.strip()]
        if _is_like_a_row(filled, width):
            yield Problem(
                given.name,
                f"line {line}{place} should be a total or a trailer, but it looks like a row; the"
                " file seems to be cut off.",
                f"{CUT_OFF_FIX} If its last row is one of data, mend layout.footer_rows.",
            )
        said = _row_count(filled)
        if said is not None and said != rows:
            yield Problem(
                given.name,
                f"the total on line {line}{place} says {said:,} rows, and {rows:,} are there; the"
                " file seems to be cut off.",
                f"{CUT_OFF_FIX} If that line counts something else, ask for a file without it.",
            )


def _is_like_a_row(filled: Sequence[str], width: int) -> bool:
    many = len(filled) >= FEWEST_DATA_CELLS and 2 * len(filled) > width > 0
    return many and not any(FOOTER_WORDS.match(cell) for cell in filled)


def _row_count(filled: Sequence[str]) -> int | None:
    """The count, if the row is a label and one whole number, in one cell or in two."""
    if not 0 < len(filled) <= ROW_COUNT_CELLS:
        return None
    numbers = re.findall(r"\d[\d,]*(?:\.\d+)?", " ".join(filled))
    if len(numbers) != 1 or "." in numbers[0] or len(numbers[0]) > MOST_DIGITS:
        return None
    count = int(numbers[0].replace(",", ""))
    return count if count <= MOST_ROWS else None
