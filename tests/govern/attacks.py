"""An attacker of our own, written without any of the code that hides: tables, equations, bounds."""

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from joinedup.result.blocks import Column, Hidden, Table


@dataclass
class Numbers:
    """Numbers that add up, each by a name of its own; equations say which sum to zero."""

    truth: dict = field(default_factory=dict)
    equations: list = field(default_factory=list)

    def matrix(self):
        place = {name: number for number, name in enumerate(self.truth)}
        found = np.zeros((len(self.equations), len(place)))
        for row, equation in zip(found, self.equations, strict=True):
            for name, sign in equation.items():
                row[place[name]] = sign
        return csr_array(found)


def with_margins(counts):
    """A full table of any number of ways with every margin, and what adds up in it."""
    full = counts
    for axis in range(counts.ndim):
        full = np.concatenate([full, full.sum(axis=axis, keepdims=True)], axis=axis)
    names = list(np.ndindex(*full.shape))
    numbers = Numbers({name: float(full[name]) for name in names})
    for axis in range(counts.ndim):
        for name in names:
            if name[axis] == counts.shape[axis]:
                parts = [(*name[:axis], place, *name[axis + 1 :]) for place in range(name[axis])]
                numbers.equations.append(dict.fromkeys(parts, 1.0) | {name: -1.0})
    return full, numbers


def long_table(full, name="n"):
    """Every cell as a row; the last place of each way is the word for all."""
    heads = [Column(name=f"d{axis}", kind="text") for axis in range(full.ndim)]
    rows = [
        (
            *(
                "all" if place == full.shape[axis] - 1 else f"{place}"
                for axis, place in enumerate(where)
            ),
            int(full[where]),
        )
        for where in np.ndindex(*full.shape)
    ]
    return Table(
        title="Long",
        columns=(*heads, Column(name=name, kind="count")),
        rows=tuple(rows),
        about="groups",
        total_word="all",
    )


def wide_table(full, title="Wide", first="area"):
    """Areas by kinds, both margins; the whole of the kinds is called n."""
    kinds = full.shape[1] - 1
    parts = [Column(name=f"k{kind}", kind="count", part_of="n") for kind in range(kinds)]
    areas = [f"a{area}" for area in range(full.shape[0] - 1)] + ["all"]
    return Table(
        title=title,
        columns=(Column(name=first, kind="text"), *parts, Column(name="n", kind="count")),
        rows=tuple((area, *map(int, row)) for area, row in zip(areas, full, strict=True)),
        about="groups",
        total_row=True,
    )


def shown_of(table, full):
    """Name of each number of `full` to what the table shows of it, in the order of the cells."""
    cells = [cell for row in table.rows for cell in row if isinstance(cell, int | Hidden)]
    return dict(zip(np.ndindex(*full.shape), cells, strict=True))


def widths(numbers, shown, names, slack=None):
    """For each name, how wide the range is of what fits the equations and what is shown."""
    order = list(numbers.truth)
    slack = slack or (lambda number: (number, number))
    bounds = [
        (0, None) if isinstance(shown.get(name, Hidden), Hidden | type) else slack(shown[name])
        for name in order
    ]
    matrix = numbers.matrix()
    found = {}
    for name in names:
        goal = np.zeros(len(order))
        goal[order.index(name)] = 1.0
        ends = [
            linprog(sign * goal, A_eq=matrix, b_eq=np.zeros(matrix.shape[0]), bounds=bounds)
            for sign in (1, -1)
        ]
        low = ends[0].fun if ends[0].status == 0 else 0.0
        found[name] = np.inf if ends[1].status == 3 else -ends[1].fun - low
    return found


def optimum(numbers, k, *, keep=()):
    """Fewest cells to hide so that every small one keeps a width of k, by one integer program.

    Those named in `keep` stay shown; None if that cannot be.

    All flows of all small cells and all choices at once (Fischetti and Salazar, 2001, model 2), for
    an attacker who knows that no count is negative.
    """
    value = np.array(list(numbers.truth.values()))
    matrix = numbers.matrix().toarray()
    cells, small = len(value), np.flatnonzero((value > 0) & (value < k))
    if not len(small):
        return 0
    most = 4.0 * k
    rows, low = [], []
    columns = cells * (1 + 2 * len(small))
    high = []

    def say(entries, least, largest):
        row = np.zeros(columns)
        for place, number in entries:
            row[place] += number
        rows.append(row)
        low.append(least)
        high.append(largest)

    for one, cell in enumerate(small):
        for way in range(2):
            start = cells * (1 + 2 * one + way)
            for equation in matrix:
                say([(start + place, equation[place]) for place in np.flatnonzero(equation)], 0, 0)
            for place in range(cells):
                say([(start + place, 1), (place, -most)], -np.inf, 0)
                say([(start + place, 1), (place, min(most, value[place]))], 0, np.inf)
        start = cells * (1 + 2 * one)
        say([(start + cell, 1), (start + cells + cell, -1)], k, np.inf)
    lower = np.concatenate([np.isin(np.arange(cells), small), np.full(columns - cells, -most)])
    free = [name not in keep for name in numbers.truth]
    upper = np.concatenate([np.array(free, dtype=float), np.full(columns - cells, most)])
    whole = np.concatenate([np.ones(cells), np.zeros(columns - cells)])
    solved = milp(
        whole,
        constraints=LinearConstraint(csr_array(np.array(rows)), low, high),
        integrality=whole,
        bounds=Bounds(lower.astype(float), upper),
    )
    if keep and solved.status == 2:
        return None
    assert solved.status == 0, solved.message
    return round(solved.fun)
