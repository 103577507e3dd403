"""How closely can a reader work out each hidden number from what is shown?

Numbers that add up to one another are a system of linear equations. An attacker knows the equations
and what is shown, and asks by linear programming how far each number may lie below and above its
value. A number is safe from an attacker if that width is at least what it needs.

A move of all numbers together that keeps every equation proves the width of each number it moves.
Moves in random directions prove most of them at once; each of the rest is attacked for itself. What
is proven stays proven while more is hidden.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from joinedup.govern.disclosure.programs import EXACT, MANY, Program

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]
MOST_MOVES = 10
LONG = 50  # cells of an equation for each that may be chosen of it beside the first
NEAR = 250  # moving cells around one that are tried before all of them
WORTH_ANOTHER = 0.1  # share of the doubtful that the last move must have proven


@dataclass(frozen=True, slots=True, kw_only=True)
class Attacker:
    """What one reader knows of each number beside the equations.

    Attributes:
        down: how far below its value a hidden number may lie, shape (cells,), not negative.
        up: how far above, shape (cells,), not negative.
        shown_down: how far below one may lie that is shown (rounded, say), shape (cells,).
        shown_up: how far above, shape (cells,).
        need: width of what is possible that must remain, 0 for none, shape (cells,).
    """

    down: Floats
    up: Floats
    shown_down: Floats
    shown_up: Floats
    need: Floats

    def part(self, index: Places) -> "Attacker":
        """The same of some cells."""
        return Attacker(
            down=self.down[index],
            up=self.up[index],
            shown_down=self.shown_down[index],
            shown_up=self.shown_up[index],
            need=self.need[index],
        )

    def low(self, hidden: Mask) -> Floats:
        """How far below, given what is hidden, shape (cells,)."""
        return np.where(hidden, self.down, self.shown_down)

    def high(self, hidden: Mask) -> Floats:
        """How far above, given what is hidden, shape (cells,)."""
        return np.where(hidden, self.up, self.shown_up)


class Attack:
    """One attacker before one choice of what is hidden."""

    def __init__(self, equations: Any, attacker: Attacker, hidden: Mask) -> None:
        low, high = attacker.low(hidden), attacker.high(hidden)
        self._cells, self._need = len(hidden), attacker.need
        self._all = Moves(equations, low, high, np.flatnonzero((low > 0) | (high > 0)))

    def unproven(self, doubtful: Mask) -> Mask:
        """Which of the doubtful cells no common move in a random direction proves wide enough."""
        left = doubtful.copy()
        low, high = np.zeros(self._cells), np.zeros(self._cells)
        rng = np.random.default_rng(len(self._all.index))
        for _ in range(MOST_MOVES):
            before = int(left.sum())
            if not before:
                break
            goal = np.where(left, rng.choice([-1.0, 1.0], self._cells), 0.0)
            for direction in (goal, -goal):
                move = np.zeros(self._cells)
                move[self._all.index] = self._all.farthest(direction[self._all.index])
                low, high = np.minimum(low, move), np.maximum(high, move)
            left &= high - low < self._need - EXACT
            if before - int(left.sum()) < WORTH_ANOTHER * before:
                break
        return left

    def is_cornered(self, cell: int) -> bool:
        """Whether one cell can be worked out more closely than it needs.

        A large system is first attacked with the cells around this one alone: a move of some is a
        move of all, and proves the cell safe. Only all of them prove it cornered.
        """
        need = float(self._need[cell]) - EXACT
        near = len(self._all.index) > 2 * NEAR and self._all.around(cell).width(cell) >= need
        return not near and self._all.width(cell) < need

    def cornered(self, doubtful: Mask) -> Mask:
        """Which of the doubtful cells are: each is attacked, if no common move proves it safe."""
        left = self.unproven(doubtful)
        for cell in np.flatnonzero(left):
            left[cell] = self.is_cornered(int(cell))
        return left


class Moves:
    """Moves of some cells that keep every equation, the other cells standing still."""

    def __init__(self, equations: Any, low: Floats, high: Floats, index: Places) -> None:
        """Moves of the cells of `index`, sorted, at most `low` down and `high` up."""
        self.index = index
        self._equations, self._low, self._high = equations, low, high
        within = equations[:, index]
        self._within = within[np.flatnonzero(np.diff(within.indptr))]
        self._program: Program | None = None

    def width(self, cell: int) -> float:
        """How far one cell can move, up and down together; 0 if it stands still."""
        goal = (self.index == cell).astype(np.float64)
        return float(goal @ (self.farthest(goal) - self.farthest(-goal)))

    def farthest(self, goal: Floats) -> Floats:
        """The move farthest toward the goal; none if the solver's does not keep the equations."""
        low, high = -self._low[self.index], self._high[self.index]
        still = np.zeros(len(self.index))
        if not goal.any():
            return still
        if self._program is None:
            self._program = Program(self._within, low, high)
        found = self._program.best(goal, way="inside" if len(still) > MANY else "steps")
        if found is None:
            return still
        move = np.clip(found.move, low, high)
        # What does not keep the equations is no move, and would prove too much.
        return move if np.abs(self._within @ move).max(initial=0.0) <= EXACT else still

    def around(self, cell: int) -> "Moves":
        """Of the cells near one, by equations they share: enough for most moves."""
        near = np.array([cell])
        while len(near) < NEAR:
            beside = abs(self._equations).T @ (
                abs(self._equations) @ np.isin(np.arange(len(self._low)), near).astype(np.float64)
            )
            wider = self.index[beside[self.index] > (1 if len(near) > 1 else 0)]
            wider = np.union1d(near, wider[np.argsort(-beside[wider], kind="stable")[:NEAR]])
            if len(wider) == len(near):
                break
            near = wider
        return Moves(self._equations, self._low, self._high, np.intersect1d(near, self.index))


def apart(by_cell: Any, cells: Sequence[int]) -> list[int]:
    """As many of the cells, in order, as share no equation, or few a long one.

    Args:
        by_cell: the equations, compressed by column.
        cells: in order of preference.
    """
    left = 1 + np.bincount(by_cell.indices, minlength=by_cell.shape[0]) // LONG
    chosen = []
    for cell in cells:
        rows = by_cell.indices[by_cell.indptr[cell] : by_cell.indptr[cell + 1]]
        if (left[rows] > 0).all():
            left[rows] -= 1
            chosen.append(cell)
    return chosen
