"""How many are there, by area or group, and in how many of them does something hold?

Everybody is counted once in a cell, however many rows they have. Not a ranking: a share of few can
be high by chance, and the table says of how many it is a share.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, Field, model_validator

from joinedup.core.errors import MethodError, Problem
from joinedup.core.method import Method, Reads
from joinedup.diagnose.counts_report import tell
from joinedup.result.members import Whose, whose
from joinedup.result.model import Output, OutputTable
from joinedup.store.access import Access
from joinedup.store.bench import bench

ROLE: dict[str, Any] = {"role": "table"}
NAME = "diagnose.counts"
MOST_BY = 3
MOST_CELLS = 5_000
UNKNOWN = "not known"
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class Spec(BaseModel):
    """How many, by area or group, and in how many of them each mark holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str = Field(
        default="table", description="Table of people, homes or cases.", json_schema_extra=ROLE
    )
    id: str = Field(description="Column: names the person, home or case; each is counted once.")
    by: tuple[str, ...] = Field(
        default=(),
        max_length=MOST_BY,
        description="Columns to count by, such as ward and tenure; one total if none.",
    )
    marks: Mapping[str, str] = Field(
        default={},
        description="Column of yes and no to what it says, such as 'known to no service'.",
    )
    areas: str | None = Field(
        default=None,
        description="Table of areas with boundaries, for a map by the first column of `by`.",
        json_schema_extra=ROLE,
    )
    area: str = Field(default="area", description="Column of the areas: its code.")
    geometry: str = Field(default="geometry", description="Column of the areas: WKB, WGS 84.")
    case_words: str = Field(default="cases", description="What is counted, in words, plural.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        named = (self.id, *self.by, *self.marks)
        twice = sorted({name for name in named if named.count(name) > 1})
        if twice:
            message = f"{', '.join(twice)} is named twice among id, by and marks"
            raise ValueError(message)
        if self.areas and not self.by:
            message = "a map needs the column of the area in by"
            raise ValueError(message)
        return self


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted.

    Attributes:
        keys: the values of `by` of each cell, in order; the total comes after them.
        cases: distinct units in each cell and in all, shape (cells + 1,).
        marked: mark to distinct units in which it holds, shape (cells + 1,).
    """

    keys: tuple[tuple[str, ...], ...]
    cases: Ints
    marked: Mapping[str, Ints]


def reads(spec: Spec) -> Reads:
    """Id, the columns to count by, the marks; the areas' code and boundary if a map is wanted."""
    columns = {spec.table: (spec.id, *spec.by, *spec.marks)}
    return columns | ({spec.areas: (spec.area, spec.geometry)} if spec.areas else {})


def run(spec: Spec, access: Access) -> Output:
    """Count each unit once in each cell and in all."""
    table = access.table(spec.table)
    _require_ids(spec, table)
    about = whose(table, id=spec.id, unit=spec.id)
    keys, cell = _cells(spec, table)
    masks = {column: _holds(table, column, where=spec.table) for column in spec.marks}
    everybody = np.ones(table.num_rows, dtype=np.bool_)
    columns = {"cases": everybody, **masks}
    rows = [cell == number for number in range(len(keys))]
    rows = [*rows, everybody] if spec.by else [everybody]
    counted = {
        (row, name): here & mask
        for (row, here), (name, mask) in product(enumerate(rows), columns.items())
    }
    members = about.members(counted)
    numbers = {
        name: np.array([members.counted[row, name].sum() for row in range(len(rows))])
        for name in columns
    }
    found = Counted(keys, numbers["cases"], {name: numbers[name] for name in spec.marks})
    areas = access.table(spec.areas) if spec.areas else None
    return Output(
        result=tell(spec, found, areas),
        tables={"counts": OutputTable(_kept(spec, found), "one row per cell, the total last")},
        members={"counts": members},
    )


def _cells(spec: Spec, table: pa.Table) -> tuple[tuple[tuple[str, ...], ...], Ints]:
    """The cells that there are, sorted by their values, and the cell of each row."""
    if not spec.by:
        return (), np.zeros(table.num_rows, dtype=np.int64)
    told = [
        pc.fill_null(table[column].cast(pa.string()), UNKNOWN).to_pylist() for column in spec.by
    ]
    rows = list(zip(*told, strict=True))
    keys = tuple(sorted(set(rows)))
    if len(keys) > MOST_CELLS:
        raise MethodError(
            f"{', '.join(spec.by)} make {len(keys):,} cells; {MOST_CELLS:,} are told at most.",
            fix="count by larger areas or fewer columns.",
            where=spec.table,
        )
    place = {key: number for number, key in enumerate(keys)}
    return keys, np.array([place[row] for row in rows], dtype=np.int64)


def _holds(table: pa.Table, column: str, *, where: str) -> Bools:
    """Where a mark holds; a row of which nothing is said does not count."""
    values = table[column]
    numeric = pa.types.is_integer(values.type) or pa.types.is_floating(values.type)
    if not numeric and not pa.types.is_boolean(values.type):
        raise MethodError(
            f"{column} holds {values.type}, where yes and no are needed.",
            fix="give a column of yes and no, or of 1 and 0.",
            where=where,
        )
    known = pc.fill_null(values.cast(pa.float64()), 0.0).to_numpy()
    if not np.isin(known, (0.0, 1.0)).all():
        raise MethodError(
            f"{column} holds numbers other than 0 and 1.",
            fix="make it 1 where the mark holds and 0 elsewhere.",
            where=where,
        )
    held: Bools = known == 1
    return held


def _require_ids(spec: Spec, table: pa.Table) -> None:
    missing = table[spec.id].null_count
    problems = []
    if missing:
        what = f"{missing:,} rows have no {spec.id}, so nobody can tell whom they count."
        problems.append(Problem(spec.table, what, "leave them out, or give each its id."))
    if not table.num_rows:
        problems.append(Problem(spec.table, "it has no rows.", "check what the table is made of."))
    if problems:
        raise MethodError.of(problems)


def _kept(spec: Spec, found: Counted) -> pa.Table:
    """The counts as a table; in the total's row the columns of `by` are empty."""
    columns: dict[str, Any] = {
        name: pa.array([*(key[place] for key in found.keys), None], pa.string())
        for place, name in enumerate(spec.by)
    }
    columns["cases"] = pa.array(found.cases)
    columns |= {name: pa.array(numbers) for name, numbers in found.marked.items()}
    return pa.table(columns)


METHOD = Method(
    name=NAME,
    summary="How many are there, by area or group, and in how many does something hold?",
    spec=Spec,
    reads=reads,
    run=run,
    bench=bench,
    assumptions=(
        "One id is one person, home or business: two ids of one person are counted as two.",
        "A mark of which nothing is said does not hold.",
    ),
    reference="doi:10.1002/9781118348239",
    trust="vetted",
    where="memory",
    version="1",
    gives={"counts": "one row per cell, the total last"},
)

__all__ = ["METHOD", "Counted", "Spec", "Whose", "reads", "run"]
