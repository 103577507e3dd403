"""How many links are right, how many are missed, and where is the line, when no truth is known?

Told by the model that made the links: each pair has a chance, so those above a line hold a certain
number of true ones, and those below it the rest. What no rule compared is added (`covered`).
Where the records can be read in other ways, with no twins or with many, each has its own answer,
and how far they lie apart is part of the doubt. It is the model's own word: a sample looked at by a
person (`joinedup review`) is the better one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from joinedup.stats.arrays import Floats, Ints
from joinedup.stats.intervals import normal_quantile

OFF = 0.01
"""Standard error of a share told by the model, beside chance: what was met on generated people."""
MISLED = 0.4
"""Standard error of what a model of fields says is wrong or missed, as a share of it: fields err
together, and no field tells. What was met on generated people and on published sets."""
EVEN = 0.5
NEXT_TO_NONE = 1e-3
"""A pair less likely than this is, however the records are read."""


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


def judge(
    chance: Floats,
    covered: float,
    *,
    level: float,
    otherwise: Sequence[Floats] = (),
    misled: float = 0.0,
) -> Judged:
    """The line that gives the best F1, as the model expects it.

    Args:
        chance: of each pair that was compared, shape (pairs,).
        covered: of the matches, how many were compared at all, 0 to 1.
        level: of the intervals, 0 to 1.
        otherwise: the chance of each pair where the records are read otherwise, each (pairs,); the
            first as good as `chance`, the others as far as may be.
        misled: the standard error of what is told to be wrong or missed, as a share of it.

    Source: Lipton, Elkan & Naryanaswamy (2014), doi:10.1007/978-3-662-44851-9_15.
    """
    order = np.argsort(-chance, kind="stable")
    right = np.cumsum(chance[order])
    matches = right[-1] / max(covered, 1e-9) if len(order) else 0.0
    if matches < EVEN:  # not even one is likely
        nothing = Share(0.0, 0.0, 1.0)
        return Judged(EVEN, nothing, nothing, covered)
    best = int(np.argmax(2 * right / (np.arange(1, len(order) + 1) + matches)))
    links = order[: best + 1]
    doubt = chance * (1 - chance)
    spread = np.sqrt([doubt[links].sum(), doubt.sum()]) / [len(links), matches]
    ways = np.array([_shares(one, links, covered) for one in (chance, *otherwise)])
    precision, recall = (
        _share(told, float(by_chance), misled, level)
        for told, by_chance in zip(ways.T, spread, strict=True)
    )
    return Judged(float(chance[order[best]]), precision, recall, covered)


def _shares(chance: Floats, links: Ints, covered: float) -> tuple[float, float]:
    """Precision and recall of links, as these chances tell them."""
    right = float(chance[links].sum())
    return right / len(links), right * covered / float(chance.sum())


def share(value: float, error: float, level: float) -> Share:
    """A share told by the model: with the error that chance makes, and that the model makes.

    Args:
        value: 0 to 1.
        error: standard error by chance alone.
        level: of the interval, 0 to 1.
    """
    wide = normal_quantile(level) * float(np.linalg.norm((error, OFF, MISLED * (1 - value))))
    return Share(float(value), max(0.0, float(value) - wide), min(1.0, float(value) + wide))


def _share(ways: Floats, by_chance: float, misled: float, level: float) -> Share:
    """Halfway between the first two ways to read the records, with a doubt that reaches all.

    Source: Zou & Donner (2008), doi:10.1002/sim.3095, for putting doubts together by distance.
    """
    value = float(ways[:2].mean())
    wide = normal_quantile(level) * np.linalg.norm((by_chance, OFF, misled * (1 - value)))
    low = value - float(np.hypot(wide, value - ways.min()))
    high = value + float(np.hypot(wide, ways.max() - value))
    return Share(value, max(0.0, low), min(1.0, high))
