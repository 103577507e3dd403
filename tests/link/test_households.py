"""Do people leave when they move, do strangers stay strangers, and is every rule told?"""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup import link
from joinedup.core.errors import MethodError
from joinedup.link.stays import OPEN, Word, stays_of

HOME, OTHER = "100000000001", "100000000002"


def table(*rows, columns=("person_id", "surname", "birth_date", "uprn", "from_date", "to_date")):
    padded = [tuple(row) + (None,) * (len(columns) - len(row)) for row in rows]
    cells = list(zip(*padded, strict=True))
    return pa.table(
        {name: pa.array(column, pa.string()) for name, column in zip(columns, cells, strict=True)}
    )


def members(output):
    return output.tables["memberships"].data.to_pylist()


def household(output, person, home=HOME):
    (found,) = {
        row["household"]
        for row in members(output)
        if (row["person"], row["home"]) == (person, home)
    }
    return found


def kinds(output):
    return {row["household"]: row["kind"] for row in output.tables["households"].data.to_pylist()}


def test_a_mover_leaves_on_the_day_of_the_move():
    register = table(
        ("ann", "Ash", "1980-01-02", HOME, "2010-05-01"),
        ("bob", "Ash", "1981-01-02", HOME, "2010-05-01"),
    )
    tax = table(("bob", "Ash", "1981-01-02", OTHER, "2020-03-04"))
    output = link.households(tables={"gp": register, "council_tax": tax})
    stays = {(row["person"], row["home"]): (row["from"], row["to"]) for row in members(output)}
    assert stays["bob", HOME] == (date(2010, 5, 1), date(2020, 3, 4))
    assert stays["bob", OTHER] == (date(2020, 3, 4), None)
    assert stays["ann", HOME] == (date(2010, 5, 1), None)


def test_a_shared_house_is_no_family_though_two_have_one_surname():
    names = ("Khan", "Khan", "Moss", "Price", "Reed")
    rows = [
        (f"p{at}", name, f"199{at}-01-01", HOME, f"20{10 + 2 * at}-01-01")
        for at, name in enumerate(names)
    ]
    output = link.households(tables={"gp": table(*rows)})
    assert set(kinds(output).values()) == {"shared"}
    assert {row["rule"] for row in members(output)} == {"no family"}


def test_a_parent_and_child_in_a_shared_house_are_a_family_of_their_own():
    rows = [(f"p{at}", f"Name{at}x", "1990-01-01", HOME, f"201{at}-01-01") for at in range(4)]
    rows += [
        ("mum", "Vale", "1985-01-01", HOME, "2012-01-01"),
        ("kid", "Vale", "2011-01-01", HOME, "2012-01-01"),
    ]
    output = link.households(tables={"gp": table(*rows)})
    assert household(output, "mum") == household(output, "kid") != household(output, "p1")
    assert kinds(output)[household(output, "mum")] == "family"


def test_a_care_home_is_communal_by_class_whoever_shares_a_surname():
    rows = [
        ("p1", "Jones", "1940-01-01", HOME, "2015-01-01"),
        ("p2", "Jones", "1938-01-01", HOME, "2019-01-01"),
    ]
    gazetteer = pa.table({"uprn": [HOME], "class": ["RI01"]})
    output = link.households(tables={"gp": table(*rows), "gazetteer": gazetteer})
    assert set(kinds(output).values()) == {"communal"}


@pytest.mark.parametrize(
    ("name", "columns", "rule"),
    [
        ("council_tax", ("account_ref",), "council-tax household"),
        ("housing_benefit", ("claim_ref",), "benefit claim"),
    ],
)
def test_two_surnames_on_one_reference_are_one_household_by_that_rule(name, columns, rule):
    rows = [("a", "Ash", "1980-01-01", HOME, "2010-01-01", None, "7"),
            ("b", "Birch", "1981-01-01", HOME, "2014-01-01", None, "7")]  # fmt: skip
    every = ("person_id", "surname", "birth_date", "uprn", "from_date", "to_date", *columns)
    output = link.households(tables={name: table(*rows, columns=every)})
    assert household(output, "a") == household(output, "b")
    assert {row["rule"] for row in members(output)} == {rule}


def test_a_relation_told_by_social_care_holds_where_both_live():
    rows = [("a", "Ash", "1980-01-01", HOME, "2010-01-01"),
            ("b", "Birch", "1951-01-01", HOME, "2014-01-01")]  # fmt: skip
    care = pa.table({"person_id": ["a"], "related_person": ["b"]})
    output = link.households(tables={"gp": table(*rows), "social_care": care})
    assert household(output, "a") == household(output, "b")
    assert {row["rule"] for row in members(output)} == {"social-care relation"}


def test_two_strangers_who_came_apart_are_unclear_and_for_review():
    rows = [("a", "Ash", "1980-01-01", HOME, "2010-01-01"),
            ("b", "Birch", "1981-01-01", HOME, "2014-01-01")]  # fmt: skip
    output = link.households(tables={"gp": table(*rows)})
    assert household(output, "a") != household(output, "b")
    assert set(kinds(output).values()) == {"unclear"}
    assert output.tables["review"].data.num_rows == 2


def test_a_child_seen_at_two_homes_in_turn_is_in_both_and_told():
    columns = ("person_id", "surname", "birth_date", "uprn", "seen_on")
    days = ("2024-01-15", "2024-10-01", "2025-05-20")
    seen = [("kid", "Ash", "2016-01-01", home, day) for day in days for home in (HOME, OTHER)]
    output = link.households(
        tables={
            "school": table(*seen[::2], columns=columns),
            "care": table(*seen[1::2], columns=columns),
        }
    )
    assert {row["home"] for row in members(output)} == {HOME, OTHER}
    assert {row["person"] for row in output.tables["review"].data.to_pylist()} == {"kid"}


def test_an_address_gets_the_uprn_that_another_table_has_for_it():
    one = pa.table({"person_id": ["a"], "surname": ["Ash"], "uprn": [HOME],
                    "address": ["1 Mill Road"], "postcode": ["ZT1 1AA"]})  # fmt: skip
    other = pa.table({"person_id": ["b"], "surname": ["Ash"],
                      "address": ["1 MILL RD"], "postcode": ["zt11aa"]})  # fmt: skip
    output = link.households(tables={"gp": one, "school": other})
    assert household(output, "a") == household(output, "b")


def test_tables_that_say_no_home_are_refused_without_a_cell():
    with pytest.raises(MethodError, match="who lives where") as refused:
        link.households(tables={"list": pa.table({"amount": ["secret"]})})
    assert "secret" not in str(refused.value)


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 3000), st.integers(1, 900)),
        min_size=1,
        max_size=8,
    )
)
def test_stays_at_two_homes_overlap_only_where_that_is_told(rows):
    words = [Word(0, home, source, day, OPEN if more > 600 else day + more, day)
             for home, source, day, more in rows]  # fmt: skip
    stays = stays_of(words, lag=90)
    for place, one in enumerate(stays):
        assert one.first < one.last
        for other in stays[place + 1 :]:
            if one.home != other.home and max(one.first, other.first) < min(one.last, other.last):
                assert one.doubled
                assert other.doubled
