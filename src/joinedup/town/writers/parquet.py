"""Parquet: typed columns, the same bytes for the same rows and version of Arrow."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from joinedup.town.writers.lines import Blocks


def write(path: Path, blocks: Blocks) -> None:
    """One row group per block."""
    first = _table(next(blocks))
    with pq.ParquetWriter(path, first.schema, compression="zstd", store_schema=False) as file:
        file.write_table(first)
        for block in blocks:
            file.write_table(_table(block))


def whole(path: Path, columns: Mapping[str, pa.Array]) -> None:
    """All columns in one go."""
    pq.write_table(_table(columns), path, compression="zstd", store_schema=False)


def _table(columns: Mapping[str, pa.Array]) -> pa.Table:
    # A dictionary that has a word twice, as pools may, is written with bytes that nobody set.
    return pa.table({name: _text(column) for name, column in columns.items()})


def _text(column: pa.Array) -> pa.Array:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
