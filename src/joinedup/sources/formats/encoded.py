"""Which characters do a text file's bytes spell, and can all of them be read?

Every byte is decoded once before any row is read, so that a file in another encoding is refused
with the line where that shows, and the readers after it need not ask again.
"""

import codecs
from collections.abc import Iterator
from pathlib import Path

from joinedup.core.errors import Problem, ProjectError
from joinedup.core.vocabulary import Layout
from joinedup.sources.delivery import refusal
from joinedup.sources.formats.sniff import CUT_OFF_FIX

BLOCK_BYTES = 4 << 20
LONGEST_FIELD = 16 << 20
BYTE_ORDER_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(layout: Layout) -> str:
    """Python's name of the layout's encoding; with `-sig`, so that UTF-8's mark is left out.

    Raises:
        ProjectError: the layout names an encoding that does not exist.
    """
    try:
        name = codecs.lookup(layout.encoding).name
        "".encode(name)
    except LookupError:
        raise ProjectError(
            f"the layout names the encoding '{layout.encoding}', which does not exist.",
            fix="write one such as utf-8, cp1252 or iso8859-1 under [layout].",
            where=layout.file,
        ) from None
    return "utf-8-sig" if name == "utf-8" else name


def scan(path: Path, layout: Layout, *, lines: bool = True) -> list[Problem]:
    """Read every byte once: can it be decoded, is it text, does the last line end?

    Args:
        path: a file that is there and not empty.
        layout: names the encoding.
        lines: whether the format is one of lines, the last of which must end.

    Raises:
        DeliveryError: not text, or not in the agreed encoding.
        ProjectError: the layout names an encoding that does not exist.
    """
    encoding = encoding_of(layout)
    _refuse_other_mark(path, layout, encoding)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line, last, block = 1, "", b" "
    with path.open("rb") as file:
        while block:
            block = file.read(BLOCK_BYTES)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                before = error.object[: error.start].decode(encoding, "ignore")
                raise _undecodable(path, layout, line + before.count("\n"), error) from None
            if "\0" in text:
                raise refusal(
                    path.name,
                    f"line {line + text.count(chr(10), 0, text.index(chr(0)))} holds a NUL"
                    " character, which no text file has.",
                    fix="ask the sender to export the file again, as text.",
                )
            line += text.count("\n")
            last = text[-1:] or last
    if lines and layout.final_newline and last not in ("\n", "\r"):
        what = f"the last line ({line}) does not end; the file seems to be cut off."
        fix = f"{CUT_OFF_FIX} If this sender's files never end so, set layout.final_newline = false"
        return [Problem(path.name, what, f"{fix}.")]
    return []


def _refuse_other_mark(path: Path, layout: Layout, encoding: str) -> None:
    with path.open("rb") as file:
        head = file.read(4)
    marked = next((name for mark, name in BYTE_ORDER_MARKS if head.startswith(mark)), "")
    if marked and not encoding.startswith((marked, "utf-32")):
        raise refusal(
            path.name,
            f"the file begins with the mark of {marked}, so line 1 is not in the encoding"
            f" {layout.encoding}.",
            fix=f'set layout.encoding = "{marked}", or ask for {layout.encoding}.',
        )


def _undecodable(path: Path, layout: Layout, line: int, error: UnicodeDecodeError) -> Exception:
    if error.reason in ("unexpected end of data", "truncated data"):
        what = f"the last line ({line}) ends inside a character; the file seems to be cut off."
        return refusal(path.name, what, fix=CUT_OFF_FIX)
    return refusal(
        path.name,
        f"line {line} is not in the encoding {layout.encoding}.",
        fix="set layout.encoding to what the sender's system writes (often cp1252), or ask"
        f" for {layout.encoding}.",
    )


def utf8_blocks(path: Path, encoding: str) -> Iterator[bytes]:
    """The text of a file that was scanned, in UTF-8 without a mark, cut anywhere."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with path.open("rb") as file:
        for number, block in enumerate(iter(lambda: file.read(BLOCK_BYTES), b"")):
            text = block if encoding == "utf-8-sig" else decoder.decode(block).encode()
            yield text if number else text.removeprefix(codecs.BOM_UTF8)


class Utf8File:
    """The same text as a file that can be read from, whatever size is asked for."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._blocks = utf8_blocks(path, encoding)

    def read(self, size: int = -1) -> bytes:
        """The next block; no bytes at the end, or if none are asked for."""
        return next(self._blocks, b"") if size else b""
