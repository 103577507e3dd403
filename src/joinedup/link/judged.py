"""How many links are right, how many are missed, and where is the line, when no truth is known?

Told by the model that made the links: each pair has a chance, so those above a line hold a certain
number of true ones, and those below it the rest. What the rules never compared is added, from how
often matches agree in what the rules ask for. It is the model's own word: a sample looked at by a
person (`joinedup review`) is the better one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from joinedup.link.blocking import Key, Rule, keyed
from joinedup.link.features import feature_of
from joinedup.link.learning import Model
from joinedup.link.splinked import Compared
from joinedup.stats.arrays import Floats
from joinedup.stats.intervals import normal_quantile

DRAWN = 20_000
SURE = 0.9
OFF = 0.01
"""Standard error of a share told by the model, beside chance: what was met on generated people."""
EVEN = 0.5


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its doubt, each 0 to 1."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Judged:
    """Where the line is, and what it means.

    Attributes:
        line: pairs of this chance and above are links.
        precision: of the links, how many are right.
        recall: of the matches, how many are links.
        covered: of the matches, how many were compared at all.
    """

    line: float
    precision: Share
    recall: Share
    covered: float


def judge(chance: Floats, covered: float, *, level: float) -> Judged:
    """The line that gives the best F1, as the model expects it.

    Args:
        chance: of each pair that was compared, shape (pairs,).
        covered: from `coverage`.
        level: of the intervals, 0 to 1.

    Source: Lipton, Elkan & Naryanaswamy (2014), doi:10.1007/978-3-662-44851-9_15.
    """
    order = np.sort(chance)[::-1]
    right = np.cumsum(order)
    matches = right[-1] / max(covered, 1e-9) if len(order) else 0.0
    if matches < EVEN:  # not even one is likely
        nothing = Share(0.0, 0.0, 1.0)
        return Judged(EVEN, nothing, nothing, covered)
    linked = np.arange(1, len(order) + 1)
    best = int(np.argmax(2 * right / (linked + matches)))
    spread = float((order * (1 - order))[: best + 1].sum())
    beyond = float((order * (1 - order))[best + 1 :].sum())
    precision = right[best] / linked[best]
    recall = right[best] / matches
    return Judged(
        line=float(order[best]),
        precision=share(precision, np.sqrt(spread) / linked[best], level),
        recall=share(recall, np.sqrt(spread + beyond) / matches, level),
        covered=covered,
    )


def share(value: float, error: float, level: float) -> Share:
    """A share told by the model: with the error that chance makes, and that the model makes.

    Args:
        value: 0 to 1.
        error: standard error by chance alone.
        level: of the interval, 0 to 1.
    """
    wide = normal_quantile(level) * float(np.hypot(error, OFF))
    return Share(float(value), max(0.0, float(value) - wide), min(1.0, float(value) + wide))


def coverage(
    table: pa.Table,
    model: Model,
    rules: Sequence[Rule],
    found: Compared,
    chance: Floats,
    *,
    seed: int,
) -> float:
    """Of all matches, how many at least one rule finds, 0 to 1.

    Matches are drawn from the model, with empty cells as two records at random have them. Whether
    they have a key in common is drawn from how often sure matches of the same level do.
    """
    rng = np.random.default_rng(seed)
    left, right = (rng.integers(0, table.num_rows, DRAWN) for _ in range(2))
    drawn = {}
    for place, name in enumerate(model.features):
        there = np.asarray(table[name].is_valid())
        levels = rng.choice(len(model.match[place]), DRAWN, p=model.match[place])
        drawn[name] = np.where(there[left] & there[right], levels, -1)
    sure = np.flatnonzero(chance >= SURE)[:DRAWN]
    hit = np.zeros(DRAWN, dtype=bool)
    shared: dict[Key, Floats] = {}
    for rule in rules:
        together = np.ones(DRAWN, dtype=bool)
        for key in rule.keys:
            if key not in shared:
                shared[key] = _shared(table, model, key, found, sure)
            levels = drawn[key.feature]
            common = rng.random(DRAWN) < shared[key][np.maximum(levels, 0)]
            together &= (levels >= 0) & common
        hit |= together
    return max(float(hit.mean()), 1 / DRAWN)


def _shared(table: pa.Table, model: Model, key: Key, found: Compared, sure: np.ndarray) -> Floats:
    """How often matches of each level of its feature have a key in common, shape (levels,)."""
    size = len(feature_of(key.feature).alike) + 2
    levels = found.levels[sure, model.features.index(key.feature)]
    cells = keyed(table, key)
    one = cells.take(pa.array(found.left[sure])).to_pylist()
    other = cells.take(pa.array(found.right[sure])).to_pylist()
    alike = np.array([a == b and a is not None for a, b in zip(one, other, strict=True)], bool)
    there = levels >= 0
    seen = np.bincount(levels[there], minlength=size)
    common = np.bincount(levels[there], alike[there], minlength=size)
    shares = common / np.maximum(seen, 1)
    shares[-1] = 1.0
    return np.asarray(shares)
