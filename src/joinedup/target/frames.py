"""What do a table's columns hold: numbers, days, 0 and 1, or text?

Refuses what a method cannot use and names the column, never a cell.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.errors import MethodError, Problem
from joinedup.stats.arrays import Floats

SECONDS_PER_DAY = 86_400
EPOCH = date(1970, 1, 1)


def all_at_once(*reads: Callable[[], Any]) -> tuple[Any, ...]:
    """What each gives, in order.

    Raises:
        MethodError: any of them was refused; carries the problems of all.
    """
    found: list[Any] = []
    problems: list[Problem] = []
    for read in reads:
        try:
            found.append(read())
        except MethodError as refusal:
            problems.extend(refusal.problems)
    if problems:
        raise MethodError.of(problems)
    return tuple(found)


def in_order_of_id(table: pa.Table, column: str, *, where: str) -> pa.Table:
    """The rows sorted by their id, so that the engine's order decides nothing.

    Raises:
        MethodError: an id is missing or names two rows.
    """
    ids = table[column]
    missing, different = ids.null_count, pc.count_distinct(ids, mode="only_valid").as_py()
    problems = []
    if missing:
        problems.append(
            Problem(where, f"{missing:,} rows have no {column}.", "give each case its id.")
        )
    if different < len(ids) - missing:
        problems.append(
            Problem(
                where,
                f"{len(ids) - missing - different:,} rows repeat the {column} of another.",
                "keep one row per case.",
            )
        )
    if problems:
        raise MethodError.of(problems)
    return table.take(pc.sort_indices(table, sort_keys=[(column, "ascending")]))


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column with its dictionary resolved and NaN read as missing."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_finite(column), column, pa.scalar(None, column.type))
    return column


def is_text(column: pa.ChunkedArray) -> bool:
    """Whether the column holds text."""
    kind = plain(column).type
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def numbers(table: pa.Table, column: str, *, where: str) -> Floats:
    """Numbers, or 0 and 1 for no and yes; nan where missing. Shape (rows,).

    Raises:
        MethodError: the column holds neither.
    """
    held = plain(table[column])
    kind = held.type
    if not any(
        is_kind(kind)
        for is_kind in (
            pa.types.is_integer,
            pa.types.is_floating,
            pa.types.is_decimal,
            pa.types.is_boolean,
            pa.types.is_null,
        )
    ):
        raise MethodError(
            f"{column} holds {kind}, where numbers are needed.",
            fix="give a column of numbers, or of yes and no.",
            where=where,
        )
    found: Floats = held.cast(pa.float64()).to_numpy().astype(np.float64, copy=True)
    return found


def zero_or_one(table: pa.Table, column: str, *, where: str) -> Floats:
    """An outcome: 1, 0, or nan where it is not known. Shape (rows,).

    Raises:
        MethodError: other numbers are there, or no numbers.
    """
    found = numbers(table, column, where=where)
    others = int((~np.isin(found, (0.0, 1.0)) & ~np.isnan(found)).sum())
    if others:
        raise MethodError(
            f"{column} is neither 0 nor 1 in {others:,} rows.",
            fix="make it 1 where the outcome was found and 0 where it was not.",
            where=where,
        )
    return found


def days(table: pa.Table, column: str, *, where: str) -> Floats:
    """Days since 1970-01-01, with the part of the day if there is one; nan where missing.

    Raises:
        MethodError: the column holds neither dates nor moments.
    """
    kind = table[column].type
    if not (pa.types.is_date(kind) or pa.types.is_timestamp(kind)):
        raise MethodError(
            f"{column} holds {kind}, where dates are needed.",
            fix="give a column of dates; in a CSV file write them as 2026-03-31.",
            where=where,
        )
    stamps = table[column].cast(pa.timestamp("s"), safe=False)
    seconds = stamps.cast(pa.int64()).cast(pa.float64()).to_numpy()
    return np.asarray(seconds / SECONDS_PER_DAY, dtype=np.float64)


def day_number(day: date) -> int:
    """A date as days since 1970-01-01."""
    return (day - EPOCH).days


def date_of(day: float) -> date:
    """Days since 1970-01-01 as a date."""
    return EPOCH + timedelta(days=int(day))


def selected(table: pa.Table, wanted: dict[str, Any], *, where: str) -> pa.Table:
    """The rows whose columns hold the wanted values.

    Raises:
        MethodError: a wanted value cannot stand in its column.
    """
    kept = pa.array(np.ones(table.num_rows, dtype=bool))
    for column, value in wanted.items():
        held = plain(table[column])
        try:
            kept = pc.and_(kept, pc.fill_null(pc.equal(held, scalar(value, held.type)), False))  # noqa: FBT003 - pyarrow takes the filling by place
        except (pa.ArrowException, TypeError, ValueError):
            raise MethodError(
                f"{column} holds {held.type}, which cannot equal the value asked for.",
                fix="ask for a value of that type.",
                where=where,
            ) from None
    return table.filter(kept)


def scalar(value: Any, kind: pa.DataType) -> pa.Scalar:
    """A setting's value in the type of the column it is compared with.

    A number keeps its own type, so that 0.5 can be compared with whole numbers.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return pa.scalar(value)
    return pa.scalar(value).cast(kind)
