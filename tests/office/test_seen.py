"""Below the level of a result a person sees whose data is in it and groups, and nothing else."""

import re
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from ruled import GRANTS, LEASES, REASON, ROLES, grant, lease

from joinedup.office import behind
from joinedup.office.house import open_office
from joinedup.office.seen import involved
from joinedup.result import html, text
from joinedup.result import json as result_json
from joinedup.result.blocks import (
    Caution,
    Check,
    Checks,
    Column,
    Estimate,
    Estimates,
    Figure,
    Prose,
    Table,
)
from joinedup.result.model import Members, Output, Result

CANARY = "Zaphod-7731"
WARDS = (("EAST", 40), ("WEST", 3), ("NORTH", 41), ("SOUTH", 7))


def table(rows, *, about, title="Homes by ward", total_row=False):
    columns = (Column(name="ward", kind="text"), Column(name="homes", kind="count"))
    return Table(title=title, columns=columns, rows=rows, about=about, total_row=total_row)


def every_block():
    """A result that carries the canary wherever a detail could stand, and two counts of few."""
    records = table(((CANARY, 1),), about="records", title=CANARY)
    groups = table(WARDS, about="groups")
    chart = {"mark": "bar", "encoding": {}}
    return Result(
        method="target.rank",
        headline=CANARY,
        blocks=(
            Prose(text=CANARY, heading=CANARY),
            records,
            groups,
            Figure(title=CANARY, chart=chart, table=records, alt=CANARY),
            Figure(title=CANARY, chart=chart, table=groups, alt=CANARY),
            Caution(text=CANARY),
            Estimates(
                items=(
                    Estimate(
                        name=CANARY, value=1, low=0, high=2, level=0.95, unit="", n=3, label=CANARY
                    ),
                ),
            ),
            Checks(items=(Check(name=CANARY, answer="passed", detail=CANARY),)),
        ),
    )


@pytest.fixture
def office(ruled_office, tmp_path):
    assert ruled_office("status").code == 0
    return open_office(tmp_path / "office", tmp_path / "home", "vic")


def seen_by_vic(office, result):
    project = office.folder.project(None)
    return involved(office, project, result, {"homes": frozenset({"owner"})})


def backed(office, result):
    """The result once it is kept beside it whom the counts of its wards count."""
    ends = np.cumsum([homes for _, homes in WARDS])
    units = np.arange(ends[-1])
    counted = {
        (row, "homes"): (units >= end - WARDS[row][1]) & (units < end)
        for row, end in enumerate(ends)
    }
    members = Members(units=pa.array([f"H{unit}" for unit in units]), counted=counted)
    blocks = tuple(
        replace(block, behind="wards")
        if isinstance(block, Table) and block.rows == WARDS
        else block
        for block in result.blocks
    )
    output = Output(result=replace(result, blocks=blocks), members={"wards": members})
    kept = behind.keep(
        office, "wards", output, step="rank", purposes=["inspection"], agreements=["homes"]
    )
    return kept.result


def test_only_groups_are_left_and_their_small_counts_are_hidden(office):
    found = seen_by_vic(office, backed(office, every_block()))
    for told in (text.render(found), result_json.render(found), html.fragment(found)):
        assert CANARY not in told
        assert "The council" in told
    assert "EAST" in text.render(found)
    counts = [block for block in found.blocks if isinstance(block, Table)][1]
    shown = {row[0]: row[1] for row in counts.rows}
    assert not {3, 7} & set(shown.values())
    assert shown["NORTH"] == 41
    assert "behind.wards" not in result_json.render(found)


def test_counts_of_which_nothing_says_whom_they_count_are_held_back(office):
    found = seen_by_vic(office, every_block())
    assert "EAST" not in result_json.render(found)


def test_a_table_that_cannot_be_checked_is_held_back(office):
    columns = (Column(name="ward", kind="text"), Column(name="share", kind="share"))
    loose = Table(title="Shares", columns=columns, rows=(("WEST", 0.33333),), about="groups")
    result = Result(method="target.rank", headline="h", blocks=(loose,))
    found = seen_by_vic(office, result)
    assert "0.33" not in result_json.render(found)


def test_what_was_made_from_more_than_its_step_reads_today_is_not_shown(ruled_office, tmp_path):
    """The result on record is of yesterday's definition, and is judged by that."""
    definitions = tmp_path / "office" / "projects" / "first" / "definitions"
    (definitions / "cohort.sql").write_text(
        "-- Cohort: by owner.\n-- Grain: one row per home.\n"
        "select home as id, risk from admitted.homes where owner is not null\n"
    )
    narrow = grant("narrow", "narrow", ("home", "ward", "risk"))
    text_of = ROLES + 'narrow = { clearance = 2, may = ["run", "show"] }\n' + GRANTS + narrow
    (tmp_path / "office" / "policy.toml").write_text(text_of + LEASES + lease("nan", "narrow"))
    for step in (
        ("policy", "propose", "--as", "cy"),
        ("policy", "approve", "--as", "dee", *REASON),
        ("run", "rank", "--as", "ana"),
    ):
        assert ruled_office(*step).code == 0
    (definitions / "cohort.sql").write_text(
        "-- Cohort: all.\n-- Grain: one row per home.\n"
        "select home as id, risk from admitted.homes where risk is not null\n"
    )
    said = ruled_office("show", "rank", "--as", "nan")
    assert said.code == 0, said.err
    assert not re.findall(r"H\d{3}", said.out)
    assert ruled_office("run", "rank", "--as", "nan").code == 0
    assert re.findall(r"H\d{3}", ruled_office("show", "rank", "--as", "nan").out)
