"""Do grid points land where the Ordnance Survey says, and come back?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.stats.osgrid import (
    grid_to_osgb36,
    grid_to_wgs84,
    osgb36_to_grid,
    wgs84_to_grid,
)

# The worked example of "A guide to coordinate systems in Great Britain", annex C; the WGS84
# position of the same station is that of the guide's annex on transformations.
EASTING, NORTHING = np.array([651_409.903]), np.array([313_177.270])
LATITUDE, LONGITUDE = 52 + 39 / 60 + 27.2531 / 3600, 1 + 43 / 60 + 4.5177 / 3600
WGS84_LATITUDE, WGS84_LONGITUDE = 52 + 39 / 60 + 28.723 / 3600, 1 + 42 / 60 + 57.787 / 3600
DEGREE_M = 111_200.0
A_TEN_THOUSANDTH_SECOND = 1e-4 / 3600


def test_the_published_grid_point_has_its_published_latitude_and_longitude():
    at = grid_to_osgb36(EASTING, NORTHING)
    assert abs(at.latitude[0] - LATITUDE) < A_TEN_THOUSANDTH_SECOND
    assert abs(at.longitude[0] - LONGITUDE) < A_TEN_THOUSANDTH_SECOND


def test_the_published_latitude_and_longitude_have_their_grid_point():
    at = osgb36_to_grid(np.array([LATITUDE]), np.array([LONGITUDE]))
    assert abs(at.easting[0] - EASTING[0]) < 0.002
    assert abs(at.northing[0] - NORTHING[0]) < 0.002


def test_the_change_of_datum_is_right_within_five_metres():
    at = grid_to_wgs84(EASTING, NORTHING)
    north = (at.latitude[0] - WGS84_LATITUDE) * DEGREE_M
    east = (at.longitude[0] - WGS84_LONGITUDE) * DEGREE_M * np.cos(np.radians(WGS84_LATITUDE))
    assert np.hypot(north, east) < 5


def test_the_datums_differ_by_about_a_hundred_metres():
    old, new = grid_to_osgb36(EASTING, NORTHING), grid_to_wgs84(EASTING, NORTHING)
    assert 50 < np.abs(old.longitude - new.longitude)[0] * DEGREE_M * 0.6 < 150


@given(st.floats(50_000, 650_000), st.floats(20_000, 1_100_000))
def test_a_grid_point_comes_back(easting, northing):
    there = grid_to_wgs84(np.array([easting]), np.array([northing]))
    back = wgs84_to_grid(there.latitude, there.longitude)
    assert abs(back.easting[0] - easting) < 0.01
    assert abs(back.northing[0] - northing) < 0.01


def test_any_shape_is_kept_and_no_points_are_no_points():
    easting, northing = np.full((2, 3), 600_000.0), np.full((2, 3), 500_000.0)
    there = grid_to_wgs84(easting, northing)
    assert there.latitude.shape == (2, 3)
    assert wgs84_to_grid(there.latitude, there.longitude).easting.shape == (2, 3)
    assert grid_to_wgs84(np.empty(0), np.empty(0)).latitude.shape == (0,)


@pytest.mark.parametrize("function", [grid_to_osgb36, grid_to_wgs84, osgb36_to_grid, wgs84_to_grid])
def test_points_of_two_shapes_are_refused(function):
    with pytest.raises(ValueError, match="one shape"):
        function(np.array([51.0]), np.array([0.0, 1.0]))
