"""What does a new file change? Rows added, gone and changed against the version before, by key.

Pure: two tables in, counts out; never a cell. Without a key rows are compared whole, each as often
as it is there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.sources.alike import same_cells

Places = npt.NDArray[np.int64]
Columns = Callable[[Sequence[str]], pa.Table]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a delivery changed, as counts.

    Attributes:
        before: rows of the version before.
        after: rows of the new one.
        added: rows whose key was not there; without a key, rows that were not there so often.
        gone: rows whose key is there no more; without a key, rows that are not there so often.
        changed: rows whose key stayed and of which a cell differs; 0 without a key.
        cells: field to its cells that differ, in rows whose key stayed; only fields with any.
        fields_added: fields that the version before did not have.
        fields_gone: fields that the new version does not have.
        fields_retyped: fields of another type than before; their cells are not compared.
        reordered: whether all rows are the same, but stand in another order.
    """

    before: int
    after: int
    added: int
    gone: int
    changed: int = 0
    cells: Mapping[str, int] = field(default_factory=dict)
    fields_added: tuple[str, ...] = ()
    fields_gone: tuple[str, ...] = ()
    fields_retyped: tuple[str, ...] = ()
    reordered: bool = False

    @property
    def nothing(self) -> bool:
        """Whether the new version is the same as the one before."""
        fields = self.fields_added or self.fields_gone or self.fields_retyped
        return not (self.added or self.gone or self.changed or fields or self.reordered)

    def as_json(self) -> dict[str, Any]:
        """Plain values, as the records keep them."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }


def effect(before: Any, after: pa.Table, key: Sequence[str]) -> Effect:
    """What changed from one version to the next.

    Args:
        before: the version before, a `pyarrow.Table` or an opened `pyarrow.dataset.Dataset`, which
            is read column by column.
        after: the new version.
        key: fields that name a row in both; where one of them lacks a field of it, or its type
            changed, rows are compared whole.
    """
    was, now = before.schema, after.schema
    shared = [name for name in now.names if name in was.names]
    retyped = [name for name in shared if was.field(name).type != now.field(name).type]
    compared = [name for name in shared if name not in retyped]
    fields: dict[str, Any] = {
        "fields_added": tuple(name for name in now.names if name not in was.names),
        "fields_gone": tuple(name for name in was.names if name not in now.names),
        "fields_retyped": tuple(retyped),
    }

    def columns(names: Sequence[str]) -> pa.Table:
        table = (
            before.select(list(names))
            if isinstance(before, pa.Table)
            else before.to_table(list(names))
        )
        return table.select(list(names))

    if not compared:
        rows = before.num_rows if isinstance(before, pa.Table) else before.count_rows()
        found = {"before": rows, "after": after.num_rows, "added": after.num_rows, "gone": rows}
    elif key and set(key) <= set(compared):
        found = _by_key(columns, after, key, compared)
    else:
        found = _whole(columns, after, compared)
    return Effect(**fields, **found)


def _by_key(
    columns: Columns, after: pa.Table, key: Sequence[str], compared: Sequence[str]
) -> dict[str, Any]:
    here, there = _pairs(columns(key), after.select(key))
    stayed = np.isfinite(here) & np.isfinite(there)
    old, new = (places[stayed].astype(np.int64) for places in (here, there))
    differs = np.zeros(len(old), dtype=bool)
    cells = {}
    for name in compared:
        if name in key:
            continue
        mine, theirs = columns([name])[name].take(pa.array(old)), after[name].take(pa.array(new))
        other = ~same_cells(mine, theirs)
        if other.any():
            cells[name] = int(other.sum())
            differs |= other
    gone, added = int(np.isnan(there).sum()), int(np.isnan(here).sum())
    same = not (gone or added or differs.any())
    return {
        "before": len(old) + gone,
        "after": len(new) + added,
        "added": added,
        "gone": gone,
        "changed": int(differs.sum()),
        "cells": cells,
        "reordered": bool(same and (old != new).any()),
    }


def _pairs(before: pa.Table, after: pa.Table) -> tuple[npt.NDArray[np.float64], ...]:
    """For each key its row before and its row after, NaN where there is none."""
    sides = [
        table.append_column("\0before", pa.array(rows)).append_column("\0after", pa.array(others))
        for table, rows, others in (
            (before, np.arange(before.num_rows, dtype=np.float64), pa.nulls(before.num_rows)),
            (after, pa.nulls(after.num_rows), np.arange(after.num_rows, dtype=np.float64)),
        )
    ]
    rows = pa.concat_tables(sides, promote_options="permissive")
    met = rows.group_by(before.column_names).aggregate([("\0before", "max"), ("\0after", "max")])
    return tuple(
        np.asarray(pc.fill_null(met[f"\0{side}_max"], np.nan).to_numpy())
        for side in ("before", "after")
    )


def _whole(columns: Columns, after: pa.Table, compared: Sequence[str]) -> dict[str, Any]:
    old = columns(compared)
    new = after.select(compared)
    sides = [
        table.append_column("\0before", pa.array(np.full(table.num_rows, was))).append_column(
            "\0after", pa.array(np.full(table.num_rows, 1 - was))
        )
        for table, was in ((old, 1), (new, 0))
    ]
    met = (
        pa.concat_tables(sides)
        .group_by(list(compared))
        .aggregate([("\0before", "sum"), ("\0after", "sum")])
    )
    more = pc.subtract(met["\0after_sum"], met["\0before_sum"]).to_numpy()
    added, gone = int(more[more > 0].sum()), int(-more[more < 0].sum())
    same = not (added or gone)
    return {
        "before": old.num_rows,
        "after": new.num_rows,
        "added": added,
        "gone": gone,
        "reordered": same and not old.equals(new),
    }
