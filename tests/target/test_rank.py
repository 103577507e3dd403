"""The list, and what it would have found: by hand on ten cases, by law, and as published."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import joinedup
from joinedup.core.errors import MethodError, ProjectError
from joinedup.result.blocks import Figure, Table
from joinedup.target.ranking import take_list

# Two a day for five days. Ranked by points: c j a e | g b d f i h; finds: c a g h
CASES = pa.table(
    {
        "case": list("abcdefghij"),
        "points": [8, 5, 10, 4, 7, 3, 6, 1, 2, 9],
        "on": [date(2026, 3, 1 + place // 2) for place in range(10)],
        "found": [1, 0, 1, 0, 0, 0, 1, 1, 0, 0],
        "why": ["old"] * 10,
    }
)
SETTINGS = {"id": "case", "score": "points", "capacity": 4, "draws": 200}
KNOWN = SETTINGS | {"time": "on", "outcome": "found"}
NAMES = {
    "days_earlier",
    "share_first_half_actual",
    "share_first_half_ranked",
    "share_seen_later",
    "found_at_capacity",
    "precision_at_capacity",
    "recall_at_capacity",
    "lift_over_chance",
    "lift_over_actual_order",
    "auc",
}


def rank(table=CASES, **settings):
    return joinedup.target.rank(table=table, **settings)


def values(output):
    return {estimate.name: estimate.value for estimate in output.result.estimates}


def test_the_list_holds_the_highest_scores_in_order():
    listed = rank(**SETTINGS, reasons=["why"], carry=["on"]).tables["list"].data
    assert listed["case"].to_pylist() == ["c", "j", "a", "e"]
    assert listed["rank"].to_pylist() == [1, 2, 3, 4]
    assert listed.column_names == ["rank", "case", "points", "why", "on", "chosen_by"]


def test_every_ranked_case_keeps_its_rank():
    ranked = rank(**KNOWN).tables["ranked"].data
    assert "".join(ranked["case"].to_pylist()) == "cjaegbdfih"
    assert ranked["rank"].to_pylist() == list(range(1, 11))


def test_the_measures_are_those_counted_by_hand():
    got = values(rank(**KNOWN))
    assert set(got) == NAMES
    # Finds c a g h were worked on days 2 1 4 4; ranked 1 3 5 10 gives days 1 2 3 5.
    assert got["days_earlier"] == pytest.approx((1 - 1 + 1 - 1) / 4)
    assert got["share_seen_later"] == pytest.approx(2 / 4)
    assert got["share_first_half_actual"] == pytest.approx(2 / 4)  # before day 3
    assert got["share_first_half_ranked"] == pytest.approx(3 / 4)  # above 5.5 points
    assert got["found_at_capacity"] == 2
    assert got["precision_at_capacity"] == pytest.approx(2 / 4)
    assert got["recall_at_capacity"] == pytest.approx(2 / 4)
    assert got["lift_over_chance"] == pytest.approx((2 / 4) / (4 / 10))
    assert got["lift_over_actual_order"] == pytest.approx(2 / 2)  # days 1 and 2 found a and c
    # Above which misses: c 6 of 6, a 5 (all but j), g 4 (all but j, e), h none.
    assert got["auc"] == pytest.approx((6 + 5 + 4 + 0) / 24)


def test_the_curve_is_the_count_at_each_share():
    curve = rank(**KNOWN).tables["curve"].data.to_pylist()
    half = {row["order"]: row["share_found"] for row in curve if row["share_visited"] == 0.5}
    assert half == {"ranked": 3 / 4, "as worked": 2 / 4, "by chance": 0.5}
    ends = {row["order"]: row["share_found"] for row in curve if row["share_visited"] == 1}
    assert set(ends.values()) == {1.0}
    assert max(sum(row["order"] == name for row in curve) for name in ends) <= 101


def test_the_headline_has_the_number_its_doubt_and_the_comparison():
    headline = rank(**KNOWN | {"outcome_words": "fires"}).result.headline
    assert headline.startswith("Ranked this way, fires would have been found 0.0 days earlier (95%")
    assert headline.endswith("75.0% in the first half against 50.0% as worked.")


def test_a_worse_order_is_said_to_be_later():
    worse = CASES.set_column(1, "points", pa.array([3, 9, 2, 8, 7, 6, 1, 0, 5, 4]))
    output = rank(worse, **KNOWN)
    assert "days later (95% interval" in output.result.headline
    assert values(output)["days_earlier"] < 0
    assert {check.name: check.answer for check in output.result.checks}[
        "Better than the order used"
    ] == "failed"


def test_without_dates_the_finds_are_compared_with_chance_alone():
    output = rank(**SETTINGS, outcome="found")
    assert set(values(output)) == {
        *("found_at_capacity", "precision_at_capacity", "recall_at_capacity"),
        *("lift_over_chance", "auc"),
    }
    assert "hold 50.0% of the 4 cases with the outcome" in output.result.headline
    assert "1.2 times what chance would find" in output.result.headline
    assert set(output.tables["curve"].data["order"].to_pylist()) == {"ranked", "by chance"}


def test_without_outcomes_there_is_a_list_and_a_caution():
    output = rank(**SETTINGS)
    assert set(output.tables) == {"list", "ranked"}
    assert output.result.estimates == ()
    assert "nothing here says how good this order is" in output.result.cautions[0]
    assert output.result.headline.startswith("The list holds 4 of 10 cases")


def test_if_no_find_is_known_nothing_is_measured():
    nothing = CASES.set_column(3, "found", pa.array([0] * 9 + [None]))
    output = rank(nothing, **KNOWN)
    assert output.result.estimates == ()
    assert "None of the ranked cases is known to have the outcome" in output.result.cautions[0]


def test_ties_are_settled_by_id_and_told_where_they_decide():
    tied = CASES.set_column(1, "points", pa.array([1, 1, 1, 1, 1, 0, 0, 0, 0, 2]))
    output = rank(tied, **SETTINGS)
    assert output.tables["list"].data["case"].to_pylist() == ["j", "a", "b", "c"]
    (check,) = output.result.checks
    assert check.answer == "failed"
    assert "5 cases share the score" in check.detail
    assert rank(**SETTINGS).result.checks[0].answer == "passed"


@given(st.permutations(range(10)))
def test_the_order_of_rows_does_not_matter(order):
    tied = CASES.set_column(1, "points", pa.array([1, 1, 2, 2, 1, 1, 2, 2, 1, 2]))
    settings = KNOWN | {"draws": 100}
    got, want = rank(tied.take(pa.array(order)), **settings), rank(tied, **settings)
    assert got.tables["list"].data == want.tables["list"].data
    assert got.result.estimates == want.result.estimates


def test_rows_that_cannot_be_ranked_or_measured_are_counted():
    holes = CASES.set_column(1, "points", pa.array([None, float("nan"), *range(8)])).set_column(
        3, "found", pa.array([1, 0, 1, 0, 0, 0, 1, None, 0, 0])
    )
    output = rank(holes, **KNOWN)
    told = " ".join(output.result.cautions)
    assert "2 cases have no score" in told
    assert "1 ranked cases have no known outcome" in told
    assert {estimate.n for estimate in output.result.estimates} == {7}
    assert output.tables["ranked"].data.num_rows == 8


def test_only_the_rows_asked_for_are_ranked():
    split = CASES.append_column("split", pa.array(["test"] * 6 + ["train"] * 4))
    output = rank(split, **SETTINGS | {"only": {"split": "test"}})
    assert output.tables["list"].data["case"].to_pylist() == ["c", "a", "e", "b"]
    number = rank(**SETTINGS | {"only": {"found": 1}})
    assert number.tables["list"].data["case"].to_pylist() == ["c", "a", "g", "h"]


def test_a_capacity_above_the_cases_lists_all_and_says_so():
    output = rank(**KNOWN | {"capacity": 50})
    assert output.tables["list"].data.num_rows == 10
    assert values(output)["recall_at_capacity"] == 1
    assert "only 10 cases are ranked" in " ".join(output.result.cautions)


def test_an_audit_share_is_drawn_from_below_the_line():
    settings = KNOWN | {"audit_share": 0.5, "seed": 4}
    output = rank(**settings)
    listed = output.tables["list"].data
    assert listed["chosen_by"].to_pylist() == ["score", "score", "audit", "audit"]
    assert listed["rank"].to_pylist()[:2] == [1, 2]
    assert listed == rank(**settings).tables["list"].data
    assert "2 places of the list were drawn at random" in " ".join(output.result.cautions)
    assert values(output)["found_at_capacity"] == values(rank(**KNOWN))["found_at_capacity"]


@given(st.integers(1, 60), st.integers(1, 80), st.floats(0, 0.5), st.integers(0, 99))
def test_a_list_is_never_longer_than_its_capacity(cases, capacity, share, seed):
    chosen = take_list(cases, capacity=capacity, audit_share=share, seed=seed)
    assert (chosen != "").sum() == min(cases, capacity)
    assert (chosen[: (chosen == "score").sum()] == "score").all()


def test_chances_give_the_finds_expected_on_the_list():
    chances = CASES.set_column(1, "points", pa.array(np.arange(10) / 10))
    output = rank(chances, **SETTINGS | {"score_is_chance": True})
    assert values(output) == {"expected_finds": pytest.approx(0.9 + 0.8 + 0.7 + 0.6)}
    with pytest.raises(MethodError, match="it is no chance"):
        rank(**SETTINGS | {"score_is_chance": True})


def test_the_same_seed_gives_the_same_intervals():
    one, two, other = (rank(**KNOWN | {"seed": seed}).result.estimates for seed in (1, 1, 2))
    assert one == two
    assert one != other


def test_the_interval_holds_the_estimate():
    for estimate in rank(**KNOWN).result.estimates:
        assert estimate.low <= estimate.value <= estimate.high, estimate.name
        assert estimate.level == 0.95


def test_every_case_found_leaves_no_auc_and_no_gain():
    every = CASES.set_column(3, "found", pa.array([1] * 10))
    got = values(rank(every, **KNOWN))
    assert "auc" not in got
    assert got["days_earlier"] == 0


def test_the_figure_has_its_table_behind_it_and_says_its_finding():
    output = rank(**KNOWN)
    (figure,) = [block for block in output.result.blocks if isinstance(block, Figure)]
    fields = {one["field"] for one in figure.chart["encoding"].values()}
    assert fields <= {column.name for column in figure.table.columns}
    assert "data" not in figure.chart
    assert figure.alt == (
        "After half of the cases, 75.0% are found as ranked, 50.0% are found as worked,"
        " 50.0% by chance."
    )


def test_the_list_is_marked_as_records_and_the_counts_as_groups():
    tables = [block for block in rank(**KNOWN).result.blocks if isinstance(block, Table)]
    assert [table.about for table in tables] == ["groups", "records"]
    assert all(len(row) == len(table.columns) for table in tables for row in table.rows)


def test_a_long_list_shows_its_head_and_says_where_the_rest_is():
    many = pa.table({"case": list(range(100)), "points": list(range(100))})
    output = rank(many, **SETTINGS | {"capacity": 30})
    shown = output.result.blocks[-1]
    assert len(shown.rows) == 20
    assert shown.rows[0][:2] == (1, "99")
    assert shown.note == "10 more are in the table list."


def test_moments_are_days_with_a_part():
    stamps = [date(2026, 3, 1 + place // 2) for place in range(10)]
    moments = pa.array(stamps).cast(pa.timestamp("us"))
    assert values(rank(CASES.set_column(2, "on", moments), **KNOWN)) == values(rank(**KNOWN))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"time": "on"}, "name the outcome column too"),
        ({"carry": ["rank"]}, "rename yours"),
        ({"label": "by chance"}, "label must not be"),
        ({"audit_share": 0.7}, "audit_share"),
        ({"draws": 3}, "draws"),
    ],
)
def test_settings_that_contradict_one_another_are_refused(change, said):
    with pytest.raises(ProjectError, match=said):
        rank(**SETTINGS | change)


@pytest.mark.parametrize(
    ("column", "held", "said"),
    [
        ("case", list("aabcdefghi"), "1 rows repeat the case of another"),
        ("case", [None, *"abcdefghi"], "1 rows have no case"),
        ("points", ["CANARY"] * 10, "points holds string, where numbers are needed"),
        ("found", [2] + [0] * 9, "found is neither 0 nor 1 in 1 rows"),
        ("on", ["CANARY"] * 10, "on holds string, where dates are needed"),
        ("points", [None] * 10, "none of 10 rows has a score"),
    ],
)
def test_a_column_that_cannot_be_used_is_named_without_its_cells(column, held, said):
    place = CASES.column_names.index(column)
    with pytest.raises(MethodError, match=said) as caught:
        rank(CASES.set_column(place, column, pa.array(held)), **KNOWN)
    assert "CANARY" not in str(caught.value)


def test_all_columns_that_cannot_be_used_are_told_at_once():
    wrong = CASES.set_column(1, "points", pa.array(list("abcdefghij"))).set_column(
        2, "on", pa.array(range(10))
    )
    with pytest.raises(MethodError) as caught:
        rank(wrong, **KNOWN)
    assert len(caught.value.problems) == 2


def test_a_value_that_cannot_stand_in_its_column_is_refused():
    with pytest.raises(MethodError, match="cannot equal the value asked for"):
        rank(**SETTINGS | {"only": {"points": "high"}})


def test_a_thousand_cases_take_seconds():
    """1,637 cases and 2,000 draws: the size of the published comparison."""
    import time

    rng = np.random.default_rng(2)
    n = 1637
    score = rng.random(n)
    table = pa.table(
        {
            "case": np.arange(n),
            "points": score,
            "on": [date(2026, 1, 1) + timedelta(days=int(day)) for day in rng.integers(60, size=n)],
            "found": (rng.random(n) < 0.3 * score).astype(int),
        }
    )
    began = time.monotonic()
    rank(table, **KNOWN | {"draws": 2000, "capacity": 800})
    assert time.monotonic() - began < 10
