"""How do columns become lines of bytes without a loop over rows?

The values of an arrow string array lie one after another; joined with their line ends, they are
the file.
"""

import codecs
from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from joinedup.town.wording import join, plain

Block = Mapping[str, pa.Array]
Blocks = Iterator[Block]

MARKS = {"utf-8-sig": codecs.BOM_UTF8, "utf-16": codecs.BOM_UTF16_LE}
"""What a file begins with, by encoding."""
WITHOUT_MARK = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}


def raw(texts: pa.Array) -> bytes:
    """All texts of an array without anything between them, in UTF-8."""
    if not len(texts):
        return b""
    if pa.types.is_dictionary(texts.type) or texts.null_count:
        texts = plain(texts)
    _, offsets, values = texts.buffers()
    bounds = pa.Array.from_buffers(pa.int32(), texts.offset + len(texts) + 1, [None, offsets])
    first, last = bounds[texts.offset].as_py(), bounds[-1].as_py()
    return bytes(values.slice(first, last - first)) if last > first else b""


def encoded(lines: pa.Array, encoding: str) -> bytes:
    """Lines as bytes; what the encoding cannot say becomes a question mark, as it does."""
    written = raw(lines)
    if encoding in {"utf-8", "utf-8-sig"}:
        return written
    return encoded_text(written.decode("utf-8"), encoding)


def encoded_text(text: str, encoding: str) -> bytes:
    """A text as bytes without a byte order mark."""
    return text.encode(WITHOUT_MARK.get(encoding, encoding), "replace")


def mark(encoding: str) -> bytes:
    """The byte order mark of an encoding, if it has one."""
    return MARKS.get(encoding, b"")


def escaped(texts: pa.Array) -> pa.Array:
    """Text as XML content: the three characters that mean something there are written as names."""
    found = plain(texts)
    for character, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        if character.encode() in raw(found):
            found = pc.replace_substring(found, character, name)
    return found


def rows_in(block: Block) -> int:
    """How many rows a block has."""
    return len(next(iter(block.values())))


__all__ = [
    "Block", "Blocks", "encoded", "encoded_text", "escaped", "join", "mark", "plain", "raw",
    "rows_in",
]  # fmt: skip
