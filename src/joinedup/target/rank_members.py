"""Whom do the counts of a ranking's chart and table count?"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from joinedup.result.members import Bools, Ints, Place, Whose
from joinedup.result.model import Members
from joinedup.target.measures import Measures, Worked
from joinedup.target.rank_report import AT_CAPACITY, CURVE_TABLE, points

if TYPE_CHECKING:
    from joinedup.target.ranking import Spec


def members(spec: "Spec", whose: Whose, measures: Measures) -> dict[str, Members]:
    """By the name of each table, whom its counts are made of.

    Args:
        spec: the settings.
        whose: of the worked cases, in ranked order.
        measures: what was measured on them.
    """
    del spec  # the rows are the same whatever the orders are called
    visits = points(measures)
    return {
        CURVE_TABLE: _table(whose, measures, visits, visited="cases_visited"),
        AT_CAPACITY: _table(whose, measures, [measures.capacity], visited="visited"),
    }


def _table(whose: Whose, measures: Measures, visits: list[int], *, visited: str) -> Members:
    """Rows order by order, and in each order visit by visit; the last order is chance."""
    counted: dict[Place, Bools] = {}
    orders = list(_orders(measures.worked))
    rows = [(order, first) for order in orders for first in visits]
    for row, (order, first) in enumerate(rows):
        seen = np.zeros(measures.cases, dtype=np.bool_)
        seen[order[:first]] = True
        counted[row, visited] = seen
        counted[row, "found"] = seen & (measures.worked.outcome > 0)
    chance = range(len(rows), len(rows) + len(visits))
    expected = [(row, column) for row in chance for column in (visited, "found")]
    return whose.members(counted, expected=expected, scored=tuple(counted))


def _orders(worked: Worked) -> Iterator[Ints]:
    """The ranked order, and the one used if that is compared; cases of a day as ranked."""
    yield np.arange(worked.outcome.size)
    if worked.day is not None:
        yield np.argsort(worked.day, kind="stable")
