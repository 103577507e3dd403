"""A project goes on only when what the law and good sense ask is there; each refusal says what."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whole import (
    AGREEMENT,
    ASSESSED,
    DATASETS,
    EQUAL,
    PROJECT,
    STEP,
    TODAY,
    agreed,
    dataset,
    facts,
    field,
    ready,
    signed_off,
)

from joinedup.core.agreement import Power
from joinedup.core.assessment import LEVELS, Risk
from joinedup.govern.documents.impact import impact_assessment
from joinedup.govern.documents.topics import DPIA, GATE, LIVE, topics
from joinedup.govern.readiness import (
    GATE as ITEMS,
)
from joinedup.govern.readiness import (
    before_live,
    blocks,
    missing_for_gate,
    retired,
    standing,
    unsignable,
)

SIGNER = "Cleo Owner"
FILE = "projects/homes-first/project.toml"
WHOLE = {
    "statements": {"problem": "p", "action": "a", "product": "l", "data": "d"},
    "outcome": "o", "baseline": "b", "capacity": 40, "capacity_unit": "visits a week",
    "decision_owner": "head",
}  # fmt: skip


def whats(problems):
    return " ".join(problem.what for problem in problems)


def without(content, key):
    outer, _, inner = key.partition(".")
    if inner:
        return {**content, outer: {k: v for k, v in content[outer].items() if k != inner}}
    return {k: v for k, v in content.items() if k != outer}


@given(st.sets(st.sampled_from(sorted(ITEMS))))
def test_the_gate_names_exactly_the_items_that_are_missing(keys):
    content = WHOLE
    for key in keys:
        content = without(content, key)
    told = missing_for_gate(content, where=FILE)
    assert {problem.what.split()[0] for problem in told} == keys
    assert all(problem.where == FILE and problem.fix for problem in told)


@pytest.mark.parametrize("empty", ["", "  ", 0, -3, True, None, [], "Say the problem."])
def test_what_says_nothing_is_missing_too(empty):
    content = {**WHOLE, "outcome": empty}
    told = missing_for_gate(content, where=FILE, placeholders={"Say the problem."})
    assert [problem.what.split()[0] for problem in told] == ["outcome"]


def test_a_project_that_is_ready_goes_live():
    assert before_live(ready(), by=SIGNER) == ()


REFUSED = {
    "gate": (replace(ready(), signed_off=ready().signed_off[1:]), "its gate is not passed"),
    "gate changed": (
        replace(ready(), project=replace(PROJECT, outcome="Another outcome.")),
        "is not passed on what the file says now",
    ),
    "agreement": (
        replace(ready(), agreements={"homes": agreed(in_force=False, reasons=("it ended",))}),
        "it is not in force: it ended",
    ),
    "no agreement": (replace(ready(), agreements={}), "it names no agreement"),
    "power": (
        ready(facts(agreements={"homes": agreed(replace(AGREEMENT, powers=AGREEMENT.powers[:1]))})),
        "no power is named for fire",
    ),
    "blank power": (
        ready(
            facts(
                agreements={
                    "homes": agreed(
                        replace(
                            AGREEMENT,
                            powers=(AGREEMENT.powers[0], Power(party="fire", citation=" ")),
                        )
                    )
                }
            )
        ),
        "no power is named for fire",
    ),
    "purpose": (
        ready(facts(agreements={"homes": agreed(replace(AGREEMENT, purpose="other"))})),
        "its purpose is not the project's",
    ),
    "no assessment": (ready(facts(dpia=None)), "there is no impact assessment"),
    "unsigned": (
        replace(ready(), signed_off=ready().signed_off[:1]),
        "the impact assessment is not signed",
    ),
    "high risk": (
        ready(
            facts(
                dpia=replace(
                    ASSESSED,
                    risks=(Risk(risk="r", likelihood="probable", severity="severe"),),
                )
            )
        ),
        "the risk stays high after the measures",
    ),
    "rejected without why": (
        ready(facts(dpia=replace(ASSESSED, advice=replace(ASSESSED.advice, accepted=False)))),
        "advice.rejection is missing",
    ),
    "no equality": (ready(facts(equality=None)), "no dated equality assessment"),
    "equality undated": (
        ready(facts(equality=replace(EQUAL, assessed_on=None))),
        "it has no date",
    ),
    "equality today": (
        ready(facts(equality=replace(EQUAL, assessed_on=TODAY))),
        "not earlier than the day of going live",
    ),
    "equality later": (
        ready(facts(equality=replace(EQUAL, assessed_on=date(2027, 1, 1)))),
        "not earlier than the day of going live",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_going_live_is_refused_with_what_would_suffice(name):
    told, words = REFUSED[name]
    problems = before_live(told, by=SIGNER)
    assert words in whats(problems)
    assert all(problem.fix for problem in problems)


def test_everything_that_stands_against_it_is_told_at_once():
    bare = facts(dpia=None, equality=None, agreements={"homes": agreed(in_force=False)})
    told = whats(before_live(bare, by="Ann Writer"))
    for words in ("gate", "not in force", "no impact assessment", "equality", "cannot sign it off"):
        assert words in told


@pytest.mark.parametrize("by", ["Ann Writer", " ann  WRITER ", "", "  "])
def test_nobody_who_wrote_it_and_nobody_at_all_signs_it_off(by):
    assert len(before_live(ready(), by=by)) == 1


def test_who_passed_the_gate_does_not_sign_it_off():
    told = facts()
    told = replace(
        told,
        signed_off=(
            signed_off(told, "gate", "Gale Keeper", GATE),
            signed_off(told, "dpia", "Ben Reader", DPIA),
        ),
    )
    assert before_live(told, by="Gale Keeper")
    assert before_live(told, by="Ben Reader") == ()


CHANGES = {
    "sources": {"datasets": {**DATASETS, "visits": replace(DATASETS["visits"], title="Other")}},
    "fields": {
        "agreements": {
            "homes": agreed(
                replace(
                    AGREEMENT,
                    covers={**AGREEMENT.covers, "visits": (*AGREEMENT.covers["visits"], "note")},
                )
            )
        }
    },
    "purpose": {"agreements": {"homes": agreed(replace(AGREEMENT, purpose_text="Another."))}},
    "powers": {
        "agreements": {
            "homes": agreed(
                replace(
                    AGREEMENT,
                    powers=(
                        replace(AGREEMENT.powers[0], citation="Localism Act 2011, section 1"),
                        AGREEMENT.powers[1],
                    ),
                )
            )
        }
    },
    "models": {"steps": (replace(STEP, version="2"),)},
    "recipients": {"agreements": {"homes": agreed(replace(AGREEMENT, recipients=("fire",)))}},
    "impact assessment": {"dpia": replace(ASSESSED, area="the county")},
}


@pytest.mark.parametrize("topic", CHANGES)
def test_an_assessment_is_open_again_when_its_facts_change_and_says_which(topic):
    told = replace(ready(), **CHANGES[topic])
    assert f"{topic} changed since it was signed" in whats(before_live(told, by=SIGNER))
    assert impact_assessment(told).status == "draft"
    assert topic in impact_assessment(told).standing
    assert f"{topic} changed" in whats(blocks(told))


UNTOUCHED = {
    "retention": {"agreements": {"homes": agreed(replace(AGREEMENT, retention_days=900))}},
    "a contact": {
        "partners": {
            name: replace(one, contact="new@example.org") for name, one in facts().partners.items()
        }
    },
    "the day": {"today": date(2027, 1, 2)},
}


@pytest.mark.parametrize("name", UNTOUCHED)
def test_an_assessment_stays_signed_when_other_facts_change(name):
    assert before_live(replace(ready(), **UNTOUCHED[name]), by=SIGNER) == ()
    assert impact_assessment(replace(ready(), **UNTOUCHED[name])).status == "signed"


@pytest.mark.parametrize(
    ("likelihood", "severity", "level"),
    [
        ("remote", "minimal", "low"), ("possible", "minimal", "low"),
        ("probable", "minimal", "low"), ("remote", "significant", "low"),
        ("possible", "significant", "medium"), ("probable", "significant", "high"),
        ("remote", "severe", "low"), ("possible", "severe", "high"),
        ("probable", "severe", "high"),
    ],
)  # fmt: skip
def test_a_level_of_risk_is_as_the_regulators_grid_has_it(likelihood, severity, level):
    assert LEVELS[likelihood, severity] == level
    risk = Risk(risk="r", likelihood=likelihood, severity=severity)
    assert (risk.level, risk.residual) == (level, level)


def test_more_likely_or_more_severe_is_never_a_lower_level():
    order = ("low", "medium", "high")
    likelihoods, severities = (
        ("remote", "possible", "probable"),
        ("minimal", "significant", "severe"),
    )
    for one in range(3):
        for other in range(3):
            here = order.index(LEVELS[likelihoods[one], severities[other]])
            if one < 2:
                assert here <= order.index(LEVELS[likelihoods[one + 1], severities[other]])
            if other < 2:
                assert here <= order.index(LEVELS[likelihoods[one], severities[other + 1]])


def test_a_high_risk_brought_down_by_measures_does_not_stand_against_going_live():
    risk = Risk(
        risk="r", likelihood="probable", severity="severe", measures=("m",),
        residual_likelihood="remote", residual_severity="severe",
    )  # fmt: skip
    assert before_live(ready(facts(dpia=replace(ASSESSED, risks=(risk,)))), by=SIGNER) == ()


def test_an_assessment_with_a_missing_fact_cannot_be_signed():
    assert unsignable(facts()) == ()
    less = replace(ASSESSED, consultation=replace(ASSESSED.consultation, people=""))
    assert [problem.where for problem in unsignable(facts(dpia=less))] == [
        "projects/homes-first/dpia.toml"
    ]
    assert unsignable(facts(dpia=None))


def live(told):
    return replace(
        told, signed_off=(*told.signed_off, signed_off(told, "live", "Cleo Owner", LIVE))
    )


NOBODY = {
    "datasets": {"weather": dataset("weather", "council", day=field("Day."), rain=field("Rain."))},
    "agreements": {"homes": agreed(replace(AGREEMENT, covers={"weather": ("day", "rain")}))},
}


def test_a_project_whose_facts_call_for_an_assessment_releases_nothing_before_it_is_live():
    assert "it is not live" in whats(blocks(ready()))
    assert blocks(live(ready())) == ()


def test_a_project_about_no_persons_releases_once_its_gate_is_passed():
    told = facts(**NOBODY)
    assert "its gate is not passed" in whats(blocks(told))
    passed = replace(told, signed_off=(signed_off(told, "gate", "Ann Writer", GATE),))
    assert blocks(passed) == ()


def test_a_live_project_whose_assessment_is_open_again_releases_nothing():
    told = replace(live(ready()), **CHANGES["models"])
    assert "open again" in whats(blocks(told))


def test_a_retired_project_neither_runs_nor_releases():
    told = live(ready())
    told = replace(
        told, signed_off=(*told.signed_off, signed_off(told, "retired", "Cleo Owner", LIVE))
    )
    assert "retired by Cleo Owner" in whats(retired(told))
    assert "retired by Cleo Owner" in whats(blocks(told))
    assert standing(told).colour == "grey"
    assert standing(told).phase == "retired"


def test_the_phases_follow_what_was_signed():
    assert standing(facts()).phase == "scoped"
    assert standing(ready()).phase == "gated"
    assert standing(live(ready())).phase == "live"


def test_a_project_with_nothing_against_it_is_green_and_one_that_waits_is_amber():
    assert standing(live(ready())).colour == "green"
    assert standing(ready()).colour == "amber"


@pytest.mark.parametrize("stage", ["ended", "suspended", "data destroyed"])
@pytest.mark.parametrize("now", [facts, ready, lambda: live(ready())])
def test_an_agreement_that_has_ended_turns_its_project_red(stage, now):
    told = replace(now(), agreements={"homes": agreed(stage=stage, in_force=False)})
    assert standing(told).colour == "red"


def test_reviews_that_are_due_are_told_with_their_day():
    told = replace(live(ready()), today=date(2027, 7, 1))
    due = {one.what: one.overdue for one in standing(told).due}
    assert due == {"impact assessment": True, "equality assessment": True}
    soon = replace(live(ready()), today=date(2027, 6, 15))
    assert {one.what: one.overdue for one in standing(soon).due} == {
        "impact assessment": False, "equality assessment": False,
    }  # fmt: skip
    assert standing(told).colour == "amber"


def test_a_topic_changes_with_its_facts_alone():
    before = topics(facts(), *DPIA)
    for topic, change in CHANGES.items():
        after = topics(facts(**change), *DPIA)
        assert topic in {name for name in before if before[name] != after[name]}
