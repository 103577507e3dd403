"""Nobody reviews what they made, whoever has made it again since or put it on the desk."""

import pytest
from filling import filled

REVIEW = ("--approve", "--for", "council", "--reason", "read every row", "--words-read")


@pytest.fixture
def ready(office, signed, visits):
    """An office whose visits are delivered and whose project is through its gate."""
    filled(office)
    assert signed("deliver", "visits", str(visits), "--as", "eng").code == 0
    assert signed("project", "gate", "--as", "dee").code == 0
    return signed


def ran(joinedup, who, *steps):
    said = joinedup("run", *steps, "--as", who)
    assert said.code == 0, said.err


def reviewed(joinedup, who, step):
    return joinedup("release", "review", step, *REVIEW, "--as", who)


def authors():
    from joinedup.records.models import Candidate

    return [row.authors for row in Candidate.objects.every()]


def test_who_ran_a_step_of_a_report_stays_its_author_when_another_runs_it_again(ready, visits):
    ran(ready, "ana", "rank")
    ran(ready, "bo")
    visits.write_text(visits.read_text() + "V998,01/03/2026,99.5\n")
    assert ready("deliver", "visits", str(visits), "--as", "eng").code == 0
    ran(ready, "cy", "rank")
    for who in ("ana", "bo", "Ana"):
        said = reviewed(ready, who, "report")
        assert said.code == 50, said.out + said.err
        assert "made" in said.err
    assert authors() == [["ana", "bo"]]
    assert reviewed(ready, "cy", "report").code == 0


@pytest.mark.deep
def test_who_wrote_a_table_that_a_result_rests_on_does_not_review_it(ready):
    ran(ready, "ana", "define:cohort")
    ran(ready, "bo", "rank")
    assert reviewed(ready, "ana", "rank").code == 50
    assert authors() == [["ana", "bo"]]


@pytest.mark.deep
def test_an_author_who_has_a_reviewer_lay_it_on_the_desk_is_an_author_still(ready):
    """The event of the candidate names who laid it; its authors are who ran it."""
    ran(ready, "ana")
    assert ready("release", "check", "rank", "--for", "council", "--as", "rev").code == 0
    assert authors() == [["ana"]]
    assert reviewed(ready, "ana", "rank").code == 50
    for who in ("rev", "sec"):
        assert reviewed(ready, who, "rank").code == 0
    assert ready("release", "rank", "--for", "council", "--as", "ana").code == 0


@pytest.mark.deep
def test_a_version_that_is_not_on_record_is_named(ready, office, tmp_path):
    from joinedup.office.house import open_office
    from joinedup.office.leaving.lineage import dataset_versions
    from joinedup.office.results import result_of_run
    from joinedup.records.models import Run

    ran(ready, "ana", "rank")
    place = open_office(office, tmp_path / "home")
    result = result_of_run(place, Run.objects.latest("first", "rank"))
    assert dataset_versions(place, result) == ("admitted.visits@1",)
    source = result.provenance
    (table,) = source.inputs
    source.inputs[table] = "0" * 64
    assert dataset_versions(place, result) == (f"{table}@unknown",)
    source.inputs.clear()
    source.inputs.update({"admitted.visits": "1" * 64, "derived.gone": "2" * 64})
    assert dataset_versions(place, result) == ("admitted.visits@unknown", "derived.gone@unknown")
