"""Which kind of pair is this, a match or another, when nobody has labelled any?

A pair of records is described by how well each field agrees: level 0 is "not at all", the highest
is "the same", -1 is "one of the two is empty". Pairs are of kinds. Kind 0 is the match. The last is
two unrelated records, whose levels are known beforehand (drawn at random) and stay as they are. The
kinds between are what is often taken for a match: two people of one name, two of one home, twins.
Each lets only some fields agree; in the others it is like two unrelated records.

Fields are independent of each other within a kind, and the pairs that were not compared count as
unrelated.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from joinedup.stats.arrays import Floats, Ints

Levels = npt.NDArray[np.integer]
SMALLEST = 1e-12
ROUNDS = 300
CLOSE = 1e-7
NONE_BETWEEN = 2


@dataclass(frozen=True, slots=True)
class Kinds:
    """Where learning begins, and what it may change.

    Attributes:
        levels: of each field, the chance of each level in each kind: shape (kinds, levels of the
            field); the last kind is that of unrelated records.
        free: whether a kind may learn a field's levels, shape (kinds, fields).
        tied: whether a kind agrees in its free fields as a match does, shape (kinds,): what is true
            of both records alike is written down with the same slips.
        least: of each field, the smallest chance that a match agrees in it at all, shape (fields,).
        fewest: of each kind, the fewest pairs that it has for each match, shape (kinds,).
        most: and the most.
        weight: of each kind, how many pairs the beginning counts for, beside those that are seen,
            shape (kinds,).
    """

    levels: tuple[Floats, ...]
    free: npt.NDArray[np.bool_]
    tied: npt.NDArray[np.bool_]
    least: Floats
    fewest: Floats
    most: Floats
    weight: Floats


@dataclass(frozen=True, slots=True)
class Parts:
    """What the odds of each pair are the sum of, as natural logarithms.

    Attributes:
        prior: the odds of any two records of its group, shape (pairs,).
        fields: what each field adds, 0 where one of the two is empty, shape (pairs, fields).
        between: what the kinds between take off, never above 0, shape (pairs,).
        likeliest: the kind between that takes off most, by its place; -1 if there is none,
            shape (pairs,).
    """

    prior: Floats
    fields: Floats
    between: Floats
    likeliest: Ints


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt.

    Attributes:
        levels: as in `Kinds`.
        share: of all pairs of a stratum, how many are of each kind, shape (strata, kinds).
        rounds: how often everything was worked out again.
        settled: whether the last round changed next to nothing.
        likelihood: of what is seen, as a logarithm; to compare two beginnings.
    """

    levels: tuple[Floats, ...]
    share: Floats
    rounds: int
    settled: bool
    likelihood: float


def learn(
    patterns: Levels,
    counts: Floats,
    strata: Levels,
    *,
    pairs: Floats,
    kinds: Kinds,
    share: Floats,
    barred: npt.NDArray[np.bool_] | None = None,
) -> Learnt:
    """Expectation and maximisation, until nothing changes.

    Pairs that somebody labelled stand beside the others as patterns that some kinds are barred to.
    Each pair counts once, and which ones were looked at hangs on their patterns alone: so a sample
    that was drawn among the doubtful biases no share (missing at random; Rubin, 1976).

    Args:
        patterns: the level of each field, shape (patterns, fields).
        counts: how many pairs have each pattern, shape (patterns,).
        strata: which group of pairs each pattern was seen in, shape (patterns,).
        pairs: how many pairs each group has in all, compared or not, shape (strata,).
        kinds: where it begins.
        share: of the kinds in each group, to begin with, shape (strata, kinds).
        barred: whether a pattern cannot be of a kind, for somebody knows, shape (patterns, kinds).

    Source: Fellegi & Sunter (1969), doi:10.1080/01621459.1969.10501049; Dempster, Laird & Rubin
    (1977), doi:10.1111/j.2517-6161.1977.tb01600.x.
    """
    levels, last, rounds = list(kinds.levels), -np.inf, 0
    settled = False
    while not settled and rounds < ROUNDS:
        rounds += 1
        odds = _log_odds(patterns, levels)
        with np.errstate(divide="ignore"):
            joint = odds + np.log(share)[strata]
        if barred is not None:
            joint = np.where(barred, -np.inf, joint)
        whole = np.logaddexp.reduce(joint, axis=1)
        likelihood = float(counts @ whole)
        expected = counts[:, None] * np.exp(joint - whole[:, None])
        share = _shares(expected, strata, pairs, kinds)
        levels = _levels(patterns, expected, kinds)
        settled = abs(likelihood - last) <= CLOSE * abs(likelihood)
        last = likelihood
    return Learnt(tuple(levels), share, rounds, settled, last)


def expected(patterns: Levels, counts: Floats, strata: Levels, learnt: Learnt) -> Floats:
    """How many pairs of each pattern are of each kind, shape (patterns, kinds).

    Source: the expectation step of Dempster, Laird & Rubin (1977), as in `learn`.
    """
    with np.errstate(divide="ignore"):
        joint = _log_odds(patterns, list(learnt.levels)) + np.log(learnt.share)[strata]
    whole = np.logaddexp.reduce(joint, axis=1)
    return np.asarray(counts[:, None] * np.exp(joint - whole[:, None]))


def log_odds(
    patterns: Levels, strata: Levels, learnt: Learnt, *, kinds: Kinds, rarity: Floats
) -> Floats:
    """The natural logarithm of the odds that a pair is a match, shape (pairs,).

    Args:
        patterns: shape (pairs, fields).
        strata: shape (pairs,).
        learnt: from `learn`.
        kinds: as `learn` was given.
        rarity: of each field in which the two agree, how much rarer their value is than the values
            in which unrelated records agree, as a logarithm: shape (pairs, fields). It speaks for a
            match, and as much for another kind that lets the field agree.

    Source: Winkler (2000), frequency-based matching in the Fellegi-Sunter model.
    """
    joint = _joint(patterns, strata, learnt, kinds, rarity)
    return np.asarray(joint[:, 0] - np.logaddexp.reduce(joint[:, 1:], axis=1))


def parts(
    patterns: Levels, strata: Levels, learnt: Learnt, *, kinds: Kinds, rarity: Floats
) -> Parts:
    """What `log_odds` is made of: the prior, each field against unrelated records, less the rest.

    The kinds between do not stand for one field: what they take off is how much likelier the pair
    is when it may be of one of them too, and not only of two unrelated records.

    Args:
        patterns: shape (pairs, fields).
        strata: shape (pairs,).
        learnt: from `learn`.
        kinds: as `learn` was given.
        rarity: as `log_odds` has it, shape (pairs, fields).

    Source: Fellegi & Sunter (1969), with more than two kinds.
    """
    joint = _joint(patterns, strata, learnt, kinds, rarity)
    share = learnt.share[strata]
    others = joint[:, 1:] - joint[:, -1:]
    fields = rarity * kinds.free[0]
    for field, chances in enumerate(learnt.levels):
        fields[:, field] += _weights(chances, patterns[:, field])[:, 0]
    some = joint.shape[1] > NONE_BETWEEN
    return Parts(
        prior=np.log(share[:, 0]) - np.log(share[:, -1]),
        fields=fields,
        between=-np.logaddexp.reduce(others, axis=1),
        likeliest=1 + others[:, :-1].argmax(axis=1) if some else np.full(len(joint), -1),
    )


def _joint(
    patterns: Levels, strata: Levels, learnt: Learnt, kinds: Kinds, rarity: Floats
) -> Floats:
    """Of each kind, how likely a pair of it is as this one, as a logarithm: (pairs, kinds)."""
    with np.errstate(divide="ignore"):
        joint = _log_odds(patterns, list(learnt.levels)) + np.log(learnt.share)[strata]
    return np.asarray(joint + rarity @ kinds.free.T.astype(float))


def _log_odds(patterns: Levels, levels: Sequence[Floats]) -> Floats:
    """Against unrelated records, shape (patterns, kinds)."""
    told = np.zeros((len(patterns), len(levels[0])))
    for field, chances in enumerate(levels):
        told += _weights(chances, patterns[:, field])
    return told


def _weights(chances: Floats, seen: Levels) -> Floats:
    """What one field adds to each kind, 0 where nothing is seen, shape (patterns, kinds)."""
    weights = np.log(np.maximum(chances, SMALLEST)) - np.log(np.maximum(chances[-1], SMALLEST))
    return np.where(seen[:, None] >= 0, weights[:, np.maximum(seen, 0)].T, 0.0)


def _shares(expected: Floats, strata: Levels, pairs: Floats, kinds: Kinds) -> Floats:
    """A group of few pairs leans on all groups together."""
    many = expected.shape[1]
    found = np.zeros((len(pairs), many))
    for kind in range(many - 1):
        found[:, kind] = np.bincount(strata, weights=expected[:, kind], minlength=len(pairs))
    pooled = found.sum(axis=0) / pairs.sum()
    share = (found + pooled) / (pairs + 1)[:, None]
    matches = np.maximum(share[:, :1], SMALLEST)
    bounds = matches * kinds.fewest[:-1], matches * kinds.most[:-1]
    share[:, :-1] = np.clip(np.clip(share[:, :-1], *bounds), SMALLEST, 0.5 / many)
    share[:, -1] = 1 - share[:, :-1].sum(axis=1)
    return np.asarray(share)


def _levels(patterns: Levels, expected: Floats, kinds: Kinds) -> list[Floats]:
    made = []
    for field, begun in enumerate(kinds.levels):
        seen = patterns[:, field]
        there = seen >= 0
        chances = begun.copy()
        free = kinds.free[:, field]
        tied = free & kinds.tied
        for kind in np.flatnonzero(free & ~tied):
            pairs = expected[:, kind]
            if kind == 0:
                pairs = pairs + expected[:, tied].sum(axis=1)
            found = np.bincount(seen[there], pairs[there], minlength=begun.shape[1])
            found = found + kinds.weight[kind] * begun[kind]
            chances[kind] = _at_least(found / found.sum(), kinds.least[field])
        chances[tied] = chances[0]
        made.append(chances)
    return made


def _at_least(chances: Floats, least: float) -> Floats:
    """With the chance to agree at all raised to the least.

    >>> _at_least(np.array([0.8, 0.2]), 0.5).round(3).tolist()
    [0.5, 0.5]
    """
    agrees = 1 - chances[0]
    if agrees >= least or agrees <= 0:
        return chances
    raised = chances * least / agrees
    raised[0] = 1 - least
    return np.asarray(raised)
