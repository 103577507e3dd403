"""How many of the links that somebody wrote are right, and how many of the true ones are there?

Everybody is scored here, we too: `pairs.csv` (one, other) as they stand, and all pairs of records
that `entities.csv` (id, entity) brings together.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pyarrow as pa
from pyarrow.csv import read_csv

PAIRS, ENTITIES = "pairs", "entities"
Links = set[tuple[str, str]]


@dataclass(frozen=True)
class Score:
    """Links against the truth.

    Attributes:
        right: links that are true.
        linked: all links.
        true: all true pairs.
    """

    right: int
    linked: int
    true: int

    @property
    def precision(self) -> float:
        """Of the links, how many are true."""
        return self.right / max(self.linked, 1)

    @property
    def recall(self) -> float:
        """Of the true pairs, how many are links."""
        return self.right / max(self.true, 1)

    @property
    def f1(self) -> float:
        """Their harmonic mean.

        >>> Score(right=8, linked=10, true=10).f1
        0.8
        """
        return 2 * self.right / max(self.linked + self.true, 1)


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
