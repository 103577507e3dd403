"""Whether a column's cells are mostly different, from a sample."""

import numpy as np
import pyarrow as pa
import pytest

from joinedup.store.different import SAMPLE, mostly_different

ROWS = 400_000


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [(20, False), (30_000, False), (100_000, False), (2_000_000, True), (2**60, True)],
)
def test_the_sample_tells_how_many_there_are(kinds, expected):
    cells = np.random.default_rng(1).integers(0, kinds, ROWS)
    assert mostly_different(pa.array(cells)) is expected


def test_a_column_shorter_than_the_sample_is_counted():
    assert SAMPLE > 100
    assert mostly_different(pa.array(range(100)))
    assert not mostly_different(pa.array([1] * 80 + list(range(20))))
