"""Do the registers hold together, whatever is planted in them?"""

import json
import re

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from joinedup.town import days, registers, truth_facts
from joinedup.town.days import NEVER
from joinedup.town.register import live_on
from joinedup.town.registers import NAMES, happen
from joinedup.town.world import build

PEOPLE, SEED = 8_000, 5


@pytest.fixture(scope="module")
def world():
    return build(PEOPLE, SEED)


@pytest.fixture(scope="module")
def town(world):
    return happen(world, SEED)


def test_every_register_is_there_with_rows(town):
    assert tuple(town.registers) == NAMES
    assert [name for name, register in town.registers.items() if not len(register)] == []


def test_every_column_is_described(town):
    for name, register in town.registers.items():
        assert name in registers.__doc__
        missing = [
            name for name in register.columns if not re.search(rf"\b{name}\b", registers.__doc__)
        ]
        assert missing == []


@pytest.mark.parametrize("name", NAMES)
def test_no_reference_stands_twice_in_one_extract(town, name):
    register = town.registers[name]
    for day in days.MONTH_ENDS:
        refs = register.ref.take(pa.array(live_on(register, day)))
        assert len(refs.unique()) == len(refs) > 0


@pytest.mark.parametrize("name", NAMES)
def test_rows_have_ends_after_their_beginnings_and_no_future(town, name):
    register = town.registers[name]
    ended = register.closed != NEVER
    assert (register.closed[ended] > register.opened[ended]).all()
    assert register.opened.max() <= days.END
    assert (np.diff(register.opened) >= 0).all()


def test_the_same_seed_gives_the_same_registers_and_another_seed_others(world, town):
    same, other = happen(world, SEED), happen(world, SEED + 1)
    for name in NAMES:
        assert same.registers[name].ref.equals(town.registers[name].ref)
        assert np.array_equal(same.registers[name].opened, town.registers[name].opened)
    assert len(other.registers["police_incidents"]) != len(town.registers["police_incidents"])


@pytest.mark.parametrize("name", ["gp_registrations", "school_census", "ae_attendances"])
def test_a_person_is_shown_at_the_home_where_they_live_that_day(world, town, name):
    register = town.registers[name]
    stays = world.stays
    end = np.where(stays.to_day == NEVER, 2**30, stays.to_day)
    lived = {}
    for person, home, first, last in zip(
        stays.person, stays.home, stays.from_day, end, strict=True
    ):
        lived.setdefault((person, home), []).append((first, last))
    rows = np.random.default_rng(1).integers(0, len(register), 300)
    for person, home, day in zip(
        register.person[rows], register.home[rows], register.opened[rows], strict=True
    ):
        assert any(first <= day < last for first, last in lived[person, home])


def test_a_home_has_one_account_at_a_time(town):
    accounts = town.registers["council_tax"]
    order = np.lexsort((accounts.opened, accounts.home))
    home, opened, closed = (
        part[order] for part in (accounts.home, accounts.opened, accounts.closed)
    )
    again = home[1:] == home[:-1]
    assert (closed[:-1][again] != NEVER).all()
    assert (opened[1:][again] >= closed[:-1][again]).all()


@pytest.mark.parametrize("people", [200, 1_500])
def test_a_small_town_has_everything_too(people):
    town = happen(build(people, SEED), SEED)
    assert tuple(town.registers) == NAMES
    assert list(town.truth.facts) == [f"F{number}" for number in range(1, 10)]


def test_the_truth_is_written_with_the_same_bytes_each_time(town, tmp_path):
    for name in ("one", "two"):
        truth_facts.write(town.truth, tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert "facts.json" in files
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    facts = json.loads((tmp_path / "one" / "facts.json").read_text(encoding="utf-8"))
    assert list(facts) == [f"F{number}" for number in range(1, 10)]
    assert facts["F3"]["step_from"] == "2025-04-01"
    assert all(day.endswith("-10-01") for day in facts["F1"]["reference_days"])


def test_the_truth_tells_days_as_dates_and_never_as_nothing(town, tmp_path):
    truth_facts.write(town.truth, tmp_path)
    kept, written = town.truth.tables["hmo"], pq.read_table(tmp_path / "hmo.parquet")
    same = [name for name in kept.column_names if name not in {"day", "licensed_on"}]
    assert written.select(same).equals(kept.select(same))
    never = [day == NEVER for day in kept["licensed_on"].to_pylist()]
    assert written["licensed_on"].is_null().to_pylist() == never
    assert written["licensed_on"].drop_null().cast("int32").to_pylist() == [
        day for day in kept["licensed_on"].to_pylist() if day != NEVER
    ]
