"""On which days is the town shut? The bank holidays of England, from the town's first day on."""

import numpy as np

from joinedup.town import days

MONDAY = 0


def bank_holidays() -> dict[int, str]:
    """Day and name, in order; a holiday that falls on a weekend is kept on the next free weekday.

    >>> names = bank_holidays()
    >>> names[days.day(2026, 4, 6)], names[days.day(2022, 12, 27)]
    ('Easter Monday', 'Christmas Day')
    """
    years = range(np.datetime64(days.as_date(days.START), "Y").astype(int) + 1970, 2027)
    found = {days.day(2023, 5, 8): "Coronation of King Charles III"}
    for year in years:
        sunday = easter(year)
        found |= {
            sunday - 2: "Good Friday",
            sunday + 1: "Easter Monday",
            _monday(days.day(year, 5, 1)): "Early May bank holiday",
            _monday(days.day(year, 5, 25)): "Spring bank holiday",
            _monday(days.day(year, 8, 25)): "Summer bank holiday",
        }
        for day, name in (
            (days.day(year, 1, 1), "New Year's Day"),
            (days.day(year, 12, 26), "Boxing Day"),
            (days.day(year, 12, 25), "Christmas Day"),
        ):
            found[_working(day, found)] = name
    return {day: found[day] for day in sorted(found) if days.START <= day <= days.END}


def easter(year: int) -> int:
    """Easter Sunday.

    Source: the anonymous Gregorian algorithm, Meeus (1991), Astronomical Algorithms, ch. 8.

    >>> easter(2026) == days.day(2026, 4, 5)
    True
    """
    golden = year % 19
    century, of_century = divmod(year, 100)
    moon = (
        19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    to_sunday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (golden + 11 * moon + 22 * to_sunday) // 451
    month, day = divmod(moon + to_sunday - 7 * late + 114, 31)
    return days.day(year, month, day + 1)


def _weekday(day: int) -> int:
    """0 is Monday: 1970-01-01 was a Thursday."""
    return (day + 3) % 7


def _monday(day: int) -> int:
    """The first Monday from a day on."""
    return day + (MONDAY - _weekday(day)) % 7


def _working(day: int, taken: dict[int, str]) -> int:
    """The first weekday from a day on that is not a holiday already."""
    return next(one for one in range(day, day + 7) if _weekday(one) < 5 and one not in taken)  # noqa: PLR2004 - Saturday
