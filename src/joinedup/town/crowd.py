"""Who is in the town's books while it is being made? Columns that the years fill in.

The one record here that changes: `life` writes into it month after month, and `world` freezes it.
"""

from dataclasses import dataclass

import numpy as np

from joinedup.town.days import NEVER, START, YEAR_DAYS
from joinedup.town.entities import NONE, Bools, Bytes, Floats, Int32s, Int64s

DEATH_AT_BIRTH = {"female": 2.5e-5, "male": 3.7e-5}
DEATH_GROWTH = 0.095
"""Gompertz: deaths a year at age x are DEATH_AT_BIRTH * exp(DEATH_GROWTH * x)."""


@dataclass(slots=True)
class Crowd:
    """Columns by person, shape (room,); rows from `count` on are empty.

    Attributes:
        count: rows in use.
        units: households that have been founded; `unit` counts below it.
        unit: the household a person moves with, int32.
        partner: the person lived with as a couple, int32; -1 none.
        wed: day of the marriage that may change a surname, int32; NEVER.
        wed_to: whom, int32; -1 for somebody never in the town's books.
        month: the month of arrival counted from START, int16; 0 is before START, -1 born here.
        The others as in `People`.
    """

    count: int
    units: int
    sex: Bytes
    born: Int32s
    died: Int32s
    mother: Int32s
    father: Int32s
    twin_of: Int32s
    culture: Bytes
    unit: Int32s
    partner: Int32s
    wed: Int32s
    wed_to: Int32s
    month: Int32s
    student: Bools

    @classmethod
    def empty(cls, room: int) -> "Crowd":
        """A crowd of nobody with room for so many."""
        none = (np.full(room, NONE, np.int32) for _ in range(7))
        never = (np.full(room, NEVER, np.int32) for _ in range(3))
        mother, father, twin_of, unit, partner, wed_to, month = none
        born, died, wed = never
        return cls(
            count=0,
            units=0,
            sex=np.zeros(room, np.uint8),
            born=born,
            died=died,
            mother=mother,
            father=father,
            twin_of=twin_of,
            culture=np.zeros(room, np.uint8),
            unit=unit,
            partner=partner,
            wed=wed,
            wed_to=wed_to,
            month=month,
            student=np.zeros(room, bool),
        )

    def admit(self, rows: int) -> slice:
        """The next so many empty rows, now in use."""
        room = slice(self.count, self.count + rows)
        self.count += rows
        return room

    def found_units(self, how_many: int) -> Int64s:
        """The numbers of so many new households."""
        self.units += how_many
        return np.arange(self.units - how_many, self.units)


def draw_deaths(rng: np.random.Generator, *, born: Int32s, sex: Bytes, after: Int32s) -> Int32s:
    """The day of death of people alive on the day `after`, by Gompertz's law.

    Args:
        rng: the stream.
        born: day of birth of each person, shape (people,).
        sex: 0 female, 1 male.
        after: days on which they are alive, not before birth.

    Source: Gompertz (1825), doi:10.1098/rstl.1825.0026; rates near the national life tables of
    England, 2020-22.
    """
    at_birth = np.where(sex == 0, DEATH_AT_BIRTH["female"], DEATH_AT_BIRTH["male"])
    age = (after - born) / YEAR_DAYS
    waited = rng.exponential(size=len(born))
    hazard = at_birth * np.exp(DEATH_GROWTH * age)
    years_left = np.log1p(DEATH_GROWTH * waited / hazard) / DEATH_GROWTH
    days: Int32s = (after + 1 + years_left * YEAR_DAYS).astype(np.int32)
    return days


def days_before(years: Floats, day: int = START) -> Int32s:
    """The day on which somebody of this age on `day` was born."""
    return (day - np.ceil(years * YEAR_DAYS)).astype(np.int32)
