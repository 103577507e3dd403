"""Which further cells must be hidden so that no small one can be worked out from those shown?

Cells that add up to one another are a system of linear equations. An attacker knows the equations
and every shown cell, and asks by linear programming how far each hidden cell can lie. Two attackers
are tried: one who knows only that counts are not negative, and one who also knows the rule: that
a cell hidden as `too few` lies from 1 to below the threshold, and one that protects it does not.
Each success of an attacker becomes a cut, and the fewest cells that satisfy all cuts are found
by integer programming, until both attackers fail.

Source: Fischetti and Salazar (2001), Management Science 47(7), doi:10.1287/mnsc.47.7.1008.9805,
with sliding protection levels; scipy.optimize.milp and linprog (HiGHS) solve the programs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

REACH = (
    4.0  # how far from the truth the attackers look, in thresholds: more would change no decision
)
SLACK = 1e-6
MOST_ROUNDS = 40
SECONDS_PER_ROUND = 5.0
RANDOM_MOVES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Numbers that add up to one another.

    Attributes:
        value: shape (cells,).
        cost: what hiding the cell loses, above 0; 0 for a cell that is never shown, shape (cells,).
        hidden: hidden from the start, shape (cells,).
        small: readers will be told `too few`, shape (cells,).
        loose: a reader cannot tell from the rule how large it is, once hidden, shape (cells,).
        protect: must not be worked out, shape (cells,).
        equations: sparse, each row times the values is constant, shape (equations, cells).
    """

    value: Floats
    cost: Floats
    hidden: Mask
    small: Mask
    loose: Mask
    protect: Mask
    equations: Any


@dataclass(frozen=True, slots=True)
class Protected:
    """What must be hidden.

    Attributes:
        hidden: shape (cells,).
        unlabelled: cells whose reason would itself give a small cell away, shape (cells,).
    """

    hidden: Mask
    unlabelled: Mask


@dataclass(frozen=True, slots=True)
class Attacker:
    """How far below and above its value each hidden cell may lie, and the width that must remain.

    Attributes:
        down: shape (cells,), not negative.
        up: shape (cells,), not negative.
        need: width of what is possible that each protected cell must keep, shape (cells,).
    """

    down: Floats
    up: Floats
    need: Floats


def protect(cells: Cells, threshold: int) -> Protected:
    """Hide as few further cells as protect every small one against both attackers.

    Args:
        cells: with what is hidden from the start.
        threshold: smallest count that may be shown; the width that must remain possible.
    """
    hidden, unlabelled = cells.hidden.copy(), np.zeros_like(cells.hidden)
    for index in _components(cells):
        part = _part(cells, index)
        found, labelled = _solve(part, threshold)
        hidden[index] = found
        unlabelled[index] = not labelled
    return Protected(hidden, unlabelled)


def ignorant(cells: Cells, threshold: int) -> Attacker:
    """Knows the equations, what is shown, and that no count is negative."""
    reach = np.full(len(cells.value), REACH * threshold)
    down = np.minimum(reach, np.maximum(cells.value, 0.0))
    need = np.where(cells.protect, float(threshold), 0.0)
    return Attacker(down, reach, need)


def informed(cells: Cells, threshold: int) -> Attacker:
    """Knows the rule too, and reads the reason each cell is hidden for."""
    plain = ignorant(cells, threshold)
    value, small = cells.value, cells.small
    down = np.where(small, np.maximum(value - 1.0, 0.0), plain.down)
    up = np.where(small, np.maximum(threshold - 1.0 - value, 0.0), plain.up)
    large = ~small & ~cells.loose & (value >= threshold)
    down = np.where(large, np.minimum(down, value - threshold), down)
    need = np.where(cells.protect, float((threshold - 2) // 2), 0.0)
    return Attacker(down, up, need)


def _components(cells: Cells) -> Iterator[npt.NDArray[np.intp]]:
    """The cells of each part of the system that hangs together and has something to protect."""
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - heavy

    together = abs(cells.equations.T) @ abs(cells.equations)
    _, label = connected_components(together, directed=False)
    for one in np.unique(label[cells.protect]):
        yield np.flatnonzero(label == one)


def _part(cells: Cells, index: npt.NDArray[np.intp]) -> Cells:
    equations = cells.equations[:, index]
    return Cells(
        value=cells.value[index],
        cost=cells.cost[index],
        hidden=cells.hidden[index],
        small=cells.small[index],
        loose=cells.loose[index],
        protect=cells.protect[index],
        equations=equations[np.flatnonzero(np.diff(equations.indptr))],
    )


def _solve(cells: Cells, threshold: int) -> tuple[Mask, bool]:
    """The cells to hide in one part, and whether the reasons may be told."""
    everything = np.ones_like(cells.hidden)
    blind, reader = ignorant(cells, threshold), informed(cells, threshold)
    labelled = next(_cuts(cells, everything, reader), None) is None
    attackers = [blind, reader] if labelled else [blind]
    cuts: list[tuple[Floats, float]] = []
    hidden = cells.hidden
    for _ in range(MOST_ROUNDS):
        new = [cut for one in attackers for cut in _cuts(cells, hidden, one)]
        if not new:
            return hidden, labelled
        cuts += new
        chosen = _fewest(cells, cuts)
        if chosen is None:
            break
        hidden = chosen
    return everything, labelled


def _cuts(cells: Cells, hidden: Mask, attacker: Attacker) -> Iterator[tuple[Floats, float]]:
    """For each protected cell that is cornered, weights of hidden cells that must reach a sum."""
    for cell in _doubtful(cells, hidden, attacker):
        width, weights = _attack(cells, hidden, attacker, cell)
        if width < attacker.need[cell] - SLACK:
            needed = attacker.need[cell] - float(weights[cells.hidden].sum())
            yield np.where(cells.hidden, 0.0, np.minimum(weights, needed)), needed


def _doubtful(cells: Cells, hidden: Mask, attacker: Attacker) -> list[int]:
    """The protected cells that a few random moves of all cells together did not move far enough."""
    rng = np.random.default_rng(len(hidden))
    low, high = np.zeros(len(hidden)), np.zeros(len(hidden))
    doubtful = cells.protect & (attacker.need > 0)
    index = np.flatnonzero(hidden)
    for _ in range(RANDOM_MOVES):
        if not doubtful.any():
            break
        goal = np.where(doubtful, rng.choice([-1.0, 1.0], len(hidden)), 0.0)
        for direction in (goal, -goal):
            move, _ = _farthest(cells, index, attacker, direction)
            low, high = np.minimum(low, move), np.maximum(high, move)
        doubtful &= high - low < attacker.need
    return [int(cell) for cell in np.flatnonzero(doubtful)]


def _attack(cells: Cells, hidden: Mask, attacker: Attacker, cell: int) -> tuple[float, Floats]:
    """The width of what is possible for one cell, and the dual weights that bound it."""
    index = np.flatnonzero(hidden)
    goal = np.zeros(len(hidden))
    goal[cell] = 1.0
    top, above = _farthest(cells, index, attacker, goal)
    bottom, below = _farthest(cells, index, attacker, -goal)
    return float(top[cell] - bottom[cell]), above + below


def _farthest(
    cells: Cells, index: npt.NDArray[np.intp], attacker: Attacker, goal: Floats
) -> tuple[Floats, Floats]:
    """The move of the hidden cells that goes farthest toward the goal, and what bounds it.

    Moves d of the hidden cells keep every equation: A d = 0, -down <= d <= up. For any multipliers
    m, goal'd <= sum of r+ up + r- down over hidden cells, with r = goal - A'm. This holds whatever
    is hidden, so it is a cut.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - heavy

    within = cells.equations[:, index]
    touched = np.flatnonzero(np.diff(within.indptr))
    solved = linprog(
        -goal[index],
        A_eq=within[touched],
        b_eq=np.zeros(len(touched)),
        bounds=np.column_stack([-attacker.down[index], attacker.up[index]]),
        method="highs",
    )
    if solved.x is None:
        message = f"the attack on a cell could not be worked out: {solved.message}"
        raise RuntimeError(message)
    move = np.zeros(len(cells.value))
    move[index] = solved.x
    rest = cells.equations[touched].T @ solved.eqlin.marginals + goal
    rest[np.abs(rest) < SLACK] = 0.0
    return move, np.maximum(rest, 0.0) * attacker.up + np.maximum(-rest, 0.0) * attacker.down


def _fewest(cells: Cells, cuts: list[tuple[Floats, float]]) -> Mask | None:
    """The cheapest cells to hide that satisfy every cut; None if none is found in time."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - heavy
    from scipy.sparse import csr_array  # noqa: PLC0415 - heavy

    free = np.flatnonzero(~cells.hidden)
    if not len(free):
        return None
    weights = csr_array(np.array([weights[free] for weights, _ in cuts]))
    needed = np.array([needed for _, needed in cuts])
    solved = milp(
        cells.cost[free],
        constraints=LinearConstraint(weights, lb=needed - SLACK),
        integrality=np.ones(len(free)),
        bounds=Bounds(0.0, 1.0),
        options={"time_limit": SECONDS_PER_ROUND, "mip_rel_gap": 0.01},
    )
    if solved.x is None:
        return None
    hidden = cells.hidden.copy()
    hidden[free] = solved.x > 0.5  # noqa: PLR2004 - a whole number, up to rounding
    return hidden
