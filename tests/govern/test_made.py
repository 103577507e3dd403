"""Can a partner make a file that names nobody from one that does, and does it still join?"""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from joinedup.core.vocabulary import Dataset, Field, Layout
from joinedup.govern.pseudonyms.departs import depart, depart_as
from joinedup.govern.pseudonyms.keys import Key
from joinedup.govern.pseudonyms.made import faults, from_other, needed
from joinedup.govern.pseudonyms.pseudonym import token, treatments

KEY = Key("homes", "help", "0" * 16, bytes(range(32)))
LAYOUT = Layout(format="csv", file="people.csv")


def field(kind="text", **more):
    return Field(type=kind, description="x", **more)


SOURCE = Dataset(
    id="people", partner="health", title="People", grain="one row per person", key=("nhs",),
    layout=LAYOUT,
    fields={
        "nhs": field(role="identifier", standard="nhs_number"),
        "born": field("date", standard="birth_date"),
        "owed": field("number"),
        "uprn": field(standard="uprn"),
        "claim": field(role="identifier"),
        "note": field(),
        "members": field("integer"),
    },
)  # fmt: skip
MADE = replace(
    SOURCE, id="made", key=("person",), pseudonymised_from="people",
    fields={
        "person": field(token_of="nhs_number", made_from="nhs"),
        "year": field("integer", made="year", made_from="born"),
        "owes": field("boolean", made="any", made_from="owed"),
        "home": field(token_of="uprn", made_from="uprn"),
        "claim": field(token_of="own", made_from="claim"),
        "members": field("integer", made_from="members"),
    },
)  # fmt: skip
ROWS = pa.table(
    {
        "nhs": ["943 476 5919", "9434765927", None],
        "born": [date(1980, 5, 17), None, date(2022, 1, 1)],
        "owed": [0.0, 12.5, None],
        "uprn": ["100012345678", "000100012345678", ""],
        "claim": ["C1", "C2", "C3"],
        "members": [2, 3, 4],
    }
)


def what_is_wrong(**fields):
    changed = replace(MADE, fields={**MADE.fields, **fields})
    return {problem.where: problem.what for problem in faults(changed, SOURCE)}


def test_what_leaves_is_tokens_years_and_whether_there_is_any():
    gone = depart_as(ROWS, MADE, SOURCE, tuple(MADE.fields), KEY).table
    by_members = {row["members"]: row for row in gone.to_pylist()}
    assert [by_members[n]["year"] for n in (2, 3, 4)] == [1980, None, 2022]
    assert [by_members[n]["owes"] for n in (2, 3, 4)] == [False, True, None]
    assert by_members[4]["person"] is None
    assert "9434765919" not in str(gone.to_pydict())


def test_tokens_of_a_standard_join_with_those_the_office_makes_itself():
    gone = depart_as(ROWS, MADE, SOURCE, ("person", "home", "members"), KEY).table
    first = next(row for row in gone.to_pylist() if row["members"] == 2)
    ours = token(pa.array(["9434765919"]), "nhs_number", KEY).to_pylist()
    assert [first["person"]] == ours


def test_a_number_of_the_partners_own_joins_within_its_field_alone():
    gone = depart_as(ROWS, MADE, SOURCE, ("claim",), KEY).table
    own = token(ROWS["claim"], "", KEY, scope="health/claim").to_pylist()
    assert sorted(gone["claim"].to_pylist()) == sorted(own)


def test_only_what_something_is_made_from_is_read():
    assert set(needed(from_other(MADE, SOURCE))) == set(SOURCE.fields) - {"note"}


def test_a_dataset_that_can_be_made_has_no_faults():
    assert not list(faults(MADE, SOURCE))


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        ({"note": field(made_from="note")}, "may name somebody"),
        ({"nhs": field(made_from="nhs")}, "may name somebody"),
        ({"born": field("date", made_from="born")}, "may name somebody"),
        ({"year": field("integer", made="year", made_from="owed")}, "not made from number"),
        ({"year": field("text", made="year", made_from="born")}, "gives integer"),
        ({"owes": field("boolean", made="any", made_from="born")}, "not made from date"),
        ({"home": field(token_of="nhs_number", made_from="uprn")}, "is uprn"),
        ({"members": field(token_of="own", made_from="members")}, "no identifier"),
        ({"home": field("integer", token_of="uprn", made_from="uprn")}, "is text"),
        ({"members": field("number", made_from="members")}, "is integer"),
        ({"other": field(made_from="nowhere")}, "nothing says"),
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_made_so_is_told_with_its_reason(declared, says):
    assert says in what_is_wrong(**declared)[next(iter(declared))]


def test_another_partners_file_cannot_be_made_from():
    other = replace(MADE, partner="police")
    assert [one.where for one in faults(other, SOURCE)] == ["pseudonymised_from"]


def test_tokens_that_came_in_are_identifiers_and_coarser_fields_attributes():
    becomes = {name: one.becomes for name, one in treatments(MADE).items()}
    assert becomes["person"] == becomes["home"] == becomes["claim"] == "token"
    assert becomes["year"] == becomes["owes"] == "kept"


def test_tokens_that_are_sent_again_stay_as_they_are():
    fields = {"person": field(token_of="nhs_number"), "members": field("integer")}
    dataset = replace(SOURCE, id="tokens", key=("person",), fields=fields)
    table = pa.table({"person": ["a" * 64, "b" * 64], "members": [1, 2]})
    gone = depart(table, dataset, KEY)
    assert gone.table.to_pydict() == table.to_pydict()
    assert gone.tokens == ("person",)


def test_the_name_and_boundary_of_an_area_are_kept_and_those_of_a_home_are_not():
    fields = {"ward": field(role="area"), "name": field(), "shape": field("geometry")}
    areas = replace(SOURCE, key=("ward",), fields=fields)
    assert {one.becomes for one in treatments(areas).values()} == {"kept"}
    homes = replace(areas, fields={**fields, "uprn": field(standard="uprn")})
    assert treatments(homes)["shape"].becomes == "left out"
