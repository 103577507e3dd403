"""What a step's SQL cannot work out is told in words, without a cell, and leaves nothing."""

import json
import logging
from pathlib import Path

import pytest

from joinedup.core.errors import MethodError
from joinedup.store.engine import Limits

CANARY = "owner-"  # every owner of the invented homes begins so
FAILS = {
    "cast": "select cast(owner as integer) as n from admitted.homes",
    "date": "select strptime(owner, '%Y') as n from admitted.homes",
    "error": "select error(owner) as n from admitted.homes",
    "range": "select cast(risk * 1e300 as integer) as n from admitted.homes",
    "no function": "select no_such_function(owner) as n from admitted.homes",
}


def parts(place):
    return sorted(path.name for path in Path(place).glob("home/lake/**/*.parquet"))


@pytest.mark.parametrize("why", FAILS)
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_step_that_fails_says_why_and_repeats_no_cell(ruled_office, tmp_path, caplog, why, form):
    place = tmp_path / "office" / "projects" / "first" / "definitions" / "bad.sql"
    place.write_text(f"-- Count: what fails.\n-- Grain:  one row.\n{FAILS[why]}\n")
    before = parts(tmp_path)
    with caplog.at_level(logging.DEBUG):
        said = ruled_office("run", "define:bad", "--as", "ana", *form)
    assert said.code in {10, MethodError.code}
    assert "Fix:" in said.err or json.loads(said.out)["trace_id"]
    assert "define:bad" in said.out + said.err or "bad.sql" in said.out + said.err
    assert CANARY not in said.out + said.err + caplog.text
    assert parts(tmp_path) == before
    assert ruled_office("run", "define:every", "--as", "ana").code == 0


def test_a_step_that_needs_too_much_memory_is_refused_and_the_next_one_runs(
    ruled_office, tmp_path, monkeypatch
):
    monkeypatch.setattr(
        "joinedup.store.engine.Limits", lambda: Limits(threads=1, memory="20MB", spill="1MB")
    )
    place = tmp_path / "office" / "projects" / "first" / "definitions" / "bad.sql"
    crossed = ", ".join(f"admitted.homes as t{number}" for number in range(4))
    place.write_text(
        "-- Count: what grows.\n-- Grain:  one row.\n"
        f"select list(t0.owner || t1.owner || t2.owner || t3.home) as n from {crossed}\n"
    )
    before = parts(tmp_path)
    said = ruled_office("run", "define:bad", "--as", "ana")
    assert said.code == MethodError.code, said.err
    assert "memory" in said.err
    assert CANARY not in said.out + said.err
    assert parts(tmp_path) == before
    monkeypatch.undo()
    assert ruled_office("run", "define:every", "--as", "ana").code == 0


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_fault_of_our_own_is_told_by_its_place_and_not_by_its_words(
    ruled_office, monkeypatch, form
):
    def broken(*_arguments, **_named):
        raise ValueError("could not convert string to float: 'owner-07'")

    monkeypatch.setattr("joinedup.store.access.Access.query", broken)
    said = ruled_office("run", "define:every", "--as", "ana", *form)
    assert said.code == 1
    assert "ValueError" in said.out + said.err
    assert "test_failing_step.py" in said.out + said.err
    assert CANARY not in said.out + said.err
    if form:
        assert json.loads(said.out)["word"] == "broken"
