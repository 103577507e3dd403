"""Which other entities could the same records as well be, given how sure each pair is?

A count, a rate or an effect that rests on links is worked out again on each of several linkages
that are drawn from the chances of the pairs; how far it moves is the part of its doubt that comes
from false and missed links (multiple imputation; Rubin, 1987).
"""

from dataclasses import dataclass

import numpy as np

from joinedup.stats import clusters
from joinedup.stats.arrays import Bools, Floats, Ints

DOUBTFUL = (0.02, 0.98)
"""A pair with a chance between these may be drawn either way; any other is as it is."""
EVEN = 0.5


def in_doubt(records: int, left: Ints, right: Ints, chance: Floats) -> Bools:
    """The pairs whose entities could be others: those that hang together with a doubtful one.

    Args:
        records: how many there are.
        left: the place of one record of each pair, shape (pairs,).
        right: of the other.
        chance: that they are one, shape (pairs,).

    Source: none; connected components of the pairs that are not as good as excluded.

    >>> ends = np.array([0, 1, 3]), np.array([1, 2, 4])
    >>> in_doubt(5, *ends, np.array([0.999, 0.5, 0.999])).tolist()
    [True, True, False]
    """
    near = chance > DOUBTFUL[0]
    part = _parts(records, left[near], right[near])
    doubtful = near & (chance < DOUBTFUL[1])
    return near & np.isin(part[left], part[left[doubtful]])


@dataclass(frozen=True, slots=True)
class Beyond:
    """Matches that pairs do not tell of, and how uncertain their number is.

    Attributes:
        missed: matches expected among records without a link, more than the pairs tell.
        missed_off: standard error of that.
        wrong: links expected to be wrong, more than their chances tell.
        wrong_off: standard error of that.
    """

    missed: float = 0.0
    missed_off: float = 0.0
    wrong: float = 0.0
    wrong_off: float = 0.0

    def drawn(self, rng: np.random.Generator) -> tuple[int, int]:
        """How many more are missed and how many more are wrong, in one draw; none below 0."""
        missed = rng.normal(self.missed, self.missed_off)
        wrong = rng.normal(self.wrong, self.wrong_off)
        return max(0, round(missed)), max(0, round(wrong))


def redrawn(
    entity: Ints,
    pairs: tuple[Ints, Ints, Floats],
    source: Ints,
    *,
    beyond: Beyond,
    rng: np.random.Generator,
) -> Ints:
    """The entity of each record in one linkage that could as well be, shape (records,).

    Args:
        entity: of each record as it was linked, the place of the entity's first record.
        pairs: left, right and chance of the pairs in doubt, from `in_doubt`.
        source: of each record its list; a list that names nobody twice now never does.
        beyond: so many records without a link are drawn to be one with another, of another list
            where there are several, and so many that have one are drawn to be alone.
        rng: draws.

    Source: own; Bernoulli draws of the pairs, made entities as `clusters` does.

    >>> pairs = np.array([0]), np.array([1]), np.array([0.5])
    >>> rng = np.random.default_rng(0)
    >>> drawn = [redrawn(np.array([0, 0]), pairs, np.array([0, 1]), beyond=Beyond(), rng=rng)
    ...     for _ in range(1000)]
    >>> abs(sum(int(one[1] == 0) for one in drawn) - 500) < 50
    True
    """
    left, right, chance = pairs
    made = entity.copy()
    touched, ends = np.unique(np.concatenate([left, right]), return_inverse=True)
    if len(touched):
        hit = rng.random(len(chance)) < chance
        value = np.where(hit, EVEN + chance / 2, 0.0)
        own = _own(entity, source)
        one, other = ends[: len(left)], ends[len(left) :]
        group = clusters.entities(
            len(touched), one, other, value, at_least=EVEN, source=own[touched]
        )
        made[touched] = touched[group]
    missed, wrong = beyond.drawn(rng)
    together = _missed(made, source, missed, rng)
    _part(made, wrong, rng)
    for first, second in together:
        made[second] = made[first]
    return _named(made)


def _part(entity: Ints, wrong: int, rng: np.random.Generator) -> None:
    """Have so many records that are linked stand alone."""
    names, counts = np.unique(entity, return_counts=True)
    linked = np.flatnonzero(np.isin(entity, names[counts > 1]))
    alone = rng.permutation(linked)[:wrong]
    entity[alone] = len(entity) + alone


def _parts(records: int, left: Ints, right: Ints) -> Ints:
    """Of each record the smallest that hangs together with it, shape (records,)."""
    part, moved = np.arange(records), True
    while moved:
        least = np.minimum(part[left], part[right])
        before = part.copy()
        np.minimum.at(part, left, least)
        np.minimum.at(part, right, least)
        part = part[part]
        moved = bool((part != before).any())
    return part


def _own(entity: Ints, source: Ints) -> Ints:
    """Of each record a number that no other record of its entity may have."""
    pairs = np.unique(np.stack([entity, source]), axis=1, return_counts=True)
    twice = np.unique(pairs[0][1][pairs[1] > 1])
    alone = source.max(initial=0) + 1 + np.arange(len(source))
    return np.where(np.isin(source, twice), alone, source)


def _missed(
    entity: Ints, source: Ints, missed: int, rng: np.random.Generator
) -> list[tuple[int, int]]:
    """Pairs of records without a link that are drawn to be one."""
    names, counts = np.unique(entity, return_counts=True)
    single = np.flatnonzero(np.isin(entity, names[counts == 1]))
    many = min(missed, len(single) // 2)
    if not many:
        return []
    drawn = rng.permutation(single)
    if len(np.unique(source)) > 1:
        first = drawn[source[drawn] == source[drawn[0]]]
        others = drawn[source[drawn] != source[drawn[0]]]
        ends = zip(first, others, strict=False)
    else:
        ends = zip(drawn[::2], drawn[1::2], strict=False)
    return [(int(one), int(other)) for one, other in ends][:many]


def _named(entity: Ints) -> Ints:
    """The same, each entity named by its first record."""
    first = np.full(2 * len(entity), len(entity))
    np.minimum.at(first, entity, np.arange(len(entity)))
    return np.asarray(first[entity])
