"""Why are two records taken for one, or not? What the odds are the sum of, in words and in weight.

A weight is the logarithm to the base 2 of how much likelier it is to see this among matches than
among unrelated records: above 0 it speaks for a match, below 0 against it. The weights of a pair
add up to the logarithm of its odds, from which its chance follows: what any two records have, what
each feature says, what is taken off because two other people can look like this, what is added
because neither has anybody else, and how decisions correct the whole.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from joinedup.link import learning
from joinedup.link.features import feature_of
from joinedup.link.learning import Model
from joinedup.link.linking import Linked
from joinedup.stats.arrays import Floats, Ints

SMALLEST = 1e-12
CLEAR = 0.5
"""A weight this small says next to nothing."""
LOG2 = math.log(2)
ANY_TWO, ALONE, DECIDED, REST = (
    "any two records",
    "neither has anybody else",
    "as decisions correct it",
    "all the rest",
)


@dataclass(frozen=True, slots=True)
class Weight:
    """One part of the odds of a pair.

    Attributes:
        words: what it is, without any cell.
        value: the logarithm to the base 2 of what it multiplies the odds by.
    """

    words: str
    value: float

    def __str__(self) -> str:
        return f"{self.words} ({self.value:+.1f})"


def weights(model: Model) -> list[Floats]:
    """Of each feature, what each of its levels weighs."""
    return [
        np.log2(np.maximum(match, SMALLEST) / np.maximum(other, SMALLEST))
        for match, other in zip(model.match, model.unrelated, strict=True)
    ]


def explained(linked: Linked, pairs: Ints) -> Iterator[tuple[Weight, ...]]:
    """Of each of these pairs, the parts whose sum is the logarithm to the base 2 of its odds.

    Any two records first, then features, the weightiest for a match first, then what is taken off
    and added.

    Args:
        linked: what was linked.
        pairs: places among the pairs that were compared.
    """
    model, seen = linked.model, linked.found.levels[pairs]
    parts = learning.parts(model, linked.found, linked.weighed.strata, pairs)
    for row, pair in enumerate(pairs.tolist()):
        said = [
            Weight(f"{_word(name)} {feature_of(name).level_words(int(level))}", float(part) / LOG2)
            for name, level, part in zip(model.features, seen[row], parts.fields[row], strict=True)
            if level >= 0
        ]
        made = [
            Weight(ANY_TWO, float(parts.prior[row]) / LOG2),
            *sorted(said, key=lambda one: -one.value),
            Weight(_other(model, int(parts.likeliest[row])), float(parts.between[row]) / LOG2),
            Weight(ALONE, float(linked.weighed.beside[pair]) / LOG2),
        ]
        whole = sum(one.value for one in made)
        moved = linked.weighed.corrected
        made.append(Weight(DECIDED, moved.place / LOG2 + (moved.slope - 1) * whole))
        yield tuple(one for one in made if one.value or one.words == ANY_TWO)


def reasons(linked: Linked, pairs: Ints) -> list[str]:
    """For each of these pairs: its weights in words, the small ones together."""
    return ["; ".join(map(str, short(parts))) for parts in explained(linked, pairs)]


def short(parts: tuple[Weight, ...]) -> list[Weight]:
    """The weights that say something, and all others as one, so that the sum is the same.

    >>> print(*short((Weight("any two", -9.0), Weight("sex", 0.3), Weight("street", 0.1))))
    any two (-9.0) all the rest (+0.4)
    """
    clear = [one for one in parts if abs(one.value) >= CLEAR]
    rest = sum(one.value for one in parts if abs(one.value) < CLEAR)
    return [*clear, Weight(REST, rest)] if round(rest, 1) else clear


def _other(model: Model, kind: int) -> str:
    name = model.names[kind] if kind > 0 else "of another kind"
    return f"may be two {name}" if name.startswith("of ") else f"may be {name}"


def _word(feature: str) -> str:
    return feature.replace("_", " ")
