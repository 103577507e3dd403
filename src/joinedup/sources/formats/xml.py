"""XML: each element `layout.record` is a row, what stands inside it are its columns.

A column is the path from the record, `Name/First`, with `@` before an attribute: `@estab`. Names
have no namespace. The encoding is the one the file names. A row's line is the one its element
begins on.
"""

from collections.abc import Callable, Iterator, Mapping

from joinedup.core.errors import ProjectError
from joinedup.core.vocabulary import Layout
from joinedup.sources.delivery import Raw, refusal
from joinedup.sources.formats.markup import rows_of
from joinedup.sources.formats.members import Cells, open_members, too_deep
from joinedup.sources.formats.sniff import open_checked
from joinedup.sources.given import Given

OWN_TEXT = "."
OWN_NAMESPACES = (
    "http://www.w3.org/2001/XMLSchema-instance ",
    "http://www.w3.org/XML/1998/namespace ",
)


def open_raw(given: Given, layout: Layout) -> Raw:
    """The columns of every record, and the rows on demand.

    Raises:
        DeliveryError: no bytes, not XML, a document type, cut off, or no such element.
        ProjectError: the layout does not say which element is a row.
    """
    if not layout.record:
        raise ProjectError(
            "the layout does not say which XML element is one row.",
            fix='write such as record = "Pupil" under [layout].',
            where=layout.file,
        )
    open_checked(given, "xml")

    def rows() -> Iterator[tuple[int, Cells]]:
        count = 0
        with given.open("rb") as file:
            for row in rows_of(given, file, _Records(given, layout.record)):
                count += 1
                yield row
        if not count:
            raise refusal(
                given.name,
                f"the file has no rows: no element is called {layout.record}.",
                fix="check layout.record, or ask the sender for a new file.",
            )

    return open_members(given, rows, [], inside="/")


class _Place:
    """A path inside a record, with those inside it; found again by one look for each element."""

    __slots__ = ("column", "inner")

    def __init__(self, column: str) -> None:
        self.column = column
        self.inner: dict[str, _Place] = {}

    def into(self, name: str) -> "_Place":
        """The place of an element inside this one."""
        place = self.inner.get(name)
        if place is None:
            before = f"{self.column}/" if self.column else ""
            place = self.inner[name] = _Place(f"{before}{_local(name)}")
        return place


class _Records:
    """Gathers a row from each record: its line, its columns and their cells."""

    def __init__(self, given: Given, record: str) -> None:
        self.given, self.record = given, record
        self.rows: list[tuple[int, list[tuple[str, str | None]]]] = []
        self.parts: list[str] = []
        self.line: Callable[[], int] = int
        self.cells: list[tuple[str, str | None]] = []
        self.began = self.depth = 0
        self.top = _Place("")
        self.places: list[_Place] = []
        self.is_leaf = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        if self.depth > self.given.limits.depth:
            raise too_deep(self.given)
        if self.places:
            if self.parts:
                self._keep(only_filled=True)
            self.places.append(self.places[-1].into(name))
        elif _local(name) == self.record:
            self.cells, self.began = [], self.line()
            self.places.append(self.top)
        else:
            return
        self.is_leaf = len(self.places) > 1
        if attributes:
            self._keep_attributes(attributes)

    def text(self, text: str) -> None:
        if self.places:
            self.parts.append(text)

    def end(self, name: str) -> None:  # noqa: ARG002 - every listener is told
        self.depth -= 1
        if not self.places:
            return
        if self.parts or self.is_leaf:
            self._keep(only_filled=not self.is_leaf)
        self.places.pop()
        self.is_leaf = False
        if not self.places:
            self.rows.append((self.began, self.cells))

    def _keep(self, *, only_filled: bool) -> None:
        """The text since the last start or end, as the cell of the innermost element."""
        text = "".join(self.parts).strip()
        self.parts.clear()
        if text or not only_filled:
            self.cells.append((self.places[-1].column or OWN_TEXT, text or None))

    def _keep_attributes(self, attributes: Mapping[str, str]) -> None:
        column = self.places[-1].column
        before = f"{column}/@" if column else "@"
        for key, value in attributes.items():
            if not key.startswith(OWN_NAMESPACES):
                self.cells.append((f"{before}{_local(key)}", value))


def _local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(" ")[2]
