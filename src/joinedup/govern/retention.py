"""How long may rows be kept, and what holds them longer? Pure: facts in, a day out.

Rows that rest on several agreements are kept as long as the longest of them lets them be.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class Hold:
    """A reason in law to keep what would go.

    Attributes:
        what: an agreement, a dataset, a table, or `all`.
        until: the last day it holds.
        by: who placed it.
    """

    name: str
    what: str
    reason: str
    until: date
    by: str

    def holds(self, table: str, agreements: Collection[str], *, today: date) -> bool:
        """Whether it keeps a table that rests on these agreements, today."""
        named = {EVERYTHING, table, table.partition(".")[2], *agreements}
        return self.what in named and today <= self.until


def last_day(on: date, agreements: Collection[str], days: Mapping[str, int]) -> date | None:
    """The last day on which rows may be kept; None if an agreement is not known any more.

    Args:
        on: the day the rows came.
        agreements: that they rest on.
        days: agreement to how many days it lets rows be kept.
    """
    if not agreements or any(name not in days for name in agreements):
        return None
    return on + timedelta(days=max(days[name] for name in agreements))
