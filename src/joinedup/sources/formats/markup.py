"""XML, read as it comes, by a parser that cannot be talked into anything.

A document type is refused before it is read, so there are no entities to expand and nothing to
fetch. The nesting and the length of a text are bounded.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import IO, Generic, Protocol, TypeVar
from xml.parsers import expat

from joinedup.sources.delivery import refusal
from joinedup.sources.formats.sniff import CUT_OFF_FIX
from joinedup.sources.given import Given, over

BLOCK_BYTES = 1 << 20
FIRST_BYTES = 64 << 10
CUT_OFF = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
    )
)

Row = TypeVar("Row")


class Listener(Protocol, Generic[Row]):
    """What is told of the text, and gathers rows from it.

    Names come as `namespace name`. A listener counts how deep it is and refuses what is too deep,
    so that nothing stands between it and the parser.

    Attributes:
        rows: those gathered since they were last taken.
        parts: the text gathered for a cell that is not at its end.
        line: the line that the parser is on.
    """

    rows: list[Row]
    parts: list[str]
    line: Callable[[], int]

    def start(self, name: str, attributes: Mapping[str, str]) -> None: ...

    def text(self, text: str) -> None: ...

    def end(self, name: str) -> None: ...


def rows_of(given: Given, file: IO[bytes], listener: Listener[Row]) -> Iterator[Row]:
    """The rows that the listener gathers, block by block.

    Args:
        given: the delivered file, for messages.
        file: the XML, which may be a part of the delivered file.
        listener: is told each start, text and end, and leaves rows in `rows`.

    Raises:
        DeliveryError: a document type, nested too deep, not well-formed, or cut off.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    listener.line = lambda: parser.CurrentLineNumber
    parser.StartElementHandler = listener.start
    parser.EndElementHandler = listener.end
    parser.CharacterDataHandler = listener.text

    def refuse(*_: object) -> None:
        raise refusal(
            given.name,
            f"line {parser.CurrentLineNumber} declares a document type, which can make a small file"
            " fill the memory or fetch other files; none is read.",
            fix="ask the sender for a file without a DOCTYPE.",
        )

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    ended, fed = False, 0
    while not ended:
        # A tenth of what was read: a file over a cap is refused before much more is.
        block = file.read(min(BLOCK_BYTES, max(FIRST_BYTES, fed // 10)))
        ended = not block
        try:
            parser.Parse(block, ended)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise _unreadable(given, error) from None
        fed += len(block)
        # What the parser holds back is one tag or text without an end, looked at again each time.
        place = parser.CurrentByteIndex
        held = fed - place - BLOCK_BYTES if place >= 0 else 0
        longest = max(held, sum(map(len, listener.parts)))
        if longest > given.limits.cell_bytes:
            where = f"the text or tag on line {parser.CurrentLineNumber}"
            raise over(given, "cell_bytes", f"{where} has {longest:,} characters and no end")
        yield from listener.rows
        listener.rows.clear()


def _unreadable(given: Given, error: Exception) -> Exception:
    if not isinstance(error, expat.ExpatError):
        what = "the file names an encoding that is not known."
        return refusal(given.name, what, fix="ask the sender for XML in UTF-8.")
    if error.code in CUT_OFF:
        what = f"the file is cut off: line {error.lineno} is its last, and elements are open."
        return refusal(given.name, what, fix=CUT_OFF_FIX)
    return refusal(
        given.name,
        f"line {error.lineno} is not XML, or not in the encoding the file names.",
        fix="ask the sender for a file that is well-formed XML, in UTF-8.",
    )
