"""Does what a person decided stand, is it never argued with, and is a contradiction refused?"""

import itertools
import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.core.errors import MethodError
from joinedup.link import decided
from joinedup.link.linking import Records
from joinedup.stats import clusters, mixture

RECORDS = 8


def records(ids=("a", "b", "c", "0012", "12x"), table="list"):
    rows = len(ids)
    return Records(
        table=pa.table({"surname": ["x"] * rows}),
        features=("surname",),
        tables=pa.array([table] * rows),
        ids=pa.array(list(ids)),
        source=np.zeros(rows, dtype=np.int64),
        sources=(table,),
    )


def table(*rows, **more):
    columns = ("table_l", "id_l", "table_r", "id_r", "same")
    cells = zip(*[("list", one, "list", other, same) for one, other, same in rows], strict=True)
    return pa.table(dict(zip(columns, map(list, cells), strict=True)) | more)


def read(*rows, **more):
    return decided.read(table(*rows, **more), records(), where="decided")


def test_the_last_word_stands_once_the_first_was_undone():
    found = read(("a", "b", "yes"), ("b", "a", "undone"), ("a", "b", "no"))
    assert found.apart == [(0, 1)]
    assert found.together == []


def test_rows_count_in_the_order_in_which_they_were_decided():
    found = read(("a", "b", "undone"), ("a", "b", "no"), ("a", "b", "yes"), at=["2", "3", "1"])
    assert found.apart == [(0, 1)]


def test_contradictions_are_refused_all_at_once_by_number_and_without_an_id():
    with pytest.raises(MethodError) as refused:
        read(
            ("a", "b", "yes"),
            ("a", "b", "no"),
            ("c", "0012", "yes"),
            ("0012", "12x", "yes"),
            ("c", "12x", "no"),
            ("c", "c", "no"),
        )
    told = str(refused.value)
    assert "1 pairs are said to be one and to be two" in told
    assert "1 pairs are said to be two, and to be one by way of other records" in told
    assert "1 records are said not to be themselves" in told
    assert "0012" not in told


def test_a_word_that_is_none_is_refused():
    with pytest.raises(MethodError, match="2 decisions say neither"):
        read(("a", "b", "perhaps"), ("a", "c", None))


def test_an_id_that_a_spreadsheet_changed_is_still_known():
    assert read(("a", "12", "no")).apart == [(0, 3)]
    assert read(("'a", "0012", "no")).apart == [(0, 3)]


def test_decisions_about_strangers_and_unsure_ones_bind_nobody():
    found = read(("a", "nobody", "no"), ("a", "b", "unsure"))
    assert found.strangers == 1
    assert found.apart == found.together == []
    assert found.unsure.tolist() == [[0, 1]]


PAIRS = list(itertools.combinations(range(RECORDS), 2))
chances = st.dictionaries(st.sampled_from(PAIRS), st.floats(0.01, 1.0), max_size=len(PAIRS))


def grouped(told, **more):
    pairs = list(told)
    left, right = (np.array([pair[side] for pair in pairs], dtype=int) for side in (0, 1))
    values = np.array(list(told.values()), dtype=float)
    return clusters.entities(RECORDS, left, right, values, at_least=0.3, **more)


@given(chances, st.lists(st.tuples(st.sampled_from(PAIRS), st.booleans()), max_size=6))
def test_pairs_said_to_be_two_are_never_one_and_pairs_said_to_be_one_always_are(told, said):
    together = [pair for pair, same in said if same]
    group = decided.groups(together)
    apart = [
        (one, other)
        for (one, other), same in said
        if not same and group.get(one, one) != group.get(other, other)
    ]
    entity = grouped(told, apart=apart, together=together)
    assert all(entity[one] == entity[other] for one, other in together)
    assert all(entity[one] != entity[other] for one, other in apart)


@given(chances, st.booleans())
def test_where_nothing_changed_entities_are_what_they_were(told, once):
    source = np.arange(RECORDS) % 3 if once else None
    before = grouped(told, source=source)
    assert grouped(told, source=source, former=before).tolist() == before.tolist()


@given(st.floats(-0.9, 0.9))
def test_a_model_that_moved_a_little_neither_joins_nor_parts_former_entities(by):
    moved = 1 / (1 + math.exp(-(math.log(0.3 / 0.7) + by)))
    for before in (np.array([0, 0]), np.array([0, 1])):
        entity = clusters.entities(
            2, np.array([0]), np.array([1]), np.array([moved]), at_least=0.3, former=before
        )
        assert entity.tolist() == before.tolist()


def test_labels_enter_learning_as_certain_and_each_pair_once():
    """Two kinds and one field: shares follow the labels where the field says nothing."""
    kinds = mixture.Kinds(
        levels=(np.array([[0.5, 0.5], [0.5, 0.5]]),),
        free=np.array([[True], [False]]),
        tied=np.zeros(2, dtype=bool),
        least=np.zeros(1),
        fewest=np.array([1.0, 0.0]),
        most=np.array([1.0, np.inf]),
        weight=np.array([1e9, 0.0]),
    )
    barred = np.array([[False, True], [True, False]])
    learnt = mixture.learn(
        np.array([[1], [1]]),
        np.array([30.0, 70.0]),
        np.array([0, 0]),
        pairs=np.array([1000.0]),
        kinds=kinds,
        share=np.array([[0.2, 0.8]]),
        barred=barred,
    )
    assert learnt.share[0, 0] == pytest.approx(0.03, abs=0.001)
