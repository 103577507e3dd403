"""Profiles are data: read, validated, ordered, and raised by an office's threshold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.core.errors import ReleaseError
from joinedup.govern.disclosure.profiles import (
    PROFILES,
    Profile,
    chosen,
    declared,
    is_as_strict,
    stricter,
)

profiles = st.builds(
    Profile,
    name=st.sampled_from(["a", "b"]),
    version=st.just("1"),
    persons=st.integers(2, 30),
    zeros=st.sampled_from(["shown", "hidden"]),
    households=st.integers(0, 9),
    round_to=st.integers(1, 10),
    dominant=st.integers(1, 3),
    dominant_share=st.sampled_from([0.5, 0.8, 1.0]),
    closeness=st.sampled_from([0.1, 0.2]),
    others=st.integers(0, 9),
    differ_by=st.integers(2, 20),
)


def numbers(profile):
    return {
        name: getattr(profile, name)
        for name in Profile.__dataclass_fields__
        if name not in ("name", "version")
    }


def test_the_default_hides_few_and_groups_that_are_all_in_one_cell():
    counts, read = PROFILES["counts"], PROFILES["counts-groups-read"]
    assert (counts.persons, counts.round_to, counts.zeros, counts.others) == (10, 1, "shown", 1)
    assert numbers(read) == numbers(counts) | {"others": 0}
    assert is_as_strict(counts, read)
    others = {"ons-like", "ons-like-zeros-hidden", "strict"}
    assert set(PROFILES) == {"counts", "counts-groups-read"} | others


@given(profiles, profiles)
def test_the_stricter_of_two_is_as_strict_as_both(one, other):
    both = stricter(one, other)
    assert is_as_strict(both, one)
    assert is_as_strict(both, other)
    assert numbers(both) == numbers(stricter(other, one))
    assert both.persons == max(one.persons, other.persons)
    assert both.dominant_share == min(one.dominant_share, other.dominant_share)
    assert both.round_to % one.round_to == both.round_to % other.round_to == 0


@given(profiles)
def test_a_profile_is_as_strict_as_itself(one):
    assert stricter(one, one) == one
    assert is_as_strict(one, one)


def test_of_two_in_order_the_stricter_keeps_its_name():
    assert stricter(PROFILES["counts"], PROFILES["strict"]) == PROFILES["strict"]
    assert not is_as_strict(PROFILES["counts"], PROFILES["ons-like"])


def test_an_office_raises_a_profile_and_never_lowers_it():
    assert chosen("counts", PROFILES, threshold=5) == PROFILES["counts"]
    raised = chosen("counts", PROFILES, threshold=15)
    assert (raised.persons, raised.differ_by) == (15, 15)
    assert str(raised) == "counts 2, at least 15 persons"
    assert is_as_strict(raised, PROFILES["counts"])


def test_a_profile_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(ReleaseError, match="counts, counts-groups-read, ons-like") as caught:
        chosen("lax", PROFILES, threshold=10)
    assert "named lax" in str(caught.value)


def test_an_office_declares_its_own():
    own = {"harbour": {"version": "1", "persons": 15, "zeros": "hidden", "closeness": 1}}
    found = declared(own, where="office.toml")
    assert found["harbour"].persons == 15
    assert set(found) == {*PROFILES, "harbour"}


def test_every_mistake_of_every_declared_profile_is_told_at_once():
    own = {
        "counts": {"version": "1", "persons": 15, "zeros": "shown"},
        "half": {"persons": "ten", "round": 5},
        "lax": {"version": "1", "persons": 1, "zeros": "shown"},
        "odd": {"version": "1", "persons": True, "zeros": "shown"},
    }
    with pytest.raises(ReleaseError) as caught:
        declared(own, where="office.toml")
    told = [str(problem) for problem in caught.value.problems]
    assert len(told) == 7
    assert all(one.startswith("office.toml, disclosure profile ") for one in told)
    for said in ("has the name of one", "say its version", "say its zeros", "called round"):
        assert sum(said in one for one in told) == 1, said
    assert sum("persons is not of the kind" in one for one in told) == 2
    assert sum("hide nothing" in one for one in told) == 1
