"""Parquet: typed columns, the same bytes for the same rows and version of Arrow."""

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


def whole(path: Path, table: pa.Table) -> None:
    """A table in one go."""
    pq.write_table(table, path, compression="zstd", store_schema=False)


def _table(block: object) -> pa.Table:
    return pa.table(dict(block))  # type: ignore[call-overload]
