"""What does a cell mean? Told in the dataset's type, exactly or not at all.

A cell is empty if it holds nothing, only blanks, or (in a number) NaN. A cell that cannot be told
exactly is marked wrong and counted; none becomes empty in silence.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.vocabulary import FieldType
from joinedup.sources.dates import SERIAL, told_days

Mask = npt.NDArray[np.bool_]

ARROW: dict[FieldType, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "boolean": pa.bool_(),
    "geometry": pa.binary(),
}
WORDS: dict[FieldType, str] = {
    "text": "text",
    "integer": "a whole number",
    "number": "a number",
    "date": "a date",
    "datetime": "a date and time",
    "boolean": "a yes or no (true, false, yes, no, y, n, 1, 0)",
    "geometry": "a geometry (WKB)",
}
WHOLE = r"^[+-]?\d{1,18}(\.0+)?$"
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
LARGEST_WHOLE = 2.0**53
TRUTH = {
    **dict.fromkeys(("true", "t", "yes", "y", "1"), True),
    **dict.fromkeys(("false", "f", "no", "n", "0"), False),
}
POUNDS = r"^([+-]?)£\s?"
THOUSANDS = r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$"


@dataclass(frozen=True, slots=True)
class Typed:
    """One column, typed.

    Attributes:
        values: of the dataset's type, shape (rows,); empty where the cell is empty or wrong.
        wrong: cells that hold something that is not of the type, shape (rows,).
        formats: cells that each date format told, the first and then the others; empty where no
            text was told as a date.
    """

    values: pa.Array
    wrong: Mask
    formats: tuple[int, ...] = ()


def typed(
    cells: pa.Array, kind: FieldType, *, date_format: str = "", other_formats: Sequence[str] = ()
) -> Typed:
    """The column as the dataset's type.

    Args:
        cells: as the reader gave them, shape (rows,).
        kind: the type the dataset promises.
        date_format: of text dates, as `strptime`, or `serial`; ISO 8601 if empty.
        other_formats: tried in this order on dates that are not in the first.
    """
    plain = _plain(cells)
    counts: tuple[int, ...] = ()
    if kind in ("date", "datetime") and _says_days(plain.type, date_format):
        formats = (date_format, *other_formats)
        trimmed = pc.utf8_trim_whitespace(plain.cast(pa.string()))
        days, which, told = told_days(trimmed, kind, formats)
        values, counts = pa.array(days, ARROW[kind]).take(which), tuple(told.tolist())
    else:
        values = _converted(plain, kind)
    empty = _empty(plain)
    lost = pc.and_not(pc.is_null(values), empty)
    return Typed(values, np.asarray(lost.to_numpy(zero_copy_only=False), dtype=bool), counts)


def _says_days(source: pa.DataType, date_format: str) -> bool:
    """Whether days stand as text, or as a spreadsheet's day numbers."""
    number = pa.types.is_integer(source) or pa.types.is_floating(source)
    return pa.types.is_string(source) or (number and date_format == SERIAL)


def _plain(cells: pa.Array) -> pa.Array:
    """Without extension or dictionary around the cells; text and bytes in their usual width."""
    if isinstance(cells, pa.ExtensionArray):
        cells = cells.storage
    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    if pa.types.is_large_string(cells.type) or pa.types.is_string_view(cells.type):
        return cells.cast(pa.string())
    if pa.types.is_large_binary(cells.type) or pa.types.is_binary_view(cells.type):
        return cells.cast(pa.binary())
    if pa.types.is_decimal(cells.type) or pa.types.is_float16(cells.type):
        return cells.cast(pa.float64())
    return cells


def _empty(cells: pa.Array) -> pa.Array:
    if pa.types.is_string(cells.type):
        blank = pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(cells)), 0)
        return pc.fill_null(blank, fill_value=True)
    if pa.types.is_floating(cells.type):
        return pc.is_null(cells, nan_is_null=True)
    return pc.is_null(cells)


def _converted(cells: pa.Array, kind: FieldType) -> pa.Array:
    """Of the type, and null where it cannot be: empty and wrong alike."""
    source = cells.type
    values = pa.nulls(len(cells), ARROW[kind])
    if pa.types.is_string(source):
        values = _from_text(cells, kind)
    elif pa.types.is_integer(source):
        values = _from_integer(cells, kind)
    elif pa.types.is_floating(source):
        values = _from_number(cells.cast(pa.float64()), kind)
    elif pa.types.is_boolean(source) and kind == "boolean":
        values = cells
    elif pa.types.is_date(source) or pa.types.is_timestamp(source):
        values = _from_time(cells, kind)
    elif pa.types.is_binary(source) and kind == "geometry":
        values = _only(cells, pc.match_substring_regex(cells, r"^(?s)[\x00\x01]"))
    return values


def _only(values: pa.Array, holds: pa.Array) -> pa.Array:
    """The values where it holds, null elsewhere."""
    return pc.if_else(pc.fill_null(holds, fill_value=False), values, pa.scalar(None, values.type))


def _from_integer(cells: pa.Array, kind: FieldType) -> pa.Array:
    if kind == "text":
        return cells.cast(pa.string())
    if kind == "boolean":
        return _only(cells, pc.is_in(cells, pa.array([0, 1], cells.type))).cast(pa.bool_())
    if kind == "integer":
        if pa.types.is_uint64(cells.type):
            cells = _only(cells, pc.less(cells, pa.scalar(2**63, pa.uint64())))
        return cells.cast(pa.int64())
    if kind == "number":
        return cells.cast(pa.float64(), safe=False)
    return pa.nulls(len(cells), ARROW[kind])


def _from_number(cells: pa.Array, kind: FieldType) -> pa.Array:
    """Whole numbers kept as decimals (a column with gaps, in some tools) count as whole."""
    if kind == "number":
        return _only(cells, pc.is_finite(cells))
    whole = pc.and_(pc.equal(cells, pc.trunc(cells)), pc.less(pc.abs(cells), LARGEST_WHOLE))
    exact = _only(cells, whole).cast(pa.int64())
    return _from_integer(exact, kind)


def _from_time(cells: pa.Array, kind: FieldType) -> pa.Array:
    if kind not in ("date", "datetime"):
        return pa.nulls(len(cells), ARROW[kind])
    if pa.types.is_timestamp(cells.type) and cells.type.tz:
        cells = cells.cast(pa.timestamp(cells.type.unit, tz="UTC")).cast(
            pa.timestamp(cells.type.unit)
        )
    moments = cells.cast(pa.timestamp("us"), safe=False)
    if kind == "datetime":
        return moments
    days = moments.cast(pa.date32(), safe=False)
    return _only(days, pc.equal(days.cast(pa.timestamp("us")), moments))


def _from_text(cells: pa.Array, kind: FieldType) -> pa.Array:
    clean = pc.utf8_trim_whitespace(cells)
    if kind == "text":
        return _only(cells, pc.greater(pc.utf8_length(clean), 0))
    if kind == "integer":
        digits = _only(clean, pc.match_substring_regex(clean, WHOLE))
        digits = pc.replace_substring_regex(digits, r"\.0+$", "")
        return pc.utf8_ltrim(digits, "+").cast(pa.int64())
    if kind == "number":
        clean = pc.replace_substring_regex(clean, POUNDS, r"\1")
        grouped = pc.match_substring_regex(clean, THOUSANDS)
        clean = pc.if_else(grouped, pc.replace_substring(clean, ",", ""), clean)
        digits = _only(clean, pc.match_substring_regex(clean, NUMBER))
        numbers = pc.utf8_ltrim(digits, "+").cast(pa.float64())
        return _only(numbers, pc.is_finite(numbers))
    parse: dict[str, Callable[[str], Any]] = {
        "boolean": lambda text: TRUTH.get(text.lower()),
        "geometry": _wkb,
    }
    return _each_once(clean, parse[kind], ARROW[kind])


def _each_once(cells: pa.Array, parse: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
    """Parse each distinct text once: a coded column has few of them."""
    coded = cells.dictionary_encode()
    parsed = pa.array([parse(text) for text in coded.dictionary.to_pylist()], kind)
    return parsed.take(coded.indices)


def too_long(cells: pa.Array, most: int) -> int:
    """The place of the first cell of text or bytes above so many bytes; -1 if none is."""
    plain = _plain(cells)
    if not (pa.types.is_string(plain.type) or pa.types.is_binary(plain.type)):
        return -1
    place: int = pc.index(pc.greater(pc.binary_length(plain), most), value=True).as_py()
    return place


def _wkb(text: str) -> bytes | None:
    """WKB as hexadecimal digits, as text formats carry it."""
    try:
        shape = bytes.fromhex(text)
    except ValueError:
        return None
    return shape if shape[:1] in (b"\0", b"\1") else None
