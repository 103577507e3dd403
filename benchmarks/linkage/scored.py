"""How many of the links that somebody wrote are right, and how many of the true ones are there?

Everybody is scored here, we too: `pairs.csv` (one, other) as they stand, and all pairs of records
that `entities.csv` (id, entity) brings together.
"""

from collections import defaultdict
from itertools import combinations
from pathlib import Path

import pyarrow as pa
from pyarrow.csv import read_csv

from joinedup.link.truth import Score

PAIRS, ENTITIES = "pairs", "entities"
Links = set[tuple[str, str]]


def scores(folder: Path, truth: pa.Table) -> dict[str, Score]:
    """The score of pairs and of entities, of those that are there.

    Args:
        folder: what somebody wrote.
        truth: text; `one` and `other`, or `id` and `entity`.
    """
    true = _within(truth) if "entity" in truth.column_names else _paired(truth)
    made = {}
    if (folder / "pairs.csv").exists():
        made[PAIRS] = _paired(_text(folder / "pairs.csv"))
    if (folder / "entities.csv").exists():
        made[ENTITIES] = _within(_text(folder / "entities.csv"))
    return {what: Score(len(links & true), len(links), len(true)) for what, links in made.items()}


def _paired(table: pa.Table) -> Links:
    one, other = ("one", "other") if "one" in table.column_names else ("id_l", "id_r")
    sides = zip(table[one].to_pylist(), table[other].to_pylist(), strict=True)
    return {(min(pair), max(pair)) for pair in sides}


def _within(table: pa.Table) -> Links:
    groups = defaultdict(list)
    for name, entity in zip(table["id"].to_pylist(), table["entity"].to_pylist(), strict=True):
        groups[entity].append(name)
    return {pair for names in groups.values() for pair in combinations(sorted(names), 2)}


def _text(path: Path) -> pa.Table:
    table = read_csv(path)
    return table.cast(pa.schema([(name, pa.string()) for name in table.column_names]))
