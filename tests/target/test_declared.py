import pytest

from joinedup.target.declared import (
    AFTERWARDS,
    ENFORCER,
    NAMES_A_CASE,
    PROTECTED,
    reason_by_name,
    refusals,
)

REASON = "The published model used it; shown beside the model without."


@pytest.mark.parametrize(
    "name",
    [
        "inspector",
        "Inspector_Assigned",
        "sanitarian",
        "officers",
        "recorded_by",
        "caseWorkerAssigned",
    ],
)
def test_a_name_that_says_who_enforces_is_refused(name):
    assert reason_by_name(name) == ENFORCER


@pytest.mark.parametrize(
    "name", ["Results", "outcome_code", "date_closed", "criticalFound", "pass_flag", "fail_flag"]
)
def test_a_name_that_says_what_came_after_is_refused(name):
    assert reason_by_name(name) == AFTERWARDS


@pytest.mark.parametrize(
    "name",
    ["sex", "Gender", "ethnicity", "dob", "date_of_birth", "age", "sexual_orientation", "Race"],
)
def test_a_protected_characteristic_is_refused(name):
    assert reason_by_name(name) == PROTECTED


@pytest.mark.parametrize(
    "name",
    [
        "ageAtInspection",
        "age_of_licence",
        "pastCritical",
        "pastFail",
        "bus_pass",
        "past_result",
        "days_since_last_outcome",
        "essex_side",
        "embrace",
        "nearby",
        "by",
        "average",
        "timeSinceLast",
        "heat_burglary",
        "trace",
    ],
)
def test_an_innocent_name_is_not_refused(name):
    assert reason_by_name(name) == ""


def test_a_declared_role_is_refused_whatever_the_name():
    got = refusals(
        ["a", "b", "c", "d", "e"],
        {"a": "staff", "b": "outcome", "c": "protected", "d": "identifier"},
        {},
    )
    assert got == {"a": ENFORCER, "b": AFTERWARDS, "c": PROTECTED, "d": NAMES_A_CASE}


def test_the_role_attribute_does_not_clear_a_telling_name():
    assert refusals(["inspector"], {"inspector": "attribute"}, {}) == {"inspector": ENFORCER}


def test_a_written_reason_overrides_and_a_tick_does_not():
    assert refusals(["inspector"], {}, {"inspector": REASON}) == {}
    assert refusals(["inspector"], {}, {"inspector": "ok" + " " * 30}) == {"inspector": ENFORCER}
