"""Points for plain conditions: what New York's four factors gave, done by hand."""

from datetime import date

import pyarrow as pa
import pytest

import joinedup
from joinedup.core.errors import MethodError, ProjectError
from joinedup.target.conditions import Condition, holds

# New York, 2011: where are homes converted illegally? Four factors of city records, one point
# each, on buildings about which somebody complained (NYC press release PR-193-11).
FOUR_FACTORS = [
    {
        "name": "arrears",
        "column": "in_arrears",
        "op": "==",
        "value": 1,
        "weight": 1,
        "reason": "the owner is behind with tax or mortgage",
    },
    {
        "name": "old",
        "column": "built",
        "op": "<",
        "value": 1938,
        "weight": 1,
        "reason": "built before 1938",
    },
    {
        "name": "complaints",
        "column": "complaints_before",
        "op": ">=",
        "value": 1,
        "weight": 1,
        "reason": "there were complaints before",
    },
    {
        "name": "poor area",
        "column": "area_poverty",
        "op": ">=",
        "value": 0.25,
        "weight": 1,
        "reason": "in an area where a quarter or more are poor",
    },
]
BUILDINGS = pa.table(
    {
        "building": ["b1", "b2", "b3", "b4", "b5"],
        "in_arrears": [1, 0, 1, 0, 1],
        "built": [1920, 1935, 1938, 1990, 1900],
        "complaints_before": [3, 1, 0, None, 2],
        "area_poverty": [0.31, 0.25, 0.10, 0.05, 0.40],
        "reported_on": [date(2026, 1, day) for day in (5, 6, 7, 8, 9)],
        "kind": ["home", "home", "home", "home", "shop"],
        "illegal": [1, 0, 0, None, 1],
    }
)
HOMES = [{"column": "kind", "op": "is in", "value": ["home", "flat"]}]


def scored(**settings):
    settings = {"id": "building", "rules": FOUR_FACTORS, "eligible": HOMES} | settings
    return joinedup.target.rules(table=BUILDINGS, **settings)


def rows(output, name="scores"):
    return output.tables[name].data.to_pylist()


def test_the_four_factors_give_the_points_counted_by_hand():
    assert [(row["building"], row["score"]) for row in rows(scored())] == [
        ("b1", 4),  # arrears, 1920, three complaints, 0.31
        ("b2", 3),  # 1935, one complaint, 0.25 exactly
        ("b3", 1),  # arrears; 1938 is not before 1938
        ("b4", 0),  # complaints not known
    ]


def test_each_case_has_its_reasons_in_plain_words():
    first, _, third, fourth = rows(scored())
    assert [first[f"reason_{place}"] for place in (1, 2, 3)] == [
        "the owner is behind with tax or mortgage",
        "built before 1938",
        "there were complaints before",
    ]
    assert third["reason_1"] == "the owner is behind with tax or mortgage"
    assert (third["reason_2"], fourth["reason_1"]) == (None, None)


def test_heavier_rules_are_told_first_and_points_can_be_taken_off():
    rules = [dict(rule) for rule in FOUR_FACTORS]
    rules[3]["weight"], rules[0]["weight"] = 2.5, -1
    first = rows(scored(rules=rules))[0]
    assert first["score"] == pytest.approx(3.5)
    assert first["reason_1"] == "in an area where a quarter or more are poor"
    assert "the owner is behind with tax or mortgage" not in first.values()


def test_a_case_that_is_not_eligible_has_no_score():
    output = scored()
    assert "b5" not in [row["building"] for row in rows(output)]
    assert "1 cases are not eligible and have no score." in output.result.cautions


def test_an_empty_cell_gives_no_points_and_is_told():
    cautions = scored().result.cautions
    assert "1 eligible cases have no complaints_before" in " ".join(cautions)


def test_the_line_is_the_one_set():
    output = scored(threshold=3)
    assert [row["reaches_threshold"] for row in rows(output)] == [True, True, False, False]
    assert output.result.headline == "2 of 4 eligible cases reach 3 points under 4 rules."
    assert "the highest score is 4" in scored().result.headline


def test_what_each_rule_finds_is_counted_where_the_outcome_is_known():
    found = {row["rule"]: row for row in rows(scored(outcome="illegal"), "rules")}
    assert found["arrears"] == {
        "rule": "arrears",
        "points": 1.0,
        "cases": 4,
        "met": 2,
        "known": 2,
        "found": 1,
        "share_found": 0.5,
    }
    assert found["old"]["share_found"] == 0.5
    assert rows(scored(), "rules")[0]["share_found"] is None


def test_a_rule_that_no_known_case_meets_has_no_share():
    never = [{**FOUR_FACTORS[1], "value": 1800}]
    assert rows(scored(rules=never, outcome="illegal"), "rules")[0]["share_found"] is None


def test_points_that_order_enough_known_cases_are_measured():
    assert scored(outcome="illegal").result.estimates == ()  # one found, two not: too few
    more = pa.concat_tables([BUILDINGS, BUILDINGS.set_column(0, "building", [list("vwxyz")])])
    output = joinedup.target.rules(
        table=more, id="building", outcome="illegal", rules=FOUR_FACTORS, time="reported_on"
    )
    (auc,) = output.result.estimates
    assert (auc.name, auc.value, auc.n) == ("auc", 1.0, 8)


def test_rows_before_the_test_are_told_apart_and_columns_are_carried():
    output = scored(time="reported_on", test_from="2026-01-07", carry=["kind"])
    assert [row["split"] for row in rows(output)] == ["train", "train", "test", "test"]
    assert list(rows(output)[0]) == [
        *("building", "reported_on", "kind", "score", "split"),
        *("reason_1", "reason_2", "reason_3"),
    ]


def test_a_rule_about_who_enforces_is_told():
    table = BUILDINGS.append_column("inspector_group", pa.array(["a", "b", "a", "b", "a"]))
    rule = {**FOUR_FACTORS[0], "column": "inspector_group", "value": "a"}
    output = joinedup.target.rules(table=table, id="building", rules=[rule])
    assert "which a model may not learn from" in " ".join(output.result.cautions)


@pytest.mark.parametrize(
    ("op", "value", "want"),
    [
        (">", 1, [False, True, None]),
        (">=", 1.5, [False, True, None]),
        ("<=", 1, [True, False, None]),
        ("<", 2, [True, False, None]),
        ("==", 2, [False, True, None]),
        ("between", [1, 2], [True, True, None]),
        ("is in", [0, 2], [False, True, None]),
    ],
)
def test_a_condition_says_what_it_says_and_never_holds_where_nothing_is_known(op, value, want):
    table = pa.table({"n": [1, 2, None]})
    found = holds(Condition(column="n", op=op, value=value), table, where="t")
    assert found.tolist() == [bool(one) for one in want]


@pytest.mark.parametrize(
    ("column", "op", "value"),
    [
        (pa.array([date(2026, 1, 1), date(2026, 3, 1)]), ">=", "2026-02-01"),
        (pa.array([date(2026, 1, 1), date(2026, 3, 1)]), ">=", date(2026, 2, 1)),
        (pa.array([False, True]), "==", True),
        (pa.array(["a", "b"]).dictionary_encode(), "==", "b"),
        (pa.array([float("nan"), 2.0]), "<", 3),
    ],
)
def test_dates_truths_and_texts_are_compared_as_what_they_are(column, op, value):
    found = holds(Condition(column="c", op=op, value=value), pa.table({"c": column}), where="t")
    assert found.tolist() == [False, True]


def test_a_comparison_that_makes_no_sense_is_refused_without_the_value():
    with pytest.raises(MethodError, match="cannot be compared") as caught:
        scored(rules=[{**FOUR_FACTORS[1], "value": "CANARY"}, {**FOUR_FACTORS[0], "value": "CAN"}])
    assert len(caught.value.problems) == 2
    assert "CAN" not in str(caught.value)


def test_if_nobody_is_eligible_nothing_is_scored():
    with pytest.raises(MethodError, match="none of 5 rows is eligible"):
        scored(eligible=[{"column": "built", "op": ">", "value": 3000}])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rules": [FOUR_FACTORS[0]] * 2}, "two rules are called arrears"),
        ({"rules": [{**FOUR_FACTORS[0], "value": [1, 2]}]}, "needs one value"),
        ({"rules": [{**FOUR_FACTORS[0], "op": "is in"}]}, "needs a list"),
        ({"rules": [{**FOUR_FACTORS[0], "op": "between", "value": [1]}]}, "lowest and the highest"),
        ({"outcome": "in_arrears"}, "known only afterwards"),
        ({"test_from": "2026-01-01"}, "needs the column time"),
        ({"carry": ["score"]}, "rename yours"),
        ({"rules": []}, "rules"),
    ],
)
def test_settings_that_contradict_one_another_are_refused(change, said):
    with pytest.raises(ProjectError, match=said):
        scored(**change)
