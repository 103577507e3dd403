"""Parquet: types come with the file; only the wanted columns are decoded."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from joinedup.core.vocabulary import Layout
from joinedup.sources.delivery import Chunk, Raw, refusal
from joinedup.sources.formats.sniff import CUT_OFF_FIX, PARQUET, open_checked

CHUNK_ROWS = 100_000
SMALLEST_BYTES = 12


def open_raw(path: Path, layout: Layout) -> Raw:  # noqa: ARG001 - every reader takes the same two
    """The columns, and the rows on demand; a row's line is its number, from 1.

    Raises:
        DeliveryError: no bytes, not Parquet, cut off, or damaged.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - only who reads Parquet pays for it

    open_checked(path, "parquet")
    _refuse_cut_off(path)
    try:
        header = tuple(pq.read_schema(path).names)
    except (pa.ArrowException, OSError):
        raise _damaged(path) from None

    def chunks(wanted: Sequence[str]) -> Iterator[Chunk]:
        first = 1
        try:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(CHUNK_ROWS, columns=list(wanted)):
                    rows = batch.select(list(wanted))
                    yield Chunk(rows, np.arange(first, first + batch.num_rows, dtype=np.int64))
                    first += batch.num_rows
        except (pa.ArrowException, OSError):
            raise _damaged(path) from None

    return Raw(header, chunks)


def _refuse_cut_off(path: Path) -> None:
    """Parquet keeps its table of contents at the end, so a file cut off has no last mark."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - len(PARQUET)))
        tail = file.read()
    if size < SMALLEST_BYTES or tail != PARQUET:
        raise refusal(
            path.name,
            "the file is cut off: the end mark of a Parquet file is missing.",
            fix=CUT_OFF_FIX,
        )


def _damaged(path: Path) -> Exception:
    return refusal(
        path.name, "the file is damaged: its Parquet content cannot be decoded.", fix=CUT_OFF_FIX
    )
