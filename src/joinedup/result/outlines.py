"""The outlines of areas as GeoJSON, coarse enough for a page; neighbours keep their border."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from joinedup.core.errors import MethodError

PRECISION_DEGREES = 1e-4  # about 10 m: area boundaries drawn at city scale


def boundaries(areas: pa.Table, geometry: str, *, where: str) -> Any:
    """The boundaries of areas as shapely polygons, shape (areas,).

    Args:
        areas: one row per area.
        geometry: the column with the boundary as WKB, in WGS 84 degrees.
        where: the table's name, for the message.

    Raises:
        MethodError: there are no areas, or one has no boundary.
    """
    import shapely  # noqa: PLC0415 - heavy; only when a map is drawn

    shapes = shapely.from_wkb(np.asarray(areas[geometry].to_pylist(), dtype=object))
    if shapes.size == 0 or shapely.is_missing(shapes).any():
        raise MethodError(
            "an area has no boundary.", fix="give each area its boundary as WKB.", where=where
        )
    return shapes


def outlines(codes: Sequence[Any], shapes: Any, *, key: str) -> Mapping[str, Any]:
    """A FeatureCollection whose features say their code under `key`, and nothing else.

    Args:
        codes: of the areas.
        shapes: shapely polygons in WGS 84 degrees, shape (areas,).
        key: the property that names an area.
    """
    import shapely  # noqa: PLC0415 - heavy; only when a map is drawn

    drawn = shapely.coverage_simplify(shapes, PRECISION_DEGREES)
    features = [
        {
            "type": "Feature",
            "properties": {key: code},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for code, shape in zip(codes, drawn, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}
