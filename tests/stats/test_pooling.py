"""Are numbers over several draws put together by Rubin's rules?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.stats.intervals import normal_quantile
from joinedup.stats.pooling import pooled

# Five imputed analyses with standard error 1 each; Rubin's rules by hand: mean 10, within 1,
# between 2.5, total 1 + 1.2 * 2.5 = 4, freedom 4 * (4 / 3) ** 2 = 7.11, t 2.3573.
VALUES = np.array([8.0, 9.0, 10.0, 11.0, 12.0])


def test_rubins_rules_by_hand():
    reach = normal_quantile(0.95)
    made = pooled(VALUES, VALUES - reach, VALUES + reach, level=0.95)
    assert made.measured.value == pytest.approx(10.0)
    assert made.between == pytest.approx(0.75)
    assert made.measured.high - 10 == pytest.approx(2.3573 * 2, abs=2e-3)


def test_where_draws_agree_the_interval_is_that_of_one():
    made = pooled(np.full(5, 3.0), np.full(5, 2.0), np.full(5, 4.5), level=0.95)
    assert made.between == 0
    assert made.measured.low == pytest.approx(2.0, abs=1e-4)
    assert made.measured.high == pytest.approx(4.5, abs=1e-4)


def test_a_number_without_an_interval_gets_that_of_the_draws():
    none = np.full(5, np.nan)
    made = pooled(VALUES, none, none, level=0.95)
    assert made.between == 1.0
    assert made.measured.low < 8.0


def test_one_draw_tells_nothing():
    with pytest.raises(ValueError, match="two or more"):
        pooled(np.array([1.0]), np.array([0.0]), np.array([2.0]), level=0.9)


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30), st.floats(0.001, 50))
def test_the_interval_is_never_narrower_than_within_a_draw(values, reach):
    told = np.array(values)
    made = pooled(told, told - reach, told + reach, level=0.9)
    assert made.measured.high - made.measured.low >= 2 * reach * 0.999
