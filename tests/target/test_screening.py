import numpy as np
import pyarrow as pa
import pytest

from joinedup import target
from joinedup.core.errors import MethodError, ProjectError
from joinedup.target.declared import AFTERWARDS, ENFORCER, PROTECTED
from joinedup.target.screening import screen_verdicts

CASES = 600
REASON = "The published model used it; shown beside the model without."


@pytest.fixture(scope="module")
def visits():
    """Invented visits: three teams that cite at 5, 30 and 60 %, whatever the place."""
    rng = np.random.default_rng(20260301)
    team = rng.integers(0, 3, CASES)
    found = (rng.random(CASES) < np.array([0.05, 0.3, 0.6])[team]).astype(int)
    return pa.table(
        {
            "found_problem": found,
            "inspector": np.array(["red", "blue", "green"])[team],
            "rota": np.array(["red", "blue", "green"])[team],
            "shift": team.astype(float),
            "storeys": rng.integers(1, 9, CASES),
            "letter_sent": pa.array([1 if one else None for one in found], pa.int64()),
            "fine": found * 100.0 + rng.random(CASES),
            "area": np.array(["north", "south"])[rng.integers(0, 2, CASES)],
            "reference": [f"R{n}" for n in range(CASES)],
            "sex": np.array(["f", "m"])[team % 2],
            "uniform": (team % 2).astype(float) + rng.random(CASES) / 2,
        }
    )


def screen(visits, *features, **settings):
    return target.screen(table=visits, features=features, outcome="found_problem", **settings)


def verdicts(visits, *features, **settings):
    table = screen(visits, *features, **settings).tables["verdicts"].data
    return {row["feature"]: row for row in table.to_pylist()}


def test_who_enforces_is_refused_by_default_and_the_reason_is_plain(visits):
    row = verdicts(visits, "inspector", "storeys")["inspector"]
    assert (row["verdict"], row["reason"]) == ("refused", ENFORCER)


def test_an_ordinary_feature_is_allowed_without_a_reason_against_it(visits):
    row = verdicts(visits, "storeys")["storeys"]
    assert (row["verdict"], row["reason"], row["cases"]) == ("allowed", "", CASES)
    assert row["auc_low"] < 0.5 < row["auc_high"]


def test_a_written_override_allows_it_and_stands_in_the_result(visits):
    output = screen(visits, "inspector", "storeys", overrides={"inspector": REASON})
    row = output.tables["verdicts"].data.to_pylist()[0]
    assert (row["verdict"], row["reason"], row["override"]) == (
        "allowed by override",
        ENFORCER,
        REASON,
    )
    assert output.result.headline == (
        "0 of 2 features are refused; inspector allowed by written override."
    )
    assert output.result.cautions == (
        f"inspector is used although {ENFORCER}. Written reason: {REASON}",
    )


def test_an_override_needs_a_sentence_and_a_feature(visits):
    with pytest.raises(ProjectError, match="at least 20 characters"):
        screen(visits, "inspector", overrides={"inspector": "because     "})
    with pytest.raises(ProjectError, match="overrides name no feature: rota"):
        screen(visits, "inspector", overrides={"rota": REASON})


def test_a_column_from_which_the_enforcer_can_be_told_is_refused(visits):
    got = verdicts(visits, "shift", "storeys", roles={"inspector": "staff"})
    assert got["shift"]["reason"] == f"it stands in for inspector: {ENFORCER}"
    assert got["storeys"]["verdict"] == "allowed"


def test_a_few_undeclared_groups_tied_to_the_outcome_are_refused_until_vouched_for(visits):
    refused = verdicts(visits, "rota", "area")
    assert refused["rota"]["verdict"] == "refused"
    assert "its 3 groups differ so much in the outcome" in refused["rota"]["reason"]
    assert refused["area"]["verdict"] == "allowed"
    assert verdicts(visits, "rota", roles={"rota": "attribute"})["rota"]["verdict"] == "allowed"


def test_a_feature_that_gives_the_outcome_away_is_refused(visits):
    row = verdicts(visits, "fine")["fine"]
    assert row["auc"] == 1.0
    assert row["reason"] == f"alone it all but gives the outcome away: {AFTERWARDS}"


def test_a_feature_that_orders_the_cases_backwards_gives_it_away_too(visits):
    backwards = visits.append_column("rebate", pa.array(-visits["fine"].to_numpy()))
    assert "gives the outcome away" in verdicts(backwards, "rebate")["rebate"]["reason"]


def test_a_feature_filled_in_only_afterwards_is_refused(visits):
    row = verdicts(visits, "letter_sent")["letter_sent"]
    assert row["reason"] == f"whether it is filled in gives the outcome away: {AFTERWARDS}"
    assert row["auc"] is None


def test_a_protected_characteristic_is_refused_by_name_role_or_list(visits):
    assert verdicts(visits, "sex")["sex"]["reason"] == PROTECTED
    assert verdicts(visits, "area", roles={"area": "protected"})["area"]["reason"] == PROTECTED
    assert verdicts(visits, "area", protected=["area"])["area"]["reason"] == PROTECTED


def test_what_stands_in_for_a_protected_characteristic_is_flagged(visits):
    output = screen(visits, "uniform", "storeys", protected=["sex"])
    assert output.tables["verdicts"].data["stands_in_for"].to_pylist() == ["sex", ""]
    assert output.result.cautions[0].startswith("uniform stands in for sex")
    assert output.result.checks[0].answer == "failed"
    assert screen(visits, "storeys", protected=["sex"]).result.checks[0].answer == "passed"


def test_without_a_protected_column_nothing_is_said_of_stand_ins(visits):
    assert screen(visits, "storeys").result.checks[0].answer == "cannot tell"


def test_a_text_of_one_case_each_predicts_nothing(visits):
    row = verdicts(visits, "reference")["reference"]
    assert (row["verdict"], row["auc"]) == ("allowed", 0.5)


def test_the_order_of_rows_changes_nothing(visits):
    names = ("inspector", "rota", "storeys", "reference", "letter_sent")
    straight = screen(visits, *names).tables["verdicts"].data
    backwards = visits.take(list(range(CASES))[::-1])
    assert screen(backwards, *names).tables["verdicts"].data.equals(straight)


def test_dates_booleans_and_categories_are_read_as_what_they_are(visits):
    days = visits["storeys"].cast(pa.int32()).cast(pa.date32())
    table = visits.append_column("opened_on", days)
    table = table.append_column("is_tall", pa.array(visits["storeys"].to_numpy() > 4))
    table = table.append_column("quarter", visits["area"].combine_chunks().dictionary_encode())
    frames = {"features": ["opened_on", "is_tall", "quarter", "storeys", "area"]}
    got = screen_verdicts(table, **frames, outcome="found_problem", roles={}, overrides={})
    by_name = {one.feature: one for one in got}
    assert {one.ruling for one in got} == {"allowed"}
    assert by_name["opened_on"].auc == by_name["storeys"].auc
    assert by_name["quarter"].auc == by_name["area"].auc


def test_an_outcome_that_is_not_0_and_1_or_does_not_vary_is_refused(visits):
    with pytest.raises(MethodError, match="something other than 0 and 1"):
        target.screen(table=visits, features=["area"], outcome="storeys")
    with pytest.raises(MethodError, match="something other than 0 and 1"):
        target.screen(table=visits, features=["storeys"], outcome="area")
    none = visits.set_column(0, "found_problem", pa.array([0] * CASES))
    with pytest.raises(MethodError, match="0 of 600 cases have the outcome"):
        screen(none, "storeys")


def test_rows_without_an_outcome_are_left_out(visits):
    outcome = [None if n < 100 else one for n, one in enumerate(visits[0].to_pylist())]
    some = visits.set_column(0, "found_problem", pa.array(outcome))
    assert verdicts(some, "storeys")["storeys"]["cases"] == CASES - 100


def test_the_outcome_is_not_a_feature_and_no_feature_stands_twice(visits):
    with pytest.raises(ProjectError, match="not features: found_problem, storeys"):
        screen(visits, "found_problem", "storeys", as_of="storeys")
    with pytest.raises(ProjectError, match="a feature is named twice"):
        screen(visits, "storeys", "storeys")


def test_the_verdicts_are_told_as_the_method_and_of_nobody(visits):
    output = screen(visits, "inspector", "storeys")
    assert output.result.headline == "1 of 2 features is refused (inspector)."
    assert output.result.blocks[0].about == "method"


def test_an_empty_column_and_one_of_a_single_value_are_allowed_and_say_nothing(visits):
    table = visits.append_column("empty", pa.nulls(CASES, pa.string()))
    table = table.append_column("same", pa.array(["x"] * CASES))
    got = verdicts(table, "empty", "same", protected=["sex"], roles={"inspector": "staff"})
    assert [row["verdict"] for row in got.values()] == ["allowed", "allowed"]
    assert got["empty"]["auc"] is None
