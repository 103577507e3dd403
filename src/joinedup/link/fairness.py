"""For whom is linking wrong more often: are matches of a group missed, or made up?

Against a truth where one is known (a pair is of each group that one of its two records is of),
else as the model expects it of each group's pairs. The model does not know groups: where names of
one are written in ways it does not foresee, its word is too good. Only a truth or a look tells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from joinedup.link import judged, truth
from joinedup.link.judged import Share
from joinedup.link.linking import Linked, Table
from joinedup.link.truth import Score, Truth
from joinedup.result.blocks import Block, Caution, Column
from joinedup.result.blocks import Table as Told
from joinedup.stats.arrays import Floats, Ints
from joinedup.stats.intervals import wilson_interval

WIDE = 0.02
"""A gap in recall that is wider, and beyond chance, is told as a caution."""
ALL = "all"


@dataclass(frozen=True, slots=True)
class Errors:
    """How links of one group fare.

    Attributes:
        true: matches, or how many the model expects.
        linked: links.
        precision: of the links, how many are right; None without any.
        recall: of the matches, how many are links; None without any.
    """

    true: int
    linked: int
    precision: Share | None
    recall: Share | None


def groups_of(
    by: str, tables: Mapping[str, Table], told: pa.Table | None, linked: Linked
) -> tuple[Ints, list[str]]:
    """Of each record, the place of its group in the names, -1 where none is told; and the names.

    Args:
        by: a column of the truth, or else of the tables.
        tables: that were linked.
        told: the truth, if one is known.
        linked: what was linked.
    """
    if told is not None and by in told.column_names:
        cells = truth.beside(told, by, linked.records)
    else:
        cells = pa.chunked_array(
            [
                table.data[by].cast(pa.string()).combine_chunks()
                if by in table.data.column_names
                else pa.nulls(table.data.num_rows, pa.string())
                for table in tables.values()
            ]
        ).combine_chunks()
    coded = cells.dictionary_encode()
    names = coded.dictionary.to_pylist()
    order = np.argsort(np.array(names, dtype=object), kind="stable")
    place = np.full(len(names) + 1, -1)
    place[order] = np.arange(len(names))
    codes = np.asarray(coded.indices.fill_null(len(names))).astype(np.int64)
    return place[codes], [names[at] for at in order]


def marked(
    linked: Linked, known: Truth, groups: Ints, names: Sequence[str], *, level: float
) -> dict[str, Errors]:
    """Pairs within entities against the truth, of each group and of all."""
    scores = dict(zip(names, truth.by_group(linked, known, groups, len(names)), strict=True))
    made = truth.within(linked.entity)
    scores[ALL] = truth.score_of(made, known.pairs, linked.records.count)
    return {name: _scored(score, level) for name, score in scores.items()}


def _scored(score: Score, level: float) -> Errors:
    return Errors(
        score.true,
        score.linked,
        _counted(score.right, score.linked, level),
        _counted(score.right, score.true, level),
    )


def _counted(part: int, whole: int, level: float) -> Share | None:
    if not whole:
        return None
    told = wilson_interval(np.array([float(part)]), np.array([float(whole)]), level=level)
    return Share(part / whole, float(told.low[0]), float(told.high[0]))


def expected(
    linked: Linked, groups: Ints, names: Sequence[str], *, level: float
) -> dict[str, Errors]:
    """Links as the model expects them to be right and complete, of each group and of all.

    A pair across two groups counts half for each, so that doubt across groups, which is seldom of a
    match, does not make every group look worse than all.
    """
    one, other = groups[linked.found.left], groups[linked.found.right]
    found = {
        name: _expected(linked, ((one == at) + 1.0 * (other == at)) / 2, level)
        for at, name in enumerate(names)
    }
    return found | {ALL: _expected(linked, np.ones(len(one)), level)}


def _expected(linked: Linked, weight: Floats, level: float) -> Errors:
    links = linked.links
    likely = weight * linked.chance
    doubt = weight**2 * linked.chance * (1 - linked.chance)
    made, right = float(weight[links].sum()), float(likely[links].sum())
    true = float(likely.sum()) / max(linked.judged.covered, 1e-9)
    if round(true) == 0 or not made:
        return Errors(round(true), round(made), None, None)
    precision = judged.share(right / made, float(np.sqrt(doubt[links].sum())) / made, level)
    recall = judged.share(right / true, float(np.sqrt(doubt.sum())) / true, level)
    return Errors(round(true), round(made), precision, recall)


def blocks(by: str, found: Mapping[str, Errors], *, against: str) -> list[Block]:
    """The table, a row for each group, and what is unequal.

    Args:
        by: the column whose groups these are.
        found: group to its errors, all together as `ALL`.
        against: what they are held against.
    """
    whole = found[ALL].recall
    rows = []
    for name, one in found.items():
        gap = None if not (one.recall and whole) else 100 * (one.recall.value - whole.value)
        rows.append((name, one.true, one.linked, *_cells(one.precision), *_cells(one.recall), gap))
    table = Told(
        title=f"By {by}: {against}",
        columns=_columns(by, against),
        rows=tuple(rows),
        about="groups",
        note="The gap is the recall of a group less that of all.",
    )
    behind = [
        f"{name} ({one.recall.value:.1%})"
        for name, one in found.items()
        if one.recall and whole and whole.value - one.recall.value > WIDE
        if one.recall.high < whole.value
    ]
    told: list[Block] = [table]
    if behind and whole:
        told.append(
            Caution(
                text=f"Matches are found less often than among all ({whole.value:.1%}) where {by}"
                f" is {', '.join(behind)}: who is in two records may look as if in one. Look at"
                " doubtful pairs of these groups first."
            )
        )
    return told


def _cells(share: Share | None) -> tuple[float | None, ...]:
    return (share.value, share.low, share.high) if share else (None, None, None)


def _columns(by: str, against: str) -> tuple[Column, ...]:
    def shares(name: str, base: str) -> list[Column]:
        ends = [
            Column(name=f"{name}_{end}", label=end, kind="share", base=base, digits=1)
            for end in ("low", "high")
        ]
        return [Column(name=name, kind="share", base=base, digits=1), *ends]

    expects = "true" if "truth" in against else "expected"
    return (
        Column(name=by, kind="text"),
        Column(name="true", label=f"{expects} pairs", kind="count"),
        Column(name="linked", label="linked pairs", kind="count"),
        *shares("precision", "linked"),
        *shares("recall", "true"),
        Column(name="gap", kind="number", unit="points", base="true", digits=1),
    )
