"""A model learns from the past, says why, refuses what it may not use, and is judged after."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

import joinedup
from joinedup.core.errors import MethodError, ProjectError
from joinedup.result.blocks import Figure, Table

BEGIN = date(2026, 1, 1)
SETTINGS = {
    "id": "home",
    "time": "as_of",
    "outcome": "fire",
    "features": ["past_fire", "years_since_check"],
    "train_before": "2026-07-01",
    "test_from": "2026-09-01",
}


@pytest.fixture(scope="module")
def homes():
    """A year of invented homes: a past fire raises the odds, the crew decides nothing."""
    rng = np.random.default_rng(20261123)
    n = 1500
    past, years = (rng.random(n) < 0.3).astype(int), rng.gamma(2, 2, n)
    log_odds = -1.6 + 1.2 * past + 0.25 * (years - 4)
    return pa.table(
        {
            "home": [f"h{place:04}" for place in range(n)],
            "as_of": [BEGIN + timedelta(days=int(day)) for day in rng.integers(360, size=n)],
            "past_fire": past,
            "years_since_check": years,
            "material": rng.choice(["brick", "wood", "steel"], n),
            "crew": rng.choice(["red", "blue"], n),
            "fire": (rng.random(n) < 1 / (1 + np.exp(-log_odds))).astype(int),
        }
    )


def model(table, **settings):
    return joinedup.target.model(table=table, **SETTINGS | settings)


def put(table, **columns):
    for name, values in columns.items():
        place = table.column_names.index(name) if name in table.column_names else None
        column = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values)
        table = (
            table.append_column(name, column)
            if place is None
            else table.set_column(place, name, column)
        )
    return table


def coefficients(output):
    return {row["term"]: row for row in output.tables["coefficients"].data.to_pylist()}


def checks(output):
    return {check.name: check.answer for check in output.result.checks}


def test_the_coefficients_agree_with_statsmodels(homes):
    import statsmodels.api as sm

    got = coefficients(model(homes, penalty=0))
    past = homes.filter(pa.array([day < date(2026, 7, 1) for day in homes["as_of"].to_pylist()]))
    columns = np.column_stack([past[name].to_numpy() for name in SETTINGS["features"]])
    want = sm.Logit(past["fire"].to_numpy(), sm.add_constant(columns)).fit(disp=0).params
    found = [got[name]["coefficient"] for name in ("intercept", *SETTINGS["features"])]
    np.testing.assert_allclose(found, want, rtol=1e-6)  # both stop at a small step
    assert got["past_fire"]["odds_ratio"] == pytest.approx(np.exp(want[1]), rel=1e-6)
    assert got["past_fire"]["standardised"] == pytest.approx(want[1] * columns[:, 0].std())


def test_what_happens_later_changes_nothing_that_was_learnt(homes):
    later = np.array([day >= date(2026, 7, 1) for day in homes["as_of"].to_pylist()])
    turned = np.where(later, 1 - homes["fire"].to_numpy(), homes["fire"].to_numpy())
    got, want = model(put(homes, fire=turned)), model(homes)
    assert got.tables["coefficients"].data == want.tables["coefficients"].data
    assert got.tables["scores"].data["score"] == want.tables["scores"].data["score"]


@pytest.mark.parametrize("algorithm", ["logistic", "boosting"])
def test_the_order_of_rows_does_not_matter(homes, algorithm):
    mixed = homes.take(pa.array(np.random.default_rng(1).permutation(homes.num_rows)))
    settings = {"algorithm": algorithm, "features": [*SETTINGS["features"], "material"]}
    got, want = (model(table, trees=20, **settings) for table in (mixed, homes))
    assert got.tables["scores"].data == want.tables["scores"].data
    assert got.result.headline == want.result.headline


def test_scores_keep_the_names_of_their_table(homes):
    scores = model(homes, carry=["material"]).tables["scores"].data
    assert scores.column_names == [
        *("home", "as_of", "fire", "material", "score", "split"),
        *("reason_1", "reason_2", "reason_3"),
    ]
    split = {
        side: [row["as_of"] for row in scores.to_pylist() if row["split"] == side]
        for side in ("train", "test")
    }
    assert max(split["train"]) < date(2026, 7, 1)
    assert min(split["test"]) >= date(2026, 9, 1)
    assert len(split["train"]) + len(split["test"]) == scores.num_rows < homes.num_rows


def test_the_headline_has_the_test_and_its_doubt(homes):
    output = model(homes, case_words="homes")
    auc, slope = output.result.estimates
    assert (auc.name, slope.name) == ("auc", "calibration_slope")
    assert 0.5 < auc.low < auc.value < auc.high < 1
    assert f"AUC {auc.value:.3f}, 95% interval {auc.low:.3f} to {auc.high:.3f}" in (
        output.result.headline
    )
    assert f"On {auc.n:,} homes dated 2026-09-01 or later" in output.result.headline


def test_an_honest_model_passes_its_checks(homes):
    assert checks(model(homes, penalty=0)) == {
        "Fitted on the past only": "passed",
        "Enough cases for each column": "passed",
        "Better than chance": "passed",
        "Calibration slope": "passed",
    }


def test_noise_is_no_better_than_chance_and_said_so(homes):
    rng = np.random.default_rng(3)
    noise = {f"noise_{place}": rng.normal(size=homes.num_rows) for place in range(40)}
    found = checks(model(put(homes, **noise), features=list(noise), penalty=0))
    assert found["Better than chance"] == "failed"
    assert found["Calibration slope"] == "failed"
    assert found["Enough cases for each column"] == "failed"


def test_who_enforces_is_refused_with_what_would_suffice(homes):
    with pytest.raises(MethodError, match="the feature crew is refused") as caught:
        model(homes, features=["past_fire", "crew", "inspector_name"], roles={"crew": "staff"})
    assert caught.value.code == 40
    assert len(caught.value.problems) == 2
    assert "overrides.crew" in caught.value.problems[0].fix


def test_an_override_in_writing_is_repeated_in_the_report(homes):
    reason = "Allowed by the chief fire officer to measure how much depends on the crew."
    output = model(
        homes, features=["past_fire", "crew"], roles={"crew": "staff"}, overrides={"crew": reason}
    )
    (caution,) = [text for text in output.result.cautions if reason in text]
    assert "refused by default" in caution
    assert "says who enforces" in caution


def test_an_override_that_was_not_needed_says_so(homes):
    reason = "Somebody thought that this would be refused."
    output = model(homes, overrides={"past_fire": reason})
    assert "past_fire is not refused by default" in output.result.cautions[0]


def test_reasons_are_the_words_for_what_raises_the_score(homes):
    output = model(
        homes,
        words={"past_fire": "had a fire before"},
        words_low={"years_since_check": "checked lately"},
    )
    rows = output.tables["scores"].data.to_pylist()
    given = {row["home"]: row for row in homes.to_pylist()}
    for row in rows:
        said = [row[f"reason_{place}"] for place in (1, 2, 3)]
        home = given[row["home"]]
        assert ("had a fire before" in said) == (home["past_fire"] == 1)
        assert "checked lately" not in said  # a recent check lowers the score
        if home["years_since_check"] > 6:
            assert "years since check above the average" in said
        assert said == sorted(said, key=lambda text: text is None)


def test_a_category_is_a_reason_by_its_name(homes):
    fire = np.where(np.array(homes["material"]) == "wood", 1, homes["fire"].to_numpy())
    rng = np.random.default_rng(8)
    fire = np.where(rng.random(homes.num_rows) < 0.1, 1 - fire, fire)
    output = model(put(homes, fire=fire), features=["material"], words={"material": "built of"})
    rows = output.tables["scores"].data
    assert "built of: wood" in rows["reason_1"].to_pylist()
    # Every category is kept, because the penalty settles them.
    assert {"material: brick", "material: steel", "material: wood"} <= set(coefficients(output))


def test_an_unpenalised_category_leaves_its_most_frequent_out(homes):
    materials = ["brick"] * 1000 + ["wood"] * 300 + ["steel"] * 200
    table = put(homes, material=np.random.default_rng(4).permutation(materials))
    settings = {"features": ["material", "past_fire"], "penalised": ["past_fire"]}
    assert "material: brick" not in coefficients(model(table, **settings))
    assert "material: brick" not in coefficients(model(table, **settings | {"penalty": 0}))


def test_the_penalty_holds_back_only_those_named(homes):
    free = coefficients(model(homes, penalty=0))
    held = coefficients(model(homes, penalty=5, penalised=["past_fire"]))
    assert abs(held["past_fire"]["coefficient"]) < 0.1 * free["past_fire"]["coefficient"]
    ratio = held["years_since_check"]["coefficient"] / free["years_since_check"]["coefficient"]
    assert ratio == pytest.approx(1, abs=0.1)


def test_a_missing_feature_leaves_the_line_and_not_the_trees(homes):
    holes = put(homes, years_since_check=[None, float("nan"), *homes["years_since_check"][2:]])
    line = model(holes)
    gone = {"h0000", "h0001"}
    assert gone.isdisjoint(line.tables["scores"].data["home"].to_pylist())
    assert any("miss a feature" in text for text in line.result.cautions)
    trees = model(holes, algorithm="boosting", trees=20)
    kept = set(trees.tables["scores"].data["home"].to_pylist())
    assert len(kept) == model(homes).tables["scores"].data.num_rows
    assert not any("miss a feature" in text for text in trees.result.cautions)


def test_trees_say_what_matters_and_keep_the_way_they_are_told(homes):
    settings = {"algorithm": "boosting", "trees": 60, "depth": 2}
    output = model(
        homes, monotone={"years_since_check": 1}, features=["years_since_check"], **settings
    )
    (row,) = output.tables["importance"].data.to_pylist()
    assert (row["feature"], row["share_of_gain"]) == ("years_since_check", 1.0)
    years = dict(
        zip(homes["home"].to_pylist(), homes["years_since_check"].to_pylist(), strict=True)
    )
    rows = sorted(output.tables["scores"].data.to_pylist(), key=lambda row: years[row["home"]])
    assert (np.diff([row["score"] for row in rows]) >= 0).all()
    both = model(homes, **settings).tables["importance"].data
    assert set(both["feature"].to_pylist()) == set(SETTINGS["features"])
    assert sum(both["share_of_gain"].to_pylist()) == pytest.approx(1)


def test_trees_tell_a_feature_that_is_not_known_as_a_reason(homes):
    known = np.random.default_rng(6).random(homes.num_rows) < 0.6
    fire = np.where(known, homes["fire"].to_numpy(), 1)
    years = [
        value if ok else None
        for value, ok in zip(homes["years_since_check"].to_pylist(), known, strict=True)
    ]
    output = model(put(homes, fire=fire, years_since_check=years), algorithm="boosting", trees=30)
    assert "years since check not known" in output.tables["scores"].data["reason_1"].to_pylist()


def test_a_category_nobody_learnt_from_is_told(homes):
    late = [day >= date(2026, 9, 1) for day in homes["as_of"].to_pylist()]
    material = np.where(late, "straw", np.array(homes["material"]))
    output = model(put(homes, material=material), features=["material", "past_fire"])
    assert "category of material that no case to learn from has" in " ".join(output.result.cautions)


def test_a_column_that_does_not_vary_is_left_out_and_told(homes):
    table = put(homes, same=[7] * homes.num_rows)
    output = model(table, features=["past_fire", "same"], penalty=0)
    assert "do not vary in training: same" in " ".join(output.result.cautions)
    assert coefficients(output)["same"]["coefficient"] == 0


def test_outcomes_not_known_yet_are_scored_and_not_judged(homes):
    late = [day >= date(2026, 9, 1) for day in homes["as_of"].to_pylist()]
    fire = [
        None if after else one for one, after in zip(homes["fire"].to_pylist(), late, strict=True)
    ]
    output = model(put(homes, fire=pa.array(fire, pa.int64())))
    assert output.result.estimates == ()
    assert "too few of their outcomes are known" in output.result.headline
    assert checks(output)["Better than chance"] == "cannot tell"
    assert checks(output)["Calibration slope"] == "cannot tell"
    assert "test" in output.tables["scores"].data["split"].to_pylist()


def test_if_nothing_is_dated_after_the_line_nothing_is_tested(homes):
    output = model(homes, test_from="2030-01-01")
    assert output.result.headline.startswith("0 cases dated 2030-01-01 or later")
    assert checks(output)["Fitted on the past only"] == "passed"


def test_a_case_without_a_date_is_left_out_and_told(homes):
    undated = put(homes, as_of=pa.array([None, *homes["as_of"].to_pylist()[1:]]))
    output = model(undated)
    assert "1 cases have no date" in " ".join(output.result.cautions)
    assert "h0000" not in output.tables["scores"].data["home"].to_pylist()


def test_the_calibration_table_counts_every_test_case_once(homes):
    output = model(homes)
    (figure,) = [block for block in output.result.blocks if isinstance(block, Figure)]
    assert len(figure.table.rows) == 10
    assert sum(row[1] for row in figure.table.rows) == output.result.estimates[0].n
    assert figure.table.about == "groups"
    assert "of 10 groups the expected share lies within" in figure.alt
    (weights,) = [block for block in output.result.blocks if isinstance(block, Table)]
    assert weights.about == "method"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"features": ["past_fire"], "overrides": {"past_fire": "because"}}, "20 characters"),
        ({"overrides": {"other": "x" * 30}}, "overrides names other"),
        ({"penalised": ["other"]}, "penalised names other"),
        ({"monotone": {"other": 1}}, "monotone names other"),
        ({"test_from": "2026-01-01"}, "test_from must not be before"),
        ({"features": ["past_fire", "past_fire"]}, "twice"),
        ({"features": ["fire"]}, "must not hold the id, time or outcome"),
        ({"carry": ["reason_1"]}, "rename yours"),
        ({"features": []}, "features"),
        ({"penalty": -1}, "penalty"),
    ],
)
def test_settings_that_contradict_one_another_are_refused(homes, change, said):
    with pytest.raises(ProjectError, match=said):
        model(homes, **change)


def test_columns_that_cannot_be_learnt_from_are_named_all_at_once(homes):
    table = put(homes, opened=homes["as_of"], address=[f"CANARY {place}" for place in range(1500)])
    with pytest.raises(MethodError, match="categories in the training rows") as caught:
        model(table, features=["opened", "address", "past_fire"])
    assert len(caught.value.problems) == 2
    assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"train_before": "2026-01-04"}, "this method needs 10 of each"),
        ({"train_before": "2020-01-01"}, "there are 0 cases with the outcome"),
        ({"features": ["same"]}, "no feature varies"),
        ({"features": ["twin", "past_fire"], "penalty": 0}, "repeat one another"),
        ({"features": ["material"], "monotone": {"material": 1}}, "is text"),
    ],
)
def test_data_that_cannot_carry_a_model_are_refused(homes, change, said):
    twin, same = homes["past_fire"].to_numpy() * 2 + 1, [3] * homes.num_rows
    table = put(homes, twin=twin, same=same)
    with pytest.raises(MethodError, match=said):
        model(table, **change)
