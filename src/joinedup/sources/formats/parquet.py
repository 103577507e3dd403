"""Parquet: types come with the file; only the wanted columns are decoded.

A few kilobytes can say that they hold a billion rows, or one long text a million times. What the
file says of itself is looked at before anything is decoded, and a column that is kept as a list of
its values with places in it is measured before it is laid out.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.limits import told
from joinedup.core.vocabulary import Layout
from joinedup.sources.delivery import Chunk, Raw, refusal, told_lines
from joinedup.sources.formats.sniff import CUT_OFF_FIX, PARQUET, open_checked
from joinedup.sources.formats.zipped import refuse_ratio
from joinedup.sources.given import Given, over

CHUNK_ROWS = 100_000
SMALLEST_BYTES = 12
LAID_OUT_BYTES = 256 << 20
TEXTS = ("BYTE_ARRAY",)
FIXED = "FIXED_LEN_BYTE_ARRAY"


def open_raw(given: Given, layout: Layout) -> Raw:  # noqa: ARG001 - every reader takes the same two
    """The columns, and the rows on demand; a row's line is its number, from 1.

    Raises:
        DeliveryError: no bytes, not Parquet, cut off, damaged, or over a cap by what it says.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - only who reads Parquet pays for it

    open_checked(given, "parquet")
    _refuse_cut_off(given)
    try:
        with given.open("rb") as file:
            said = pq.read_metadata(file)
            if said.num_columns > given.limits.columns:
                raise over(given, "columns", f"the file names {said.num_columns:,} columns")
            header = tuple(said.schema.to_arrow_schema().names)
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        raise _damaged(given) from None
    if said.num_rows > given.limits.rows:
        raise over(given, "rows", f"the file says that it has {said.num_rows:,} rows")

    def chunks(wanted: Sequence[str]) -> Iterator[Chunk]:
        first = 1
        try:
            for rows in _batches(given, said, list(wanted)):
                yield Chunk(rows, np.arange(first, first + rows.num_rows, dtype=np.int64))
                first += rows.num_rows
        except MemoryError:
            raise
        except (pa.ArrowException, OSError, UnicodeDecodeError):
            raise _damaged(given) from None

    return Raw(header, chunks)


def _batches(given: Given, said: Any, wanted: list[str]) -> Iterator[pa.RecordBatch]:
    """The wanted columns, in pieces that are not too large once every text stands in its row."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    first, size = 1, 0
    coded = _measured(given, said, set(wanted))
    with given.open("rb") as opened, pq.ParquetFile(opened, read_dictionary=coded) as file:
        for read in file.iter_batches(CHUNK_ROWS, columns=wanted):
            batch = read.select(wanted)
            size += sum(_size(given, column, first) for column in batch.columns)
            if size > given.limits.temp_bytes:
                held = told("temp_bytes", size)
                raise over(given, "temp_bytes", f"the columns taken hold {held} or more")
            for rows in _laid_out(given, batch, first):
                _refuse_not_text(given, rows, first)
                yield rows
                first += rows.num_rows


def _measured(given: Given, said: Any, wanted: set[str]) -> list[str]:
    """The wanted texts that are kept as a list of values; refuses columns that unpack to too much.

    Raises:
        DeliveryError: more than the caps, by what the file says.
    """
    unpacked, fixed = 0, 0
    coded: dict[str, bool] = {}
    for group in range(said.num_row_groups):
        rows = said.row_group(group)
        for place in range(rows.num_columns):
            column = rows.column(place)
            name = column.path_in_schema
            if name.partition(".")[0] not in wanted:
                continue
            unpacked += column.total_uncompressed_size
            if column.physical_type == FIXED:
                fixed += column.num_values * said.schema.column(place).length
            if column.physical_type in TEXTS:
                listed = any("DICTIONARY" in encoding for encoding in column.encodings)
                coded[name] = coded.get(name, True) and listed
    refuse_ratio(given, unpacked)
    if fixed > given.limits.temp_bytes:
        size = told("temp_bytes", fixed)
        raise over(given, "temp_bytes", f"the file says that its columns hold {size}")
    return [name for name, listed in coded.items() if listed]


def _laid_out(given: Given, batch: pa.RecordBatch, first: int) -> Iterator[pa.RecordBatch]:
    """The rows in pieces that are not too large once every text stands in its row."""
    size = sum(_size(given, column, first) for column in batch.columns)
    if size <= LAID_OUT_BYTES or batch.num_rows <= 1:
        yield batch
        return
    half = batch.num_rows // 2
    yield from _laid_out(given, batch.slice(0, half), first)
    yield from _laid_out(given, batch.slice(half), first + half)


def _size(given: Given, column: pa.Array, first: int) -> int:
    """Bytes of a column of listed values, were it laid out; of any other what it has."""
    if not pa.types.is_dictionary(column.type) or not _is_text(column.type.value_type):
        return int(column.nbytes)
    lengths = pc.binary_length(column.dictionary).take(column.indices)
    longest = pc.max(lengths).as_py() or 0
    if longest > given.limits.cell_bytes:
        line = first + pc.index(lengths, longest).as_py()
        raise over(given, "cell_bytes", f"a cell of row {line} has {longest:,} bytes")
    return int(pc.sum(lengths.cast(pa.int64())).as_py() or 0)


def _refuse_not_text(given: Given, rows: pa.RecordBatch, first: int) -> None:
    """Refuse texts whose bytes are no characters: a Parquet file says that they are, no more."""
    for column in rows.columns:
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            if not _is_text(getattr(column.type, "value_type", column.type)):
                raise
            wrong = [
                first + place for place, cell in enumerate(_bytes(column)) if not _spells(cell)
            ]
            raise refusal(
                given.name,
                f"cells hold what is not a character: {told_lines(wrong, len(wrong))}.",
                fix="ask the sender to write the file again, with its texts in UTF-8.",
            ) from None


def _bytes(column: pa.Array) -> list[bytes | None]:
    plain = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    cells: list[bytes | None] = plain.cast(pa.large_binary()).to_pylist()
    return cells


def _spells(cell: bytes | None) -> bool:
    try:
        (cell or b"").decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_large_binary(kind)
    )


def _refuse_cut_off(given: Given) -> None:
    """Parquet keeps its table of contents at the end, so a file cut off has no last mark."""
    with given.open("rb") as file:
        file.seek(max(0, given.size - len(PARQUET)))
        tail = file.read()
    if given.size < SMALLEST_BYTES or tail != PARQUET:
        raise refusal(
            given.name,
            "the file is cut off: the end mark of a Parquet file is missing.",
            fix=CUT_OFF_FIX,
        )


def _damaged(given: Given) -> Exception:
    return refusal(
        given.name, "the file is damaged: its Parquet content cannot be decoded.", fix=CUT_OFF_FIX
    )
