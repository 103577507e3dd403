"""Which incidents of police, fire and ambulance are one event that several services attended?

Services have no number in common; they have a place and a time, each with an error of its own, and
the police may have moved the point. How near is near enough is learnt from the tables themselves.
"""

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pyarrow as pa

from joinedup.core.errors import MethodError, Problem
from joinedup.core.method import Method
from joinedup.link import asked, coincidence, event_columns, telling
from joinedup.link.asked import Layout
from joinedup.link.coincidence import Points
from joinedup.link.event_told import APART, GIVES, Between, Met, output
from joinedup.link.standard import ids_of
from joinedup.result.model import Output
from joinedup.stats.arrays import Bools
from joinedup.store.access import Access
from joinedup.store.bench import bench

NAME = "link.events"
TWO = 2


class Spec(asked.Scored):
    """The same event in several services, by space and time: one table for each service."""


def settle(spec: Spec, tables: Mapping[str, pa.Table]) -> Spec:
    """The same, with the layout of each table: what a person set, then what is found.

    Raises:
        MethodError: fewer than two services, one that does not say where and when, or what a
            person set is not there.
    """
    names, beside = asked.named(spec, tables, beside=(asked.TRUTH,), fewest=TWO)
    known = (*event_columns.NAMED, "moment")
    asked.require_known(spec, tables, names, known=known)
    layouts = {
        name: Layout(
            roles=event_columns.columns_of(tables[name], spec.columns),
            id=asked.id_of(spec, tables[name]),
        )
        for name in names
    }
    _check(names, layouts | dict(spec.layouts))
    return asked.settled(spec, names, layouts, tables, beside)


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
        if not event_columns.complete(layouts[name].roles)
    ]
    metric = {name: {"east", "north"} <= set(layouts[name].roles) for name in names}
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


def run(spec: Spec, access: Access) -> Output:
    """Each two services are held against each other, then all are brought together."""
    tables = {name: asked.in_order(access.table(name), spec.layouts[name]) for name in spec.tables}
    middles = [
        at
        for name, table in tables.items()
        if (at := event_columns.latitude_of(table, spec.layouts[name].roles)) is not None
    ]
    middle = float(np.mean(middles)) if middles else 0.0
    read = {
        name: event_columns.read(table, spec.layouts[name].roles, middle)
        for name, table in tables.items()
    }
    empty = [name for name, (points, _) in read.items() if points.count < TWO]
    if empty:
        raise MethodError(
            "fewer than two rows say both where and when.",
            fix="look at its columns of place and time, or leave it out.",
            where=", ".join(empty),
        )
    ids = pa.chunked_array([ids_of(one, spec.layouts[name].id) for name, one in tables.items()])
    met = Met(
        tables=pa.array([name for name, table in tables.items() for _ in range(table.num_rows)]),
        ids=ids.combine_chunks(),
        source=np.repeat(np.arange(len(tables)), [table.num_rows for table in tables.values()]),
        silent={name: int((~there).sum()) for name, (_, there) in read.items()},
        spacing={name: event_columns.spacing(points) for name, (points, _) in read.items()},
        between=_between(tables, read),
    )
    known = access.table(spec.truth) if spec.truth else None
    described = [
        (name, role, column)
        for name in spec.tables
        for role, column in spec.layouts[name].roles.items()
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


METHOD = Method(
    name=NAME,
    summary="Which incidents of several services are one event?",
    spec=Spec,
    reads=asked.reads,
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
    version="2",
    gives=GIVES,
    columns={
        "pairs": (*telling.PAIRS, *APART),
        "entities": telling.ENTITIES,
        "review": (*telling.PAIRS, *APART),
    },
)
