"""Do the weights of a pair add up to its chance, and does a chart of them give nothing away?"""

import math
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from benchmarks.linkage.population import population
from tests.link.made import linkage, records_of

from joinedup.link import explain, pair_charts
from joinedup.link.decided import Decided
from joinedup.result import charts

PARTS_OF_DECISIONS = 60


@pytest.fixture(scope="module")
def two_lists():
    """Two lists that name everybody once, so that being alone counts, with decisions."""
    table, truth = population(1_200, seed=7)
    known = truth["entity"].to_numpy()
    first = np.zeros(len(known), dtype=bool)
    first[np.unique(known, return_index=True)[1]] = True
    again = np.flatnonzero(~first)
    again = again[np.unique(known[again], return_index=True)[1]]
    tables = {"police": table.filter(pa.array(first)), "council": table.take(pa.array(again))}
    records = records_of(tables)
    entity = dict(zip(truth["id"].to_pylist(), known.tolist(), strict=True))
    return records, np.array([entity[name] for name in records.ids.to_pylist()])


@pytest.fixture(scope="module")
def plain(two_lists):
    return linkage(two_lists[0])


@pytest.fixture(scope="module")
def decided(two_lists, plain):
    """The same, after a clerk looked at doubtful pairs."""
    records, entity = two_lists
    looked = np.argsort(np.abs(plain.weighed.odds))[:PARTS_OF_DECISIONS]
    left, right = (ends[looked] for ends in (plain.found.left, plain.found.right))
    low, high = np.minimum(left, right), np.maximum(left, right)
    said = Decided(
        left=low,
        right=high,
        same=entity[low] == entity[high],
        stratum=np.zeros(len(low), dtype=np.int64),
        of=np.full(len(low), 200.0),
    )
    return linkage(records, decided=said)


def sums(linked):
    pairs = np.arange(len(linked.found.left))
    told = explain.explained(linked, pairs)
    return np.array([math.fsum(one.value for one in parts) for parts in told]) * math.log(2)


@pytest.mark.parametrize("which", ["plain", "decided"])
def test_the_weights_of_every_pair_add_up_to_the_logarithm_of_its_odds(which, request):
    linked = request.getfixturevalue(which)
    told = sums(linked)
    assert np.abs(told - linked.weighed.odds).max() < 1e-9
    chance = linked.weighed.chance
    some = (chance > 1e-6) & (chance < 1 - 1e-6)
    logit = np.log(chance[some] / (1 - chance[some]))
    assert some.sum() > PARTS_OF_DECISIONS
    assert np.abs(told[some] - logit).max() < 1e-9


def test_every_sort_of_part_is_told_where_it_counts(plain, decided):
    places = np.arange(len(plain.found.left))
    words = {one.words for parts in explain.explained(plain, places) for one in parts}
    assert {explain.ANY_TWO, explain.ALONE, "may be two of one name", "may be twins"} <= words
    assert explain.DECIDED not in words
    last = next(iter(explain.explained(decided, np.array([0]))))
    assert explain.DECIDED in {one.words for one in last}


def test_small_parts_are_told_together_so_that_words_add_up_too(plain):
    for parts in explain.explained(plain, np.arange(50)):
        short = explain.short(parts)
        whole = sum(one.value for one in parts)
        assert sum(one.value for one in short) == pytest.approx(whole, abs=0.05)
        assert all(abs(one.value) >= explain.CLEAR for one in short if one.words != explain.REST)


@pytest.fixture(scope="module")
def figures(plain):
    return pair_charts.figures(plain)


def test_the_likeliest_and_the_most_doubtful_pairs_have_a_chart_each(figures):
    assert [figure.title for figure in figures] == [
        "Why the likeliest pair is a link",
        "Why the second likeliest pair is a link",
        "Why the most doubtful pair is doubtful",
        "Why the second most doubtful pair is doubtful",
    ]


def test_bars_of_a_chart_lead_from_nought_to_the_sum_and_the_words_say_the_same(figures):
    for figure in figures:
        *rows, last = figure.table.rows
        ends = np.cumsum([row[1] for row in rows])
        assert [row[3] for row in rows] == pytest.approx(ends.tolist())
        assert [row[2] for row in rows] == pytest.approx([0.0, *ends[:-1].tolist()])
        assert last[1] == last[3] == pytest.approx(ends[-1])
        assert all(f"{row[0]} ({row[1]:+.1f})" in figure.alt for row in rows)


def test_no_cell_and_no_id_is_in_what_a_chart_shows(two_lists, figures):
    records, _ = two_lists
    cells = set(records.ids.to_pylist())
    for name in records.features:
        cells |= {cell for cell in records.table[name].to_pylist() if cell}
    for figure in figures:
        shown = f"{figure.title} {figure.alt} {figure.table} {charts.svg(figure)}".lower().split()
        assert not cells & {word.strip("(),;:'\"") for word in shown}


def test_what_a_person_decided_needs_no_chart(plain):
    everything = replace(plain, told=np.ones(len(plain.weighed.odds), dtype=np.int64))
    assert pair_charts.figures(everything) == []
