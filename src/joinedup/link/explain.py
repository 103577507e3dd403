"""Why are two records taken for one, or not? What each feature says, in words and in weight.

A weight is the logarithm to the base 2 of how much likelier it is to see this among matches than
among unrelated records: above 0 it speaks for a match, below 0 against it.
"""

import math
from collections.abc import Sequence

import numpy as np

from joinedup.link import learning
from joinedup.link.features import feature_of
from joinedup.link.learning import Model
from joinedup.link.linking import Linked
from joinedup.stats.arrays import Floats, Ints

SMALLEST = 1e-12
CLEAR = 0.5
"""A weight this small says next to nothing."""


def weights(model: Model) -> list[Floats]:
    """Of each feature, what each of its levels weighs."""
    return [
        np.log2(np.maximum(match, SMALLEST) / np.maximum(other, SMALLEST))
        for match, other in zip(model.match, model.unrelated, strict=True)
    ]


def reasons(linked: Linked, pairs: Ints) -> list[str]:
    """For each of these pairs: what speaks for a match, the weightiest first, then what against.

    Args:
        linked: what was linked.
        pairs: places among the pairs that were compared.
    """
    model, weighed = linked.model, weights(linked.model)
    rarity = learning.rarity(model, linked.found, pairs)
    told = []
    for row, pair in enumerate(pairs.tolist()):
        parts: list[tuple[float, str]] = []
        for place, name in enumerate(model.features):
            level = int(linked.found.levels[pair, place])
            if level < 0:
                continue
            weight = float(weighed[place][level])
            weight += float(rarity[row, place]) / math.log(2)
            words = f"{_word(name)} {feature_of(name).level_words(level)} ({weight:+.1f})"
            parts.append((weight, words))
        told.append("; ".join(_in_order(parts)))
    return told


def _in_order(parts: Sequence[tuple[float, str]]) -> list[str]:
    clear = [part for part in parts if abs(part[0]) >= CLEAR]
    return [words for _, words in sorted(clear, key=lambda part: -part[0])]


def _word(feature: str) -> str:
    return feature.replace("_", " ")
