"""Each document holds what the law and the standards ask; what nobody wrote down is named."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whole import (
    AGREEMENT,
    STEP,
    agreed,
    changed,
    facts,
    partner,
    texts,
    with_agreement,
    with_special,
)

from joinedup.govern.documents import catalogue, sharing
from joinedup.result import document_json
from joinedup.result.document import Known, Lines

CANARY = "Quetzal-4471"
LATER = date(2031, 5, 17)
PROJECT_KINDS = tuple(catalogue.KINDS)


def every(told):
    return [one for kind in PROJECT_KINDS for one in catalogue.make(told, kind)]


def said(told):
    """Everything that any document says, as a reader of the JSON sees it."""
    return "\n".join(document_json.render(one) for one in every(told))


def missing(told):
    return {(one.file, one.key) for document in every(told) for one in document.missing}


def test_nothing_is_missing_where_everything_is_written_down():
    assert missing(facts()) == set()


# Where each record stands, as a reader would look for it, and what no document needs.
PLACES = {
    "agreements/homes.toml": ("agreements", "homes", "agreement"),
    "partners/council.toml": ("partners", "council"),
    "projects/homes-first/dpia.toml": ("dpia",),
    "projects/homes-first/equality.toml": ("equality",),
    "projects/homes-first/transparency.toml": ("transparency",),
}
NOT_OPTIONAL = {"id", "title", "parties", "purpose", "covers", "recipients", "period", "review"}
NOT_OPTIONAL |= {"identity", "retention_days", "name", "kind", "signatories", "clauses", "party"}
DERIVED_IF_EMPTY = {
    "objective",  # asked for only by the act that has objectives
    "action",  # of an effect that asks for none
    "rejection",  # of advice that is followed
    "tags",
    "beta",
}
FALLS_BACK = {
    ("transparency", "name"),
    ("transparency", "use", "alternatives"),
    ("transparency", "risks", 0),
}
"""What another file says too, so that a document without it still has the fact."""


CLOSED = {"impact", "likelihood", "severity", "party"}
"""Words the file cannot be read without."""
WORDS = {"organisation_type", "version", "residual_likelihood", "residual_severity"}
WORDS |= {"function", "capability", "region"}
"""Words of a closed list: a canary cannot stand there."""


def removable():
    whole = facts()
    for file, path in PLACES.items():
        record = whole
        for name in path:
            record = record[name] if isinstance(record, dict) else getattr(record, name)
        for inner, value in texts(record):
            if value in ("", None, ()) or not inner:
                continue
            if any(part in NOT_OPTIONAL for part in inner[:1]):
                continue
            if DERIVED_IF_EMPTY & set(inner) or (*path, *inner) in FALLS_BACK:
                continue
            if isinstance(value, bool) or inner[-1] in {
                "impact", "likelihood", "severity", "risk", "party",
            }:  # fmt: skip
                continue
            yield file, (*path, *inner), value


REMOVABLE = list(removable())


def where_to_write(path):
    """The file and key that a document must name when what stands at this path is taken away."""
    match path:
        case ("partners", name, "role"):
            return "agreements/homes.toml", f"roles.{name}"
        case ("partners", name, key):
            return f"partners/{name}.toml", key
        case ("agreements", _, "agreement", *inner):
            return "agreements/homes.toml", dotted(inner)
        case ("dpia", "risks", number, key, *_):
            if key.startswith("residual"):
                key = "residual_likelihood and residual_severity"
            return "projects/homes-first/dpia.toml", f"risks[{number + 1}].{key}"
        case ("dpia", "answers", question, "why"):
            return "projects/homes-first/dpia.toml", f"answers.{question}"
        case (name, *inner):
            return f"projects/homes-first/{name}.toml", dotted(inner)


def dotted(inner):
    return ".".join(part for part in inner if isinstance(part, str))


@pytest.mark.parametrize(
    ("path", "value"),
    [(path, value) for _, path, value in REMOVABLE],
    ids=[".".join(map(str, one[1])) for one in REMOVABLE],
)
def test_a_fact_that_is_taken_away_is_named_with_its_file_and_key(path, value):
    less = changed(facts(), list(path), "" if isinstance(value, str) else None)
    assert where_to_write(path) in missing(less)


def test_the_facts_taken_away_one_by_one_are_most_of_what_people_write():
    assert len(REMOVABLE) > 120


WRITTEN = [path for _, path, value in REMOVABLE if isinstance(value, str) and not WORDS & set(path)]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: ".".join(map(str, path)))
def test_a_fact_that_is_written_stands_in_a_document_as_it_is_written(path):
    assert CANARY in said(changed(facts(), list(path), CANARY))


@given(st.sets(st.sampled_from(range(len(REMOVABLE))), min_size=1, max_size=12))
def test_no_set_of_facts_taken_away_is_filled_with_anything_else(numbers):
    """A document of fewer facts says nothing that the document of all facts does not say."""
    told = facts()
    for number in numbers:
        _, path, value = REMOVABLE[number]
        told = changed(told, list(path), "" if isinstance(value, str) else None)
    whole = {value for one in every(facts()) for value in known_values(one)}
    less = {value for one in every(told) for value in known_values(one)}
    assert less <= whole
    assert missing(told)


def known_values(one):
    for part in one.parts:
        if isinstance(part, Lines):
            for line in part.items:
                if isinstance(line, Known):
                    yield from line.values


OPTIONAL = (
    *("necessity", "aims", "benefits", "subjects", "access", "frequency", "office_role"),
    *("joining", "deletion", "transfers", "rights", "accuracy", "security", "breach", "ending"),
    "decision",
)


def test_every_element_of_the_regulators_code_is_there_or_named_absent():
    whole = sharing.elements(facts(), "homes")
    assert [element.number for element in whole] == [number for number, *_ in sharing.ELEMENTS]
    assert not any(element.absent for element in whole)
    emptied = {name: type(getattr(AGREEMENT, name))() for name in OPTIONAL}
    bare = facts(
        agreements={"homes": agreed(replace(AGREEMENT, **emptied, powers=(), purpose_text=""))},
        partners={
            name: replace(partner(name), role="", dpo="", dpo_contact="", address="")
            for name in ("council", "fire")
        },
    )
    absent = {element.number for element in sharing.elements(bare, "homes") if element.absent}
    always = {"3d", "5", "7c", "8a"}  # recipients, no special data, retention, review: in the file
    assert absent == {number for number, *_ in sharing.ELEMENTS} - always


def test_every_absent_fact_of_an_agreement_belongs_to_an_element():
    for _file, path, value in REMOVABLE:
        if path[0] in {"agreements", "partners"}:
            less = changed(facts(), list(path), "" if isinstance(value, str) else None)
            lost = sharing.sharing_agreement(less, "homes").missing
            told = {one for _, one in sharing.absent(less, "homes")}
            assert set(lost) <= told


def test_a_small_count_of_rows_is_not_told_and_a_large_one_is_rounded():
    from joinedup.govern.documents.facts import Delivered

    few = facts(deliveries={"visits": Delivered(at="2026-04-01T10:00:00Z", rows=7)})
    many = facts(deliveries={"visits": Delivered(at="2026-04-01T10:00:00Z", rows=20_431)})
    assert "fewer than 10 rows" in said(few)
    assert "about 20,000 rows" in said(many)
    assert "20431" not in said(many)
    assert "20,431" not in said(many)


def test_changing_retention_in_one_place_changes_every_document_that_tells_it():
    before, after = said(facts()), said(with_agreement(retention_days=401))
    tellers = [
        one.kind for one in every(with_agreement(retention_days=401))
        if "401 days" in document_json.render(one)
    ]  # fmt: skip
    assert {"agreement", "dpia", "ropa", "notice"} <= set(tellers)
    assert "365 days" in before
    assert "365 days" not in after
    special = replace(
        with_special("health", "Long term illness."),
        agreements={"homes": agreed(replace(AGREEMENT, retention_days=401))},
    )
    assert "365" not in said(special)


@pytest.mark.parametrize("kind", ["agreement", "dpia", "ropa", "notice", "five-safes", "atrs"])
def test_the_same_facts_give_the_same_digest_and_other_facts_another(kind):
    one, same = catalogue.make(facts(), kind), catalogue.make(facts(today=LATER), kind)
    assert [each.digest for each in one] == [each.digest for each in same]
    other = facts(
        agreements={"homes": agreed(replace(AGREEMENT, purpose_text="Another."), digest="c" * 64)}
    )
    assert [each.digest for each in catalogue.make(other, kind)] != [each.digest for each in one]


def test_the_json_of_a_document_says_its_form_its_version_and_what_is_missing():
    (one,) = catalogue.make(facts(dpia=None), "dpia")
    kept = json.loads(document_json.render(one))
    assert (kept["format"], kept["schema"]) == ("joinedup-document", 1)
    assert {"what", "file", "key"} == set(kept["missing"][0])
    assert kept["status"] == "draft"


def test_a_step_is_told_with_its_card_and_its_assumptions():
    page = said(facts(steps=(replace(STEP, assumptions=(CANARY,)),)))
    assert CANARY in page
