"""Are linkages drawn as their pairs have it, and nothing else?"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from joinedup.stats.redrawn import Beyond, in_doubt, redrawn

RECORDS = 40


NOTHING = Beyond()


def drawn(entity, pairs, source, *, beyond=NOTHING, seed=0, times=1):
    rng = np.random.default_rng(seed)
    return [redrawn(entity, pairs, source, beyond=beyond, rng=rng) for _ in range(times)]


def test_a_pair_is_as_often_together_as_its_chance_says():
    pairs = np.array([0, 2]), np.array([1, 3]), np.array([0.7, 0.2])
    made = drawn(np.array([0, 0, 2, 3]), pairs, np.array([0, 1, 0, 1]), times=2_000)
    assert abs(np.mean([one[1] == 0 for one in made]) - 0.7) < 0.03
    assert abs(np.mean([one[3] == 2 for one in made]) - 0.2) < 0.03


def test_a_list_that_names_nobody_twice_never_does():
    pairs = np.array([0, 0]), np.array([1, 2]), np.array([0.6, 0.5])
    made = drawn(np.array([0, 0, 2]), pairs, np.array([0, 1, 1]), times=200)
    assert all(one[1] != one[2] for one in made)


def test_what_no_pair_tells_joins_and_parts_as_many_as_told():
    entity = np.array([0, 0, 2, 2, *range(4, RECORDS)])
    source = np.arange(RECORDS) % 2
    none = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    joined = drawn(entity, none, source, beyond=Beyond(missed=3.0))[0]
    parted = drawn(entity, none, source, beyond=Beyond(wrong=1.0))[0]
    assert len(set(joined.tolist())) == len(set(entity.tolist())) - 3
    assert len(set(parted.tolist())) == len(set(entity.tolist())) + 1


def test_pairs_that_hang_together_with_no_doubtful_one_are_left():
    ends = np.array([0, 1, 3, 5]), np.array([1, 2, 4, 6])
    told = in_doubt(7, *ends, np.array([0.999, 0.5, 0.999, 0.001]))
    assert told.tolist() == [True, True, False, False]


@given(
    st.lists(
        st.tuples(st.integers(0, 19), st.integers(20, 39), st.floats(0.03, 0.97)), max_size=30
    ),
    st.integers(0, 9),
)
def test_each_entity_is_named_by_its_first_record(rows, seed):
    pairs = sorted({(one, other): chance for one, other, chance in rows}.items())
    left = np.array([one for (one, _), _ in pairs], dtype=np.int64)
    right = np.array([other for (_, other), _ in pairs], dtype=np.int64)
    chance = np.array([one for _, one in pairs])
    source = (np.arange(RECORDS) >= 20).astype(np.int64)
    beyond = Beyond(missed=2, missed_off=1, wrong=1, wrong_off=1)
    made = drawn(np.arange(RECORDS), (left, right, chance), source, beyond=beyond, seed=seed)[0]
    assert (made <= np.arange(RECORDS)).all()
    assert (made[made] == made).all()
