"""Which characters do a text file's bytes spell, and can all of them be read?

Every byte is decoded before any row of its block is read, so that a file in another encoding is
refused with the line where that shows, and the readers after it need not ask again.
"""

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from joinedup.core.errors import Problem, ProjectError
from joinedup.core.vocabulary import Layout
from joinedup.sources.delivery import refusal
from joinedup.sources.formats.sniff import CUT_OFF_FIX
from joinedup.sources.given import Given, over

BLOCK_BYTES = 4 << 20
FIRST_BYTES = 64 << 10
MOST_DIGITS = 4_000
ENDLESS = re.compile(rf'(?<![\d"])\d{{{MOST_DIGITS}}}')
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


def scan(given: Given, layout: Layout) -> list[Problem]:
    """Read every byte once: can it be decoded, is it text, does the last line end?

    Args:
        given: a file of lines that is not empty.
        layout: names the encoding, the quote, and the lines that are no rows.

    Raises:
        DeliveryError: not text, not in the agreed encoding, or over a cap of lines or rows.
        ProjectError: the layout names an encoding that does not exist.
    """
    line, last, counted = 1, "", _Counted(given, layout)
    for block in _texts(given, layout):
        counted.add(block)
        line = block.line + block.breaks
        last = block.text[-1:] or last
    if layout.final_newline and last not in ("\n", "\r"):
        what = f"the last line ({line}) does not end; the file seems to be cut off."
        fix = f"{CUT_OFF_FIX} If this sender's files never end so, set layout.final_newline = false"
        return [Problem(given.name, what, f"{fix}.")]
    return []


class _Text(NamedTuple):
    """A block of the text, the line it begins on, and how many line feeds it holds."""

    text: str
    line: int
    breaks: int


def _texts(given: Given, layout: Layout) -> Iterator[_Text]:
    """The whole text in blocks, each looked at: in the encoding, and without NUL."""
    encoding = encoding_of(layout)
    _refuse_other_mark(given, layout, encoding)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line, block, read = 1, b" ", 0
    with given.open("rb") as file:
        while block:
            # A tenth of what was read: a file over a cap is refused before much more is.
            block = file.read(min(BLOCK_BYTES, max(FIRST_BYTES, read // 10)))
            read += len(block)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                before = error.object[: error.start].decode(encoding, "ignore")
                raise _undecodable(given, layout, line + before.count("\n"), error) from None
            except UnicodeError:
                raise refusal(
                    given.name,
                    f"the file does not begin with the mark of {layout.encoding}.",
                    fix="set layout.encoding to utf-16-le or utf-16-be, as the sender's system"
                    " writes, or ask for the file with its mark.",
                ) from None
            if "\0" in text:
                raise refusal(
                    given.name,
                    f"line {line + text.count(chr(10), 0, text.index(chr(0)))} holds a NUL"
                    " character, which no text file has.",
                    fix="ask the sender to export the file again, as text.",
                )
            breaks = text.count("\n")
            yield _Text(text, line, breaks)
            line += breaks


class _Counted:
    """How long the lines are, and how many rows they make at least.

    Line breaks inside quotes end no row. They are told apart only where the file may have more
    lines than the cap of rows; where quotes are not as they should be, the reader counts.
    """

    def __init__(self, given: Given, layout: Layout) -> None:
        self.given = given
        self.quote = layout.quote if layout.format == "csv" else ""
        self.most = given.limits.rows + layout.skip_rows + layout.header_rows + layout.footer_rows
        self.rows = self.seen = self.long = self.breaks = 0
        self.inside = False

    def add(self, block: _Text) -> None:
        """The next block."""
        text, line, breaks = block
        first = min((at for at in (text.find("\n"), text.find("\r")) if at >= 0), default=-1)
        self.long += len(text) if first < 0 else first
        if self.long > self.given.limits.line_bytes:
            raise over(self.given, "line_bytes", f"line {line} has {self.long:,} characters")
        if self.given.limits.line_bytes < BLOCK_BYTES:
            self._refuse_inside(text, line)
        if first >= 0:
            self.long = len(text) - max(text.rfind("\n"), text.rfind("\r")) - 1
        self.seen += len(text)
        self.breaks += breaks
        self.rows += self._ended(text, breaks)
        if self.rows > self.most:
            count = self.rows - self.most + self.given.limits.rows
            raise over(self.given, "rows", f"{count:,} rows were met before the file's end")

    def _refuse_inside(self, text: str, line: int) -> None:
        """Lines that are shorter than a block are looked at only where the cap is as well."""
        for number, inside in enumerate(text.splitlines(), line):
            if len(inside) > self.given.limits.line_bytes:
                said = f"line {number} has {len(inside):,} characters"
                raise over(self.given, "line_bytes", said)

    def _ended(self, text: str, breaks: int) -> int:
        """How many rows end in a block."""
        if not self.quote or (not self.inside and self.quote not in text):
            return breaks
        if self.breaks * self.given.size < self.given.limits.rows * self.seen / 4:
            self.inside ^= text.count(self.quote) % 2 == 1
            return 0
        ended = 0
        for place, part in enumerate(text.split(self.quote)):
            self.inside ^= place > 0
            ended += 0 if self.inside else part.count("\n")
        return ended


def _refuse_other_mark(given: Given, layout: Layout, encoding: str) -> None:
    with given.open("rb") as file:
        head = file.read(4)
    marked = next((name for mark, name in BYTE_ORDER_MARKS if head.startswith(mark)), "")
    if marked and not encoding.startswith((marked, "utf-32")):
        raise refusal(
            given.name,
            f"the file begins with the mark of {marked}, so line 1 is not in the encoding"
            f" {layout.encoding}.",
            fix=f'set layout.encoding = "{marked}", or ask for {layout.encoding}.',
        )


def _undecodable(given: Given, layout: Layout, line: int, error: UnicodeDecodeError) -> Exception:
    if error.reason in ("unexpected end of data", "truncated data"):
        what = f"the last line ({line}) ends inside a character; the file seems to be cut off."
        return refusal(given.name, what, fix=CUT_OFF_FIX)
    return refusal(
        given.name,
        f"line {line} is not in the encoding {layout.encoding}.",
        fix="set layout.encoding to what the sender's system writes (often cp1252), or ask"
        f" for {layout.encoding}.",
    )


def utf8_blocks(given: Given, encoding: str) -> Iterator[bytes]:
    """The text of a file that was scanned, in UTF-8 without a mark, cut anywhere."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with given.open("rb") as file:
        for number, block in enumerate(iter(lambda: file.read(BLOCK_BYTES), b"")):
            text = block if encoding == "utf-8-sig" else decoder.decode(block).encode()
            yield text if number else text.removeprefix(codecs.BOM_UTF8)


def _without_endless_numbers(given: Given, texts: Iterator[_Text]) -> Iterator[str]:
    """The text, unless a number in it has more digits than any register writes.

    Python takes the square of their count to read them, and ijson's C ends the process.
    """
    before = ""
    for text, begins, _ in texts:
        if found := ENDLESS.search(before + text):
            line = begins + (before + text).count("\n", 0, found.start())
            raise refusal(
                given.name,
                f"line {line} has a number of more than {MOST_DIGITS:,} digits.",
                fix="ask the sender what the file is, and for another.",
            )
        before = text[-MOST_DIGITS:].rpartition("\n")[2]
        yield text


class Utf8File:
    """The text in UTF-8 as a file that can be read from, whatever size is asked for.

    Raises as it is read:
        DeliveryError: not text, or not in the agreed encoding.
        ProjectError: the layout names an encoding that does not exist.
    """

    def __init__(self, given: Given, layout: Layout) -> None:
        self._texts = _without_endless_numbers(given, _texts(given, layout))

    def read(self, size: int = -1) -> bytes:
        """The next block; no bytes at the end, or if none are asked for."""
        while size:
            text = next(self._texts, None)
            if text is None or text:
                return (text or "").encode()
        return b""
