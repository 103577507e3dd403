"""What is past its time goes for good, with a certificate; a hold keeps it; the clock is faked."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from rights_office import APRIL, MARCH, Place

from joinedup.core import clock
from joinedup.core.errors import RecordsError
from joinedup.records import keyring
from joinedup.store.lake import Lake


@pytest.fixture
def place(joinedup, office, tmp_path):
    """An office with a delivery, run."""
    made = Place(joinedup, office, tmp_path)
    made.deliver("march", MARCH)
    made.run()
    return made


@pytest.fixture
def later(monkeypatch):
    """Move the clock so many days on."""

    def move(days):
        moment = datetime.now(UTC) + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda: moment)

    return move


def said(joinedup, *arguments, code=0):
    told = joinedup("retain", *arguments, "--json")
    assert told.code == code, told.out + told.err
    return json.loads(told.out)


def test_on_the_last_day_nothing_goes_and_a_dry_run_never_does(place, joinedup, later):
    later(365)
    assert said(joinedup, "--dry-run")["would_go"] == []
    later(367)
    assert len(said(joinedup, "--dry-run")["would_go"]) == 3
    assert "Zebedee-Canary" in place.cells()


def test_past_the_day_source_and_what_rests_on_it_are_gone_and_their_keys(place, joinedup, later):
    from joinedup.records import borne_out, ledger

    later(367)
    told = said(joinedup)
    assert {one["table"] for one in told["tables"]} == {
        "admitted.people",
        "defined.safety_people",
        "defined.insight_people",
    }
    assert all(len(sha) == 64 for one in told["tables"] for sha in one["files"].values())
    assert "identifiers admitted.people" in told["keys_destroyed"]
    assert "identifiers admitted.people" not in keyring.names(place.home)
    assert not list((place.home / "lake").rglob("*.parquet"))
    assert place.cells() == ""
    page = place.home / "certificates" / told["certificate"] / "certificate.html"
    assert "Certificate of destruction" in page.read_text()
    with pytest.raises(RecordsError, match="it was destroyed"):
        Lake(place.home).read("admitted.people")
    assert ledger.verify().ok
    assert not borne_out.forged_rows()
    assert joinedup("fsck").code == 0
    assert said(joinedup) == {
        "certificate": "",
        "tables": [],
        "held": {},
        "unknown_agreement": [],
    }


def test_what_came_later_stays_with_what_rests_on_it(place, joinedup, later):
    later(200)
    place.deliver("april", APRIL)
    place.run()
    later(367)
    told = said(joinedup)
    assert {one["version"] for one in told["tables"]} == {1}
    assert len(place.table("defined.safety_people")["reference"]) == 4
    assert told["keys_destroyed"] == []


def test_a_hold_keeps_until_another_person_lifts_it(place, joinedup, later):
    hold = ("hold", "claim", "--what", "people", "--until", "2099-01-01", "--reason", "court")
    said(joinedup, *hold, "--as", "Ann")
    later(367)
    told = said(joinedup)
    assert (told["tables"], list(told["held"].values())) == ([], ["claim"])
    said(joinedup, "release-hold", "claim", "--reason", "settled", "--as", "Ann", code=50)
    said(joinedup, "release-hold", "claim", "--reason", "settled", "--as", "Ben")
    assert len(said(joinedup)["tables"]) == 3
    assert place.cells() == ""


def test_a_certificate_names_what_the_disk_would_not_let_go(place, joinedup, later, monkeypatch):
    from joinedup.store import parts

    later(367)
    real = parts.forget
    folder = place.home / "lake" / "admitted"
    monkeypatch.setattr(
        parts, "forget", lambda path: None if folder in path.parents else real(path)
    )
    assert joinedup("retain", "--json").code == 60
    (file,) = (place.home / "certificates").rglob("certificate.json")
    told = json.loads(file.read_text())
    assert told["failed"]
    assert next(one for one in told["tables"] if one["table"] == "admitted.people")["files"] == {}
    assert joinedup("fsck").code != 0
    monkeypatch.undo()
    assert joinedup("fsck", "--sweep").code == 0
    assert not list((place.home / "lake").rglob("*.parquet"))


def test_a_project_that_is_not_retired_keeps_its_data(place, joinedup):
    assert said(joinedup, "project", "safety", code=10)["error"] == "ProjectError"
    assert "Zebedee-Canary" in place.cells()


def test_a_field_that_nothing_read_is_told_with_what_would_do(place, joinedup):
    told = {one["field"]: one for one in said(joinedup, "unused")["unused"]}
    assert set(told) == {"note", "latitude"}
    assert told["note"]["instead"]
    assert place.home.is_dir()
