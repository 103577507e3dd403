"""Are the town's places whole: areas that tile, homes inside them, addresses once each?"""

import json

import numpy as np
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pytest
import shapely

from joinedup.town.addresses import Addresses
from joinedup.town.days import END, NEVER, START, as_date
from joinedup.town.entities import NEW_BUILD
from joinedup.town.extracts import place
from joinedup.town.outlines import merged
from joinedup.town.registers import happen
from joinedup.town.view import Town


@pytest.fixture(scope="module")
def oas(world):
    return np.array([shapely.Polygon(ring) for ring in world.areas.rings])


@pytest.fixture(scope="module")
def opened(world, tmp_path_factory):
    folder = tmp_path_factory.mktemp("open")
    trading = happen(world, 1).trading
    place.write(folder, Town(world=world, trading=trading, addresses=Addresses(world), tokens=None))
    return folder


@pytest.fixture(scope="module")
def gazetteer(opened):
    texts = ("UPRN", "PARENT_UPRN", "SAO", "PAO")
    as_text = pa_csv.ConvertOptions(column_types=dict.fromkeys(texts, "string"))
    return pa_csv.read_csv(opened / "gazetteer.csv", convert_options=as_text)


def test_output_areas_tile_the_town_exactly(oas):
    assert shapely.is_valid(oas).all()
    assert shapely.is_ccw(shapely.get_exterior_ring(oas)).all()
    town = shapely.union_all(oas)
    assert town.geom_type == "Polygon"
    assert not town.interiors
    assert town.area == pytest.approx(shapely.area(oas).sum(), rel=1e-12)
    tree = shapely.STRtree(oas)
    one, other = tree.query(oas, predicate="overlaps")
    assert shapely.area(shapely.intersection(oas[one], oas[other])).sum() == pytest.approx(0)


def test_a_ward_is_one_piece_and_the_union_of_its_output_areas(world, oas):
    for ward in range(len(world.areas.ward_code)):
        inside = np.flatnonzero(world.areas.oa_ward == ward)
        rings = merged(world.areas.rings[oa] for oa in inside)
        drawn = shapely.Polygon(rings[0], rings[1:])
        union = shapely.union_all(oas[world.areas.oa_ward == ward])
        assert drawn.is_valid
        assert union.geom_type == "Polygon"
        assert drawn.symmetric_difference(union).area == pytest.approx(0, abs=1e-6)


def test_lsoas_lie_in_one_ward_each(world):
    areas = world.areas
    assert (areas.lsoa_ward[areas.oa_lsoa] == areas.oa_ward).all()
    assert set(areas.lsoa_deprivation.tolist()) <= set(range(1, 11))
    size = np.bincount(areas.oa_ward)
    assert len(size) == 8
    assert size.max() < 2 * size.min()


def test_every_home_lies_inside_its_output_area(world, oas):
    homes = world.homes
    points = shapely.points(homes.easting, homes.northing)
    assert shapely.contains_properly(oas[homes.oa], points).all()
    size = np.bincount(homes.oa)
    assert 100 < size.mean() < 150


def test_homes_agree_with_their_street_postcode_and_block(world):
    homes, blocks = world.homes, world.blocks
    assert (world.streets.oa[homes.street] == homes.oa).all()
    assert (world.postcodes.street[homes.postcode] == homes.street).all()
    flat = homes.block >= 0
    assert ((homes.flat > 0) == flat).all()
    assert (homes.parent[flat] == blocks.uprn[homes.block[flat]]).all()
    assert (homes.parent[~flat] == -1).all()
    assert (homes.easting[flat] == blocks.easting[homes.block[flat]]).all()


def test_no_address_is_given_twice(world, gazetteer):
    lived_in = pc.starts_with(gazetteer["CLASS"], "R")
    address = ["SAO", "PAO", "STREET", "POSTCODE", "OUTPUT_AREA"]
    rows = gazetteer.filter(lived_in).select(address).to_pylist()
    assert len({tuple(row.values()) for row in rows}) == len(rows)
    postcodes = world.postcodes.text.texts.to_pylist()
    assert len(set(postcodes)) == len(postcodes)
    assert all(text.startswith("ZT") for text in postcodes)


def test_new_builds_appear_after_the_start(world):
    homes = world.homes
    new = homes.first_day != NEVER
    assert ((homes.kind == NEW_BUILD) == new).all()
    assert (homes.first_day[new] > START).all()
    assert (homes.first_day[new] < END).all()
    assert 0.03 < new.mean() < 0.05
    assert all(
        as_date(int(day)).year == year
        for day, year in zip(homes.first_day[new], homes.built[new], strict=True)
    )


def test_half_of_the_wards_are_licensed_selectively(world):
    since = world.areas.ward_selective_from
    assert (since != NEVER).sum() == len(since) // 2
    assert {as_date(int(day)).isoformat() for day in since[since != NEVER]} == {"2024-04-01"}


@pytest.mark.parametrize("name", ["boundaries_oa", "boundaries_ward"])
def test_boundaries_are_written_on_the_grid_and_on_the_globe(opened, world, name):
    grid = json.loads((opened / f"{name}.geojson").read_text(encoding="utf-8"))
    globe = json.loads((opened / f"{name}_4326.geojson").read_text(encoding="utf-8"))
    assert grid["crs"]["properties"]["name"].endswith("27700")
    assert "crs" not in globe
    codes = world.areas.oa_code if name == "boundaries_oa" else world.areas.ward_code
    key = "OUTPUT_AREA" if name == "boundaries_oa" else "WARD"
    for kind in (grid, globe):
        assert [feature["properties"][key] for feature in kind["features"]] == list(codes)
        shapes = [shapely.geometry.shape(feature["geometry"]) for feature in kind["features"]]
        assert all(shape.is_valid for shape in shapes)
        rings = [ring for f in kind["features"] for ring in f["geometry"]["coordinates"]]
        assert all(ring[0] == ring[-1] for ring in rings)
    west, south, east, north = shapely.total_bounds(shapes)
    assert 0.5 < west < east < 1.5
    assert 54 < south < north < 55


def test_areas_still_tile_on_the_globe(opened):
    globe = json.loads((opened / "boundaries_oa_4326.geojson").read_text(encoding="utf-8"))
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in globe["features"]]
    assert shapely.coverage_is_valid(np.array(shapes)).all()


def test_the_gazetteer_lists_every_home_and_every_block_once(gazetteer, world):
    uprns = gazetteer["UPRN"].to_pylist()
    assert len(uprns) == len(set(uprns))
    assert {len(uprn) for uprn in uprns} == {12}
    places = np.concatenate([world.homes.uprn, world.blocks.uprn])
    assert {f"{uprn:012d}" for uprn in places.tolist()} <= set(uprns)
    assert {parent for parent in gazetteer["PARENT_UPRN"].to_pylist() if parent} <= set(uprns)


def test_the_areas_file_has_one_row_an_output_area(opened, world):
    rows = pa_csv.read_csv(opened / "areas.csv")
    assert rows["OUTPUT_AREA"].to_pylist() == list(world.areas.oa_code)
    assert set(rows["WARD_NAME"].to_pylist()) == set(world.areas.ward_name)


def test_bank_holidays_until_the_last_day_are_the_published_ones(opened):
    rows = pa_csv.read_csv(opened / "bank_holidays.csv")
    by_year = np.bincount([day.year for day in rows["DAY"].to_pylist()])
    assert by_year[2023:].tolist() == [9, 8, 8, 6]
    assert all(day.weekday() < 5 for day in rows["DAY"].to_pylist())
