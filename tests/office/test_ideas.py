"""Ideas are ranked as a person would with a pencil, and the rejected ones can be found again."""

import json

import pytest

from joinedup.core.errors import ProjectError
from joinedup.office.folder import load
from joinedup.office.ideas import ranked

SIX = {
    # big specific control soon data together ready, in the order of the criteria; sum of 35
    "homes": (5, 5, 5, 4, 4, 5, 4),  # 32
    "fires": (4, 5, 5, 3, 4, 4, 5),  # 30
    "shops": (4, 3, 4, 3, 3, 5, 4),  # 26
    "schools": (5, 3, 3, 2, 3, 5, 3),  # 24
    "lights": (2, 4, 4, 4, 2, 1, 2),  # 19
    "truants": (3, 2, 2, 2, 3, 3, 1),  # 16
}
CRITERIA = (
    "big_problem",
    "specific",
    "within_control",
    "measurable_soon",
    "good_data",
    "together",
    "ready",
)


@pytest.fixture
def ideas(office):
    (office / "ideas").mkdir()
    for name, scores in SIX.items():
        write(office, name, dict(zip(CRITERIA, scores, strict=True)))
    return office


def write(office, name, scores, more=""):
    told = "".join(f"{criterion} = {score}\n" for criterion, score in scores.items())
    text = f'title = "{name}"\nproblem = "About {name}."\nproposed_by = "Ana"\n{more}\n[scores]\n'
    (office / "ideas" / f"{name}.toml").write_text(text + told)


def order(office):
    return [one.idea.id for one in ranked(load(office))]


def test_six_ideas_rank_as_by_hand(ideas):
    assert order(ideas) == ["homes", "fires", "shops", "schools", "lights", "truants"]
    first, *_, last = ranked(load(ideas))
    assert (first.score, last.score) == (32 / 35, 16 / 35)


def test_a_weight_changes_the_order(ideas):
    card = ideas / "office.toml"
    card.write_text(card.read_text() + "\n[idea_weights]\nbig_problem = 20\nspecific = 0\n")
    assert order(ideas) == ["homes", "schools", "fires", "shops", "truants", "lights"]


def test_equal_ideas_share_a_place(ideas):
    write(ideas, "twin", dict(zip(CRITERIA, SIX["fires"], strict=True)))
    places = {one.idea.id: one.place for one in ranked(load(ideas))}
    assert (places["fires"], places["twin"], places["shops"]) == (2, 2, 4)


def test_a_criterion_nobody_scored_counts_nothing_and_is_said(ideas):
    write(ideas, "hunch", {"big_problem": 5})
    (hunch,) = ranked(load(ideas), "hunch")
    assert hunch.score == 5 / 35
    assert hunch.unscored == CRITERIA[1:]


def test_a_rejected_idea_is_found_again_by_its_reason(ideas, joinedup):
    write(ideas, "drones", {}, 'status = "rejected"\nreason = "No one would fly them."')
    said = joinedup("ideas", "would fly", "--json", home=False)
    (found,) = json.loads(said.out)
    assert (found["id"], found["status"]) == ("drones", "rejected")


def test_what_cannot_be_scored_is_told_at_once(ideas):
    write(ideas, "odd", {"big_problem": 6, "cleverness": 5}, 'status = "rejected"')
    with pytest.raises(ProjectError) as caught:
        load(ideas)
    told = {problem.what for problem in caught.value.problems}
    assert told == {
        "big_problem is out of bounds.",
        "there is no criterion 'cleverness'.",
        "it is rejected, and nothing says why.",
    }
