"""Which records are one entity, given which pairs may be?

Two groups become one while the mean probability over all pairs across them is high enough, the
likeliest first (average linkage; Sokal & Michener, 1958). A chain of doubtful pairs does not bring
together what no pair across supports: twins stay two, and so do a father and a son of one name.
"""

import heapq
from collections.abc import Sequence
from typing import Any

import numpy as np

from joinedup.stats.arrays import Floats, Ints

SAME = 1e-9
Together = dict[int, dict[int, float]]


def entities(
    records: int,
    left: Any,
    right: Any,
    chance: Floats,
    *,
    at_least: float,
    source: Any = None,
    apart: Sequence[tuple[int, int]] = (),
) -> Ints:
    """The entity of each record, named by its first record, shape (records,).

    Args:
        records: how many there are.
        left: the place of one record of each pair, shape (pairs,).
        right: of the other.
        chance: that they are one, 0 to 1, shape (pairs,). Pairs that are not here count as 0.
        at_least: the mean chance across two groups that makes them one.
        source: of each record, shape (records,): no entity has two records of one source; None if
            a source may name one twice.
        apart: pairs of records that a person has said are two.
    """
    across = _across(left, right, chance)
    for one, other in apart:
        across.setdefault(one, {})[other] = -np.inf
        across.setdefault(other, {})[one] = -np.inf
    members = {place: [place] for place in across}
    own: dict[int, set[int]] = {
        place: set() if source is None else {int(source[place])} for place in across
    }
    queue: list[tuple[float, int, int]] = [
        (-chance, one, other)
        for one, others in across.items()
        for other, chance in others.items()
        if one < other and chance >= at_least
    ]
    heapq.heapify(queue)
    while queue:
        negative, one, other = heapq.heappop(queue)
        if other not in across.get(one, ()) or own[one] & own[other]:
            continue
        mean = across[one][other] / (len(members[one]) * len(members[other]))
        if abs(mean + negative) > SAME:  # one of the two has grown since
            continue
        if len(across[one]) < len(across[other]):
            one, other = other, one
        _join(across, one, other)
        members[one] += members.pop(other)
        own[one] |= own.pop(other)
        for third, total in across[one].items():
            mean = total / (len(members[one]) * len(members[third]))
            if mean >= at_least:
                heapq.heappush(queue, (-mean, min(one, third), max(one, third)))
    made = np.arange(records)
    for group in members.values():
        made[group] = min(group)
    return made


def _across(left: Any, right: Any, chance: Floats) -> Together:
    """The total of the chances between two groups, each record alone to begin with."""
    across: Together = {}
    for one, other, value in zip(left.tolist(), right.tolist(), chance.tolist(), strict=True):
        across.setdefault(one, {})[other] = value
        across.setdefault(other, {})[one] = value
    return across


def _join(across: Together, one: int, other: int) -> None:
    mine, theirs = across[one], across.pop(other)
    mine.pop(other)
    for third, total in theirs.items():
        if third == one:
            continue
        whole = mine.get(third, 0.0) + total
        mine[third] = whole
        across[third].pop(other)
        across[third][one] = whole
