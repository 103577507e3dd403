"""Which column is which field: right on the town's headings, and never wrong but sure."""

import itertools
import tomllib
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from other_headings import OTHER
from pydantic import TypeAdapter
from town_columns import TOWN, drawn

from joinedup.core.vocabulary import Dataset, Field, Layout
from joinedup.sources.mapping.matching import assigned, match
from joinedup.sources.mapping.naming import likeness, standard_of
from joinedup.sources.mapping.shapes import shapes

DATASETS = Path(__file__).parents[2] / "examples" / "town" / "datasets"
with_the_town = pytest.mark.skipif(not DATASETS.is_dir(), reason="the town's office is not here")


def town(name):
    """The town's dataset without its renames, and the sender's column of each field."""
    text = (DATASETS / f"{name}.toml").read_text(encoding="utf-8")
    dataset = TypeAdapter(Dataset).validate_python({"id": name} | tomllib.loads(text))
    truth = {field: dataset.sender_column(field) for field in dataset.fields}
    return replace(dataset, layout=replace(dataset.layout, rename={})), truth


def matched(dataset, columns):
    cells = {name: pa.array(column, pa.string()) for name, column in columns.items()}
    return match(dataset, cells, shapes(cells))


def scored(names, headings, seed=7):
    """Fields, right, sure, and wrong but sure; `headings` gives columns other names."""
    right, sure, wrong_but_sure, fields = 0, 0, [], 0
    for name in names:
        dataset, truth = town(name)
        called = headings.get(name, {})
        columns = {called.get(at, at): cells for at, cells in drawn(name, seed=seed).items()}
        for one in matched(dataset, columns):
            is_right = one.column == called.get(truth[one.field], truth[one.field])
            fields, right, sure = fields + 1, right + is_right, sure + one.sure
            if one.sure and not is_right:
                wrong_but_sure.append((name, one))
    return fields, right, sure, wrong_but_sure


@with_the_town
@pytest.mark.parametrize("seed", [7, 8, 9])
def test_every_field_of_the_town_has_its_column(seed):
    fields, right, sure, wrong_but_sure = scored(TOWN, {}, seed)
    assert wrong_but_sure == []
    assert fields > 180
    assert right >= 0.98 * fields
    assert sure >= 0.9 * fields


@with_the_town
def test_headings_of_another_council_are_matched_or_said_to_be_unsure():
    fields, right, _, wrong_but_sure = scored(OTHER, OTHER)
    assert wrong_but_sure == []
    assert right >= 0.95 * fields


@with_the_town
@pytest.mark.parametrize("name", sorted(TOWN))
def test_a_field_whose_column_is_not_there_is_given_no_other_for_sure(name):
    dataset, truth = town(name)
    columns = drawn(name)
    for absent in dataset.fields:
        rest = {at: cells for at, cells in columns.items() if at != truth[absent]}
        wrong = [m for m in matched(dataset, rest) if m.sure and m.column != truth[m.field]]
        assert wrong == []


def one_field(name, **field):
    made = Field(type="text", description="") if not field else Field(description="", **field)
    return Dataset(
        id="d",
        partner="p",
        title="",
        grain="",
        key=(),
        fields={name: made},
        layout=Layout(format="csv", file="*"),
    )


def test_a_good_name_with_the_wrong_content_is_not_sure():
    dataset = one_field("postcode", type="text", standard="postcode")
    (found,) = matched(dataset, {"Postcode": ["01/02/2026", "13/02/2026", "14/03/2026"]})
    assert not found.sure
    assert "but it holds dates" in found.why


def test_two_columns_with_the_same_claim_are_unsure_and_both_named():
    dataset = one_field("address", type="text", standard="address")
    (found,) = matched(dataset, {"Address 1": ["1 High Street"] * 3, "Address 2": ["Old Town"] * 3})
    assert not found.sure
    assert set(found.others) | {found.column} == {"Address 1", "Address 2"}


def test_the_declared_codes_tell_a_column_whose_name_says_nothing():
    dataset = one_field("band", type="text", codes=("A", "B", "C"))
    columns = {"col_1": ["x", "y", "z"], "col_2": ["A", "C", "B"]}
    (found,) = matched(dataset, columns)
    assert found.column == "col_2"
    assert "the codes fit" in found.why


def test_what_the_saved_layout_says_is_kept():
    dataset = one_field("postcode", type="text", standard="postcode")
    dataset = replace(dataset, layout=replace(dataset.layout, rename={"postcode": "Old PC"}))
    columns = {"Postcode": ["ZT1 1AB", "ZT2 2AB"], "Old PC": ["ZT1 1AB", "ZT3 3AB"]}
    (found,) = matched(dataset, columns)
    assert (found.column, found.sure) == ("Old PC", True)


def test_a_file_without_columns_matches_nothing():
    (found,) = matched(one_field("postcode"), {})
    assert (found.column, found.sure) == ("", False)


@pytest.mark.parametrize(
    ("heading", "standard"),
    [
        ("PCODE", "postcode"),
        ("Post Code", "postcode"),
        ("postal_code", "postcode"),
        ("DOB", "birth_date"),
        ("D.O.B.", "birth_date"),
        ("DateOfBirth", "birth_date"),
        ("FAMILY_NAME", "surname"),
        ("Last name", "surname"),
        ("NHS No", "nhs_number"),
        ("NHSNumber", "nhs_number"),
        ("Nat Ins No", "nino"),
        ("Property / UPRN", "uprn"),
        ("tenant.uprn", "uprn"),
        ("Address/Postcode", "postcode"),
        ("Company Reg No", "company_number"),
        ("Address Line 2", "address"),
        ("Trading Name", ""),
        ("T/A Name", ""),
        ("Notes", ""),
    ],
)
def test_a_heading_is_known_by_the_custom_of_the_trade(heading, standard):
    assert standard_of(heading) == standard


def test_names_with_other_numbers_are_not_alike():
    assert likeness("address_1", "Address 1") == 1.0
    assert likeness("address_1", "Address 2") == 0.0


@given(st.text(max_size=20), st.text(max_size=20))
def test_likeness_is_a_share_and_goes_both_ways(one, other):
    assert 0.0 <= likeness(one, other) <= 1.0
    assert likeness(one, other) == pytest.approx(likeness(other, one))
    assert likeness(one, one) == 1.0


@given(
    st.integers(1, 4).flatmap(
        lambda columns: st.lists(
            st.lists(st.integers(0, 9), min_size=columns, max_size=columns), min_size=1, max_size=4
        )
    )
)
def test_the_assignment_is_one_to_one_and_has_the_largest_total(scores):
    found = assigned(scores)
    taken = [column for column in found if column >= 0]
    assert len(taken) == len(set(taken))
    places = [*range(len(scores[0])), *[-1] * len(scores)]
    best = max(
        sum(row[at] for row, at in zip(scores, way, strict=True) if at >= 0)
        for way in set(itertools.permutations(places, len(scores)))
    )
    assert sum(row[at] for row, at in zip(scores, found, strict=True) if at >= 0) == best
