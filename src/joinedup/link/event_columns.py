"""Where and when was each event of a service, in metres and minutes?"""

import re
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.link import home_words, roles
from joinedup.link.coincidence import DAY, HOURS, Points
from joinedup.link.standard import texts_of
from joinedup.stats.arrays import Bools, Floats

NAMED: Mapping[str, str] = {
    "east": r"^(geo_?)?(easting|east|x)(_?coord(inate)?)?$",
    "north": r"^(geo_?)?(northing|north|y)(_?coord(inate)?)?$",
    "latitude": r"^lat(itude)?$",
    "longitude": r"^(lon|lng|long|longitude)$",
    "date": r"(^|_)(date|day|on)(_|$)",
    "time": r"(^|_)time(_|$)",
}
MOMENT = (
    "(^|_)(reported|occurred|started|received|called?|dispatched|incident|created|happened|at|when"
    "|date_?time|timestamp)(_|$)"
)
CLOCK = re.compile(
    r"\b([01]?[0-9]|2[0-3]):?([0-5][0-9])(?::?[0-5][0-9](?:\.[0-9]+)?)?\s*(?:Z|[+-][0-9:]+)?$"
)
METRES_PER_DEGREE = 111_320.0
MINUTES = 60
NOON = 12 * MINUTES


def columns_of(table: pa.Table, given: Mapping[str, str]) -> dict[str, str]:
    """Role to column: `moment`, or `date` and `time`; `east` and `north`, or degrees.

    Args:
        table: whose columns.
        given: role to column, by a person; it stands before what is found.
    """
    found = {role: column for role, column in given.items() if column in table.column_names}
    left = [column for column in table.column_names if column not in found.values()]
    for column in left:
        name = roles.spelled(column)
        kind = table.schema.field(column).type
        stamped = pa.types.is_timestamp(kind) or (
            pa.types.is_string(kind) and re.search(MOMENT, name) and _has_clock(table[column])
        )
        if "moment" not in found and stamped:
            found["moment"] = column
            continue
        for role, named in NAMED.items():
            if role not in found and re.search(named, name):
                found[role] = column
                break
    return found


def complete(found: Mapping[str, str]) -> bool:
    """Whether a table says where and when."""
    where = {"east", "north"} <= set(found) or {"latitude", "longitude"} <= set(found)
    return where and bool({"moment", "date"} & set(found))


def read(table: pa.Table, columns: Mapping[str, str], middle: float) -> tuple[Points, Bools]:
    """The events that say both where and when, and which rows they are, shape (rows,).

    Args:
        table: of one service.
        columns: from `columns_of`.
        middle: latitude at which a degree of longitude is measured.
    """
    minute = minutes_of(table, columns)
    if {"east", "north"} <= set(columns):
        east, north = (_numbers(table[columns[role]]) for role in ("east", "north"))
    else:
        north = _numbers(table[columns["latitude"]]) * METRES_PER_DEGREE
        wide = METRES_PER_DEGREE * np.cos(np.radians(middle))
        east = _numbers(table[columns["longitude"]]) * wide
    there = np.isfinite(east) & np.isfinite(north) & np.isfinite(minute)
    when = minute[there]
    hour = (np.floor(when % DAY / MINUTES).astype(np.int64)) % HOURS
    return Points(east[there], north[there], when, hour), there


def latitude_of(table: pa.Table, columns: Mapping[str, str]) -> float | None:
    """The middle latitude; None where places are in metres."""
    if "latitude" not in columns or {"east", "north"} <= set(columns):
        return None
    found = _numbers(table[columns["latitude"]])
    return float(np.nanmedian(found)) if np.isfinite(found).any() else None


def minutes_of(table: pa.Table, columns: Mapping[str, str]) -> Floats:
    """Minutes since 1970; noon where only the day is told; not a number where nothing is."""
    moment = columns.get("moment")
    if moment is not None and pa.types.is_timestamp(table.schema.field(moment).type):
        cells = table[moment].cast(pa.timestamp("us"), safe=False).cast(pa.int64())
        return np.asarray(cells.cast(pa.float64()).to_numpy()) / 60e6
    texts = texts_of(table[moment or columns["date"]])
    days = home_words.days(texts)
    clock = [_clock(text) for text in texts.to_pylist()]
    if moment is None and "time" in columns:
        clock = [_clock(text) for text in texts_of(table[columns["time"]]).to_pylist()]
    made = [
        np.nan if day is None else day * DAY + (NOON if at is None else at)
        for day, at in zip(days, clock, strict=True)
    ]
    return np.array(made, dtype=float)


def spacing(points: Points) -> float:
    """Metres of the grid that places were moved to; 0 where there is none.

    A grid is told by steps: nearly all differences of coordinates are whole multiples of one.
    """
    steps = []
    for along in (points.east, points.north):
        places = np.unique(along)
        gaps = np.diff(places)
        if len(places) * FEW > points.count or not len(gaps):
            return 0.0
        least = float(np.min(gaps))
        even = np.abs(gaps / least - np.round(gaps / least)) < EVEN
        if even.mean() < MOSTLY:
            return 0.0
        steps.append(least)
    return min(steps)


FEW, EVEN, MOSTLY = 4, 0.01, 0.95


def _has_clock(cells: pa.ChunkedArray) -> bool:
    said = [text for text in texts_of(cells.slice(0, 200)).to_pylist() if text]
    return bool(said) and sum(bool(CLOCK.search(text)) for text in said) * 2 > len(said)


def _clock(text: str | None) -> float | None:
    found = CLOCK.search(text) if text else None
    return int(found[1]) * MINUTES + int(found[2]) if found else None


def _numbers(cells: pa.ChunkedArray) -> Floats:
    if pa.types.is_string(cells.type):
        plain = pc.if_else(
            pc.match_substring_regex(cells, r"^\s*-?[0-9]+(\.[0-9]+)?\s*$"), cells, None
        )
        cells = pc.utf8_trim_whitespace(plain)
    return np.asarray(cells.cast(pa.float64()).to_numpy(), dtype=float)
