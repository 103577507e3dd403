"""Sentences that tell of too few are found and left for people; others pass."""

import pytest
from facts import groups
from hypothesis import given
from hypothesis import strategies as st

from joinedup.govern.wording import tells_of_few, unjudged
from joinedup.result.blocks import Caution, Check, Checks, Column, Figure, Prose, Table
from joinedup.result.model import Result

FEW = (
    "7 of the 50 homes had a fire.",
    "41 of the 50 homes listed first would have been found.",
    "Three families were visited.",
    "40 homes, 4 of them drawn at random.",
    "Only a single household moved.",
    "In Elm ward 3 privately rented homes were found.",
    "One patient in each practice.",
    "Expected: 9 homes (95 % interval 4 to 12).",
    "8 out of 9.",
    "nine children under 5",
)
ENOUGH = (
    "About 1 in 140 homes; found 30 days earlier.",
    "The list holds 40 homes.",
    "1,204 homes within 3 km of a station.",
    "7.4 days earlier (4.6 to 10.3).",
    "No homes. 0 of the 40 homes.",
    "5 of 19 areas hold half of them.",
    "The third step took 5 minutes.",
    "Eight weeks of the list, 320 homes.",
    "3 % of homes; 2.5 homes a week would be expected.",
    "Aged 5 to 9 years; version 2 of the rules.",
)


@pytest.mark.parametrize("sentence", FEW)
def test_a_sentence_that_tells_of_few_is_found(sentence):
    assert tells_of_few(sentence, fewest=10)


@pytest.mark.parametrize("sentence", ENOUGH)
def test_a_sentence_that_tells_of_enough_passes(sentence):
    assert not tells_of_few(sentence, fewest=10)


@given(few=st.integers(1, 9), more=st.integers(10, 99_999))
def test_every_count_below_the_threshold_is_found_and_none_above(few, more):
    assert tells_of_few(f"We found {few} homes.", fewest=10)
    assert not tells_of_few(f"We found {more:,} homes.", fewest=10)
    assert tells_of_few(f"{more} of the {more + few} persons", fewest=10)


def test_every_kind_of_text_in_a_result_is_read_and_told_once():
    said = "Found in 3 homes."
    figure = Figure(title="t", chart={}, table=groups([("a", 50)], "n"), alt=said)
    check = Check(name="n", answer="passed", detail=said)
    blocks = (Prose(text=said), Caution(text=said), figure, Checks(items=(check,)))
    for block in blocks:
        assert unjudged(Result(method="m", headline="", blocks=(block,)), fewest=10) == (said,)
    assert unjudged(Result(method="m", headline=said, blocks=blocks), fewest=10) == (said,)


def test_what_a_result_calls_its_own_cases_is_known_for_a_count():
    table = Table(
        title="t",
        columns=(Column(name="n", label="wardrobes inspected", kind="count"),),
        rows=((50,),),
        about="groups",
    )
    told = Result(method="m", headline="We saw 4 wardrobes.", blocks=(table,))
    assert unjudged(told, fewest=10) == ("We saw 4 wardrobes.",)
