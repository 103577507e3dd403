"""No number is published that rests on 1 to k-1 people, whatever it says of them."""

from dataclasses import replace

import numpy as np
import pytest
from facts import groups
from hypothesis import given, settings
from hypothesis import strategies as st
from microdata import CEILING, COLUMNS, FLOOR, people, table

from joinedup.core.errors import ReleaseError
from joinedup.govern.disclosure.behind import Stands, stands
from joinedup.govern.disclosure.hiding import hide_together
from joinedup.govern.disclosure.magnitude import Contributions, sensitive
from joinedup.govern.disclosure.profiles import PROFILES
from joinedup.result.blocks import Column, Hidden
from often import often

COUNTS, STRICT = PROFILES["counts"], PROFILES["strict"]
READ = PROFILES["counts-groups-read"]
SECRET = b"an office's own secret"
K = COUNTS.persons


def hidden(cell):
    return isinstance(cell, Hidden)


def cells(hiding, name, number=0):
    place = [column.name for column in hiding.tables[number].columns].index(name)
    return [row[place] for row in hiding.tables[number].rows]


@often(quick=60, deep=20_000)
@given(people(), st.sampled_from(["counts", "ons-like", "strict"]))
def test_no_published_number_rests_on_too_few_people(data, name):
    profile = PROFILES[name]
    truth = table(data)
    hiding = hide_together([truth], profile, data.behind, secret=SECRET)
    first = len(truth.columns) - len(COLUMNS)
    for row, (before, after) in enumerate(zip(truth.rows, hiding.tables[0].rows, strict=True)):
        for column, shown in zip(COLUMNS, after[first:], strict=True):
            told = data.behind[0, row, column.name]
            if hidden(shown) or shown is None:
                continue
            assert not 0 < told.persons < profile.persons, (column.name, told.persons)
            assert not 0 < told.households < profile.households, column.name
            side = {"median": 0.5, "quantile": 0.1}.get(column.name)
            assert side is None or told.persons * side >= profile.sides
            bound = {"minimum": FLOOR, "maximum": CEILING}.get(column.name)
            assert bound is None or shown == bound
        n, had = before[first], before[first + 1]
        # Nobody and everybody too: each member would be known to have it, or not to.
        if had < profile.persons or n - had < profile.persons:
            for part in ("with", "share", "rate"):
                place = first + [column.name for column in COLUMNS].index(part)
                assert hidden(after[place]), part


@often(quick=60, deep=1_000)
@given(people(), st.sampled_from(["counts", "strict"]))
def test_no_published_sum_or_mean_tells_one_contributors_part(data, name):
    profile = PROFILES[name]
    hiding = hide_together([table(data)], profile, data.behind, secret=SECRET)
    for measure in ("sum", "mean"):
        for row, shown in enumerate(cells(hiding, measure)):
            if hidden(shown):
                continue
            told = data.behind[0, row, measure]
            for amounts in (told.amounts, told.household_amounts):
                size = sorted(np.abs(amounts), reverse=True)
                assert sum(size[: profile.dominant]) <= profile.dominant_share * sum(size) + 1e-6
                if profile.name == "strict" or amounts is told.amounts:
                    left = sum(size) - size[0] - (size[1] if len(size) > 1 else 0)
                    assert left >= profile.closeness * size[0] - 1e-6


def test_ten_rows_of_one_person_are_hidden_and_rows_told_five_times_change_nothing():
    visits = groups([("a", 10), ("b", 300), ("c", 300)], "n")
    one = {(0, 0, "n"): stands(["ann"] * 10)}
    assert [hidden(cell) for cell in cells(hide_together([visits], COUNTS, one), "n")] == [
        True,
        False,
        False,
    ]
    few = [f"p{number}" for number in range(9)]
    once = {(0, 0, "n"): stands(few)}
    often = {(0, 0, "n"): stands(few * 5)}
    many = replace(visits, rows=(("a", 45), *visits.rows[1:]))
    assert hide_together([many], COUNTS, once).tables == hide_together([many], COUNTS, often).tables
    assert hidden(cells(hide_together([many], COUNTS, often), "n")[0])


def test_one_household_of_many_is_hidden_where_households_are_asked_about():
    homes = groups([("a", 40), ("b", 60)], "n")
    behind = {
        (0, 0, "n"): Stands(persons=40, households=9),
        (0, 1, "n"): Stands(persons=60, households=30),
    }
    hiding = hide_together([homes], replace(STRICT, round_to=1), behind)
    assert [hidden(cell) for cell in cells(hiding, "n")] == [True, False]
    assert hiding.why == {"too few households": 1}
    with pytest.raises(ReleaseError, match="asks for 10 households"):
        hide_together([homes], STRICT, secret=SECRET)


def test_a_hidden_row_of_one_person_is_not_read_off_the_total():
    rows = groups([("a", 12), ("b", 300), ("c", 400), ("all", 712)], "n", total_row=True)
    hiding = hide_together([rows], COUNTS, {(0, 0, "n"): Stands(persons=1)})
    assert sum(hidden(cell) for cell in cells(hiding, "n")) == 2


MEAN = Column(name="days", kind="number", measure="mean", base="n")
SUM = Column(name="spent", kind="number", measure="sum", base="n")


@pytest.mark.parametrize("column", [MEAN, SUM])
def test_an_amount_of_which_nobody_says_who_adds_what_is_refused(column):
    rows = groups([("a", 30, 5.0), ("b", 40, 6.0)], "n", column)
    with pytest.raises(
        ReleaseError, match="2 of its numbers do not say how many persons"
    ) as caught:
        hide_together([rows], COUNTS)
    assert f"column {column.name}" in str(caught.value)
    amounts = {
        (0, row, column.name): stands(range(n), amount=[1.0] * n) for row, n in enumerate((30, 40))
    }
    assert not any(hidden(cell) for cell in cells(hide_together([rows], COUNTS, amounts), "n"))


@pytest.mark.parametrize("column", [MEAN, SUM])
def test_an_amount_that_is_the_same_of_everyone_in_a_group_is_hidden(column):
    """Nobody spent anything, or everybody scored the most: it is known of each of them."""
    bounded = replace(column, least=0.0, most=5.0)
    by = 1 if column is MEAN else 30
    of = {"a": [0.0] * 30, "b": [5.0] * 30, "c": [1.0, 2.0, 4.5] * 10, "d": [3.0, 1.0] * 15}
    rows = [(name, 30, sum(amounts) / 30 * by) for name, amounts in of.items()]
    behind = {
        (0, row, column.name): stands(range(30), amount=amounts)
        for row, amounts in enumerate(of.values())
    }
    hiding = hide_together([groups(rows, "n", bounded)], COUNTS, behind)
    assert [hidden(cell) for cell in cells(hiding, column.name)] == [True, True, False, False]
    assert hiding.why == {"a group all in one cell": 2}
    read = hide_together([groups(rows, "n", bounded)], READ, behind)
    assert read.alike_shown == ("Visits by area",) * 2
    assert not any(hidden(cell) for cell in cells(read, column.name))


def test_a_sum_of_nothing_is_not_read_off_the_total():
    of = [[0.0] * 30, [9.0] * 30, [8.0] * 30, [7.0] * 30]
    every = [one for amounts in of for one in amounts]
    rows = [(f"a{row}", 30, sum(amounts)) for row, amounts in enumerate(of)]
    rows.append(("all", 120, sum(every)))
    behind = {(0, row, "spent"): stands(range(30), amount=one) for row, one in enumerate(of)}
    behind[0, 4, "spent"] = stands(range(120), amount=every)
    shown = hide_together([groups(rows, "n", SUM, total_row=True)], COUNTS, behind)
    assert [hidden(cell) for cell in cells(shown, "spent")].count(True) == 2


def test_a_rate_of_nobody_in_a_group_is_hidden_with_the_count_it_gives_back():
    rate = Column(name="r", kind="number", measure="rate", base="n", unit="per 1,000")
    rows = [("a", 4_000, 0, 0.0), ("b", 4_000, 100, 25.0), ("c", 0, 0, None)]
    table = groups(rows, "n", "fires", rate)
    hiding = hide_together([table], COUNTS)
    assert [[hidden(cell) for cell in row[1:]] for row in hiding.tables[0].rows] == [
        [False, True, True],
        [False, False, False],
        [False, False, False],
    ]
    read = hide_together([table], READ)
    assert (read.tables[0], read.alike_shown) == (table, ("Visits by area",))


def test_a_mean_whose_bounds_let_nobody_stand_out_needs_no_further_facts():
    bounded = replace(MEAN, least=1.0, most=5.0)
    rows = groups([("a", 30, 3.0), ("b", 40, 4.0)], "n", bounded)
    assert cells(hide_together([rows], COUNTS), "days") == [3.0, 4.0]
    wide = groups([("a", 30, 3.0)], "n", replace(MEAN, least=0.0, most=90.0))
    with pytest.raises(ReleaseError, match="1 of its numbers"):
        hide_together([wide], COUNTS)


def test_a_median_needs_ten_on_either_side_and_a_ninetieth_percentile_a_hundred():
    median = Column(name="mid", kind="number", measure="median", base="n")
    high = Column(name="top", kind="number", measure="quantile", quantile=0.9, base="n")
    rows = groups([(n, n, 5.0, 9.0) for n in (19, 20, 99, 100)], "n", median, high)
    hiding = hide_together([rows], COUNTS)
    assert [hidden(cell) for cell in cells(hiding, "mid")] == [True, False, False, False]
    assert [hidden(cell) for cell in cells(hiding, "top")] == [True, True, True, False]


def test_a_largest_value_is_refused_but_for_the_bound_anyone_knows():
    oldest = Column(name="oldest", kind="number", measure="maximum", base="n")
    rows = groups([("a", 30, 85.0), ("b", 40, 71.0)], "n", oldest)
    with pytest.raises(ReleaseError, match="one person's own value"):
        hide_together([rows], COUNTS)
    capped = groups([("a", 30, 85.0), ("b", 40, 71.0)], "n", replace(oldest, most=85.0))
    assert [hidden(cell) for cell in cells(hide_together([capped], COUNTS), "oldest")] == [
        False,
        True,
    ]


@often(quick=20, deep=1_000)
@given(people(dims=1), st.sampled_from(["minimum", "maximum"]))
def test_a_smallest_or_largest_value_without_a_bound_is_refused_of_any_people(data, measure):
    truth = table(data)
    bare = [replace(one, least=None, most=None) for one in truth.columns if one.name == measure]
    own = [bare[0] if one.name == measure else one for one in truth.columns]
    with pytest.raises(ReleaseError, match="one person's own value") as caught:
        hide_together([replace(truth, columns=tuple(own))], COUNTS, data.behind)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize("measure", ["rate", "mean", "median", "quantile", "minimum", "maximum"])
def test_a_number_of_people_that_does_not_say_of_how_many_is_refused(measure):
    column = Column(name="x", kind="number", measure=measure, least=0.0, most=9.0)
    with pytest.raises(ReleaseError, match="does not say of how many"):
        hide_together([groups([("a", 30, 5.0)], "n", column)], COUNTS)


def test_a_rate_shown_to_one_digit_is_hidden_if_few_stand_behind_it():
    rate = Column(name="r", kind="number", measure="rate", base="n", unit="per 1,000")
    rows = groups([("a", 4_321, 1.3), ("b", 4_321, 20.1)], "n", rate)
    assert [hidden(cell) for cell in cells(hide_together([rows], COUNTS), "r")] == [True, False]


@pytest.mark.parametrize("declared", [True, False])
def test_a_difference_does_not_give_a_hidden_count_back(declared):
    change = Column(
        name="more", kind="number", difference_of=("after", "before") if declared else ()
    )
    rows = [("a", 4, 60, 56), ("b", 50, 60, 10), ("c", 70, 90, 20)]
    hiding = hide_together([groups(rows, "before", "after", change)], COUNTS)
    first = hiding.tables[0].rows[0]
    assert hidden(first[1])
    assert hidden(first[2]) or hidden(first[3])
    assert not any(hidden(cell) for cell in hiding.tables[0].rows[1])


def test_a_number_that_repeats_a_count_is_hidden_with_it():
    again = Column(name="again", kind="number")
    hiding = hide_together([groups([("a", 4, 4.0), ("b", 50, 50.0)], "n", again)], COUNTS)
    assert [hidden(cell) for cell in hiding.tables[0].rows[0][1:]] == [True, True]


@pytest.mark.parametrize(("freedom", "said"), [(0, "saturated"), (9, "fewer than 10 degrees")])
def test_coefficients_that_follow_the_data_too_closely_are_refused(freedom, said):
    weights = groups([("x", 1.5)], Column(name="weight", kind="number"), about="method")
    with pytest.raises(ReleaseError, match=said):
        hide_together([replace(weights, degrees_of_freedom=freedom)], COUNTS)
    assert hide_together([replace(weights, degrees_of_freedom=10)], COUNTS).too_few == 0


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_sums_are_judged_as_the_oracle_judges_them(seed):
    """Fifty cells a time; 5,000 in all: against the rules asked of all rows at once."""
    rng = np.random.default_rng(seed)
    rows = int(rng.integers(50, 1_500))
    cell, person = rng.integers(0, 50, rows), rng.integers(0, 400, rows)
    amount = rng.lognormal(2, 1.5, rows).round(2)
    found = sensitive(
        Contributions(cell=cell, person=person, amount=amount), COUNTS, cells=50
    ).hidden(COUNTS)
    there = [one for one in range(50) if (cell == one).any()]
    behind = {
        (0, row, "spent"): stands(person[cell == one], amount=amount[cell == one])
        for row, one in enumerate(there)
    }
    body = [(str(one), 100, float(amount[cell == one].sum())) for one in there]
    shown = hide_together([groups(body, "n", replace(SUM, base="n"))], COUNTS, behind)
    assert [hidden(value) for value in cells(shown, "spent")] == [bool(found[one]) for one in there]
