"""Where the list falls: every case in one area, and the counts add up."""

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import joinedup
from joinedup.core.errors import MethodError
from joinedup.target.places import locate

GRID = [shapely.box(x, y, x + 1, y + 1) for x in range(3) for y in range(3)]


def areas(shapes=GRID):
    return pa.table(
        {
            "area": list(range(len(shapes))),
            "name": [f"Area {n}" for n in range(len(shapes))],
            "geometry": [shapely.to_wkb(shape) for shape in shapes],
        }
    )


@given(st.lists(st.tuples(st.floats(-1, 4), st.floats(-1, 4)), max_size=60))
def test_every_case_is_in_one_area_or_outside_all(places):
    found = locate(np.array(places).reshape(-1, 2), np.array(GRID))
    for (x, y), area in zip(places, found, strict=True):
        inside = [n for n, shape in enumerate(GRID) if shape.intersects(shapely.Point(x, y))]
        assert area == (inside[0] if inside else -1)


def test_counts_add_up_and_the_unplaced_are_told():
    cases = pa.table(
        {
            "latitude": [0.5, 0.5, 2.5, None, 9.0],
            "longitude": [0.5, 0.6, 2.5, 0.5, 9.0],
            "rank": [1, 2, 3, 4, 5],
        }
    )
    output = joinedup.target.where(table=cases, areas=areas(), capacity=1)
    data = output.tables["areas"].data
    assert sum(data["cases"].to_pylist()) == 3
    assert sum(data["listed"].to_pylist()) == 1
    assert "2 cases have no place" in output.result.cautions[0]


def test_an_area_without_a_boundary_is_refused():
    broken = areas().set_column(2, "geometry", pa.array([None] * len(GRID), pa.binary()))
    cases = pa.table({"latitude": [0.5], "longitude": [0.5], "rank": [1]})
    with pytest.raises(MethodError, match="no boundary"):
        joinedup.target.where(table=cases, areas=broken, capacity=1)
