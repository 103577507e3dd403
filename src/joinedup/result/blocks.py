"""What a result is made of: a closed union of seven blocks.

A renderer is one `match` over `Block` that ends in `assert_never`: a new block cannot be forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

Cell = str | int | float | bool | date | datetime | None
Kind = Literal["text", "count", "number", "share", "date"]
Measure = Literal["", "rate", "mean", "sum", "median", "quantile", "minimum", "maximum"]


@dataclass(frozen=True, slots=True)
class Hidden:
    """A cell that may not be shown. `reason` is `too few` or `would give away another`."""

    reason: Literal["too few", "would give away another"]

    def __str__(self) -> str:
        return "hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Attributes:
        name: as in the data.
        label: as read by a person; the name if empty.
        kind: `count` counts people or premises, under the disclosure rule; `share` is 0 to 1.
        unit: of a number.
        digits: decimals shown.
        part_of: a count column of this table that this one is a part of (the rest is checked too).
        base: a count column of this table that this share or number is worked out from.
        measure: what a number says of the people of its base; empty if it says nothing of people,
            or is held against its base alone.
        quantile: which quantile, above 0 and below 1.
        least: no amount can be smaller, by its nature or by how it is recorded; None if unknown.
        most: no amount can be larger; None if unknown.
        difference_of: two columns of this table, of which this is the first less the second.
    """

    name: str
    kind: Kind
    label: str = ""
    unit: str = ""
    digits: int = 2
    part_of: str = ""
    base: str = ""
    measure: Measure = ""
    quantile: float = 0.5
    least: float | None = None
    most: float | None = None
    difference_of: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """What stands at the head of the column."""
        words = self.label or self.name.replace("_", " ")
        return f"{words} ({self.unit})" if self.unit else words


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under named columns.

    Attributes:
        about: `groups` if each row counts several people or premises; `records` if each row is one;
            `method` if it tells of the method alone (coefficients, settings) and of nobody.
        total_row: whether the last row adds up the others.
        total_word: the word that stands in a key column for all its others together; rows with it
            add up those without.
        within: a column that names, for each row, the row it is part of (by that row's first text
            column): an area within a larger one.
        degrees_of_freedom: left to chance by the model whose coefficients the table shows.
        behind: where it is kept whom its counts are made of; nothing of it is ever shown.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell | Hidden, ...], ...]
    about: Literal["groups", "records", "method"]
    total_row: bool = False
    note: str = ""
    total_word: str = ""
    within: str = ""
    degrees_of_freedom: int | None = None
    behind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """A heading (may be empty) and paragraphs of plain text."""

    text: str
    heading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A Vega-Lite chart drawn from `table`, which stands behind it, and the finding in words.

    Attributes:
        chart: a Vega-Lite specification without data; the renderer puts the table's rows in.
        alt: what a reader who cannot see it must know: the finding, not the shape.
    """

    title: str
    chart: Mapping[str, Any]
    table: Table
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """Areas shaded by one column of `table`.

    Attributes:
        areas: a GeoJSON FeatureCollection in WGS 84; `properties[key]` names the row.
        key: the property of the areas and the column of the table that agree.
        value: the column that shades.
    """

    title: str
    areas: Mapping[str, Any]
    key: str
    value: str
    table: Table
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """What a reader must know before acting on the result: one sentence or two."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number with its doubt.

    Attributes:
        value: the estimate; `low` and `high` bound it at `level` (None where no interval is known).
        level: coverage of the interval, 0 to 1.
        n: how many cases it rests on.
    """

    name: str
    value: float
    low: float | None
    high: float | None
    level: float | None
    unit: str
    n: int
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """Numbers that answer the question together."""

    items: tuple[Estimate, ...]
    title: str = "Estimates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A test of whether the method may be believed here, with three possible answers."""

    name: str
    answer: Literal["passed", "failed", "cannot tell"]
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """What was tested before the result was believed."""

    items: tuple[Check, ...]
    title: str = "Checks"


Block = Prose | Table | Figure | Map | Caution | Estimates | Checks
