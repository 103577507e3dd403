"""Counts of one release that would tell of few beside one another are left out."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from joinedup.govern.disclosure.differencing import packed, released, too_near
from joinedup.govern.disclosure.within import left_out

PERSONS, K = 60, 5
people = st.sets(st.integers(0, PERSONS - 1), min_size=K)


def bits(*groups):
    return [packed(np.array(sorted(group)), persons=PERSONS) for group in groups]


def few(number):
    return 0 < number < K


@given(st.lists(people, min_size=1, max_size=7))
def test_what_is_kept_differs_by_nobody_or_enough_and_the_gate_agrees(groups):
    out = left_out(bits(*groups), k=K)
    kept = [group for group, gone in zip(groups, out, strict=True) if not gone]
    assert not any(few(len(one ^ other)) for one, other in combinations(kept, 2))
    assert not list(too_near(released("r", bits(*kept)), [], k=K))


@given(st.lists(people, min_size=1, max_size=7))
def test_nothing_is_left_out_where_the_gate_has_nothing_against_it(groups):
    out = left_out(bits(*groups), k=K)
    assert out.any() == bool(list(too_near(released("r", bits(*groups)), [], k=K)))
    assert not out[0]


def test_the_same_count_again_is_not_left_out():
    assert not left_out(bits(range(9), range(20, 40), range(9)), k=K).any()


def test_streets_that_make_up_nearly_a_ward_are_seen_together():
    ward, one, two = set(range(50)), set(range(25)), set(range(25, 48))
    assert left_out(bits(ward, one, two), k=K).tolist() == [False, False, True]
    assert left_out(bits(one, two, ward), k=K).tolist() == [False, False, True]
    assert left_out(bits(ward, one, set(range(25, 50))), k=K).tolist() == [False, False, False]


def test_no_cells_are_no_trouble():
    assert left_out([], k=K).tolist() == []
