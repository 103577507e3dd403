"""What the list would find and how much earlier, said in one sentence and shown in one chart."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.result.blocks import (
    Block,
    Caution,
    Cell,
    Check,
    Checks,
    Column,
    Estimate,
    Estimates,
    Figure,
    Table,
)
from joinedup.result.model import Result
from joinedup.stats.intervals import Measured
from joinedup.target.measures import Measures

if TYPE_CHECKING:
    from joinedup.target.ranking import Spec

ACTUAL, CHANCE = "as worked", "by chance"
OTHERS = (ACTUAL, CHANCE)
CURVE = ("order", "cases_visited", "found", "share_visited", "share_found")
CURVE_TABLE, AT_CAPACITY = "curve", "at capacity"
"""Under these names the members of two tables are kept."""
STEPS = 20
"""Points of each line. Not more: neighbours then differ by enough cases to be shown outside."""
SHOWN = 20
FEWEST = 20
"""Cases with the outcome under which a percentile interval is too narrow (tests/calibration)."""
SHARES = frozenset(
    {
        "share_first_half_actual",
        "share_first_half_ranked",
        "share_seen_later",
        "precision_at_capacity",
        "recall_at_capacity",
    }
)


@dataclass(frozen=True, slots=True)
class Ranking:
    """What was ranked, and how well that could be measured.

    Attributes:
        listed: the list.
        cases: how many are ranked.
        without_score: how many rows were left out because they have no score.
        worked: how many ranked cases have a known outcome (and date, if compared); None if no
            outcome was named.
        across_the_line: how many share the score on which the list ends; 0 if none.
        measures: None if no case with the outcome is known.
    """

    listed: pa.Table
    cases: int
    without_score: int
    worked: int | None
    across_the_line: int
    measures: Measures | None


def tell(spec: "Spec", told: Ranking) -> Result:
    """The result: headline, estimates, cautions, checks, gains, and the head of the list."""
    blocks: list[Block] = []
    estimates = tuple(_estimates(spec, told))
    if estimates:
        blocks.append(Estimates(items=estimates))
    blocks += [Caution(text=text) for text in _cautions(spec, told)]
    blocks.append(Checks(items=tuple(_checks(spec, told))))
    if told.measures is not None:
        blocks += [_figure(spec, told.measures), _at_capacity(spec, told.measures)]
    blocks.append(_head_of_list(spec, told.listed))
    return Result(method="target.rank", headline=_headline(spec, told), blocks=tuple(blocks))


def _headline(spec: "Spec", told: Ranking) -> str:
    places = told.listed.num_rows
    if told.measures is None:
        return (
            f"The list holds {places:,} of {told.cases:,} {spec.case_words}, the highest score"
            " first; what they would find is not known."
        )
    values, found = told.measures.values, told.measures.found
    if spec.time is None:
        recall = values["recall_at_capacity"]
        lift = values["lift_over_chance"].value
        return (
            f"The first {told.measures.capacity:,} of {told.measures.cases:,} {spec.case_words}"
            f" hold {recall.value:.1%} of the {found:,} {spec.outcome_words}"
            f" ({_bounds(spec, recall)}), {lift:.1f} times what chance would find."
        )
    moved = values["days_earlier"]
    way = "earlier" if moved.value >= 0 else "later"
    side = 1 if moved.value >= 0 else -1
    low, high = sorted((side * moved.low, side * moved.high))
    first = values["share_first_half_ranked"].value
    return (
        f"Ranked this way, {spec.outcome_words} would have been found {abs(moved.value):.1f} days"
        f" {way} ({spec.level:.0%} interval {low:.1f} to {high:.1f}), {first:.1%} in the first"
        f" half against {values['share_first_half_actual'].value:.1%} as worked."
    )


def _bounds(spec: "Spec", one: Measured) -> str:
    return f"{spec.level:.0%} interval {one.low:.1%} to {one.high:.1%}"


def _labels(spec: "Spec", capacity: int) -> Mapping[str, str]:
    first = f"the first {capacity:,} {spec.case_words}"
    return {
        "days_earlier": f"{spec.outcome_words} found earlier by",
        "share_first_half_actual": f"{spec.outcome_words} found in the first half, as worked",
        "share_first_half_ranked": f"{spec.outcome_words} found in the first half, ranked",
        "share_seen_later": f"{spec.outcome_words} that would be seen later than they were",
        "found_at_capacity": f"{spec.outcome_words} among {first}",
        "precision_at_capacity": f"share of {first} that are {spec.outcome_words}",
        "recall_at_capacity": f"share of all {spec.outcome_words} that are in {first}",
        "lift_over_chance": f"finds in {first}, against chance",
        "lift_over_actual_order": f"finds in {first}, against the first as worked",
        "auc": "AUC: chance that a find is ranked above another case",
    }


def _estimates(spec: "Spec", told: Ranking) -> Iterator[Estimate]:
    if told.measures is not None:
        labels = _labels(spec, told.measures.capacity)
        for name in labels:
            if name in told.measures.values:
                yield _estimate(spec, name, labels[name], told.measures)
    if spec.score_is_chance:
        expected = float(pc.sum(told.listed[spec.score]).as_py())
        yield Estimate(
            name="expected_finds",
            label=f"{spec.outcome_words} expected on the list, if the chances are right",
            value=expected,
            low=None,
            high=None,
            level=None,
            unit="cases",
            n=told.listed.num_rows,
        )


def _estimate(spec: "Spec", name: str, label: str, measures: Measures) -> Estimate:
    one = measures.values[name]
    units = {"days_earlier": "days", "found_at_capacity": "cases", "auc": ""}
    known = not (np.isnan(one.low) or np.isnan(one.high))
    return Estimate(
        name=name,
        label=label,
        value=one.value,
        low=one.low if known else None,
        high=one.high if known else None,
        level=spec.level if known else None,
        unit="share" if name in SHARES else units.get(name, "times"),
        n=measures.cases,
    )


def _cautions(spec: "Spec", told: Ranking) -> Iterator[str]:
    if spec.outcome is None:
        yield (
            "No outcome was given, so nothing here says how good this order is. Compare it with a"
            " period whose outcomes are known before relying on it."
        )
    elif told.measures is None:
        yield (
            f"None of the ranked {spec.case_words} is known to have the outcome, so nothing here"
            " says how good this order is."
        )
    if told.measures is not None:
        yield (
            "The outcome is known only where someone looked. What lies in cases that nobody"
            " visited does not count here."
        )
    if told.measures is not None and spec.time is not None:
        yield (
            "The comparison deals out the days on which cases were really worked. Each case keeps"
            " the features and the outcome of its real day, though on another day both could"
            " differ."
        )
    if told.without_score:
        yield f"{told.without_score:,} {spec.case_words} have no score and are not ranked."
    if told.measures is not None and told.cases > told.measures.cases:
        yield (
            f"{told.cases - told.measures.cases:,} ranked {spec.case_words} have no known outcome"
            " or date; the measures leave them out."
        )
    if spec.capacity > told.cases:
        yield (
            f"The capacity is {spec.capacity:,}, but only {told.cases:,} {spec.case_words} are"
            " ranked: all are on the list."
        )
    audited = int(pc.sum(pc.equal(told.listed["chosen_by"], "audit")).as_py() or 0)
    if audited:
        yield (
            f"{audited:,} places of the list were drawn at random from below the line. The measures"
            " are of the order by score alone."
        )


def _checks(spec: "Spec", told: Ranking) -> Iterator[Check]:
    tied = told.across_the_line
    yield Check(
        name="The list does not hang on ties",
        answer="failed" if tied else "passed",
        detail=f"{tied:,} {spec.case_words} share the score on which the list ends; the order of"
        f" {spec.id} decides between them."
        if tied
        else "No score is shared by the last case on the list and the next.",
    )
    if told.measures is None:
        return
    found = told.measures.found
    yield Check(
        name="Enough finds for the intervals",
        answer="passed" if found >= FEWEST else "failed",
        detail=f"{found:,} {spec.outcome_words}; {FEWEST} are wanted.",
    )
    name, words, nothing = (
        ("lift_over_chance", "times as many finds as chance", 1.0)
        if spec.time is None
        else ("days_earlier", "days earlier than as worked", 0.0)
    )
    one = told.measures.values[name]
    unclear = bool(np.isnan(one.low))
    yield Check(
        name="Better than chance" if spec.time is None else "Better than the order used",
        answer="cannot tell" if unclear else "passed" if one.low > nothing else "failed",
        detail=f"{one.value:.1f} {words}, at least {one.low:.1f}; {nothing:g} would be no better.",
    )


def curve_rows(
    spec: "Spec", measures: Measures
) -> Iterator[tuple[str, int, int | None, float, float]]:
    """Order, cases visited, found, and both as shares of all: 21 points for each order."""
    cases, found, worked = measures.cases, measures.found, measures.worked
    visits = points(measures)
    ways = {spec.label: worked.found_first}
    if worked.day is not None:
        ways[ACTUAL] = worked.found_first_actual
    for name, found_first in ways.items():
        for visited in visits:
            finds = round(found_first(visited))
            yield name, visited, finds, visited / cases, finds / found
    for visited in visits:
        yield CHANCE, visited, None, visited / cases, visited / cases


def points(measures: Measures) -> list[int]:
    """How many cases are visited at each point of a line."""
    return [round(measures.cases * step / STEPS) for step in range(STEPS + 1)]


def _figure(spec: "Spec", measures: Measures) -> Figure:
    table = Table(
        title=f"Share of {spec.outcome_words} found, by share of {spec.case_words} visited",
        columns=(
            Column(name="order", kind="text"),
            Column(name="cases_visited", label=f"{spec.case_words} visited", kind="count"),
            Column(name="found", kind="count", part_of="cases_visited"),
            Column(name="share_visited", kind="share", base="cases_visited", digits=0),
            Column(name="share_found", kind="share", base="found", digits=1),
        ),
        rows=tuple(curve_rows(spec, measures)),
        about="groups",
        note="Where a step ends within a day, the finds of that day count in proportion.",
        behind=CURVE_TABLE,
    )
    return Figure(
        title=f"How soon {spec.outcome_words} are found",
        chart=_chart(spec),
        table=table,
        alt=f"After half of the {spec.case_words}, {_half(table, spec)}.",
    )


def _half(table: Table, spec: "Spec") -> str:
    """The finding of the figure in words, at its middle."""
    middle = [row for row in table.rows if row[0] != CHANCE][STEPS // 2 :: STEPS + 1]
    said = [
        f"{row[4]:.1%} are found {'as ranked' if row[0] == spec.label else row[0]}"
        for row in middle
    ]
    return ", ".join([*said, "50.0% by chance"])


def _chart(spec: "Spec") -> dict[str, Any]:
    percent = {"format": ".0%"}
    order = [spec.label, ACTUAL, CHANCE]
    return {
        "mark": {"type": "line", "strokeWidth": 2.5},
        "encoding": {
            "x": {
                "field": "share_visited",
                "type": "quantitative",
                "title": f"{spec.case_words} visited",
                "axis": percent,
            },
            "y": {
                "field": "share_found",
                "type": "quantitative",
                "title": f"{spec.outcome_words} found",
                "axis": percent,
            },
            "color": {"field": "order", "type": "nominal", "sort": order, "title": None},
            "strokeDash": {"field": "order", "type": "nominal", "sort": order, "legend": None},
        },
    }


def _at_capacity(spec: "Spec", measures: Measures) -> Table:
    """What the first visits find in each order."""
    k, all_found = measures.capacity, measures.found
    finds = {spec.label: measures.worked.found_first(k)}
    if measures.worked.day is not None:
        finds[ACTUAL] = measures.worked.found_first_actual(k)
    finds[CHANCE] = k * all_found / measures.cases
    rows: list[tuple[Cell, ...]] = [
        (name, k, round(found), found / k, found / all_found) for name, found in finds.items()
    ]
    return Table(
        title=f"What the first {k:,} {spec.case_words} find",
        columns=(
            Column(name="order", kind="text"),
            Column(name="visited", label=f"{spec.case_words} visited", kind="count"),
            Column(name="found", label=spec.outcome_words, kind="count", part_of="visited"),
            Column(
                name="precision", label="share of visits", kind="share", base="visited", digits=1
            ),
            Column(name="recall", label="share of all found", kind="share", base="found", digits=1),
        ),
        rows=tuple(rows),
        about="groups",
        note="By chance: expected, rounded to whole cases.",
        behind=AT_CAPACITY,
    )


def _head_of_list(spec: "Spec", listed: pa.Table) -> Table:
    names = dict.fromkeys(("rank", spec.id, spec.score, *spec.reasons, *spec.carry))
    columns = tuple(_column(spec, name, listed.schema.field(name).type) for name in names)
    rows = [
        tuple(_cell(column, row[column.name]) for column in columns)
        for row in listed.slice(0, SHOWN).to_pylist()
    ]
    more = listed.num_rows - len(rows)
    return Table(
        title="The list" if not more else f"The first {len(rows)} of the list",
        columns=columns,
        rows=tuple(rows),
        about="records",
        note=f"{more:,} more are in the table list." if more else "",
    )


def _column(spec: "Spec", name: str, kind: pa.DataType) -> Column:
    if name == spec.score:
        return Column(name=name, kind="number", digits=3)
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return Column(name=name, kind="date")
    if name == "rank" or pa.types.is_floating(kind):
        return Column(name=name, kind="number", digits=0 if name == "rank" else 4)
    return Column(name=name, kind="text")


def _cell(column: Column, value: Any) -> Cell:
    if value is None or column.kind != "text":
        found: Cell = value
        return found
    return str(value)
