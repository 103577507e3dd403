"""Whether all rows differ is told exactly where it is told, and soon."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.core.ahead import ahead
from joinedup.sources.alike import LONGEST, all_differ

TEXTS = st.lists(st.text(max_size=6), max_size=40)


@given(TEXTS, TEXTS)
def test_rows_of_texts_differ_exactly_if_they_are_all_others(one, other):
    size = min(len(one), len(other))
    columns = [pa.chunked_array([pa.array(texts[:size], pa.string())]) for texts in (one, other)]
    differ = len(set(zip(one[:size], other[:size], strict=True))) == size
    assert not all_differ(columns) or differ
    if "".join(one[:size]) and "".join(other[:size]):
        assert all_differ(columns) == differ


@given(st.lists(st.integers(-(2**62), 2**62), min_size=1, max_size=40))
def test_numbers_and_days_are_told_too(numbers):
    assert all_differ([pa.chunked_array([pa.array(numbers)])]) == (
        len(set(numbers)) == len(numbers)
    )
    days = pa.array([number % 20_000 for number in numbers], pa.int32()).cast(pa.date32())
    assert all_differ([pa.chunked_array([days])]) == (len(days.unique()) == len(days))


@pytest.mark.parametrize("first", [0, 7, 500_000, 999_998])
def test_one_row_in_a_million_said_twice_is_found_wherever_it_stands(first):
    texts = [f"V{number * 7_919 % 1_000_003}" for number in range(1_000_000)]
    texts[-1] = texts[first]
    column = pa.chunked_array([pa.array(texts[:300_000]), pa.array(texts[300_000:])])
    assert not all_differ([column])
    assert all_differ([column.slice(0, 999_999)])


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["a", None]),
        pa.array(["a" * (LONGEST + 1), "b"]),
        pa.array([1.5, 2.5]),
        pa.array([b"a", b"b"]),
    ],
)
def test_what_cannot_be_told_soon_is_left_to_others(column):
    assert not all_differ([pa.chunked_array([column])])


def test_a_slice_is_told_of_its_own_cells():
    column = pa.chunked_array([pa.array(["x", "x", "a", "b", "b"]).slice(1, 3)])
    assert all_differ([column])


def test_a_series_made_ahead_is_the_same_and_raises_where_it_did():
    def series():
        yield from np.arange(5).tolist()
        raise ValueError("broken")

    taken = []

    def take():
        for item in ahead(series()):
            taken.append(item)  # noqa: PERF402 - what was taken before it broke is wanted

    with pytest.raises(ValueError, match="broken"):
        take()
    assert taken == [0, 1, 2, 3, 4]
    assert list(ahead(iter([]))) == []
