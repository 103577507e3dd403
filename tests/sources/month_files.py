"""A partner's file month after month, with the mistakes such files have."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from joinedup.core.vocabulary import Dataset, Field, Format, Layout
from joinedup.sources.mapping.drift import Alert, alerts
from joinedup.sources.mapping.shapes import Shape, shapes

ROWS = 300
BANDS = ("A", "B", "C", "D", "E", "F", "G", "H")
STREETS = ("High Street", "Church Lane", "Station Road", "Rope Walk", "The Green")
SURNAMES = ("Smith", "van der Berg", "García López", "O'Neill", "Okafor-Jones", "Ng", "Patel")
SENT = {
    "account": "Account Ref",
    "uprn": "UPRN",
    "address": "Address 1",
    "postcode": "Post Code",
    "band": "Band",
    "surname": "Surname",
    "starts": "Start Date",
    "adults": "Liable Adults",
    "arrears": "Arrears",
    "discount": "Discount",
}
Months = Mapping[str, list[str]]


def council_tax(kind: Format = "csv", **layout: Any) -> Dataset:
    """The dataset of every month's file here."""
    fields = {
        "account": Field(type="text", description="Number of the account."),
        "uprn": Field(type="text", standard="uprn", description="The property."),
        "address": Field(type="text", standard="address", description="First line."),
        "postcode": Field(type="text", standard="postcode", description="Postcode."),
        "band": Field(type="text", codes=BANDS, description="Valuation band."),
        "surname": Field(type="text", standard="surname", description="Who is liable."),
        "starts": Field(type="date", description="First day of liability."),
        "adults": Field(type="integer", description="Liable adults."),
        "arrears": Field(type="number", description="Pounds owed."),
        "discount": Field(type="text", description="Reduction, if any."),
    }
    made: dict[str, Any] = {"date_format": "%d/%m/%Y", "rename": SENT} | layout
    return Dataset(
        id="council_tax",
        partner="revenues",
        title="Council tax",
        grain="one row per account",
        key=("account",),
        fields=fields,
        layout=Layout(format=kind, file="council_tax*", **made),
    )


def month(rng: np.random.Generator, rows: int = ROWS) -> Months:
    """One month's cells under the sender's columns, drawn anew, mistakes and all."""
    days = np.datetime64("2015-01-01") + rng.integers(0, 4000, rows)
    dates = [f"{day[8:]}/{day[5:7]}/{day[:4]}" for day in days.astype(str)]
    postcodes = [f"ZT{a} {b}A{c}" for a, b, c in _letters(rng, rows)]
    uprns = [f"{number:012}" for number in rng.integers(999_000_000, 999_999_999, rows)]
    made = {
        "Account Ref": [f"CT{number:07}" for number in rng.choice(9_999_999, rows, replace=False)],
        "UPRN": _spoilt(rng, uprns, lambda uprn: f"{int(uprn)}.0"),
        "Address 1": [f"{n} {street}" for n, street in _homes(rng, rows)],
        "Post Code": _spoilt(rng, postcodes, lambda postcode: postcode.replace(" ", "-")),
        "Band": list(rng.choice(BANDS, rows, p=(0.3, 0.3, 0.2, 0.1, 0.05, 0.03, 0.015, 0.005))),
        "Surname": list(rng.choice(SURNAMES, rows)),
        "Start Date": dates,
        "Liable Adults": [str(number) for number in rng.integers(0, 5, rows)],
        "Arrears": [f"{pounds:,.2f}" for pounds in rng.exponential(200, rows)],
        "Discount": list(rng.choice(["", "SPD", "EXEMPT N"], rows, p=(0.6, 0.35, 0.05))),
    }
    return {name: _spoilt(rng, cells, lambda _: "") for name, cells in made.items()}


def _letters(rng: np.random.Generator, rows: int) -> list[tuple[int, int, str]]:
    last = rng.choice(list("ABDEFG"), rows)
    return list(zip(rng.integers(1, 30, rows), rng.integers(1, 9, rows), last, strict=True))


def _homes(rng: np.random.Generator, rows: int) -> list[tuple[int, str]]:
    return list(zip(rng.integers(1, 200, rows), rng.choice(STREETS, rows), strict=True))


def _spoilt(rng, cells, mistake, share=0.03):
    wrong = rng.random(len(cells)) < share
    return [mistake(cell) if bad and cell else cell for cell, bad in zip(cells, wrong, strict=True)]


def looked_at(cells: Months, dataset: Dataset) -> dict[str, Shape]:
    """The shapes of the file's columns."""
    codes = {dataset.sender_column(name): field.codes for name, field in dataset.fields.items()}
    return shapes({name: pa.array(column, pa.string()) for name, column in cells.items()}, codes)


def profile(cells: Months, dataset: Dataset) -> dict[str, Any]:
    """What the records keep of a delivery."""
    found = looked_at(cells, dataset)
    fields = {dataset.sender_column(name): name for name in dataset.fields}
    kept = {fields[column]: shape.as_json() for column, shape in found.items()}
    return {"shapes": kept, "columns": list(cells)}


def changes(cells: Months, before: Months | None, dataset: Dataset) -> tuple[Alert, ...]:
    """The alerts of a month, held against the month before."""
    past = None if before is None else profile(before, dataset)
    return alerts(tuple(cells), looked_at(cells, dataset), dataset, tuple(dataset.fields), past)
