"""Splink 5 as its documentation sets it for such data: comparisons, rules and training by hand.

`python splink_by_hand.py NAME OUT FILES… TRUTH` writes F1 of pairs at 0.5 and of clusters at 0.95.
"""

import json
import sys
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

AT_PAIRS, AT_CLUSTERS = 0.5, 0.95
MOST_PAIRS = 1_000_000


def settings(name: str) -> tuple[dict[str, Any], list[Any], list[Any]]:
    """Settings, rules to train on, and rules from which the share of matches is estimated."""
    if name == "febrl4":
        return (
            {
                "link_type": "link_only",
                "unique_id_column_name": "rec_id",
                "comparisons": [
                    cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
                    cl.NameComparison("surname").configure(term_frequency_adjustments=True),
                    cl.LevenshteinAtThresholds("date_of_birth", [1, 2]),
                    cl.LevenshteinAtThresholds("soc_sec_id", [1, 2]),
                    cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
                    cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
                    cl.JaroWinklerAtThresholds("address_1", [0.9, 0.7]),
                ],
                "blocking_rules_to_generate_predictions": [
                    block_on("given_name", "surname"),
                    block_on("surname", "date_of_birth"),
                    block_on("given_name", "date_of_birth"),
                    block_on("soc_sec_id"),
                    block_on("postcode", "street_number"),
                ],
            },
            [block_on("date_of_birth"), block_on("postcode")],
            [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")],
        )
    if name == "historical_50k":
        return (
            {
                "link_type": "dedupe_only",
                "comparisons": [
                    cl.ForenameSurnameComparison(
                        "first_name",
                        "surname",
                        forename_surname_concat_col_name="first_and_surname",
                    ),
                    cl.DateOfBirthComparison("dob", input_is_string=True),
                    cl.PostcodeComparison("postcode_fake"),
                    cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
                    cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
                ],
                "blocking_rules_to_generate_predictions": [
                    block_on("first_name", "surname"),
                    block_on("surname", "dob"),
                    block_on("first_name", "dob"),
                    block_on("postcode_fake", "first_name"),
                    block_on("postcode_fake", "surname"),
                    block_on("dob", "birth_place"),
                    block_on("substr(postcode_fake, 1, 4)", "dob"),
                ],
            },
            [block_on("first_name", "surname"), block_on("dob")],
            [block_on("first_name", "surname", "dob"), block_on("postcode_fake", "dob")],
        )
    forename, born = ("first_name", "dob") if name == "fake_1000" else ("forename", "birth_date")
    comparisons = [
        cl.NameComparison(forename).configure(term_frequency_adjustments=True),
        cl.NameComparison("surname").configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison(born, input_is_string=True),
        cl.ExactMatch("city").configure(term_frequency_adjustments=True),
        cl.EmailComparison("email"),
    ]
    rules = [block_on(forename, "surname"), block_on(born), block_on("email")]
    if name == "made":
        comparisons.append(cl.PostcodeComparison("postcode"))
        rules += [block_on("surname", "postcode"), block_on(forename, "postcode")]
    return (
        {
            "link_type": "dedupe_only",
            "unique_id_column_name": "unique_id" if name == "fake_1000" else "id",
            "comparisons": comparisons,
            "blocking_rules_to_generate_predictions": rules,
        },
        [block_on(forename, "surname"), block_on(born)],
        [block_on(forename, "surname", born), block_on("email")],
    )


def main() -> None:
    """Train, predict, score."""
    name, out, *files = sys.argv[1:]
    chosen, training, sure = settings(name)
    database = DuckDBAPI(connection=duckdb.connect(config={"threads": 2}))
    tables = [database.register(pq.read_table(file)) for file in files[:-1]]
    linker = Linker(tables, SettingsCreator(**chosen), log_level=40)
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=MOST_PAIRS)
    for rule in training:
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, max_pairs=MOST_PAIRS
        )
    found = linker.inference.predict(threshold_match_probability=0.01)
    key = chosen.get("unique_id_column_name", "unique_id")
    pairs = linker.misc.query_sql(
        f"select {key}_l as l, {key}_r as r, match_probability as p from {found.physical_name}"
    ).as_pyarrow_table()
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        found, threshold_match_probability=AT_CLUSTERS
    ).as_pyarrow_table()
    Path(out).write_text(json.dumps(_scores(pairs, clusters, key, pq.read_table(files[-1]))))


def _scores(pairs: pa.Table, clusters: pa.Table, key: str, truth: pa.Table) -> dict[str, float]:
    near = pairs.filter(pa.compute.greater_equal(pairs["p"], AT_PAIRS))
    made = {
        frozenset(pair) for pair in zip(near["l"].to_pylist(), near["r"].to_pylist(), strict=True)
    }
    if "entity" not in truth.column_names:
        known = {
            frozenset(pair)
            for pair in zip(truth["one"].to_pylist(), truth["other"].to_pylist(), strict=True)
        }
        right = len(made & known)
        return {"pairs": 2 * right / (len(made) + len(known)), "entities": 0.0}
    entity = dict(zip(truth["id"].to_pylist(), truth["entity"].to_pylist(), strict=True))
    true = _together(list(entity.values()))
    right = sum(entity[one] == entity[other] for one, other in map(tuple, made))
    groups = dict(zip(clusters[key].to_pylist(), clusters["cluster_id"].to_pylist(), strict=True))
    both = _together([f"{groups[one]}\0{entity[one]}" for one in groups])
    linked = _together(list(groups.values()))
    return {
        "pairs": 2 * right / (len(made) + true),
        "entities": 2 * both / (linked + true),
    }


def _together(names: list[Any]) -> float:
    counts = np.unique(np.array(names, dtype=str), return_counts=True)[1].astype(float)
    return float((counts * (counts - 1)).sum() / 2)


if __name__ == "__main__":
    main()
