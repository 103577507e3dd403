"""What do these rows say, in one digest, whoever made the frame and however it is batched?

The digest is taken of the cells, column by column: not of the Parquet file, which is encrypted
anew at every writing, and not of Arrow's memory, in which the same cells lie in many ways.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

ALL_THERE, SOME_EMPTY = b"\x00", b"\x01"


class Contents:
    """The digest of each column of a table that is handed in piece by piece, in its order.

    1. Equal cells of equal type give an equal digest; -0.0 and 0.0 are two numbers.
    2. Where the pieces are cut must be the same each time: `parts` cuts them at one size.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self._kinds = {field.name: str(field.type) for field in schema}
        self._hashes = {name: hashlib.sha256() for name in self._kinds}
        self.rows = 0

    def add(self, piece: pa.Table) -> None:
        """The next rows, each column in one chunk."""
        for name, sha in self._hashes.items():
            for told in _told(_whole(piece[name])):
                sha.update(len(told).to_bytes(8, "little"))
                sha.update(told)
        self.rows += piece.num_rows

    @property
    def columns(self) -> dict[str, list[Any]]:
        """Column to its type, its rows, and the digest of its cells."""
        return {
            name: [self._kinds[name], self.rows, sha.hexdigest()]
            for name, sha in self._hashes.items()
        }


def _whole(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    # Older Arrow gives chunks back where there are none.
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole


def _told(values: pa.Array) -> Iterator[bytes | memoryview]:
    """What the cells are, as bytes: which are there, then those that are."""
    if isinstance(values, pa.ExtensionArray):
        values = values.storage
    if values.null_count:
        yield SOME_EMPTY
        yield _bits(pc.is_valid(values))
        values = values.drop_null()
    else:
        yield ALL_THERE
    for is_of, say in SAID:
        if is_of(values.type):
            yield from say(values)
            return
    yield _as_stream(values)


def _is_plain(kind: pa.DataType) -> bool:
    """Whether every cell has the same number of bytes, which say it whole."""
    tests = (
        *(pa.types.is_primitive, pa.types.is_decimal, pa.types.is_fixed_size_binary),
        *(pa.types.is_interval, pa.types.is_temporal),
    )
    return any(test(kind) for test in tests)


def _cells(values: pa.Array) -> Iterator[memoryview]:
    width = values.type.bit_width // 8
    first = values.offset * width
    yield memoryview(values.buffers()[1])[first : first + len(values) * width]


def _bits(values: pa.Array) -> bytes:
    return np.packbits(np.asarray(values.to_numpy(zero_copy_only=False), dtype=bool)).tobytes()


def _texts(values: pa.Array) -> Iterator[bytes | memoryview]:
    _, places, content = values.buffers()
    if len(values) and content is not None:
        at = np.frombuffer(places, np.int32)[values.offset : values.offset + len(values) + 1]
        yield np.diff(at).tobytes()
        yield memoryview(content)[int(at[0]) : int(at[-1])]
    else:
        yield bytes(4 * len(values))
        yield b""


def _lists(values: pa.Array) -> Iterator[bytes | memoryview]:
    yield np.asarray(pc.list_value_length(values), dtype=np.int64).tobytes()
    yield from _told(values.flatten())


def _pairs(values: pa.Array) -> Iterator[bytes | memoryview]:
    inside = pa.struct([values.type.key_field, values.type.item_field])
    yield from _lists(values.cast(pa.list_(inside)))


def _fields(values: pa.Array) -> Iterator[bytes | memoryview]:
    for inner in values.flatten():
        yield from _told(inner)


def _as_stream(values: pa.Array) -> bytes:
    """Of a kind that is not told above: as Arrow's own stream says it."""
    sink = pa.BufferOutputStream()
    batch = pa.record_batch([values], names=["cells"])
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    content: bytes = sink.getvalue().to_pybytes()
    return content


SAID: tuple[tuple[Callable[[Any], bool], Callable[[Any], Iterator[bytes | memoryview]]], ...] = (
    (pa.types.is_null, lambda _values: iter(())),
    (pa.types.is_boolean, lambda values: iter((_bits(values),))),
    (pa.types.is_string, _texts),
    (pa.types.is_binary, _texts),
    (pa.types.is_dictionary, lambda values: _told(values.dictionary_decode())),
    (pa.types.is_struct, _fields),
    (pa.types.is_map, _pairs),
    (pa.types.is_list, _lists),
    (pa.types.is_large_list, _lists),
    (pa.types.is_fixed_size_list, lambda values: _told(values.flatten())),
    (_is_plain, _cells),
)
"""Each kind of cell, and how it is told."""
