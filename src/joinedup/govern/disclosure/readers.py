"""What do the two readers know, that every table is protected from?

One knows only the equations, what is shown, and that no count is negative. The other knows the rule
as well: that a cell hidden as `too few` lies below the threshold and one that protects it does not.
Where counts are rounded, both know how, and so take a shown count to be one of several.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from joinedup.govern.disclosure.attack import Attacker, Floats, Mask
from joinedup.govern.disclosure.behind import Place
from joinedup.govern.disclosure.cells import System
from joinedup.govern.disclosure.judged import Judged
from joinedup.govern.disclosure.profiles import Profile
from joinedup.govern.disclosure.rounding import alone

EXACTLY = -1
ZERO_COST, TOTAL_COST, SIZE_COST = 1.0, 2.0, 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Numbers that add up to one another.

    Attributes:
        cost: what hiding the cell loses, above 0; 0 for a cell that is never shown, shape (cells,).
        hidden: hidden from the start, shape (cells,).
        total: adds up others, shape (cells,).
        small: readers will be told `too few`, shape (cells,).
        equations: sparse, each row times the values is constant, shape (equations, cells).
        blind: the reader who knows the equations; a reach without end is cut by `protect`.
        reader: the one who knows the rule too.
    """

    cost: Floats
    hidden: Mask
    total: Mask
    small: Mask
    equations: Any
    blind: Attacker
    reader: Attacker


def cells_of(
    made: System, judged: Judged, profile: Profile, rounded: Mapping[int, int]
) -> tuple[Cells, Mapping[Place, int]]:
    """The system as arrays, and which cell each place shows.

    Args:
        made: the cells.
        judged: what may not be shown for its own sake.
        profile: whose rules.
        rounded: cell (by its root) to the rounded count that is shown of it, if any is.
    """
    from scipy.sparse import csr_array  # noqa: PLC0415 - heavy

    roots = sorted({made.root(cell) for cell in range(len(made.parent))})
    index = {root: place for place, root in enumerate(roots)}
    known = _known(made, judged, roots, rounded)
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
        cost=_cost(made, roots),
        hidden=known.hidden,
        total=_among(roots, {made.root(cell) for cell in made.totals}),
        small=known.small,
        equations=matrix,
        blind=_blind(known, profile),
        reader=_informed(known, profile),
    )
    return cells, {place: index[made.root(cell)] for place, cell in made.number.items()}


def _cost(made: System, roots: list[int]) -> Floats:
    """What hiding each cell loses: more for one shown often, a total, a large one, a zero."""
    value = np.array([made.value[root] for root in roots], dtype=float)
    shown = np.array([made.shown[root] for root in roots], dtype=float)
    totals = _among(roots, {made.root(cell) for cell in made.totals})
    size = SIZE_COST * np.abs(value) / max(1.0, float(np.abs(value).max(initial=1.0)))
    cost: Floats = shown * (1.0 + TOTAL_COST * totals + size + ZERO_COST * (value == 0))
    return cost


def _known(made: System, judged: Judged, roots: list[int], rounded: Mapping[int, int]) -> "Known":
    unseen = np.array([made.shown[root] == 0 for root in roots], dtype=bool)
    few = _among(roots, judged.few)
    return Known(
        value=np.array([made.value[root] for root in roots], dtype=float),
        count=np.array([made.kind[root] == "count" for root in roots], dtype=bool),
        hidden=unseen | _among(roots, set(judged.why)),
        small=few & ~unseen,
        loose=unseen | _among(roots, judged.loose),
        protect=(few & ~unseen) | _among(roots, {made.root(cell) for cell in judged.guarded}),
        positive=_among(roots, judged.positive),
        width=np.array([judged.width.get(root, 0.0) for root in roots]),
        rounded=np.array([rounded.get(root, EXACTLY) for root in roots], dtype=np.int64),
    )


def _among(roots: list[int], chosen: set[int]) -> Mask:
    return np.array([root in chosen for root in roots], dtype=bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the attackers are made of; every attribute of shape (cells,).

    Attributes:
        loose: a reader cannot tell from the rule how large it is, once hidden.
        protect: a count that must not be worked out.
        positive: a sum of amounts of which none is below zero.
        width: how closely a sum may be known, 0 for any.
        rounded: the number shown in its place, below 0 for its own.
    """

    value: Floats
    count: Mask
    hidden: Mask
    small: Mask
    loose: Mask
    protect: Mask
    positive: Mask
    width: Floats
    rounded: npt.NDArray[np.int64]


def _blind(known: Known, profile: Profile) -> Attacker:
    above = known.count | known.positive
    down = np.where(above, np.maximum(known.value, 0.0), np.inf)
    need = np.where(known.protect, float(profile.persons), known.width)
    return _rounded(known, profile, down, np.full(len(down), np.inf), need)


def _informed(known: Known, profile: Profile) -> Attacker:
    value, small, fewest = known.value, known.small & ~known.loose, float(profile.persons)
    above = known.count | known.positive
    least = 0.0 if profile.zeros == "hidden" else 1.0
    down = np.where(above, np.maximum(value, 0.0), np.inf)
    down = np.where(small, np.maximum(value - least, 0.0), down)
    up = np.where(small, np.maximum(fewest - 1.0 - value, 0.0), np.inf)
    large = known.count & ~known.small & ~known.loose & (value >= fewest)
    down = np.where(large, np.minimum(down, value - fewest), down)
    need = np.where(known.protect, float((profile.persons - 2) // 2), known.width)
    return _rounded(known, profile, down, up, need)


def _rounded(known: Known, profile: Profile, down: Floats, up: Floats, need: Floats) -> Attacker:
    """The attacker who takes a shown count to be any that is rounded to what is shown."""
    nothing = np.zeros(len(down))
    if profile.round_to == 1:
        return Attacker(down=down, up=up, shown_down=nothing, shown_up=nothing, need=need)
    blurred = known.rounded >= 0
    numbers = np.where(blurred, known.rounded, 0)
    low, high = alone(numbers, base=profile.round_to, fewest=profile.persons)
    shown_down = np.where(blurred, np.clip(known.value - low, 0.0, down), 0.0)
    shown_up = np.where(blurred, np.clip(high - known.value, 0.0, up), 0.0)
    blur = np.minimum(profile.round_to - 1.0, shown_down + shown_up)
    need = np.where(blurred & ~known.hidden & (known.value > 0) & (need == 0), blur, need)
    return Attacker(down=down, up=up, shown_down=shown_down, shown_up=shown_up, need=need)
