"""Are two events that two services wrote down, near in space and in time, one event?

How far apart matches are is learnt, in rings of distance and steps of time; how often chance alone
brings two so near is known: from how many events of the other service there ever were in that ring,
in that hour of the day and that week. A service names an event once, so events compete.
"""

from dataclasses import dataclass

import numpy as np

from joinedup.stats.arrays import Bools, Floats, Ints

RINGS = np.array([0, 5, 10, 20, 35, 50, 75, 100, 150, 200, 300, 450, 700, 1000], float)
STEPS = np.array([0, 1, 2, 4, 7, 11, 16, 23, 32, 45, 62, 90, 130, 190, 280, 420, 720, 1440], float)
"""Edges of rings in metres and of steps in minutes: fine where services differ, then wider."""
FAR, LONG = float(RINGS[-1]), float(STEPS[-1])
DAY, HALF_WEEK = 1440.0, 5040.0
HOURS = 24
MOST_PAIRS = 6_000_000
ROUNDS, CLOSE = 300, 1e-4
PASSES = 30
MOST_MATCHED = 0.98
BEGUN = 0.3
LEAST = 1e-300
FLOOR = 0.02
SMOOTH = 0.5
"""Pairs that a cell of the learnt table is given beforehand, over the whole table."""


@dataclass(frozen=True, slots=True)
class Points:
    """Events of one service.

    Attributes:
        east, north: metres, shape (events,).
        minute: since 1970, shape (events,).
        hour: of the day, 0 to 23, shape (events,).
    """

    east: Floats
    north: Floats
    minute: Floats
    hour: Ints

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.minute)


@dataclass(frozen=True, slots=True)
class Near:
    """Pairs of events of two services that are near in both.

    Attributes:
        left, right: places, shape (pairs,).
        ring, step: of distance and of time; steps of an earlier right event are counted apart.
        expected: how many such pairs chance would make in that cell, were all places and hours as
            busy as these two, shape (pairs,).
        far, long: the widest distance and time that were looked at.
    """

    left: Ints
    right: Ints
    distance: Floats
    lag: Floats
    ring: Ints
    step: Ints
    expected: Floats
    far: float
    long: float


@dataclass(frozen=True, slots=True)
class Told:
    """What was learnt of two services.

    Attributes:
        chance: that each pair is one event, shape (pairs,).
        rings: of matches, how many are in each ring, shape (rings,); `steps` likewise.
        matches: how many there are in all.
        settled: whether learning came to rest.
        shown: whether more are near than chance brings; if not, no pair has a chance.
    """

    chance: Floats
    rings: Floats
    steps: Floats
    matches: float
    settled: bool
    shown: bool


def near(one: Points, other: Points) -> Near:
    """All pairs within the widest window that leaves no more than can be looked at."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - heavy

    far, long = FAR, LONG
    while True:
        trees = [
            cKDTree(np.stack([p.east / far, p.north / far, p.minute / long], axis=1))
            for p in (one, other)
        ]
        if trees[0].count_neighbors(trees[1], 1.0, p=np.inf) <= MOST_PAIRS:
            break
        far, long = _narrower(far, RINGS), _narrower(long, STEPS)
    found = trees[0].sparse_distance_matrix(trees[1], 1.0, p=np.inf, output_type="coo_matrix")
    left, right = found.row.astype(np.int64), found.col.astype(np.int64)
    distance = np.hypot(one.east[left] - other.east[right], one.north[left] - other.north[right])
    lag = other.minute[right] - one.minute[left]
    inside = (distance < far) & (np.abs(lag) < long)
    left, right, distance, lag = (x[inside] for x in (left, right, distance, lag))
    order = np.lexsort((right, left))
    left, right, distance, lag = (x[order] for x in (left, right, distance, lag))
    ring = np.searchsorted(RINGS, distance, side="right") - 1
    step = np.searchsorted(STEPS, np.abs(lag), side="right") - 1
    expected = _expected(one, other, (left, right), (ring, step))
    many = len(STEPS) - 1
    step = np.where(lag < 0, step + many, step)
    return Near(left, right, distance, lag, ring, step, expected, far, long)


def _narrower(width: float, edges: Floats) -> float:
    return float(edges[max(int(np.searchsorted(edges, width)) - 1, 1)])


def _expected(
    one: Points, other: Points, ends: tuple[Ints, Ints], cell: tuple[Ints, Ints]
) -> Floats:
    """Pairs of the cell by chance, were all as busy as these two: the mean of both sides."""
    (left, right), (ring, step) = ends, cell
    share = np.diff(STEPS)[step]
    from_one = _rate(one, other, left, right, ring) * share * one.count
    from_other = _rate(other, one, right, left, ring) * share * other.count
    return np.asarray(np.sqrt(from_one * from_other))


def _rate(here: Points, there: Points, mine: Ints, theirs: Ints, ring: Ints) -> Floats:
    """Events of `there` a minute in the ring about each of `mine`, at the time of `theirs`."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - heavy

    places, back = np.unique(np.stack([here.east, here.north], axis=1), axis=0, return_inverse=True)
    back = np.asarray(back).ravel()
    tree = cKDTree(np.stack([there.east, there.north], axis=1))
    within = np.stack(
        [tree.query_ball_point(places, edge, return_length=True) for edge in RINGS[1:]], axis=1
    )
    rings = np.diff(within, axis=1, prepend=0)[back]
    span = max(float(np.ptp(there.minute)), DAY)
    wide = np.diff(RINGS**2) / RINGS[-1] ** 2
    even = (within[:, -1][back][mine] - 1) * wide[ring]
    others = rings[mine, ring] - 1 + np.clip(even, FLOOR, 1)
    return np.asarray(others / span * _busy(there)[theirs])


def _busy(points: Points) -> Floats:
    """How much busier than the mean the hour of the day and the week of each event are."""
    hours = np.bincount(points.hour, minlength=HOURS) + 1.0
    hours = hours / hours.mean()
    order = np.sort(points.minute)
    span = max(float(np.ptp(order)), DAY)
    low = np.searchsorted(order, points.minute - HALF_WEEK, side="left")
    high = np.searchsorted(order, points.minute + HALF_WEEK, side="right")
    start = np.maximum(points.minute - HALF_WEEK, order[0])
    wide = np.minimum(points.minute + HALF_WEEK, order[-1]) - start
    week = (high - low + 1.0) / np.maximum(wide, DAY) * span / (points.count + 1.0)
    return np.asarray(hours[points.hour] * week)


def learn(pairs: Near, one: int, other: int) -> Told:
    """How matches differ in space and time, and the chance of each pair.

    Args:
        pairs: from `near`.
        one: how many events the first service has.
        other: and the second.

    Source: Schwarz (1978), doi:10.1214/aos/1176344136, for whether there are matches at all.
    """
    sizes = len(RINGS) - 1, 2 * (len(STEPS) - 1)
    wide = np.diff(RINGS), np.tile(np.diff(STEPS), 2)
    rings = 1 / (RINGS[1:] + RINGS[:-1])
    steps = np.tile(1 / (STEPS[1:] + STEPS[:-1]), 2)
    rings, steps = rings * wide[0], steps * wide[1]
    rings, steps = rings / rings.sum(), steps / steps.sum()
    matches, chance, settled = BEGUN * min(one, other), np.zeros(len(pairs.left)), False
    for _ in range(ROUNDS):
        cell = rings[pairs.ring] * steps[pairs.step]
        shares = [1 - min(matches / many, MOST_MATCHED) for many in (one, other)]
        odds = matches * cell / np.maximum(pairs.expected, LEAST) / shares[0] / shares[1]
        before, chance = chance, marginals(pairs.left, pairs.right, odds, one, other)
        matches = float(max(chance.sum(), SMOOTH))
        rings = _smooth(pairs.ring, chance, sizes[0])
        steps = _smooth(pairs.step, chance, sizes[1])
        if abs(chance.sum() - before.sum()) <= CLOSE * matches:
            settled = True
            break
    gain = float(np.log1p(matches * cell / np.maximum(pairs.expected, LEAST)).sum()) - matches
    free = _numbers(rings) + _numbers(steps)
    shown = gain > free * float(np.log(len(chance) + 1)) / 2
    chance = chance if shown else np.zeros(len(chance))
    return Told(chance, rings, steps, float(chance.sum()), settled, shown)


def _numbers(shares: Floats) -> float:
    """How many numbers it takes to say these shares: as many as if all were even."""
    return float(np.exp(-(shares * np.log(np.maximum(shares, LEAST))).sum()))


def _smooth(places: Ints, chance: Floats, many: int) -> Floats:
    counts = np.bincount(places, chance, minlength=many) + SMOOTH / many
    return np.asarray(counts / counts.sum())


def marginals(left: Ints, right: Ints, odds: Floats, one: int, other: int) -> Floats:
    """The chance of each pair, when each event is in one pair at most, shape (pairs,).

    Source: Bayati, Gamarnik, Katz, Nair & Tetali (2007), doi:10.1145/1250790.1250809.
    """
    free_right = np.ones(len(odds))  # that the right one is not taken by another
    free_left = np.ones(len(odds))
    for _ in range(PASSES):
        free_left = _free(left, odds * free_right, one)
        free_right = _free(right, odds * free_left, other)
    free_left = _free(left, odds * free_right, one)
    both = odds * free_left * free_right
    return np.asarray(both / (1 + both))


def _free(side: Ints, weight: Floats, many: int) -> Floats:
    total = np.bincount(side, weight, minlength=many)[side]
    return np.asarray(1 / (1 + np.maximum(total - weight, 0.0)))


def single(left: Ints, right: Ints, chance: Floats) -> Bools:
    """The likeliest pairs such that no event is in two, shape (pairs,)."""
    kept = np.zeros(len(chance), dtype=bool)
    taken: tuple[set[int], set[int]] = set(), set()
    for place in np.argsort(-chance, kind="stable"):
        one, other = int(left[place]), int(right[place])
        if one not in taken[0] and other not in taken[1]:
            kept[place] = True
            taken[0].add(one)
            taken[1].add(other)
    return kept
