"""Layers of counts run out: by version and quarter, and by nothing else."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from joinedup.govern.disclosure.budget import Left, over_budget, quarter, spent

NEW = Left(version="visits@3", on=date(2026, 3, 31), layers=40)


def test_a_release_within_the_budget_is_not_held_up_and_one_over_it_is():
    log = [replace(NEW, layers=60)]
    assert over_budget(log, NEW, limit=100) == ()
    (problem,) = over_budget(log, NEW, limit=99)
    assert "39 of 99 are left" in problem.what


def test_another_version_or_quarter_has_a_budget_of_its_own():
    others = [
        replace(NEW, version="visits 4"),
        replace(NEW, on=date(2026, 4, 1)),
        replace(NEW, on=date(2025, 3, 31)),
    ]
    assert spent(others, NEW) == 0
    assert spent([*others, NEW, replace(NEW, on=date(2026, 1, 1))], NEW) == 80


@given(st.dates())
def test_a_quarter_has_three_months(day):
    year, which = quarter(day)
    assert year == day.year
    assert 3 * which - 2 <= day.month <= 3 * which


@given(st.lists(st.integers(0, 50)), st.integers(0, 200))
def test_no_row_of_accepted_releases_tells_more_than_the_limit(asked, limit):
    log = []
    for layers in asked:
        new = replace(NEW, layers=layers)
        if not over_budget(log, new, limit=limit):
            log.append(new)
    assert sum(one.layers for one in log) <= limit
