"""Who may know people by name, and who by tokens alone, from the file to the step."""

import json

import pyarrow as pa
import pytest
from people_office import ALL, CANARIES, NHS, ROWS, add_agreement, add_people, add_project

from joinedup.govern.pseudonyms.keys import derive
from joinedup.govern.pseudonyms.pseudonym import token
from joinedup.records import keyring
from joinedup.store.lake import Lake

SIGNATORY = "Name of the person who may sign"
SELECT = "select reference, nhs, age from admitted.people"


@pytest.fixture
def people(joinedup, office, tmp_path):
    """Sign, deliver and run; agreements and projects are added by each test."""
    add_people(office)
    path = tmp_path / "people_march.csv"
    path.write_text(ROWS)

    class Place:
        home = tmp_path / "home"
        folder = office

        def sign(self, *names):
            for name in names:
                said = joinedup("agree", "sign", name, "--party", "council", "--by", SIGNATORY)
                assert said.code == 0, said.err

        def deliver(self, *more):
            said = joinedup("deliver", "people", str(path), "--json", *more)
            return said.code, json.loads(said.out)

        def lake(self):
            return Lake(self.home)

        def sides(self):
            return {part["side"]: part["columns"] for part in self.lake().version(TABLE).parts}

        def run(self, project):
            return joinedup("run", "--project", project)

    return Place()


TABLE = "admitted.people"


def test_an_agreement_that_names_people_keeps_who_they_are_apart(people):
    add_agreement(people.folder, "safety", identity="named", purpose="safety")
    people.sign("safety")
    code, told = people.deliver()
    assert (code, told["fields"]) == (0, list(ALL))
    assert people.sides() == {
        "attributes": ["age"],
        "identifiers": ["reference", "nhs", "surname", "note", "latitude"],
    }
    assert people.lake().read(TABLE).schema.names == ["age"]


def test_under_tokens_alone_nobody_is_ever_named_in_the_home(people):
    from django.db import connection

    add_agreement(people.folder, "insight", identity="tokens", purpose="insight")
    add_project(people.folder, "insight", purpose="insight", agreement="insight", select=SELECT)
    people.sign("insight")
    code, told = people.deliver()
    assert code == 0, told
    assert told["fields"] == ["reference", "nhs", "surname", "age"]
    assert told["left"] == ["note", "latitude"]
    assert people.sides() == {
        "attributes": ["age"],
        "tokens insight": ["reference", "nhs", "surname"],
    }
    seen = people.lake().read(TABLE, tokens="insight").to_table().to_pydict()
    assert not any(canary in str(seen) for canary in CANARIES)
    assert seen["age"] == [45, 31, 45]
    assert seen["surname"][0] == seen["surname"][2] != seen["surname"][1]
    connection.close()
    kept = b"".join(one.read_bytes() for one in people.home.rglob("*") if one.is_file())
    assert not any(canary.encode() in kept for canary in CANARIES)


def test_the_tokens_are_those_that_the_projects_partners_make(people):
    """`joinedup key` gives a partner the key of the project: what it sends must meet these."""
    add_agreement(people.folder, "insight", identity="tokens", purpose="insight")
    add_project(people.folder, "insight", purpose="insight", agreement="insight")
    people.sign("insight")
    assert people.deliver()[0] == 0
    key = derive(keyring.roots_of(people.home), project="insight", purpose="insight")
    want = token(pa.array(NHS), "nhs_number", key).to_pylist()
    found = people.lake().read(TABLE, columns=["nhs"], tokens="insight").to_table()
    assert found["nhs"].to_pylist() == want


def test_steps_of_two_purposes_see_the_same_names_and_each_what_it_may(people):
    add_agreement(people.folder, "safety", identity="named", purpose="safety")
    add_agreement(people.folder, "insight", identity="tokens", purpose="insight")
    for name in ("safety", "insight"):
        add_project(people.folder, name, purpose=name, agreement=name, select=SELECT)
    people.sign("safety", "insight")
    assert people.deliver()[0] == 0
    for name in ("safety", "insight"):
        said = people.run(name)
        assert said.code == 0, said.err
    named, tokens = (
        people.lake().read(f"defined.{name}_people").to_table().to_pydict()
        for name in ("safety", "insight")
    )
    assert list(named) == list(tokens) == ["reference", "nhs", "age"]
    assert sorted(named["nhs"]) == sorted(NHS)
    assert not set(tokens["nhs"]) & set(NHS)
    assert {len(one) for one in tokens["nhs"]} == {64}


def test_two_projects_of_one_purpose_share_no_token(people):
    add_agreement(people.folder, "insight", identity="tokens", purpose="insight")
    for name in ("one", "two"):
        add_project(people.folder, name, purpose="insight", agreement="insight")
    people.sign("insight")
    assert people.deliver()[0] == 0
    one, two = (
        set(people.lake().read(TABLE, columns=["nhs"], tokens=name).to_table()["nhs"].to_pylist())
        for name in ("one", "two")
    )
    assert len(one) == len(two) == 3
    assert not one & two


def test_a_step_by_tokens_may_not_read_free_text_or_places(people):
    add_agreement(people.folder, "insight", identity="tokens", purpose="insight")
    select = "select note, latitude, age from admitted.people"
    add_project(people.folder, "insight", purpose="insight", agreement="insight", select=select)
    people.sign("insight")
    assert people.deliver()[0] == 0
    said = people.run("insight")
    assert said.code == 30
    assert "admitted.people.latitude, admitted.people.note" in said.err


def test_what_no_project_has_a_key_for_is_not_kept_until_there_is_one(people):
    add_agreement(people.folder, "insight", identity="tokens", purpose="insight")
    people.sign("insight")
    code, told = people.deliver()
    assert (code, told["keyless"]) == (0, ["reference", "nhs", "surname"])
    assert people.sides() == {"attributes": ["age"]}
    add_project(people.folder, "late", purpose="insight", agreement="insight")
    code, told = people.deliver()
    assert (code, told["already_delivered"], told["keyless"]) == (0, False, [])
    assert set(people.sides()) == {"attributes", "tokens late"}
    assert people.deliver()[1]["already_delivered"] is True


def test_a_file_again_under_an_agreement_amended_to_tokens_leaves_the_names_out(people):
    add_agreement(people.folder, "safety", identity="named", purpose="safety")
    add_project(people.folder, "safety", purpose="safety", agreement="safety", select=SELECT)
    people.sign("safety")
    assert people.deliver()[0] == 0
    assert people.run("safety").code == 0
    add_agreement(people.folder, "safety", identity="tokens", purpose="safety")
    people.sign("safety")
    said = people.run("safety")
    assert said.code == 30
    assert "deliver the dataset again" in said.err
    code, told = people.deliver()
    assert (code, told["already_delivered"]) == (0, False)
    assert set(people.sides()) == {"attributes", "tokens safety"}
    assert people.run("safety").code == 0
    seen = people.lake().read("defined.safety_people").to_table().to_pydict()
    assert not set(seen["nhs"]) & set(NHS)


def test_after_a_new_root_key_tables_with_older_tokens_are_asked_for_again(people):
    add_agreement(people.folder, "insight", identity="tokens", purpose="insight")
    add_project(people.folder, "insight", purpose="insight", agreement="insight")
    people.sign("insight")
    assert people.deliver()[0] == 0
    keyring.rotate_root(keyring.key_folder(people.home))
    assert people.deliver()[1]["already_delivered"] is False
    made = {
        part["made_with"]
        for number in (1, 2)
        for part in people.lake().version(TABLE, number).parts
        if part["made_with"]
    }
    assert len(made) == 2


def test_a_correction_is_compared_in_every_side(people, tmp_path):
    add_agreement(people.folder, "safety", identity="named", purpose="safety", fields=ALL[:3])
    add_agreement(people.folder, "insight", identity="tokens", purpose="insight")
    add_project(people.folder, "insight", purpose="insight", agreement="insight")
    people.sign("safety", "insight")
    assert people.deliver()[0] == 0
    path = tmp_path / "people_march.csv"
    path.write_text(ROWS.replace("Quillfeather", "Quill").replace(",31", ",32"))
    code, told = people.deliver("--corrects", "--dry-run")
    assert (code, told["effect"]["cells"]) == (0, {"surname": 1, "age": 1})
    code, told = people.deliver("--corrects")
    assert (code, told["effect"]["cells"], told["version"]) == (0, {"surname": 1, "age": 1}, 2)


def test_a_lost_part_is_healed_by_the_same_file(people):
    add_agreement(people.folder, "safety", identity="named", purpose="safety")
    people.sign("safety")
    assert people.deliver()[0] == 0
    for path in people.home.rglob("*.parquet"):
        path.unlink()
    code, told = people.deliver()
    assert (code, told["already_delivered"]) == (0, False)
    assert people.lake().read(TABLE, columns=["nhs"], named=["nhs"]).count_rows() == 3


def test_a_result_made_by_tokens_still_says_which_deliveries_it_rests_on(people):
    """Else what left of a delivery under tokens would not be counted against its budget."""
    from joinedup.office.house import open_office
    from joinedup.office.leaving.lineage import dataset_versions
    from joinedup.office.results import result_of_run
    from joinedup.records.models import Run

    add_agreement(people.folder, "insight", identity="tokens", purpose="insight")
    add_project(people.folder, "insight", purpose="insight", agreement="insight", select=SELECT)
    people.sign("insight")
    assert people.deliver()[0] == 0
    assert people.run("insight").code == 0
    office = open_office(people.folder, people.home)
    run = Run.objects.get(project="insight")
    assert dataset_versions(office, result_of_run(office, run)) == ("admitted.people@1",)


def test_what_is_read_with_identifiers_can_be_told_before_it_is_read(people):
    from joinedup.office.house import open_office
    from joinedup.office.reads import identifying, readings

    add_agreement(people.folder, "safety", identity="named", purpose="safety", fields=ALL[:3])
    add_agreement(people.folder, "both", identity="tokens", purpose="safety")
    add_project(people.folder, "safety", purpose="safety", agreement="safety")
    people.sign("safety", "both")
    assert people.deliver()[0] == 0
    office = open_office(people.folder, people.home)
    project = office.folder.project("safety").project
    found = readings(office, project, {TABLE: ("nhs", "age")})
    assert identifying(found) == {TABLE: {"named": ["nhs"], "tokens": []}}
    assert identifying(readings(office, project, {TABLE: ("age",)})) == {}
