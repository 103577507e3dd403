"""A definition may name the columns that a card promises: each linkage writes just those."""

import pyarrow as pa
import pytest
from tests.link.made_events import incidents

import joinedup
from joinedup import link
from joinedup.link import address_columns

PEOPLE = pa.table(
    {
        "ref": ["p1", "p2", "p3"],
        "forename": ["Zoë", "Bill", "Ann"],
        "surname": ["Ashgrove", "Thornbury", "Marlow"],
        "dob": ["17/05/1980", "02/11/1955", "30/01/1990"],
        "postcode": ["ZT1 2HS", "ZT1 0DG", "ZT2 9AA"],
        "uprn": ["100000000017", "100000000025", "100000000033"],
        "address": ["1 Mill Lane", "2 Mill Lane", "3 Mill Lane"],
    }
)
GAZETTEER = pa.table(
    {
        "uprn": ["100000000017", "100000000025"],
        "secondary_name": pa.array([None, "Flat 2"], pa.string()),
        "primary_name": ["1", "2"],
        "street": ["Mill Lane", "Mill Lane"],
        "postcode": ["ZT1 2HS", "ZT1 0DG"],
    }
)
TOKENS = {name: pa.table({"id": ["1"], "token": ["a"]}) for name in ("one", "other")}


@pytest.fixture(scope="module")
def people():
    return link.people(tables={"police": PEOPLE, "council": PEOPLE})


def promised(card, output):
    for name, columns in card.columns.items():
        assert tuple(output.tables[name].data.column_names) == columns, name


def test_people_and_businesses_write_what_their_card_promises(people):
    promised(link.people, people)
    assert link.businesses.columns == link.people.columns


def test_the_other_linkages_write_what_their_cards_promise():
    promised(link.addresses, link.addresses(tables={"homes": PEOPLE, "gazetteer": GAZETTEER}))
    promised(link.events, link.events(tables=incidents(60, seed=3)[0]))
    promised(link.households, link.households(tables={"gp": PEOPLE}))
    promised(link.tokens, link.tokens(tables=TOKENS))


def test_every_linkage_says_which_columns_its_entities_have():
    cards = [getattr(joinedup.link, name) for name in link.METHODS]
    with_entities = [card for card in cards if "entities" in card.gives]
    assert with_entities
    assert all({"entity", "probability"} <= set(card.columns["entities"]) for card in with_entities)


def test_a_record_is_as_likely_of_its_entity_as_its_best_pair_and_one_alone_has_no_chance(people):
    pairs = people.tables["pairs"].data.to_pylist()
    best = {}
    for row in pairs:
        for side in "lr":
            key = (row[f"table_{side}"], row[f"id_{side}"])
            best[key] = max(best.get(key, 0.0), row["probability"])
    rows = people.tables["entities"].data.to_pylist()
    assert {(row["table"], row["id"]): row["probability"] for row in rows} == pytest.approx(best)
    alone = link.people(tables={"a": PEOPLE.slice(0, 2), "b": PEOPLE.slice(2)})
    assert alone.tables["entities"].data["probability"].null_count == 3


def test_the_parts_of_an_address_may_be_called_primary_and_secondary():
    told = address_columns.layout(GAZETTEER, {})
    assert (told["part_text"], told["building"]) == ("secondary_name", "primary_name")


def test_what_addresses_add_to_uprns_is_told_table_by_table():
    lane = pa.table(
        {
            "uprn": [f"1000000001{n:02}" for n in range(1, 41)],
            "primary_name": [str(n) for n in range(1, 41)],
            "street": ["Mill Lane"] * 40,
            "postcode": ["ZT1 2HS"] * 40,
        }
    )
    homes = pa.table(
        {
            "id": [f"h{n}" for n in range(1, 41)],
            "address": [f"{n} Mill Lane" for n in range(1, 41)],
            "postcode": ["ZT1 2HS"] * 40,
            "uprn": [None, "7", *lane["uprn"].to_pylist()[2:]],
        }
    )
    output = link.addresses(tables={"homes": homes, "lane": lane})
    (added,) = (
        block
        for block in output.result.blocks
        if getattr(block, "title", "") == "What addresses add to UPRNs"
    )
    ((table, gained, wrong, linked, own, records),) = added.rows
    assert (table, gained, linked, own, records) == ("homes", 2, 40, 38, 40)
    assert 0 < wrong < 2
    assert "2 of them without a listed UPRN" in output.result.headline
