"""Each document holds what the law and the standards ask; what nobody wrote down is named."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whole import (
    AGREEMENT,
    EARLIER_TEXT,
    STEP,
    TOLD,
    agreed,
    changed,
    facts,
    field,
    partner,
    signature,
    texts,
    with_agreement,
)

from joinedup.core.agreement import Power
from joinedup.core.transparency import FACETS
from joinedup.govern.documents import atrs, catalogue, register, sharing
from joinedup.govern.documents.atrs_fields import FIELDS
from joinedup.govern.documents.facts import Left
from joinedup.govern.documents.ropa import ITEMS, record_of_processing
from joinedup.result import document_csv, document_html, document_json
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
NOT_OPTIONAL |= {"retention_days", "name", "kind", "signatories", "clauses", "party"}
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


def test_a_joiner_opens_the_text_again_and_earlier_signatures_are_told_for_what_they_cover():
    joined = replace(AGREEMENT, parties=("council", "fire"), joiners={"fire": date(2027, 3, 1)})
    told = facts(
        agreements={
            "homes": agreed(
                joined, signatures=(signature("council", EARLIER_TEXT),), stage="draft",
                in_force=False,
            )
        }
    )  # fmt: skip
    page = document_json.render(sharing.sharing_agreement(told, "homes"))
    assert "1 March 2027" in page
    assert f"text {EARLIER_TEXT[:12]}" in page
    assert "does not cover this text" in page
    assert '"status": "draft"' in page


def test_an_agreement_signed_by_every_party_says_so():
    document = sharing.sharing_agreement(facts(), "homes")
    assert document.status == "signed"
    fewer = facts(agreements={"homes": agreed(signatures=(signature("council"),))})
    assert sharing.sharing_agreement(fewer, "homes").status == "draft"


def test_every_item_of_article_30_has_its_section():
    headings = [one.heading for one in record_of_processing(facts()).sections]
    for number, (item, words) in enumerate(ITEMS):
        assert headings[number].startswith(f"{item}. ")
        assert headings[number].lower().endswith(words)


def test_the_record_has_a_section_more_where_the_law_protects_most():
    whole = record_of_processing(facts())
    assert len(whole.sections) == len(ITEMS)
    with_health = with_special("health", "Long term illness of the tenant.")
    heading = record_of_processing(with_health).sections[-1].heading
    assert heading == "8. Special category and offence data"


def with_special(category, description):
    """Facts in which a covered field holds special category data."""
    plain = facts()
    visits = plain.datasets["visits"]
    held = replace(visits, fields={**visits.fields, "state": field(description, sensitivity=3)})
    covers = {**AGREEMENT.covers, "visits": (*AGREEMENT.covers["visits"], "state")}
    assert category
    return replace(
        plain,
        datasets={**plain.datasets, "visits": held},
        agreements={"homes": agreed(replace(AGREEMENT, covers=covers))},
    )


def test_a_policy_document_is_made_only_for_special_category_or_offence_data():
    assert catalogue.make(facts(), "policy") == ()
    assert catalogue.KINDS["policy"].not_needed(facts())
    told = with_special("health", "Long term illness of the tenant.")
    (document,) = catalogue.make(told, "policy")
    assert {one.key for one in document.missing} == {"conditions.health"}


def test_a_notice_is_made_for_each_party_with_clock_objection_and_complaints():
    notices = catalogue.make(facts(), "notice")
    assert [one.name for one in notices] == [
        "homes-first-notice-council", "homes-first-notice-fire",
    ]  # fmt: skip
    for one, name in zip(notices, ("council", "fire"), strict=True):
        page = document_html.page(one)
        for wanted in (
            "within one month", "object", "Information Commissioner", f"Complaints to {name}",
            f"Controller of {name}", f"dpo.{name}@example.org", "ask@example.org", "365 days",
        ):  # fmt: skip
            assert wanted in page, wanted


def test_a_notice_for_the_public_does_not_say_in_which_file_a_line_stands():
    (notice, _) = catalogue.make(facts(), "notice")
    page = document_html.page(notice)
    assert "agreements/homes.toml, purpose_text" not in page
    assert "agreements/homes.toml, purpose_text" in document_json.render(notice)


DEA = Power(
    party="council",
    citation="Digital Economy Act 2017, section 35",
    lawful_basis="6(1)(e)",
    objective="fuel poverty",
)


def test_a_register_row_is_made_only_where_the_act_is_cited():
    assert catalogue.make(facts(), "register") == ()
    citing = with_agreement(powers=(DEA, AGREEMENT.powers[1]))
    (document,) = catalogue.make(citing, "register")
    (row,) = document.record["rows"]
    assert row["Bodies involved"] == "Body council and Body fire"
    assert row["Why"] == AGREEMENT.purpose_text
    assert (row["From"], row["Until"]) == ("1 January 2026", "31 December 2028")
    assert row["Expected benefits"] == "Fewer fires."
    assert row["Objective"] == "fuel poverty"
    assert None not in row.values()


def test_the_register_row_as_csv_has_its_head_and_starts_no_formula():
    citing = with_agreement(powers=(DEA, AGREEMENT.powers[1]), benefits=("=cmd()",))
    (document,) = catalogue.make(citing, "register")
    head, row, rest = document_csv.render(document).split("\r\n")
    assert head.startswith("Agreement,Bodies involved,Why")
    assert ",'=cmd()," in row
    assert rest == ""


@pytest.mark.parametrize("gone", ["benefits", "purpose_text"])
def test_a_register_row_names_what_is_missing(gone):
    citing = with_agreement(
        powers=(DEA, AGREEMENT.powers[1]), **{gone: () if gone == "benefits" else ""}
    )
    (document,) = catalogue.make(citing, "register")
    assert gone in {one.key for one in document.missing}


def test_a_citation_in_other_letters_is_still_of_the_act():
    power = replace(DEA, citation="the  DIGITAL economy Act 2017, s. 48")
    one = agreed(replace(AGREEMENT, powers=(power,)))
    assert register.cites_the_act(one)
    assert not register.cites_the_act(agreed())


def test_every_field_of_the_transparency_standard_is_there_in_its_order():
    record = atrs.transparency_record(facts()).record
    tool = [one for one in FIELDS if one.per == "tool"]
    assert [one["key"] for one in record["fields"]] == [one.key for one in tool]
    assert [one["number"] for one in record["fields"] if one["number"]] == list(range(1, 28))
    assert [one["tier"] for one in record["fields"]][:5] == [1, 1, 1, 1, 2]
    wanted = {
        "models": [one.key for one in FIELDS if one.per == "model"],
        "development_data": [one.key for one in FIELDS if one.per == "development dataset"],
        "operational_data": [one.key for one in FIELDS if one.per == "operational dataset"],
    }
    for part, keys in wanted.items():
        for one in record[part]:
            assert [key for key in one if key != "dataset"] == keys
    assert len(record["development_data"]) == len(facts().datasets)


@pytest.mark.parametrize("facet", FACETS)
def test_a_facet_has_one_of_the_standards_own_values(facet):
    record = atrs.transparency_record(facts()).record
    value = record["facets"][facet]
    assert value in FACETS[facet]
    assert record["wrong"] == []


def test_a_value_that_is_none_of_the_standards_is_told():
    odd = replace(TOLD, facets=replace(TOLD.facets, region=("Mercia",)))
    assert atrs.wrong_facets(facts(transparency=odd)) == ("region: Mercia",)


def test_every_field_of_a_tool_nobody_described_is_null_and_named_missing():
    record = atrs.transparency_record(facts(transparency=None)).record
    assert record["facets"]["organisation"] is None
    assert record["missing"]
    assert all("transparency.toml" in one for one in record["missing"])
    empty = [one["key"] for one in record["fields"] if one["value"] is None]
    assert len(empty) == 18


def test_a_supplier_that_has_no_part_leaves_no_field_missing():
    alone = replace(
        TOLD.owner, third_party_involvement=False, third_party=type(TOLD.owner.third_party)()
    )
    document = atrs.transparency_record(facts(transparency=replace(TOLD, owner=alone)))
    assert document.missing == ()
    unknown = replace(alone, third_party_involvement=None)
    lost = atrs.transparency_record(facts(transparency=replace(TOLD, owner=unknown))).missing
    assert len(lost) == 6


def test_the_public_reads_only_numbers_that_were_released():
    record = atrs.transparency_record(facts()).record
    assert record["models"][0]["model_performance"] == "no result of it has been released"
    told = facts(
        left=(
            Left(step="rank", at="2026-05-01T00:00:00Z", rule="r 1", hidden=0, approved_by=1,
                 said=("finds 41 of 50",)),
        )
    )  # fmt: skip
    assert atrs.transparency_record(told).record["models"][0]["model_performance"] == (
        "finds 41 of 50"
    )


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


def test_what_the_data_say_by_group_is_told_if_a_result_says_it_else_named():
    (there,) = catalogue.make(facts(), "equality")
    assert "fair: found alike in both groups." in document_json.render(there)
    (not_there,) = catalogue.make(facts(fairness=()), "equality")
    assert [one.label for one in not_there.missing] == ["What the data say by group"]


def test_a_negative_effect_wants_something_done_about_it():
    worse = replace(
        facts().equality.characteristics["race"], impact="negative", evidence="e", reason="r"
    )
    told = facts(
        equality=replace(
            facts().equality, characteristics={**facts().equality.characteristics, "race": worse}
        )
    )
    (document,) = catalogue.make(told, "equality")
    assert [one.key for one in document.missing] == ["characteristics.race.action"]


def test_each_safe_is_shown_by_something_and_wanting_says_what_would_suffice():
    from joinedup.govern.documents.safes import safes

    bare = facts(house=replace(facts().house, roles={}, events=0, private=False, anchored=""))
    for told in (facts(), bare):
        assert [one.name for one in safes(told)] == [
            "Safe projects", "Safe people", "Safe settings", "Safe data", "Safe outputs",
        ]  # fmt: skip
        assert all(one.why for one in safes(told))
    states = {one.name: one.state for one in safes(bare)}
    assert states["Safe settings"] == "no"
    assert states["Safe people"] == "partly"
    open_safe = next(one for one in safes(bare) if one.name == "Safe projects")
    assert any("joinedup project gate" in why for why in open_safe.why)


def test_every_control_named_in_a_document_is_a_command_that_there_is():
    import shlex

    from typer.main import get_command

    from joinedup.cli.main import app
    from joinedup.govern.documents.controls import CONTROLS

    for control in CONTROLS:
        words = shlex.split(control.shown_by)[1:]
        here = get_command(app)
        while words and words[0] in getattr(here, "commands", {}):
            here = here.commands[words.pop(0)]
        assert not hasattr(here, "commands"), control.shown_by
        known = {option for param in here.params for option in param.opts}
        assert {word for word in words if word.startswith("--")} <= known, control.shown_by


def test_every_principle_of_the_law_has_a_control():
    from joinedup.govern.documents.controls import CONTROLS

    assert [control.principle for control in CONTROLS] == [
        "Lawfulness, fairness and transparency", "Purpose limitation", "Data minimisation",
        "Accuracy", "Storage limitation", "Integrity and confidentiality", "Accountability",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", PROJECT_KINDS)
def test_every_document_lists_what_a_person_must_judge(kind):
    told = with_special("health", "Long term illness of the tenant.")
    citing = replace(
        told,
        agreements={
            "homes": replace(
                told.agreements["homes"],
                agreement=replace(
                    told.agreements["homes"].agreement, powers=(DEA, AGREEMENT.powers[1])
                ),
            )
        },
    )
    for one in catalogue.make(citing, kind):
        assert one.judge, one.kind


def test_the_json_of_a_document_says_its_form_its_version_and_what_is_missing():
    (one,) = catalogue.make(facts(dpia=None), "dpia")
    kept = json.loads(document_json.render(one))
    assert (kept["format"], kept["schema"]) == ("joinedup-document", 1)
    assert {"what", "file", "key"} == set(kept["missing"][0])
    assert kept["status"] == "draft"


def test_a_step_is_told_with_its_card_and_its_assumptions():
    page = said(facts(steps=(replace(STEP, assumptions=(CANARY,)),)))
    assert CANARY in page
