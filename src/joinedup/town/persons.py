"""Whose name, birth date and culture stand in each record, and where did they live before?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from joinedup.town import days
from joinedup.town.days import NEVER
from joinedup.town.entities import World
from joinedup.town.register import NOBODY, Ints, Keeps, Register

Rows = npt.NDArray[np.integer]
DAYS = 1 << 16


@dataclass(frozen=True, slots=True)
class Who:
    """The people of a register: `at` is each record's row in the arrays beside it, or -1."""

    at: Rows
    forename: Rows
    surname: Rows
    birth_surname: Rows
    changed: Rows
    culture: Rows
    sex: Rows
    born: Ints

    def surname_on(self, records: Rows, day: Rows | int) -> Rows:
        """Codes of the surnames that people had on a day."""
        at = self.at[records]
        after = (self.changed[at] == NEVER) | (self.changed[at] <= day)
        codes: Rows = np.where(after, self.surname[at], self.birth_surname[at])
        return codes


def who(world: World, register: Register) -> Who:
    """The people of a register; of the outreach lists, their own columns."""
    people = world.people
    if "forename" in register.columns:
        own = {name: np.asarray(column) for name, column in register.columns.items()}
        return Who(
            at=np.arange(len(register)),
            forename=own["forename"],
            surname=own["surname"],
            birth_surname=own["surname"],
            changed=np.full(len(register), NEVER),
            culture=own["culture"],
            sex=own["sex"],
            born=own["born"],
        )
    return Who(
        at=register.person,
        forename=people.forename,
        surname=people.surname,
        birth_surname=people.birth_surname,
        changed=people.surname_changed,
        culture=people.culture,
        sex=people.sex,
        born=people.born,
    )


def name_day(register: Register, records: Rows, month_end: int) -> Rows | int:
    """On which day a record's name is what it says: an event's own, a standing row's month."""
    return register.opened[records] if register.keeps is Keeps.EVENTS else month_end


def old_name(register: Register, people: Who) -> npt.NDArray[np.bool_]:
    """Records that may still carry the surname from before: changed by then, and before July."""
    there = np.flatnonzero(people.at >= 0)
    at = people.at[there]
    day = name_day(register, there, days.MONTH_ENDS[0])
    found = np.zeros(len(register), np.bool_)
    found[there] = (
        (people.changed[at] != NEVER)
        & (people.changed[at] <= day)
        & (people.changed[at] <= days.MONTH_ENDS[0])
        & (people.birth_surname[at] != people.surname[at])
    )
    return found


def steady_name(people: Who) -> npt.NDArray[np.bool_]:
    """Records of somebody whose surname does not change between the first month and the last."""
    changed = people.changed[people.at]
    steady: npt.NDArray[np.bool_] = (people.at >= 0) & (
        (changed <= days.MONTH_ENDS[0]) | (changed > days.END)
    )
    return steady


def home_before(world: World, register: Register) -> Ints:
    """Where each record's person lived before the record's home, or -1."""
    stays = world.stays
    base = stays.person.astype(np.int64) * DAYS
    begins = base + np.maximum(stays.from_day, 0)
    wanted = register.person.astype(np.int64) * DAYS + np.maximum(register.opened, 0)
    stay = np.searchsorted(begins, wanted, "right") - 1
    before = np.maximum(stay - 1, 0)
    known = (
        (register.person >= 0)
        & (stay >= 1)
        & (stays.person[stay] == register.person)
        & (stays.person[before] == register.person)
        & (stays.home[stay] == register.home)
        & (stays.home[before] != register.home)
    )
    return np.where(known, stays.home[before], NOBODY).astype(np.int32)
