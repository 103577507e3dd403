import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from joinedup.stats.association import cramers_v, group_scores

EXACT = 1e-12

codes = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=12, max_size=60).map(
    np.array
)


def bergsma(left, right):
    """The paper's formula on scipy's chi-squared."""
    seen = np.zeros((left.max() + 1, right.max() + 1))
    np.add.at(seen, (left, right), 1)
    seen = seen[seen.sum(axis=1) > 0][:, seen.sum(axis=0) > 0]
    n = seen.sum()
    r, k = seen.shape
    phi2 = max(
        0.0, chi2_contingency(seen, correction=False).statistic / n - (r - 1) * (k - 1) / (n - 1)
    )
    return np.sqrt(phi2 / (min(r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)) - 1))


@given(codes)
def test_agrees_with_the_papers_formula_on_scipys_chi_squared(pairs):
    left, right = pairs.T
    got = cramers_v(left, right)
    if min(np.unique(left).size, np.unique(right).size) < 2:
        assert np.isnan(got)
    else:
        assert got == pytest.approx(min(1.0, bergsma(left, right)), abs=1e-9)


@given(codes)
def test_neither_the_names_of_groups_nor_the_side_matters(pairs):
    left, right = pairs.T
    straight = cramers_v(left, right)
    np.testing.assert_allclose(cramers_v(7 - left, right + 3), straight, rtol=1e-9, atol=EXACT)
    np.testing.assert_allclose(cramers_v(right, left), straight, rtol=1e-9, atol=EXACT)


def test_two_groupings_that_are_one_are_1_and_two_unrelated_are_near_0():
    left = np.tile([0, 1, 2], 200)
    assert cramers_v(left, left) == pytest.approx(1.0)
    right = np.random.default_rng(5).integers(0, 4, 600)
    assert cramers_v(left, right) < 0.1  # chance alone; the s.e. at 600 cases is about 0.04


def test_groups_of_one_case_each_cannot_be_judged():
    assert np.isnan(cramers_v(np.arange(5), np.arange(5)))
    assert np.isnan(cramers_v(np.zeros(5, dtype=int), np.arange(5)))


def test_a_case_has_no_part_in_its_own_score():
    groups = np.tile([0, 1], 40)
    outcome = np.tile([0.0, 1.0], 40)
    score = group_scores(groups, outcome, folds=4, seed=3)
    changed = outcome.copy()
    changed[0] = 1.0
    assert group_scores(groups, changed, folds=4, seed=3)[0] == score[0]
    assert score[groups == 1].min() > score[groups == 0].max()


def test_the_same_seed_gives_the_same_scores():
    rng = np.random.default_rng(8)
    groups, outcome = rng.integers(0, 5, 90), rng.integers(0, 2, 90).astype(float)
    first, second = (group_scores(groups, outcome, folds=5, seed=1) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_shapes_that_differ_and_a_single_fold_are_refused():
    with pytest.raises(ValueError, match="of one length"):
        cramers_v(np.arange(3), np.arange(4))
    with pytest.raises(ValueError, match="2 folds or more"):
        group_scores(np.arange(3), np.zeros(3), folds=1, seed=0)
