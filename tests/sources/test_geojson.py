"""What only GeoJSON can get wrong."""

import json

import pytest
import shapely
from visit_files import CANARY, held

from joinedup.core.errors import DeliveryError
from joinedup.core.vocabulary import Dataset, Field, Layout
from joinedup.sources import read
from joinedup.sources.formats.geojson import open_raw

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1.5], [0, 0]]]}
METRES = {"type": "Point", "coordinates": [600_000, 500_000.5, 12]}
GRID = "urn:ogc:def:crs:EPSG::27700"


def wards(**layout):
    fields = {
        "ward": Field(type="text", description="Code."),
        "geometry": Field(type="geometry", description="Shape."),
    }
    return Dataset(
        id="wards",
        partner="place",
        title="Wards",
        grain="one row per ward",
        key=("ward",),
        fields=fields,
        layout=Layout(format="geojson", file="*", **layout),
    )


def sent(folder, *shapes, **more):
    features = [
        {"type": "Feature", "properties": {"ward": f"W{n}"}, "geometry": shape}
        for n, shape in enumerate(shapes, 1)
    ]
    path = folder / "wards.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}))
    return path


def refused(path, **layout):
    with pytest.raises(DeliveryError) as caught:
        read(path, wards(**layout), ("ward", "geometry"))
    assert CANARY not in str(caught.value)
    return str(caught.value)


def crs_of(path, **layout):
    (chunk,) = open_raw(held(path), wards(**layout).layout).chunks(["geometry"])
    return chunk.rows.schema.field("geometry").metadata[b"crs"].decode()


def test_shapes_are_read_as_wkb_beside_their_properties(tmp_path):
    path = sent(
        tmp_path, SQUARE, {"type": "MultiPolygon", "coordinates": [[*SQUARE["coordinates"]]]}
    )
    table = read(path, wards(), ("ward", "geometry")).table
    shapes = shapely.from_wkb(table["geometry"].to_pylist())
    assert table["ward"].to_pylist() == ["W1", "W2"]
    assert [shape.area for shape in shapes] == [0.75, 0.75]


def test_the_coordinates_are_of_the_layouts_system_or_the_files_or_degrees(tmp_path):
    assert crs_of(sent(tmp_path, SQUARE)) == "EPSG:4326"
    said = {"crs": {"type": "name", "properties": {"name": GRID}}}
    assert crs_of(sent(tmp_path, METRES, **said)) == "EPSG:27700"
    assert crs_of(sent(tmp_path, METRES), crs="EPSG:27700") == "EPSG:27700"
    degrees = {"crs": {"properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}}
    assert crs_of(sent(tmp_path, SQUARE, **degrees)) == "EPSG:4326"


def test_two_systems_that_disagree_and_one_that_is_not_known_are_refused(tmp_path):
    said = {"crs": {"properties": {"name": GRID}}}
    assert "another coordinate system" in refused(sent(tmp_path, SQUARE, **said), crs="EPSG:4326")
    said = {"crs": {"properties": {"name": CANARY}}}
    assert "without an EPSG code" in refused(sent(tmp_path, SQUARE, **said))


@pytest.mark.parametrize(
    "wrong",
    [
        METRES,
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0]]]},
        {"type": "LineString", "coordinates": [[0, 0]]},
        {"type": "Point", "coordinates": [0, CANARY]},
        {"type": "Point", "coordinates": [0]},
        {"type": "Point", "coordinates": [0, [1]]},
        {"type": "Point", "coordinates": [0, {"a": 1}]},
        {"type": "Point", "coordinates": [181, 0]},
        {"type": "Point"},
        {"type": CANARY, "coordinates": [0, 0]},
        {"type": [CANARY], "coordinates": [0, 0]},
        {"type": "GeometryCollection", "geometries": [SQUARE, METRES]},
        [0, 0],
    ],
)
def test_a_shape_that_cannot_be_drawn_is_named_by_its_number(tmp_path, wrong):
    text = refused(sent(tmp_path, SQUARE, wrong, SQUARE))
    assert "1 feature has no shape that can be drawn in EPSG:4326" in text
    assert "line 2" in text


@pytest.mark.parametrize("text", ["[]", '{"type": "Feature"}', '{"features": []}', "[{}]"])
def test_json_that_is_no_collection_of_features_is_refused(tmp_path, text):
    path = tmp_path / "wards.geojson"
    path.write_text(text)
    assert "no FeatureCollection" in refused(path)
