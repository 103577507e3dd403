"""What the journeys link on the invented town, held against what is so."""

from collections import Counter

import pytest

from joinedup.cli.main import main

pytestmark = pytest.mark.timeout(900)  # the demonstration is in the time of the first test
KEY = {
    "council_tax": "account",
    "housing_benefit": "claim",
    "hmo_licences": "licence",
    "housing_inspections": "case",
    "housing_complaints": "complaint",
    "fire_incidents": "incident",
}


@pytest.fixture
def lake(town_demo):
    from joinedup.office.house import open_office

    return open_office(town_demo.place / "office", town_demo.place).lake


def rows(lake, table):
    return lake.read(table).to_table().to_pandas()


def named(lake, table, *columns):
    data = lake.read(table, columns=columns, named=columns)
    return data.to_table(list(columns)).to_pandas()


def homes_of(lake, town_demo, dataset):
    """Record to its true UPRN, to the one it came with, and to the one it is linked to."""
    uprns = town_demo.true("homes")["uprn"].to_numpy()
    record = town_demo.true(f"records/{dataset}")
    record = record[record["home"] >= 0]
    true = {ref: f"{uprns[home]:012d}" for ref, home in zip(record.ref, record.home, strict=True)}
    key = KEY[dataset]
    came = named(lake, f"admitted.{dataset}", key, "uprn")
    own = came["uprn"].fillna("").str.split(".").str[0].str.zfill(12)
    links = rows(lake, "linked.address")
    links = links[links["table_l"] == f"admitted.{dataset}"]
    here = {ref: home for ref, home in true.items() if ref in set(came[key])}
    linked = dict(zip(links["id_l"], links["id_r"], strict=True))
    return here, dict(zip(came[key], own, strict=True)), linked


def test_rows_of_journey_a_are_linked_to_their_homes_and_to_no_other(lake, town_demo):
    made = right = known = before = 0
    for dataset in KEY:
        true, own, linked = homes_of(lake, town_demo, dataset)
        known += len(true)
        before += sum(own.get(ref) == home for ref, home in true.items())
        right += sum(linked.get(ref) == home for ref, home in true.items())
        made += len(linked)
    assert right / made >= 0.98
    assert right / known >= 0.97 > before / known


def test_complaints_that_came_without_a_uprn_are_in_their_homes(lake, town_demo):
    true, own, linked = homes_of(lake, town_demo, "housing_complaints")
    assert sum(own.get(ref) == home for ref, home in true.items()) < 0.5 * len(true)
    assert sum(linked.get(ref) == home for ref, home in true.items()) > 0.93 * len(true)
    found = rows(lake, "defined.complaint")
    assert len(found) > 0.93 * len(true)
    assert found["link_probability"].between(0.95, 1).all()


def scored(entities, true):
    """Precision, recall and F1 of the pairs within entities.

    Args:
        entities: record to entity.
        true: record to what it is truly of.
    """

    def pairs(cells):
        return sum(many * (many - 1) // 2 for many in Counter(cells).values())

    here = [(entities[record], true[record]) for record in entities if record in true]
    both, made, so = (pairs(cells) for cells in (here, *map(list, zip(*here, strict=True))))
    return both / made, both / so, 2 * both / (made + so)


def linked_to(lake, town_demo, table, what):
    """Record to its entity and to its truth; a number that is there twice is left out."""
    told = rows(lake, table)
    entities = {(row.table, row.id): row.entity for row in told.itertuples()}
    true = {}
    for name in set(told["table"]):
        record = town_demo.true(f"records/{name.removeprefix('admitted.')}")
        record = record[(record[what] >= 0) & ~record["ref"].duplicated(keep=False)]
        true |= {(name, ref): one for ref, one in zip(record["ref"], record[what], strict=True)}
    return entities, true


def test_visits_of_six_regulators_to_one_business_are_one(lake, town_demo):
    entities, true = linked_to(lake, town_demo, "linked.business", "business")
    visits = {key: one for key, one in entities.items() if key[0] == "admitted.regulator_visits"}
    assert scored(visits, true)[2] >= 0.9


def test_as_many_businesses_are_known_to_more_than_three_as_truly_are(lake, town_demo):
    record = town_demo.true("records/regulator_visits").set_index("ref")["business"]
    came = named(lake, "admitted.regulator_visits", "visit", "regulator")
    bodies = came.assign(business=came["visit"].map(record)).groupby("business")["regulator"]
    true = int((bodies.nunique() > 3).sum())
    found = int(rows(lake, "defined.business")["known_to_more_than_three"].sum())
    assert true > 0
    assert abs(found - true) <= max(2, 0.2 * true)


def test_visits_and_registrations_of_one_person_are_one(lake, town_demo):
    entities, true = linked_to(lake, town_demo, "linked.person", "person")
    precision, recall, f1 = scored(entities, true)
    assert precision >= 0.98
    assert recall >= 0.95
    assert f1 >= 0.97


def test_homes_of_journey_b_are_linked_by_tokens_that_no_uprn_is_among(lake, town_demo):
    uprns = {str(uprn) for uprn in town_demo.true("homes")["uprn"]}
    told = rows(lake, "linked.home")
    met = told[told["probability"].notna()]
    assert (met["entity"].str.len() == 64).all()
    assert not uprns & {cell.lstrip("0") for name in ("id", "entity") for cell in told[name]}
    children = met[met["table"] == "admitted.gp_pseudonyms"]
    places = set(met[met["table"] == "admitted.gazetteer"]["entity"])
    assert children["entity"].isin(places).mean() > 0.95


def look(town_demo, who, *words):
    place = town_demo.place
    options = ("--office", str(place / "office"), "--home", str(place), "--as", who)
    return main([*words, "--project", "fire-safety-visits", *options])


def test_who_makes_the_list_of_visits_sees_no_name_and_no_pair(lake, town_demo, capsys):
    assert look(town_demo, "Demo linker", "review", "who", "--json") == 0
    assert "surname" in capsys.readouterr().out
    assert look(town_demo, "Demo analyst", "review", "who", "--json") == 30
    assert "surname" not in capsys.readouterr().out
    assert look(town_demo, "Demo analyst", "run", "who") == 30
    for table in ("linked.person", "linked.older_address", "defined.registered"):
        assert not {"surname", "forename"} & set(lake.current(table).columns)


def test_who_links_may_not_read_what_happened(town_demo):
    assert look(town_demo, "Demo linker", "run", "features") == 30
