"""Which pairs should a person look at, so that a few decisions tell how good the links are?

Pairs are cut into strata by their probability, some below the line and some above, so that each has
the same expected doubt; as many are drawn of each (Neyman, 1934). The order is such that whoever
stops early has still looked at a sample. Pairs that are less likely than `UNLIKELY` are not drawn:
what they hold is the model's word, and so is the share of matches that were never compared.
A person's decision counts as the truth.
"""

from dataclasses import dataclass

import numpy as np

from joinedup.link.decided import Decided
from joinedup.link.judged import MISLED, OFF, Judged, Share
from joinedup.stats import sampled
from joinedup.stats.arrays import Bools, Floats, Ints
from joinedup.stats.intervals import Measured, normal_quantile

UNLIKELY = 0.01
PARTS = 3
"""Strata on either side of the line."""
TO_LOOK_AT = 240
LEAST_DOUBT = 0.15
"""What the model is sure of is looked at too."""
FEWEST = 30
"""Decisions on pairs of the sample, from which on it is told what they say."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Pairs to look at, in the order in which to do so.

    Attributes:
        pairs: places among the pairs that were compared, shape (drawn,).
        stratum: of each, shape (drawn,).
        of: how many pairs of its stratum were not decided, shape (drawn,).
    """

    pairs: Ints
    stratum: Ints
    of: Ints


@dataclass(frozen=True, slots=True)
class Reviewed:
    """How good the links are, as a person's decisions on the sample say.

    Attributes:
        decided: how many pairs of the sample were decided.
    """

    precision: Share
    recall: Share
    decided: int


def strata(chance: Floats, line: float, code: Ints) -> Ints:
    """The stratum of each pair, the least likely first; -1 if it is too unlikely to be drawn.

    Args:
        chance: of each pair, shape (pairs,).
        line: at and above which pairs are links.
        code: a number of each pair's own, which the order of pairs does not change, shape (pairs,).
    """
    made = np.full(len(chance), -1, dtype=np.int64)
    for side, first in ((chance < line, 0), (chance >= line, PARTS)):
        places = np.flatnonzero(side & (chance >= UNLIKELY))
        order = places[np.lexsort((code[places], chance[places]))]
        doubt = np.cumsum(np.maximum(np.sqrt(chance[order] * (1 - chance[order])), LEAST_DOUBT))
        if len(doubt):
            cut = np.minimum((PARTS * doubt / doubt[-1]).astype(np.int64), PARTS - 1)
            made[order] = first + cut
    return made


def draw(chance: Floats, told: Ints, line: float, *, code: Ints, seed: int) -> Drawn:
    """The pairs to look at next.

    Args:
        chance: of each pair, by the model alone, shape (pairs,).
        told: what was decided of each, -1 if nothing, shape (pairs,).
        line: at and above which pairs are links.
        code: as `strata` has it.
        seed: of the draw.
    """
    rng = np.random.default_rng(seed)
    of = strata(chance, line, code)
    rows: list[tuple[int, int, int, int]] = []
    for stratum in range(2 * PARTS):
        there = np.flatnonzero((of == stratum) & (told < 0))
        there = there[np.argsort(code[there])]
        some = rng.permutation(there)[: TO_LOOK_AT // (2 * PARTS)]
        rows += [(turn, stratum, pair, len(there)) for turn, pair in enumerate(some.tolist())]
    made = np.array(sorted(rows), dtype=np.int64).reshape(-1, 4)
    return Drawn(made[:, 2], made[:, 1], made[:, 3])


def weights(decided: Decided) -> Floats:
    """How many pairs each decision on a drawn pair stands for; 0 if it was not drawn."""
    made = np.zeros(len(decided.left))
    drawn = np.flatnonzero(decided.stratum >= 0)
    keys = np.stack([decided.stratum[drawn].astype(float), decided.of[drawn]], axis=1)
    _, which, many = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    made[drawn] = np.maximum(decided.of[drawn] / many[which.reshape(-1)], 1.0)
    return made


def reviewed(
    chance: Floats,
    told: Ints,
    weight: Floats,
    *,
    code: Ints,
    judged: Judged,
    level: float,
) -> Reviewed | None:
    """Precision and recall by what a person decided; None where too little was.

    What was decided is known; of the rest of each stratum the sample tells the share.

    Args:
        chance: of each pair, by the model alone, shape (pairs,).
        told: what was decided: 1 one, 0 two, -1 nothing, shape (pairs,).
        weight: from `weights`, of each pair, shape (pairs,).
        code: as `strata` has it.
        judged: the line, and how many of the matches were compared.
        level: of the intervals, 0 to 1.
    """
    line = judged.line
    of = strata(chance, line, code)
    looked = (told >= 0) & (weight > 0) & (of >= 0)
    if looked.sum() < FEWEST:
        return None
    open_ = told < 0
    many = 2 * PARTS
    rest = np.bincount(of[open_ & (of >= 0)], minlength=many).astype(float)
    expected = np.bincount(of[open_ & (of >= 0)], chance[open_ & (of >= 0)], minlength=many)
    guess = expected / np.maximum(rest, 1)
    seen = sampled.Looked(of[looked], told[looked] == 1, weight[looked])
    above, below = (
        sampled.total(seen, np.where(side, rest, 0.0), guess, level=level)
        for side in (np.arange(many) >= PARTS, np.arange(many) < PARTS)
    )
    yes = float((told == 1).sum())
    tail = float(chance[open_ & (of < 0) & (chance < line)].sum())
    right, missed = _more(above, yes), _more(below, tail)
    links = max(yes + float((open_ & (chance >= line)).sum()), 1.0)
    recall = sampled.part_of(right, missed)
    return Reviewed(
        precision=Share(right.value / links, right.low / links, min(1.0, right.high / links)),
        recall=_covered(recall, judged.covered, level),
        decided=int(looked.sum()),
    )


def _more(measured: Measured, by: float) -> Measured:
    return Measured(measured.value + by, measured.low + by, measured.high + by)


def _covered(recall: Measured, covered: float, level: float) -> Share:
    """With what was never compared, which the model tells with a doubt of its own."""
    off = normal_quantile(level) * float(np.hypot(OFF, MISLED * (1 - covered)))
    value = recall.value * covered
    low = value - float(np.hypot(value - recall.low * covered, off))
    high = value + float(np.hypot(recall.high * covered - value, off))
    return Share(value, max(0.0, low), min(1.0, high))


def correction(odds: Floats, told: Ints, weight: Floats) -> sampled.Correction:
    """How decisions on the sample correct the odds; not at all where there are none."""
    drawn: Bools = (told >= 0) & (weight > 0)
    if not drawn.any():
        return sampled.Correction()
    return sampled.correction(odds[drawn], told[drawn] == 1)
