"""Files as partners would send them, in each format, with one visible difference."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from joinedup.core.vocabulary import Dataset, Field, Format, Layout

FORMATS: tuple[Format, ...] = ("csv", "parquet", "xlsx")
CANARY = "Zaphod-7731-Beeblebrox"
HEADER = ("visit", "post_code", "seen_on", "staff_note")
ROWS: tuple[tuple[Any, ...], ...] = (
    (1, "00714", date(2014, 1, 31), "x"),
    (2, "B1 1BB", date(2014, 2, 28), "y"),
    (3, None, None, "z"),
)


def visits(kind: Format, **layout: Any) -> Dataset:
    """The dataset every file here should be."""
    fields = {
        "visit": Field(type="integer", description="Number of the visit."),
        "postcode": Field(type="text", description="Where."),
        "seen_on": Field(type="date", description="When."),
        "staff_note": Field(type="text", description="Free text, never agreed."),
    }
    made = Layout(format=kind, file=f"visits*.{kind}", rename={"postcode": "post_code"})
    return Dataset(
        id="visits",
        partner="fire",
        title="Visits",
        grain="one row per visit",
        key=("visit",),
        fields=fields,
        layout=replace(made, **layout),
    )


def homes(kind: Format) -> Dataset:
    """Another dataset of the same office."""
    names = ("home", "rooms", "rent")
    return Dataset(
        id="homes",
        partner="housing",
        title="Homes",
        grain="one row per home",
        key=("home",),
        fields={name: Field(type="integer", description=name) for name in names},
        layout=Layout(format=kind, file=f"homes.{kind}"),
    )


def write(
    folder: Path,
    kind: Format,
    rows: Sequence[Sequence[Any]] = ROWS,
    header: Sequence[str] = HEADER,
) -> Path:
    """A file of the format with these rows."""
    path = folder / f"visits.{kind}"
    {"csv": _csv, "parquet": _parquet, "xlsx": _xlsx}[kind](path, header, rows)
    return path


def _csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def _parquet(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    columns = list(zip(*rows, strict=True)) if rows else [[] for _ in header]
    arrays = [_array(column) for column in columns]
    pq.write_table(pa.Table.from_arrays(arrays, names=list(header)), path)


def _array(column: Sequence[Any]) -> pa.Array:
    try:
        return pa.array(column)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([None if cell is None else str(cell) for cell in column])


def _xlsx(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    book = openpyxl.Workbook()
    book.active.append(list(header))
    for row in rows:
        book.active.append(list(row))
    book.save(path)
