"""Which dates were never anybody's: filled in by a system, to come, or before anyone lives?

Days are counted from 1 January 1970, as Arrow's `date32` does.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.sources.fitness.coded import EMPTY, Coded
from joinedup.sources.fitness.standards import Finds, Mask
from joinedup.stats.counts import excess_p_value

Days = npt.NDArray[np.int64]
EPOCH = date(1970, 1, 1).toordinal()
NEVER_BORN = (date(1, 1, 1), date(1753, 1, 1), date(1899, 12, 30), date(1899, 12, 31),
              date(1900, 1, 1), date(1901, 1, 1))  # fmt: skip
DEFAULTS = (*NEVER_BORN, date(1970, 1, 1))
LAST_DEFAULTS = (date(2099, 12, 31), date(2999, 12, 31))
NO_YEAR = 9999
EARLIEST = date(1890, 1, 1)
NEIGHBOURS = ((12, 25), (12, 26), (12, 27), (12, 28), (12, 29), (12, 30), (12, 31),
              (1, 2), (1, 3), (1, 4), (1, 5), (1, 6), (1, 7), (1, 8))  # fmt: skip
CHANCE = 0.001

DEFAULT = "default date"
FUTURE = "future date"
TOO_EARLY = "date before 1890"
NEW_YEAR = "1 January excess"
BEFORE_BIRTH = "birth after event"


def days_of(column: Coded) -> Days:
    """The different values as days, shape (values,)."""
    moments = column.values.cast(pa.timestamp("us"), safe=False)
    micros = np.asarray(moments.cast(pa.int64()).to_numpy(zero_copy_only=False))
    return micros // 86_400_000_000


def defects(days: Days, *, born: bool, today: date | None) -> dict[str, Mask]:
    """The days that are no real ones; each has at most one defect.

    Args:
        days: shape (values,).
        born: whether they are births: 1 January 1970 is then a birthday like others (see
            `new_year_excess`).
        today: later days are still to come; without it none is.

    Returns:
        Name of the defect to the days that have it, shape (values,).
    """
    left = np.ones(len(days), dtype=bool)
    found = {}
    for name, holds in _finds(days, born=born, today=today):
        found[name] = holds & left
        left &= ~holds
    return found


def _finds(days: Days, *, born: bool, today: date | None) -> Finds:
    filled = (*(NEVER_BORN if born else DEFAULTS), *LAST_DEFAULTS)
    yield DEFAULT, np.isin(days, _numbers(filled)) | (days >= _number(date(NO_YEAR, 1, 1)))
    yield TOO_EARLY, days < _number(EARLIEST)
    if today is not None:
        yield FUTURE, days > _number(today)


def _number(day: date) -> int:
    return day.toordinal() - EPOCH


def _numbers(days: Sequence[date]) -> list[int]:
    return [_number(day) for day in days]


def new_year_excess(days: Days, rows: Days, *, real: Mask) -> int:
    """How many births on 1 January are more than the days around it give; 0 if chance may.

    A form that asks for a day of birth gets 1 January from those who know the year alone. The 14
    days around it, over all years together, say how many there would be; an excess counts where
    chance gives as many less than once in a thousand (`excess_p_value`).

    Args:
        days: the different days, shape (values,).
        rows: births on each, shape (values,).
        real: those without another defect, shape (values,).
    """
    moments = pa.array(days[real].astype(np.int32), pa.int32()).cast(pa.date32())
    place = _place(np.asarray(pc.month(moments)), np.asarray(pc.day(moments)))
    births = rows[real]
    first = int(births[place == _place(1, 1)].sum())
    around = int(births[np.isin(place, [_place(*day) for day in NEIGHBOURS])].sum())
    if excess_p_value(first, around, days=len(NEIGHBOURS)) >= CHANCE:
        return 0
    return round(first - around / len(NEIGHBOURS))


def _place(month: Any, day: Any) -> Any:
    """A day's place in any year, as one number."""
    return 100 * month + day


def births_after(birth: Coded, events: Sequence[Coded], *, real: dict[int, Mask]) -> int:
    """Rows whose person was born after something happened to them.

    Args:
        birth: days of birth.
        events: what happened, by column.
        real: place of the column, -1 for `birth`, to its days without another defect.
    """
    born = _by_row(birth, real[-1])
    after = np.zeros(len(born), dtype=bool)
    for number, event in enumerate(events):
        after |= born > _by_row(event, real[number])  # not-a-number is never more
    return int(after.sum())


def _by_row(column: Coded, real: Mask) -> npt.NDArray[np.float64]:
    """Each row's day; not a number where it is empty or not real."""
    days = np.append(np.where(real, days_of(column).astype(float), np.nan), np.nan)
    return days[np.where(column.codes == EMPTY, len(days) - 1, column.codes)]


def is_date(kind: pa.DataType) -> bool:
    """Whether a column of this type holds days or moments."""
    return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))


__all__ = ["BEFORE_BIRTH", "births_after", "days_of", "defects", "is_date", "new_year_excess"]
