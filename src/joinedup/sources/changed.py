"""Does the file look as it did last time? Asked of its first rows, before the rest is loaded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from joinedup.core.errors import Problem
from joinedup.core.vocabulary import Dataset
from joinedup.sources.delivery import Chunk, Finding
from joinedup.sources.mapping.drift import FEWEST_CELLS, Alert, alerts
from joinedup.sources.mapping.shapes import FIRST_ROWS, Shape, shapes

Shapes = dict[str, Shape]


def look(chunks: Iterator[Chunk], asked: Sequence[str]) -> tuple[list[Chunk], Shapes]:
    """The chunks that hold the first 10,000 rows, and field to its shape in them."""
    first: list[Chunk] = []
    rows = 0
    while rows < FIRST_ROWS and (chunk := next(chunks, None)) is not None:
        first.append(chunk)
        rows += chunk.rows.num_rows
    if not rows:
        return first, {}
    columns = zip(*(chunk.rows.columns for chunk in first), strict=True)
    return first, shapes(dict(zip(asked, map(pa.chunked_array, columns), strict=True)))


def retyped(
    header: Sequence[str], seen: Shapes, dataset: Dataset, before: Mapping[str, Any] | None
) -> tuple[Problem, ...]:
    """Columns that are written in another way than last time.

    Without a last time there is nothing to hold them against: their type is checked cell by cell.
    """
    kept = (before or {}).get("shapes", {})
    known = {
        name: shape
        for name, shape in seen.items()
        if name in kept and min(_cells(shape), _cells(Shape.of(kept[name]))) >= FEWEST_CELLS
    }
    return tuple(
        Problem(dataset.id, f"{alert.kind}: {alert.message}", alert.fix)
        for alert in _alerts(header, known, dataset, before)
        if alert.kind != "codes"
    )


def _cells(shape: Shape) -> float:
    """How many filled cells were looked at."""
    return shape.rows * shape.share_filled


def coded(
    header: Sequence[str],
    seen: Shapes,
    table: pa.Table,
    dataset: Dataset,
    before: Mapping[str, Any] | None,
) -> tuple[Shapes, tuple[Finding, ...]]:
    """The shapes with how often the declared codes are met in all rows, and the lists that changed.

    Args:
        header: the sender's columns.
        seen: field to its shape.
        table: all rows, under our names.
        dataset: whose fields declare the codes.
        before: the profile of the last delivery.
    """
    lists = {name: dataset.fields[name].codes for name in seen if dataset.fields[name].codes}
    counted = shapes({name: table[name] for name in lists}, lists)
    full = seen | {
        name: replace(
            seen[name],
            rows=shape.rows,
            rows_outside=shape.rows_outside,
            codes_outside=shape.codes_outside,
            codes_met=shape.codes_met,
            codes_often=shape.codes_often,
        )
        for name, shape in counted.items()
    }
    changed = [a for a in _alerts(header, full, dataset, before) if a.kind == "codes"]
    return full, tuple(
        Finding(
            severity="warning",
            code="drift: codes",
            column=next(name for name in lists if dataset.sender_column(name) == alert.column),
            count=1,
            message=alert.message,
        )
        for alert in changed
    )


def _alerts(
    header: Sequence[str], seen: Shapes, dataset: Dataset, before: Mapping[str, Any] | None
) -> tuple[Alert, ...]:
    named = {dataset.sender_column(name): shape for name, shape in seen.items()}
    return alerts(header, named, dataset, tuple(seen), before)
