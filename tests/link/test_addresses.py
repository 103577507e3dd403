"""Is an address read as it is meant, given its own place, and refused where it has none?"""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.core.errors import MethodError
from joinedup.link.address_lookup import METHOD
from joinedup.link.placing import edits
from joinedup.link.postal import Address, read

GAZETTEER = [
    ("000000000101", "", "", "14", "HIGH STREET", "LS1 4AP"),
    ("000000000102", "000000000101", "FLAT 1", "14", "HIGH STREET", "LS1 4AP"),
    ("000000000103", "000000000101", "FLAT 2", "14", "HIGH STREET", "LS1 4AP"),
    ("000000000104", "", "", "16", "HIGH STREET", "LS1 4AP"),
    ("000000000105", "", "", "18", "HIGH STREET", "LS1 4AP"),
    ("000000000106", "", "", "THE OLD MILL", "MILL LANE", "LS1 4AQ"),
    ("000000000107", "", "", "3", "MILL LANE", "LS1 4AQ"),
    ("000000000108", "", "", "5", "MILL LANE", "LS1 4AQ"),
    ("000000000109", "", "", "5", "MILL LANE", "LS1 4AQ"),
    ("000000000110", "", "FLAT 3", "WEAVER HOUSE 9", "MILL LANE", "LS1 4AQ"),
    ("000000000111", "", "", "20-24", "PARK ROAD", "LS1 4AR"),
]


def gazetteer(rows=GAZETTEER, streets=40):
    """The places of the tests, and many others, so that there is something to prove links by."""
    firsts, seconds = "ABDEG", ("ACRE", "BROOK", "CROFT", "DENE", "FOLD", "GATE", "HOLME", "LEY")
    words = [first + second for first in firsts for second in seconds][:streets]
    more = [
        (
            f"{9_000 + 40 * at + number:012d}",
            "",
            "",
            str(number),
            f"{word} ROAD",
            f"LS{at + 20} 1AA",
        )
        for at, word in enumerate(words)
        for number in range(1, 31, 2)
    ]
    names = ["UPRN", "PARENT_UPRN", "SAO", "PAO", "STREET", "POSTCODE"]
    return pa.table(dict(zip(names, map(list, zip(*rows, *more, strict=True)), strict=True)))


def records(*addresses, uprns=None):
    """These addresses, and one for every third of the other places, written as they are."""
    other = gazetteer().slice(len(GAZETTEER)).to_pylist()[::3]
    plain = [(f"{row['PAO']} {row['STREET'].title()}", row["POSTCODE"]) for row in other]
    rows = [*addresses, *plain]
    made = {
        "case_id": [f"C{number:03d}" for number in range(len(rows))],
        "address": [text for text, _ in rows],
        "postcode": [postcode for _, postcode in rows],
    }
    if uprns:
        made["uprn"] = [*uprns, *[None] * len(plain)]
    return pa.table(made)


def look_up(*addresses, uprns=None, rows=GAZETTEER):
    tables = {"cases": records(*addresses, uprns=uprns), "places": gazetteer(rows)}
    return METHOD(tables=tables, gazetteer="places")


def linked(output):
    rows = output.tables["pairs"].data.to_pylist()
    return {row["id_l"]: row["id_r"] for row in rows}


@pytest.mark.parametrize(
    ("text", "number", "parts", "street"),
    [
        ("Flat 2, 14 High Street", "14", {"2"}, ("high", "st")),
        ("FLAT 2 14 HIGH ST", "14", {"2"}, ("high", "st")),
        ("14/2 High St", "14", {"2"}, ("high", "st")),
        ("14B High Street", "14", {"b"}, ("high", "st")),
        ("14 B High Street", "14", {"b"}, ("high", "st")),
        ("Flat B, 14 High Street", "14", {"b"}, ("high", "st")),
        ("Falt 2, 14 High Street", "14", {"2"}, ("high", "st")),
        ("Ground floor flat, 14 High St", "14", {"floor 0"}, ("high", "st")),
        ("Unit 7A Radford Crescent, Leeds", "7", {"a"}, ("radford", "cr")),
        ("The Bear, 92 High Street", "92", set(), ("high", "st")),
        ("c/o Amber Partners Ltd, 92 High Street", "92", set(), ("high", "st")),
        ("0012 East Avenue", "12", set(), ("east", "av")),
        ("Suite 3, Acme House, 9 St. John's Road", "9", {"3"}, ("st", "johns", "rd")),
    ],
)
def test_an_address_is_read_into_its_parts(text, number, parts, street):
    one = read(text)[0]
    assert (one.number, set(one.parts), one.street) == (number, parts, street)


def test_a_range_is_a_range_and_a_slash_may_be_one():
    assert [(one.number, one.until) for one in read("10-14 Mill Lane")] == [("10", "14")]
    assert [(one.number, one.until) for one in read("3 & 5 Mill Lane")] == [("3", "5")]
    both = read("12/14 Mill Lane")
    assert {(one.number, one.until, one.parts) for one in both} == {
        ("12", "", frozenset({"14"})),
        ("12", "14", frozenset()),
    }


def test_a_postcode_is_found_at_the_end_and_a_letter_for_a_nought_is_mended():
    assert read("3 Mill Lane, Leeds LS1 4AQ")[0].postcode == "ls14aq"
    assert read("3 Mill Lane", "LS1 OAQ")[0].postcode == "ls10aq"
    assert (read("3 Mill Lane", "LS1")[0].postcode, read("3 Mill Lane", "LS1")[0].partial) == (
        "",
        "ls1",
    )


@given(st.text(max_size=60), st.text(max_size=9))
def test_any_text_can_be_read(text, postcode):
    assert all(isinstance(one, Address) for one in read(text, postcode))


@given(st.integers(1, 300), st.integers(1, 40), st.sampled_from(["High", "Mill", "St John's"]))
def test_case_and_commas_are_no_difference(number, flat, street):
    text = f"Flat {flat}, {number} {street} Road"
    assert read(text) == read(text.upper()) == read(text.replace(",", ""))


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_edits_are_a_distance(one, other):
    assert edits(one, other) == edits(other, one)
    assert (edits(one, other) == 0) == (one == other)
    assert abs(len(one) - len(other)) <= edits(one, other) <= max(len(one), len(other))


@pytest.mark.parametrize(
    ("text", "postcode", "uprn"),
    [
        ("Flat 2, 14 High Street, Leeds", "LS1 4AP", "000000000103"),
        ("14/2 High St", "LS1 4AP", "000000000103"),
        ("14B High Street", "ls14ap", "000000000103"),
        ("Old Mill, Mill Lane", "LS1 4AQ", "000000000106"),
        ("Flat 3 Weaver House, Mill Lane", "LS1 4AQ", "000000000110"),
        ("Joe's Cafe, 16 High Street", "LS1 4AP", "000000000104"),
        ("20-24 Park Rd", "LS1 4AR", "000000000111"),
    ],
)
def test_a_clear_address_is_linked_to_its_own_uprn(text, postcode, uprn):
    assert linked(look_up((text, postcode)))["C000"] == uprn


@pytest.mark.parametrize(
    ("text", "postcode"),
    [
        ("Flat 3, 14 High Street", "LS1 4AP"),  # no such flat
        ("14C High Street", "LS1 4AP"),
        ("12 High Street", "LS1 4AP"),  # no such number
        ("14 High Street", "LS1 4AP"),  # a building of flats: which?
        ("5 Mill Lane", "LS1 4AQ"),  # two UPRNs, one address
        ("High Street", "LS1 4AP"),
        ("Weaver House, Mill Lane", "LS1 4AQ"),
        ("16 High Road", "LS1 4AP"),
        ("2 Weaver House 9 Mill Lane", "LS1 4AQ"),
        ("", ""),
        ("unknown", None),
    ],
)
def test_an_address_without_one_clear_place_is_refused(text, postcode):
    assert "C000" not in linked(look_up((text, postcode)))


def test_what_is_ambiguous_is_for_a_person_and_what_is_unlisted_is_told():
    output = look_up(("5 Mill Lane", "LS1 4AQ"), ("Flat 9, 14 High Street", "LS1 4AP"))
    review = output.tables["review"].data.to_pylist()
    assert {row["id_r"] for row in review if row["id_l"] == "C000"} == {
        "000000000108",
        "000000000109",
    }
    unplaced = {row["id"]: row for row in output.tables["unplaced"].data.to_pylist()}
    assert unplaced["C001"]["building"] == "000000000101"


def test_every_record_has_one_entity_and_it_is_the_gazetteers_id_with_its_zeros():
    output = look_up(("16 High Street", "LS1 4AP"), ("99 Nowhere Street", "LS9 9AA"))
    rows = output.tables["entities"].data.to_pylist()
    entities = {(row["table"], row["id"]): row["entity"] for row in rows}
    assert len(entities) == len(rows) == records().num_rows + 2 + gazetteer().num_rows
    assert entities["cases", "C000"] == "000000000104"
    assert entities["cases", "C001"] == "cases:C001"


def test_a_uprn_beside_an_address_is_believed_unless_the_address_is_another_place():
    output = look_up(
        ("5 Mill Lane", "LS1 4AQ"), ("16 High Street", "LS1 4AP"), uprns=["109", "105.0"]
    )
    assert linked(output)["C000"] == "000000000109"
    assert "C001" not in linked(output)
    assert "C001" in {row["id_l"] for row in output.tables["review"].data.to_pylist()}


def test_records_of_one_unlisted_address_are_one_entity():
    output = look_up(("99 Nowhere Street", "LS9 9AA"), ("99 NOWHERE ST", "LS9 9AA"))
    rows = output.tables["entities"].data.to_pylist()
    assert len({row["entity"] for row in rows if row["id"] in {"C000", "C001"}}) == 1


def test_rows_of_a_list_without_uprns_are_one_place_if_they_say_so():
    texts = ["16 High Street", "16 HIGH ST, LEEDS", "Flat 1, 16 High Street", "18 High Street"]
    table = pa.table({"id": ["a", "b", "c", "d"], "address": texts, "postcode": ["LS1 4AP"] * 4})
    rows = METHOD(tables={"list": table}).tables["entities"].data.to_pylist()
    assert [row["entity"] for row in rows] == ["a", "a", "c", "d"]


def test_a_table_without_an_address_is_refused_and_no_cell_is_told():
    table = pa.table({"id": ["1"], "colour": ["secretblue"]})
    with pytest.raises(MethodError, match="no column of an address") as told:
        METHOD(tables={"cases": table, "places": gazetteer()})
    assert "secretblue" not in str(told.value)


def test_a_gazetteer_that_was_not_given_is_refused():
    with pytest.raises(MethodError, match="gazetteer"):
        METHOD(tables={"cases": records()}, gazetteer="nowhere")


def test_the_truth_tells_precision_recall_and_refusals():
    tables = {
        "cases": records(("16 High Street", "LS1 4AP"), ("12 High Street", "LS1 4AP")),
        "places": gazetteer(),
        "truth": pa.table({"id": ["C000", "C001"], "entity": ["104", None]}),
    }
    output = METHOD(tables=tables, gazetteer="places")
    shown = {block.title: block for block in output.result.blocks if hasattr(block, "title")}
    assert shown["Held against the truth"].rows[0][1:5] == (1, 1, 1.0, 1.0)
    assert [row[1] for row in shown["What else the truth tells"].rows] == [1, 1, 0]
