"""CSV as RFC 4180 has it: quoted fields, newlines inside quotes, one record per row.

Everything is text here; what it means is decided in `typed`. So leading zeros stay.
"""

import codecs
import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pyarrow as pa

from joinedup.core.errors import Problem, ProjectError
from joinedup.core.vocabulary import Layout
from joinedup.sources.delivery import Chunk, Raw, refusal
from joinedup.sources.sniff import CUT_OFF_FIX, open_checked

BLOCK_BYTES = 1 << 20
CHUNK_ROWS = 50_000
LONGEST_FIELD = 16 << 20


def open_raw(path: Path, layout: Layout) -> Raw:
    """The header, and the rows on demand.

    Raises:
        DeliveryError: no bytes, not text, not in the agreed encoding, or no header.
        ProjectError: the layout names an encoding that does not exist.
    """
    open_checked(path, "csv")
    encoding = _encoding(layout)
    faults = _scan(path, encoding, layout)
    with path.open(encoding=encoding, newline="") as file:
        header = _header(path, file, layout)

    def chunks(wanted: Sequence[str]) -> Iterator[Chunk]:
        with path.open(encoding=encoding, newline="") as file:
            yield from _chunks(file, layout, raw, wanted, path=path)

    raw = Raw(header, chunks, faults)
    return raw


def _encoding(layout: Layout) -> str:
    try:
        name = codecs.lookup(layout.encoding).name
    except LookupError:
        raise ProjectError(
            f"the layout names the encoding '{layout.encoding}', which does not exist.",
            fix="write one such as utf-8, cp1252 or iso8859-1 under [layout].",
            where=layout.file,
        ) from None
    return "utf-8-sig" if name == "utf-8" else name


def _scan(path: Path, encoding: str, layout: Layout) -> list[Problem]:
    """Read every byte once: can it be decoded, is it text, does the last line end?"""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line, last, bad_byte = 1, "", None
    with path.open("rb") as file:
        while bad_byte is None:
            block = file.read(BLOCK_BYTES)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                text, bad_byte = error.object[: error.start].decode(encoding, "ignore"), error.start
            if "\0" in text:
                raise refusal(
                    path.name,
                    f"line {line + text[: text.index(chr(0))].count(chr(10))} holds a NUL"
                    " character, which no text file has.",
                    fix="ask the sender to export the file again, as text.",
                )
            line += text.count("\n")
            last = text[-1:] or last
            if not block:
                break
    if bad_byte is not None:
        raise refusal(
            path.name,
            f"line {line} is not in the encoding {layout.encoding}.",
            fix="set layout.encoding to what the sender's system writes (often cp1252), or ask"
            f" for {layout.encoding}.",
        )
    if layout.final_newline and last not in ("\n", "\r"):
        what = f"the last line ({line}) does not end; the file seems to be cut off."
        fix = f"{CUT_OFF_FIX} If this sender's files never end so, set layout.final_newline = false"
        return [Problem(path.name, what, f"{fix}.")]
    return []


def _reader(file: TextIO, layout: Layout) -> Any:
    csv.field_size_limit(LONGEST_FIELD)
    for _ in islice(file, layout.skip_rows):
        pass
    return csv.reader(file, delimiter=layout.delimiter, strict=True)


def _header(path: Path, file: TextIO, layout: Layout) -> tuple[str, ...]:
    try:
        header = next((row for row in _reader(file, layout) if row), None)
    except csv.Error:
        header = None
    if header is None:
        raise refusal(
            path.name,
            f"there is no header after {layout.skip_rows} title rows.",
            fix="check layout.skip_rows and layout.delimiter, or ask the sender for a new file.",
        )
    return tuple(name.strip() for name in header)


def _chunks(
    file: TextIO, layout: Layout, raw: Raw, wanted: Sequence[str], *, path: Path
) -> Iterator[Chunk]:
    header, faults = raw.header, raw.faults
    reader = _reader(file, layout)
    next(row for row in reader if row)
    places = [header.index(name) for name in wanted]
    pick = itemgetter(*places) if len(places) > 1 else lambda row: tuple(row[i] for i in places)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    began = reader.line_num
    try:
        for row in reader:
            line, began = began + 1 + layout.skip_rows, reader.line_num
            if len(row) == len(header):
                rows.append(pick(row))
                lines.append(line)
            elif row:
                raw.ragged.append(line)
            if len(rows) == CHUNK_ROWS:
                yield _chunk(rows, lines, wanted)
                rows, lines = [], []
    except csv.Error:
        faults.append(_unreadable(path, began + 1 + layout.skip_rows))
    if rows:
        yield _chunk(rows, lines, wanted)


def _chunk(rows: list[tuple[str, ...]], lines: list[int], wanted: Sequence[str]) -> Chunk:
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return Chunk(pa.record_batch(columns, list(wanted)), np.array(lines, dtype=np.int64))


def _unreadable(path: Path, line: int) -> Problem:
    return Problem(
        path.name,
        f"the row that begins on line {line} has a quote that is not closed, text after a closing"
        f" quote, or a field of more than {LONGEST_FIELD >> 20} million characters; nothing after"
        " it was read.",
        "ask the sender for a new file with quotes inside fields doubled, or check"
        " layout.delimiter; a file cut off in a quoted field looks so too.",
    )
