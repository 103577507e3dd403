"""Records meet by equal tokens and by nothing else, and those that can meet none are counted."""

import pyarrow as pa
import pytest

from joinedup import link
from joinedup.core.errors import MethodError

PEOPLE = pa.table({"person": ["p1", "p2", "p3", "p4"], "home_token": ["a", "a", "b", None]})
CLAIMS = pa.table({"claim": ["c1", "c2"], "home_token": ["a", "z"]})
HOMES = pa.table({"uprn": ["a", "b", "q"], "home_token": ["a", "b", "q"]})
TABLES = {"people": PEOPLE, "claims": CLAIMS, "homes": HOMES}


@pytest.fixture(scope="module")
def output():
    return link.tokens(tables=TABLES)


def test_records_of_one_token_are_one_entity_and_one_without_a_token_is_alone(output):
    rows = output.tables["entities"].data.to_pylist()
    assert len(rows) == sum(table.num_rows for table in TABLES.values())
    entity = {row["id"]: row["entity"] for row in rows}
    assert entity["p1"] == entity["p2"] == entity["c1"]
    assert entity["p3"] != entity["p1"]
    assert list(entity.values()).count(entity["p4"]) == 1
    assert {row["id"] for row in rows if row["probability"] is None} == {"p4"}


def test_it_says_how_many_meet_and_how_many_can_meet_none(output):
    assert output.result.headline.startswith("6 of 9 records hold a token that another table holds")
    assert "1 hold none" in output.result.headline
    (met,) = (one for one in output.result.blocks if getattr(one, "title", "") == "Who meets whom")
    assert met.rows == (("people", 4, 1, 3), ("claims", 2, 0, 1), ("homes", 3, 0, 2))


def test_a_token_that_one_table_alone_holds_twice_meets_nobody():
    other = pa.table({"id": ["x"], "home_token": ["nobody"]})
    told = link.tokens(tables={"people": PEOPLE, "other": other}).result.headline
    assert told.startswith("0 of 5 records")


def test_a_table_without_a_column_of_tokens_is_refused():
    bare = pa.table({"id": ["x"], "home": ["a"]})
    with pytest.raises(MethodError, match="no column of tokens"):
        link.tokens(tables={"people": PEOPLE, "bare": bare})
    named = link.tokens(tables={"one": bare, "two": bare}, columns={"token": "home"})
    assert named.result.headline.startswith("2 of 2 records")
