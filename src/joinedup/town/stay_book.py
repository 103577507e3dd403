"""Where has everybody lived so far? The stays as they are written, month after month."""

import numpy as np
import numpy.typing as npt

from joinedup.town.days import NEVER
from joinedup.town.entities import NONE, Int32s, Int64s, Stays

ROOM_PER_PERSON = 1.8


class StayBook:
    """Stays begun and ended. At most one stay of a person is open.

    Attributes:
        home: where each person lives now, int32, shape (people,); -1 not in the town.
    """

    __slots__ = ("_columns", "_count", "_open", "home")

    def __init__(self, people: int) -> None:
        self.home = np.full(people, NONE, np.int32)
        self._open = np.full(people, NONE, np.int64)
        self._columns = np.empty((4, int(people * ROOM_PER_PERSON) + 64), np.int32)
        self._count = 0

    def begin(self, persons: Int64s, homes: npt.ArrayLike, days: npt.ArrayLike) -> None:
        """These people, who live nowhere in the town, live here from these days."""
        stop = self._count + len(persons)
        if stop > self._columns.shape[1]:
            self._columns = np.concatenate([self._columns, np.empty_like(self._columns)], axis=1)
        self._columns[0, self._count : stop] = persons
        self._columns[1, self._count : stop] = homes
        self._columns[2, self._count : stop] = days
        self._columns[3, self._count : stop] = NEVER
        self._open[persons] = np.arange(self._count, stop)
        self.home[persons] = homes
        self._count = stop

    def end(self, persons: Int64s, days: npt.ArrayLike) -> None:
        """These people no longer live where they do, from these days on."""
        self._columns[3, self._open[persons]] = days
        self._open[persons] = NONE
        self.home[persons] = NONE

    def move(self, persons: Int64s, homes: npt.ArrayLike, days: npt.ArrayLike) -> None:
        """End one stay and begin the next on the same day."""
        self.end(persons, days)
        self.begin(persons, homes, days)

    def since(self, persons: Int64s) -> Int32s:
        """The day on which the open stay of each person began."""
        return np.asarray(self._columns[2, self._open[persons]])

    def closed(self) -> Stays:
        """All stays, sorted by person and day; those that took no day left out."""
        person, home, from_day, to_day = self._columns[:, : self._count]
        kept = (to_day == NEVER) | (to_day > from_day)
        order = np.flatnonzero(kept)[np.lexsort((from_day[kept], person[kept]))]
        return Stays(
            person=person[order], home=home[order], from_day=from_day[order], to_day=to_day[order]
        )
