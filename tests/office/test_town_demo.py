"""The demonstration a newcomer runs: the invented town, from files as sent to a released report."""

import json
import re
import shutil

import pytest
from demonstrated import PEOPLE, demonstrate

from joinedup.cli.main import main
from joinedup.records.keyring import key_folder

pytestmark = pytest.mark.timeout(900)  # the demonstration is in the time of the first test
POSTCODE = r"ZT\d+ \d[A-Z]{2}"


@pytest.fixture
def place(town_demo):
    return town_demo.place


@pytest.fixture
def told(town_demo):
    return town_demo.told


def test_three_months_come_in_and_some_rows_are_rejected_with_a_reason(told):
    assert [month["month"] for month in told["months"]] == ["2026-07", "2026-08", "2026-09"]
    assert all(month["rows"] > PEOPLE and month["rejected"] > 0 for month in told["months"])


def test_the_renamed_column_is_met_before_anything_is_loaded(told):
    *before, last = told["months"]
    assert [month["held"] for month in before] == [[], []]
    (held,) = last["held"]
    assert held.startswith("council_tax.csv")
    assert "renamed" in held


def test_nearly_every_row_is_linked_to_a_home(told):
    """Half of the fires were in no home."""
    for dataset, (rows, met) in told["joined"].items():
        assert met <= rows
        assert met >= (0.4 if dataset == "fire_incidents" else 0.93) * rows, dataset


def test_every_journey_links_and_says_what_came_of_it(told):
    assert set(told["linked"]) == {
        "fire-safety-visits, homes", "fire-safety-visits, who", "safer-businesses, who",
        "school-readiness, homes", "unsafe-homes, addresses",
    }  # fmt: skip
    assert "without a listed UPRN of their own" in told["linked"]["unsafe-homes, addresses"]


def test_every_project_that_declares_a_report_has_a_headline(told):
    assert set(told["headlines"]) == {
        "unsafe-homes", "fire-safety-visits", "safer-businesses", "school-readiness",
    }  # fmt: skip
    assert all(told["headlines"].values())


def test_the_list_is_no_longer_than_the_capacity(told, place):
    from joinedup.office.house import open_office

    assert told["headlines"]
    office = open_office(place / "office", place)
    assert office.lake.read("derived.unsafe_homes_list_list").count_rows() <= 40


def look(place, capsys, who):
    """The list of homes as one of the invented persons is shown it."""
    places = ["--office", str(place / "office"), "--home", str(place), "--project", "unsafe-homes"]
    capsys.readouterr()
    return main(["show", "list", "--as", who, *places]), capsys.readouterr().out


def test_each_person_is_shown_what_their_work_needs(told, place, capsys):
    assert told["headlines"]
    code, out = look(place, capsys, "Demo head of housing")
    assert code == 0
    assert re.search(POSTCODE, out)
    code, out = look(place, capsys, "Demo councillor")
    assert code == 0
    assert not re.search(POSTCODE, out)
    assert "Fenland Vale Fire and Rescue" in out
    for who in ("Demo engineer", "Demo duty officer", "anybody else"):
        assert look(place, capsys, who)[0] == 30


def test_the_report_leaves_through_the_outbox(told, place):
    assert told["withheld"] == []
    assert told["report"].startswith(str(place / "outbox" / "unsafe-homes"))


def test_a_report_that_rests_on_too_few_homes_stays_inside_and_says_why(told, place, tmp_path):
    assert told["withheld"] == []
    stricter = tmp_path / "stricter"
    shutil.copytree(place, stricter)
    shutil.copytree(key_folder(place), key_folder(stricter))
    project = stricter / "office" / "projects" / "unsafe-homes" / "project.toml"
    project.write_text(project.read_text().replace('["list", "where"', '["list", "past-rules"'))
    card = stricter / "office" / "office.toml"
    card.write_text(card.read_text().replace("threshold = 10 ", "threshold = 500 "))
    refused = demonstrate(stricter)
    assert any("fewer than 500 cases" in reason for reason in refused["withheld"])
    assert refused["hidden"] is None
    assert refused["report"].startswith(str(stricter / "results"))


def signed_off(place):
    from joinedup.office.house import open_office

    open_office(place / "office", place)
    from joinedup.records.models import SignOff

    kinds = SignOff.objects.values_list("what", flat=True)
    return {kind: list(kinds).count(kind) for kind in kinds}


def test_a_second_run_of_the_demonstration_does_nothing_that_was_done(told, place):
    again = demonstrate(place)
    assert again["headlines"] == told["headlines"]
    assert [month["rows"] for month in again["months"]] == [0, 0, 0]
    assert [month["held"] for month in again["months"]] == [[], [], []]
    assert signed_off(place) == {"gate": 4, "dpia": 4, "live": 4}


def test_the_ledger_of_the_demonstration_holds(told, place, capsys):
    assert told["headlines"]
    options = ["--office", str(place / "office"), "--home", str(place), "--json"]
    assert main(["audit", "verify", *options]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True


def test_every_project_is_live_and_its_documents_are_written_complete(told, place):
    assert set(told["documents"]) == {
        "fire-safety-visits", "safer-businesses", "school-readiness", "unsafe-homes",
    }  # fmt: skip
    for name, pages in told["documents"].items():
        assert len(pages) >= 10
        for page in pages:
            assert page.startswith(str(place / "documents" / name))
            folder, stem = page.rpartition("/")[0], page.rpartition("/")[2].removesuffix(".html")
            kept = json.loads((place / folder / f"{stem}.json").read_text())
            assert {one["what"] for one in kept["missing"]} <= {"What the data say by group"}
            assert (place / folder / f"{stem}.docx").stat().st_size > 10_000
    signed = json.loads((place / "documents/unsafe-homes/unsafe-homes-dpia.json").read_text())
    assert signed["status"] == "signed"
    record = place / "documents/unsafe-homes/unsafe-homes-atrs-record.json"
    assert json.loads(record.read_text())["facets"]["phase"] == "beta-pilot"
