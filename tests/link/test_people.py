"""Are people found with nothing set, and are those kept apart who only look like one?"""

import numpy as np
import pyarrow as pa
import pytest
from benchmarks.linkage.population import population
from tests.link.made import groups, linked, scores, together, with_rows

from joinedup.core.errors import MethodError
from joinedup.link import fairness
from joinedup.link.fairness import Errors
from joinedup.link.judged import Share
from joinedup.result.blocks import Caution


@pytest.fixture(scope="module")
def people() -> tuple[pa.Table, pa.Table]:
    return population(6_000, seed=3)


def test_links_are_right_and_the_stated_error_is_near_the_true_one(people):
    table, truth = people
    output = linked({"list": table}, truth=truth)
    assert scores(output)["f1"] >= 0.97
    pairs = scores(output, "pairs")
    precision, recall = output.result.estimates
    assert abs(precision.value - pairs["precision"]) <= 0.02
    assert abs(recall.value - pairs["recall"]) <= 0.02
    assert precision.low <= pairs["precision"] <= precision.high


@pytest.fixture(scope="module")
def plain(people):
    return linked({"list": people[0]})


def test_every_record_is_in_exactly_one_entity(people, plain):
    table, _ = people
    told = plain.tables["entities"].data
    assert sorted(told["id"].to_pylist()) == sorted(table["id"].to_pylist())


def test_order_and_names_of_what_is_given_change_nothing(people, plain):
    table, _ = people
    order = np.random.default_rng(5).permutation(table.num_rows)
    renamed = table.rename_columns(
        ["ref", "First Name", "Last-Name", "DOB", "Town", "Post Code", "E-mail"]
    )
    other = linked({"list": renamed.take(pa.array(order))})
    assert {frozenset(group) for group in groups(plain).values()} == {
        frozenset(group) for group in groups(other).values()
    }


def test_two_lists_are_linked_across_and_each_names_a_person_once(people):
    table, truth = people
    known = dict(zip(truth["id"].to_pylist(), truth["entity"].to_pylist(), strict=True))
    seen: set[int] = set()
    first = []
    for name in table["id"].to_pylist():
        first.append(known[name] not in seen)
        seen.add(known[name])
    mask = pa.array(first)
    lists = {"police": table.filter(mask), "council": table.filter(pa.compute.invert(mask))}
    some = lists["council"]
    once = (
        pa.array([known[name] for name in some["id"].to_pylist()])
        .dictionary_encode()
        .indices.to_numpy()
    )
    keep = np.sort(np.unique(once, return_index=True)[1])
    lists["council"] = some.take(pa.array(keep))
    output = linked(lists, truth=truth)
    assert scores(output)["f1"] >= 0.97
    for group in groups(output).values():
        assert len({table for table, _ in group}) == len(group)


FAMILY = {
    "id": "f1",
    "forename": "wilhelmina",
    "surname": "ottersbridge",
    "birth_date": "1984-03-02",
    "city": "bathwick",
    "postcode": "QA7 3ZX",
    "email": None,
}


def family(**change: str | None) -> dict[str, str | None]:
    return FAMILY | change


@pytest.fixture(scope="module")
def with_family() -> pa.Table:
    """Among people whose records err seldom: where many forenames are wrong, twins are doubtful."""
    table, _ = population(6_000, seed=4, errors=0.3)
    return with_rows(
        table,
        [
            family(),
            family(id="same", email="w.ottersbridge@invented.test"),
            family(id="twin", forename="bartholomew"),
            family(id="mother", birth_date="1955-11-17", forename="georgiana"),
            family(id="daughter", birth_date="2007-08-25"),
            family(id="married", surname="fennimore", city="luxcombe", postcode="ZQ1 8YY"),
            family(id="mistyped", forename="wilhelmena", postcode="QA7 3XZ"),
            family(id="namesake", birth_date="1939-12-30", city="jorwick", postcode="ZZ9 1TT"),
        ],
    )


def test_twins_parents_and_namesakes_are_other_people(with_family):
    output = linked({"list": with_family})
    mine = ("list", "f1")
    assert together(output, mine, ("list", "same"))
    assert together(output, mine, ("list", "mistyped"))
    for other in ("twin", "mother", "daughter", "namesake"):
        assert not together(output, mine, ("list", other)), other


def test_who_changed_surname_and_home_is_doubtful_or_linked_never_lost_without_a_word(with_family):
    output = linked({"list": with_family})
    review = output.tables["review"].data.to_pylist()
    pairs = output.tables["pairs"].data.to_pylist()
    told = {frozenset((row["id_l"], row["id_r"])) for row in [*review, *pairs]}
    assert frozenset(("f1", "married")) in told or frozenset(("same", "married")) in told


def test_a_doubtful_pair_says_what_speaks_for_it_and_against(plain):
    review = plain.tables["review"].data.to_pylist()
    assert review
    for row in review:
        assert row["stratum"] is not None or 0.05 < row["probability"] < 0.95
        assert "(+" in row["because"]


def test_tables_that_say_nothing_of_people_are_refused_without_a_cell():
    table = pa.table({"id": ["secret-1", "secret-2"], "amount": [1.5, 2.5]})
    with pytest.raises(MethodError) as refused:
        linked({"list": table})
    assert "--set columns." in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_truth_that_names_nobody_is_refused(people):
    table, _ = people
    with pytest.raises(MethodError, match="names no pair"):
        linked({"list": table}, truth=pa.table({"id": ["nobody"], "entity": ["x"]}))


def test_a_column_that_is_named_by_hand_stands_before_what_is_found(people):
    table, _ = people
    strange = table.rename_columns(["id", "a", "b", "c", "d", "e", "f"])
    output = linked(
        {"list": strange},
        columns={"forename": "a", "surname": "b", "birth_date": "c", "place": "d", "postcode": "e"},
    )
    told = next(
        b for b in output.result.blocks if getattr(b, "title", "") == "Which column says what"
    )
    assert ("list", "surname", "b") in told.rows
    assert len(groups(output)) < table.num_rows * 0.8


def test_what_a_person_set_and_is_nowhere_is_refused_all_at_once(people):
    table, _ = people
    with pytest.raises(MethodError) as refused:
        linked(
            {"list": table},
            columns={"surnam": "surname", "forename": "nocolumn"},
            id="nowhere",
            by="no_group",
        )
    told = str(refused.value)
    assert "columns.surnam: is no role." in told
    assert "did you mean surname?" in told
    assert "no table has the column nocolumn" in told
    assert "no table has the column nowhere" in told
    assert "no table has the column no_group" in told


@pytest.mark.parametrize("rows", [2, 300])
def test_where_nobody_is_there_twice_no_share_of_links_is_told(people, rows):
    table, truth = people
    first = dict(
        reversed(list(zip(truth["entity"].to_pylist(), truth["id"].to_pylist(), strict=True)))
    )
    once = pa.compute.is_in(table["id"], pa.array(list(first.values())))
    output = linked({"list": table.filter(once).slice(0, rows)})
    assert output.tables["pairs"].data.num_rows == 0
    assert "no two of them are shown to be one person" in output.result.headline
    assert not output.result.estimates


def test_a_name_that_is_turned_round_is_told_in_words():
    table, _ = population(3_000, seed=8, errors=0.5)
    turned = [
        family(),
        family(id="turned", forename=FAMILY["surname"], surname=FAMILY["forename"]),
    ]
    output = linked({"list": with_rows(table, turned)})
    assert together(output, ("list", "f1"), ("list", "turned"))
    weights = next(
        b for b in output.result.blocks if getattr(b, "title", "") == "What agreement weighs"
    )
    assert ("forename", "the other's surname") in {row[:2] for row in weights.rows}


def told_by_group(output):
    (table,) = (
        block
        for block in output.result.blocks
        if getattr(block, "title", "").startswith("By ") and "rows" in dir(block)
    )
    names = [column.name for column in table.columns]
    return {row[0]: dict(zip(names, row, strict=True)) for row in table.rows}


@pytest.fixture(scope="module")
def harder():
    """Half of the people are of a group whose forenames are often not written as they are."""
    table, truth = population(3_000, seed=9)
    entity = dict(zip(truth["id"].to_pylist(), truth["entity"].to_pylist(), strict=True))
    rng = np.random.default_rng(2)
    rows = table.to_pylist()
    for row in rows:
        row["heritage"] = "written badly" if entity[row["id"]] % 2 else "written well"
        if row["heritage"] == "written badly" and rng.random() < 0.6:
            row |= {"forename": None, "surname": None, "email": None}
    return pa.Table.from_pylist(rows), truth


def test_a_group_whose_matches_are_missed_more_is_told_with_and_without_a_truth(harder):
    table, truth = harder
    for given in ({"truth": truth}, {}):
        output = linked({"list": table}, by="heritage", **given)
        told = told_by_group(output)
        assert set(told) == {"written badly", "written well", "all"}
        badly, well = told["written badly"], told["written well"]
        assert badly["recall"] < told["all"]["recall"] < well["recall"]
        assert badly["gap"] == pytest.approx(100 * (badly["recall"] - told["all"]["recall"]))
        assert all(
            one["recall_low"] <= one["recall"] <= one["recall_high"] for one in told.values()
        )


def test_a_gap_beyond_chance_is_a_caution_and_one_within_it_is_not():
    whole = Errors(4000, 4000, Share(0.99, 0.98, 1.0), Share(0.95, 0.94, 0.96))

    def cautions(recall):
        groups = {"small": Errors(50, 50, Share(0.99, 0.9, 1.0), recall), "all": whole}
        told = fairness.blocks("heritage", groups, against="as the model expects")
        return [block.text for block in told if isinstance(block, Caution)]

    (text,) = cautions(Share(0.85, 0.80, 0.90))
    assert "heritage is small (85.0%)" in text
    assert not cautions(Share(0.85, 0.70, 0.96))
    assert not cautions(Share(0.94, 0.935, 0.945))


def test_all_together_is_held_against_the_truth_as_entities_are(harder):
    table, truth = harder
    output = linked({"list": table}, by="heritage", truth=truth)
    whole, scored = told_by_group(output)["all"], scores(output)
    assert (whole["true"], whole["linked"]) == (scored["true"], scored["linked"])
    assert whole["precision"] == scored["precision"]
