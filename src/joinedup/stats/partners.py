"""Whose nearest neighbour in another list is the same person, when nothing but nearness is known?

A record's nearest in the other list is its partner, or chance. How near chance brings two records
is told by the nearest in the two lists themselves, for a list names nobody twice: relatives and
namesakes are near there as they are across. What is nearer than that are partners. No shape is
assumed for either.
"""

from dataclasses import dataclass

import numpy as np

from joinedup.stats.arrays import Floats

STEPS, FEWEST_IN_STEP = 200, 5
LEAST_LEFT = 0.02
"""Where chance alone leaves fewer records without a near neighbour, nothing more is told."""
BEYOND_CHANCE = 4.0
"""Standard errors by which near neighbours must exceed chance, somewhere, to be partners."""
MISFIT = 0.2
"""Standard error of what the own lists tell of chance, as a share, beside that of counting."""
CHANCE_RULES = 0.3
"""Strangers expected as near or nearer, from which on few partners are left to be found."""
LEAST_AND_MOST = (0.4, 1.0)
LARGEST = 1e9


@dataclass(frozen=True, slots=True)
class Side:
    """What one list's records see of the other list.

    Attributes:
        nearest: how near the nearest record of the other list is; larger is nearer, (records,).
        own: how near the nearest other record of each list itself is, each (its records,).
        scale: how many strangers the other list has for each stranger in those.
    """

    nearest: Floats
    own: tuple[Floats, Floats]
    scale: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Curve:
    """How partners and strangers are spread over nearness, as one list's records see it.

    Attributes:
        at: nearness, falling, shape (steps,).
        without: of the records, how many have no partner at least as near, shape (steps,).
        odds: partners for each stranger at that nearness, falling, shape (steps,).
    """

    at: Floats
    without: Floats
    odds: Floats

    @property
    def share(self) -> float:
        """Of the records, how many have a partner."""
        return float(1 - self.without[-1]) if len(self.without) else 0.0

    def odds_at(self, near: Floats) -> Floats:
        """Partners for each stranger, shape as given."""
        made = np.interp(-near, -self.at, np.log(self.odds))
        return np.asarray(np.exp(made))

    def without_at(self, near: Floats) -> Floats:
        """The share of records with no partner at least as near, shape as given."""
        return np.asarray(np.interp(-near, -self.at, self.without, left=1.0))


def curve(side: Side) -> Curve | None:
    """Partners and strangers by nearness; None where no more are near than chance brings.

    Source: own; the share with a partner is bounded as the share of false null hypotheses is
    (Storey, 2002, doi:10.1111/1467-9868.00346).
    """
    records = len(side.nearest)
    if min(records, *map(len, side.own)) < FEWEST_IN_STEP:
        return None
    seen = np.sort(np.concatenate([side.nearest, *side.own]))[::-1]
    step = max(FEWEST_IN_STEP, len(seen) // STEPS)
    at = np.unique(seen[step - 1 :: step])[::-1]
    strangers = _strangers(side, at)
    kept = strangers <= -np.log(LEAST_LEFT)
    at, strangers = at[kept], np.maximum.accumulate(strangers[kept])
    first = _beyond(side.nearest, at)
    alone = np.exp(-strangers)
    excess = records * (alone - first)
    doubt = records * (1 - alone) * (1 + records / sum(map(len, side.own))) + 1
    if not len(at) or not bool((excess > BEYOND_CHANCE * np.sqrt(doubt)).any()):
        return None
    strangers = strangers * _fitting(strangers, first)
    alone = np.exp(-strangers)
    doubt = (
        first / (records * alone**2) + (MISFIT * strangers * first / alone) ** 2 + 1 / records**2
    )
    without = np.minimum(-rising(-first / alone, 1 / doubt), 1.0)
    lost, more = -np.diff(without, prepend=1.0), np.diff(strangers, prepend=0.0)
    weight = more + 0.25 / records
    odds = -rising(-(lost + 1 / LARGEST) / weight, weight)
    return Curve(at, without, np.clip(odds, 1 / LARGEST, LARGEST))


def _strangers(side: Side, at: Floats) -> Floats:
    """The expected number of strangers at least as near: the harmonic mean of both lists' word.

    It leans to the list that sees fewer: errors in one of the two make relatives less near across.
    """
    told = [
        -np.log(np.clip(_beyond(own, at), 1e-12, 1 - 0.5 / len(own))) * scale
        for own, scale in zip(side.own, side.scale, strict=True)
    ]
    return np.asarray(2 / sum(1 / one for one in told))


def _fitting(strangers: Floats, first: Floats) -> float:
    """By what to multiply what the own lists tell of chance, so that it fits where it rules.

    Where all partners are nearer, those left without a near neighbour fall away as chance has it:
    minus the logarithm of their share rises by as much as the expected number of strangers.
    """
    rules = (strangers > CHANCE_RULES) & (first > 0)
    if rules.sum() < FEWEST_IN_STEP:
        return 1.0
    x, y, weight = strangers[rules], -np.log(first[rules]), first[rules]
    x, y = x - np.average(x, weights=weight), y - np.average(y, weights=weight)
    return float(np.clip((weight * x * y).sum() / (weight * x * x).sum(), *LEAST_AND_MOST))


def chance_of_partner(
    nearness: Floats, others: tuple[Floats, Floats], curves: tuple[Curve, Curve]
) -> Floats:
    """That two records, each the other's nearest, are one, shape (pairs,).

    Args:
        nearness: of the pair, shape (pairs,).
        others: of each of the two, how near its second nearest is, each of shape (pairs,).
        curves: as each of the two lists sees it.

    Source: own; Bayes' rule, with the second nearest of both as what speaks against.
    """
    logs = sum(np.log(one.odds_at(nearness)) for one in curves) / 2
    for one, other in zip(curves, others, strict=True):
        logs = logs - np.log(np.maximum(one.without_at(other) + one.odds_at(other), 1 / LARGEST))
    return np.asarray(1 / (1 + np.exp(-np.clip(logs, -50, 50))))


def rising(values: Floats, weights: Floats) -> Floats:
    """The nearest values that never fall, in least squares, shape as given.

    Source: pool adjacent violators; Barlow et al. (1972).

    >>> rising(np.array([1.0, 3.0, 2.0]), np.ones(3)).tolist()
    [1.0, 2.5, 2.5]
    """
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        mine = (value, max(weight, 1e-12), 1)
        while pools and pools[-1][0] > mine[0]:
            mean, heavy, many = pools.pop()
            whole = heavy + mine[1]
            mine = ((mean * heavy + mine[0] * mine[1]) / whole, whole, many + mine[2])
        pools.append(mine)
    return np.repeat([pool[0] for pool in pools], [pool[2] for pool in pools])


def _beyond(values: Floats, at: Floats) -> Floats:
    """Of the records, how many see nothing as near as each of these, shape (steps,)."""
    order = np.sort(values)
    return np.asarray(np.searchsorted(order, at, side="left") / len(values))
