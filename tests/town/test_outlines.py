"""Squares put together by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.town.outlines import area, merged

SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


def at(*places):
    return [SQUARE + np.array(place) for place in places]


def test_a_ring_of_squares_has_a_hole():
    eight = [(x, y) for x in range(3) for y in range(3) if (x, y) != (1, 1)]
    outer, hole = merged(at(*eight))
    assert area(outer) == 9
    assert area(hole) == -1


def test_squares_that_touch_at_a_corner_are_two_pieces_or_one_outline_of_both():
    assert sum(area(ring) for ring in merged(at((0, 0), (1, 1)))) == 2


@given(st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1))
def test_the_outline_encloses_exactly_what_was_put_together(places):
    rings = merged(at(*places))
    assert sum(area(ring) for ring in rings) == pytest.approx(len(places))
    together = merged(at(*sorted(places, reverse=True)))
    assert [ring.tolist() for ring in together] == [ring.tolist() for ring in rings]
