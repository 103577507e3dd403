"""Is a town the same whenever it is made, and other for another seed?"""

from dataclasses import fields, is_dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from joinedup.town.draw import stream
from joinedup.town.truth_world import write
from joinedup.town.world import build, home_on

from conftest import WORLD_PEOPLE, WORLD_SEED  # isort: skip


def leaves(record, path=""):
    """Every array and text of a record, with where it is."""
    for field in fields(record):
        value, where = getattr(record, field.name), f"{path}.{field.name}"
        if is_dataclass(value):
            yield from leaves(value, where)
        else:
            yield where, value


def same(one, other):
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.tobytes() == other.tobytes()
    if isinstance(one, pa.Array):
        return one.equals(other)
    if isinstance(one, tuple) and one and isinstance(one[0], np.ndarray):
        return all(map(same, one, other))
    return one == other


def test_two_builds_are_equal_to_the_byte(world):
    again = build(WORLD_PEOPLE, WORLD_SEED)
    differing = [
        where
        for (where, one), (_, other) in zip(leaves(world), leaves(again), strict=True)
        if not same(one, other)
    ]
    assert differing == []


def test_another_seed_is_another_town():
    one, other = build(500, 1), build(500, 2)
    assert one.people.born.tobytes() != other.people.born.tobytes()
    assert one.homes.easting.tobytes() != other.homes.easting.tobytes()


def test_a_stream_depends_on_its_names_alone():
    first = stream(1, "a", "bc").random(3)
    stream(1, "other").random(10)
    assert (stream(1, "a", "bc").random(3) == first).all()
    assert (stream(1, "ab", "c").random(3) != first).any()
    assert (stream(2, "a", "bc").random(3) != first).any()


def test_the_truth_is_what_the_world_holds(world, tmp_path):
    write(world, tmp_path)
    people = pq.read_table(tmp_path / "people.parquet")
    assert people.num_rows == len(world.people.born)
    assert people["forename"][7].as_py() == world.names.forename[world.people.forename[7]]
    assert people["died"].null_count == (world.people.died < -(2**30)).sum()
    stays = pq.read_table(tmp_path / "stays.parquet")
    assert stays.num_rows == len(world.stays.person)
    homes = pq.read_table(tmp_path / "homes.parquet")
    assert homes["is_hmo"].to_numpy().sum() == world.homes.is_hmo.sum()
    families = pq.read_table(tmp_path / "families.parquet")
    assert set(families["kind"].to_pylist()) >= {"couple", "single", "sharers"}


@pytest.mark.parametrize("people", [200, 700, 5_000])
def test_a_small_town_is_a_town(people):
    town = build(people, 4)
    assert abs(len(town.people.born) - people) <= max(12, people // 100)
    assert (home_on(town, 20_700) >= 0).sum() > 0.75 * people


@pytest.mark.deep
def test_a_large_town_keeps_the_laws():
    town = build(300_000, 5)
    stays = town.stays
    follows = stays.person[1:] == stays.person[:-1]
    assert (stays.to_day[:-1][follows] <= stays.from_day[1:][follows]).all()
    assert abs(len(town.people.born) - 300_000) <= 3_000
