"""If these two were not one, each would be without a match: how likely is that here?

Where each of two lists names everybody once and nearly all of one are in the other, a pair that is
alone (each is the other's best) is likelier to be a match than its fields say: else both would be
among the few who are missing. Where few are in both lists, next to nothing is added.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from joinedup.link.splinked import Compared
from joinedup.stats.arrays import Bools, Floats, Ints

if TYPE_CHECKING:
    from joinedup.link.linking import Records

MOST = 0.95
"""The share of a list that is taken to be in another at most, 0 to 1: nobody's list is complete."""


def spoken_for(records: "Records", found: Compared, odds: Floats, once: Sequence[bool]) -> Floats:
    """What is to be added to the logarithm of the odds of each pair, shape (pairs,).

    Args:
        records: of which the pairs are.
        found: the pairs.
        odds: that they match by what their fields say, as a logarithm.
        once: of each source, whether it names each entity once.
    """
    added = np.zeros(len(odds))
    chance = 1 / (1 + np.exp(-np.clip(odds, -700, 700)))
    one, other = records.source[found.left], records.source[found.right]
    sizes = np.bincount(records.source, minlength=len(once)).astype(float)
    single = np.array(once)
    for first in range(len(once)):
        for second in range(first + 1, len(once)):
            if not (single[first] and single[second]):
                continue
            between = np.minimum(one, other) == first
            between &= np.maximum(one, other) == second
            places = np.flatnonzero(between)
            matched = float(chance[places].sum())
            best = places[_best_of_both(found, odds, places)]
            for size in (sizes[first], sizes[second]):
                added[best] -= np.log1p(-min(MOST, matched / size))
    return added


def _best_of_both(found: Compared, odds: Floats, places: Ints) -> Bools:
    """Whether each pair is the best that either of its two records has, shape (places,)."""
    ends = np.concatenate([found.left[places], found.right[places]])
    best = np.full(int(ends.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(best, ends, np.tile(odds[places], 2))
    mine = best[found.left[places]], best[found.right[places]]
    return np.asarray((odds[places] >= mine[0]) & (odds[places] >= mine[1]))
