"""Which incidents of police, fire and ambulance are one event that several services attended?

Services have no number in common; they have a place and a time, each with an error of its own, and
the police may have moved the point. How near is near enough is learnt from the tables themselves.
"""

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from joinedup.core.errors import MethodError, Problem
from joinedup.core.method import Method, Reads
from joinedup.link import coincidence, event_columns, roles
from joinedup.link.coincidence import Points
from joinedup.link.event_told import GIVES, Between, Met, output
from joinedup.result.model import Output
from joinedup.stats.arrays import Bools
from joinedup.store.access import Access
from joinedup.store.bench import bench

NAME = "link.events"
TRUTH = "truth"
TWO = 2


class Layout(BaseModel):
    """Which columns of a table say what."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: Mapping[str, str] = Field(default={}, description="Role to column.")
    id: str = Field(default="", description="Column: names the row; its number if empty.")


class Spec(BaseModel):
    """The same event in several services, by space and time."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tables: tuple[str, ...] = Field(
        default=(),
        description="One table for each service; all that are given if empty.",
        json_schema_extra={"role": "tables"},
    )
    id: str = Field(default="", description="Column: names a row, where the found one is wrong.")
    columns: Mapping[str, str] = Field(
        default={},
        description="Role to column, where what is found is wrong: moment, or date and time;"
        " east and north, or latitude and longitude.",
    )
    layouts: Mapping[str, Layout] = Field(
        default={}, description="Table to its layout; found from names and contents."
    )
    truth: str = Field(
        default="",
        description="Table of the truth, if known: two columns of ids, or id and entity.",
        json_schema_extra={"role": "table"},
    )
    level: float = Field(
        default=0.95, gt=0.5, lt=1, description="Coverage of the intervals, 0 to 1."
    )


def settle(spec: Spec, tables: Mapping[str, pa.Table]) -> Spec:
    """The same, with the layout of each table: what a person set, then what is found.

    Raises:
        MethodError: fewer than two services, or one that does not say where and when.
    """
    names = spec.tables or tuple(name for name in tables if name != (spec.truth or TRUTH))
    missing = [name for name in names if name not in tables]
    if missing or len(names) < TWO:
        raise MethodError(
            f"no such table was given: {', '.join(missing)}."
            if missing
            else "one service alone shares no event.",
            fix="give one table for each service, two at least: --table NAME=FILE.",
            where="tables",
        )
    truth = spec.truth or (TRUTH if TRUTH in tables and TRUTH not in names else "")
    layouts = {
        name: Layout(
            columns=event_columns.columns_of(tables[name], spec.columns),
            id=spec.id if spec.id in tables[name].column_names else roles.id_of(tables[name]),
        )
        for name in names
    } | dict(spec.layouts)
    _check(names, layouts)
    if truth:
        layouts[truth] = Layout(columns={name: name for name in tables[truth].column_names})
    return spec.model_copy(update={"tables": names, "layouts": layouts, "truth": truth})


def _check(names: tuple[str, ...], layouts: Mapping[str, Layout]) -> None:
    """Raise a MethodError for every table that does not say where and when, in one measure."""
    problems = [
        Problem(
            name,
            "does not say where and when in columns that were recognised.",
            "name them: --set columns.moment=COLUMN --set columns.east=COLUMN"
            " --set columns.north=COLUMN.",
        )
        for name in names
        if not event_columns.complete(layouts[name].columns)
    ]
    metric = {name: {"east", "north"} <= set(layouts[name].columns) for name in names}
    if not problems and len(set(metric.values())) > 1:
        mixed = ", ".join(name for name in names if not metric[name])
        problems.append(
            Problem(
                mixed,
                "has degrees where others have metres.",
                "give eastings and northings in each table, or degrees in each.",
            )
        )
    if problems:
        raise MethodError.of(problems)


def reads(spec: Spec) -> Reads:
    """The id, the place and the time; the truth if there is one."""
    found = {}
    for name in (*spec.tables, *([spec.truth] if spec.truth else [])):
        layout = spec.layouts.get(name, Layout())
        named = (layout.id, *layout.columns.values())
        found[name] = tuple(dict.fromkeys(column for column in named if column))
    return found


def run(spec: Spec, access: Access) -> Output:
    """Each two services are held against each other, then all are brought together."""
    tables = {name: _sorted(access.table(name), spec.layouts[name]) for name in spec.tables}
    middles = [
        at
        for name, table in tables.items()
        if (at := event_columns.latitude_of(table, spec.layouts[name].columns)) is not None
    ]
    middle = float(np.mean(middles)) if middles else 0.0
    read = {
        name: event_columns.read(table, spec.layouts[name].columns, middle)
        for name, table in tables.items()
    }
    empty = [name for name, (points, _) in read.items() if points.count < TWO]
    if empty:
        raise MethodError(
            "fewer than two rows say both where and when.",
            fix="look at its columns of place and time, or leave it out.",
            where=", ".join(empty),
        )
    ids = [one for name, table in tables.items() for one in _called(table, spec.layouts[name].id)]
    met = Met(
        tables=pa.array([name for name, table in tables.items() for _ in range(table.num_rows)]),
        ids=pa.array(ids, pa.string()),
        source=np.repeat(np.arange(len(tables)), [table.num_rows for table in tables.values()]),
        silent={name: int((~there).sum()) for name, (_, there) in read.items()},
        spacing={name: event_columns.spacing(points) for name, (points, _) in read.items()},
        between=_between(tables, read),
    )
    known = access.table(spec.truth) if spec.truth else None
    described = [
        (name, role, column)
        for name in spec.tables
        for role, column in spec.layouts[name].columns.items()
        if role in {*event_columns.NAMED, "moment"}
    ]
    return output(met, known, level=spec.level, method=NAME, described=described)


def _between(
    tables: Mapping[str, pa.Table], read: Mapping[str, tuple[Points, Bools]]
) -> tuple[Between, ...]:
    """Each two services, with the places of their incidents among all."""
    starts = np.cumsum([0, *(table.num_rows for table in tables.values())])
    rows = {
        name: np.flatnonzero(read[name][1]) + start
        for name, start in zip(tables, starts, strict=False)
    }
    made = []
    for one, other in combinations(tables, TWO):
        near = coincidence.near(read[one][0], read[other][0])
        told = coincidence.learn(near, read[one][0].count, read[other][0].count)
        left, right = rows[one][near.left], rows[other][near.right]
        made.append(Between(one, other, near, told, left, right))
    return tuple(made)


def _called(table: pa.Table, column: str) -> list[str]:
    if not column:
        return [str(row) for row in range(table.num_rows)]
    return [str(one) for one in table[column].cast(pa.string()).to_pylist()]


def _sorted(table: pa.Table, layout: Layout) -> pa.Table:
    """In an order of its own, for the engine promises none."""
    by = [layout.id] if layout.id else list(dict.fromkeys(layout.columns.values()))
    return table.sort_by([(column, "ascending") for column in by])


METHOD = Method(
    name=NAME,
    summary="Which incidents of several services are one event?",
    spec=Spec,
    reads=reads,
    run=run,
    bench=bench,
    settle=settle,
    assumptions=(
        "A service writes an event down once.",
        "How far apart services put one event in space says nothing of how far apart in time.",
        "Unrelated events come by chance at the rate of their place, hour and week.",
    ),
    reference="doi:10.1145/1250790.1250809",
    trust="trial",
    where="memory",
    version="1",
    gives=GIVES,
)
