"""joinedup layout and drift, as a user types them: shown, settled, written; nothing of a cell."""

import json
import shutil

import pytest

CANARY = "Zaphod-7731"
DATASET = "datasets/visits.toml"


@pytest.fixture
def changed(tmp_path):
    """The council's visits under other headings, with a column that nobody agreed to."""
    path = tmp_path / "visits_april.csv"
    lines = [f"V{n:03},{n % 28 + 1:02}/04/2026,{n % 37}.5,{CANARY}" for n in range(60)]
    path.write_text("\n".join(["Visit Ref,Visited On,Risk score,Notes", *lines, ""]))
    return path


def layout(joinedup, path, *more):
    return joinedup("layout", str(path), "--dataset", "visits", *more, home=False)


def test_the_proposal_is_shown_with_its_reasons_and_writes_nothing(joinedup, office, changed):
    before = (office / DATASET).read_bytes()
    said = layout(joinedup, changed)
    assert said.code == 0, said.err
    assert "Visit Ref" in said.out
    assert "the names agree" in said.out
    assert 'visited_on = "Visited On"' in said.out
    assert "Notes: ignored, never read" in said.out
    assert (office / DATASET).read_bytes() == before


def test_what_is_unsure_is_not_written_until_someone_settles_it(joinedup, office, changed):
    before = (office / DATASET).read_bytes()
    refused = layout(joinedup, changed, "--write", "--yes")
    assert refused.code == 10
    assert "unsure which column is risk" in refused.err
    assert '--accept "risk=Risk score"' in refused.err
    assert (office / DATASET).read_bytes() == before
    settled = layout(joinedup, changed, "--write", "--yes", "--accept", "risk=Risk score")
    assert settled.code == 0, settled.err
    assert "written" in settled.out
    assert joinedup("check", home=False).code == 0


def test_writing_keeps_the_comments_and_the_rest_of_the_file(joinedup, office, changed):
    before = (office / DATASET).read_text()
    layout(joinedup, changed, "--write", "--yes", "--accept", "risk=Risk score")
    after = (office / DATASET).read_text()
    assert "# What a partner promises to deliver." in after
    assert "# how the sender's file says it" in after
    assert after[after.index("[fields.visit]") :] == before[before.index("[fields.visit]") :]
    assert 'ignored = ["Notes"]' in after
    assert [file.name for file in (office / "datasets").iterdir()] == ["visits.toml"]


def test_writing_the_same_again_changes_nothing(joinedup, office, changed):
    layout(joinedup, changed, "--write", "--yes", "--accept", "risk=Risk score")
    once = (office / DATASET).read_bytes()
    said = layout(joinedup, changed, "--write", "--yes")
    assert said.code == 0, said.err
    assert (office / DATASET).read_bytes() == once


def test_writing_asks_first(joinedup, office, changed, monkeypatch):
    before = (office / DATASET).read_bytes()
    monkeypatch.setattr("typer.confirm", lambda _: False)
    said = layout(joinedup, changed, "--write", "--accept", "risk=Risk score")
    assert said.code == 0
    assert "nothing was written" in said.out
    assert (office / DATASET).read_bytes() == before


def test_no_cell_is_shown_written_or_kept(joinedup, tmp_path, changed):
    outs = [
        layout(joinedup, changed),
        layout(joinedup, changed, "--json"),
        layout(joinedup, changed, "--write", "--yes", "--accept", "risk=Risk score"),
        joinedup("drift", "visits", str(changed)),
    ]
    assert all(CANARY not in said.out + said.err for said in outs)
    changed.unlink()
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept
    assert all(CANARY.encode() not in path.read_bytes() for path in kept)


def test_a_program_is_told_the_same(joinedup, changed):
    facts = json.loads(layout(joinedup, changed, "--json").out)
    assert facts["dataset"] == "visits"
    assert not facts["sure"]
    assert {one["field"]: one["column"] for one in facts["matches"]} == {
        "visit": "Visit Ref",
        "visited_on": "Visited On",
        "risk": "Risk score",
    }
    assert facts["ignored"] == ["Notes"]
    assert not facts["written"]


def test_a_new_dataset_is_drafted_and_passes_the_check(joinedup, changed):
    file = changed.with_name("inspections.csv")
    shutil.copy(changed, file)
    refused = joinedup("layout", str(file), "--write", "--yes", home=False)
    assert refused.code == 10
    assert "name the partner with --partner" in refused.err
    said = joinedup("layout", str(file), "--partner", "council", "--write", "--yes", home=False)
    assert said.code == 0, said.err
    assert "datasets/inspections.toml" in said.out
    assert joinedup("check", home=False).code == 0


def test_an_unknown_partner_and_a_half_said_accept_are_refused(joinedup, changed):
    said = joinedup("layout", str(changed), "--partner", "nobody", home=False)
    assert (said.code, "there is no partner 'nobody'" in said.err) == (10, True)
    said = layout(joinedup, changed, "--accept", "risk")
    assert (said.code, "--accept takes a field and its column" in said.err) == (10, True)


def test_drift_says_that_nothing_has_changed(joinedup, visits):
    said = joinedup("drift", "visits", str(visits))
    assert said.code == 0, said.err
    assert "nothing has changed" in said.out


def test_drift_names_each_change_and_takes_nothing(joinedup, changed):
    said = joinedup("drift", "visits", str(changed))
    assert said.code == 20
    assert "the column visit is gone; Visit Ref looks the same: renamed." in said.out
    facts = json.loads(joinedup("drift", "visits", str(changed), "--json").out)
    assert facts["refuses"]
    kinds = {(one["kind"], one["column"]) for one in facts["alerts"]}
    assert kinds == {
        ("renamed", "visit"),
        ("renamed", "visited_on"),
        ("renamed", "risk"),
        ("new", "Notes"),
    }


def test_drift_of_another_dataset_s_file_says_so(joinedup, tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("home,rooms\n1,2\n")
    said = joinedup("drift", "visits", str(path))
    assert said.code == 20
    assert "none of the 2 columns is one of those agreed" in said.out


def test_drift_of_an_unknown_dataset_is_refused(joinedup, visits):
    said = joinedup("drift", "vists", str(visits))
    assert (said.code, "there is no such dataset" in said.err) == (10, True)


def test_drift_of_a_dataset_that_is_no_file_is_refused(joinedup, office, visits):
    file = office / DATASET
    text = file.read_text().replace('format = "csv"', 'format = "postgres"\nconnection = "DB"')
    file.write_text(text)
    said = joinedup("drift", "visits", str(visits))
    assert (said.code, "read from a database" in said.err) == (10, True)
