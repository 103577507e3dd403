"""What is true and in no register: the sizes of the planted facts, for whoever tests against them.

Everything here goes to the truth folder only. The product never reads it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.town.days import NEVER, as_date
from joinedup.town.writers import parquet

DAYS = ("day", "opened", "closed", "licensed_on", "asked_on", "born")
"""Columns of days; empty for never."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What a theme planted.

    Attributes:
        facts: by "F1" to "F9": parameters and realised sizes, plain numbers and texts.
        tables: by file name without ending; days are int32 since 1970-01-01, as in the registers.
    """

    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    tables: dict[str, pa.Table] = field(default_factory=dict)


def together(parts: Iterable[Truth]) -> Truth:
    """All parts as one, facts in the order of their numbers."""
    facts: dict[str, dict[str, Any]] = {}
    tables: dict[str, pa.Table] = {}
    for part in parts:
        facts |= part.facts
        tables |= part.tables
    return Truth(facts=dict(sorted(facts.items())), tables=dict(sorted(tables.items())))


def table(**columns: npt.NDArray[np.generic] | pa.Array) -> pa.Table:
    """Columns as a table, whole numbers of persons, homes and days as int32."""
    return pa.table({name: _narrow(column) for name, column in columns.items()})


def _narrow(column: npt.NDArray[np.generic] | pa.Array) -> pa.Array:
    if isinstance(column, np.ndarray) and column.dtype == np.int64:
        return pa.array(column.astype(np.int32))
    return column if isinstance(column, pa.Array) else pa.array(column)


def write(truth: Truth, folder: Path) -> None:
    """facts.json and one Parquet file per table, days as dates; the same truth, the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = {name: _dated(fact) for name, fact in truth.facts.items()}
    text = json.dumps(facts, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "facts.json").write_text(text + "\n", encoding="utf-8")
    for name, rows in truth.tables.items():
        columns = {column: _dates(column, rows[column]) for column in rows.column_names}
        parquet.whole(folder / f"{name}.parquet", columns)


def _dates(name: str, column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    if name not in DAYS:
        return whole
    never = pc.equal(whole, NEVER)
    return pc.if_else(never, pa.scalar(None, pa.int32()), whole).cast(pa.date32())


def _dated(fact: dict[str, Any]) -> dict[str, Any]:
    """The fact with its days, which end on `day` or `days` and count from 1970, as dates."""
    return {
        name: [as_date(day).isoformat() for day in value]
        if name == "reference_days"
        else as_date(value).isoformat()
        if name.endswith("_day")
        else value
        for name, value in fact.items()
    }
