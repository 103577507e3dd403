"""Which pairs are worth comparing? Those that agree in something that few records share.

A rule is one key, or two of two features. How many pairs each finds is estimated from a sample;
rules are taken from the most telling on, until the pairs that may be compared are spent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.link.features import feature_of
from joinedup.stats.arrays import Ints

SAMPLE = 50_000
FEWEST_PAIRS, PAIRS_PER_RECORD = 2_000_000, 8
LARGEST_SHARE = 1 / 3
"""Of all pairs that may be compared, one rule may ask for this many at most."""


@dataclass(frozen=True, slots=True)
class Key:
    """What two records must have in common.

    Attributes:
        feature: of `standard`.
        sql: the key, as SQL over the feature's column.
    """

    feature: str
    sql: str

    @property
    def words(self) -> str:
        """As a person would say it."""
        return WORDS[self.shape].format(self.feature.replace("_", " "))

    @property
    def shape(self) -> str:
        """The key's SQL, whatever its feature."""
        return self.sql.replace(self.feature, "c")


@dataclass(frozen=True, slots=True)
class Rule:
    """Records that have all these keys in common are compared.

    Attributes:
        pairs: how many it finds, estimated.
    """

    keys: tuple[Key, ...]
    pairs: float


def choose(table: pa.Table, features: Sequence[str], *, seed: int) -> tuple[Rule, ...]:
    """The rules, from the fewest pairs to the most.

    Args:
        table: from `standard`.
        features: that are compared.
        seed: of the sample in which pairs are counted.
    """
    rows = table.num_rows
    sample = table
    if rows > SAMPLE:
        places = np.random.default_rng(seed).choice(rows, SAMPLE, replace=False)
        sample = table.take(pa.array(np.sort(places)))
    scale = (rows / max(sample.num_rows, 1)) ** 2
    keys = [Key(name, sql) for name in features for sql in _keys(name)]
    coded = {key: _codes(sample, key) for key in keys}
    allowed = max(FEWEST_PAIRS, PAIRS_PER_RECORD * rows)
    chosen: list[Rule] = []
    spent = 0.0
    for size in (1, 2):
        rules = [
            Rule(together, _pairs([coded[key] for key in together]) * scale)
            for together in combinations(keys, size)
            if len({key.feature for key in together}) == size
        ]
        for rule in sorted(rules, key=lambda rule: rule.pairs):
            inside = any(set(one.keys) <= set(rule.keys) for one in chosen)
            if (
                not inside
                and rule.pairs <= allowed * LARGEST_SHARE
                and spent + rule.pairs <= allowed
            ):
                chosen.append(rule)
                spent += rule.pairs
    return tuple(sorted(chosen, key=lambda rule: rule.pairs))


def _keys(feature: str) -> list[str]:
    return [sql.format(c=feature) for sql in feature_of(feature).keys]


def _pairs(codes: Sequence[Ints]) -> float:
    """How many pairs of rows agree in all of these, shape of each (rows,); -1 agrees with none."""
    there = np.all([one >= 0 for one in codes], axis=0)
    together = codes[0][there]
    for one in codes[1:]:
        together = together * (int(one.max(initial=0)) + 1) + one[there]
    counts = np.unique(together, return_counts=True)[1].astype(float)
    return float((counts * (counts - 1)).sum() / 2)


def keyed(table: pa.Table, key: Key) -> pa.Array:
    """What each row has of a key, as the engine would make it, shape (rows,)."""
    cells = table[key.feature].combine_chunks()
    cells = cells.chunk(0) if isinstance(cells, pa.ChunkedArray) else cells
    return KEYED[key.shape](cells)


def _codes(table: pa.Table, key: Key) -> Ints:
    coded = keyed(table, key).dictionary_encode()
    return np.asarray(pc.fill_null(coded.indices, -1), dtype=np.int64)


KEYED: Mapping[str, Any] = {
    "c": lambda cells: cells,
    "substr(c, 1, 3)": lambda cells: pc.utf8_slice_codeunits(cells, 0, 3),
    "substr(c, 1, 4)": lambda cells: pc.utf8_slice_codeunits(cells, 0, 4),
    "substr(c, 1, 5)": lambda cells: pc.utf8_slice_codeunits(cells, 0, 5),
    "substr(c, 5, 4)": lambda cells: pc.utf8_slice_codeunits(cells, 4, 8),
    "substr(c, 1, length(c) - 3)": lambda cells: pc.utf8_slice_codeunits(cells, 0, -3),
    "right(c, 7)": lambda cells: pc.utf8_slice_codeunits(cells, -7, None),
    "split_part(c, '@', 1)": lambda cells: pc.list_element(pc.split_pattern(cells, "@"), 0),
}
"""What the engine makes of a cell in SQL, on the sample."""
WORDS: Mapping[str, str] = {
    "c": "{}",
    "substr(c, 1, 3)": "the first 3 signs of {}",
    "substr(c, 1, 4)": "the first 4 signs of {}",
    "substr(c, 1, 5)": "the first 5 signs of {}",
    "substr(c, 5, 4)": "month and day of {}",
    "substr(c, 1, length(c) - 3)": "the district of {}",
    "right(c, 7)": "the last 7 digits of {}",
    "split_part(c, '@', 1)": "what stands before the @ of {}",
}
"""The same in words."""
