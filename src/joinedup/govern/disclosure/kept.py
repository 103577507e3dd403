"""The log of what left, as a table to be kept: who is in which count of which release.

To be kept encrypted. A release is one row, compressed, read back one at a time.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from joinedup.core.errors import RecordsError
from joinedup.govern.disclosure.differencing import Released

LOG = pa.schema(
    [
        ("release", pa.string()),
        ("combinations", pa.int64()),
        ("cells", pa.int64()),
        ("shown", pa.int64()),
        ("length", pa.int64()),
        ("width", pa.int8()),
        ("member", pa.large_binary()),
        ("size", pa.list_(pa.int64())),
        ("layer", pa.list_(pa.int64())),
        ("persons", pa.large_binary()),
    ]
)


def as_table(log: Iterable[Released]) -> pa.Table:
    """The log as a table of one row a release, compressed.

    To be kept encrypted: it says who is in which cell.
    """
    rows = [
        {
            "release": one.name,
            "combinations": one.member.shape[0],
            "cells": one.member.shape[1],
            "shown": one.shown,
            "length": len(one.label),
            "width": one.label.itemsize,
            "member": np.packbits(one.member).tobytes(),
            "size": one.size.tolist(),
            "layer": one.layer.tolist(),
            "persons": pa.compress(one.label.tobytes(), codec="zstd", asbytes=True),
        }
        for one in log
    ]
    return pa.Table.from_pylist(rows, schema=LOG)


def from_table(table: pa.Table) -> Iterator[Released]:
    """The log as `as_table` wrote it, one release at a time: a long log is never held whole.

    Raises:
        RecordsError: a release is not as it was written.
    """
    for batch in table.to_batches(max_chunksize=1):
        for row in batch.to_pylist():
            try:
                yield _read(row)
            except (OSError, ValueError, KeyError, TypeError, IndexError):
                raise RecordsError(
                    "a release of the log of releases is not as it was written.",
                    fix="restore the log from a backup; nothing can be released until it is whole.",
                ) from None


def _read(row: Mapping[str, Any]) -> Released:
    kind = np.dtype(np.uint8 if row["width"] == 1 else np.uint32)
    size = row["length"] * kind.itemsize
    kept = pa.decompress(row["persons"], decompressed_size=size, codec="zstd", asbytes=True)
    label = np.frombuffer(kept, dtype=kind)
    bits = np.unpackbits(np.frombuffer(row["member"], dtype=np.uint8))
    shape = (row["combinations"], row["cells"])
    member = bits[: shape[0] * shape[1]].reshape(shape).astype(bool)
    size, layer = (np.array(row[name], dtype=np.int64) for name in ("size", "layer"))
    return Released(row["release"], label, member, row["shown"], size, layer)
