"""Does everybody live somewhere, and nowhere twice?"""

import numpy as np
import pytest

from joinedup.town.days import END, NEVER, START, age_on
from joinedup.town.entities import CARE_HOME, NEW_BUILD, PRIVATE_RENT
from joinedup.town.world import home_on

EVERY_HALF_YEAR = range(START, END + 1, 183)


@pytest.fixture
def next_of_same(world):
    """Rows of stays that the same person's next stay follows."""
    return np.flatnonzero(world.stays.person[1:] == world.stays.person[:-1])


def residents(world, on):
    home = home_on(world, on)
    return np.bincount(home[home >= 0], minlength=len(world.homes.uprn))


def test_everybody_has_a_stay_and_stays_are_in_order(world):
    stays = world.stays
    assert set(np.unique(stays.person)) == set(range(len(world.people.born)))
    order = np.lexsort((stays.from_day, stays.person))
    assert (order == np.arange(len(order))).all()


def test_no_stays_of_a_person_overlap(world, next_of_same):
    stays = world.stays
    assert (stays.to_day[next_of_same] != NEVER).all()
    assert (stays.to_day[next_of_same] <= stays.from_day[next_of_same + 1]).all()
    ended = stays.to_day != NEVER
    assert (stays.from_day[ended] < stays.to_day[ended]).all()


def test_stays_lie_between_birth_and_death(world):
    stays, people = world.stays, world.people
    assert (stays.from_day >= people.born[stays.person]).all()
    died = people.died[stays.person]
    dead = died != NEVER
    assert (stays.to_day[dead] != NEVER).all()
    assert (stays.to_day[dead] <= died[dead]).all()


def test_nobody_lives_in_a_home_before_it_is_built(world):
    first = world.homes.first_day[world.stays.home]
    assert (world.stays.from_day[first != NEVER] >= first[first != NEVER]).all()
    assert (world.homes.kind[world.stays.home] == NEW_BUILD).sum() > 100


def test_home_on_is_what_the_stays_say(world):
    stays, on = world.stays, START + 400
    home = home_on(world, on)
    assert home.dtype == np.int32
    for person in range(0, len(home), 101):
        rows = np.flatnonzero(stays.person == person)
        there = [
            stays.home[row]
            for row in rows
            if stays.from_day[row] <= on and (stays.to_day[row] == NEVER or on < stays.to_day[row])
        ]
        assert home[person] == (there[0] if there else -1)


def test_about_nine_in_a_hundred_move_within_the_town_in_a_year(world, next_of_same):
    stays = world.stays
    moved = (stays.to_day[next_of_same] == stays.from_day[next_of_same + 1]).sum()
    until = np.where(stays.to_day == NEVER, END, stays.to_day).clip(START, END)
    years = (until - stays.from_day.clip(START, END)).sum() / 365.25
    assert 0.08 < moved / years < 0.10


def test_students_and_sharers_move_more_often(world, next_of_same):
    stays = world.stays
    shared = world.homes.is_hmo[stays.home[next_of_same]]
    since = stays.from_day[next_of_same] >= START
    days = (stays.to_day - stays.from_day)[next_of_same]
    assert np.median(days[shared & since]) < np.median(days[~shared])


@pytest.mark.parametrize("on", EVERY_HALF_YEAR)
def test_two_families_share_a_home_only_room_by_room_or_by_kinship(world, on):
    people, home = world.people, home_on(world, on)
    usual = (world.homes.kind != CARE_HOME) & ~world.homes.is_hmo
    here = np.flatnonzero((home >= 0) & usual[np.maximum(home, 0)])
    alone = np.bincount(home[here], minlength=len(usual))[home[here]] > 9
    assert not alone.any()
    assert (people.born[here] <= on).all()


@pytest.mark.parametrize("on", EVERY_HALF_YEAR)
def test_care_homes_hold_the_old_within_their_places(world, on):
    home = home_on(world, on)
    inside = np.flatnonzero((home >= 0) & (world.homes.kind[home] == CARE_HOME))
    assert len(inside) > 50
    assert age_on(world.people.born[inside], on).min() >= 70
    care = world.homes.kind == CARE_HOME
    assert (residents(world, on)[care] <= world.homes.places[care]).all()


@pytest.mark.parametrize("on", EVERY_HALF_YEAR)
def test_an_hmo_holds_three_or_more_adults_of_different_families(world, on):
    home, homes = home_on(world, on), world.homes
    count = residents(world, on)[homes.is_hmo]
    assert (count >= 3).mean() > 0.97
    assert (count <= homes.places[homes.is_hmo]).all()
    tenants = np.flatnonzero((home >= 0) & homes.is_hmo[np.maximum(home, 0)])
    assert age_on(world.people.born[tenants], on).min() >= 18


def test_the_tenants_of_an_hmo_are_strangers(world):
    home, homes, people = home_on(world, END), world.homes, world.people
    tenants = np.flatnonzero((home >= 0) & homes.is_hmo[np.maximum(home, 0)])
    pairs = np.stack([home[tenants], people.family[tenants]])
    assert np.unique(pairs, axis=1).shape[1] == len(tenants)
    related = home[people.mother[tenants]] == home[tenants]
    assert not (related & (people.mother[tenants] >= 0)).any()


def test_a_few_of_the_private_rented_homes_are_hmos(world):
    homes = world.homes
    rented = homes.tenure == PRIVATE_RENT
    assert (homes.tenure[homes.is_hmo] == PRIVATE_RENT).all()
    assert 0.04 < homes.is_hmo[rented].mean() < 0.08


def test_a_few_homes_stand_empty(world):
    count = residents(world, END)
    usual = (world.homes.kind != CARE_HOME) & ~world.homes.is_hmo
    assert 0.015 < (count[usual] == 0).mean() < 0.07
    assert 2.1 < count[usual & (count > 0)].mean() < 2.5
