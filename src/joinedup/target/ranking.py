"""Whom to see first, and what would that order have found that the order used did not?

Not a decision: a person takes the list, with its reasons. Not a forecast either: the comparison
deals out again the days on which cases were really worked.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, model_validator

from joinedup.core.errors import MethodError
from joinedup.core.method import Method, Reads
from joinedup.result.members import Whose, whose
from joinedup.result.model import Output, OutputTable
from joinedup.stats.arrays import Floats
from joinedup.stats.ranking import ranked_order
from joinedup.store.access import Access
from joinedup.store.bench import bench
from joinedup.target import rank_members
from joinedup.target.frames import all_at_once, days, in_order_of_id, numbers, selected, zero_or_one
from joinedup.target.measures import Worked, measure
from joinedup.target.rank_report import CURVE, OTHERS, Ranking, curve_rows, tell

ROLE: dict[str, Any] = {"role": "table"}
NAME, RANK, CHOSEN = "target.rank", "rank", "chosen_by"


class Spec(BaseModel):
    """A list of the cases to see first, compared with the order used."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str = Field(
        default="table", description="Table of scored cases, one row each.", json_schema_extra=ROLE
    )
    id: str = Field(description="Column: names the case; no two rows share it. Settles ties.")
    score: str = Field(
        default="score", description="Column: higher is seen first. Rows without one are left out."
    )
    time: str | None = Field(
        default=None, description="Column: date on which the case was really worked, if known."
    )
    outcome: str | None = Field(
        default=None, description="Column: 1 found, 0 looked and not found, empty not known."
    )
    capacity: int = Field(ge=1, description="Length of the list. Cases.")
    only: Mapping[str, str | int | float | bool] = Field(
        default={}, description="Column to the value its rows must have, such as split = test."
    )
    label: str = Field(default="ranked", description="What this order is called in the figure.")
    case_words: str = Field(default="cases", description="What the cases are called, in words.")
    outcome_words: str = Field(
        default="cases with the outcome", description="What is found, in words, plural."
    )
    reasons: tuple[str, ...] = Field(default=(), description="Columns: reasons shown on the list.")
    whose: str = Field(
        default="",
        description="Column: the person, home or business that a case is about, if the id is of"
        " something else. The disclosure rule counts each once.",
    )
    carry: tuple[str, ...] = Field(
        default=(), description="Columns to keep on the list, such as an address."
    )
    audit_share: float = Field(
        default=0.0,
        ge=0,
        le=0.5,
        description="Share of the list drawn at random from the cases below the line, so that"
        " outcomes are learnt there too.",
    )
    score_is_chance: bool = Field(
        default=False, description="Whether the score is a chance; then expected finds are given."
    )
    draws: int = Field(default=2000, ge=100, le=20_000, description="Bootstrap draws.")
    level: float = Field(
        default=0.95, gt=0.5, lt=1, description="Coverage of the intervals, 0 to 1."
    )
    seed: int = Field(default=0, ge=0, description="Of the bootstrap and of the audit draw.")

    @model_validator(mode="after")
    def _fits_together(self) -> "Spec":
        taken = sorted({RANK, CHOSEN} & {self.id, self.score, *self.reasons, *self.carry})
        if taken:
            message = f"{', '.join(taken)} is a column this method makes; rename yours"
            raise ValueError(message)
        if self.label in OTHERS:
            message = f"label must not be {' or '.join(OTHERS)}, which name the other orders"
            raise ValueError(message)
        if self.time and not self.outcome:
            message = "time is compared by what was found; name the outcome column too"
            raise ValueError(message)
        return self


def reads(spec: Spec) -> Reads:
    """Id, score, the date and outcome if named, and what is shown or selected by."""
    named = (spec.time, spec.outcome)
    columns = (
        spec.id,
        spec.score,
        *(name for name in named if name is not None),
        *spec.reasons,
        *spec.carry,
        *spec.only,
        *((spec.whose,) if spec.whose else ()),
    )
    return {spec.table: tuple(dict.fromkeys(columns))}


def run(spec: Spec, access: Access) -> Output:
    """Put the cases in order, take the list, and measure the order where the truth is known."""
    table = selected(access.table(spec.table), dict(spec.only), where=spec.table)
    table = in_order_of_id(table, spec.id, where=spec.table)
    known, worked, about = _in_order(spec, table)
    if not known.num_rows:
        raise MethodError(
            f"none of {table.num_rows:,} rows has a score and the values asked for.",
            fix="check only and score.",
            where=spec.table,
        )
    chosen = take_list(
        known.num_rows, capacity=spec.capacity, audit_share=spec.audit_share, seed=spec.seed
    )
    listed = known.append_column(
        CHOSEN, pa.array(np.where(chosen == "", "not chosen", chosen))
    ).filter(pa.array(chosen != ""))
    measures = None
    if worked is not None and worked.outcome.sum():
        measures = measure(
            worked, capacity=spec.capacity, draws=spec.draws, level=spec.level, seed=spec.seed
        )
    told = Ranking(
        listed=listed,
        cases=known.num_rows,
        without_score=table.num_rows - known.num_rows,
        worked=None if worked is None else worked.outcome.size,
        across_the_line=_across_the_line(known[spec.score].to_numpy(), spec.capacity),
        measures=measures,
    )
    tables = {
        "list": OutputTable(listed, "one row per case on the list"),
        "ranked": OutputTable(known, "one row per ranked case"),
    }
    if measures is not None:
        curve = pa.Table.from_pylist(
            [dict(zip(CURVE, row, strict=True)) for row in curve_rows(spec, measures)]
        )
        tables["curve"] = OutputTable(curve, "one row per order and share of cases visited")
    counted = {} if measures is None else rank_members.members(spec, about, measures)
    return Output(result=tell(spec, told), tables=tables, members=counted)


def take_list(cases: int, *, capacity: int, audit_share: float, seed: int) -> Any:
    """Which ranked cases are on the list, and why.

    Args:
        cases: how many are ranked.
        capacity: places on the list.
        audit_share: share of the places drawn at random from below the line, 0 to 0.5.
        seed: of the draw.

    Returns:
        `score`, `audit` or empty text for each case in ranked order, shape (cases,).

    >>> take_list(5, capacity=2, audit_share=0.5, seed=1).tolist()
    ['score', '', 'audit', '', '']
    """
    places = min(capacity, cases)
    by_score = places if places == cases else places - round(places * audit_share)
    chosen = np.full(cases, "", dtype="<U5")
    chosen[:by_score] = "score"
    below = np.random.default_rng(seed).choice(
        np.arange(by_score, cases), size=places - by_score, replace=False
    )
    chosen[below] = "audit"
    return chosen


def _in_order(spec: Spec, table: pa.Table) -> tuple[pa.Table, Worked | None, Whose]:
    """The cases with a score, the highest first; those whose truth is known, and whose they are."""
    score, outcome, day = all_at_once(
        lambda: numbers(table, spec.score, where=spec.table),
        lambda: zero_or_one(table, spec.outcome, where=spec.table) if spec.outcome else None,
        lambda: days(table, spec.time, where=spec.table) if spec.time else None,
    )
    order = ranked_order(score)[: int((~np.isnan(score)).sum())]
    score = score[order]
    if spec.score_is_chance and score.size and (score.min() < 0 or score.max() > 1):
        raise MethodError(
            f"{spec.score} is not always between 0 and 1, so it is no chance.",
            fix="set score_is_chance to false, or give the chance.",
            where=spec.table,
        )
    own = spec.whose or None
    named = (spec.id, spec.score, spec.time, spec.outcome, own, *spec.reasons, *spec.carry)
    rows = table.take(pa.array(order))
    columns: dict[str, Any] = {RANK: pa.array(np.arange(1, order.size + 1))}
    columns |= {name: rows[name] for name in named if name is not None}
    columns[spec.score] = pa.array(score)
    if outcome is None:
        return pa.table(columns), None, whose(table, id=spec.id, unit=spec.whose).of(order)
    outcome, day = outcome[order], day if day is None else day[order]
    known = ~np.isnan(outcome) if day is None else ~np.isnan(outcome) & ~np.isnan(day)
    worked = Worked(score[known], outcome[known], day if day is None else day[known])
    about = whose(table, id=spec.id, unit=spec.whose).of(order).of(known)
    return pa.table(columns), worked, about


def _across_the_line(score: Floats, capacity: int) -> int:
    """How many cases share the score on which the list ends and the rest begins; 0 if none."""
    if capacity >= score.size or score[capacity - 1] != score[capacity]:
        return 0
    return int((score == score[capacity]).sum())


METHOD = Method(
    name=NAME,
    summary="Whom to see first, and what would that order have found?",
    spec=Spec,
    reads=reads,
    run=run,
    bench=bench,
    assumptions=(
        "As many cases are worked each day as were worked really.",
        "A case that is worked on another day is found to be as it was on the real day.",
        "Cases are drawn independently of one another, for the intervals.",
    ),
    reference="doi:10.1201/9780429246593",
    trust="vetted",
    where="memory",
    version="1",
    gives={
        "list": "one row per case on the list",
        "ranked": "one row per ranked case",
        "curve": "one row per order and share of cases visited",
    },
)
