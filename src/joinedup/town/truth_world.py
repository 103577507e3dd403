"""Who lives in the town in truth? Every attribute of people, homes, stays and families, by id."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from joinedup.town import entities
from joinedup.town.days import NEVER
from joinedup.town.entities import Pool, World
from joinedup.town.names import cultures
from joinedup.town.writers import parquet

POOLS = {
    "forename": "forename",
    "middle": "forename",
    "surname": "surname",
    "birth_surname": "surname",
    "building": "building",
}
"""Columns of codes, and the pool of names that each is written from."""
WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("people", "culture"): cultures.CULTURES,
    ("people", "language"): cultures.LANGUAGES,
    ("homes", "kind"): entities.HOME_KINDS,
    ("homes", "tenure"): entities.TENURES,
    ("homes", "band"): tuple(entities.BANDS),
    ("families", "kind"): entities.FAMILY_KINDS,
    ("families", "culture"): cultures.CULTURES,
}
"""Columns of codes, and the vocabulary that each is written from."""
DAYS = ("born", "died", "surname_changed", "first_day", "from_day", "to_day")
"""Columns of days, written as dates; empty for never."""


def write(world: World, folder: Path) -> None:
    """people, homes, stays and families as Parquet; the number of a row, from 0, is the id."""
    for name in ("people", "homes", "stays", "families"):
        parquet.whole(folder / f"{name}.parquet", _columns(world, name))


def _columns(world: World, name: str) -> dict[str, pa.Array]:
    table: Any = getattr(world, name)
    return {
        field.name: _column(world, (name, field.name), np.asarray(getattr(table, field.name)))
        for field in fields(table)
    }


def _column(world: World, name: tuple[str, str], values: np.ndarray) -> pa.Array:
    if name in WORDS:
        return Pool.of(WORDS[name]).take(values)
    if name[1] in POOLS:
        pool: Pool = getattr(world.names, POOLS[name[1]])
        return pool.take(values)
    if name[1] in DAYS:
        return pa.array(values, pa.int32(), mask=values == NEVER).cast(pa.date32())
    return pa.array(values)
