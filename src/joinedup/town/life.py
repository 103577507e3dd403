"""What happens to the town's people, month after month, from START to END?

Each month: deaths, births, children leaving home, couples moving together, old people going into
care, families moving, leaving and arriving. A household has at most one of these in a month, and
a home that falls vacant is let again in a later month, so that no two families overlap.
"""

from dataclasses import dataclass, field

import numpy as np

from joinedup.town.crowd import Crowd
from joinedup.town.days import MONTHS, YEAR_DAYS, month_starts
from joinedup.town.draw import stream
from joinedup.town.entities import CARE_HOME, Bools, Homes, Int32s, Int64s
from joinedup.town.stay_book import StayBook

ADULT_YEARS = 18
MOVES_BY_MONTH = np.array([0.8, 0.8, 0.95, 0.95, 0.95, 1.05, 1.2, 1.4, 1.4, 1.0, 0.85, 0.65])
"""How many moves a month has beside the mean, January first."""


@dataclass(slots=True)
class Month:
    """The town in one month, and who is spoken for in it.

    Attributes:
        number: months since START. first, stop: its first day, and the first day after it.
        season: its moves beside the mean of a year.
        present: persons in the town when it began, int64.
        taken: how many lived in each home when it began.
        busy: by household, whether something happens to it this month.
    """

    number: int
    first: int
    stop: int
    season: float
    present: Int64s
    taken: Int64s
    busy: Bools

    def days(self, rng: np.random.Generator, count: int) -> Int64s:
        """Days of the month, drawn evenly."""
        return rng.integers(self.first, self.stop, count)


@dataclass(slots=True)
class Life:
    """The running town: what changes, and what does not.

    Attributes:
        may_leave: children who come of age before END, int64.
        may_bear: women who are of an age to have children between START and END.
        may_need_care: people who are old enough for a care home before END.
        last_birth: the day of each woman's last child, int32.
        founders: how many people are not born in the town after START.
        by_death: everybody in the order of the day of death.
    """

    crowd: Crowd
    homes: Homes
    book: StayBook
    seed: int
    months: Int32s = field(default_factory=month_starts)
    may_leave: Int64s = field(init=False)
    may_bear: Int64s = field(init=False)
    may_need_care: Int64s = field(init=False)
    last_birth: Int32s = field(init=False)
    founders: int = field(init=False)
    by_death: Int64s = field(init=False)

    def __post_init__(self) -> None:
        """Look up once who can ever meet which event."""
        crowd, used = self.crowd, slice(0, self.crowd.count)
        begin, end = int(self.months[0]), int(self.months[-1])
        born = crowd.born[used]
        self.founders = crowd.count
        has_parent = (crowd.mother[used] >= 0) | (crowd.father[used] >= 0)
        oldest = begin - 44 * YEAR_DAYS
        self.may_leave = np.flatnonzero(has_parent & (born < end - ADULT_YEARS * YEAR_DAYS))
        self.may_bear = np.flatnonzero(
            (crowd.sex[used] == 0) & (born > oldest) & (born < end - ADULT_YEARS * YEAR_DAYS)
        )
        self.may_need_care = np.flatnonzero(born < end - 78 * YEAR_DAYS)
        self.last_birth = np.full(len(crowd.born), np.iinfo(np.int32).min // 2, np.int32)
        child = np.flatnonzero(crowd.mother[used] >= 0)
        np.maximum.at(self.last_birth, crowd.mother[child], crowd.born[child])
        self.by_death = np.argsort(crowd.died, kind="stable")

    def rng(self, event: str, month: Month) -> np.random.Generator:
        """The stream of one kind of event in one month."""
        return stream(self.seed, "life", event, str(month.number))

    def begin(self, number: int) -> Month:
        """The town as it is when a month begins."""
        home = self.book.home[: self.crowd.count]
        present = np.flatnonzero(home >= 0)
        return Month(
            number=number,
            first=int(self.months[number]),
            stop=int(self.months[number + 1]),
            season=float(MOVES_BY_MONTH[(number + 9) % 12]),
            present=present,
            taken=np.bincount(home[present], minlength=len(self.homes.uprn)),
            busy=np.zeros(self.crowd.units + len(present), bool),
        )

    def age_by(self, persons: Int64s, day: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Age in years on a day."""
        return np.asarray((day - self.crowd.born[persons]) / YEAR_DAYS, np.float64)

    def sizes(self, month: Month) -> Int64s:
        """How many of each household are present at the beginning of the month."""
        return np.bincount(self.crowd.unit[month.present], minlength=self.crowd.units)

    def minors(self, month: Month) -> Int64s:
        """How many under 18, on the last day of the month, each household has."""
        born = self.crowd.born[month.present]
        young = month.present[born > month.first - (ADULT_YEARS + 0.1) * YEAR_DAYS]
        return np.bincount(self.crowd.unit[young], minlength=self.crowd.units)

    def at_home(self, persons: Int64s, month: Month) -> Int64s:
        """Those of them who are in the town, not in an institution or room, and not busy."""
        home = self.book.home[persons]
        persons, home = persons[home >= 0], home[home >= 0]
        usual = (self.homes.kind[home] != CARE_HOME) & ~self.homes.is_hmo[home]
        persons = persons[usual]
        return persons[~month.busy[self.crowd.unit[persons]]]

    def with_parent(self, persons: Int64s) -> Bools:
        """Whether each lives in the household of a parent."""
        unit = self.crowd.unit
        mother, father = self.crowd.mother[persons], self.crowd.father[persons]
        with_mother = (
            (mother >= 0) & (unit[mother] == unit[persons]) & (self.book.home[mother] >= 0)
        )
        with_father = (
            (father >= 0) & (unit[father] == unit[persons]) & (self.book.home[father] >= 0)
        )
        return with_mother | with_father
