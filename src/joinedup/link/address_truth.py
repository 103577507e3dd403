"""How good are the links to places where the truth is known, and are refusals right?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from joinedup.core import identifiers
from joinedup.core.errors import MethodError
from joinedup.link import telling
from joinedup.link.placed import Placed
from joinedup.link.truth import ENTITY, Score
from joinedup.result.blocks import Block, Column, Table

ENTITIES = (*ENTITY, "uprn", "place")
TWO = 2


@dataclass(frozen=True, slots=True)
class Marked:
    """Each record that the truth knows.

    Attributes:
        true: whether it has a listed place, shape (records,).
        linked: whether it was linked.
        right: whether it was linked to the right place.
        beside: whether it was linked to another part of the right building.
        group: of each record, its group; None where it has none.
    """

    true: np.ndarray
    linked: np.ndarray
    right: np.ndarray
    beside: np.ndarray
    group: tuple[str | None, ...]

    def score(self, some: np.ndarray) -> Score:
        """Precision and recall among some of them."""
        return Score(
            int(self.right[some].sum()), int(self.linked[some].sum()), int(self.true[some].sum())
        )


def blocks(
    found: Placed, truth: pa.Table, groups: Mapping[str, pa.ChunkedArray], *, by: str
) -> list[Block]:
    """The score, what became of records without a place, and the score by group."""
    marked = mark(found, truth, groups)
    every = np.ones(len(marked.true), dtype=bool)
    told: list[Block] = [_held("Held against the truth", "what", {"pairs": marked.score(every)})]
    none = ~marked.true
    rows = (
        ("records without a listed place", int(none.sum())),
        ("of these, refused", int((none & ~marked.linked).sum())),
        ("linked to another part of the right building", int(marked.beside.sum())),
    )
    columns = (Column(name="what", kind="text"), Column(name="records", kind="count"))
    told.append(
        Table(title="What else the truth tells", columns=columns, rows=rows, about="method")
    )
    names = sorted({name for name in marked.group if name is not None})
    if by and names:
        of = np.array([name or "" for name in marked.group])
        told.append(_held(f"By {by}", by, {name: marked.score(of == name) for name in names}))
    return told


def mark(found: Placed, truth: pa.Table, groups: Mapping[str, pa.ChunkedArray]) -> Marked:
    """Hold every record that the truth knows against it.

    Raises:
        MethodError: the truth has no form that is known, or names no record.
    """
    known, whole = _read(found, truth)
    true, linked, right, beside, group = [], [], [], [], []
    for decided in found.decided:
        name = decided.records.name
        of = groups[name].cast(pa.string()).to_pylist() if name in groups else None
        for row, id_ in enumerate(decided.records.ids):
            places = known.get((name, id_), known.get(("", id_), set() if whole else None))
            if places is None:
                continue
            first = decided.verdicts[row].places[0] if decided.accepted[row] else -1
            true.append(bool(places - {-1}))
            linked.append(bool(decided.accepted[row]))
            right.append(first in places and first >= 0)
            beside.append(first >= 0 and first not in places and _beside(found, first, places))
            group.append(of[row] if of else None)
    if not any(true):
        raise MethodError(
            "the truth names no record that was given with a place that is listed.",
            fix="give the columns id and entity (the gazetteer's id), or two columns of ids.",
            where="truth",
        )
    return Marked(
        true=np.array(true, dtype=bool),
        linked=np.array(linked, dtype=bool),
        right=np.array(right, dtype=bool),
        beside=np.array(beside, dtype=bool),
        group=tuple(group),
    )


def _beside(found: Placed, place: int, places: set[int]) -> bool:
    def building(number: int) -> tuple[object, ...]:
        first = found.places.places[number].readings[0]
        named = first.number or first.names
        return (first.postcode, named, first.street)

    return any(building(place) == building(other) for other in places if other >= 0)


def _read(found: Placed, truth: pa.Table) -> tuple[dict[tuple[str, str], set[int]], bool]:
    """Table and id to its places (-1: none that is listed), and whether every pair is told."""
    names = truth.column_names
    of_id: dict[str, int] = {}
    for row, id_ in enumerate(found.listed.ids):
        of_id.setdefault(id_, found.places.place_of[row])
        of_id.setdefault(_plain(id_), found.places.place_of[row])
    entity = [name for name in names if name.lower() in ENTITIES]
    if {"id_l", "id_r"} <= set(names):
        one, other, table, whole = "id_l", "id_r", "table_l", True
    elif "id" in names and entity:
        one, other, table, whole = "id", entity[0], "table", False
    elif len(names) >= TWO:
        one, other, table, whole = names[0], names[1], "", True
    else:
        return {}, True
    told = [truth[column].cast(pa.string()).to_pylist() for column in (one, other)]
    tables = truth[table].to_pylist() if table in names else [""] * truth.num_rows
    known: dict[tuple[str, str], set[int]] = {}
    for name, id_, place in zip(tables, *told, strict=True):
        number = of_id.get(place or "", of_id.get(_plain(place or ""), -1))
        known.setdefault((name, id_), set()).add(number)
    return known, whole


def _plain(id_: str) -> str:
    """An id as a UPRN with its leading zeros, where it can be one."""
    return identifiers.normal_uprn(id_) or id_


def _held(title: str, what: str, found: Mapping[str, Score]) -> Table:
    return telling.scores(title, what, found, of="records")
