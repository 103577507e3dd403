"""Where does the list fall? Cases and listed (or marked) cases by area: a map and a table.

Not a ranking of areas: a share on the list says where work will be, not which area is worse.
"""

from typing import Any, Self

import numpy as np
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, model_validator

from joinedup.core.method import Method, Reads
from joinedup.result.blocks import Caution, Column, Map, Table
from joinedup.result.members import Place, whose
from joinedup.result.model import Members, Output, OutputTable, Result
from joinedup.result.outlines import boundaries, outlines
from joinedup.store.access import Access
from joinedup.store.bench import bench

ROLE: dict[str, Any] = {"role": "table"}
AREAS = "areas"
"""Under this name the members of the table are kept."""


class Spec(BaseModel):
    """Cases and listed cases by area."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str = Field(
        default="table", description="Table of cases, one row each.", json_schema_extra=ROLE
    )
    areas: str = Field(
        default="areas", description="Table of areas, one row each.", json_schema_extra=ROLE
    )
    latitude: str = Field(default="latitude", description="Column of the cases: degrees north.")
    longitude: str = Field(default="longitude", description="Column of the cases: degrees east.")
    rank: str = Field(default="rank", description="Column of the cases: place on the list, from 1.")
    capacity: int | None = Field(
        default=None, ge=1, description="How many of the first ranks are on the list. Cases."
    )
    marked: str = Field(
        default="", description="Column of the cases, 0 or 1: counted if 1; instead of a list."
    )
    marked_words: str = Field(default="on the list", description="What a counted case is called.")
    area: str = Field(default="area", description="Column of the areas: its code.")
    name: str = Field(default="name", description="Column of the areas: its name.")
    geometry: str = Field(default="geometry", description="Column of the areas: WKB, WGS 84.")
    case_words: str = Field(default="cases", description="What the cases are called, in words.")
    whose: str = Field(
        default="",
        description="Column: the person, home or business that a case is about. The disclosure rule"
        " counts each once; without it the counts stay inside.",
    )

    @model_validator(mode="after")
    def _one_way_to_count(self) -> Self:
        if bool(self.marked) == (self.capacity is not None):
            message = "give capacity, to count a list, or marked, to count a column; not both"
            raise ValueError(message)
        return self


def reads(spec: Spec) -> Reads:
    """The cases' place and rank; the areas' code, name and boundary."""
    return {
        spec.table: tuple(
            filter(None, (spec.latitude, spec.longitude, spec.marked or spec.rank, spec.whose))
        ),
        spec.areas: (spec.area, spec.name, spec.geometry),
    }


def run(spec: Spec, access: Access) -> Output:
    """Count cases and listed cases in each area."""
    cases, areas = access.table(spec.table), access.table(spec.areas)
    order = np.argsort(np.asarray(areas[spec.area].to_pylist()), kind="stable")
    areas = areas.take(pa.array(order))
    shapes = boundaries(areas, spec.geometry, where=spec.areas)
    places = np.column_stack([_floats(cases, spec.longitude), _floats(cases, spec.latitude)])
    area_of = locate(places, shapes)
    listed = _counted(spec, cases)
    counts = np.bincount(area_of[area_of >= 0], minlength=shapes.size)
    on_list = np.bincount(area_of[(area_of >= 0) & listed], minlength=shapes.size)
    table = _table(spec, areas, counts, on_list)
    outside = int((area_of < 0).sum())
    result = Result(
        method="target.where",
        headline=_headline(spec, table, on_list),
        blocks=(
            _map(spec, areas, shapes, table),
            Caution(
                text="A map of counts is no order of merit: areas differ in what is there and"
                f" in who has looked. {outside:,} {spec.case_words} have no place inside an area."
            ),
        ),
    )
    data = pa.table(
        {
            "area": areas[spec.area],
            "name": areas[spec.name],
            "cases": pa.array(counts),
            "listed": pa.array(on_list),
        }
    )
    return Output(
        result=result,
        tables={"areas": OutputTable(data, "one row per area")},
        members=_members(spec, cases, area_of, listed, areas=shapes.size),
    )


def _members(
    spec: Spec, cases: pa.Table, area_of: Any, listed: Any, *, areas: int
) -> dict[str, Members]:
    """Whom each area's counts are made of, if the cases say whose they are."""
    if not spec.whose:
        return {}
    counted: dict[Place, Any] = {}
    for row in range(areas):
        here = area_of == row
        counted |= {(row, "cases"): here, (row, "listed"): here & listed}
    scored = [] if spec.marked else [place for place in counted if place[1] == "listed"]
    about = whose(cases, id=spec.whose, unit=spec.whose)
    return {AREAS: about.members(counted, scored=scored)}


def locate(places: Any, shapes: Any) -> Any:
    """The index of the shape that holds each place.

    Args:
        places: longitude and latitude in degrees, shape (cases, 2); may hold NaN.
        shapes: polygons in the same degrees, shape (areas,).

    Returns:
        Index into `shapes`, shape (cases,); -1 where no shape holds the place. On a shared
        boundary, the first shape.
    """
    import shapely  # noqa: PLC0415 - as above

    found = np.full(len(places), -1)
    known = np.flatnonzero(np.isfinite(places).all(axis=1))
    tree = shapely.STRtree(shapes)
    which, shape = tree.query(shapely.points(places[known]), predicate="intersects")
    order = np.lexsort((shape, which))[::-1]
    found[known[which[order]]] = shape[order]
    return found


def _counted(spec: Spec, cases: pa.Table) -> Any:
    """Whether each case is counted: it is marked, or its rank is within the list."""
    values = _floats(cases, spec.marked or spec.rank)
    return values == 1 if spec.capacity is None else values <= spec.capacity


def _floats(table: pa.Table, column: str) -> Any:
    return table[column].cast(pa.float64()).to_numpy()


def _table(spec: Spec, areas: pa.Table, counts: Any, on_list: Any) -> Table:
    rows = tuple(
        (code, str(name), int(n), int(k), int(k) / int(n) if n else None)
        for code, name, n, k in zip(
            areas[spec.area].to_pylist(),
            areas[spec.name].to_pylist(),
            counts,
            on_list,
            strict=True,
        )
    )
    return Table(
        title=f"{spec.case_words} by area, and how many are {spec.marked_words}",
        columns=(
            Column(name=spec.area, label="area", kind="text"),
            Column(name="name", kind="text"),
            Column(name="cases", label=spec.case_words, kind="count"),
            Column(name="listed", label=spec.marked_words, kind="count", part_of="cases"),
            Column(
                name="share",
                label=f"share {spec.marked_words}",
                kind="share",
                base="cases",
                digits=0,
            ),
        ),
        rows=rows,
        about="groups",
        behind=AREAS if spec.whose else "",
    )


def _headline(spec: Spec, table: Table, on_list: Any) -> str:
    total = int(on_list.sum())
    most = int(np.argmax(on_list)) if total else 0
    holding = int((np.sort(on_list)[::-1].cumsum() < total / 2).sum()) + 1
    if not total:
        return f"No {spec.case_words} {spec.marked_words} have a place inside an area."
    return (
        f"Half of the {total:,} {spec.case_words} {spec.marked_words} are in {holding} of"
        f" {len(table.rows)} areas; most are in {table.rows[most][1]}."
    )


def _map(spec: Spec, areas: pa.Table, shapes: Any, table: Table) -> Map:
    ranked = sorted(table.rows, key=lambda row: -int(str(row[3])))[:3]
    first = ", ".join(str(row[1]) for row in ranked)
    return Map(
        title=f"Share of {spec.case_words} {spec.marked_words}, by area",
        areas=outlines(areas[spec.area].to_pylist(), shapes, key=spec.area),
        key=spec.area,
        value="share",
        table=table,
        alt=f"Most {spec.case_words} {spec.marked_words} are in {first}; the table gives all.",
    )


METHOD = Method(
    name="target.where",
    summary="Where does the list fall, area by area?",
    spec=Spec,
    reads=reads,
    run=run,
    bench=bench,
    assumptions=(
        "Places and boundaries are in WGS 84 degrees.",
        "A case on a shared boundary counts for the area whose code sorts first.",
    ),
    reference="doi:10.1145/971697.602266",
    trust="vetted",
    where="memory",
    version="2",
    gives={"areas": "one row per area"},
)
