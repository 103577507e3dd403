"""Does a refusal say what, where, and the way out, and all of it at once?"""

import json

import pytest

from joinedup.core.errors import (
    FAMILIES,
    AgreementNotInForce,
    ColumnsNotCovered,
    DeliveryError,
    JoinedupError,
    Problem,
    ProjectError,
)

MISSING = Problem("visits.csv", "there is no column postcode.", "rename post_code.")
EMPTY = Problem("homes.csv", "the file is empty.", "deliver it again.")


def test_one_problem_is_told_as_place_sentence_and_fix():
    error = ProjectError("there is no such step.", fix="`joinedup plan` lists them.", where="rank")
    assert str(error) == "rank: there is no such step.\n  Fix: `joinedup plan` lists them."


def test_a_problem_without_a_place_begins_with_its_sentence():
    assert str(ProjectError("no office here.", fix="name it.")).startswith("no office here.")


def test_several_problems_are_told_at_once_under_their_number():
    error = DeliveryError.of([MISSING, EMPTY])
    assert str(error).splitlines()[0] == "2 problems"
    assert all(str(problem) in str(error) for problem in (MISSING, EMPTY))
    assert isinstance(error, DeliveryError)


def test_an_error_without_a_problem_cannot_be_made():
    with pytest.raises(ValueError, match="at least one problem"):
        DeliveryError.of([])


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_the_json_answer_carries_the_exit_code_and_every_problem(family):
    answer = json.loads(json.dumps(family.of([MISSING, EMPTY]).as_json()))
    assert answer["code"] == family.code
    assert answer["error"] == family.__name__
    assert [problem["fix"] for problem in answer["problems"]] == [MISSING.fix, EMPTY.fix]


def test_columns_that_are_not_covered_are_sorted_and_kept_as_facts():
    error = ColumnsNotCovered("rank", "inspection", ["b.y", "a.x"])
    assert error.columns == ["a.x", "b.y"]
    assert "purpose 'inspection' read a.x, b.y" in str(error)
    assert error.code == 30


def test_an_agreement_not_in_force_gives_every_reason_and_where_to_look():
    error = AgreementNotInForce("food", ["police has not signed this text", "it ended"])
    assert "police has not signed this text; it ended" in str(error)
    assert "joinedup agree show food" in str(error)


def test_every_family_is_an_error_that_a_door_can_catch():
    assert all(issubclass(family, JoinedupError) for family in FAMILIES)
