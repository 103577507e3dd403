"""What a delivery tells: what it rejected, what it changed, and what would run again."""

import json
import sqlite3

import pytest

FIRST_PLAN = ["first/define:cohort", "first/rank"]


@pytest.fixture
def lenient(office):
    """An office whose dataset lets a tenth of the rows be rejected."""
    file = office / "datasets" / "visits.toml"
    head, _, rest = file.read_text().partition("[layout]")
    file.write_text(head + "[layout]\nmost_rejected = 0.1\n" + rest.partition("\n")[2])
    return file


def changed(visits, name="visits_april.csv", gone=2, again=""):
    """A file with the first rows gone, one changed, one new."""
    lines = visits.read_text().splitlines()
    lines = [lines[0], *lines[1 + gone :], "V900,01/04/2026,1.5"]
    lines[1] = lines[1].rpartition(",")[0] + ",99.5"
    path = visits.with_name(name)
    path.write_text("\n".join([*lines, again, ""] if again else [*lines, ""]))
    return path


def told(joinedup, *arguments):
    said = joinedup(*arguments, "--json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def history(tmp_path, query):
    with sqlite3.connect(tmp_path / "home" / "records.sqlite3") as connection:
        rows = connection.execute(query).fetchall()
    connection.close()
    return rows


def kept(tmp_path):
    """All that the home holds, but for SQLite's own bookkeeping, and that somebody looked."""
    told = "select count(*), max(hash) from records_ledgerevent where kind <> 'read'"
    rows = history(tmp_path, told)
    rows += history(tmp_path, "select count(*), max(id) from records_delivery")
    files = sorted((tmp_path / "home" / "lake").rglob("*"))
    return rows, [(file.name, file.stat().st_mtime_ns) for file in files if file.is_file()]


@pytest.mark.usefixtures("lenient")
def test_rejected_rows_are_shown_and_kept_with_the_delivery(signed, visits, tmp_path):
    visits.write_text(visits.read_text() + "V000,01/03/2026,0.5\nV901,1,soon\nV902\n")
    said = signed("deliver", "visits", str(visits))
    assert said.code == 0, said.err
    assert "60 rows admitted" in said.out
    assert "3 of 63 rows" in said.out
    assert "fields too many or too few: 1, line 64" in said.out
    assert "wrong type (visited_on): 1, line 63" in said.out
    assert "repeated key (visit): 1, line 62" in said.out or "repeated row" in said.out
    ((rejected, rows),) = history(tmp_path, "select rejected, rows from records_delivery")
    assert rows == 60
    assert sum(one["count"] for one in json.loads(rejected)) == 3
    assert "soon" not in said.out + rejected


def test_by_default_one_bad_row_refuses_the_file(signed, visits):
    visits.write_text(visits.read_text() + "V901,1,2\n")
    assert signed("deliver", "visits", str(visits)).code == 20


def test_a_new_file_supersedes_and_its_effect_is_shown_and_kept(signed, visits, tmp_path):
    assert told(signed, "deliver", "visits", str(visits))["effect"] == {}
    assert signed("run").code == 0
    effect = told(signed, "deliver", "visits", str(changed(visits)))["effect"]
    assert effect["before"] == 60
    assert (effect["added"], effect["gone"], effect["changed"]) == (1, 2, 1)
    assert effect["cells"] == {"risk": 1}
    assert (effect["against"], effect["corrects"]) == (1, "")
    assert effect["runs_again"] == FIRST_PLAN
    (_, (row,)) = history(tmp_path, "select effect from records_delivery order by id")
    assert json.loads(row) == effect
    ran = json.loads(signed("run", "--json").out)
    assert [step["step"] for step in ran if step["ran"]] == ["define:cohort", "rank", "report"]


def test_a_step_that_never_ran_would_not_run_again(signed, visits):
    told(signed, "deliver", "visits", str(visits))
    assert told(signed, "deliver", "visits", str(changed(visits)))["effect"]["runs_again"] == []


def test_a_correction_says_in_the_ledger_what_it_corrects(signed, visits, tmp_path):
    told(signed, "deliver", "visits", str(visits))
    said = signed("deliver", "visits", str(changed(visits)), "--corrects")
    assert said.code == 0, said.err
    assert "corrects version 1: 1 rows added, 2 gone, 1 changed" in said.out
    assert "cells: risk 1" in said.out
    digests = history(tmp_path, "select file_digest from records_delivery order by id")
    facts = history(tmp_path, "select facts from records_ledgerevent where kind = 'delivery'")
    assert [json.loads(row).get("corrects") for (row,) in facts] == [None, digests[0][0]]


def test_there_is_nothing_to_correct_before_the_first_file(signed, visits):
    said = signed("deliver", "visits", str(visits), "--corrects")
    assert said.code == 10
    assert "nothing to correct" in said.err


def test_a_superseded_file_comes_back_only_as_a_correction(signed, visits):
    told(signed, "deliver", "visits", str(visits))
    told(signed, "deliver", "visits", str(changed(visits)))
    assert told(signed, "deliver", "visits", str(visits))["already_delivered"]
    back = told(signed, "deliver", "visits", str(visits), "--corrects")
    assert (back["already_delivered"], back["version"]) == (False, 3)
    assert back["effect"]["gone"] == 1
    assert told(signed, "deliver", "visits", str(visits), "--corrects")["already_delivered"]


def test_a_dry_run_shows_the_same_and_writes_nothing(signed, visits, tmp_path):
    told(signed, "deliver", "visits", str(visits))
    before = kept(tmp_path)
    shown = told(signed, "deliver", "visits", str(changed(visits)), "--dry-run")
    words = signed("deliver", "visits", str(changed(visits)), "--dry-run", "--corrects").out
    assert "59 rows would be admitted" in words
    assert "nothing was written" in words
    assert kept(tmp_path) == before
    done = told(signed, "deliver", "visits", str(changed(visits)))
    assert shown == {**done, "version": 0}


def test_a_dry_run_refuses_as_the_delivery_would(signed, visits):
    visits.write_text("visit,visited_on,risk\n")
    refusals = [signed("deliver", "visits", str(visits), *more) for more in ((), ("--dry-run",))]
    assert {said.code for said in refusals} == {20}
    words = [said.err.partition("  Trace: ") for said in refusals]
    assert words[0][0] == words[1][0]
    assert words[0][2] != words[1][2]


def test_a_file_must_be_named_for_a_dataset_that_comes_in_files(signed):
    said = signed("deliver", "visits")
    assert said.code == 10
    assert "joinedup deliver visits FILE" in said.err
