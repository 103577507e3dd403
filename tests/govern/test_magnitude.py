"""No sum tells one contributor's part: drawn cells first, then the rules by their own words."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from joinedup.core.errors import ReleaseError
from joinedup.govern.disclosure.magnitude import Contributions, classes, sensitive
from joinedup.govern.disclosure.profiles import PROFILES, Profile, hidden_counts

OPEN = Profile(name="open", version="1", persons=2, zeros="shown")


def rows(*amounts, person=None, household=None, cell=None):
    return Contributions(
        cell=np.array(cell or [0] * len(amounts)),
        person=np.array(person or list(range(len(amounts)))),
        amount=np.array(amounts, dtype=float),
        household=None if household is None else np.array(household),
    )


def why(given_rows, profile=OPEN, cells=1):
    found = sensitive(given_rows, profile, cells=cells)
    names = ("too_few", "dominated", "too_close", "nothing")
    return [{name for name in names if getattr(found, name)[cell]} for cell in range(cells)]


def test_a_sum_of_many_alike_may_be_shown():
    assert why(rows(*[10.0] * 12), PROFILES["ons-like"]) == [set()]


def test_two_who_make_up_more_than_nine_tenths_dominate_and_nine_tenths_do_not():
    # The second could take off 41 and be left with 51 at most: blurred by 8, more than 10 %.
    assert why(rows(50, 41, 3, 3, 3)) == [{"dominated"}]
    assert why(rows(50, 40, 4, 3, 3)) == [set()]


def test_the_second_largest_cannot_work_the_largest_out():
    profile = Profile(name="p", version="1", persons=2, zeros="shown", dominant_share=1.0)
    amounts = [1000.0, 500.0, 60.0, 39.0]
    assert why(rows(*amounts), profile) == [{"too_close"}]
    # The attack itself: the second takes its own off the published sum.
    assert sum(amounts) - 500.0 < 1.1 * 1000.0
    assert why(rows(1000.0, 500.0, 60.0, 40.0), profile) == [set()]


def test_ten_rows_of_one_person_are_one_person():
    found = why(rows(*[5.0] * 10, person=["ann"] * 10), PROFILES["ons-like"])
    assert found == [{"too_few", "dominated", "too_close"}]


def test_rows_told_twice_do_not_make_more_persons():
    assert "too_few" in why(rows(*[5.0] * 10, person=[1, 2, 3, 4, 5] * 2), PROFILES["ons-like"])[0]


def test_one_household_of_ten_persons_is_one_household():
    family = rows(*[10.0] * 40, household=[1] * 40)
    assert "too_few" in why(family, PROFILES["strict"])[0]
    spread = rows(*[10.0] * 40, household=[place // 2 for place in range(40)])
    assert why(spread, PROFILES["strict"]) == [set()]


def test_a_household_dominates_though_none_of_its_persons_does():
    six_of_ten = rows(*[10.0] * 12, household=[1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3])
    assert why(six_of_ten) == [{"dominated"}]
    assert why(rows(*[10.0] * 12)) == [set()]


def test_a_loss_is_a_contribution_too():
    assert "dominated" in why(rows(-1000, 20, 20, 20))[0]


def test_a_persons_rows_are_added_before_anyone_is_ranked():
    many_bills = rows(*[10.0] * 20, *[1.0] * 12, person=[0] * 20 + list(range(1, 13)))
    assert why(many_bills) == [{"dominated", "too_close"}]


def test_a_sum_of_nothing_is_hidden_only_where_zeros_are():
    found = sensitive(rows(*[0.0] * 30), PROFILES["ons-like"], cells=2)
    assert found.nothing.tolist() == [True, True]
    assert found.hidden(PROFILES["ons-like"]).tolist() == [False, False]
    assert found.hidden(PROFILES["ons-like-zeros-hidden"]).tolist() == [True, True]


@pytest.mark.parametrize("missing", [None, float("nan"), ""])
def test_a_row_of_nobody_is_refused_rather_than_counted(missing):
    nameless = Contributions(
        cell=np.zeros(3, dtype=int),
        person=np.array(["canary", missing, missing], dtype=object),
        amount=np.ones(3),
    )
    with pytest.raises(ReleaseError, match="2 rows do not say which person") as caught:
        sensitive(nameless, OPEN, cells=1)
    assert "canary" not in str(caught.value)


def test_an_amount_that_is_no_number_is_refused():
    with pytest.raises(ReleaseError, match="1 rows of the sum hold no number"):
        sensitive(rows(1.0, float("nan")), OPEN, cells=1)


def test_a_profile_that_asks_about_households_does_not_pass_without_them():
    with pytest.raises(ReleaseError, match="asks for 10 households, and none are told"):
        sensitive(rows(*[1.0] * 50), PROFILES["strict"], cells=1)
    with pytest.raises(ReleaseError, match="and none are told"):
        hidden_counts(np.array([50]), PROFILES["strict"])


def test_parts_of_different_length_are_our_bug():
    with pytest.raises(ValueError, match="every row needs"):
        sensitive(rows(1.0, 2.0, person=[1]), OPEN, cells=1)


def by_the_book(amounts_of, profile):
    """The two rules for one cell, from the words of the handbook, in plain Python."""
    sizes = sorted((abs(sum(amounts)) for amounts in amounts_of.values()), reverse=True)
    total = sum(sizes)
    if not total:
        return False, False
    dominated = 10 * sum(sizes[: profile.dominant]) > 9 * total
    left = total - sizes[0] - (sizes[1] if len(sizes) > 1 else 0)
    return dominated, 10 * left < sizes[0]


row = st.tuples(st.integers(0, 5), st.integers(0, 8), st.integers(-30, 300))


@settings(max_examples=1000, deadline=None)
@given(st.lists(row, min_size=1, max_size=40))
def test_the_rules_agree_with_their_words_on_any_table(drawn):
    cell, person, amount = (list(part) for part in zip(*drawn, strict=True))
    found = sensitive(rows(*amount, person=person, cell=cell), OPEN, cells=6)
    for one in range(6):
        of = {}
        for where, who, much in drawn:
            if where == one:
                of.setdefault(who, []).append(much)
        assert (found.dominated[one], found.too_close[one]) == by_the_book(of, OPEN)
        assert found.too_few[one] == (len(of) == 1)


def test_a_group_all_in_one_cell_is_found_in_rows_and_in_columns():
    found = classes(np.array([[40, 0, 0], [20, 20, 10], [0, 0, 0]]))
    assert found.rows.tolist() == [True, False, False]
    assert found.columns.tolist() == [False, True, True]


def test_a_group_that_a_few_could_tell_of_the_rest_is_found_where_asked():
    counts = np.array([[40, 3], [30, 30]])
    assert classes(counts).rows.tolist() == [False, False]
    assert classes(counts, others=10).rows.tolist() == [True, False]


def test_a_table_of_one_column_says_nothing_of_its_rows():
    assert not classes(np.array([[40], [20]])).rows.any()


def test_zeros_are_shown_or_hidden_as_the_profile_says():
    counts = np.array([0, 1, 9, 10])
    assert hidden_counts(counts, PROFILES["ons-like"]).tolist() == [False, True, True, False]
    zeros_too = hidden_counts(counts, PROFILES["ons-like-zeros-hidden"])
    assert zeros_too.tolist() == [True, True, True, False]


def test_a_profile_counts_households_beside_persons():
    hidden = hidden_counts(
        np.array([40, 40, 0]), PROFILES["strict"], households=np.array([9, 10, 0])
    )
    assert hidden.tolist() == [True, False, True]


def test_two_profiles_have_one_digest_only_if_every_number_is_the_same():
    digests = {profile.digest for profile in PROFILES.values()}
    assert len(digests) == len(PROFILES)
    again = Profile(name="ons-like", version="1", persons=10, zeros="shown")
    assert again.digest == PROFILES["ons-like"].digest


def test_a_profile_that_protects_nothing_names_every_fault():
    with pytest.raises(ReleaseError) as caught:
        Profile(name="lax", version="1", persons=1, zeros="shown", dominant_share=1.5, differ_by=1)
    assert len(caught.value.problems) == 3
