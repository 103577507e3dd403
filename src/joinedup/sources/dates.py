"""Which day, and which moment of it, does a text say? In the sender's formats, one after the other.

Month names are English whatever the machine's locale; `serial` is the day number of a spreadsheet.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from joinedup.core.vocabulary import FieldType

SERIAL = "serial"
NUMBERED = re.compile(r"\d{1,7}(\.\d+)?")
BEFORE_SERIAL_1 = datetime(1899, 12, 31)  # noqa: DTZ001 - a day of a calendar, in no zone
LAST_SERIAL = 2_958_465
"""31 December 9999."""
NO_SUCH_DAY = 60
"""29 February 1900, which spreadsheets count although it never was."""
DAY_MILLISECONDS = 86_400_000
ISO_DATE_LENGTH = 10
WORD = re.compile(r"[A-Za-z]+")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
FULL = {name: number for number, name in enumerate(MONTHS, start=1)}
SHORT = {name[:3]: number for name, number in FULL.items()} | {"sept": 9}

REMEMBERED = 1 << 16
"""Texts of one format whose day is told once for all the blocks of a file."""

Counts = npt.NDArray[np.int64]


def told_days(
    cells: pa.Array, kind: FieldType, formats: Sequence[str]
) -> tuple[list[Any], pa.Array, Counts]:
    """Each distinct text told once: a column of dates has few of them.

    Args:
        cells: trimmed text, shape (rows,).
        kind: `date` or `datetime`.
        formats: as `strptime`, `serial`, or empty for ISO 8601; the first that fits counts.

    Returns:
        The distinct values (None where no format fits), which of them each cell is, and how many
        cells each format told, shape (formats,).
    """
    coded = cells.dictionary_encode()
    tell = _day if kind == "date" else _moment
    values, fitted = [], []
    for text in coded.dictionary.to_pylist():
        told = ((number, tell(text, form)) for number, form in enumerate(formats))
        number, value = next((pair for pair in told if pair[1] is not None), (-1, None))
        values.append(value)
        fitted.append(number)
    which = coded.indices.drop_null().to_numpy()
    used = np.array(fitted, dtype=np.int64)[which]
    return values, coded.indices, np.bincount(used[used >= 0], minlength=len(formats))


@lru_cache(REMEMBERED)
def _day(text: str, date_format: str) -> date | None:
    if not date_format and len(text) == ISO_DATE_LENGTH:
        moment = _iso(text)
    else:
        moment = _moment(text, date_format)
    return moment.date() if moment and moment.time() == time() else None


@lru_cache(REMEMBERED)
def _moment(text: str, date_format: str) -> datetime | None:
    # A `T` and no `T` in the format: a cell that was a real date in a workbook, or plain ISO.
    if not date_format or (len(text) > ISO_DATE_LENGTH and text[ISO_DATE_LENGTH] == "T"):
        moment = _iso(text)
    elif date_format == SERIAL:
        moment = _serial(text)
    else:
        moment = _strptime(text, date_format)
    if moment is None or moment.tzinfo is None:
        return moment
    return moment.astimezone(UTC).replace(tzinfo=None)


def _iso(text: str) -> datetime | None:
    dashes = len(text) >= ISO_DATE_LENGTH and text[4] == text[7] == "-"
    try:
        return datetime.fromisoformat(text) if dashes else None
    except ValueError:
        return None


def _serial(text: str) -> datetime | None:
    """A day number in the 1900 system, to the millisecond; its 29 February 1900 is no day."""
    if not NUMBERED.fullmatch(text):
        return None
    whole, _, part = text.partition(".")
    number = int(whole)
    if not 1 <= number <= LAST_SERIAL or number == NO_SUCH_DAY:
        return None
    days = number if number < NO_SUCH_DAY else number - 1
    milliseconds = round(float(f"0.{part or 0}") * DAY_MILLISECONDS)
    try:
        return BEFORE_SERIAL_1 + timedelta(days=days, milliseconds=milliseconds)
    except OverflowError:
        return None


def _strptime(text: str, date_format: str) -> datetime | None:
    names = FULL if "%B" in date_format else SHORT if "%b" in date_format else None
    if names is not None:
        # Between bars, so that `1Mar2025` does not become 10 March.
        date_format = date_format.replace("%B", "|%m|").replace("%b", "|%m|")
        text, found = _numbered(text, names)
        if found != 1:
            return None
    try:
        return datetime.strptime(text, date_format)  # noqa: DTZ007 - the format may carry a zone
    except ValueError:
        return None


def _numbered(text: str, names: dict[str, int]) -> tuple[str, int]:
    """The text with each month's name as its number between bars, and how many there were."""
    found = 0

    def number(word: re.Match[str]) -> str:
        nonlocal found
        month = names.get(word[0].lower())
        found += month is not None
        return word[0] if month is None else f"|{month:02}|"

    return WORD.sub(number, text), found
