"""Where does a ward end? The outline of areas that share their points, without geometry software.

Every area's outline runs anticlockwise, so an edge between two areas of one ward is run in both
directions and falls out; the edges left over, put end to end, are the ward's outline.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Point = tuple[float, float]


def merged(rings: Iterable[Floats]) -> list[Floats]:
    """The outlines of the union of these areas; anticlockwise, holes clockwise.

    Args:
        rings: of shape (points, 2) each, anticlockwise, the first point not repeated.

    Returns:
        As the rings, the largest first; points on a straight line are kept.

    >>> left = np.array([[0, 0], [1, 0], [1, 1], [0, 1.0]])
    >>> merged([left, left + [1, 0]])[0].tolist()
    [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [2.0, 1.0], [1.0, 1.0], [0.0, 1.0]]
    """
    edges: set[tuple[Point, Point]] = set()
    for ring in rings:
        points: list[Point] = [(x, y) for x, y in ring.tolist()]
        for edge in zip(points, points[1:] + points[:1], strict=True):
            if edge[::-1] in edges:
                edges.remove(edge[::-1])
            else:
                edges.add(edge)
    onward: dict[Point, list[Point]] = {}
    for start, end in sorted(edges, reverse=True):
        onward.setdefault(start, []).append(end)
    found = []
    while onward:
        found.append(_walked(onward, min(onward)))
    return sorted(found, key=lambda ring: -area(ring))


def _walked(onward: dict[Point, list[Point]], first: Point) -> Floats:
    """One outline from a point back to it; its edges are taken away."""
    points = [first]
    while True:
        ends = onward[points[-1]]
        point = ends.pop()
        if not ends:
            del onward[points[-1]]
        if point == first:
            return np.array(points)
        points.append(point)


def area(ring: Floats) -> float:
    """Square metres inside an outline, negative if it runs clockwise."""
    x, y = ring.T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) / 2)
