"""Which numbers does one table show, and which others do these give back?

Counts and sums add up to their totals. A share or rate times its base is a count again, a mean
times its base a sum, and a difference gives one number from the other. The rows that add up to
another are found here as well: the last row, rows with the word for all, rows within another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from re import findall

import numpy as np

from joinedup.result.blocks import Cell, Column, Hidden, Table

SAME = 1e-6
PER = (1.0, 100.0, 1_000.0, 10_000.0, 100_000.0)
ALONE = ("median", "quantile", "minimum", "maximum", "sum")  # these give no count back
MOST_COMPARED = 12  # columns of which every difference is looked for

Numbers = Sequence[float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The numbers of one table that add up, and those that its other numbers give back.

    Attributes:
        counts: column to its numbers, None where the table has none, each of length rows.
        gives: column to the column of `counts` it gives back.
        part_of: column of `counts` to the column it is a part of.
        implied: columns of `counts` that the table does not show as such.
        sums: columns of `counts` that add up amounts, not people.
        less: columns of `counts` that are one column less another, and these two.
        lines: row that adds up others, -1 if it is not shown, and those others.
        whole: the row that adds up all, -1 if it is not shown.
    """

    table: Table
    counts: Mapping[str, Numbers]
    gives: Mapping[str, str]
    part_of: Mapping[str, str]
    implied: frozenset[str]
    sums: frozenset[str]
    less: Mapping[str, tuple[str, str]]
    lines: "Lines"
    whole: int

    def column(self, name: str) -> Column:
        """The table's column of this name."""
        return next(column for column in self.table.columns if column.name == name)


def sheet(table: Table) -> Sheet:
    """The numbers of a table, with those that it gives back."""
    numbers: dict[str, Numbers] = {
        column.name: [_number(row[place]) for row in table.rows]
        for place, column in enumerate(table.columns)
    }
    adding = [one for one in table.columns if one.kind == "count" or one.measure == "sum"]
    found = Found(
        shown={column.name: numbers[column.name] for column in adding},
        sums={column.name for column in adding if column.measure == "sum"},
    )
    found.counts.update(found.shown)
    found.part_of |= {one.name: one.part_of for one in table.columns if one.part_of in found.shown}
    for column in table.columns:
        if column.measure == "mean" and column.base in found.shown:
            _add_mean(found, column, numbers[column.name])
        elif column.kind in ("share", "number") and column.base in found.shown:
            if column.measure not in ALONE:
                _add_share(found, column, numbers[column.name])
        elif column.difference_of or (column.kind == "number" and not column.measure):
            _add_difference(found, column, numbers[column.name])
    lines, whole = _lines(table)
    return Sheet(
        table=table,
        counts=found.counts,
        gives=found.gives,
        part_of=found.part_of,
        implied=frozenset(found.implied),
        sums=frozenset(found.sums),
        less=found.less,
        lines=lines,
        whole=whole,
    )


@dataclass(slots=True, kw_only=True)
class Found:
    """A sheet under construction; `shown` are the columns of the table itself that add up."""

    shown: dict[str, Numbers]
    sums: set[str]
    counts: dict[str, Numbers] = field(default_factory=dict)
    gives: dict[str, str] = field(default_factory=dict)
    part_of: dict[str, str] = field(default_factory=dict)
    implied: set[str] = field(default_factory=set)
    less: dict[str, tuple[str, str]] = field(default_factory=dict)


def _add_mean(found: Found, column: Column, means: Numbers) -> None:
    """A mean times its base is a sum: one that the table shows, or one of its own."""
    given = _times(means, found.shown[column.base])
    same = (name for name in found.shown if name in found.sums)
    name = next((name for name in same if all_near(given, found.shown[name])), column.name)
    found.gives[column.name] = name
    if name == column.name:
        found.counts[name] = given
        found.sums.add(name)
        found.implied.add(name)


def _add_share(found: Found, column: Column, shares: Numbers) -> None:
    """A share or rate times its base is a count: one that the table shows, or one of its own."""
    name, given = _given_back(column, shares, found.shown)
    if column.kind == "share" and found.part_of.setdefault(name, column.base) != column.base:
        name = column.name  # a part of two wholes: each rest is looked at
    found.gives[column.name] = name
    if name == column.name:
        found.counts[name] = given
        found.implied.add(name)
        if column.kind == "share":
            found.part_of[name] = column.base


def _add_difference(found: Found, column: Column, numbers: Numbers) -> None:
    """A number that repeats a count, or is one less another, gives it back."""
    pair = _sides(column, numbers, found.shown)
    if pair and pair[0] == pair[1]:
        found.gives[column.name] = pair[0]
    elif pair:
        found.counts[column.name], found.less[column.name] = numbers, pair


def _number(cell: Cell | Hidden) -> float | None:
    return float(cell) if isinstance(cell, int | float) and np.isfinite(cell) else None


def _times(one: Numbers, other: Numbers) -> Numbers:
    pairs = zip(one, other, strict=True)
    return [None if a is None or b is None else a * b for a, b in pairs]


def _sides(
    column: Column, numbers: Numbers, shown: Mapping[str, Numbers]
) -> tuple[str, str] | None:
    """The two columns a number is the difference of, one twice if it repeats it."""
    if column.difference_of:
        one, other = column.difference_of
        return (one, other) if one in shown and other in shown else None
    if column.base:
        return None
    for name, count in shown.items():
        if all_near(numbers, count):
            return name, name
    for one, other in permutations(list(shown)[:MOST_COMPARED], 2):
        if all_near(numbers, _less(shown[one], shown[other])):
            return one, other
    return None


def _less(one: Numbers, other: Numbers) -> Numbers:
    return [None if a is None or b is None else a - b for a, b in zip(one, other, strict=True)]


def _given_back(
    column: Column, numbers: Numbers, counts: Mapping[str, Numbers]
) -> tuple[str, Numbers]:
    """The count a share or rate gives back: one of the table's, one of its own, or none."""
    readings = [
        [None if one is None else one / per for one in _times(numbers, counts[column.base])]
        for per in _per(column)
    ]
    for given in readings:
        for name, count in counts.items():
            if name != column.base and all_near(given, count):
                return name, given
    # Of several readings, the one that gives the smallest counts: it hides the most.
    always = column.kind == "share" or column.measure == "rate"
    for given in reversed(readings):
        if always or all_near(given, [one and float(round(one)) for one in given]):
            return column.name, given
    return "", []


def _per(column: Column) -> tuple[float, ...]:
    """What a rate is counted per: as its unit says, else anything usual."""
    if column.kind == "share":
        return PER[:1]
    told = {float(one.replace(",", "")) for one in findall(r"\d[\d,]*", column.unit)}
    told |= {100.0} if "%" in column.unit else set()
    return tuple(sorted(told & set(PER))) or PER


def all_near(one: Numbers, other: Numbers) -> bool:
    """Whether two columns show the same numbers, wherever both show one."""
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    return bool(pairs) and all(near(a, b) for a, b in pairs)


def near(one: float, other: float) -> bool:
    """Whether two numbers are the same, but for how they were worked out."""
    return abs(one - other) <= SAME * max(1.0, abs(one))


def key_columns(table: Table) -> list[str]:
    """The columns that say which row it is: words, dates, and numbers that are not of people."""
    return [
        column.name
        for column in table.columns
        if column.kind in ("text", "date")
        or (column.kind == "number" and not (column.base or column.measure or column.difference_of))
    ]


def words_of(table: Table, row: int, names: Sequence[str]) -> tuple[str, ...]:
    """What stands in these columns of a row, as words."""
    places = [[column.name for column in table.columns].index(name) for name in names]
    return tuple(str(table.rows[row][place]) for place in places)


def parents(table: Table) -> Mapping[int, int]:
    """Row to the row of the same table that it lies within, where there is one."""
    if not table.within:
        return {}
    names = [column.name for column in table.columns if column.kind in ("text", "date")]
    key = next(name for name in names if name != table.within)
    others = [name for name in names if name not in (key, table.within)]
    body = range(len(table.rows) - table.total_row)
    by_key = {(words_of(table, row, [key]), words_of(table, row, others)): row for row in body}
    found = {
        row: by_key.get((words_of(table, row, [table.within]), words_of(table, row, others)))
        for row in body
    }
    return {row: parent for row, parent in found.items() if parent not in (None, row)}


Lines = tuple[tuple[int, tuple[int, ...]], ...]


def _lines(table: Table) -> tuple[Lines, int]:
    """Rows that add up others, and the row that adds up all."""
    above = parents(table)
    lines = [
        (parent, tuple(row for row in above if above[row] == parent))
        for parent in sorted(set(above.values()))
    ]
    body = [row for row in range(len(table.rows) - table.total_row) if row not in above]
    whole = len(table.rows) - 1 if table.total_row else -1
    if table.total_word:
        more, plain, every = _by_word(table, body)
        lines += more
        if every >= 0:  # its lines are there already: one of every row would say nothing new
            body = [every] if table.total_row else []
            whole = whole if table.total_row else every
        else:
            body = plain
    if body:
        lines.append((whole, tuple(body)))
    return tuple(lines), whole


def _by_word(
    table: Table, body: Sequence[int]
) -> tuple[list[tuple[int, tuple[int, ...]]], list[int], int]:
    """Rows with the word for all, each with what it adds up; rows without it; the row of all."""
    names = [column.name for column in table.columns if column.kind in ("text", "date")]
    by_key = {words_of(table, row, names): row for row in body}
    lines: dict[int, list[tuple[int, ...]]] = {}
    for place in range(len(names)):
        groups: dict[tuple[str, ...], list[int]] = {}
        for key, row in by_key.items():
            if key[place] != table.total_word:
                groups.setdefault((*key[:place], table.total_word, *key[place + 1 :]), []).append(
                    row
                )
        for key, rows in groups.items():
            if key in by_key:
                lines.setdefault(by_key[key], []).append(tuple(rows))
    plain = [row for key, row in by_key.items() if table.total_word not in key]
    every = by_key.get((table.total_word,) * len(names), -1)
    return [(row, parts) for row, many in lines.items() for parts in many], plain, every
