"""How do the counts of a Result's tables hang together?

A total is the sum of its rows; a part and the rest make the whole; parts may make up the whole; the
same place counted in two tables is one cell; a share times its base is a count again. All of it
becomes one system of equations, which `protect` solves.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from joinedup.govern.disclosure.protect import Cells
from joinedup.result.blocks import Cell, Column, Hidden, Table

SAME = 1e-6
PER = (1.0, 100.0, 1_000.0, 10_000.0, 100_000.0)
ZERO_COST = 20.0
TOTAL_COST = 0.5
SIZE_COST = 0.2

Place = tuple[int, int, str]
"""Table, row and column of a cell; row -1 is the sum of a column that shows no total."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The counts of one table, and those that its shares and rates give back.

    Attributes:
        counts: column to its numbers, None where the table has none, each of length rows.
        gives: share or rate to the column of `counts` it gives back; empty if none.
        part_of: column of `counts` to the column it is a part of.
        implied: columns of `counts` that the table does not show as such.
    """

    table: Table
    counts: Mapping[str, Sequence[float | None]]
    gives: Mapping[str, str]
    part_of: Mapping[str, str]
    implied: frozenset[str]

    @property
    def body(self) -> range:
        """The rows that are not the total."""
        return range(len(self.table.rows) - self.table.total_row)


@dataclass(slots=True)
class System:
    """Cells under construction; places that are one cell share a number."""

    sheets: Sequence[Sheet]
    number: dict[Place, int] = field(default_factory=dict)
    value: list[float] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)
    equations: list[dict[int, float]] = field(default_factory=list)
    forced: set[int] = field(default_factory=set)
    rests: set[int] = field(default_factory=set)
    totals: set[int] = field(default_factory=set)

    def add(self, value: float, *, shown: int) -> int:
        """A new cell, shown in so many places."""
        self.value.append(value)
        self.shown.append(shown)
        self.parent.append(len(self.parent))
        return len(self.parent) - 1

    def root(self, cell: int) -> int:
        """The number that all places of one cell share."""
        while self.parent[cell] != cell:
            self.parent[cell] = self.parent[self.parent[cell]]
            cell = self.parent[cell]
        return cell

    def same(self, one: int, other: int) -> None:
        """Two places show one cell."""
        one, other = self.root(one), self.root(other)
        if one != other:
            self.parent[other] = one
            self.shown[one] += self.shown[other]


def sheet(table: Table) -> Sheet:
    """The counts of a table, with those that shares and rates of a base give back."""
    counts = {
        column.name: _numbers(table, place)
        for place, column in enumerate(table.columns)
        if column.kind == "count"
    }
    part_of = {column.name: column.part_of for column in table.columns if column.part_of in counts}
    shown, gives, implied = dict(counts), {}, set()
    for place, column in enumerate(table.columns):
        if column.kind not in ("share", "number") or column.base not in shown:
            continue
        name, numbers = _given_back(column, _numbers(table, place), shown)
        if column.kind == "share" and part_of.setdefault(name, column.base) != column.base:
            name = column.name  # a part of two wholes: each rest is looked at
        gives[column.name] = name
        if name == column.name:
            counts[name] = numbers
            implied.add(name)
            if column.kind == "share":
                part_of[name] = column.base
    return Sheet(table, counts, gives, part_of, frozenset(implied))


def _numbers(table: Table, place: int) -> list[float | None]:
    return [_number(row[place]) for row in table.rows]


def _number(cell: Cell | Hidden) -> float | None:
    return float(cell) if isinstance(cell, int | float) and np.isfinite(cell) else None


def _given_back(
    column: Column, numbers: Sequence[float | None], counts: Mapping[str, Sequence[float | None]]
) -> tuple[str, list[float | None]]:
    """The count a share or rate gives back: one of the table's, one of its own, or none."""
    readings = [
        [
            None if one is None or of is None else one * of / per
            for one, of in zip(numbers, counts[column.base], strict=True)
        ]
        for per in (PER[:1] if column.kind == "share" else PER)
    ]
    for given in readings:
        for name, count in counts.items():
            if name != column.base and _all_near(given, count):
                return name, given
    # Of several readings, the one that gives the smallest counts: it hides the most.
    for given in reversed(readings):
        if column.kind == "share" or _all_near(given, [one and float(round(one)) for one in given]):
            return column.name, given
    return "", []


def _all_near(one: Sequence[float | None], other: Sequence[float | None]) -> bool:
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    return bool(pairs) and all(_near(a, b) for a, b in pairs)


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= SAME * max(1.0, abs(one))


def system(sheets: Sequence[Sheet], threshold: int) -> System:
    """Every cell and every equation of these tables together."""
    made = System(sheets)
    for table, one in enumerate(sheets):
        for name, numbers in one.counts.items():
            for row, number in enumerate(numbers):
                if number is not None:
                    shares = sum(1 for given in one.gives.values() if given == name)
                    made.number[table, row, name] = made.add(number, shown=1 + shares)
    for one_table, other_table in combinations(range(len(sheets)), 2):
        _meet(made, one_table, other_table)
    for table, one in enumerate(sheets):
        _add_totals(made, table, one)
        _add_parts(made, table, one, threshold)
    _join_totals(made)
    return made


def _add_totals(made: System, table: int, one: Sheet) -> None:
    """Each column's rows make its total, which may not be shown."""
    for name, numbers in one.counts.items():
        rows = [made.number[table, row, name] for row in one.body if numbers[row] is not None]
        if not rows:
            continue
        summed = sum(made.value[cell] for cell in rows)
        total = made.number.get((table, len(one.body), name)) if one.table.total_row else None
        if total is None:
            total = made.add(summed, shown=0)
        elif name in one.implied and abs(summed - made.value[total]) > max(1.0, 0.01 * summed):
            continue
        made.number[table, -1, name] = total
        made.totals.add(total)
        made.equations.append(dict.fromkeys(rows, 1.0) | {total: -1.0})


def _add_parts(made: System, table: int, one: Sheet, threshold: int) -> None:
    """A part and the rest make the whole; a rest that is too few hides the part as well."""
    wholes: dict[str, list[str]] = {}
    for name, whole in one.part_of.items():
        if name not in one.implied:
            wholes.setdefault(whole, []).append(name)
    made_up: set[str] = set()
    for whole, parts in wholes.items():
        equations = _whole_of_parts(made, table, whole, parts)
        made.equations.extend(equations)
        made_up.update(parts if equations else ())
    for name, whole in one.part_of.items():
        for row in range(len(one.table.rows)):
            part = made.number.get((table, row, name))
            of = made.number.get((table, row, whole))
            if part is None or of is None:
                continue
            too_few = 0 < made.value[of] - made.value[part] < threshold
            if too_few:
                made.forced.add(part)
            if too_few or name not in made_up:  # else the rest is the other parts' sum
                rest = made.add(made.value[of] - made.value[part], shown=0)
                made.equations.append({part: 1.0, rest: 1.0, of: -1.0})
                made.rests.add(rest)


def _whole_of_parts(
    made: System, table: int, whole: str, parts: Sequence[str]
) -> list[dict[int, float]]:
    """Equations saying that the parts make up the whole, if they do in every row."""
    equations = []
    for row in range(len(made.sheets[table].table.rows)):
        of = made.number.get((table, row, whole))
        cells = [made.number.get((table, row, part)) for part in parts]
        there = [cell for cell in cells if cell is not None]
        if of is None or len(there) < len(parts):
            continue
        if not _near(sum(made.value[cell] for cell in there), made.value[of]):
            return []
        equations.append(dict.fromkeys(there, 1.0) | {of: -1.0})
    return equations if len(parts) > 1 else []


def _meet(made: System, one: int, other: int) -> None:
    """Cells that two tables share by the words and dates at the head of their rows."""
    left, right = made.sheets[one], made.sheets[other]
    keys = sorted(_key_columns(left.table) & _key_columns(right.table))
    names = [name for name in left.counts if name in right.counts]
    if not keys or not names:
        return
    rows, others = _by_key(left, keys), _by_key(right, keys)
    single = all(len(found) == 1 for found in rows.values())
    single_other = all(len(found) == 1 for found in others.values())
    for name in names:
        if single and single_other:
            _unite(made, (one, rows), (other, others), name)
        elif single:
            made.equations.extend(_sums(made, (one, rows), (other, others), name))
        elif single_other:
            made.equations.extend(_sums(made, (other, others), (one, rows), name))


Rows = Mapping[tuple[str, ...], Sequence[int]]


def _key_columns(table: Table) -> set[str]:
    """The columns that say which row it is: words and dates, and numbers worked out of no count."""
    return {
        column.name
        for column in table.columns
        if column.kind in ("text", "date") or (column.kind == "number" and not column.base)
    }


def _by_key(one: Sheet, keys: Sequence[str]) -> dict[tuple[str, ...], list[int]]:
    places = [[column.name for column in one.table.columns].index(key) for key in keys]
    found: dict[tuple[str, ...], list[int]] = {}
    for row in one.body:
        key = tuple(str(one.table.rows[row][place]) for place in places)
        found.setdefault(key, []).append(row)
    return found


def _unite(made: System, one: tuple[int, Rows], other: tuple[int, Rows], name: str) -> None:
    for key, rows in one[1].items():
        cell = made.number.get((one[0], rows[0], name))
        twin = made.number.get((other[0], other[1][key][0], name)) if key in other[1] else None
        if cell is not None and twin is not None and _near(made.value[cell], made.value[twin]):
            made.same(cell, twin)


def _sums(
    made: System, coarse: tuple[int, Rows], fine: tuple[int, Rows], name: str
) -> Iterator[dict[int, float]]:
    """Each row of the coarse table as the sum of rows of the fine one, where it is."""
    for key, rows in coarse[1].items():
        whole = made.number.get((coarse[0], rows[0], name))
        cells = [made.number.get((fine[0], row, name)) for row in fine[1].get(key, ())]
        there = [cell for cell in cells if cell is not None]
        if whole is None or not there or len(there) < len(cells):
            continue
        if _near(sum(made.value[cell] for cell in there), made.value[whole]):
            yield dict.fromkeys(there, 1.0) | {whole: -1.0}


def _join_totals(made: System) -> None:
    """Columns of one name with one sum, in two tables, count the same people."""
    seen: dict[str, list[int]] = {}
    for (_, row, name), cell in made.number.items():
        if row == -1:
            twin = next(
                (one for one in seen.get(name, []) if _near(made.value[one], made.value[cell])),
                None,
            )
            if twin is None:
                seen.setdefault(name, []).append(cell)
            else:
                made.same(twin, cell)


def cells_of(made: System, threshold: int) -> tuple[Cells, Mapping[Place, int]]:
    """The system as arrays, and which cell each place shows."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - heavy

    roots = sorted({made.root(cell) for cell in range(len(made.parent))})
    index = {root: place for place, root in enumerate(roots)}
    value = np.array([made.value[root] for root in roots], dtype=float)
    shown = np.array([made.shown[root] for root in roots], dtype=float)
    forced, rests, totals = (
        np.isin(np.array(roots), [made.root(cell) for cell in chosen])
        for chosen in (made.forced, made.rests, made.totals)
    )
    few = (value > 0) & (value < threshold)
    size = SIZE_COST * value / max(1.0, float(value.max(initial=1.0)))
    cost = shown * (1.0 + TOTAL_COST * totals + size) + ZERO_COST * (value == 0)
    entries = [
        (row, index[made.root(cell)], sign)
        for row, equation in enumerate(made.equations)
        for cell, sign in equation.items()
    ]
    rows, columns, signs = zip(*entries, strict=True) if entries else ((), (), ())
    matrix = csr_array((signs, (rows, columns)), shape=(len(made.equations), len(roots)))
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    cells = Cells(
        value=value,
        cost=cost,
        hidden=(shown == 0) | few | forced,
        small=few & (shown > 0),
        loose=(shown == 0) | forced,
        protect=few & ((shown > 0) | rests),
        equations=matrix,
    )
    return cells, {place: index[made.root(cell)] for place, cell in made.number.items()}
