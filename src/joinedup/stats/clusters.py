"""Which records are one entity, given which pairs may be?

Two groups become one while the mean probability over all pairs across them is high enough, the
likeliest first (average linkage; Sokal & Michener, 1958). A pair that was never compared counts as
one of chance 0, but only half, for nobody looked at it. A chain of doubtful pairs does not bring
together what no pair across supports: twins stay two, and so do a father and a son of one name.

Where it was done before, what was one stays one and what was two stays two unless the records now
clearly say otherwise: first each former group is made again by itself, with a lower bar; then
groups are joined, two former ones with a higher bar. Where nothing changed nothing changes: a
former group is made again by the same joins, and two of them were below the bar already.
"""

import heapq
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from joinedup.stats.arrays import Floats, Ints

SAME = 1e-9
STEADY = 1.0
"""By how much the odds must be past the bar to undo what was, as a natural logarithm."""
UNSEEN = 0.5
"""What a pair counts for that was never compared."""
Together = dict[int, dict[int, float]]


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of records as they grow, each named by one of its records.

    Attributes:
        across: the total of the chances between two groups.
        seen: how many pairs between them were compared.
        members: the records of each.
        own: the sources of each, where none may be there twice.
        former: the former groups of each.
    """

    across: Together
    seen: Together
    members: dict[int, list[int]]
    own: dict[int, set[int]]
    former: dict[int, set[int]]

    def mean(self, one: int, other: int) -> float:
        """The mean chance of all pairs across two groups."""
        many = len(self.members[one]) * len(self.members[other])
        seen = self.seen[one].get(other, 0.0)
        return self.across[one][other] / (seen + UNSEEN * (many - seen))

    def join(self, one: int, other: int) -> int:
        """Make two groups one; gives its name."""
        if len(self.across[one]) < len(self.across[other]):
            one, other = other, one
        _join(self.across, one, other)
        _join(self.seen, one, other)
        self.members[one] += self.members.pop(other)
        self.own[one] |= self.own.pop(other)
        self.former[one] |= self.former.pop(other)
        return one


def entities(
    records: int,
    left: Any,
    right: Any,
    chance: Floats,
    *,
    at_least: float,
    source: Any = None,
    apart: Sequence[tuple[int, int]] = (),
    together: Sequence[tuple[int, int]] = (),
    former: Ints | None = None,
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
        together: pairs that a person has said are one, whatever speaks against it.
        former: of each record, the number of its former entity, -1 if it is new, shape (records,).

    Source: Sokal & Michener (1958), average linkage.

    >>> pairs = np.array([0, 1, 0]), np.array([1, 2, 3])
    >>> entities(4, *pairs, np.array([0.9, 0.9, 0.2]), at_least=0.5).tolist()
    [0, 0, 0, 3]
    """
    across = _across(left, right, chance)
    for value, pairs in ((0.0, together), (-math.inf, apart)):
        for one, other in pairs:
            for here, there in ((one, other), (other, one)):
                known = across.setdefault(here, {}).get(there, 0.0)
                across[here][there] = known + value
    groups = Groups(
        across=across,
        seen=_across(left, right, np.ones(len(chance))),
        members={place: [place] for place in across},
        own={place: set() if source is None else {int(source[place])} for place in across},
        former={
            place: set() if former is None or former[place] < 0 else {int(former[place])}
            for place in across
        },
    )
    _join_decided(groups, together)
    if former is not None:
        low, high = _moved(at_least, -STEADY), _moved(at_least, STEADY)
        _grow(groups, lambda one, other: low if one & other else math.inf, least=low)
        _grow(groups, lambda one, other: high if one and other else at_least, least=at_least)
    else:
        _grow(groups, lambda _one, _other: at_least, least=at_least)
    made = np.arange(records)
    for group in groups.members.values():
        made[group] = min(group)
    return made


def _moved(chance: float, by: float) -> float:
    odds = math.log(chance / (1 - chance)) if 0 < chance < 1 else math.copysign(99, chance - 0.5)
    return 1 / (1 + math.exp(-(odds + by)))


def _join_decided(groups: Groups, together: Sequence[tuple[int, int]]) -> None:
    inside: dict[int, int] = {}
    for one, other in together:
        mine, theirs = (_last(inside, place) for place in (one, other))
        if mine != theirs:
            groups.across[mine].setdefault(theirs, 0.0)
            groups.across[theirs].setdefault(mine, 0.0)
            name = groups.join(mine, theirs)
            inside[theirs if name == mine else mine] = name


def _last(inside: dict[int, int], place: int) -> int:
    while place in inside:
        place = inside[place]
    return place


Queue = list[tuple[float, int, int]]


def _grow(groups: Groups, bar: Callable[[set[int], set[int]], float], *, least: float) -> None:
    """Join while the mean across two groups is above the bar for their former groups.

    Args:
        groups: that grow.
        bar: of the former groups of one and of the other.
        least: below every bar.
    """
    across, former = groups.across, groups.former

    def worth(one: int, others: dict[int, float]) -> Queue:
        found = []
        for other, total in others.items():
            if total < least * UNSEEN:
                continue
            mean = groups.mean(one, other)
            if mean >= least and mean >= bar(former[one], former[other]):
                found.append((-mean, min(one, other), max(one, other)))
        return found

    queue = [
        item for one, others in across.items() for item in worth(one, others) if item[1] == one
    ]
    heapq.heapify(queue)
    while queue:
        negative, one, other = heapq.heappop(queue)
        if other not in across.get(one, ()) or groups.own[one] & groups.own[other]:
            continue
        mean = groups.mean(one, other)
        if abs(mean + negative) > SAME:  # one of the two has grown since
            continue
        if mean < bar(former[one], former[other]):  # so has what it was before
            continue
        name = groups.join(one, other)
        for item in worth(name, across[name]):
            heapq.heappush(queue, item)


def _across(left: Any, right: Any, chance: Floats) -> Together:
    """The total of the chances between two groups, each record alone to begin with."""
    across: Together = {}
    for one, other, value in zip(left.tolist(), right.tolist(), chance.tolist(), strict=True):
        across.setdefault(one, {})[other] = value
        across.setdefault(other, {})[one] = value
    return across


def _join(across: Together, one: int, other: int) -> None:
    mine, theirs = across.setdefault(one, {}), across.pop(other, {})
    mine.pop(other, None)
    for third, total in theirs.items():
        if third == one:
            continue
        whole = mine.get(third, 0.0) + total
        mine[third] = whole
        across[third].pop(other, None)
        across[third][one] = whole
