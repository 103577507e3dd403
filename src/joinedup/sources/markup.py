"""XML, read as it comes, by a parser that cannot be talked into anything.

A document type is refused before it is read, so there are no entities to expand and nothing to
fetch. The nesting and the length of a text are bounded.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Generic, Protocol, TypeVar
from xml.parsers import expat

from joinedup.sources.delivery import refusal
from joinedup.sources.members import DEEPEST
from joinedup.sources.sniff import CUT_OFF_FIX

BLOCK_BYTES = 1 << 20
LONGEST_TEXT = 16 << 20
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
    """What is told of the text, and gathers rows from it."""

    rows: list[Row]

    def start(self, name: str, attributes: Mapping[str, str], line: int) -> None: ...

    def text(self, text: str) -> None: ...

    def end(self, name: str) -> None: ...


class _Bounded:
    """Passes on what the parser says and bounds nesting and length.

    Elements come without their namespace, attributes as `namespace name`.
    """

    def __init__(self, path: Path, listener: Listener[Any], parser: expat.XMLParserType) -> None:
        self.path, self.listener, self.parser = path, listener, parser
        self.depth, self.length = 0, 0
        self.names: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.length = 0
        if self.depth > DEEPEST:
            raise refusal(
                self.path.name,
                f"the file is nested more than {DEEPEST} deep, as no register is.",
                fix="ask the sender what the file is, and for another.",
            )
        self.listener.start(self._local(name), attributes, self.parser.CurrentLineNumber)

    def text(self, text: str) -> None:
        self.length += len(text)
        if self.length > LONGEST_TEXT:
            raise refusal(
                self.path.name,
                f"a cell has more than {LONGEST_TEXT >> 20} million characters.",
                fix="ask the sender what the file is, and for another.",
            )
        self.listener.text(text)

    def end(self, name: str) -> None:
        self.depth -= 1
        self.length = 0
        self.listener.end(self._local(name))

    def _local(self, name: str) -> str:
        local = self.names.get(name)
        if local is None:
            local = self.names[name] = name.rpartition(" ")[2]
        return local


def rows_of(path: Path, file: IO[bytes], listener: Listener[Row]) -> Iterator[Row]:
    """The rows that the listener gathers, block by block.

    Args:
        path: the delivered file, for messages.
        file: the XML, which may be a part of the delivered file.
        listener: is told each start, text and end, and leaves rows in `rows`.

    Raises:
        DeliveryError: a document type, nested too deep, not well-formed, or cut off.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    bounded = _Bounded(path, listener, parser)
    parser.StartElementHandler = bounded.start
    parser.EndElementHandler = bounded.end
    parser.CharacterDataHandler = bounded.text

    def refuse(*_: object) -> None:
        raise refusal(
            path.name,
            f"line {parser.CurrentLineNumber} declares a document type, which can make a small file"
            " fill the memory or fetch other files; none is read.",
            fix="ask the sender for a file without a DOCTYPE.",
        )

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    ended = False
    while not ended:
        block = file.read(BLOCK_BYTES)
        ended = not block
        try:
            parser.Parse(block, ended)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise _unreadable(path, error) from None
        yield from listener.rows
        listener.rows.clear()


def _unreadable(path: Path, error: Exception) -> Exception:
    if not isinstance(error, expat.ExpatError):
        what = "the file names an encoding that is not known."
        return refusal(path.name, what, fix="ask the sender for XML in UTF-8.")
    if error.code in CUT_OFF:
        what = f"the file is cut off: line {error.lineno} is its last, and elements are open."
        return refusal(path.name, what, fix=CUT_OFF_FIX)
    return refusal(
        path.name,
        f"line {error.lineno} is not XML, or not in the encoding the file names.",
        fix="ask the sender for a file that is well-formed XML, in UTF-8.",
    )
