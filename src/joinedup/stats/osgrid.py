"""Where on the globe is a point of the British National Grid, and the other way round?

EPSG:27700 in metres, EPSG:4326 in degrees. The change of datum is the Ordnance Survey's Helmert
transformation: right to about 5 m, not for measuring. Heights are taken as zero.

Source: Ordnance Survey, A guide to coordinate systems in Great Britain, annexes B and C.
"""

from dataclasses import dataclass

import numpy as np

from joinedup.stats.arrays import Floats

AIRY = (6_377_563.396, 6_356_256.909)
WGS84 = (6_378_137.000, 6_356_752.3141)
SCALE = 0.9996012717
TRUE_EASTING, TRUE_NORTHING = 400_000.0, -100_000.0
TRUE_LATITUDE, TRUE_LONGITUDE = np.radians(49.0), np.radians(-2.0)
SHIFT_M = np.array([446.448, -125.157, 542.060])
TURN = np.radians(np.array([0.1502, 0.2470, 0.8421]) / 3600)
STRETCH = -20.4894e-6
NEAR_M = 1e-5
NEAR_RADIANS = 1e-12


@dataclass(frozen=True, slots=True)
class LatLon:
    """Degrees north and east, each float64 of one shape."""

    latitude: Floats
    longitude: Floats


@dataclass(frozen=True, slots=True)
class Grid:
    """Metres east and north of the grid's false origin, each float64 of one shape."""

    easting: Floats
    northing: Floats


def grid_to_wgs84(easting: Floats, northing: Floats) -> LatLon:
    """Latitude and longitude (WGS84, EPSG:4326) of grid points (EPSG:27700), within about 5 m.

    Args:
        easting: metres, any shape.
        northing: metres, of the same shape.

    Raises:
        ValueError: the shapes differ.

    Source: Ordnance Survey, A guide to coordinate systems in Great Britain.

    >>> tower = grid_to_wgs84(np.array([651409.903]), np.array([313177.270]))
    >>> [round(float(degrees[0]), 4) for degrees in (tower.latitude, tower.longitude)]
    [52.658, 1.7161]
    """
    local = grid_to_osgb36(easting, northing)
    xyz = _to_cartesian(np.radians(local.latitude), np.radians(local.longitude), AIRY)
    return _in_degrees(*_from_cartesian(_turn(xyz), WGS84))


def wgs84_to_grid(latitude: Floats, longitude: Floats) -> Grid:
    """Grid point (EPSG:27700) of a latitude and longitude (WGS84, degrees), within about 5 m.

    The inverse of `grid_to_wgs84` to about a millimetre: the height between the datums is let go.

    Args:
        latitude: degrees, any shape.
        longitude: degrees, of the same shape.

    Raises:
        ValueError: the shapes differ.

    Source: Ordnance Survey, A guide to coordinate systems in Great Britain.
    """
    _same_shape(latitude, longitude)
    xyz = _to_cartesian(np.radians(latitude), np.radians(longitude), WGS84)
    local = _in_degrees(*_from_cartesian(_turn_back(xyz), AIRY))
    return osgb36_to_grid(local.latitude, local.longitude)


def osgb36_to_grid(latitude: Floats, longitude: Floats) -> Grid:
    """Grid point of a latitude and longitude in degrees of the OSGB36 datum.

    Args:
        latitude: degrees, any shape.
        longitude: degrees, of the same shape.

    Raises:
        ValueError: the shapes differ.

    Source: Ordnance Survey guide, annex C.1.
    """
    _same_shape(latitude, longitude)
    phi, lam = np.radians(latitude), np.radians(longitude) - TRUE_LONGITUDE
    nu, rho, eta2 = _radii(phi)
    sin, cos, tan2 = np.sin(phi), np.cos(phi), np.tan(phi) ** 2
    one = _meridional_arc(phi) + TRUE_NORTHING
    two = nu / 2 * sin * cos
    three = nu / 24 * sin * cos**3 * (5 - tan2 + 9 * eta2)
    three_a = nu / 720 * sin * cos**5 * (61 - 58 * tan2 + tan2**2)
    four = nu * cos
    five = nu / 6 * cos**3 * (nu / rho - tan2)
    six = nu / 120 * cos**5 * (5 - 18 * tan2 + tan2**2 + 14 * eta2 - 58 * tan2 * eta2)
    return Grid(
        easting=TRUE_EASTING + four * lam + five * lam**3 + six * lam**5,
        northing=one + two * lam**2 + three * lam**4 + three_a * lam**6,
    )


def grid_to_osgb36(easting: Floats, northing: Floats) -> LatLon:
    """Latitude and longitude in degrees of the OSGB36 datum of a grid point.

    Args:
        easting: metres, any shape.
        northing: metres, of the same shape.

    Raises:
        ValueError: the shapes differ.

    Source: Ordnance Survey guide, annex C.2.
    """
    _same_shape(easting, northing)
    phi = _foot_latitude(np.asarray(northing, float))
    nu, rho, eta2 = _radii(phi)
    tan, tan2, sec = np.tan(phi), np.tan(phi) ** 2, 1 / np.cos(phi)
    seven = tan / (2 * rho * nu)
    eight = tan / (24 * rho * nu**3) * (5 + 3 * tan2 + eta2 - 9 * tan2 * eta2)
    nine = tan / (720 * rho * nu**5) * (61 + 90 * tan2 + 45 * tan2**2)
    ten = sec / nu
    eleven = sec / (6 * nu**3) * (nu / rho + 2 * tan2)
    twelve = sec / (120 * nu**5) * (5 + 28 * tan2 + 24 * tan2**2)
    twelve_a = sec / (5040 * nu**7) * (61 + 662 * tan2 + 1320 * tan2**2 + 720 * tan2**3)
    off = np.asarray(easting, float) - TRUE_EASTING
    latitude = phi - seven * off**2 + eight * off**4 - nine * off**6
    east = ten * off - eleven * off**3 + twelve * off**5 - twelve_a * off**7
    return _in_degrees(latitude, TRUE_LONGITUDE + east)


def _same_shape(one: Floats, other: Floats) -> None:
    if np.shape(one) != np.shape(other):
        message = f"these must be of one shape: {np.shape(one)}, {np.shape(other)}"
        raise ValueError(message)


def _in_degrees(phi: Floats, lam: Floats) -> LatLon:
    return LatLon(latitude=np.degrees(phi), longitude=np.degrees(lam))


def _radii(phi: Floats) -> tuple[Floats, Floats, Floats]:
    """`nu`, `rho` and `eta` squared of annex C, on Airy's ellipsoid."""
    a, b = AIRY
    e2 = 1 - (b / a) ** 2
    bent = 1 - e2 * np.sin(phi) ** 2
    nu = a * SCALE / np.sqrt(bent)
    rho = a * SCALE * (1 - e2) * bent**-1.5
    return nu, rho, nu / rho - 1


def _meridional_arc(phi: Floats) -> Floats:
    a, b = AIRY
    n = (a - b) / (a + b)
    less, more = phi - TRUE_LATITUDE, phi + TRUE_LATITUDE
    arc: Floats = (
        b
        * SCALE
        * (
            (1 + n + 1.25 * n**2 + 1.25 * n**3) * less
            - (3 * n + 3 * n**2 + 2.625 * n**3) * np.sin(less) * np.cos(more)
            + (1.875 * n**2 + 1.875 * n**3) * np.sin(2 * less) * np.cos(2 * more)
            - 35 / 24 * n**3 * np.sin(3 * less) * np.cos(3 * more)
        )
    )
    return arc


def _foot_latitude(northing: Floats) -> Floats:
    """The latitude on the true meridian whose arc ends at this northing."""
    phi = TRUE_LATITUDE + (northing - TRUE_NORTHING) / (AIRY[0] * SCALE)
    left = northing - TRUE_NORTHING - _meridional_arc(phi)
    while np.any(np.abs(left) >= NEAR_M):
        phi = phi + left / (AIRY[0] * SCALE)
        left = northing - TRUE_NORTHING - _meridional_arc(phi)
    return np.asarray(phi)


def _to_cartesian(phi: Floats, lam: Floats, ellipsoid: tuple[float, float]) -> Floats:
    """x, y, z in metres of points on the ellipsoid, shape (3, …)."""
    a, b = ellipsoid
    e2 = 1 - (b / a) ** 2
    nu = a / np.sqrt(1 - e2 * np.sin(phi) ** 2)
    flat = nu * np.cos(phi)
    return np.stack((flat * np.cos(lam), flat * np.sin(lam), (1 - e2) * nu * np.sin(phi)))


def _from_cartesian(xyz: Floats, ellipsoid: tuple[float, float]) -> tuple[Floats, Floats]:
    """Latitude and longitude in radians; the height is let go."""
    a, b = ellipsoid
    e2 = 1 - (b / a) ** 2
    x, y, z = xyz
    p = np.hypot(x, y)
    phi = np.arctan2(z, p * (1 - e2))
    moved = np.inf
    while moved > NEAR_RADIANS:
        nu = a / np.sqrt(1 - e2 * np.sin(phi) ** 2)
        nearer = np.arctan2(z + e2 * nu * np.sin(phi), p)
        moved = float(np.max(np.abs(nearer - phi), initial=0.0))
        phi = nearer
    return phi, np.arctan2(y, x)


def _helmert() -> Floats:
    x, y, z = TURN
    return np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]]) + np.eye(3) * (1 + STRETCH)


def _turn(xyz: Floats) -> Floats:
    """From OSGB36 to WGS84: Helmert with the published signs, small angles."""
    flat = _helmert() @ xyz.reshape(3, -1)
    return np.asarray((flat + SHIFT_M[:, None]).reshape(xyz.shape))


def _turn_back(xyz: Floats) -> Floats:
    flat = np.linalg.solve(_helmert(), xyz.reshape(3, -1) - SHIFT_M[:, None])
    return flat.reshape(xyz.shape)
