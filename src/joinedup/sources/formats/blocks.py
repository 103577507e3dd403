"""Where does each row of a CSV text begin? Told for whole blocks at once, by arithmetic.

In well-formed CSV (RFC 4180) quotes alternate: one that opens stands at the start of a field or
right after the quote it doubles, one that closes stands at the end of a field or right before such
a one. While that holds, a line break ends a row exactly if the quotes before it are even in number.
Where it does not hold, this module says so, and the reader that looks at every character goes on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from joinedup.sources.delivery import Lines
from joinedup.sources.formats.encoded import utf8_blocks
from joinedup.sources.given import Given

NEWLINE, RETURN = ord("\n"), ord("\r")


@dataclass(frozen=True, slots=True)
class Rows:
    """Whole rows of the file.

    Attributes:
        text: in UTF-8; each row ends with a line break.
        line: the line of the file that the text begins with.
        lines: where each row begins in the file, blank ones left out, shape (rows,).
    """

    text: bytes
    line: int
    lines: Lines


@dataclass(frozen=True, slots=True)
class Footer(Rows):
    """The last rows, which are no data."""


@dataclass(frozen=True, slots=True)
class Rest:
    """The file from this line on cannot be told by arithmetic."""

    line: int


@dataclass(frozen=True, slots=True)
class _Found:
    """The rows of a text.

    Attributes:
        starts: where they begin, shape (rows,).
        lines: on which line, shape (rows,).
        blank: whether they are, shape (rows,).
        whole: where the last of them ends.
        breaks: where the line breaks are, those inside quotes too.
    """

    starts: Lines
    lines: Lines
    blank: npt.NDArray[np.bool_]
    whole: int
    breaks: Lines


def blocks(
    given: Given, encoding: str, *, delimiter: str, quote: str, skip: int, footer_rows: int
) -> Iterator[Rows | Footer | Rest]:
    """The rows after the header in blocks, the last `footer_rows` of them apart.

    Args:
        given: a file that was scanned.
        encoding: as `encoding_of` gives it.
        delimiter: one character of ASCII.
        quote: one character of ASCII, or none.
        skip: lines before the first row, none of which ends with a lone carriage return.
        footer_rows: how many rows at the end are no data.
    """
    held, line, longest = b"", skip + 1, given.limits.cell_bytes
    for block in chain(_after(given, encoding, skip), (b"",)):
        ended = not block
        held += block or (b"\n" if held and not held.endswith(b"\n") else b"")
        found = _found(held, line, delimiter=delimiter, quote=quote, longest=longest)
        if found is None or (ended and found.whole != len(held)):
            yield Rest(line)
            return
        filled = np.flatnonzero(~found.blank)
        kept = len(filled) - footer_rows
        cut = found.whole
        if footer_rows and len(filled):
            cut = int(found.starts[filled[max(kept, 0)]])
        if kept > 0:
            yield Rows(held[:cut], line, found.lines[filled[:kept]])
            line += int(np.searchsorted(found.breaks, cut))
            held = held[cut:]
        elif len(held) > longest:
            yield Rest(line)
            return
        if ended and footer_rows and len(filled):
            yield Footer(held, line, found.lines[filled[max(kept, 0) :]])


def _after(given: Given, encoding: str, skip: int) -> Iterator[bytes]:
    """The text after so many line breaks."""
    for block in utf8_blocks(given, encoding):
        place = 0
        while skip and place < len(block):
            found = block.find(b"\n", place)
            place = len(block) if found < 0 else found + 1
            skip -= found >= 0
        if place < len(block):
            yield block[place:] if place else block


def _found(text: bytes, line: int, *, delimiter: str, quote: str, longest: int) -> _Found | None:
    """The whole rows of a text, or None where arithmetic does not tell them."""
    if b"\r" in text and text.count(b"\r") - text.endswith(b"\r") > text.count(b"\r\n"):
        return None
    marks = np.frombuffer(text, dtype=np.uint8)
    breaks = np.flatnonzero(marks == NEWLINE)
    ends = breaks
    if quote and quote.encode() in text:
        quotes = np.flatnonzero(marks == ord(quote))
        if not _well_formed(marks, quotes, delimiter=delimiter, quote=quote):
            return None
        ends = breaks[np.searchsorted(quotes, breaks) % 2 == 0]
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    if len(ends) and np.max(ends - starts) > longest:
        return None
    length = ends - starts
    blank = (length == 0) | ((length == 1) & (marks[starts] == RETURN))
    nth = np.arange(len(ends)) if ends is breaks else np.searchsorted(breaks, starts)
    return _Found(starts, line + nth, blank, int(ends[-1]) + 1 if len(ends) else 0, breaks)


def _well_formed(
    marks: npt.NDArray[np.uint8], quotes: Lines, *, delimiter: str, quote: str
) -> bool:
    """Whether every quote stands where RFC 4180 lets it; the text's last byte may be any."""
    beside = np.zeros(256, dtype=bool)
    beside[[ord(delimiter), ord(quote), NEWLINE]] = True
    opening, closing = quotes[::2], quotes[1::2]
    before = marks[opening[opening > 0] - 1]
    after = marks[closing[closing < len(marks) - 1] + 1]
    return bool(np.all(beside[before]) and np.all(beside[after] | (after == RETURN)))
