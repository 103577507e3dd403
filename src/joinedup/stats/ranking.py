"""How good is an order: are the cases that have the outcome near the top?

`score` is higher for cases that come first; equal scores keep the order in which they are given,
except in `auc`, which counts them half. `outcome` is 0 or 1.
"""

import numpy as np
from scipy.stats import rankdata

from joinedup.stats.arrays import Floats, Ints, only_zero_or_one, same_length
from joinedup.stats.intervals import Measured, normal_quantile


def ranked_order(score: Floats) -> Ints:
    """Row numbers from the highest score to the lowest, shape (cases,); ties as given.

    Source: none; numpy's stable sort.

    >>> ranked_order(np.array([0.2, 0.9, 0.2])).tolist()
    [1, 0, 2]
    """
    return np.argsort(-score, kind="stable")


def auc(score: Floats, outcome: Floats) -> float:
    """Chance that a case with the outcome scores above one without it; ties count half.

    Args:
        score: any unit, shape (cases,).
        outcome: 0 or 1, shape (cases,).

    Returns:
        0 to 1, 0.5 for an order that knows nothing; nan if either kind of case is missing.

    Raises:
        ValueError: shapes differ, or the outcome is not 0 or 1.

    Source: Hanley & McNeil (1982), doi:10.1148/radiology.143.1.7063747.

    >>> auc(np.array([0.9, 0.4, 0.4, 0.1]), np.array([1.0, 1.0, 0.0, 0.0]))
    0.875
    """
    same_length(score=score, outcome=outcome)
    only_zero_or_one(outcome)
    found = outcome.sum()
    rest = outcome.size - found
    if not found or not rest:
        return float("nan")
    above = rankdata(score)[outcome == 1].sum() - found * (found + 1) / 2
    return float(above / (found * rest))


def auc_interval(score: Floats, outcome: Floats, *, level: float = 0.95) -> Measured:
    """The AUC with DeLong's standard error, the interval built on the logit scale.

    Args:
        score: any unit, shape (cases,).
        outcome: 0 or 1, shape (cases,); at least two cases of each.
        level: coverage, 0 to 1.

    Returns:
        The AUC and its bounds, 0 to 1. Where the AUC is 0 or 1 DeLong's error is 0; the bound
        is then that of a proportion seen in all of min(cases with, cases without) trials.

    Raises:
        ValueError: shapes differ, the outcome is not 0 or 1, or fewer than two cases of a kind.

    Source: DeLong, DeLong & Clarke-Pearson (1988), doi:10.2307/2531595, by midranks as in
    Sun & Xu (2014), doi:10.1109/LSP.2014.2337313; logit scale as in Pepe (2003).

    >>> got = auc_interval(np.array([0.9, 0.6, 0.5, 0.2]), np.array([1.0, 0.0, 1.0, 0.0]))
    >>> round(got.value, 2), round(got.low, 2), round(got.high, 2)
    (0.75, 0.07, 0.99)
    """
    value = auc(score, outcome)
    hit, miss = score[outcome == 1], score[outcome == 0]
    if min(hit.size, miss.size) < 2:  # noqa: PLR2004 - a variance needs two
        message = "the interval of an AUC needs two cases with the outcome and two without"
        raise ValueError(message)
    if value in {0.0, 1.0}:
        reach = ((1 - level) / 2) ** (1 / min(hit.size, miss.size))
        return Measured(value, reach, 1.0) if value else Measured(value, 0.0, 1 - reach)
    together = rankdata(np.concatenate([hit, miss]))
    v10 = (together[: hit.size] - rankdata(hit)) / miss.size
    v01 = 1 - (together[hit.size :] - rankdata(miss)) / hit.size
    variance = v10.var(ddof=1) / hit.size + v01.var(ddof=1) / miss.size
    centre = np.log(value / (1 - value))
    step = normal_quantile(level) * np.sqrt(variance) / (value * (1 - value))
    low, high = (float(1 / (1 + np.exp(-(centre + side * step)))) for side in (-1, 1))
    return Measured(value, low, high)


def found_at_k(score: Floats, outcome: Floats, *, k: int) -> float:
    """Cases with the outcome among the k that score highest (all of them if k is larger).

    Raises:
        ValueError: shapes differ, the outcome is not 0 or 1, or k is below 1.

    Source: none; a count.

    >>> found_at_k(np.array([0.9, 0.1, 0.8]), np.array([1.0, 1.0, 0.0]), k=2)
    1.0
    """
    same_length(score=score, outcome=outcome)
    only_zero_or_one(outcome)
    if k < 1:
        message = "k must be at least 1"
        raise ValueError(message)
    return float(outcome[ranked_order(score)[:k]].sum())


def precision_at_k(score: Floats, outcome: Floats, *, k: int) -> float:
    """Share of the k highest scores that have the outcome, 0 to 1.

    Args and errors as for `found_at_k`.

    Source: Manning, Raghavan & Schütze (2008), ch. 8.4, doi:10.1017/CBO9780511809071.

    >>> precision_at_k(np.array([0.9, 0.1, 0.8]), np.array([1.0, 1.0, 0.0]), k=2)
    0.5
    """
    return found_at_k(score, outcome, k=k) / min(k, score.size)


def recall_at_k(score: Floats, outcome: Floats, *, k: int) -> float:
    """Share of the cases with the outcome that are among the k highest scores, 0 to 1.

    Args and errors as for `found_at_k`; nan if no case has the outcome.

    Source: as for `precision_at_k`.

    >>> recall_at_k(np.array([0.9, 0.1, 0.8]), np.array([1.0, 1.0, 0.0]), k=1)
    0.5
    """
    total = float(outcome.sum())
    return found_at_k(score, outcome, k=k) / total if total else float("nan")


def lift_at_k(score: Floats, outcome: Floats, *, k: int) -> float:
    """Times as many cases with the outcome in the first k as a random order would give.

    Args and errors as for `found_at_k`; nan if no case has the outcome.

    Source: Provost & Fawcett (2013), Data Science for Business, ch. 8; precision over base rate.

    >>> lift_at_k(np.array([0.9, 0.1, 0.8, 0.0]), np.array([1.0, 1.0, 0.0, 0.0]), k=1)
    2.0
    """
    found = precision_at_k(score, outcome, k=k)
    return found / float(outcome.mean()) if outcome.any() else float("nan")
