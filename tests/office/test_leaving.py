"""What leaves was reviewed by two, is what they saw, and gives nobody away beside the rest."""

import json
from dataclasses import replace

import pytest
from leaving_office import AUTHOR, READERS, approved, left, place_of, ran

from joinedup.core.errors import ReleaseError
from joinedup.office.leaving.candidate import prepare
from joinedup.office.leaving.out import faults, leave
from joinedup.office.leaving.review import review, standing, withdraw
from joinedup.office.results import result_of_run
from joinedup.office.run import record
from joinedup.office.scrub import scrub
from joinedup.result.blocks import Hidden, Prose


@pytest.fixture
def place(office, tmp_path):
    return place_of(office, tmp_path)


@pytest.fixture
def project(place):
    return place.folder.project(None)


def refused(place, project, *groups, **facts):
    with pytest.raises(ReleaseError) as caught:
        left(place, project, *groups, **facts)
    return str(caught.value)


def test_what_was_approved_leaves_once_and_the_desk_is_cleared(place, project):
    made = left(place, project, range(100), range(100, 250))
    names = {"report.html", "report.json", "report.txt", "report.xlsx"}
    assert {file.name for file in made.folder.iterdir()} == names
    assert list((place.home / "desk").iterdir()) == []
    again = leave(place, project, "rank")
    assert again.folder == made.folder
    assert list(faults(place)) == []
    assert {file.stat().st_mode & 0o777 for file in made.folder.iterdir()} == {0o600}


def test_what_leaves_names_nobody_who_made_or_read_it(place, project):
    made = left(place, project, range(100))
    for file in made.folder.iterdir():
        content = file.read_bytes().decode("utf-8", "replace")
        for name in (AUTHOR, *READERS, "behind."):
            assert name not in content


def test_a_reviewer_learns_nothing_of_the_other_until_both_are_in(place, project):
    ran(place, project, range(100))
    first, second = (replace(place, who=reader) for reader in READERS)
    review(first, project, "rank", verdict="return", reason="wards are wrong")
    ready = prepare(second, project, "rank")
    for person, seen in ((first, 1), (second, 0), (place, 0)):
        told = standing(person, ready)
        assert (told.state, len(told.seen)) == ("in review", seen)
    review(second, project, "rank", verdict="approve", reason="looks right")
    told = standing(place, ready)
    assert (told.state, len(told.seen)) == ("returned", 2)


def test_the_ledger_does_not_tell_a_verdict_before_both_are_in(place, project):
    from joinedup.records.models import LedgerEvent

    ran(place, project, range(100))
    first = replace(place, who=READERS[0])
    review(first, project, "rank", verdict="return", reason="CANARY-REASON")
    told = LedgerEvent.objects.get(kind="review").facts
    assert "return" not in told
    assert "CANARY" not in told


@pytest.mark.parametrize("how", ["changed", "link", "more", "fewer"])
def test_files_swapped_after_a_review_do_not_leave(place, project, how, tmp_path):
    ran(place, project, range(100))
    approved(place, project)
    folder = prepare(place, project, "rank").folder
    page = folder / "report.html"
    if how == "changed":
        page.write_text(page.read_text().replace("100", "101"))
    elif how == "more":
        (folder / "extra.csv").write_text("x")
    elif how == "fewer":
        page.unlink()
    else:
        (tmp_path / "other.html").write_bytes(page.read_bytes())
        page.unlink()
        page.symlink_to(tmp_path / "other.html")
    with pytest.raises(ReleaseError, match="hash_changed"):
        leave(place, project, "rank")
    assert not (place.home / "outbox").exists() or list((place.home / "outbox").iterdir()) == []


def test_files_swapped_before_a_review_are_not_reviewed(place, project):
    ran(place, project, range(100))
    folder = prepare(place, project, "rank").folder
    (folder / "report.txt").write_text("other")
    with pytest.raises(ReleaseError, match="hash_changed"):
        approved(place, project)


def test_a_desk_that_was_tidied_is_laid_again_as_it_was(place, project):
    ran(place, project, range(100))
    ready = prepare(place, project, "rank")
    before = {file.name: file.read_bytes() for file in ready.folder.iterdir()}
    for file in ready.folder.iterdir():
        file.unlink()
    ready.folder.rmdir()
    prepare(place, project, "rank")
    assert {file.name: file.read_bytes() for file in ready.folder.iterdir()} == before


def test_whatever_else_lies_in_the_outbox_is_found_and_so_is_a_change(place, project):
    made = left(place, project, range(100))
    (made.folder / "report.txt").write_text("other")
    (place.home / "outbox" / "leak.csv").write_text("x")
    found = [str(problem) for problem in faults(place)]
    assert len(found) == 2
    assert any("leak.csv" in one and "nothing on record" in one for one in found)
    assert any("report.txt is not as it left" in one for one in found)


def test_a_release_that_differs_from_an_earlier_one_by_too_few_is_refused(place, project):
    left(place, project, range(100), range(100, 250))
    text = refused(place, project, range(95), range(100, 250))
    assert "fewer than 10 persons" in text
    assert len(list((place.home / "outbox").iterdir())) == 1


def test_a_union_that_differs_by_too_few_is_refused_and_the_same_again_is_not(place, project):
    left(place, project, range(100), range(100, 250))
    assert "fewer than 10 persons" in refused(place, project, range(1, 250))
    left(place, project, range(250), title="Homes in both")
    left(place, project, range(100), range(100, 250), title="The same again")
    left(place, project, range(250, 300), title="Elsewhere")


def test_what_left_is_remembered_when_more_people_come_to_be_counted(place, project):
    left(place, project, range(50, 100))
    left(place, project, range(100, 250), title="Others")
    assert "fewer than 10 persons" in refused(place, project, range(50, 95), title="Less")


def test_counts_of_which_nothing_says_whom_they_count_are_refused(place, project):
    text = refused(place, project, range(100), backed=False)
    assert "table 'Homes by ward', column homes" in text
    assert "nothing says whom it counts" in text


def test_a_hidden_count_is_not_remembered_as_if_it_had_left(place, project):
    left(place, project, range(100), range(100, 105))
    left(place, project, range(100, 150), title="Others")


def test_a_budget_of_overlapping_layers_is_kept(place, project):
    """Sixty homes may be told in twenty layers a quarter; nested lists take a layer each."""
    for start in (0, 100, 200):
        nested = [range(start, start + width) for width in range(10, 70, 10)]
        left(place, project, *nested, title=f"from {start}")
    text = refused(place, project, *[range(300, 300 + width) for width in range(10, 70, 10)])
    assert "admitted.visits@1" in text
    assert "2 of 20 are left this quarter" in text


def test_counts_within_one_release_that_differ_by_too_few_are_hidden(place, project):
    made = left(place, project, range(100), range(95), range(100, 150))
    rows = made.release.result.blocks[0].rows
    assert rows[1][1] == Hidden("would give away another")
    assert (rows[0][1], rows[2][1]) == (100, 50)


def test_ten_visits_to_one_home_are_not_ten_homes(place, project):
    ran(place, project, range(100), range(9))
    from joinedup.records.models import Run

    row = Run.objects.latest("first", "rank")
    told = result_of_run(place, row)
    (table,) = told.blocks
    more = replace(table, rows=(*table.rows[:1], ("W1", 40)))
    record(place, project, "rank", replace(told, blocks=(more,)), scope="", made_from={})
    shown = prepare(place, project, "rank").candidate.result.blocks[0]
    assert shown.rows[0][1] == 100
    assert isinstance(shown.rows[1][1], Hidden)


def test_what_was_withdrawn_does_not_leave_and_says_why(place, project):
    ran(place, project, range(100))
    approved(place, project)
    with pytest.raises(ReleaseError, match="no reason"):
        withdraw(place, project, "rank", reason=" ")
    assert withdraw(place, project, "rank", reason="a correction came").state == "withdrawn"
    with pytest.raises(ReleaseError, match="is withdrawn"):
        leave(place, project, "rank")
    with pytest.raises(ReleaseError, match="is withdrawn"):
        withdraw(place, project, "rank", reason="again")


def test_who_is_counted_is_no_clear_text_and_harm_to_it_is_found(place, project):
    left(place, project, range(100))
    parts = sorted((place.home / "lake" / "behind").rglob("*.parquet"))
    names = {path.parent.name for path in parts}
    assert names == {"first_rank", "first_rank_units", "released", "released_index"}
    assert not any(b"H42" in path.read_bytes() for path in parts)
    assert scrub(place) == []
    for path in parts:
        whole = path.read_bytes()
        path.chmod(0o600)
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 4]))
        assert [path.name in problem.what for problem in scrub(place)] == [True]
        path.write_bytes(whole)


def test_a_release_that_broke_off_before_its_row_is_told_and_leaves_when_asked_again(
    place, project
):
    ran(place, project, range(100))
    approved(place, project)
    stray = place.home / "outbox" / prepare(place, project, "rank").row.name
    stray.mkdir(parents=True)
    (stray / "report.html").write_text("half")
    assert [one.where for one in scrub(place)] == [f"outbox/{stray.name}"]
    leave(place, project, "rank")
    assert scrub(place) == []


def test_the_log_tells_what_left_in_json(place, project, joinedup):
    left(place, project, range(100), range(100, 105))
    said = joinedup("release", "log", "--json")
    (row,) = json.loads(said.out)
    assert (row["step"], row["recipient"], row["hidden"]) == ("first/rank", "public", 1)
    assert set(row["files"]) == {"report.html", "report.json", "report.txt", "report.xlsx"}


def test_sentences_that_may_tell_of_few_are_named_and_must_be_read(place, project):
    ran(place, project, range(100))
    from joinedup.records.models import Run

    told = result_of_run(place, Run.objects.latest("first", "rank"))
    told = replace(told, blocks=(*told.blocks, Prose(text="In 3 homes it was found.")))
    record(place, project, "rank", told, scope="", made_from={})
    assert prepare(place, project, "rank").candidate.unjudged == ("In 3 homes it was found.",)
    approved(place, project)
    with pytest.raises(ReleaseError, match="may tell of too few"):
        leave(place, project, "rank")


def test_whom_a_count_counts_is_read_only_after_it_is_on_record(place, project):
    from joinedup.records.ledger import events

    for step, homes in (("rank", range(100)), ("other", range(150, 300))):
        left(place, project, homes, step=step)
    told = [event for event in events() if event.subject == "first/other"]
    assert [event.kind for event in told][:4] == ["run", "check", "read", "candidate"]
    counted, earlier = (
        next(
            event.facts for event in told if event.kind == "read" and table in event.facts["reads"]
        )
        for table in ("behind.first_other_units", "behind.released")
    )
    assert set(counted["reads"]) == {
        "behind.first_other", "behind.first_other_units", "behind.released_index",
    }  # fmt: skip
    assert counted["identifiers"]["behind.first_other_units"]["names"] == ["unit"]
    assert counted["versions_read"]["behind.first_other"] == 1
    assert (earlier["every_version"], earlier["versions_read"]) == (True, {"behind.released": 1})


@pytest.mark.parametrize("cases", [101, 99, 109, 91])
def test_two_estimates_a_few_cases_apart_do_not_both_leave(place, project, cases):
    left(place, project, range(100), estimates=[(7.4, 100)])
    told = refused(place, project, range(100), estimates=[(7.1, cases)])
    assert "days_earlier" in told
    assert f"it rests on {cases} cases" in told
    assert "fewer than 10 apart" in told


@pytest.mark.parametrize("cases", [100, 110, 1_000])
def test_estimates_of_as_many_or_of_many_more_cases_leave(place, project, cases):
    left(place, project, range(100), estimates=[(7.4, 100)])
    made = left(place, project, range(100), estimates=[(7.1, cases)])
    assert made.folder.is_dir()
