"""The library of powers: whole entries, found by their words, and every cited one known."""

from pathlib import Path

import pytest

from joinedup.govern.powers import cited, library, matching
from joinedup.office.folder import load

TOWN = Path(__file__).resolve().parents[2] / "examples" / "town"


def test_every_entry_says_who_what_for_and_on_what_conditions():
    ids = [gateway.id for gateway in library()]
    assert len(ids) == len(set(ids)) >= 17
    for gateway in library():
        assert gateway.citation
        assert gateway.what_for.endswith(".")
        assert gateway.who
        assert gateway.conditions
        assert gateway.words


def test_an_entry_nobody_checked_says_so():
    assert {gateway.verified for gateway in library()} == {False}


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (["hmo"], "housing-act-2004-s237"),
        (["rough", "sleeping"], "housing-act-1996-s213b"),
        (["home", "fire", "visits"], "fire-services-act-2004-s6"),
        (["debt"], "dea-2017-s48"),
    ],
)
def test_a_power_is_found_by_what_it_is_for(words, first):
    assert matching(words)[0].id == first


def test_words_that_nothing_has_find_nothing():
    assert matching(["zeppelin"]) == ()
    assert matching([]) == library()


def test_the_towns_agreements_cite_powers_of_the_library():
    citations = {power.citation for one in load(TOWN).agreements.values() for power in one.powers}
    unknown = {citation.partition(",")[0] for citation in citations if cited(citation) is None}
    assert unknown == {"National Health Service Act 2006", "Housing Act 2004"}
