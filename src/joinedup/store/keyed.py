"""The keyed digest (HMAC-SHA256) of every text of a column.

The standard library's own: the system's code for it takes less work than the engine's on two cores,
and leaves the other core to what is written and judged meanwhile.
"""

import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BLOCK, HEX = 64, 64
INNER = bytes(number ^ 0x36 for number in range(256))
OUTER = bytes(number ^ 0x5C for number in range(256))


def keyed_digests(texts: pa.Array, secret: bytes, before: bytes) -> pa.Array:
    """HMAC-SHA256 (RFC 2104) of `before` and each text, in hexadecimal digits; null where it is.

    Args:
        texts: strings, shape (rows,).
        secret: the key, at most 64 bytes.
        before: what stands before every text.

    Returns:
        strings, shape (rows,).
    """
    there = texts.drop_null() if texts.null_count else texts
    padded = secret.ljust(BLOCK, b"\x00")
    made = _made(there, padded.translate(INNER) + before, padded.translate(OUTER))
    if not texts.null_count:
        return made
    nothing = pa.nulls(len(texts), pa.string())
    return pc.replace_with_mask(nothing, pc.is_valid(texts), made) if len(made) else nothing


def _made(texts: pa.Array, inner: bytes, outer: bytes) -> pa.Array:
    """The key is taken in once for the whole column."""
    one, other = hashlib.sha256(inner).copy, hashlib.sha256(outer).copy
    made = []
    for text in texts.cast(pa.binary()).to_pylist():
        within, without = one(), other()
        within.update(text)
        without.update(within.digest())
        made.append(without.digest())
    told = pa.py_buffer(b"".join(made).hex().encode())
    places = np.arange(0, HEX * (len(made) + 1), HEX, dtype=np.int32)
    return pa.StringArray.from_buffers(len(made), pa.py_buffer(places), told)
