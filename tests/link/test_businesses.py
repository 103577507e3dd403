"""Are businesses found whose lists write names and addresses in two ways, and chains kept apart?"""

import numpy as np
import pyarrow as pa
import pytest
from tests.link.made import scores

from joinedup import link
from joinedup.link import behind, roles

NAMES = "ash bay elm fern gull hart iris jay kite lark moss nile oak pike quay rose swan teal"
KINDS = "cafe|grill|bakery|pizza house|tea room|fish bar|deli|noodle kitchen"
WAYS = "Mill|Station|Harbour|Church|Canal|Bridge|Market|Castle|Spring|Garden|Abbey|Forge"
SITES = 900


@pytest.fixture(scope="module")
def lists():
    """Visits with whole addresses, licences in columns; a chain of one name along each street."""
    rng = np.random.default_rng(4)
    names = [f"{one} {other}" for one in NAMES.split() for other in NAMES.split() if one != other]
    visits, licences, truth = [], [], []
    for site in range(SITES):
        way = WAYS.split("|")[site % 12]
        postcode = f"LS{1 + site % 12} {site % 9}AB"
        number = 2 * (site // 12) + 1
        name = f"{names[int(rng.integers(len(names)))]} {KINDS.split('|')[int(rng.integers(8))]}"
        name = "Sunny Side Cafe" if site // 12 % 15 == 0 else name
        legal = f"{names[int(rng.integers(len(names)))]} Trading Ltd"
        known_as = legal if rng.random() < 0.1 else name
        visits.append(
            {
                "id": f"v{site}",
                "trading_name": known_as.upper(),
                "address": f"{number} {way} Street LEEDS, {postcode}",
            }
        )
        licences.append(
            {
                "id": f"l{site}",
                "legal_name": legal,
                "doing_business_as_name": name,
                "address": f"{number}-{number + 2} {way} St 1st Floor",
                "city": "Leeds",
                "postcode": postcode.replace(" ", ""),
            }
        )
        truth.append({"visits_id": f"v{site}", "licences_id": f"l{site}"})
    return {
        "visits": pa.Table.from_pylist(visits),
        "licences": pa.Table.from_pylist(licences),
        "truth": pa.Table.from_pylist(truth),
    }


@pytest.fixture(scope="module")
def found(lists):
    return link.businesses(tables=lists)


def test_businesses_are_found_though_each_list_writes_its_own_way(found):
    assert scores(found, "one to one")["f1"] >= 0.97
    assert scores(found)["f1"] >= 0.95


def test_a_business_is_found_by_its_legal_name_too(lists, found):
    legal = {row["id"]: row["legal_name"].upper() for row in lists["licences"].to_pylist()}
    by_it = [
        row["id"]
        for row in lists["visits"].to_pylist()
        if row["trading_name"] == legal[row["id"].replace("v", "l")]
    ]
    pairs = found.tables["pairs"].data.to_pylist()
    ends = {frozenset((row["id_l"], row["id_r"])) for row in pairs}
    right = [one for one in by_it if frozenset((one, one.replace("v", "l"))) in ends]
    assert len(by_it) > 50
    assert len(right) >= 0.9 * len(by_it)


def test_shops_of_a_chain_along_one_street_are_kept_apart(lists, found):
    chain = {
        row["id"] for row in lists["visits"].to_pylist() if row["trading_name"] == "SUNNY SIDE CAFE"
    }
    entity = {row["id"]: row["entity"] for row in found.tables["entities"].data.to_pylist()}
    assert len(chain) > 40
    assert len({entity[one] for one in chain}) == len(chain)


def test_best_gives_each_record_one_partner_and_mutual_ones_are_one_to_one(found):
    rows = found.tables["best"].data.to_pylist()
    asked = [(row["table_l"], row["id_l"], row["table_r"]) for row in rows]
    assert len(set(asked)) == len(asked)
    mutual = [row for row in rows if row["mutual"]]
    turned = {(row["id_r"], row["id_l"]) for row in mutual}
    assert {(row["id_l"], row["id_r"]) for row in mutual} == turned


def test_of_two_visits_to_one_licence_both_have_it_and_one_is_mutual():
    visits = [
        {"id": f"v{at}", "trading_name": f"{name} cafe", "address": f"{at} Mill Street"}
        for at, name in enumerate(NAMES.split(), start=1)
    ]
    licences = [row | {"id": row["id"].replace("v", "l")} for row in visits]
    visits.append(visits[3] | {"id": "again"})
    output = link.businesses(
        tables={"visits": pa.Table.from_pylist(visits), "licences": pa.Table.from_pylist(licences)}
    )
    rows = [row for row in output.tables["best"].data.to_pylist() if row["table_l"] == "visits"]
    of = {row["id_l"]: (row["id_r"], row["mutual"]) for row in rows}
    assert of["v4"][0] == of["again"][0] == "l4"
    assert {of["v4"][1], of["again"][1]} == {True, False}


@pytest.mark.parametrize(
    ("written", "line", "place", "postcode"),
    [
        ("Flat 2, 4 High St, Bradford, BD1 1AA", "Flat 2, 4 High St", "bradford", "BD11AA"),
        ("3153 W CHICAGO AVE CHICAGO, IL 60622", "3153 W CHICAGO AVE", "chicago", "60622"),
        ("9 Broadway BD2 3CD", "9 Broadway", None, "BD23CD"),
    ],
)  # fmt: skip
def test_town_and_postcode_behind_a_street_are_told_apart(written, line, place, postcode):
    lines, told = behind.parted(pa.array([written] * 3))
    assert lines[0].as_py() == line
    assert told["place"][0].as_py() == place
    assert told["postcode"][0].as_py() == postcode


def test_addresses_without_a_postcode_are_left_as_they_are():
    texts = pa.array(["1 Mill Street, Leeds", "2 Mill Street, Leeds"])
    assert behind.parted(texts) == (texts, {})


def test_a_column_of_large_texts_names_rows_as_well():
    table = pa.table({"id": pa.array(["a", "b"], pa.large_string()), "name": ["x", "x"]})
    assert roles.id_of(table) == "id"
