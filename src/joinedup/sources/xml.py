"""XML: each element `layout.record` is a row, what stands inside it are its columns.

A column is the path from the record, `Name/First`, with `@` before an attribute: `@estab`. Names
have no namespace. The encoding is the one the file names. A row's line is the one its element
begins on.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from joinedup.core.errors import ProjectError
from joinedup.core.vocabulary import Layout
from joinedup.sources.delivery import Raw, refusal
from joinedup.sources.markup import rows_of
from joinedup.sources.members import Cells, open_members
from joinedup.sources.sniff import open_checked

OWN_TEXT = "."
OWN_NAMESPACES = (
    "http://www.w3.org/2001/XMLSchema-instance ",
    "http://www.w3.org/XML/1998/namespace ",
)


def open_raw(path: Path, layout: Layout) -> Raw:
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
    open_checked(path, "xml")

    def rows() -> Iterator[tuple[int, Cells]]:
        count = 0
        with path.open("rb") as file:
            for row in rows_of(path, file, _Records(layout.record)):
                count += 1
                yield row
        if not count:
            raise refusal(
                path.name,
                f"the file has no rows: no element is called {layout.record}.",
                fix="check layout.record, or ask the sender for a new file.",
            )

    return open_members(path, rows, [], inside="/")


class _Records:
    """Gathers a row from each record: its line, its columns and their cells."""

    def __init__(self, record: str) -> None:
        self.record = record
        self.rows: list[tuple[int, list[tuple[str, str | None]]]] = []
        self.cells: list[tuple[str, str | None]] | None = None
        self.line = 0
        self.path: list[str] = []
        self.texts: list[str] = []
        self.has_inner = False

    def start(self, name: str, attributes: Mapping[str, str], line: int) -> None:
        if self.cells is None:
            if name != self.record:
                return
            self.cells, self.line, self.path = [], line, [""]
        else:
            self._keep(only_filled=True)
            self.path.append(f"{self.path[-1]}{'/' if self.path[-1] else ''}{name}")
        inside = f"{self.path[-1]}/@" if self.path[-1] else "@"
        for key, value in attributes.items():
            if not key.startswith(OWN_NAMESPACES):
                self.cells.append((f"{inside}{key.rpartition(' ')[2]}", value))
        self.has_inner = False

    def text(self, text: str) -> None:
        if self.cells is not None:
            self.texts.append(text)

    def end(self, name: str) -> None:  # noqa: ARG002 - every listener takes the same
        if self.cells is None:
            return
        self._keep(only_filled=self.has_inner or len(self.path) == 1)
        self.path.pop()
        self.has_inner = True
        if not self.path:
            self.rows.append((self.line, self.cells))
            self.cells = None

    def _keep(self, *, only_filled: bool) -> None:
        """The text since the last start or end, as the cell of the innermost element."""
        text = "".join(self.texts).strip()
        self.texts.clear()
        if self.cells is not None and (text or not only_filled):
            self.cells.append((self.path[-1] or OWN_TEXT, text or None))
