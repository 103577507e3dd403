"""Which cells of a table may be shown?

Counts of people or premises from 1 to below the threshold are hidden, and so is a part whose rest
is so small; then as few others as keep anyone from working those out; then every share or rate that
would give a hidden count back. Zero is shown.

Does not check words: a number written in a headline or a paragraph is for the second person to see.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from joinedup.core.errors import Problem, ReleaseError
from joinedup.govern.disclosure.cells import Place, Sheet, cells_of, sheet, system
from joinedup.govern.disclosure.protect import Cells, Protected, protect
from joinedup.result.blocks import Cell, Column, Hidden, Table

TOO_FEW = Hidden("too few")
PROTECTS = Hidden("would give away another")
SMALLEST_THRESHOLD = 2


@dataclass(frozen=True, slots=True)
class Hiding:
    """Tables with their cells hidden.

    Attributes:
        tables: in the order they came.
        too_few: cells hidden because they, or what they are worked out from, are too few.
        to_protect: cells hidden because they would give away another.
    """

    tables: tuple[Table, ...]
    too_few: int
    to_protect: int


def hide_small(table: Table, threshold: int) -> tuple[Table, int, int]:
    """One table as it may be shown, how many cells are too few, how many hidden to protect them.

    Raises:
        ReleaseError: a column cannot be checked as it is declared.
    """
    hiding = hide_together([table], threshold)
    return hiding.tables[0], hiding.too_few, hiding.to_protect


def hide_together(tables: Sequence[Table], threshold: int) -> Hiding:
    """Tables that will be read side by side, each as it may be shown.

    Tables about records hold no counts and stay as they are. A cell hidden in one is
    hidden in all.

    Args:
        tables: of one Result, those behind figures and maps included.
        threshold: smallest count that may be shown, at least 2.

    Raises:
        ReleaseError: a share does not name its base, or a column names one that is not there.
    """
    if threshold < SMALLEST_THRESHOLD:
        message = f"a threshold below {SMALLEST_THRESHOLD} hides nothing"
        raise ValueError(message)
    problems = [problem for table in tables for problem in unchecked(table)]
    if problems:
        raise ReleaseError.of(problems)
    sheets = [sheet(table) for table in tables if _counts_people(table)]
    made = system(sheets, threshold)
    cells, places = cells_of(made, threshold)
    protected = protect(cells, threshold)
    marks = _marks(cells, protected, places)
    hidden = iter([_hide(table, one, marks) for table, one in enumerate(sheets)])
    shown = tuple(next(hidden) if _counts_people(table) else table for table in tables)
    reasons = [cell for table in shown for row in table.rows for cell in row if _is_hidden(cell)]
    few = sum(1 for reason in reasons if reason == TOO_FEW)
    return Hiding(shown, few, len(reasons) - few)


def _is_hidden(cell: Cell | Hidden) -> bool:
    return isinstance(cell, Hidden)


def _counts_people(table: Table) -> bool:
    return table.about != "records" and any(column.kind == "count" for column in table.columns)


def unchecked(table: Table) -> Iterator[Problem]:
    """Columns of a table about groups that cannot be checked as they are declared."""
    if table.about != "groups":
        return
    counts = {column.name for column in table.columns if column.kind == "count"}
    for column in table.columns:
        where = f"table '{table.title}', column {column.name}"
        if column.kind == "share" and not column.base:
            yield Problem(
                where,
                "a share that does not say what it is a share of cannot be checked.",
                "have the method name its base, a count column of the same table.",
            )
        for named in (column.base, column.part_of):
            if named and named not in counts:
                yield Problem(
                    where,
                    f"it names {named}, which is not a count column of the table.",
                    "have the method show that count beside it, or name another.",
                )


def _marks(cells: Cells, protected: Protected, places: Mapping[Place, int]) -> dict[Place, Hidden]:
    """The hidden places, each with the reason a reader may be told."""
    few = cells.small & ~protected.unlabelled
    return {
        place: TOO_FEW if few[cell] else PROTECTS
        for place, cell in places.items()
        if protected.hidden[cell]
    }


def _hide(table: int, one: Sheet, marks: Mapping[Place, Hidden]) -> Table:
    rows = tuple(
        tuple(
            _shown(cell, column, table=table, row=row, one=one, marks=marks)
            for cell, column in zip(cells, one.table.columns, strict=True)
        )
        for row, cells in enumerate(one.table.rows)
    )
    return replace(one.table, rows=rows)


def _shown(
    cell: Cell | Hidden,
    column: Column,
    *,
    table: int,
    row: int,
    one: Sheet,
    marks: Mapping[Place, Hidden],
) -> Cell | Hidden:
    """A cell, or the reason it is hidden: its own, or of any count that it would give back."""
    if cell is None or isinstance(cell, Hidden) or not np.isfinite(_size(cell)):
        return cell
    behind = [column.name] if column.kind == "count" else []
    if column.kind in ("share", "number") and column.base:
        parts = [name for name, whole in one.part_of.items() if whole == column.base]
        shown = [name for name in parts if name not in one.implied]
        behind = [column.base, one.gives.get(column.name, ""), *shown]
    reasons = [marks[table, row, name] for name in behind if (table, row, name) in marks]
    if not reasons:
        return cell
    return TOO_FEW if TOO_FEW in reasons else PROTECTS


def _size(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0
