"""Which numbers of a result's tables may be shown, and as what?

Each number is judged by the people behind it, then as few others are hidden as keep anyone from
working the hidden ones out, then every share or rate goes that would give a hidden count back.
Where the profile rounds, counts are rounded alike everywhere and shares worked out anew. All tables
of a result are looked at together: a cell hidden in one is hidden in all.

Does not check words: a number written in a headline or a paragraph is for the second person to see.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from joinedup.core.errors import ReleaseError
from joinedup.govern.disclosure.behind import Behind, Place
from joinedup.govern.disclosure.cells import system
from joinedup.govern.disclosure.declared import unchecked, unfit
from joinedup.govern.disclosure.judged import Judged, judge
from joinedup.govern.disclosure.profiles import Profile
from joinedup.govern.disclosure.protect import Protected, protect
from joinedup.govern.disclosure.readers import Cells, cells_of
from joinedup.govern.disclosure.rounds import numbers_shown, rounded_table
from joinedup.govern.disclosure.sheets import Sheet, sheet
from joinedup.result.blocks import Cell, Column, Hidden, Table

TOO_FEW = Hidden("too few")
PROTECTS = Hidden("would give away another")
TO_PROTECT = "would give away another"


@dataclass(frozen=True, slots=True)
class Hiding:
    """Tables with their cells hidden.

    Attributes:
        tables: in the order they came.
        too_few: cells told to be too few, or worked out from too few.
        to_protect: all other hidden cells.
        why: rule to the cells it hid, for the reviewers; never shown beside a table.
        alike: groups found that are all, or nearly, in one cell, hidden or not.
        alike_shown: titles of the tables that show such groups, as often as they do.
    """

    tables: tuple[Table, ...]
    too_few: int
    to_protect: int
    why: Mapping[str, int] = field(default_factory=dict)
    alike: int = 0
    alike_shown: tuple[str, ...] = ()


def hide_small(table: Table, profile: Profile) -> tuple[Table, int, int]:
    """One table as it may be shown, how many cells are too few, how many hidden to protect them.

    Raises:
        ReleaseError: as `hide_together`.
    """
    hiding = hide_together([table], profile)
    return hiding.tables[0], hiding.too_few, hiding.to_protect


def hide_together(
    tables: Sequence[Table],
    profile: Profile,
    behind: Behind | None = None,
    *,
    beside: Collection[Place] = (),
    secret: bytes = b"",
) -> Hiding:
    """Tables that will be read side by side, each as it may be shown.

    Tables about records hold no counts and stay as they are. A cell hidden in one is hidden in all.

    Args:
        tables: of one Result, those behind figures and maps included.
        profile: whose rules.
        behind: who stands behind the number at a table, row and column; without it a count is taken
            to be of persons, and a sum cannot be judged.
        beside: places of counts that would tell of too few by subtraction from others (`within`).
        secret: the office's key for rounding; needed where the profile rounds.

    Raises:
        ReleaseError: a column cannot be checked as it is declared, or facts are missing that a
            rule asks for; everything at once.
        ValueError: the profile rounds, and the secret is too short.
    """
    problems = [problem for table in tables for problem in unchecked(table)]
    problems += [problem for table in tables for problem in unfit(table, profile)]
    if problems:
        raise ReleaseError.of(problems)
    which = [number for number, table in enumerate(tables) if _says_of_people(table)]
    sheets = [sheet(tables[number]) for number in which]
    made = system(sheets, profile.persons)
    judged = judge(made, which, profile, behind or {}, beside=beside)
    rounded = numbers_shown(made, which, profile, behind or {}, secret=secret)
    cells, places = cells_of(made, judged, profile, rounded)
    protected = protect(cells)
    marks = _marks(cells, protected, places) | _marks_alone(judged)
    shown = list(tables)
    at = {place: rounded.get(made.root(cell)) for place, cell in made.number.items()}
    for place, number in enumerate(which):
        table = _hide(place, sheets[place], marks)
        shown[number] = rounded_table(table, place, sheets[place], at, profile.round_to)
    alike = (
        [] if profile.others else [(which[place], row, name) for place, row, name in judged.alike]
    )
    titles = tuple(shown[place[0]].title for place in alike if not _is_hidden(shown, place))
    return replace(_told(tuple(shown), judged), alike_shown=titles)


def _is_hidden(tables: Sequence[Table], place: Place) -> bool:
    number, row, name = place
    names = [column.name for column in tables[number].columns]
    return name in names and isinstance(tables[number].rows[row][names.index(name)], Hidden)


def _told(tables: tuple[Table, ...], judged: Judged) -> Hiding:
    reasons = [
        cell for table in tables for row in table.rows for cell in row if isinstance(cell, Hidden)
    ]
    few = sum(1 for reason in reasons if reason == TOO_FEW)
    why = Counter([*judged.why.values(), *judged.alone.values()])
    return Hiding(tables, few, len(reasons) - few, dict(sorted(why.items())), len(judged.alike))


def _says_of_people(table: Table) -> bool:
    return table.about != "records" and any(
        column.kind == "count" or column.measure for column in table.columns
    )


def _marks(cells: Cells, protected: Protected, places: Mapping[Place, int]) -> dict[Place, Hidden]:
    """The hidden places, each with the reason a reader may be told."""
    few = cells.small & ~protected.unlabelled
    return {
        place: TOO_FEW if few[cell] else PROTECTS
        for place, cell in places.items()
        if protected.hidden[cell]
    }


def _marks_alone(judged: Judged) -> dict[Place, Hidden]:
    return dict.fromkeys(judged.alone, TOO_FEW)


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
    """A cell, or the reason it is hidden: its own, or of any number that it would give back."""
    if cell is None or isinstance(cell, Hidden) or not np.isfinite(_size(cell)):
        return cell
    reasons = [
        marks[table, row, name] for name in _behind(column, one) if (table, row, name) in marks
    ]
    if not reasons:
        return cell
    return TOO_FEW if TOO_FEW in reasons else PROTECTS


def _behind(column: Column, one: Sheet) -> Iterator[str]:
    """The columns whose hiding hides a cell of this one."""
    if column.kind in ("text", "date"):
        return
    yield column.name
    yield one.gives.get(column.name, "")
    if column.base and column.kind in ("share", "number"):
        yield column.base
        if column.measure in ("", "rate"):
            parts = [name for name, whole in one.part_of.items() if whole == column.base]
            yield from (name for name in parts if name not in one.implied)


def _size(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0
