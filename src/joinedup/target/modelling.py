"""Which cases are most like those that had the outcome before, fitted on the past alone?

Not a finding about causes, and not a decision: a score says where to look first, from what was
known before. What may not be learnt from is refused before a row is read.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, model_validator

from joinedup.core.errors import MethodError, Problem
from joinedup.core.method import Method, Reads
from joinedup.result.members import whose
from joinedup.result.model import Output, OutputTable
from joinedup.stats.arrays import Bools, Floats
from joinedup.store.access import Access
from joinedup.store.bench import bench
from joinedup.target import model_report
from joinedup.target.declared import MINIMUM_REASON
from joinedup.target.encoding import Encoded, encode
from joinedup.target.fitting import Fitted, fit_boosting, fit_linear
from joinedup.target.frames import (
    all_at_once,
    day_number,
    days,
    in_order_of_id,
    is_text,
    zero_or_one,
)
from joinedup.target.reasons import REASONS, reasons_of
from joinedup.target.screening import refusals

ROLE: dict[str, Any] = {"role": "table"}
NAME = "target.model"
FEWEST = 10
"""Cases with and without the outcome in training; under this not even one column can be weighed."""
MADE = ("score", "split", *REASONS)


class Spec(BaseModel):
    """A score for each case, fitted on the past and tested on what came after."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str = Field(
        default="table", description="Table of cases, one row each.", json_schema_extra=ROLE
    )
    id: str = Field(description="Column: names the case; no two rows share it.")
    time: str = Field(description="Column: date as of which the features were known.")
    outcome: str = Field(description="Column: 1 found, 0 looked and not found, empty not known.")
    features: tuple[str, ...] = Field(
        min_length=1, description="Columns to learn from; a text column counts by category."
    )
    train_before: date = Field(description="Rows dated before this day are learnt from.")
    test_from: date = Field(description="Rows dated on or after this day are tested on.")
    algorithm: Literal["logistic", "boosting"] = Field(
        default="logistic", description="Logistic regression, or boosted trees (xgboost)."
    )
    penalty: float = Field(
        default=0.001,
        ge=0,
        description="Logistic: ridge strength on standardised columns, added to the mean log loss"
        " as half of it times the squared coefficients. No unit.",
    )
    penalised: tuple[str, ...] = Field(
        default=(), description="Logistic: features the penalty holds back; all if empty."
    )
    trees: int = Field(default=200, ge=1, le=5000, description="Boosting: how many trees.")
    depth: int = Field(default=3, ge=1, le=10, description="Boosting: splits from root to leaf.")
    learning_rate: float = Field(
        default=0.05, gt=0, le=1, description="Boosting: share of each tree that is added."
    )
    min_leaf: float = Field(
        default=50, gt=0, description="Boosting: smallest leaf. Cases of average risk."
    )
    monotone: Mapping[str, Literal[-1, 1]] = Field(
        default={}, description="Boosting: features whose score may only rise (1) or fall (-1)."
    )
    roles: Mapping[str, str] = Field(
        default={}, description="Column to its declared role, such as staff or outcome."
    )
    overrides: Mapping[str, str] = Field(
        default={},
        description="Refused feature to the reason it is used all the same; 20 characters or more.",
    )
    words: Mapping[str, str] = Field(
        default={},
        description="Feature to a plain reason for when it is high, such as 'had a fire before'.",
    )
    words_low: Mapping[str, str] = Field(
        default={}, description="Feature to a plain reason for when it is low."
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
    level: float = Field(
        default=0.95, gt=0.5, lt=1, description="Coverage of the intervals, 0 to 1."
    )
    seed: int = Field(default=0, ge=0, description="Of every random choice.")

    @model_validator(mode="after")
    def _fits_together(self) -> "Spec":
        problems = [
            *_strangers("penalised", self.penalised, self.features),
            *_strangers("monotone", self.monotone, self.features),
            *_strangers("overrides", self.overrides, self.features),
        ]
        if self.test_from < self.train_before:
            problems.append("test_from must not be before train_before")
        if twice := sorted({one for one in self.features if self.features.count(one) > 1}):
            problems.append(f"features names {', '.join(twice)} twice")
        if own := [one for one in self.features if one in (self.id, self.time, self.outcome)]:
            problems.append(f"features must not hold the id, time or outcome ({', '.join(own)})")
        if taken := sorted(set(MADE) & {self.id, self.time, self.outcome, *self.carry}):
            problems.append(f"{', '.join(taken)} is a column this method makes; rename yours")
        for name, reason in self.overrides.items():
            if len(reason.strip()) < MINIMUM_REASON:
                problems.append(
                    f"the override of {name} needs a reason of {MINIMUM_REASON} characters or more"
                )
        if problems:
            raise ValueError("; ".join(problems))
        return self


def _strangers(setting: str, names: Any, features: tuple[str, ...]) -> list[str]:
    strangers = sorted(set(names) - set(features))
    return [f"{setting} names {', '.join(strangers)}, not among the features"] if strangers else []


def reads(spec: Spec) -> Reads:
    """Id, time, outcome, the features, and what is carried.

    Raises:
        MethodError: a feature is refused and no written override allows it.
    """
    refuse(spec)
    own = (spec.whose,) if spec.whose else ()
    columns = (spec.id, spec.time, spec.outcome, *spec.features, *spec.carry, *own)
    return {spec.table: tuple(dict.fromkeys(columns))}


def refuse(spec: Spec) -> None:
    """Refuse features that may not be learnt from, all at once, before any data is touched.

    Raises:
        MethodError: a feature is refused and no written override allows it.
    """
    refused = refusals(spec.features, spec.roles, spec.overrides)
    if refused:
        raise MethodError.of(
            Problem(
                NAME,
                f"the feature {name} is refused: {reason}.",
                f"drop it, or allow it in writing under overrides.{name} with the reason"
                f" ({MINIMUM_REASON} characters or more); the report repeats it.",
            )
            for name, reason in refused.items()
        )


def run(spec: Spec, access: Access) -> Output:
    """Fit on the past, score past and test, and say how well the test went."""
    refuse(spec)
    table = in_order_of_id(access.table(spec.table), spec.id, where=spec.table)
    day, outcome = all_at_once(
        lambda: days(table, spec.time, where=spec.table),
        lambda: zero_or_one(table, spec.outcome, where=spec.table),
    )
    training = (day < day_number(spec.train_before)) & ~np.isnan(outcome)
    testing = day >= day_number(spec.test_from)
    encoded = _encoded(spec, table, day < day_number(spec.train_before))
    fitted = _fitted(spec, encoded, outcome, training)
    scored = ((day < day_number(spec.train_before)) | testing) & ~np.isnan(fitted.score)
    scores = _scores(spec, table, encoded, fitted, testing)
    fit = model_report.Fit(
        encoded=encoded,
        fitted=fitted,
        outcome=outcome,
        day=day,
        training=training,
        testing=testing,
        undated=int(np.isnan(day).sum()),
    )
    name, terms = fitted.table_name, fitted.table
    return Output(
        result=model_report.tell(spec, fit),
        tables={
            "scores": OutputTable(scores.filter(pa.array(scored)), "one row per case"),
            name: OutputTable(terms, "one row per term of the model"),
        },
        members=model_report.members(fit, whose(table, id=spec.id, unit=spec.whose)),
    )


def _encoded(spec: Spec, table: pa.Table, past: Bools) -> Encoded:
    held_back = set(spec.penalised or spec.features) if spec.penalty > 0 else set()
    free = (
        [name for name in spec.features if name not in held_back]
        if spec.algorithm == "logistic"
        else []
    )
    worded = [name for name in spec.monotone if is_text(table[name])]
    if worded:
        raise MethodError(
            f"{', '.join(worded)} is text, so a score cannot rise or fall with it.",
            fix="take it out of monotone.",
            where=spec.table,
        )
    return encode(table, spec.features, training=past, with_reference=free, where=spec.table)


def _fitted(spec: Spec, encoded: Encoded, outcome: Floats, training: Bools) -> Fitted:
    linear = spec.algorithm == "logistic"
    used = training & encoded.complete if linear else training
    found = int(outcome[used].sum())
    if min(found, int(used.sum()) - found) < FEWEST:
        raise MethodError(
            f"before {spec.train_before.isoformat()} there are {found:,} cases with the outcome"
            f" and {int(used.sum()) - found:,} without that miss no feature; this method needs"
            f" {FEWEST} of each.",
            fix="begin the test later, add earlier cases, or use target.rules.",
            where=spec.table,
        )
    if not bool((np.nan_to_num(encoded.values[used]).std(axis=0) > 0).any()):
        raise MethodError(
            "no feature varies among the rows to learn from.",
            fix="check train_before, or choose other features.",
            where=spec.table,
        )
    if linear:
        held_back = set(spec.penalised or spec.features)
        penalty = np.array(
            [spec.penalty if term.feature in held_back else 0.0 for term in encoded.terms]
        )
        return fit_linear(encoded, outcome, used=used, penalty=penalty, where=spec.table)
    settings = {
        "trees": spec.trees,
        "depth": spec.depth,
        "learning_rate": spec.learning_rate,
        "min_leaf": spec.min_leaf,
        "seed": spec.seed,
    }
    return fit_boosting(encoded, outcome, used=used, settings=settings, monotone=spec.monotone)


def _scores(
    spec: Spec, table: pa.Table, encoded: Encoded, fitted: Fitted, testing: Bools
) -> pa.Table:
    """The scored cases with their reasons, the strongest first."""
    reasons = reasons_of(encoded, fitted, words=spec.words, words_low=spec.words_low)
    own = (spec.whose,) if spec.whose else ()
    kept = dict.fromkeys((spec.id, spec.time, spec.outcome, *own, *spec.carry))
    columns = {name: table[name] for name in kept}
    columns |= {
        "score": pa.array(fitted.score),
        "split": pa.array(np.where(testing, "test", "train")),
        **{
            name: pa.array(texts, pa.string()) for name, texts in zip(REASONS, reasons, strict=True)
        },
    }
    return pa.table(columns)


METHOD = Method(
    name=NAME,
    summary="Which cases are most like those that had the outcome before?",
    spec=Spec,
    reads=reads,
    run=run,
    bench=bench,
    assumptions=(
        "Every feature was known on the day of the case, before the outcome.",
        "What went with the outcome in the training period still does in the test period.",
        "The outcome was looked for in the same way in every case: a score learns who looked too.",
    ),
    reference="doi:10.1007/978-0-387-84858-7",
    trust="vetted",
    where="memory",
    version="1",
    gives={
        "scores": "one row per case",
        "coefficients": "one row per term of the model (logistic)",
        "importance": "one row per feature of the model (boosting)",
    },
)
