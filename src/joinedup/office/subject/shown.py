"""Which results and files of clear text show this person?

A result shows them if a cell of it, or a text in it, is a value of theirs. Files are those that the
house writes for people to read: results' pages, the desk, the outbox.
"""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from joinedup.core.errors import RecordsError
from joinedup.office.house import Office
from joinedup.office.results import result_of_run
from joinedup.office.subject.find import LONG, Found
from joinedup.result import json as result_json
from joinedup.result.blocks import Figure, Map, Table

if TYPE_CHECKING:
    from joinedup.records.models import ReleaseRow, Run

CLEAR = ("results", "desk", "outbox")
"""The folders of the home whose files are clear text."""
SHORT_DETAIL = 3


@dataclass(frozen=True, slots=True)
class Listed:
    """A result that shows them.

    Attributes:
        rows: of its lists, as heading and cell.
    """

    run: "Run"
    title: str
    rows: tuple[tuple[tuple[str, str], ...], ...]


def listed(office: Office, found: Found) -> tuple[Listed, ...]:
    """Every result that shows them, oldest first."""
    return tuple(_listed(office, found, careful=False))


def showing(office: Office, found: Found) -> "list[Run]":
    """The runs whose results show them, or show a detail of theirs such as a surname."""
    return [one.run for one in _listed(office, found, careful=True)]


def _listed(office: Office, found: Found, *, careful: bool) -> Iterator[Listed]:
    from joinedup.records.models import Run  # noqa: PLC0415 - Django, only when needed

    wanted = found.values | ({one for one in found.details if careful and _telling(one)})
    for run in Run.objects.exclude(result="").order_by("id"):
        try:
            result = result_of_run(office, run)
        except RecordsError:
            continue
        if not _holds(json.loads(result_json.dump_result(result)), wanted):
            continue
        tables = [
            block if isinstance(block, Table) else block.table
            for block in result.blocks
            if isinstance(block, Table | Figure | Map)
        ]
        rows = [
            tuple(
                (column.heading, str(cell))
                for column, cell in zip(table.columns, row, strict=True)
                if cell is not None
            )
            for table in tables
            if table.about == "records"
            for row in table.rows
            if any(str(cell) in found.values for cell in row)
        ]
        yield Listed(run, result.headline, tuple(dict.fromkeys(rows)))


def _telling(detail: str) -> bool:
    return len(detail) > SHORT_DETAIL and not detail.isdecimal()


def _holds(told: Any, wanted: frozenset[str]) -> bool:
    """Whether a value stands as a cell, or a long one within a text."""
    match told:
        case dict():
            return any(_holds(one, wanted) for one in told.values())
        case list():
            return any(_holds(one, wanted) for one in told)
        case str() | int():
            text = str(told)
            return text in wanted or any(
                value in text for value in wanted if len(value) >= LONG and len(text) > LONG
            )
        case _:
            return False


def copies(office: Office, found: Found) -> tuple[Path, ...]:
    """The files of clear text in which a value of theirs stands, relative to home.

    One detail such as a surname is enough on the desk and in results' pages, which can be made
    again; in the outbox, which tells what left, two are.
    """
    wanted = [one.encode() for one in found.values if len(one) >= LONG]
    cells = [one for one in found.values | found.details if _telling(one)]
    seen: list[Path] = []
    for name in CLEAR:
        folder = office.home / name
        if not folder.is_dir():
            continue
        for path in sorted(folder.rglob("*")):
            enough = 2 if name == "outbox" else 1
            if path.is_file() and not path.is_symlink() and _in_file(path, wanted, cells, enough):
                seen.append(path.relative_to(office.home))
    return tuple(seen)


def _in_file(path: Path, wanted: list[bytes], cells: list[str], enough: int) -> bool:
    content = _content(path)
    if any(value in content for value in wanted):
        return True
    words = content.decode(errors="replace")
    return sum(_as_a_word(value, words) for value in cells) >= enough


def _as_a_word(value: str, text: str) -> bool:
    at = text.find(value)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(value) : at + len(value) + 1]
        if not before.isalnum() and not after.isalnum():
            return True
        at = text.find(value, at + 1)
    return False


def _content(path: Path) -> bytes:
    """A file's bytes; of a workbook, those of its members."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as book:
            return b"\n".join(book.read(name) for name in book.namelist())
    return path.read_bytes()


def releases(office: Office, runs: "list[Run]") -> "list[tuple[ReleaseRow, str]]":
    """The releases of these runs, each with who received it."""
    from joinedup.records.models import ReleaseRow  # noqa: PLC0415 - as above

    del office  # the records are connected; the office says whose
    found = []
    for row in ReleaseRow.objects.filter(run__in=runs).select_related("event", "run"):
        facts = json.loads(row.event.facts)
        found.append((row, str(facts.get("recipient", "public"))))
    return found
