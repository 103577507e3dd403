"""The way in: only agreed fields, and nothing hidden in how they are stored."""

import pyarrow as pa
import pytest
from facts import agreement, visits
from hypothesis import given
from hypothesis import strategies as st

from joinedup.core.errors import AgreementError
from joinedup.govern.admit import admissible, admit

CANARY = "Zaphod-7731"


def test_the_fields_of_all_agreements_may_be_taken_in_the_datasets_order():
    one = agreement("one", covers={"visits": ("seen_on",)})
    two = agreement("two", purpose="fraud", covers={"visits": ("visit", "unheard_of")})
    assert admissible(visits(), [one, two]) == ("visit", "seen_on")


def test_without_an_agreement_nothing_may_be_taken_and_the_way_out_is_said():
    other = agreement(covers={"homes": ("home",)})
    for agreed in ([], [other]):
        with pytest.raises(
            AgreementError, match="no agreement in force covers any field"
        ) as caught:
            admissible(visits(), agreed)
        assert "names visits under [covers] signed by every party (fire" in str(caught.value)


def test_a_key_that_is_not_covered_is_refused():
    with pytest.raises(AgreementError, match="covers visit, without which rows"):
        admissible(visits(), [agreement(covers={"visits": ("postcode",)})])


def test_a_column_that_may_not_be_kept_is_refused_without_its_cells():
    table = pa.table({"visit": ["1"], "note": [CANARY], "mother": [CANARY]})
    with pytest.raises(AgreementError) as caught:
        admit(table, visits(), ("visit", "mother"))
    assert [p.what.split(" is")[0] for p in caught.value.problems] == [
        "the column mother",
        "the column note",
    ]
    assert CANARY not in str(caught.value)


def test_a_column_that_is_there_twice_is_refused():
    table = pa.Table.from_arrays([pa.array(["1"])] * 2, names=["visit", "visit"])
    with pytest.raises(AgreementError, match="the column visit is there twice"):
        admit(table, visits(), ("visit",))


def test_nothing_unseen_is_kept():
    codes = pa.DictionaryArray.from_arrays(pa.array([0]), pa.array(["B1", CANARY]))
    schema = pa.schema(
        [
            pa.field("postcode", codes.type, metadata={"note": CANARY}),
            pa.field("visit", pa.string()),
        ],
        metadata={"pandas": CANARY},
    )
    table = pa.Table.from_arrays([codes, pa.array(["1"])], schema=schema)
    kept = admit(table, visits(), ("visit", "postcode"))
    assert kept.column_names == ["visit", "postcode"]
    assert kept.schema.metadata is None
    assert kept.field("postcode").metadata is None
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, kept.schema) as stream:
        stream.write_table(kept)
    assert CANARY.encode() not in sink.getvalue().to_pybytes()


@given(
    st.permutations(["visit", "postcode", "seen_on", "note"]),
    st.sets(st.sampled_from(["visit", "postcode", "seen_on", "note"])),
)
def test_admitting_again_changes_nothing_and_no_other_column_comes_through(order, may):
    table = pa.table({name: ["x"] for name in order if name in may})
    kept = admit(table, visits(), sorted(may))
    assert set(kept.column_names) == may
    assert admit(kept, visits(), sorted(may)).equals(kept)
