"""Is data that the law protects most found, told by field, and never by value?"""

import pytest
from secret_rows import people

from joinedup.core.vocabulary import Field
from joinedup.govern.pseudonyms.special import MOST, SHAPES, WORDS, find_special, undeclared

SAID = [
    ("diagnosis", "First one.", "health"),
    ("PrimaryDiagnosis", "First one.", "health"),
    ("code", "ICD-10 code, or why a patient came.", "health"),
    ("need", "Special educational needs.", "health"),
    ("ethnic_origin", "Code.", "ethnicity"),
    ("origin", "Ethnicity, as told.", "ethnicity"),
    ("religion", "As told.", "religion"),
    ("orientation", "Sexual orientation.", "sexual orientation"),
    ("template", "Fingerprint.", "biometric"),
    ("marker", "DNA.", "genetic"),
    ("deduction", "Trade union subscription.", "trade union"),
    ("membership", "Political party.", "politics"),
    ("outcome", "Convicted or not.", "offences"),
    ("offence_code", "Code.", "offences"),
]
NOT_SAID = [
    ("priority", "How soon."),
    ("risk", "Risk class set by the department: 1 high, 2 medium, 3 low."),
    ("healthy_food_outlets", "Number within a mile."),
    ("sent_on", "Day the letter was sent."),
    ("burglary_density", "Density of burglaries around the premises."),
    ("description", "What the premises are used for."),
    ("age", "Age on arrival."),
]
HELD = {
    "health": ["E11.9", "J45.0", "F32.1", "Asthma"],
    "ethnicity": ["White - British", "Asian - Indian", "Black - Caribbean"],
    "religion": ["Christian", "Muslim", "No religion"],
    "sexual orientation": ["Heterosexual", "Gay or lesbian"],
    "genetic": ["rs334", "rs429358"],
    "trade union": ["UNISON", "GMB"],
    "politics": ["Labour", "Conservative", "SNP"],
    "offences": ["Burglary", "Violence against the person", "Theft"],
}


def told(name, description, *, sensitivity=1, values=(), **more):
    field = Field(
        type=more.pop("type", "text"), description=description, sensitivity=sensitivity, **more
    )
    dataset = people(**{name: field})
    return [one for one in find_special(dataset, {name: values}) if one.field == name]


@pytest.mark.parametrize(("name", "description", "category"), SAID)
def test_a_field_is_found_by_its_name_or_description(name, description, category):
    found = told(name, description)
    assert [one.category for one in found] == [category]
    assert found[0].why.startswith(("its name says", "its description says"))


@pytest.mark.parametrize(("name", "description"), NOT_SAID)
def test_what_only_sounds_alike_is_not_found(name, description):
    assert told(name, description, type="number") == []


@pytest.mark.parametrize("category", SHAPES)
def test_a_field_is_found_by_what_is_in_it_without_telling_a_value(category):
    values = HELD[category]
    found = told("code_1", "As the form has it.", values=values)
    assert category in [one.category for one in found]
    for one in found:
        assert not any(value.lower() in one.why.lower() for value in values)
    listed = told("code_1", "As the form has it.", codes=tuple(values))
    assert category in [one.category for one in listed]


def test_one_value_that_looks_like_it_is_not_enough():
    assert told("code_1", "As the form has it.", values=["Theft", "x", "y"]) == []
    assert told("code_1", "As the form has it.", values=["Labour"]) == []


def test_every_category_has_words_and_the_tests_name_each():
    assert {category for _, _, category in SAID} == set(WORDS)
    assert set(HELD) == set(SHAPES) <= set(WORDS)


@pytest.mark.parametrize("sensitivity", [1, 2, 3])
def test_below_the_highest_sensitivity_it_is_a_problem(sensitivity):
    field = Field(type="text", description="Diagnosis.", sensitivity=sensitivity)
    problems = undeclared(people(seen_for=field))
    if sensitivity == MOST:
        assert problems == {}
    else:
        assert list(problems) == ["seen_for"]
        problem = problems["seen_for"]
        assert problem.where == "dataset people"
        assert "seen_for" in problem.what
        assert "health" in problem.what
        assert f"sensitivity is {sensitivity}" in problem.what
        assert "sensitivity = 3" in problem.fix
