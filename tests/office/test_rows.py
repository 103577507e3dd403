"""A person scoped to one ward can learn nothing of another: by count, sort, join or facet."""

import json
import re

import pytest
from ruled import HOMES, WARDS, write_homes

STEPS = ("define:cohort", "define:by_ward", "define:every", "rank", "report")
POINTS = """title = "By points"
method = "target.rules"
purpose = "inspection"
[settings]
table = "defined.cohort"
id = "id"
[[settings.rules]]
name = "high"
column = "risk"
op = ">="
value = 50
weight = 1
reason = "many points before"
"""
EAST = {f"H{n:03}" for n in range(HOMES) if n % 3 != 2}


@pytest.fixture
def ruled(ruled_office):
    return ruled_office


def ran(joinedup, who):
    said = joinedup("run", "--as", who, "--json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def shown(joinedup, who):
    """All that a person is shown, without moments."""
    told = []
    for step in STEPS:
        said = joinedup("show", step, "--as", who, "--json")
        told.append((said.code, re.sub(r"20\d\d-\d\d-\d\dT[0-9:.]+Z", "", said.out)))
    return told


def table(tmp_path, name):
    """The rows of the newest version of a table, read past every gate."""
    from joinedup.records.home import connect
    from joinedup.store.lake import Lake

    connect(tmp_path / "home")
    return Lake(tmp_path / "home").read(name).to_table().to_pylist()


def versions(tmp_path):
    """The newest version of each of the office's own tables, without those of a scope."""
    from joinedup.records.home import connect
    from joinedup.store.lake import Lake

    connect(tmp_path / "home")
    kept = Lake(tmp_path / "home").tables()
    return {one.table: one.number for one in kept if "__" not in one.table}


def scoped_tables(tmp_path, name):
    from joinedup.store.lake import Lake

    lake = Lake(tmp_path / "home")
    return [
        lake.read(version.table).to_table()
        for version in lake.tables()
        if version.table.startswith(f"defined.{name}__")
    ]


def test_list_count_facet_and_join_are_of_the_granted_rows_alone(ruled, tmp_path):
    told = {one["step"]: one["headline"] for one in ran(ruled, "eva")}
    assert told["define:by_ward"].endswith(" 1 rows.")
    assert told["define:cohort"].endswith(f" {len(EAST)} rows.")
    (every,) = scoped_tables(tmp_path, "every")
    assert every.to_pylist() == [{"homes": len(EAST)}]
    (by_ward,) = scoped_tables(tmp_path, "by_ward")
    assert {row["ward"] for row in by_ward.to_pylist()} == {"EAST"}
    listed = set(re.findall(r"H\d{3}", ruled("show", "rank", "--as", "eva").out))
    assert listed
    assert listed <= EAST


def test_what_is_shown_is_the_same_whatever_the_rows_of_another_ward_are(ruled, tmp_path):
    """Two worlds that differ in the west alone look alike to whoever may see the east."""
    ran(ruled, "eva")
    one = shown(ruled, "eva")
    path = tmp_path / "homes_april.csv"
    write_homes(path)
    lines = path.read_text().splitlines()
    west = [line for line in lines if WARDS[1] in line]
    changed = [line.replace("owner-", "else-") for line in west[::2]]
    path.write_text("\n".join([line for line in lines if line not in west] + changed) + "\n")
    assert ruled("deliver", "homes", str(path), "--as", "eng").code == 0
    again = ran(ruled, "eva")
    assert not [step["step"] for step in again if step["ran"]]
    assert shown(ruled, "eva") == one


def test_nobody_elses_run_is_shown_to_who_may_see_some_rows(ruled):
    ran(ruled, "ana")
    for step in STEPS:
        said = ruled("show", step, "--as", "eva")
        assert said.code == 10
        assert "there is no result yet" in said.err


def test_a_run_on_some_rows_leaves_the_offices_own_tables_and_results_alone(ruled, tmp_path):
    ran(ruled, "ana")
    before, rows = shown(ruled, "ana"), table(tmp_path, "defined.by_ward")
    ran(ruled, "eva")
    assert shown(ruled, "ana") == before
    assert table(tmp_path, "defined.by_ward") == rows
    assert not [step for step in ran(ruled, "ana") if step["ran"]]
    assert not [step for step in ran(ruled, "eva") if step["ran"]]


def test_whom_counts_of_some_rows_count_is_kept_apart_too(ruled, tmp_path):
    step = tmp_path / "office" / "projects" / "first" / "steps" / "points.toml"
    step.write_text(POINTS)
    ran(ruled, "ana")
    own = versions(tmp_path)
    assert {"behind.first_points", "behind.first_points_units"} <= set(own)
    assert "points" in {one["step"] for one in ran(ruled, "eva") if one["ran"]}
    assert versions(tmp_path) == own


def test_a_result_of_some_rows_is_not_what_is_released(ruled):
    ran(ruled, "eva")
    said = ruled("release", "rank", "--approve", "--reason", "read", "--as", "rev")
    assert said.code == 10
    assert "there is no result yet" in said.err


def test_the_event_says_by_which_fields_rows_were_chosen_and_no_value(ruled):
    ran(ruled, "eva")
    lines = ruled("audit", "show", "--last", "100", "--json", "--as", "cy").out.splitlines()
    runs = [event for event in map(json.loads, lines) if event["kind"] == "run"]
    assert {"homes": ["ward"]} in [run["facts"].get("policy", {}).get("rows_by") for run in runs]
    assert "EAST" not in json.dumps(runs)
