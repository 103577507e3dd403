"""The engine of record: Splink finds the pairs, compares them, and knows how rare a value is.

What it is not asked is to choose or to learn: see `blocking` and `stats.mixture`, and decision 28
for what was measured. It runs on DuckDB or on Spark, from the same settings, to the same pairs
(decision 34).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from joinedup.link.blocking import Rule
from joinedup.link.features import feature_of
from joinedup.stats.arrays import Floats
from joinedup.store.engine import Calculates
from joinedup.store.engine import engine as duckdb
from joinedup.store.spark import spark

if TYPE_CHECKING:
    from splink import Linker
    from splink.internals.database_api import DatabaseAPISubClass

Engine = Callable[[], "DatabaseAPISubClass"]
RECORD = "record"
DRAWN, DRAWN_FOR_EACH = 300_000, 100
"""Pairs drawn at random, to see how often two unrelated records agree; and at most for a record."""
FAR = -12.0
"""Pairs with odds below 2 to this by what was known before learning are not looked at again."""
SMALLEST = 1e-9
OWN, LEAST = 1.5, 0.5
"""Of the records with a value, those of the pair itself; and the fewest others there may be."""
QUIET = 40


@dataclass(frozen=True, slots=True)
class Compared:
    """Pairs that were compared.

    Attributes:
        left: place of one record, shape (pairs,).
        right: of the other.
        levels: how well each feature agrees; -1 where one is empty, shape (pairs, features).
        rarity: of each feature in which they agree, the logarithm of how much rarer than usual the
            value is, shape (pairs, features).
    """

    left: Any
    right: Any
    levels: Any
    rarity: Floats


@contextmanager
def on(calculates: Calculates) -> Iterator[Engine]:
    """What makes Splink's database, for as long as the block lasts.

    Raises:
        MethodError: Spark is asked for and does not start.
    """
    if calculates == "spark":
        with spark() as session:
            from splink import SparkAPI  # noqa: PLC0415 - heavy

            make: Any = SparkAPI

            # Kept in memory, or in the session's encrypted folder: never as Parquet on a disk.
            keep = {"break_lineage_method": "persist", "register_udfs_automatically": False}
            yield lambda: make(spark_session=session, **keep)
    else:
        with duckdb({}) as connection:
            from splink import DuckDBAPI  # noqa: PLC0415 - heavy; only when something is linked

            yield lambda: DuckDBAPI(connection=connection)


def joined(one: Compared, other: Compared) -> Compared:
    """The pairs of both."""
    return Compared(
        np.concatenate([one.left, other.left]),
        np.concatenate([one.right, other.right]),
        np.concatenate([one.levels, other.levels]),
        np.concatenate([one.rarity, other.rarity]),
    )


def unrelated(engine: Engine, table: Any, features: Sequence[str], *, seed: int) -> list[Floats]:
    """How often unrelated records agree in each level of each feature, from pairs drawn at random.

    The share that agree exactly is counted, not drawn: it is what all pairs of records have.
    """
    rows = table.num_rows
    rng = np.random.default_rng(seed)
    drawn = min(DRAWN, DRAWN_FOR_EACH * rows, rows * (rows - 1) // 2)
    left, right = rng.integers(0, rows, drawn), rng.integers(0, rows, drawn)
    left, right = np.minimum(left, right)[left != right], np.maximum(left, right)[left != right]
    told = compared(engine, table, features, pairs=(left, right))
    made = []
    for place, name in enumerate(features):
        size = len(feature_of(name).alike) + 2
        seen = told.levels[:, place]
        counts = np.bincount(seen[seen >= 0], minlength=size).astype(float) + 0.5
        chances = counts / counts.sum()
        alike = same_share(table[name])
        chances = chances * (1 - alike) / (1 - chances[-1])
        chances[-1] = alike
        made.append(chances)
    return made


def same_share(cells: pa.ChunkedArray) -> float:
    """The share of all pairs of rows, both with a value, that have the same one."""
    counts = cells.drop_null().value_counts().field("counts").to_numpy().astype(float)
    every = counts.sum() * (counts.sum() - 1)
    return _inside(float((counts * (counts - 1)).sum() / every)) if every else SMALLEST


def compared(
    engine: Engine,
    table: pa.Table,
    features: Sequence[str],
    *,
    rules: Sequence[Rule] = (),
    pairs: tuple[Any, Any] | None = None,
    known: Sequence[tuple[Floats, Floats]] | None = None,
    likely: float = 1e-4,
) -> Compared:
    """Compare the pairs that rules find, or these pairs.

    Args:
        engine: makes Splink's database.
        table: from `standard`, with its `record` number.
        features: the columns to compare.
        rules: by which pairs are found.
        pairs: places of the records of each pair, in place of rules.
        known: of each feature, the chances of its levels among matches and among unrelated records;
            with it, pairs that rules find and that are far from a match are left out.
        likely: the share of all pairs that are expected to match.
    """
    database = engine()  # it remembers the pairs it was given: a new one each time
    registered = database.register(table)
    linker = _linker(registered, features, rules, known, likely)
    if pairs is not None:
        told = pa.table({"join_key_l": pairs[0], "join_key_r": pairs[1]})
        told = told.append_column("match_key", pa.array(["0"] * told.num_rows))
        linker.table_management.register_blocked_pairs_for_predict(database.register(told))
    found = linker.inference.predict(
        threshold_match_weight=FAR if known and pairs is None else None, warning_mode="never"
    )
    weights = [name for name in features if known and feature_of(name).rare]
    columns = [f"{RECORD}_l", f"{RECORD}_r"]
    columns += [f"cast(gamma_{name} as tinyint) as gamma_{name}" for name in features]
    columns += [f"cast(tf_{name}_l as double) as share_{name}" for name in weights]
    sql = f"select {', '.join(columns)} from {found.physical_name}"
    asked: Any = linker
    got = asked.misc.query_sql(sql).as_pyarrow_table()
    asked.table_management.delete_tables_created_by_splink_from_db()
    rarity = np.zeros((got.num_rows, len(features)), dtype=np.float32)
    for place, name in enumerate(features):
        if known and name in weights:
            rarity[:, place] = _rarity(got, name, known[place][1], table[name])
    levels = [got[f"gamma_{name}"].to_numpy() for name in features]
    return Compared(
        got[f"{RECORD}_l"].to_numpy(), got[f"{RECORD}_r"].to_numpy(), np.stack(levels, 1), rarity
    )


def _rarity(got: pa.Table, name: str, other: Floats, cells: pa.ChunkedArray) -> Floats:
    """How much rarer than usual the value is in which two records agree, as a logarithm.

    How often a value comes up beside the two: a name that only they have is as rare as can be told.
    """
    many = len(cells) - cells.null_count
    beside = np.maximum(got[f"share_{name}"].fill_null(0).to_numpy() * many - OWN, LEAST)
    same = got[f"gamma_{name}"].to_numpy() == len(other) - 1
    return np.where(same, np.log(other[-1] * many / beside), 0.0)


def _linker(
    registered: Any,
    features: Sequence[str],
    rules: Sequence[Rule],
    known: Sequence[tuple[Floats, Floats]] | None,
    likely: float,
) -> "Linker":
    from splink import Linker, SettingsCreator, block_on  # noqa: PLC0415 - heavy

    chances = known or (None,) * len(features)
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name=RECORD,
        probability_two_random_records_match=likely,
        comparisons=[
            _comparison(name, chance) for name, chance in zip(features, chances, strict=True)
        ],
        blocking_rules_to_generate_predictions=[
            block_on(*(key.sql for key in rule.keys)) for rule in rules
        ],
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
    )
    return Linker(registered, settings, log_level=QUIET, validate_settings=False)


def _inside(chance: float) -> float:
    return float(min(max(chance, SMALLEST), 1 - SMALLEST))


def _comparison(name: str, chances: tuple[Floats, Floats] | None) -> Any:
    import splink.comparison_level_library as level  # noqa: PLC0415 - heavy
    from splink.comparison_library import CustomComparison  # noqa: PLC0415 - heavy

    feature = feature_of(name)
    cells = {"l": f"{name}_l", "r": f"{name}_r", "root_l": f"{name}_root_l"}
    cells["root_r"] = f"{name}_root_r"
    same = level.ExactMatchLevel(name, term_frequency_adjustments=feature.rare)
    alike = [
        level.CustomLevel(
            sql.format(**cells), label_for_charts=str(place), base_dialect_str="duckdb"
        )
        for place, sql in enumerate(feature.alike)
    ]
    levels = [same, *alike, level.ElseLevel()]
    if chances is not None:
        match, other = chances
        for place, one in enumerate(levels):
            one.configure(
                m_probability=_inside(match[len(levels) - 1 - place]),
                u_probability=_inside(other[len(levels) - 1 - place]),
            )
    return CustomComparison([level.NullLevel(name), *levels], output_column_name=name)
