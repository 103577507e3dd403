"""Which name does an entity keep when former entities are joined, parted or gone?"""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from joinedup.link import refresh
from joinedup.link.linking import Records

MANY = 7


def records(ids, table="list"):
    return Records(
        table=pa.table({"surname": ["x"] * len(ids)}),
        features=("surname",),
        tables=pa.array([table] * len(ids)),
        ids=pa.array(ids),
        source=np.zeros(len(ids), dtype=np.int64),
        sources=(table,),
    )


def told(entity, before):
    """Names and changes of records 0, 1, … whose former entities are these; None if new."""
    here = records([str(place) for place in range(len(entity))])
    rows = [("list", str(place), name) for place, name in enumerate(before) if name is not None]
    columns = zip(*rows, strict=True) if rows else ([], [], [])
    names = ("table", "id", "entity")
    table = pa.table({n: pa.array(c, pa.string()) for n, c in zip(names, columns, strict=True)})
    former = refresh.read(table, here, where="before")
    called = refresh.named(np.array(entity), here, former)
    return called.to_pylist(), refresh.changes(np.array(entity), called, former).to_pylist()


def test_of_two_that_were_joined_the_name_of_the_larger_stays_and_the_other_is_listed():
    names, changes = told([0, 0, 0], ["B", "A", "A"])
    assert names == ["A", "A", "A"]
    assert changes == [{"kind": "merged", "entity": "A", "former": "B", "records": 1}]


def test_of_one_that_was_parted_the_larger_part_keeps_the_name_and_the_other_gets_a_new_one():
    names, changes = told([0, 1, 1], ["list:0", "list:0", "list:0"])
    assert names == ["list:0#2", "list:0", "list:0"]
    assert changes == [{"kind": "split", "entity": "list:0#2", "former": "list:0", "records": 1}]


def test_a_record_that_went_over_to_another_is_moved():
    names, changes = told([0, 0, 2, 2, 2], ["A", "A", "A", "B", "B"])
    assert names == ["A", "A", "B", "B", "B"]
    assert changes == [{"kind": "moved", "entity": "B", "former": "A", "records": 1}]


def test_an_entity_none_of_whose_records_is_left_is_gone():
    here = records(["0"])
    table = pa.table({"table": ["list"] * 2, "id": ["0", "1"], "entity": ["A", "B"]})
    former = refresh.read(table, here, where="before")
    called = refresh.named(np.array([0]), here, former)
    (row,) = refresh.changes(np.array([0]), called, former).to_pylist()
    assert row == {"kind": "gone", "entity": None, "former": "B", "records": 1}
    assert former.gone == {"list": 1}
    assert refresh.known(here, called, former).num_rows == 1


entities = st.lists(st.integers(0, MANY - 1), min_size=MANY, max_size=MANY)
formers = st.lists(st.one_of(st.none(), st.sampled_from("ABCD")), min_size=MANY, max_size=MANY)


@given(entities, formers)
def test_no_name_is_given_twice_and_no_name_changes_without_a_word(groups, before):
    first = [groups.index(group) for group in groups]
    names, changes = told(first, before)
    assert len(set(zip(names, first, strict=True))) == len(set(names)) == len(set(first))
    listed = {row["former"] for row in changes}
    for name, was in zip(names, before, strict=True):
        assert was is None or name == was or was in listed
    assert listed <= {
        was for name, was in zip(names, before, strict=True) if was not in {None, name}
    }
