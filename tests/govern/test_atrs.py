"""A transparency record has every field and facet of the standard, or says that one is missing."""

from dataclasses import replace

import pytest
from whole import TOLD, facts

from joinedup.core.transparency import FACETS
from joinedup.govern.documents import atrs
from joinedup.govern.documents.atrs_fields import FIELDS
from joinedup.govern.documents.facts import Left


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
    assert (
        record["models"][0]["model_performance"]
        == "no result of it has been released to the public"
    )
    told = facts(
        left=(
            Left(step="rank", at="2026-05-01T00:00:00Z", rule="r 1", hidden=0, approved_by=1,
                 said=("finds 41 of 50",)),
        )
    )  # fmt: skip
    assert atrs.transparency_record(told).record["models"][0]["model_performance"] == (
        "finds 41 of 50"
    )


def test_numbers_that_were_released_to_one_body_alone_are_not_told_to_the_public():
    left = Left(
        step="rank",
        at="2026-05-01T00:00:00Z",
        rule="r 1",
        hidden=0,
        approved_by=1,
        recipient="council",
        said=("finds 41 of 50",),
    )
    told = atrs.transparency_record(facts(left=(left,))).record
    assert "41" not in told["models"][0]["model_performance"]
