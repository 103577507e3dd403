"""Is the town's population one that could be?"""

import numpy as np
import pytest

from joinedup.core.errors import ProjectError
from joinedup.town.days import END, NEVER, START, YEAR_DAYS, age_on, day
from joinedup.town.names.cultures import (
    CULTURES,
    FAMILY_FIRST,
    HISPANIC,
    LUSOPHONE,
    ONE_NAME,
    PATRONYMIC,
    POLISH,
)
from joinedup.town.world import build, home_on

EVERY_HALF_YEAR = range(START, END + 1, 183)


def bearers(world, culture):
    people = world.people
    rows = np.flatnonzero(people.culture == CULTURES.index(culture))
    return [
        (world.names.forename[people.forename[row]], world.names.surname[people.surname[row]])
        for row in rows
    ]


def test_there_are_as_many_people_as_were_asked_for(world):
    assert abs(len(world.people.born) - 20_000) <= 200


def test_the_top_surname_is_borne_by_about_one_in_a_hundred(world):
    surname = world.people.surname[world.people.surname >= 0]
    count = np.sort(np.bincount(surname))[::-1]
    assert 0.007 < count[0] / len(surname) < 0.017
    assert count[:100].sum() > 0.2 * len(surname)


def test_many_surnames_are_borne_by_one_person_only(world):
    count = np.bincount(world.people.surname[world.people.surname >= 0])
    assert 0.25 < (count == 1).sum() / (count > 0).sum() < 0.6
    assert (count > 0).sum() > 3_500


@pytest.mark.parametrize("on", EVERY_HALF_YEAR)
def test_children_live_with_a_parent(world, on):
    people, home = world.people, home_on(world, on)
    child = np.flatnonzero((home >= 0) & (age_on(people.born, on) < 18))
    with_mother = (people.mother[child] >= 0) & (home[people.mother[child]] == home[child])
    with_father = (people.father[child] >= 0) & (home[people.father[child]] == home[child])
    assert len(child) > 2_000
    assert (with_mother | with_father).all()


def test_a_mother_is_at_least_fourteen_and_at_most_fifty_at_a_birth(world):
    people = world.people
    child = np.flatnonzero(people.mother >= 0)
    age = (people.born[child] - people.born[people.mother[child]]) / YEAR_DAYS
    assert age.min() > 14
    assert age.max() < 50


def test_parents_are_of_the_right_sex(world):
    people = world.people
    assert (people.sex[people.mother[people.mother >= 0]] == 0).all()
    assert (people.sex[people.father[people.father >= 0]] == 1).all()


def test_twins_name_each_other_and_share_mother_and_birthday(world):
    people = world.people
    twin = np.flatnonzero(people.twin_of >= 0)
    other = people.twin_of[twin]
    assert len(twin) > 40
    assert (people.twin_of[other] == twin).all()
    assert (people.born[other] == people.born[twin]).all()
    assert (people.mother[other] == people.mother[twin]).all()
    assert (people.father[other] == people.father[twin]).all()


def test_siblings_of_one_sex_have_different_forenames(world):
    people = world.people
    child = np.flatnonzero(people.mother >= 0)
    father = people.father[child]
    as_father = (father >= 0) & (people.forename[child] == people.forename[father])
    child = child[~as_father]
    key = np.stack([people.mother[child], people.sex[child], people.forename[child]])
    assert np.unique(key, axis=1).shape[1] > 0.995 * len(child)


def test_about_one_son_in_a_hundred_has_his_fathers_forename(world):
    people = world.people
    son = np.flatnonzero((people.father >= 0) & (people.sex == 1))
    same = people.forename[son] == people.forename[people.father[son]]
    assert 0.004 < same.mean() < 0.02


def test_the_age_pyramid_is_that_of_an_english_town(world):
    here = home_on(world, END) >= 0
    age = age_on(world.people.born[here], END)
    share = np.histogram(age, [0, 15, 30, 45, 65, 85, 120])[0] / len(age)
    expected = np.array([0.17, 0.20, 0.22, 0.25, 0.14, 0.025])
    assert np.abs(share - expected).max() < 0.06, share
    assert 0.47 < world.people.sex[here].mean() < 0.53


def test_births_and_deaths_are_about_one_in_a_hundred_a_year(world):
    people = world.people
    residents = (home_on(world, START) >= 0).sum() * (END - START) / YEAR_DAYS
    assert 0.007 < (people.died != NEVER).sum() / residents < 0.015
    assert 0.008 < ((people.born >= START) & (people.mother >= 0)).sum() / residents < 0.016


def test_the_old_die_more_often(world):
    people = world.people
    there = home_on(world, START) >= 0
    age = age_on(people.born, START)
    shares = [
        (people.died[there & (age >= low) & (age < low + 15)] != NEVER).mean()
        for low in (40, 55, 70, 85)
    ]
    assert shares == sorted(shares)
    assert shares[-1] > 0.35


def test_a_changed_surname_differs_from_the_one_at_birth(world):
    people = world.people
    changed = people.surname_changed != NEVER
    assert ((people.surname != people.birth_surname) == changed).all()
    since = changed & (people.surname_changed >= START)
    assert since.sum() > 50
    assert (people.sex[changed] == 0).all()
    assert (people.surname_changed[changed] <= END).all()
    assert (age_on(people.born[changed], people.surname_changed[changed]) >= 18).all()


def test_every_culture_is_there_and_builds_names_its_own_way(world):
    assert set(np.unique(world.people.culture)) == set(range(len(CULTURES)))
    compound = [surname for _, surname in bearers(world, CULTURES[HISPANIC])]
    assert np.mean([" " in surname for surname in compound]) > 0.8
    particle = [surname for _, surname in bearers(world, CULTURES[LUSOPHONE])]
    assert np.mean([surname.startswith(("da ", "de ", "dos ")) for surname in particle]) > 0.2
    assert any("-" in surname for _, surname in bearers(world, "british"))
    assert {surname for _, surname in bearers(world, CULTURES[ONE_NAME])} == {""}
    assert len(bearers(world, CULTURES[FAMILY_FIRST])) > 100


def test_a_patronymic_child_bears_the_fathers_forename(world):
    people, names = world.people, world.names
    child = np.flatnonzero((people.culture == PATRONYMIC) & (people.father >= 0))
    assert len(child) > 30
    given = [names.forename[people.forename[father]] for father in people.father[child]]
    assert [names.surname[people.birth_surname[row]] for row in child] == given


def test_polish_sisters_and_brothers_differ_in_the_ending(world):
    people = world.people
    texts = np.array([world.names.surname[code] for code in people.birth_surname])
    polish = people.culture == POLISH
    assert not any(text.endswith("ska") for text in texts[polish & (people.sex == 1)])
    assert not any(text.endswith("ski") for text in texts[polish & (people.sex == 0)])


def test_a_name_without_its_particle_is_known(world):
    names = world.names
    texts = names.surname.texts.to_pylist()
    held = {
        text: texts[code]
        for text, code in zip(texts, names.surname_particle, strict=True)
        if code >= 0
    }
    assert held["van der Berg"] == "Berg"
    assert held["da Silva"] == "Silva"
    assert held["al-Hassan"] == "Hassan"
    assert "Smith" not in held


def test_families_are_of_every_kind_and_hold_their_members(world):
    assert set(np.unique(world.families.kind)) == set(range(6))
    assert set(np.unique(world.people.family)) == set(range(len(world.families.kind)))


def test_days_know_ages_to_the_day():
    born = np.array([day(2000, 2, 29), day(2000, 9, 30), day(2000, 10, 1)], np.int32)
    assert age_on(born, day(2026, 9, 30)).tolist() == [26, 26, 25]
    assert age_on(born[:1], day(2026, 2, 28)).tolist() == [25]


@pytest.mark.parametrize(("people", "seed"), [(199, 1), (6_000_000, 1), (1_000, -1)])
def test_a_town_out_of_bounds_is_refused(people, seed):
    with pytest.raises(ProjectError):
        build(people, seed)
