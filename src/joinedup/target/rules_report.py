"""Which rules gave the points, in how many cases, and how often the outcome was found there?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from joinedup.result.blocks import Block, Caution, Cell, Column, Estimate, Estimates, Table
from joinedup.result.members import Place, Whose
from joinedup.result.model import Members, Result
from joinedup.stats.arrays import Bools, Floats, Ints
from joinedup.stats.ranking import auc_interval
from joinedup.target.declared import declared_reason

if TYPE_CHECKING:
    from joinedup.target.scoring_rules import Spec

LEVEL = 0.95
RULES_TABLE, POINTS_TABLE = "rules", "points"
"""Under these names the members of two tables are kept."""
KINDS = ("rule", "points", "cases", "met", "known", "found", "share_found")


@dataclass(frozen=True, slots=True)
class Scored:
    """Eligible cases with their points.

    Attributes:
        rows: cases given, eligible or not.
        score: points, shape (cases,).
        met: whether each rule holds, shape (cases, rules).
        empty: eligible cases whose column is empty, shape (rules,).
        outcome: 0, 1 or nan, shape (cases,); None if no outcome was named.
    """

    rows: int
    score: Floats
    met: Bools
    empty: Ints
    outcome: Floats | None


def tell(spec: "Spec", scored: Scored) -> Result:
    """The result: headline, how well the points order the cases, cautions, rules, points."""
    blocks: list[Block] = [*_estimates(scored)]
    blocks += [Caution(text=text) for text in _cautions(spec, scored)]
    blocks += [_rules(spec, scored), _points(spec, scored)]
    return Result(method="target.rules", headline=_headline(spec, scored), blocks=tuple(blocks))


def _headline(spec: "Spec", scored: Scored) -> str:
    cases = scored.score.size
    if spec.threshold is None:
        return (
            f"{cases:,} of {scored.rows:,} {spec.case_words} are eligible and scored by"
            f" {len(spec.rules)} rules; the highest score is {scored.score.max():g}."
        )
    reached = int((scored.score >= spec.threshold).sum())
    return (
        f"{reached:,} of {cases:,} eligible {spec.case_words} reach {spec.threshold:g} points"
        f" under {len(spec.rules)} rules."
    )


def _estimates(scored: Scored) -> Iterator[Estimates]:
    if scored.outcome is None:
        return
    known = ~np.isnan(scored.outcome)
    score, outcome = scored.score[known], scored.outcome[known]
    found = int(outcome.sum())
    if min(found, outcome.size - found) > 1:
        one = auc_interval(score, outcome, level=LEVEL)
        estimate = Estimate(
            name="auc",
            label="AUC of the points",
            value=one.value,
            low=one.low,
            high=one.high,
            level=LEVEL,
            unit="",
            n=outcome.size,
        )
        yield Estimates(items=(estimate,))


def _cautions(spec: "Spec", scored: Scored) -> Iterator[str]:
    left = scored.rows - scored.score.size
    if left:
        yield f"{left:,} {spec.case_words} are not eligible and have no score."
    for rule, empty in zip(spec.rules, scored.empty, strict=True):
        if empty:
            yield (
                f"{int(empty):,} eligible {spec.case_words} have no {rule.column}; the rule"
                f" '{rule.name}' gives them no points."
            )
    for rule in spec.rules:
        why = declared_reason(rule.column, {})
        if why:
            yield (
                f"The rule '{rule.name}' reads {rule.column}, which a model may not learn from:"
                f" {why}."
            )
    yield (
        "Points are a judgement of how rules weigh against one another; many cases share the same"
        " points, and an order among those means nothing."
    )


def rule_table(spec: "Spec", scored: Scored) -> pa.Table:
    """For each rule its points, the cases it holds in and, if known, the share found there."""
    rows = [dict(zip(KINDS, row, strict=True)) for row in _rule_rows(spec, scored)]
    kinds = (pa.string(), pa.float64(), *(pa.int64(),) * 4, pa.float64())
    return pa.Table.from_pylist(rows, schema=pa.schema(list(zip(KINDS, kinds, strict=True))))


def _rule_rows(spec: "Spec", scored: Scored) -> Iterator[tuple[Cell, ...]]:
    for place, rule in enumerate(spec.rules):
        met = scored.met[:, place]
        lead = (rule.name, float(rule.weight), scored.score.size, int(met.sum()))
        if scored.outcome is None:
            yield (*lead, None, None, None)
            continue
        known = met & ~np.isnan(scored.outcome)
        found = int(scored.outcome[known].sum())
        total = int(known.sum())
        yield (*lead, total, found, found / total if total else None)


def _rules(spec: "Spec", scored: Scored) -> Table:
    columns = (
        Column(name="rule", kind="text"),
        Column(name="points", kind="number", digits=1),
        Column(name="cases", label=f"eligible {spec.case_words}", kind="count"),
        Column(name="met", label="in which the rule holds", kind="count", part_of="cases"),
        Column(name="known", label="of these, outcome known", kind="count", part_of="met"),
        Column(name="found", label="of these, with the outcome", kind="count", part_of="known"),
        Column(name="share_found", label="share found", kind="share", base="found", digits=1),
    )
    kept = columns if scored.outcome is not None else columns[:4]
    rows = tuple(row[: len(kept)] for row in _rule_rows(spec, scored))
    return Table(
        title="What each rule does", columns=kept, rows=rows, about="groups", behind=RULES_TABLE
    )


def rule_members(scored: Scored, whose: Whose) -> dict[str, Members]:
    """By the name of each table, whom its counts are made of."""
    everybody = np.ones(scored.score.size, dtype=np.bool_)
    counted: dict[Place, Bools] = {}
    for row in range(scored.met.shape[1]):
        counted |= {(row, "cases"): everybody, (row, "met"): scored.met[:, row]}
        if scored.outcome is not None:
            known = scored.met[:, row] & ~np.isnan(scored.outcome)
            counted |= {(row, "known"): known, (row, "found"): known & (scored.outcome == 1)}
    points = {
        (row, "cases"): scored.score == one for row, one in enumerate(np.unique(scored.score)[::-1])
    }
    return {RULES_TABLE: whose.members(counted), POINTS_TABLE: whose.members(points)}


def _points(spec: "Spec", scored: Scored) -> Table:
    """How many cases have how many points, the most points first."""
    points, counts = np.unique(scored.score, return_counts=True)
    rows = tuple(
        (float(one), int(count)) for one, count in zip(points[::-1], counts[::-1], strict=True)
    )
    return Table(
        title=f"How many {spec.case_words} have how many points",
        columns=(
            Column(name="points", kind="number", digits=1),
            Column(name="cases", label=spec.case_words, kind="count"),
        ),
        rows=rows,
        about="groups",
        behind=POINTS_TABLE,
    )
