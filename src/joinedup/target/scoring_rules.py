"""Which cases meet the rules that experienced people already use, and why?

Points for plain conditions, added up. A domain expert can read the settings and say what is wrong
with them. Rules come before models: a model has to beat them on the same cases.
"""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, model_validator

from joinedup.core.errors import MethodError
from joinedup.core.method import Method, Reads
from joinedup.result.members import whose
from joinedup.result.model import Output, OutputTable
from joinedup.stats.arrays import Bools, Floats
from joinedup.store.access import Access
from joinedup.store.bench import bench
from joinedup.target.conditions import Condition, holds
from joinedup.target.frames import all_at_once, day_number, days, in_order_of_id, zero_or_one
from joinedup.target.reasons import REASONS
from joinedup.target.rules_report import Scored, rule_members, rule_table, tell

ROLE: dict[str, Any] = {"role": "table"}
NAME, REACHED = "target.rules", "reaches_threshold"
MADE = ("score", "split", REACHED, *REASONS)


class Rule(Condition):
    """Points for cases in which a condition holds."""

    name: str = Field(description="What the rule is called; no two rules share it.")
    weight: float = Field(
        ge=-1000, le=1000, description="Points added where it holds; below 0 they are taken off."
    )
    reason: str = Field(
        min_length=5, description="Plain words for the officer, such as 'had a complaint before'."
    )


class Spec(BaseModel):
    """A score for each eligible case: points for the rules it meets."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str = Field(
        default="table", description="Table of cases, one row each.", json_schema_extra=ROLE
    )
    id: str = Field(description="Column: names the case; no two rows share it.")
    time: str | None = Field(default=None, description="Column: date of the case, if it has one.")
    outcome: str | None = Field(
        default=None, description="Column: 1 found, 0 looked and not found, empty not known."
    )
    rules: tuple[Rule, ...] = Field(min_length=1, description="The rules, with their points.")
    eligible: tuple[Condition, ...] = Field(
        default=(), description="Conditions that all must hold, or the case gets no score."
    )
    threshold: float | None = Field(
        default=None,
        ge=-1e6,
        le=1e6,
        description="Points from which a case is to be acted on, if there is a line.",
    )
    test_from: date | None = Field(
        default=None,
        description="Rows dated earlier are called train, so that a model's can be"
        " compared; nothing is learnt from either.",
    )
    whose: str = Field(
        default="",
        description="Column: the person, home or business that a case is about, if the id is of"
        " something else. The disclosure rule counts each once.",
    )
    carry: tuple[str, ...] = Field(
        default=(), description="Columns to keep beside the score, such as an address."
    )
    case_words: str = Field(default="cases", description="What the cases are called, in words.")

    @model_validator(mode="after")
    def _fits_together(self) -> "Spec":
        names = [rule.name for rule in self.rules]
        problems = []
        if twice := sorted({name for name in names if names.count(name) > 1}):
            problems.append(f"two rules are called {', '.join(twice)}")
        if own := [rule.name for rule in self.rules if rule.column == self.outcome]:
            problems.append(f"{', '.join(own)} reads the outcome, which is known only afterwards")
        if self.test_from and not self.time:
            problems.append("test_from needs the column time")
        if taken := sorted(set(MADE) & {self.id, self.time, self.outcome, *self.carry}):
            problems.append(f"{', '.join(taken)} is a column this method makes; rename yours")
        if problems:
            raise ValueError("; ".join(problems))
        return self


def reads(spec: Spec) -> Reads:
    """Id, date and outcome if named, what the rules compare, and what is carried."""
    named = (spec.id, spec.time, spec.outcome)
    compared = (condition.column for condition in (*spec.rules, *spec.eligible))
    own = (spec.whose,) if spec.whose else ()
    columns = (*(name for name in named if name is not None), *compared, *spec.carry, *own)
    return {spec.table: tuple(dict.fromkeys(columns))}


def run(spec: Spec, access: Access) -> Output:
    """Score every eligible case and say which rules gave the points."""
    table = in_order_of_id(access.table(spec.table), spec.id, where=spec.table)
    eligible = _eligible(spec, table)
    kept = table.filter(pa.array(eligible))
    if not kept.num_rows:
        raise MethodError(
            f"none of {table.num_rows:,} rows is eligible.",
            fix="check the conditions under eligible.",
            where=spec.table,
        )
    met = np.column_stack(
        all_at_once(*(lambda rule=rule: holds(rule, kept, where=spec.table) for rule in spec.rules))
    )
    day, outcome = all_at_once(
        lambda: days(kept, spec.time, where=spec.table) if spec.time else None,
        lambda: zero_or_one(kept, spec.outcome, where=spec.table) if spec.outcome else None,
    )
    weights = np.array([rule.weight for rule in spec.rules])
    score: Floats = met @ weights
    scored = Scored(
        rows=table.num_rows,
        score=score,
        met=met,
        empty=np.array([kept[rule.column].null_count for rule in spec.rules]),
        outcome=outcome,
    )
    return Output(
        result=tell(spec, scored),
        tables={
            "scores": OutputTable(_scores(spec, kept, scored, day), "one row per eligible case"),
            "rules": OutputTable(rule_table(spec, scored), "one row per rule"),
        },
        members=rule_members(scored, whose(kept, id=spec.id, unit=spec.whose)),
    )


def _eligible(spec: Spec, table: pa.Table) -> Bools:
    passed = all_at_once(
        *(lambda one=one: holds(one, table, where=spec.table) for one in spec.eligible)
    )
    together = np.logical_and.reduce([np.ones(table.num_rows, dtype=np.bool_), *passed])
    return np.asarray(together, dtype=np.bool_)


def _scores(spec: Spec, kept: pa.Table, scored: Scored, day: Floats | None) -> pa.Table:
    names = (spec.id, spec.time, spec.outcome, spec.whose or None, *spec.carry)
    columns = {name: kept[name] for name in dict.fromkeys(names) if name is not None}
    early = (
        np.zeros(kept.num_rows, dtype=np.bool_)
        if day is None or spec.test_from is None
        else day < day_number(spec.test_from)
    )
    columns["score"] = pa.array(scored.score)
    columns["split"] = pa.array(np.where(early, "train", "test"))
    if spec.threshold is not None:
        columns[REACHED] = pa.array(scored.score >= spec.threshold)
    columns |= _reasons(spec, scored.met)
    return pa.table(columns)


def _reasons(spec: Spec, met: Bools) -> dict[str, pa.Array]:
    """The reasons of the rules that gave points, most points first; ties as written."""
    order = sorted(
        (place for place, rule in enumerate(spec.rules) if rule.weight > 0),
        key=lambda place: -spec.rules[place].weight,
    )
    said = [[spec.rules[place].reason for place in order if row[place]] for row in met]
    return {
        name: pa.array([one[place] if place < len(one) else None for one in said], pa.string())
        for place, name in enumerate(REASONS)
    }


METHOD = Method(
    name=NAME,
    summary="Which cases meet the rules that experienced people use, and why?",
    spec=Spec,
    reads=reads,
    run=run,
    bench=bench,
    assumptions=(
        "What a rule reads was known on the day of the case, before the outcome.",
        "An empty cell means that nothing is known against the case: the rule gives no points.",
        "The points say how rules weigh against one another; they are a judgement.",
    ),
    reference="doi:10.1037/0003-066X.34.7.571",
    trust="vetted",
    where="memory",
    version="1",
    gives={"scores": "one row per eligible case", "rules": "one row per rule"},
)
