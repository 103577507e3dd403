"""How strongly do two groupings of the same cases go together?

An association, in either direction and of whatever origin; not an effect.
"""

import numpy as np

from joinedup.stats.arrays import Floats, Ints, only_zero_or_one, same_length


def cramers_v(left: Ints, right: Ints) -> float:
    """Cramér's V, corrected for the chance agreement of many small groups.

    Args:
        left: group of each case, whole numbers from 0, shape (cases,).
        right: the same for the other grouping, shape (cases,).

    Returns:
        0 (no association) to 1 (one grouping gives the other away); nan where a grouping has
        fewer than two groups, or so many that chance alone explains everything.

    Raises:
        ValueError: shapes differ.

    Source: Bergsma (2013), doi:10.1016/j.jkss.2012.10.002.

    >>> cramers_v(np.array([0, 0, 1, 1] * 25), np.array([1, 1, 0, 0] * 25))
    1.0
    """
    same_length(left=left.astype(float), right=right.astype(float))
    cases = left.size
    rows, columns = (np.unique(group, return_inverse=True) for group in (left, right))
    shape = (rows[0].size, columns[0].size)
    if min(shape) < 2:  # noqa: PLR2004 - nothing to go together
        return float("nan")
    seen = np.zeros(shape)
    np.add.at(seen, (rows[1], columns[1]), 1.0)
    expected = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / cases
    phi2 = float(((seen - expected) ** 2 / expected).sum()) / cases
    chance = (shape[0] - 1) * (shape[1] - 1) / (cases - 1)
    effective = min(groups - (groups - 1) ** 2 / (cases - 1) for groups in shape)
    if effective <= 1:
        return float("nan")
    return float(min(1.0, np.sqrt(max(0.0, phi2 - chance) / (effective - 1))))


def group_scores(groups: Ints, outcome: Floats, *, folds: int, seed: int) -> Floats:
    """Rate of each case's group among the cases of the other folds, less their overall rate.

    Args:
        groups: group of each case, whole numbers from 0, shape (cases,).
        outcome: 0 or 1, shape (cases,).
        folds: into how many parts the cases are dealt, 2 or more.
        seed: of the dealing.

    Returns:
        A score in which the case itself had no part, shape (cases,), -1 to 1; 0 for a group that
        no other fold has, so that many groups of one case say nothing.

    Raises:
        ValueError: shapes differ, the outcome is not 0 or 1, or fewer than 2 folds.

    Source: target encoding by cross-fitting, Micci-Barreca (2001), doi:10.1145/507533.507538.

    >>> ones = np.ones(4)
    >>> group_scores(np.arange(4), ones, folds=2, seed=1).tolist()
    [0.0, 0.0, 0.0, 0.0]
    """
    same_length(groups=groups.astype(float), outcome=outcome)
    only_zero_or_one(outcome)
    if folds < 2:  # noqa: PLR2004 - a rate must come from other cases
        message = "there must be 2 folds or more"
        raise ValueError(message)
    fold = np.random.default_rng(seed).permutation(outcome.size) % folds
    codes = np.unique(groups, return_inverse=True)[1]
    score = np.zeros(outcome.size)
    for one in range(folds):
        learn, tell = fold != one, fold == one
        cases = np.bincount(codes[learn], minlength=codes.max(initial=0) + 1)
        found = np.bincount(codes[learn], outcome[learn], minlength=cases.size)
        overall = outcome[learn].mean() if learn.any() else 0.0
        rate = np.where(cases > 0, found / np.maximum(cases, 1), overall)
        score[tell] = (rate - overall)[codes[tell]]
    return score
