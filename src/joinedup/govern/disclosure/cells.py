"""How do the numbers of a Result's tables hang together?

A total is the sum of its rows; a part and the rest make the whole; parts may make up the whole; the
same place counted in two tables is one cell; a difference ties two. All of it becomes one system of
equations, which `protect` solves.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

from joinedup.govern.disclosure.behind import Place
from joinedup.govern.disclosure.sheets import Sheet, key_columns, near, parents, words_of

Kind = Literal["count", "sum", "difference"]
LITTLE_OFF = 0.01  # of a total: worked-out numbers that add up to it but for this are its parts


@dataclass(slots=True)
class System:
    """Cells under construction; places that are one cell share a number.

    Attributes:
        number: of the cell at a place; row -1 is the sum of a column that shows no total.
        forced: cells hidden because what is left of a whole is too few.
        rests: cells that nobody is shown, of whom too few are protected all the same.
    """

    sheets: Sequence[Sheet]
    number: dict[Place, int] = field(default_factory=dict)
    value: list[float] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)
    kind: list[Kind] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)
    equations: list[dict[int, float]] = field(default_factory=list)
    forced: set[int] = field(default_factory=set)
    rests: set[int] = field(default_factory=set)
    totals: set[int] = field(default_factory=set)

    def add(self, value: float, *, shown: int, kind: Kind) -> int:
        """A new cell, shown in so many places."""
        self.value.append(value)
        self.shown.append(shown)
        self.kind.append(kind)
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


def system(sheets: Sequence[Sheet], fewest: int) -> System:
    """Every cell and every equation of these tables together.

    Args:
        sheets: of the tables, in order.
        fewest: persons that a shown number may rest on; a part whose rest is fewer is hidden too.
    """
    made = System(sheets)
    for table, one in enumerate(sheets):
        for name, numbers in one.counts.items():
            shares = sum(1 for given in one.gives.values() if given == name)
            shown = shares + (name not in one.implied)
            kind = _kind(one, name)
            for row, number in enumerate(numbers):
                if number is not None:
                    made.number[table, row, name] = made.add(number, shown=shown, kind=kind)
    for one_table, other_table in combinations(range(len(sheets)), 2):
        _meet(made, one_table, other_table)
    for table, one in enumerate(sheets):
        _add_totals(made, table, one)
        _add_parts(made, table, one, fewest)
        _add_differences(made, table, one)
    _join_totals(made)
    return made


def _kind(one: Sheet, name: str) -> Kind:
    if name in one.less:
        return "difference"
    return "sum" if name in one.sums else "count"


def _add_totals(made: System, table: int, one: Sheet) -> None:
    """Rows make the row that adds them up, which may not be shown."""
    for name, numbers in one.counts.items():
        for whole, parts in one.lines:
            rows = [made.number[table, row, name] for row in parts if numbers[row] is not None]
            if not rows:
                continue
            summed = sum(made.value[cell] for cell in rows)
            total = made.number.get((table, whole, name))
            if total is None:
                total = made.add(summed, shown=0, kind=_kind(one, name))
            elif name in one.implied and abs(summed - made.value[total]) > max(
                1.0, LITTLE_OFF * abs(summed)
            ):
                continue
            if whole == one.whole:
                made.number[table, -1, name] = total
            made.totals.add(total)
            made.equations.append(dict.fromkeys(rows, 1.0) | {total: -1.0})


def _add_parts(made: System, table: int, one: Sheet, fewest: int) -> None:
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
            left = made.value[of] - made.value[part]
            too_few = 0 < left < fewest and made.kind[of] == "count"
            if too_few:
                made.forced.add(part)
            if too_few or name not in made_up:  # else the rest is the other parts' sum
                rest = made.add(left, shown=0, kind=made.kind[of])
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
        if not near(sum(made.value[cell] for cell in there), made.value[of]):
            return []
        equations.append(dict.fromkeys(there, 1.0) | {of: -1.0})
    return equations if len(parts) > 1 else []


def _add_differences(made: System, table: int, one: Sheet) -> None:
    """A difference ties the two numbers it is made of."""
    for name, (first, second) in one.less.items():
        for row in range(len(one.table.rows)):
            cells = [made.number.get((table, row, column)) for column in (first, second, name)]
            there = [cell for cell in cells if cell is not None]
            if len(there) == len(cells):
                made.equations.append(dict(zip(there, (1.0, -1.0, -1.0), strict=True)))


Rows = Mapping[tuple[str, ...], Sequence[int]]


def _meet(made: System, one: int, other: int) -> None:
    """Cells that two tables share by the words and dates at the head of their rows."""
    left, right = made.sheets[one], made.sheets[other]
    keys = _common(left, right)
    names = [name for name in left.counts if name in right.counts and name not in left.less]
    names = [name for name in names if _kind(left, name) == _kind(right, name)]
    if not keys or not names:
        return
    rows = _by_key(left, [mine for mine, _ in keys])
    others = _by_key(right, [theirs for _, theirs in keys])
    single = all(len(found) == 1 for found in rows.values())
    single_other = all(len(found) == 1 for found in others.values())
    for name in names:
        if single and single_other:
            _unite(made, (one, rows), (other, others), name)
        elif single:
            made.equations.extend(_sums(made, (one, rows), (other, others), name))
        elif single_other:
            made.equations.extend(_sums(made, (other, others), (one, rows), name))


def _common(left: Sheet, right: Sheet) -> list[tuple[str, str]]:
    """Key columns of both tables that say the same; what rows lie within is the other's key."""
    there = set(key_columns(right.table))
    keys = [(name, name) for name in sorted(key_columns(left.table)) if name in there]
    if keys:
        return keys
    for one, other, turned in ((left, right, False), (right, left, True)):
        words = [column.name for column in other.table.columns if column.kind == "text"]
        if one.table.within and words:
            pair = (one.table.within, words[0])
            return [pair[::-1] if turned else pair]
    return []


def _by_key(one: Sheet, keys: Sequence[str]) -> dict[tuple[str, ...], list[int]]:
    """The rows of each key that make it up once: its own total, or all that are no total."""
    table = one.table
    others = [
        column.name
        for column in table.columns
        if column.kind in ("text", "date") and column.name not in keys
    ]
    found: dict[tuple[str, ...], list[int]] = {}
    for row in range(len(table.rows) - table.total_row):
        found.setdefault(words_of(table, row, keys), []).append(row)
    above, word = parents(table), table.total_word
    for key, rows in found.items():
        top = [row for row in rows if above.get(row) not in rows]
        if word and others:
            whole = [row for row in top if set(words_of(table, row, others)) == {word}]
            top = whole or [row for row in top if word not in words_of(table, row, others)]
        found[key] = top
    return {key: rows for key, rows in found.items() if rows}


def _unite(made: System, one: tuple[int, Rows], other: tuple[int, Rows], name: str) -> None:
    for key, rows in one[1].items():
        cell = made.number.get((one[0], rows[0], name))
        twin = made.number.get((other[0], other[1][key][0], name)) if key in other[1] else None
        if cell is not None and twin is not None and near(made.value[cell], made.value[twin]):
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
        if near(sum(made.value[cell] for cell in there), made.value[whole]):
            if len(there) == 1:
                made.same(there[0], whole)
            else:
                yield dict.fromkeys(there, 1.0) | {whole: -1.0}


def _join_totals(made: System) -> None:
    """Columns of one name with one sum, in two tables, count the same people."""
    seen: dict[str, list[int]] = {}
    for (_, row, name), cell in made.number.items():
        if row == -1:
            twin = next(
                (one for one in seen.get(name, []) if near(made.value[one], made.value[cell])),
                None,
            )
            if twin is None:
                seen.setdefault(name, []).append(cell)
            else:
                made.same(twin, cell)
