"""Each trigger of an impact assessment is raised by its fact, names it, and by nothing else."""

from dataclasses import replace

import pytest
from whole import (
    AGREEMENT,
    ASSESSED,
    DATASETS,
    PROJECT,
    STEP,
    agreed,
    dataset,
    facts,
    field,
    with_agreement,
)

from joinedup.core.assessment import Answer
from joinedup.govern.documents.facts import Delivered
from joinedup.govern.documents.triggers import RULES, triggers

DIRECTLY = {**ASSESSED.answers, "told_directly": Answer(answer=True, why="by letter")}


def plain(**changed):
    """Facts that raise no trigger but that one source is about persons."""
    told = {
        "datasets": {"visits": DATASETS["visits"]},
        "agreements": {"homes": agreed(replace(AGREEMENT, covers={"visits": ("visit", "uprn")}))},
        "steps": (),
        "dpia": replace(ASSESSED, answers=DIRECTLY),
    }
    return facts(**{**told, **changed})


def raised(told):
    return {one.id: one for one in triggers(told)}


def covering(name, held, *fields):
    """The plain facts, with one more field that the agreement covers."""
    sent = dataset(name, "council", visit=field("Number."), **held)
    agreement = replace(AGREEMENT, covers={name: ("visit", *fields)})
    return plain(datasets={name: sent}, agreements={"homes": agreed(agreement)})


def answering(question, **changed):
    answers = {**DIRECTLY, question: Answer(answer=True, why="so it is")}
    return plain(dpia=replace(ASSESSED, answers=answers), **changed)


def acting(words):
    statements = replace(PROJECT.statements, action=words)
    return plain(project=replace(PROJECT, statements=statements))


CASES = {
    "matching": facts(steps=(), dpia=replace(ASSESSED, answers=DIRECTLY)),
    "profiling": plain(steps=(STEP,)),
    "innovation": plain(steps=(replace(STEP, method="target.model"),)),
    "special": covering("visits", {"state": field("Long term illness.", sensitivity=3)}, "state"),
    "offences": covering("visits", {"state": field("Kind of offence.", sensitivity=3)}, "state"),
    "biometric": covering("visits", {"state": field("Fingerprint.", sensitivity=3)}, "state"),
    "children": plain(agreements={"homes": agreed(replace(
        AGREEMENT, covers={"visits": ("visit", "uprn")}, subjects=("pupils of two schools",)
    ))}),
    "vulnerable": plain(agreements={"homes": agreed(replace(
        AGREEMENT, covers={"visits": ("visit", "uprn")}, subjects=("people who sleep in hostels",)
    ))}),
    "invisible": plain(dpia=ASSESSED),
    "large_scale": plain(dpia=replace(ASSESSED, answers=DIRECTLY, people=10_000)),
    "denial": answering("denial_of_service"),
    "automated": answering("solely_automated"),
    "tracking": answering("tracking"),
    "harm": answering("physical_harm"),
    "other": plain(
        dpia=replace(ASSESSED, answers=DIRECTLY, other_triggers=("It is new to this town.",))
    ),
}  # fmt: skip


def test_there_is_a_case_for_every_trigger():
    assert set(CASES) == set(RULES)


def test_facts_without_a_reason_raise_nothing():
    assert raised(plain()) == {}


# What a case raises besides, because it must: a learnt score is a score, a fingerprint is special.
WITH = {
    "innovation": {"profiling"},
    "biometric": {"special"},
}


@pytest.mark.parametrize("name", CASES)
def test_a_trigger_is_raised_by_its_fact_and_names_it(name):
    found = raised(CASES[name])
    assert set(found) == {name} | WITH.get(name, set())
    assert found[name].because
    assert found[name].source


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (CASES["matching"], "visits and fires"),
        (CASES["profiling"], "rank"),
        (CASES["special"], "visits.state"),
        (CASES["children"], "pupils"),
        (CASES["large_scale"], "10,000 people"),
        (CASES["invisible"], "Body council"),
    ],
)
def test_the_fact_that_raised_a_trigger_is_told(told, words):
    assert any(words in " ".join(one.because) for one in triggers(told))


def test_a_project_about_no_persons_raises_no_trigger_whatever_else_it_does():
    weather = dataset("weather", "council", day=field("Day."), rain=field("Rain."))
    told = facts(
        datasets={"weather": weather},
        agreements={"homes": agreed(replace(AGREEMENT, covers={"weather": ("day", "rain")}))},
        steps=(STEP,),
    )
    assert triggers(told) == ()


def test_a_field_that_is_not_covered_raises_nothing():
    health = {
        "state": field("Long term illness.", sensitivity=3),
        "uprn": DATASETS["visits"].fields["uprn"],
    }
    assert "special" not in raised(covering("visits", health, "uprn"))
    assert "special" in raised(covering("visits", health, "state"))


def test_a_field_of_the_highest_sensitivity_counts_even_if_its_words_say_nothing():
    told = covering("visits", {"state": field("Code.", sensitivity=3)}, "state")
    assert {"special", "offences"} <= set(raised(told))


def test_many_rows_about_persons_are_large_scale_and_many_about_nobody_are_not():
    there = {"visits": Delivered(at="2026-04-01T10:00:00Z", rows=50_000)}
    assert set(raised(plain(deliveries=there))) == {"large_scale"}
    elsewhere = {"weather": Delivered(at="2026-04-01T10:00:00Z", rows=50_000)}
    assert raised(plain(deliveries=elsewhere)) == {}


@pytest.mark.parametrize(
    "words",
    ["Officers would refuse a licence.", "The council would evict.", "Benefits are withdrawn."],
)
def test_words_of_refusal_in_the_action_raise_denial_of_a_service(words):
    assert set(raised(acting(words))) == {"denial"}


def test_numbers_of_pupils_mean_children():
    pupils = {"upn": field("Number of the person.", sensitivity=2, standard="upn")}
    assert "children" in raised(covering("census", pupils, "upn"))


def test_everybody_told_directly_is_not_invisible():
    assert "invisible" in raised(with_agreement())
    told = facts(dpia=replace(ASSESSED, answers=DIRECTLY))
    assert "invisible" not in raised(told)
