"""Do DuckDB and Spark link the same records, as probably, into the same entities?"""

import numpy as np
import pyarrow as pa
import pytest
from benchmarks.linkage.population import population

from joinedup import link
from joinedup.link import splinked
from joinedup.store.engine import Granted
from joinedup.store.spark import spark, view_of

pytestmark = [
    pytest.mark.usefixtures("java"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
NEAR = 1e-6


def by_pair(output):
    names = ("table_l", "id_l", "table_r", "id_r")
    rows = output.tables["pairs"].data.to_pylist()
    return {tuple(row[name] for name in names): row["probability"] for row in rows}


def hold_against_each_other(table):
    one, other = (link.people(tables={"list": table}, engine=name) for name in ("duckdb", "spark"))
    mine, its = by_pair(one), by_pair(other)
    assert len(mine) > table.num_rows / 5
    assert mine.keys() == its.keys()
    assert max(abs(mine[pair] - its[pair]) for pair in mine) <= NEAR
    for name in ("entities", "known"):
        assert one.tables[name].data.equals(other.tables[name].data)
    assert one.result.headline == other.result.headline


def test_small_lists_are_linked_alike(monkeypatch):
    monkeypatch.setattr(splinked, "DRAWN", 5_000)  # on few records Spark's start is most of it
    table, _ = population(400, seed=11)
    hold_against_each_other(table.drop_columns(["city", "email"]))


@pytest.mark.deep
@pytest.mark.timeout(3_600)
def test_twenty_thousand_records_are_linked_alike():
    table, _ = population(20_000, seed=12)
    hold_against_each_other(table)


def test_how_alike_two_texts_are_is_what_duckdb_says_row_by_row():
    """Spark's own functions of these names give another number for one pair in five."""
    import duckdb

    rng = np.random.default_rng(4)
    words = ["".join(rng.choice(list("abcdeé"), rng.integers(0, 20))) for _ in range(3_000)]
    pairs = pa.table({"n": range(3_000), "l": words, "r": [*words[1:], None]})
    with spark({"pairs": Granted(pairs, ("n", "l", "r"))}) as session:
        columns = "n", "jarowinkler_similarity(l, r) as a", "damerau_levenshtein(l, r) as b"
        found = session.table(view_of("pairs")).selectExpr(*columns).toArrow().sort_by("n")
    asked = (
        "select n, jaro_winkler_similarity(l, r) as a, damerau_levenshtein(l, r) as b from pairs"
    )
    assert found.to_pydict() == duckdb.sql(f"{asked} order by n").to_arrow_table().to_pydict()
