"""How does a day, a sum of money or a number look in somebody's file?

Arrays in, arrow text out; a table of every day there is, so that no day is formatted twice.
"""

from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.integer]

NEVER = -(2**31)
FIRST = int(np.datetime64("1900-01-01").astype(np.int32))
"""First day that can be written."""
LAST = int(np.datetime64("2099-12-31").astype(np.int32))
EXCEL_ZERO = 25_569
"""The serial number that Excel gives 1970-01-01."""

SLASHED = "%d/%m/%Y"
COMPACT = "%Y%m%d"
RUN_ON = "%d%m%Y"
NAMED = "%d-%b-%Y"
SPOKEN = "%d %b %Y"
ISO = "%Y-%m-%d"


@cache
def _calendar(pattern: str) -> pa.Array:
    everyday = pa.array(np.arange(FIRST, LAST + 1, dtype=np.int32), pa.date32())
    text = pc.strftime(everyday, format=pattern, locale="C")
    return pc.utf8_ltrim(text, "0") if pattern == SPOKEN else text


def days(numbers: Ints, pattern: str) -> pa.Array:
    """Days since 1970-01-01 as text; NEVER, and a day outside 1900 to 2099, is null.

    >>> days(np.array([0, NEVER]), SLASHED).to_pylist()
    ['01/01/1970', None]
    >>> days(np.array([0]), SPOKEN).to_pylist()
    ['1 Jan 1970']
    """
    wide = numbers.astype(np.int64)
    known = (wide >= FIRST) & (wide <= LAST)
    return _calendar(pattern).take(pa.array(wide - FIRST, mask=~known))


def digits(numbers: Ints, *, width: int = 0) -> pa.Array:
    """Whole numbers as text, filled with zeros to a width.

    >>> digits(np.array([42]), width=5).to_pylist()
    ['00042']
    """
    text = pc.cast(pa.array(numbers), pa.string())
    return pc.utf8_lpad(text, width, padding="0") if width else text


def pounds(pence: Ints, *, width: int = 0, commas: bool = False) -> pa.Array:
    """Pence as pounds with two decimals; with thousands set apart by commas (below a billion).

    >>> pounds(np.array([123_450]), commas=True).to_pylist()
    ['1,234.50']
    >>> pounds(np.array([12_345]), width=8).to_pylist()
    ['00123.45']
    """
    whole, rest = np.divmod(pence.astype(np.int64), 100)
    text = _grouped(whole) if commas else digits(whole)
    text = join(text, ".", digits(rest, width=2))
    return pc.utf8_lpad(text, width, padding="0") if width else text


def _grouped(whole: npt.NDArray[np.int64]) -> pa.Array:
    millions, rest = np.divmod(whole, 1_000_000)
    thousands, units = np.divmod(rest, 1_000)
    short = digits(units)
    middle = join(digits(thousands), ",", digits(units, width=3))
    long = join(digits(millions), ",", digits(thousands, width=3), ",", digits(units, width=3))
    small = pc.if_else(pa.array(thousands > 0), middle, short)
    return pc.if_else(pa.array(millions > 0), long, small)


def metres(values: npt.NDArray[np.float64], *, decimals: int = 1) -> pa.Array:
    """Coordinates or degrees, never negative, with a fixed number of decimals.

    >>> metres(np.array([600_012.04])).to_pylist()
    ['600012.0']
    """
    scale = 10**decimals
    whole, rest = np.divmod(np.rint(values * scale).astype(np.int64), scale)
    return join(digits(whole), ".", digits(rest, width=decimals))


def clock(minutes: Ints) -> pa.Array:
    """The hour and minute of moments in minutes since 1970-01-01.

    >>> clock(np.array([1440 + 65])).to_pylist()
    ['01:05']
    """
    hour, minute = np.divmod(minutes % 1440, 60)
    return join(digits(hour, width=2), ":", digits(minute, width=2))


def join(*parts: pa.Array | str) -> pa.Array:
    """Texts put together, row by row; a null part counts as nothing.

    >>> join(pa.array(["a", None]), "-", pa.array(["b", "c"])).to_pylist()
    ['a-b', '-c']
    """
    return pc.binary_join_element_wise(*parts, "", null_handling="replace", null_replacement="")


def plain(texts: pa.Array) -> pa.Array:
    """Text of a dictionary or string array, nothing where null."""
    if pa.types.is_dictionary(texts.type):
        texts = texts.dictionary.take(texts.indices)
    return pc.fill_null(texts.cast(pa.string()), "")


def same(text: str, rows: int) -> pa.Array:
    """One text, again and again."""
    return pa.repeat(pa.scalar(text, pa.string()), rows)
