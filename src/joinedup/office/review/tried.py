"""Pairs of a linkage that was tried on the bench: in its folder, and so are the decisions."""

import csv
from pathlib import Path

from joinedup.core.errors import ProjectError
from joinedup.office.review.queue import COLUMNS, Queue, Row
from joinedup.result.xlsx import neutral

DECIDED = "decided.csv"


class Folder:
    """Decisions in `decided.csv` of the folder, a line each."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / DECIDED
        self._rows: list[Row] = []
        if self._path.is_file():
            with self._path.open(encoding="utf-8", newline="") as file:
                self._rows = [_plain(row) for row in csv.DictReader(file)]

    def rows(self) -> list[Row]:
        """Every row, oldest first."""
        return self._rows

    def add(self, row: Row) -> None:
        """One more line."""
        begun = self._path.is_file()
        with self._path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            if not begun:
                writer.writerow(COLUMNS)
            cells = ("" if row[name] is None else str(row[name]) for name in COLUMNS)
            writer.writerow([neutral(cell) for cell in cells])
        self._rows.append(row)


def _plain(row: dict[str, str]) -> Row:
    """The cells without the apostrophe that kept a spreadsheet from taking them for formulas."""
    return {
        name: cell[1:] if cell.startswith("'") and neutral(cell[1:]) == cell else cell
        for name, cell in row.items()
    }


def queue(folder: Path, *, who: str) -> Queue:
    """The pairs of a folder that `joinedup try link.people --out` wrote.

    Raises:
        ProjectError: there are none.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - only when something is reviewed

    path = folder / "review.parquet"
    if not path.is_file():
        raise ProjectError(
            "there is no table of pairs to look at.",
            fix="run `joinedup try link.people … --out FOLDER` first.",
            where=str(folder),
        )
    return Queue(pq.read_table(path).to_pylist(), Folder(folder), who=who)
