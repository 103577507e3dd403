"""Which record of which file is whose, and what is wrong with it? For the truth folder only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from joinedup.town.errors import GROUP_FACTOR, KINDS
from joinedup.town.view import Source
from joinedup.town.writers import parquet

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shown:
    """Which of a register's records one month's file shows.

    Attributes:
        month: "2026-07".
        rows: numbers of the records, in the file's order; a duplicate follows itself.
    """

    month: str
    rows: Rows


def write(
    folder: Path, name: str, source: Source, shown: list[Shown], *, ref: pa.Array,
    kept: frozenset[str] | None,
) -> list[dict[str, Any]]:  # fmt: skip
    """records/<name>.parquet and errors/<name>.parquet; gives the counts for rates.json.

    A line of records is one record that a month's file shows: its key as the sender truly has it,
    the person, home and business behind it (of the outreach lists, the row of unseen.parquet), how
    many copies a file has of it, and per month the number of its first row, from 1, or null.

    Args:
        folder: of the truth.
        name: of the dataset.
        source: the register with its errors.
        shown: by month.
        ref: the key of every record of the register.
        kept: fields whose errors the file can show; None for all.
    """
    register = source.register
    ever = np.unique(np.concatenate([month.rows for month in shown]))
    copies = np.ones(len(register), np.int8)
    if "record" in source.planted.wrong:
        copies[source.planted.wrong["record"].rows] = 2
    columns = {
        "ref": ref.take(pa.array(ever)),
        "person": pa.array(register.person[ever]),
        "home": pa.array(register.home[ever]),
        "business": pa.array(register.business[ever]),
        "copies": pa.array(copies[ever]),
    }
    if "sleeper" in register.columns:
        columns["sleeper"] = pa.array(np.asarray(register.columns["sleeper"])[ever])
    for month in shown:
        columns[f"row_{month.month.replace('-', '_')}"] = _first_row(ever, month.rows)
    parquet.whole(folder / "records" / f"{name}.parquet", columns)
    parquet.whole(folder / "errors" / f"{name}.parquet", _errors(source, ever, ref, kept))
    return [
        {**count, "source": name, "month": month.month}
        for month in shown
        for count in source.planted.counts(np.unique(month.rows))
        if kept is None or count["field"] in kept
    ]


def _first_row(ever: Rows, rows: Rows) -> pa.Array:
    found, first = np.unique(rows, return_index=True)
    number = np.zeros(len(ever), np.int32)
    number[np.searchsorted(ever, found)] = first + 1
    return pa.array(number, mask=number == 0)


def _errors(
    source: Source, ever: Rows, ref: pa.Array, kept: frozenset[str] | None
) -> dict[str, pa.Array]:
    """One line per error; `record` is the line of the records file."""
    planted = source.planted
    found = []
    for name, wrong in planted.wrong.items():
        if kept is not None and name not in kept:
            continue
        at, here = wrong.among(ever)
        found.append((at, np.full(len(at), name), here.kind))
    record = np.concatenate([at for at, _, _ in found] or [np.zeros(0, np.int64)])
    order = np.argsort(record, kind="stable")
    record = record[order]
    names = np.concatenate([name for _, name, _ in found] or [np.zeros(0, "U1")])[order]
    kinds = np.concatenate([kind for _, _, kind in found] or [np.zeros(0, np.uint8)])[order]
    cultures = pa.array([*planted.cultures, ""], pa.string())
    return {
        "ref": ref.take(pa.array(ever[record])),
        "field": pa.array(names.tolist(), pa.string()),
        "kind": pa.array(KINDS, pa.string()).take(pa.array(kinds)),
        "culture": cultures.take(pa.array(planted.culture[ever[record]])),
        "record": pa.array(record.astype(np.int32)),
    }


def write_rates(folder: Path, counts: Mapping[str, list[dict[str, Any]]]) -> None:
    """rates.json: the intended rate of every source, field, kind and culture, and what came of it.

    `eligible` and `planted` count records, duplicates once, by month.
    """
    rates: dict[tuple[str, ...], dict[str, Any]] = {}
    for months in counts.values():
        for count in months:
            key = tuple(count[part] for part in ("source", "field", "kind", "culture"))
            line = rates.setdefault(
                key,
                dict(zip(("source", "field", "kind", "culture"), key, strict=True))
                | {"rate": count["rate"], "eligible": {}, "planted": {}},
            )
            line["eligible"][count["month"]] = count["eligible"]
            line["planted"][count["month"]] = count["planted"]
    told = {"group_factor": GROUP_FACTOR, "rates": list(rates.values())}
    text = json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1)
    (folder / "rates.json").write_text(text + "\n", encoding="utf-8")
