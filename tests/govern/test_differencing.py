"""Nobody is found between two releases: attacks by subtraction, then every union of cells."""

from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.core.errors import RecordsError, ReleaseError
from joinedup.govern.disclosure.differencing import (
    Index,
    admit,
    nearest,
    packed,
    released,
)
from joinedup.govern.disclosure.kept import LOG, as_table, from_table
from often import often

PERSONS = 300
K = 10


def cell(*parts):
    """Bits of the persons in these ranges and sets."""
    places = sorted({place for part in parts for place in part})
    return packed(np.array(places, dtype=np.int64), persons=PERSONS)


def of(name, *cells):
    return released(name, [cell(one) for one in cells])


def refused(new, *log):
    with pytest.raises(ReleaseError) as caught:
        admit(new, log, k=K)
    return [f"{problem.where}: {problem.what}" for problem in caught.value.problems]


def near(one, other):
    return (
        f"cell 1 of {one}: it differs from cells of {other} by fewer than 10 persons,"
        " whom a subtraction would single out."
    )


def test_a_ward_and_the_ward_without_one_street_do_not_both_leave():
    ward, without = of("ward", range(100)), of("without", range(93))
    assert refused(without, ward) == [near("without", "ward"), near("ward", "without")]
    assert len(refused(ward, without)) == 2  # in whichever order


def test_ten_persons_between_two_releases_are_enough_and_none_are_too():
    ward = of("ward", range(100))
    assert len(admit(of("without", range(90)), [ward], k=K)) == 2
    assert len(admit(of("again", range(100)), [ward], k=K)) == 2


def test_ages_one_year_apart_are_refused_at_the_first_small_step():
    log = ()
    for year, persons in ((20, 50), (21, 62), (22, 80)):
        log = admit(of(f"to {year}", range(persons)), log, k=K)
    assert refused(of("to 23", range(85)), *log)


def test_as_many_in_as_out_is_still_a_difference():
    # The counts are equal, yet a sum of the two would tell of four persons beside four others.
    assert refused(of("moved", range(4, 104)), of("ward", range(100)))


def test_a_district_without_a_street_is_found_beside_its_wards():
    wards = of("wards", range(40), range(40, 90), range(90, 150))
    assert refused(of("district", range(147)), wards)[0].startswith("cell 1 of district")
    assert admit(of("district", range(150)), [wards], k=K)


def test_new_wards_are_found_beside_an_old_district():
    district = of("district", range(147))
    found = refused(of("wards", range(40), range(40, 90), range(90, 150)), district)
    assert found == [near("district", "wards")]


def test_a_total_less_the_cells_shown_does_not_give_the_hidden_one():
    # 100 in all; the cell of 3 is hidden, and nothing beside it.
    assert refused(of("table", range(40), range(40, 97), range(100)))
    assert admit(of("table", range(40), range(100)), (), k=K)


def test_a_cell_of_too_few_does_not_leave_and_one_of_nobody_may():
    assert refused(of("table", range(9), ())) == [
        "cell 1 of table: it rests on fewer than 10 persons."
    ]
    assert admit(of("table", range(10), ()), (), k=K)


def test_a_name_is_taken_once():
    ward = of("ward", range(100))
    assert "has already left" in refused(of("ward", range(200, 300)), ward)[0]


def test_a_k_that_lets_everything_pass_is_our_bug():
    with pytest.raises(ValueError, match="at least 2"):
        admit(of("ward", range(100)), (), k=1)


def test_a_persons_bit_stays_theirs_when_others_come():
    before = Index({}).with_persons(["ann", "bob", "ann"])
    after = before.with_persons(f"p{number}" for number in range(200))
    assert (before.place, after.place["bob"]) == ({"ann": 0, "bob": 1}, 1)
    everyone = [f"p{number}" for number in range(100)]
    old = released("old", [after.bits(everyone)])
    later = after.with_persons(f"q{number}" for number in range(500))
    new = released("new", [later.bits([*everyone, "q499"])])
    assert [found.tolist() for found in nearest(new, old)] == [[[1]], [[1]]]


def test_a_person_without_a_bit_is_refused_and_not_named():
    with pytest.raises(ReleaseError, match="1 person keys") as caught:
        Index({}).with_persons(["ann"]).bits(["ann", "canary"])
    assert "canary" not in str(caught.value)


def test_the_log_is_the_same_after_it_was_kept():
    log = (of("one", range(50), range(20, 90), ()), of("two", (1, 64, 65, 299)))
    again = tuple(from_table(as_table(log)))
    assert [one.name for one in again] == ["one", "two"]
    for old, new in zip(log, again, strict=True):
        assert (old.label == new.label).all()
        assert (old.member == new.member).all()
        assert old.shown == new.shown
        assert (old.size.tolist(), old.layer.tolist()) == (new.size.tolist(), new.layer.tolist())
    assert log[0].layer.tolist() == [0, 1, 0]


def test_a_log_that_was_cut_short_is_refused():
    kept = as_table([of("one", range(50))]).to_pylist()
    kept[0]["persons"] = kept[0]["persons"][:-1]
    with pytest.raises(RecordsError, match="not as it was written"):
        tuple(from_table(pa.Table.from_pylist(kept, schema=LOG)))


def bits_of(people):
    return packed(np.array(sorted(people), dtype=np.int64), persons=14)


groupings = st.lists(st.integers(0, 3), min_size=14, max_size=14)
anyone = st.lists(st.sets(st.integers(0, 13)), min_size=1, max_size=3)


@often(quick=300, deep=5_000)
@given(groupings, anyone)
def test_the_nearest_union_is_the_nearest_of_all_unions(grouping, targets):
    """Every union of a partition's cells tried, against the one that is worked out."""
    parts = [{p for p in range(14) if grouping[p] == group} for group in range(4)]
    unions = [set().union(*chosen) for size in range(5) for chosen in combinations(parts, size)]
    old = released("old", [bits_of(part) for part in parts])
    new = released("new", [bits_of(target) for target in targets])
    found, _ = nearest(new, old)
    wanted = [[min(len(t ^ union) for union in unions)] for t in targets]
    assert found.tolist()[: len(targets)] == wanted  # after them, what they leave of one another
    _, other_way = nearest(old, new)
    assert other_way.tolist() == found.tolist()


@often(quick=300, deep=5_000)
@given(st.lists(anyone, min_size=1, max_size=6), st.integers(2, 4))
def test_no_two_cells_that_left_differ_by_one_to_k_less_one(wanted, k):
    log, left = (), []
    for number, cells in enumerate(wanted):
        try:
            log = admit(released(f"r{number}", [bits_of(one) for one in cells]), log, k=k)
        except ReleaseError:
            continue
        left += cells
    assert all(not 0 < len(one ^ other) < k for one, other in combinations(left, 2))
    assert all(not 0 < len(one) < k for one in left)


def test_what_a_total_leaves_beside_its_cells_is_a_cell_like_any():
    # 200 in all, 80 of them shown; later the other 120 less five are shown elsewhere.
    old = of("old", range(80), range(200))
    assert "it differs from cells of old" in refused(of("new", range(80, 195)), old)[0]
    assert admit(of("new", range(80, 190)), [old], k=K)


@often(quick=300, deep=5_000)
@given(anyone, anyone, st.integers(2, 4))
def test_no_complement_within_a_shown_total_is_near_a_later_cell(first, second, k):
    try:
        log = admit(released("one", [bits_of(one) for one in first]), (), k=k)
        admit(released("two", [bits_of(one) for one in second]), log, k=k)
    except ReleaseError:
        return
    for whole in first:
        for part in first:
            if part < whole:
                assert len(whole - part) >= k
                assert all(not 0 < len((whole - part) ^ cell) < k for cell in second)


def people(seed):
    """Persons of a town: a ward and a street in it, a team, an age."""
    rng = np.random.default_rng(seed)
    many = int(rng.integers(40, 900))
    ward = rng.integers(0, int(rng.integers(1, 5)), many)
    return {
        "ward": ward,
        "street": ward * 10 + rng.integers(0, int(rng.integers(2, 10)), many),
        "team": rng.integers(0, int(rng.integers(2, 12)), many),
        "age": rng.integers(0, int(rng.integers(20, 100)), many),
    }, rng


def ward_minus_street(town, rng):
    """A ward, and the same ward without one of its streets."""
    street = int(rng.choice(town["street"]))
    ward = town["ward"] == street // 10
    yield ward
    yield ward & (town["street"] != street)


def all_but_one_team(town, rng):
    """Everyone, and everyone but one team; or all teams, and all but one together."""
    team = int(rng.choice(town["team"]))
    yield np.ones(len(town["team"]), dtype=bool)
    yield town["team"] != team


def ages_up_to(town, rng):
    """Up to an age, and up to each of the five that follow."""
    youngest = int(rng.integers(0, town["age"].max() + 1))
    for year in range(youngest, youngest + 6):
        yield town["age"] <= year


ATTACKS = (ward_minus_street, all_but_one_team, ages_up_to)


def differ_by_few(one, other, k):
    return 0 < int((one ^ other).sum()) < k


@often(quick=100, deep=5_000)
@given(st.integers(0, 2**32 - 1), st.sampled_from(ATTACKS), st.integers(2, 20))
def test_of_overlapping_subsets_those_leave_that_differ_by_enough_and_no_others(seed, attack, k):
    town, rng = people(seed)
    asked = list(attack(town, rng))
    log, left = (), []
    for number in rng.permutation(len(asked)):
        mine = asked[number]
        nobody = np.zeros_like(mine)
        bits = packed(np.flatnonzero(mine), persons=len(mine))
        try:
            log = admit(released(f"r{number}", [bits]), log, k=k)
        except ReleaseError:
            assert any(differ_by_few(mine, other, k) for other in (nobody, *left))
        else:
            assert not any(differ_by_few(mine, other, k) for other in (nobody, *left))
            left.append(mine)


@often(quick=50, deep=5_000)
@given(st.integers(0, 2**32 - 1), st.sampled_from(ATTACKS), st.integers(2, 20))
def test_overlapping_subsets_do_not_leave_beside_reports_that_they_nearly_repeat(seed, attack, k):
    """Asked for one after another, in any order, among the breakdowns of ordinary reports."""
    town, rng = people(seed)
    asked = [[subset] for subset in attack(town, rng)]
    asked += [[town[by] == one for one in np.unique(town[by])] for by in ("ward", "team")]
    log, left = (), []
    for number in rng.permutation(len(asked)):
        cells = asked[number]
        bits = [packed(np.flatnonzero(one), persons=len(one)) for one in cells]
        try:
            log = admit(released(f"r{number}", bits), log, k=k)
            left.append(cells)
        except ReleaseError:
            continue
    unions = [sum(some, np.zeros_like(some[0])) for cells in left for some in subsets(cells)]
    shown = [one for cells in left for one in cells]
    assert not any(differ_by_few(one, union, k) for one in shown for union in unions)


def subsets(cells):
    """Each cell, all of them, and all but one: the unions that people ask for."""
    yield from ([one] for one in cells)
    yield cells
    if len(cells) > 1:
        yield from ([*cells[:place], *cells[place + 1 :]] for place in range(len(cells)))
