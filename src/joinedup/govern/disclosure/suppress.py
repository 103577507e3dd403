"""Which further cells protect every cornered one, at little cost?

Cells are added until every attacker fails, each time by a flow: the cheapest move that gives every
cornered cell its width, where a cell already hidden carries flow for nothing and one that is shown
must be hidden to carry any. The price of a cell falls with the flow it carries, so that flows of
many cells run through few. Then parts are shown again and protected anew, and what is cheaper is
kept. In large tables flows are looked for among the cells that make a box with the cornered one.

Every choice that comes out has been attacked, not only built: if the flows do not satisfy an
attacker, everything is hidden. Work is counted in turns, never in seconds: the same tables give the
same answer.

Source: flows after Kelly, Golden and Assad (1992), doi:10.1002/net.3230220407; prices after Kim and
Pardalos (1999), doi:10.1016/S0167-6377(99)00009-2.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from joinedup.govern.disclosure.attack import Attack, Attacker, Floats, Mask, Places, apart
from joinedup.govern.disclosure.programs import EXACT, MANY, Program

LARGE, LARGE_FOR_ONE = 2_500, 300  # cells from which flows are looked for nearby
# Cells of each equation where a nearby flow may turn, hidden and shown, by a cell's equations.
NEARBY = ((2, 4), (2, 4), (2, 4), (2, 2), (1, 2))
WIDER = (1, 2)
REPRICED, REPRICED_LARGE = 3, 2
MOST_TURNS, FEWEST_WORK = 24, 100
WORK = 500_000  # cells times hidden cells of all turns together
ROUNDS_TOGETHER = 4
WORTH = 100.0  # of a cell's width, in the costs of the dearest cell
CARRIES = 1e-4  # flow below this, as a share of what is needed, is the solver's dust
SMALLEST_GAIN = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """One part of a system of numbers that hangs together.

    Attributes:
        cost: what hiding a cell loses, shape (cells,).
        first: hidden whatever comes, shape (cells,).
        total: adds up others, and is not hidden from the start, shape (cells,).
        equations: sparse, compressed by row, shape (equations, cells).
        by_cell: the same, compressed by column.
        attackers: all of whom must fail.
    """

    cost: Floats
    first: Mask
    total: Mask
    equations: Any
    by_cell: Any
    attackers: tuple[Attacker, ...]


def fewest(sums: Sums) -> Mask | None:
    """Cells to hide, the first ones included, so that every attacker fails, shape (cells,).

    Where totals would go, it is tried without any: a table is read by its totals.

    Returns:
        None if they do not fail even where everything is hidden.
    """
    best = _fewest(sums)
    if best is None or not (best & sums.total).any() or len(best) > LARGE_FOR_ONE:
        return best
    kept = _fewest(replace(sums, attackers=tuple(_held(one, sums.total) for one in sums.attackers)))
    return best if kept is None or _loss(sums, kept) > _loss(sums, best) else kept


def _held(attacker: Attacker, cells: Mask) -> Attacker:
    """The same attacker, for whom hiding these cells would change nothing."""
    return replace(
        attacker,
        up=np.where(cells, attacker.shown_up, attacker.up),
        down=np.where(cells, attacker.shown_down, attacker.down),
    )


def _fewest(sums: Sums) -> Mask | None:
    """A start by flows, and what is cheaper of many parts shown and protected again."""
    best = _added(sums, sums.first)
    if best is None:
        return None
    rng = np.random.default_rng(len(sums.cost))
    for turn in range(_turns(sums, best)):
        again = _added(sums, best & ~_shown_again(sums, best, turn, rng))
        if again is not None and _loss(sums, again) < _loss(sums, best) - SMALLEST_GAIN:
            best = again
    return _without_spare(sums, best)


def _loss(sums: Sums, hidden: Mask) -> float:
    return float(sums.cost[hidden & ~sums.first].sum())


def _turns(sums: Sums, hidden: Mask) -> int:
    """How often a part is shown again: often where it is quick."""
    extra = int((hidden & ~sums.first).sum())
    if extra < 2:  # noqa: PLR2004 - one cell is no part
        return 0
    return min(MOST_TURNS, WORK // (len(hidden) * (int(hidden.sum()) + FEWEST_WORK)))


def _shown_again(sums: Sums, hidden: Mask, turn: int, rng: np.random.Generator) -> Mask:
    """A part of the added cells: around one of them, or at random."""
    extra = np.flatnonzero(hidden & ~sums.first)
    chosen = np.zeros_like(hidden)
    if turn % 2:
        chosen[extra[rng.random(len(extra)) < 0.5]] = True  # noqa: PLR2004 - a half
        return chosen
    centre = int(rng.choice(extra))
    near = abs(sums.by_cell).T @ (abs(sums.equations) @ _one(centre, len(hidden)))
    chosen[extra] = near[extra] > 0
    return chosen


def _one(cell: int, cells: int) -> Floats:
    one = np.zeros(cells)
    one[cell] = 1.0
    return one


def _without_spare(sums: Sums, hidden: Mask) -> Mask:
    """Without the added cells that nothing needs, dearest first; asked only where it is quick."""
    extra = np.flatnonzero(hidden & ~sums.first)
    if len(extra) * len(hidden) > SPARE_ASKED:
        return hidden
    best = hidden
    for cell in extra[np.argsort(-sums.cost[extra], kind="stable")]:
        fewer = best.copy()
        fewer[cell] = False
        if all(not _cornered(sums, one, fewer).any() for one in sums.attackers):
            best = fewer
    return best


SPARE_ASKED = 20_000


def _cornered(sums: Sums, attacker: Attacker, hidden: Mask) -> Mask:
    doubtful = attacker.need > 0
    return Attack(sums.equations, attacker, hidden).cornered(doubtful)


def _added(sums: Sums, hidden: Mask) -> Mask | None:
    """The cells with as many others as make every attacker fail; None if nothing makes them."""
    hidden = hidden.copy()
    for attacker in sums.attackers:
        doubtful = attacker.need > 0
        for _ in range(ROUNDS_TOGETHER):
            doubtful = Attack(sums.equations, attacker, hidden).unproven(doubtful)
            if not doubtful.any():
                break
            flow = _together(sums, attacker, hidden, doubtful)
            hidden |= flow.hides
            doubtful &= ~flow.proves
            if not flow.hides.any():
                break
        for cell in np.flatnonzero(doubtful):
            if Attack(sums.equations, attacker, hidden).is_cornered(int(cell)):
                alone = _alone(sums, attacker, hidden, int(cell))
                if alone is None:
                    return None
                hidden |= alone
    return hidden


@dataclass(frozen=True, slots=True)
class Flow:
    """What a flow asks and gives.

    Attributes:
        hides: cells it must hide, shape (cells,).
        proves: cells whose width it proves by itself, shape (cells,).
    """

    hides: Mask
    proves: Mask


@dataclass(frozen=True, slots=True)
class Pipes:
    """Columns of a flow: which cell each moves, which way, and how far.

    Attributes:
        cell: shape (pipes,).
        sign: 1 up, -1 down, shape (pipes,).
        most: shape (pipes,).
        paid: whether its cell must be hidden for it, shape (pipes,).
    """

    cell: Places
    sign: Floats
    most: Floats
    paid: Mask


def _pipes(attacker: Attacker, hidden: Mask, among: Mask) -> Pipes:
    """Every way a cell among these may move: for nothing as it is, for its cost beyond."""
    parts = []
    for sign, shown, whole in (
        (1.0, attacker.shown_up, attacker.up),
        (-1.0, attacker.shown_down, attacker.down),
    ):
        free = np.where(hidden, whole, shown)
        for most, paid in ((free, False), (whole - free, True)):
            cell = np.flatnonzero((most > 0) & among)
            parts.append((cell, np.full(len(cell), sign), most[cell], np.full(len(cell), paid)))
    return Pipes(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _together(sums: Sums, attacker: Attacker, hidden: Mask, doubtful: Mask) -> Flow:
    """One flow that gives many doubtful cells their width; those without a common sum are taken."""
    order = np.flatnonzero(doubtful)
    order = order[np.argsort(-attacker.need[order], kind="stable")]
    chosen = np.array(apart(sums.by_cell, order.tolist()), dtype=np.intp)
    pipes = _pipes(attacker, hidden, _among(sums, attacker, hidden, chosen))
    aim = np.zeros(len(hidden))
    upward = attacker.up[chosen] >= np.minimum(attacker.need[chosen], attacker.down[chosen])
    aim[chosen] = np.where(upward, 1.0, -1.0)
    toward = aim[pipes.cell] * pipes.sign
    # A cell that is to move one way does not move the other, nor farther than it needs.
    most = np.where(toward > 0, np.minimum(pipes.most, attacker.need[pipes.cell]), pipes.most)
    most = np.where(toward < 0, 0.0, most)
    reward = np.where(toward > 0, WORTH * float(sums.cost.max(initial=1.0)), 0.0)
    program = Program(_columns(sums, pipes), np.zeros(len(most)), most)
    hides, flow = _cheapest(sums, pipes, program, reward, float(attacker.need.max()))
    kept = np.where(pipes.paid & ~hides[pipes.cell], 0.0, flow)
    move = np.bincount(pipes.cell, weights=pipes.sign * kept, minlength=len(hidden))
    whole = np.abs(sums.equations @ move).max(initial=0.0) <= EXACT
    proves = doubtful & (np.abs(move) >= attacker.need - EXACT) & whole
    return Flow(hides, proves)


def _columns(sums: Sums, pipes: Pipes) -> Any:
    from scipy.sparse import diags_array  # noqa: PLC0415 - heavy

    columns = sums.by_cell[:, pipes.cell] @ diags_array(pipes.sign)
    return columns.tocsr()[np.flatnonzero(np.diff(columns.tocsr().indptr))]


def _cheapest(
    sums: Sums, pipes: Pipes, program: Program, reward: Floats, need: float
) -> tuple[Mask, Floats]:
    """The cells that the cheapest flow found must hide, and that flow; prices follow the flow."""
    cells = len(sums.cost)
    many = len(pipes.cell) > MANY
    price = np.where(pipes.paid, sums.cost[pipes.cell], SMALLEST_GAIN) / need
    best, least, flow = np.zeros(cells, dtype=bool), np.inf, np.zeros(len(pipes.cell))
    for _ in range(REPRICED if cells <= LARGE else REPRICED_LARGE):
        found = program.best(reward - price, way="inside to a corner" if many else "steps")
        if found is None:
            break
        carried = np.zeros(cells)
        np.maximum.at(carried, pipes.cell[pipes.paid], found.move[pipes.paid])
        used = carried > CARRIES * need
        loss = float(sums.cost[used].sum()) - float(reward @ found.move)
        if loss < least - SMALLEST_GAIN:
            best, least, flow = used, loss, found.move
        through = carried[pipes.cell]
        again = sums.cost[pipes.cell] / np.maximum(through, CARRIES * need)
        price = np.where(pipes.paid & (through > CARRIES * need), again, price)
    return best, flow


def _among(sums: Sums, attacker: Attacker, hidden: Mask, chosen: Places) -> Mask:
    """The cells a flow may run through: all, or in a large system those that make boxes."""
    if len(hidden) <= LARGE:
        return np.ones_like(hidden)
    among = hidden | (attacker.shown_up > 0) | (attacker.shown_down > 0)
    rank = _rank(sums, attacker, hidden)
    for cell in chosen:
        among[_box(sums, hidden, int(cell), rank, wider=1)] = True
    return among


def _rank(sums: Sums, attacker: Attacker, hidden: Mask) -> Floats:
    """The lower, the better a cell is to turn at: cheap, with room, where others are hidden."""
    crowd = abs(sums.by_cell).T @ (abs(sums.equations) @ hidden.astype(np.float64))
    need = max(1.0, float(attacker.need.max()))
    room = np.minimum(np.minimum(attacker.down, attacker.up) / need, 1.0)
    rank: Floats = sums.cost - 0.1 * np.minimum(crowd, 4.0) - 2.0 * room
    return rank


def _box(sums: Sums, hidden: Mask, cell: int, rank: Floats, *, wider: int) -> Places:
    """Cells that make boxes with this one: on its equations, then where those of two such cross."""
    rows = _of(sums.by_cell, [cell])
    found = {cell}
    for row in rows:
        others = _of(sums.equations, [int(row)])
        others = others[np.argsort(rank[others], kind="stable")]
        for some, most in zip(
            (others[hidden[others]], others[~hidden[others]]),
            NEARBY[min(len(rows), len(NEARBY) - 1)],
            strict=True,
        ):
            found.update(int(one) for one in some[: wider * most])
    for _ in range(max(0, len(rows) - 1)):
        touched = _of(sums.by_cell, sorted(found))
        beside = np.concatenate([_of(sums.equations, [int(row)]) for row in touched])
        cells, times = np.unique(beside, return_counts=True)
        found.update(int(one) for one in cells[times > 1])
    return np.array(sorted(found), dtype=np.intp)


def _of(compressed: Any, lines: Sequence[int]) -> Places:
    parts = [
        compressed.indices[compressed.indptr[line] : compressed.indptr[line + 1]] for line in lines
    ]
    return np.unique(np.concatenate(parts)) if parts else np.array([], dtype=np.intp)


def _alone(sums: Sums, attacker: Attacker, hidden: Mask, cell: int) -> Mask | None:
    """Cells that give one its width, by one flow up and one down; None if nothing does."""
    for among in _wider(sums, attacker, hidden, cell):
        more = _two_ways(sums, attacker, hidden, cell, among)
        if more is not None:
            return more
    return None


def _wider(sums: Sums, attacker: Attacker, hidden: Mask, cell: int) -> Iterator[Mask]:
    if len(hidden) > LARGE_FOR_ONE:
        rank = _rank(sums, attacker, hidden)
        for wider in WIDER:
            among = np.zeros_like(hidden)
            among[_box(sums, hidden, cell, rank, wider=wider)] = True
            yield among
    yield np.ones_like(hidden)


def _two_ways(sums: Sums, attacker: Attacker, hidden: Mask, cell: int, among: Mask) -> Mask | None:
    """Cells for one flow up and one down, apart by what the cell needs; None if not wide enough."""
    from scipy.sparse import block_array, csr_array  # noqa: PLC0415 - heavy

    one = _pipes(attacker, hidden, among)
    columns, need = _columns(sums, one), float(attacker.need[cell])
    moves = csr_array(np.where(one.cell == cell, one.sign, 0.0)[np.newaxis])
    width = csr_array(np.array([[-1.0]]))
    # Two flows, and a last column: how far apart they move the cell, at most what it needs.
    matrix = block_array([[columns, None, None], [None, columns, None], [moves, -moves, width]])
    both = Pipes(
        np.append(np.tile(one.cell, 2), cell),
        np.append(np.tile(one.sign, 2), 0.0),
        np.append(np.tile(one.most, 2), need),
        np.append(np.tile(one.paid, 2), np.False_),
    )
    reward = np.zeros(len(both.cell))
    reward[-1] = WORTH * float(sums.cost.max(initial=1.0))
    program = Program(matrix, np.zeros(len(reward)), both.most)
    used, _ = _cheapest(sums, both, program, reward, need)
    cornered = Attack(sums.equations, attacker, hidden | used).is_cornered(cell)
    return None if cornered else used
