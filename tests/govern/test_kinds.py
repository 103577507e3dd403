"""Each kind of document: made where it is needed, with what its law or standard asks."""

import json
from dataclasses import replace
from datetime import date

import pytest
from whole import (
    AGREEMENT,
    DEA,
    EARLIER_TEXT,
    agreed,
    facts,
    signature,
    with_agreement,
    with_special,
)

from joinedup.govern.documents import catalogue, register, sharing
from joinedup.govern.documents.ropa import ITEMS, record_of_processing
from joinedup.result import document_csv, document_html, document_json

PROJECT_KINDS = tuple(catalogue.KINDS)


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


ILL = "Long term illness of the tenant."


@pytest.mark.parametrize("key", ["health", "state", "visits.state"])
def test_a_condition_named_for_a_category_or_its_field_is_told_and_not_missing(key):
    told = with_special("health", ILL)
    one = told.agreements["homes"]
    named = replace(one.agreement, conditions={key: "9(2)(h), Schedule 1 paragraph 2"})
    whole = replace(told, agreements={"homes": replace(one, agreement=named)})
    for kind in ("agreement", "ropa", "policy", "notice"):
        for document in catalogue.make(whole, kind):
            assert document.missing == ()
            assert "9(2)(h), Schedule 1 paragraph 2" in document_json.render(document)


def test_a_condition_for_one_of_two_fields_is_not_enough():
    told = with_special("health", ILL)
    visits = told.datasets["visits"]
    two = replace(visits, fields={**visits.fields, "more": visits.fields["state"]})
    agreement = told.agreements["homes"].agreement
    agreement = replace(
        agreement,
        covers={**agreement.covers, "visits": (*agreement.covers["visits"], "more")},
        conditions={"state": "9(2)(h)"},
    )
    told = replace(
        told,
        datasets={**told.datasets, "visits": two},
        agreements={"homes": agreed(agreement)},
    )
    (document,) = catalogue.make(told, "policy")
    assert [one.key for one in document.missing] == ["conditions.health"]


def test_a_condition_alone_makes_the_data_ones_that_the_law_protects():
    told = with_agreement(conditions={"health": "9(2)(h)"})
    (document,) = catalogue.make(told, "policy")
    assert "the whole dataset, by its nature" in document_json.render(document)


def test_tokens_are_said_to_be_tokens_and_still_personal_data():
    told = with_agreement(identity="tokens")
    assert "People come as keyed tokens" in document_json.render(
        sharing.sharing_agreement(told, "homes")
    )
    for notice in catalogue.make(told, "notice"):
        assert "coded tokens, which are still personal data" in document_json.render(notice)
    for notice in catalogue.make(facts(), "notice"):
        assert "tokens" not in document_json.render(notice)


SPARSE = {
    "no agreement": facts(agreements={}, datasets={}, partners={}),
    "nothing assessed": facts(dpia=None, equality=None, transparency=None, steps=(), fairness=()),
    "two agreements": facts(
        agreements={
            "homes": agreed(),
            "fires": agreed(replace(AGREEMENT, id="fires", covers={"fires": ("fire", "uprn")})),
        }
    ),
}


@pytest.mark.parametrize("name", SPARSE)
def test_every_kind_can_be_made_and_rendered_from_sparse_facts(name):
    told = SPARSE[name]
    for kind in PROJECT_KINDS:
        for document in catalogue.make(told, kind):
            assert document.title in document_html.page(document).replace("&#39;", "'")
            assert json.loads(document_json.render(document))["kind"] == kind
