"""A person's rights at the command line, on an office whose people carry names nobody else has."""

import json

import pytest
from people_office import NHS, add_agreement
from rights_office import APRIL, CANARIES, HEAD, MARCH, VISITS, Place

from joinedup.cli.main import main
from joinedup.records import keyring


@pytest.fixture
def place(joinedup, office, tmp_path):
    """An office with a delivery of three people."""
    made = Place(joinedup, office, tmp_path)
    made.deliver("march", MARCH)
    return made


def test_find_tells_every_table_by_identifier_token_and_lineage(place):
    place.run()
    found = place.ask("find")
    tables = {one["table"]: one for one in found["tables"]}
    assert set(tables) == {"admitted.people", "defined.safety_people", "defined.insight_people"}
    assert all(one["rows"] == 1 for one in tables.values())
    assert tables["admitted.people"]["found_by"] == "identifiers"
    assert tables["admitted.people"]["records"][0]["surname"] == "Zebedee-Canary"
    assert tables["admitted.people"]["sources"][0]["file"] == "people_march.csv"
    assert tables["admitted.people"]["sources"][0]["partner"]


def test_find_by_name_and_birth_date_reaches_what_only_the_number_names(place):
    (place.folder / "datasets" / "calls.toml").write_text(VISITS)
    add_agreement(place.folder, "calls", identity="named", purpose="safety")
    path = place.folder / "agreements" / "calls.toml"
    text = path.read_text()
    start = text.index("people = [")
    fields = '["visit_number", "surname", "born", "officer"]'
    path.write_text(text[:start] + f"calls = {fields}" + text[text.index("]", start) + 1 :])
    place.sign("calls")
    head = "visit_number,surname,born,officer"
    rows = ["V1,Zebedee-Canary,1980-02-01,Other Person", "V2,Quillfeather,1990-03-04,Other Person"]
    place.deliver("march", rows, "calls", head)
    ids = ("surname=zebedee canary", "birth_date=01/02/1980", f"nhs_number={NHS[0]}")
    found = place.ask("find", ids=ids)
    assert {one["table"]: one["rows"] for one in found["tables"]} == {
        "admitted.people": 1,
        "admitted.calls": 1,
    }
    calls = next(one for one in found["tables"] if one["table"] == "admitted.calls")
    assert calls["left_out_of_a_copy"] == {"officer": "it says who of the staff dealt with it"}


@pytest.mark.usefixtures("place")
def test_a_vague_question_counts_strangers_and_lists_none(joinedup):
    said = joinedup("subject", "find", "--id", "surname=Zebedee-Canary", "--reason", "x", "--json")
    assert said.code == 10
    assert "1 rows match" in said.out
    assert not any(canary in said.out for canary in CANARIES)


def test_a_look_at_a_person_needs_a_reason_and_is_on_record_before_it_is_shown(place, joinedup):
    from joinedup.records.models import LedgerEvent

    said = joinedup("subject", "find", "--id", f"nhs_number={NHS[0]}")
    assert said.code == 10
    assert "why" in said.err
    found = place.ask("find")
    steps = [step["what"] for step in found["steps"]]
    assert steps == ["opened", "found"]
    texts = list(LedgerEvent.objects.values_list("subject", "facts"))
    assert any(subject.startswith("subject:") for subject, _ in texts)
    assert not any(canary in str(texts) for canary in CANARIES)


def test_a_report_is_for_one_person_and_says_what_it_leaves_out(place, tmp_path):
    place.run()
    place.ask("report", "--out", str(tmp_path / "answer"))
    page = (tmp_path / "answer" / "what-is-held.html").read_text()
    facts = json.loads((tmp_path / "answer" / "what-is-held.json").read_text())
    assert NHS[0] in page
    assert "Left out of this copy" in page
    assert "of Canary Lane" not in page
    for other in (NHS[1], "Quillfeather", "Ordinary"):
        assert other not in page + json.dumps(facts)
    for word in ("people_march.csv", "365 days", "Local Government Act", "complain", "one month"):
        assert word in page


def test_an_objection_keeps_somebody_out_of_every_later_reading_for_its_purpose(place):
    place.run()
    told = place.ask("object", "--purpose", "safety")
    assert told["rows_held"]["admitted.people"] == 1
    place.run()
    assert sorted(place.table("defined.safety_people")["reference"]) == ["R2", "R3"]
    assert len(place.table("defined.insight_people")["reference"]) == 3
    place.deliver("april", APRIL)
    place.run()
    assert sorted(place.table("defined.safety_people")["reference"]) == ["R2", "R3", "R4"]
    assert len(place.table("defined.insight_people")["reference"]) == 4
    place.subject("object", "--purpose", "safety", "--lift", "--reason", "withdrawn")
    place.run()
    assert sorted(place.table("defined.safety_people")["reference"]) == ["R1", "R2", "R3", "R4"]


def test_an_objection_reaches_data_in_which_people_are_tokens(place):
    place.run()
    place.ask("object", "--purpose", "insight")
    place.deliver("april", APRIL)
    place.run()
    assert len(place.table("defined.insight_people")["reference"]) == 3
    assert len(place.table("defined.safety_people")["reference"]) == 4


def test_what_is_kept_of_an_objection_holds_no_identifier(place):
    from joinedup.records.models import Suppression

    place.ask("object", "--purpose", "safety")
    (row,) = Suppression.objects.all()
    assert not any(canary in json.dumps(row.marks) for canary in CANARIES)
    assert not any(canary.encode() in place.bytes() for canary in CANARIES)


def test_an_erasure_takes_two_people(place):
    place.ask("erase", who="Ann")
    refused = place.ask("erase", "--approve", who="ANN", code=50)
    assert "cannot approve" in refused["message"]
    assert "Zebedee-Canary" in place.cells()


def test_nobody_erases_whom_nobody_asked_to_erase(place):
    assert place.ask("erase", "--approve", who="Ben", code=10)["error"] == "ProjectError"


def test_an_erased_person_is_nowhere_in_the_home(place, joinedup):
    from joinedup.records import borne_out, ledger

    place.run()
    place.deliver("april", APRIL)
    place.run()
    tokens = set(place.table("admitted.people", columns=["nhs"], tokens="insight")["nhs"])
    page = place.home / "results" / "safety" / "list.html"
    page.parent.mkdir(parents=True)
    page.write_text(f"<p>{NHS[0]}</p>")
    left = place.home / "outbox" / "safety-list"
    left.mkdir(parents=True)
    (left / "report.txt").write_text(f"first Zebedee-Canary {NHS[0]}")
    place.ask("erase", who="Ann")
    receipt = place.ask("erase", "--approve", who="Ben")
    assert receipt["rows"]["admitted.people"] == 2
    assert set(receipt["files_removed"]) == {
        "results/safety/list.html",
        "outbox/safety-list/report.txt",
    }
    assert not any(canary in json.dumps(receipt) for canary in CANARIES)
    cells = place.cells()
    assert not any(canary in cells for canary in CANARIES)
    assert sum(token in cells for token in tokens) == 3
    assert not any(canary.encode() in place.bytes() for canary in CANARIES)
    assert len(place.table("admitted.people", columns=["age"])["age"]) == 3
    assert ledger.verify().ok
    assert not borne_out.forged_rows()
    assert joinedup("fsck").code == 0
    place.run()
    assert sorted(place.table("defined.safety_people")["reference"]) == ["R2", "R3", "R4"]
    assert place.ask("find")["tables"] == []


def test_an_erased_person_who_is_sent_again_is_not_taken(place):
    place.ask("erase", who="Ann")
    place.ask("erase", "--approve", who="Ben")
    told = place.deliver("april", APRIL)
    assert told["rows"] == 3
    assert any(one["code"] == "erased" and one["count"] == 1 for one in told["findings"])
    assert not any(canary in place.cells() for canary in CANARIES)


def test_what_was_put_right_is_put_right_again_and_the_finding_says_so(place):
    place.run()
    told = place.ask("rectify", "people.surname", "--value", "Zebedee-Right")
    assert (told["rows"], told["version"]) == (1, 2)
    assert told["tell"][0]["who"] == "council"
    named = {"columns": ["surname"], "named": ["surname"]}
    assert place.table("admitted.people", **named)["surname"][0] == "Zebedee-Right"
    again = place.deliver("april", APRIL)
    wrong = [one for one in again["findings"] if one["code"] == "still wrong"]
    assert [(one["column"], one["count"]) for one in wrong] == [("surname", 1)]
    assert place.table("admitted.people", **named)["surname"][0] == "Zebedee-Right"
    right = [row.replace("Zebedee-Canary", "Zebedee-Right") for row in APRIL]
    assert not [
        one for one in place.deliver("may", right)["findings"] if one["code"] == "still wrong"
    ]


def test_a_value_that_was_put_right_is_sealed(place):
    place.ask("rectify", "people.surname", "--value", "Zebedee-Right")
    assert b"Zebedee-Right" not in place.bytes()


def test_the_case_log_has_a_clock_of_one_month(place, joinedup):
    place.ask("find")
    (case,) = json.loads(joinedup("subject", "cases", "--json").out)["cases"]
    assert case["opened"] < case["due"]
    assert not case["overdue"]
    said = joinedup("subject", "close", str(case["case"]), "--reason", "sent by post")
    assert said.code == 0, said.err
    (case,) = json.loads(joinedup("subject", "cases", "--json").out)["cases"]
    assert case["closed"]


def test_an_erased_person_stays_erased_in_a_home_restored_from_before(place, joinedup, tmp_path):
    from joinedup.records import ledger
    from joinedup.records.home import connect
    from joinedup.records.models import Rectification, SubjectSecret

    place.run()
    place.ask("rectify", "people.surname", "--value", "Zebedee-Right")
    before = set(SubjectSecret.objects.values_list("secret", flat=True))
    assert joinedup("backup", str(tmp_path / "vault")).code == 0
    place.ask("erase", who="Ann")
    place.ask("erase", "--approve", who="Ben")
    kept = set(SubjectSecret.objects.values_list("secret", flat=True))
    assert before - kept
    keys, old = keyring.key_folder(place.home), place.home
    place.home = tmp_path / "new"
    words = ("--keys", str(keys), "--reason", "the disk broke")
    assert main(["restore", str(tmp_path / "vault"), "--home", str(place.home), *words]) == 0
    connect(place.home)
    assert not Rectification.objects.exists()
    assert not (before - kept) & set(SubjectSecret.objects.values_list("secret", flat=True))
    assert not any(one.encode() in place.bytes() for one in (*CANARIES, "Zebedee-Right"))
    connect(place.home)
    assert ledger.verify().ok
    path = tmp_path / "people_april.csv"
    path.write_text("\n".join([HEAD, *APRIL, ""]))
    places = ("--office", str(place.folder), "--home", str(place.home))
    assert main(["fsck", *places]) == 0
    assert main(["deliver", "people", str(path), *places]) == 0
    path.unlink()
    connect(place.home)
    assert sorted(place.table("admitted.people", named=["reference"])["reference"]) == [
        "R2",
        "R3",
        "R4",
    ]
    assert old.is_dir()
