"""Is data that the law protects most found, told by field, and never by value?"""

import pytest
from secret_rows import people

from joinedup.core.vocabulary import Field
from joinedup.govern.pseudonyms.free_text import PHRASES
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


TOLD = {
    "health": ["She was told that she has diabetes.", "is taking medication for depression"],
    "ethnicity": ["the family is of Somali origin", "He is a Polish man of forty."],
    "religion": ["goes to the mosque on Fridays", "They are a Jewish family of five."],
    "sexual orientation": ["lives with his boyfriend in the flat", "came out as gay last year"],
    "biometric": ["his fingerprints taken at the desk", "stopped after a face match at the door"],
    "genetic": ["waits for a genetic test result", "carries the BRCA1 gene, she said"],
    "trade union": ["works there and is a union rep", "he is a member of Unison there"],
    "politics": ["a candidate for the Green Party here", "She always voted for Labour, she said"],
    "offences": ["has a criminal record for theft", "was arrested in the street last week"],
}
HARMLESS = [
    "the bin was not emptied again this week",
    "water comes through the ceiling of the kitchen",
    "asked for the form to be sent by post",
    "no answer at the door, left a card",
]


@pytest.mark.parametrize("category", TOLD)
def test_free_text_that_tells_of_it_is_found_without_repeating_it(category):
    values = [*TOLD[category], *(f"{text} {n}" for n in range(10) for text in HARMLESS)]
    found = told("note", "As the form has it.", values=values)
    assert [one.category for one in found] == [category]
    assert found[0].why == f"2 of {len(values)} texts tell of it"


def test_free_text_about_other_things_is_not_found():
    assert told("note", "As the form has it.", values=HARMLESS) == []
    assert told("note", "As the form has it.", values=[*HARMLESS, TOLD["health"][0]]) == []
    many = [f"{text} {n}" for n in range(50) for text in HARMLESS]
    assert told("note", "As the form has it.", values=[*many, *TOLD["health"]]) == []


def test_what_was_looked_at_and_found_to_be_none_is_not_asked_again():
    field = Field(type="text", description="Diagnosis.", not_special="of a boiler's fault")
    assert undeclared(people(seen_for=field)) == {}


def test_every_category_has_words_and_the_tests_name_each():
    assert {category for _, _, category in SAID} == set(WORDS)
    assert set(HELD) == set(SHAPES) <= set(WORDS)
    assert set(TOLD) == set(PHRASES) == set(WORDS)


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
