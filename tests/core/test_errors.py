"""Every error a user can meet: one tree, a code each, a way out."""

import pytest

from joinedup.core import errors
from joinedup.core.errors import (
    FAMILIES,
    AgreementError,
    AgreementNotInForce,
    ColumnsNotCovered,
    JoinedupError,
    MethodError,
    Problem,
    ProjectError,
)


def test_each_family_has_a_code_of_its_own():
    assert [family.code for family in FAMILIES] == [10, 20, 30, 40, 50, 60]


def test_the_families_are_the_children_of_the_base_and_no_other():
    assert set(FAMILIES) == set(JoinedupError.__subclasses__())


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_every_family_stands_on_the_page_with_its_code(family):
    lines = [line.split() for line in errors.__doc__.splitlines()]
    assert any(family.__name__ in line and str(family.code) in line for line in lines)
    assert family.__doc__


@pytest.mark.parametrize(
    "child", [ColumnsNotCovered, AgreementNotInForce], ids=lambda child: child.__name__
)
def test_a_finer_error_has_the_code_of_its_family_and_stands_on_the_page(child):
    assert child.code == AgreementError.code
    assert f"- {child.__name__}" in errors.__doc__


def test_one_problem_is_told_as_where_what_and_fix():
    error = ProjectError("is missing.", fix="add it.", where="office.toml:3")
    assert str(error) == "office.toml:3: is missing.\n  Fix: add it."
    assert str(ProjectError("is missing.", fix="add it.")) == "is missing.\n  Fix: add it."


def test_many_problems_are_told_at_once_and_counted():
    problems = [Problem("a", "is wrong.", "mend it."), Problem("b", "is late.", "hurry.")]
    error = MethodError.of(iter(problems))
    assert type(error) is MethodError
    assert error.problems == tuple(problems)
    assert str(error).splitlines() == [
        "2 problems",
        "a: is wrong.",
        "  Fix: mend it.",
        "b: is late.",
        "  Fix: hurry.",
    ]


def test_one_problem_in_a_list_is_told_like_one_alone():
    problem = Problem("a", "is wrong.", "mend it.")
    assert str(MethodError.of([problem])) == str(problem)


def test_an_error_about_nothing_is_our_own_mistake():
    with pytest.raises(ValueError, match="at least one"):
        MethodError.of([])


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_the_json_of_an_error_holds_what_its_sentence_says(family):
    error = family.of([Problem("a", "is wrong.", "mend it."), Problem("", "is late.", "hurry.")])
    assert error.as_json() == {
        "code": family.code,
        "error": family.__name__,
        "message": str(error),
        "problems": [
            {"where": "a", "what": "is wrong.", "fix": "mend it."},
            {"where": "", "what": "is late.", "fix": "hurry."},
        ],
    }


def test_columns_that_are_not_covered_are_facts_of_the_error():
    error = ColumnsNotCovered("rank", "inspection", {"b.two", "a.one"})
    assert (error.step, error.purpose, error.columns) == ("rank", "inspection", ["a.one", "b.two"])
    assert "read a.one, b.two" in str(error)
    assert error.problems[0].where == "step rank"


def test_an_agreement_that_is_not_in_force_says_every_reason():
    error = AgreementNotInForce("visits", ["police has not signed", "it ended on 2026-01-31"])
    assert error.reasons == ("police has not signed", "it ended on 2026-01-31")
    assert "police has not signed; it ended on 2026-01-31" in str(error)
    assert "joinedup agree show visits" in error.problems[0].fix
