"""Who lives in the town in truth? Every attribute of people, homes, stays and families, by id."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from joinedup.town.entities import Pool, World
from joinedup.town.writers import parquet

NAMES = {"forename": "forename", "middle": "forename", "surname": "surname",
         "birth_surname": "surname", "building": "building"}  # fmt: skip
"""Columns of codes, and the pool of names that each is written from."""


def write(world: World, folder: Path) -> None:
    """people, homes, stays and families as Parquet; row numbers are the ids, names are words."""
    for name in ("people", "homes", "stays", "families"):
        parquet.whole(folder / f"{name}.parquet", _columns(world, getattr(world, name)))


def _columns(world: World, entities: Any) -> dict[str, pa.Array]:
    columns = {}
    for field in fields(entities):
        values = np.asarray(getattr(entities, field.name))
        pool: Pool | None = getattr(world.names, NAMES.get(field.name, ""), None)
        columns[field.name] = pa.array(values) if pool is None else pool.take(values)
    return columns
