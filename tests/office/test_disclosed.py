"""`joinedup check` finds a disclosure profile that is wrong, or that is not there."""

import json

import pytest

OWN = """
[profiles.harbour]
version = "1"
persons = 15
zeros = "hidden"
"""


def add(office, place, *, top="", end=""):
    path = office / place
    path.write_text(f"{top}{path.read_text()}{end}")
    return path.read_text().splitlines()


def told(joinedup):
    said = joinedup("check", "--json", home=False)
    problems = json.loads(said.out).get("problems", [])
    return said.code, [(one["where"], one["what"], one["fix"]) for one in problems]


def test_profiles_that_are_declared_and_asked_for_are_no_mistake(joinedup, office):
    add(office, "office.toml", top='disclosure = "harbour"\n', end=OWN)
    add(office, "projects/first/project.toml", top='disclosure = "strict"\n')
    add(office, "agreements/visits.toml", top='disclosure = "harbour"\n')
    assert joinedup("check", home=False).code == 0


def test_every_profile_that_is_not_there_is_told_with_its_line(joinedup, office):
    places = ["office.toml", "projects/first/project.toml", "agreements/visits.toml"]
    for place in places:
        add(office, place, top='disclosure = "strictt"\n')
    code, problems = told(joinedup)
    assert code == 10
    assert sorted(problems) == sorted(
        (f"{place}:1", "there is no disclosure profile 'strictt'.", "did you mean strict?")
        for place in places
    )


def test_every_mistake_of_the_offices_own_profiles_is_told_at_once(joinedup, office):
    wrong = '\n[profiles.quay]\nversion = "1"\npersons = 1\nzeros = "shown"\ndiffer_by = 1\n'
    more = '\n[profiles.mole]\npersons = "many"\nheight = 3\n\n[profiles.strict]\n'
    lines = add(office, "office.toml", top='disclosure = "quay"\n', end=wrong + more)
    code, problems = told(joinedup)
    assert code == 10
    for name, parts in {
        "quay": ("fewer than 2 persons", "differ by fewer than 2"),
        "mole": ("its version", "its zeros", "no number called height", "not of the kind"),
        "strict": ("comes with the house",),
    }.items():
        where = f"office.toml:{lines.index(f'[profiles.{name}]') + 1}"
        for part in parts:
            assert any(
                place == where and f"disclosure profile {name}: " in what and part in what
                for place, what, _ in problems
            ), (name, part, problems)
    assert all(fix for _, _, fix in problems)


@pytest.mark.parametrize("name", ["counts", "ons-like", "ons-like-zeros-hidden", "strict"])
def test_a_profile_of_the_house_may_be_asked_for(joinedup, office, name):
    add(office, "projects/first/project.toml", top=f'disclosure = "{name}"\n')
    assert joinedup("check", home=False).code == 0
