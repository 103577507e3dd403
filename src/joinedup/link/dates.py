"""Which day is meant, however a body writes it: 17/05/1980, 1980-05-17, 17 May 80, 19800517?

Whether the day or the month comes first is told by the whole column: in one of the two orders more
dates exist. A date that cannot be read whole is left as it was typed, digits alone, for a mistake
of one digit still resembles the truth.
"""

import re
from datetime import date

import pyarrow as pa

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
YOUNGEST_OF_CENTURY = 30
"""Two digits up to this are of the 21st century."""
YEAR_DIGITS, DAY_DIGITS = 4, 8
Parts = tuple[int, int, int]


def plain(texts: pa.Array) -> pa.Array:
    """Each date as eight digits, year first; None where there is nothing like a date."""
    coded = texts.dictionary_encode()
    told = coded.dictionary.to_pylist()
    counts = coded.value_counts()
    weight = {row["values"]: row["counts"] for row in counts.to_pylist()}
    first = sum(weight.get(text, 1) for text in told if _read(text, day_first=True))
    other = sum(weight.get(text, 1) for text in told if _read(text, day_first=False))
    made = [_written(text, day_first=first >= other) for text in told]
    return pa.array(made, pa.string()).take(coded.indices)


def _written(text: str, *, day_first: bool) -> str | None:
    parts = _read(text, day_first=day_first) or _read(text, day_first=not day_first)
    if parts:
        return f"{parts[0]:04d}{parts[1]:02d}{parts[2]:02d}"
    digits = re.sub("[^0-9]", "", text)
    return digits[:DAY_DIGITS] if len(digits) >= YEAR_DIGITS else None


def _read(text: str, *, day_first: bool) -> Parts | None:
    """The year, month and day that a text says, if there is such a day."""
    text = text.strip().lower()
    whole = re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", text)
    if whole:
        return _there(int(whole[1]), int(whole[2]), int(whole[3]))
    years = re.match(r"([0-9]{4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,2})(?![0-9])", text)
    if years:
        return _there(int(years[1]), int(years[2]), int(years[3]))
    days = re.match(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4}|[0-9]{2})(?![0-9])", text)
    if days:
        one, two, year = int(days[1]), int(days[2]), _year(days[3])
        return _there(year, two, one) if day_first else _there(year, one, two)
    named = re.match(
        r"([0-9]{1,2})(?:st|nd|rd|th)?[-/. ]*([a-z]{3})[a-z]*[-/., ]*([0-9]{2,4})", text
    )
    if named and named[2] in MONTHS:
        return _there(_year(named[3]), MONTHS.index(named[2]) + 1, int(named[1]))
    turned = re.match(
        r"([a-z]{3})[a-z]*[-/. ]*([0-9]{1,2})(?:st|nd|rd|th)?,?[-/. ]+([0-9]{4})", text
    )
    if turned and turned[1] in MONTHS:
        return _there(int(turned[3]), MONTHS.index(turned[1]) + 1, int(turned[2]))
    return None


def _year(text: str) -> int:
    year = int(text)
    if len(text) == YEAR_DIGITS:
        return year
    return year + (2000 if year <= YOUNGEST_OF_CENTURY else 1900)


def _there(year: int, month: int, day: int) -> Parts | None:
    try:
        date(year, month, day)
    except ValueError:
        return None
    return year, month, day
