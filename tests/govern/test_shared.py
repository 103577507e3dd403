"""Nobody is found by taking one's own part off a shared total, or in a synthetic table."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.govern.disclosure.shared import against_sharing, repeated
from often import often


def said(*counts, k=10):
    return [problem.what for problem in against_sharing(np.array(counts), k=k)]


def test_two_offices_cannot_share_a_total():
    assert said(50, 60)[0].startswith("fewer than 3 offices")
    assert said(50, 60, 0)[0].startswith("fewer than 3 offices")
    assert said(50, 60, 40) == []


def test_the_others_of_each_contributor_must_be_enough():
    assert said(500, 4, 5) == [
        "1 of its contributors would be left with fewer than 10 people of the others."
    ]
    assert said(500, 5, 5) == []


def test_every_reason_against_sharing_is_told():
    assert len(said(500, 4)) == 2


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6), st.integers(2, 20))
def test_no_contributor_of_a_shared_total_learns_of_fewer_than_k(counts, k):
    if said(*counts, k=k):
        return
    assert sum(count > 0 for count in counts) >= 3
    assert all(sum(counts) - mine >= k for mine in counts)


def people(rng, rows):
    """Records of four columns, of which some combinations are rare."""
    return [rng.integers(0, top, rows).tolist() for top in (2, 90, 12, 6)]


def test_a_table_drawn_anew_may_leave_and_a_copy_may_not():
    rng = np.random.default_rng(1)
    real, holdout, drawn = (people(rng, 4_000) for _ in range(3))
    fresh = repeated(real, drawn, holdout)
    assert fresh.uniques > 500
    assert fresh.may_leave
    copied = [[*mine[:200], *made[200:]] for mine, made in zip(real, drawn, strict=True)]
    assert not repeated(real, copied, holdout).may_leave


def test_repeats_are_counted_as_a_join_would_count_them():
    rng = np.random.default_rng(2)
    real, holdout, drawn = (people(rng, 900) for _ in range(3))
    rows, held, made = (list(zip(*table, strict=True)) for table in (real, holdout, drawn))
    alone = {one for one in rows if rows.count(one) == 1}
    found = repeated(real, drawn, holdout)
    assert found.uniques == len(alone)
    assert found.synthetic == pytest.approx(len(alone & set(made)) / len(alone))
    assert found.holdout == pytest.approx(len(alone & set(held)) / len(alone))


def test_a_longer_synthetic_table_is_compared_with_as_many_rows():
    assert repeated([["a", "b"]], [["c", "a", "b"]], [["d"]]).synthetic == 0.0


@often(quick=30, deep=2_000)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0, 0.005, 0.02, 0.2]))
def test_a_synthetic_table_leaves_if_and_only_if_it_repeats_a_point_more_at_most(seed, copied):
    """Against pandas: real records that stand alone, and the share of them in either table."""
    rng = np.random.default_rng(seed)
    rows = int(rng.integers(50, 600))
    real, holdout, made = (people(rng, rows) for _ in range(3))
    taken = int(copied * rows)
    made = [[*mine[:taken], *drawn[taken:]] for mine, drawn in zip(real, made, strict=True)]
    frames = [pd.DataFrame(dict(zip("abcd", one, strict=True))) for one in (real, made, holdout)]
    alone = frames[0].drop_duplicates(keep=False)
    shares = [
        len(alone.merge(frame.drop_duplicates())) / max(1, len(alone)) for frame in frames[1:]
    ]
    found = repeated(real, made, holdout)
    assert (found.synthetic, found.holdout) == pytest.approx(tuple(shares))
    assert found.may_leave is (found.synthetic <= found.holdout + 0.01)
