"""Which days does the town know, and how is a day written?

A day is a whole number of days since 1970-01-01 (int32), `NEVER` for a day that has not come.
"""

from datetime import date

import numpy as np
import numpy.typing as npt

NEVER = -(2**31)

Days = npt.NDArray[np.int32]

EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


def day(year: int, month: int, day_of_month: int) -> int:
    """The number of a calendar day.

    >>> day(1970, 1, 2)
    1
    """
    return date(year, month, day_of_month).toordinal() - EPOCH_ORDINAL


START = day(2022, 10, 1)
"""From this day on the town's events are known."""

MONTH_ENDS = (day(2026, 7, 31), day(2026, 8, 31), day(2026, 9, 30))
"""The last day of each month that the partners deliver."""

END = MONTH_ENDS[-1]

MONTHS = (2026 * 12 + 9) - (2022 * 12 + 10) + 1
"""Whole months from START to END."""

YEAR_DAYS = 365.25


def as_datetime64(days: npt.ArrayLike) -> npt.NDArray[np.datetime64]:
    """Days as numpy dates; NEVER becomes NaT."""
    counted = np.asarray(days, dtype=np.int64)
    never = np.iinfo(np.int64).min
    return np.where(counted == NEVER, never, counted).view("datetime64[D]")


def as_date(number: int) -> date:
    """One day as a date."""
    return date.fromordinal(number + EPOCH_ORDINAL)


def month_starts() -> Days:
    """The first day of each month from START, and the day after END; MONTHS + 1 days."""
    first = np.datetime64("2022-10")
    months = np.arange(first, first + np.timedelta64(MONTHS + 1, "M"))
    return months.astype("datetime64[D]").astype(np.int32)


def year_of(days: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """The calendar year of each day; NEVER is refused.

    Raises:
        ValueError: one of the days is NEVER.
    """
    dates = as_datetime64(days)
    if np.isnat(dates).any():
        message = "a day that never comes has no year"
        raise ValueError(message)
    return dates.astype("datetime64[Y]").astype(np.int64) + 1970


def age_on(born: Days, on: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Whole years of age on a day, by the calendar (29 February comes of age on 1 March)."""
    birth, today = as_datetime64(born), as_datetime64(np.broadcast_to(np.asarray(on), born.shape))
    years = today.astype("datetime64[Y]").astype(np.int64) - birth.astype("datetime64[Y]").astype(
        np.int64
    )
    birthday_reached = _month_and_day(today) >= _month_and_day(birth)
    return np.asarray(years - ~birthday_reached)


def _month_and_day(dates: npt.NDArray[np.datetime64]) -> npt.NDArray[np.int64]:
    months = dates.astype("datetime64[M]")
    of_month = (dates - months.astype("datetime64[D]")).astype(np.int64)
    return np.asarray((months.astype(np.int64) % 12) * 32 + of_month)
