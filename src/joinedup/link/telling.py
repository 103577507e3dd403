"""What every linkage tells in the same way: how good, against which truth, from which columns."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from joinedup.link.judged import Judged, Share
from joinedup.link.truth import Score
from joinedup.result.blocks import Column, Estimate, Estimates, Table
from joinedup.stats.arrays import Floats, Ints

PAIRS = ("table_l", "id_l", "table_r", "id_r", "probability")
ENTITIES = ("table", "id", "entity", "probability")
"""The columns of every linkage's `pairs` and `entities`: what a definition may name."""
DOUBTFUL = (0.05, 0.95)
"""Pairs with a chance between these are for a person to look at."""
MOST_TO_REVIEW = 5_000
SCORES = ("what", "true", "linked", "precision", "recall", "f1")
FEW_MATCHES = 30
"""Fewer are too few to learn from."""
BY_THE_MODEL = "How good the links are, estimated without a truth"


def estimates(title: str, shares: Sequence[tuple[str, Share, int]], *, level: float) -> Estimates:
    """Shares with their intervals: name, share, and how many cases it rests on."""
    items = tuple(
        Estimate(
            name=name,
            value=share.value,
            low=share.low,
            high=share.high,
            level=level,
            unit="share",
            n=cases,
        )
        for name, share, cases in shares
    )
    return Estimates(title=title, items=items)


def by_the_model(judged: Judged, links: int, matches: float, *, level: float) -> Estimates:
    """Precision and recall as the model tells them, of so many links and expected matches."""
    shares = (
        ("links that are right (precision)", judged.precision, links),
        ("matches that are linked (recall)", judged.recall, round(matches)),
    )
    return estimates(BY_THE_MODEL, shares, level=level)


def scores(title: str, what: str, found: Mapping[str, Score], *, of: str = "pairs") -> Table:
    """Links held against the truth, a row each.

    Args:
        title: of the table.
        what: the rows are: groups, or kinds of link.
        found: row to its score.
        of: what is counted.
    """
    columns = (
        Column(name=what, kind="text"),
        Column(name="true", label=f"true {of}", kind="count"),
        Column(name="linked", label=f"linked {of}", kind="count"),
        Column(name="precision", kind="share"),
        Column(name="recall", kind="share"),
        Column(name="f1", label="F1", kind="number", digits=4),
    )
    rows = tuple(
        (name, score.true, score.linked, score.precision, score.recall, score.f1)
        for name, score in found.items()
    )
    return Table(title=title, columns=columns, rows=rows, about="method")


def scored(found: Mapping[str, Score]) -> pa.Table:
    """The same as `scores`, to be read by a program; no row where no truth is known."""
    kinds = (pa.string(), pa.int64(), pa.int64(), pa.float64(), pa.float64(), pa.float64())
    rows = [
        {"what": name} | {each: getattr(score, each) for each in SCORES[1:]}
        for name, score in found.items()
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema(list(zip(SCORES, kinds, strict=True))))


def columns(rows: Sequence[tuple[str, ...]], *heads: str) -> Table:
    """Which column of which table was taken for what."""
    return Table(
        title="Which column says what",
        columns=tuple(Column(name=name, kind="text") for name in heads),
        rows=tuple(rows),
        about="method",
    )


def pairs(tables: pa.Array, ids: pa.Array, left: Any, right: Any, chance: Floats) -> pa.Table:
    """Pairs of records as they are called in their tables, shape (pairs,)."""
    one, other = pa.array(left), pa.array(right)
    return pa.table(
        {
            "table_l": tables.take(one),
            "id_l": ids.take(one),
            "table_r": tables.take(other),
            "id_r": ids.take(other),
            "probability": pa.array(chance),
        }
    )


def likeliest(entity: Ints, left: Ints, right: Ints, chance: Floats) -> pa.Array:
    """How likely each record is of its entity: the best of its pairs there, shape (records,).

    Empty for a record that is alone.

    Args:
        entity: of each record, shape (records,).
        left: the place of one record of each pair, shape (pairs,).
        right: of the other.
        chance: that they are one, shape (pairs,).
    """
    best = np.full(len(entity), -1.0)
    inside = entity[left] == entity[right]
    for ends in (left, right):
        np.maximum.at(best, ends[inside], chance[inside])
    return pa.array(best, mask=best < 0)


def doubtful(chance: Floats, line: float, code: Ints) -> Ints:
    """Places of the pairs that a person should look at, the most doubtful first.

    Args:
        chance: of each pair, shape (pairs,).
        line: between links and others.
        code: a number of each pair's own, which settles ties.
    """
    low, high = DOUBTFUL
    places = np.flatnonzero((chance > low) & (chance < high))
    order = np.lexsort((code[places], np.abs(chance[places] - line)))
    return np.asarray(places[order][:MOST_TO_REVIEW])
