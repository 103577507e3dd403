"""Which columns may a model learn from at all?

Not feature selection: a column is refused for what it is, not for how little it helps. Refused by
default are who enforces, what is known only afterwards, and protected characteristics; a person
may override in writing, and the reason stands in the result.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Self

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from joinedup.core.method import Method, Reads
from joinedup.result.blocks import Block, Caution, Check, Checks, Column, Table
from joinedup.result.model import Output, OutputTable, Result
from joinedup.store.access import Access
from joinedup.store.bench import bench
from joinedup.target.declared import MINIMUM_REASON, refusals
from joinedup.target.verdicts import Limits, Verdict, screen_verdicts

__all__ = ["METHOD", "Spec", "reads", "refusals", "run", "screen_verdicts"]

Role = Literal["attribute", "staff", "outcome", "protected", "date", "identifier"]


class Spec(BaseModel):
    """Which features may be used, each with the reason in plain words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str = Field(
        default="table",
        description="Table with one row per case.",
        json_schema_extra={"role": "table"},
    )
    features: tuple[str, ...] = Field(min_length=1, description="Columns a model would learn from.")
    outcome: str = Field(description="Column: 1 if it happened, 0 if not.")
    as_of: str = Field(
        default="", description="Column: date the case is decided; may not be a feature itself."
    )
    roles: Mapping[str, Role] = Field(
        default_factory=dict,
        description="Column of the table to its declared role; attribute vouches for text groups.",
    )
    protected: tuple[str, ...] = Field(
        default=(), description="Columns with protected characteristics, to find what stands in."
    )
    overrides: Mapping[
        str, Annotated[str, StringConstraints(strip_whitespace=True, min_length=MINIMUM_REASON)]
    ] = Field(
        default_factory=dict,
        description="Feature to the written reason why it may be used. 20 characters or more.",
    )
    near_perfect_auc: float = Field(
        default=0.95,
        gt=0.5,
        le=1,
        description="A feature this good alone is known afterwards. AUC.",
    )
    proxy_strength: float = Field(
        default=0.7,
        gt=0,
        le=1,
        description="A feature this close to another stands in for it. 0 to 1.",
    )
    group_tie: float = Field(
        default=0.2,
        gt=0,
        le=1,
        description="Undeclared groups this tied to the outcome. Cramér's V.",
    )
    few_groups: int = Field(
        default=30, ge=2, le=1_000, description="Text with so many values or fewer may be teams."
    )
    seed: int = Field(default=1, ge=0, description="Of the folds that score text. Any number.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        wrong = []
        strangers = sorted(set(self.overrides) - set(self.features))
        if strangers:
            wrong.append(f"overrides name no feature: {', '.join(strangers)}")
        barred = sorted({self.outcome, self.as_of} & set(self.features))
        if barred:
            wrong.append(f"the outcome and the as-of date are not features: {', '.join(barred)}")
        if len(set(self.features)) < len(self.features):
            wrong.append("a feature is named twice")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    @property
    def limits(self) -> Limits:
        """The thresholds together."""
        return Limits(
            near_perfect_auc=self.near_perfect_auc,
            proxy_strength=self.proxy_strength,
            group_tie=self.group_tie,
            few_groups=self.few_groups,
        )


def reads(spec: Spec) -> Reads:
    """The features, the outcome, and what the features may stand in for."""
    staff = [name for name, role in spec.roles.items() if role == "staff"]
    columns = [*spec.features, spec.outcome, *spec.protected, *staff]
    return {spec.table: tuple(dict.fromkeys(columns))}


def run(spec: Spec, access: Access) -> Output:
    """A verdict on every feature, in the order given.

    Raises:
        MethodError: the outcome is not 0 and 1, or does not vary.
    """
    verdicts = screen_verdicts(
        access.table(spec.table, reads(spec)[spec.table]),
        features=spec.features,
        outcome=spec.outcome,
        roles=spec.roles,
        protected=spec.protected,
        overrides=spec.overrides,
        limits=spec.limits,
        seed=spec.seed,
    )
    table = OutputTable(verdict_table(verdicts), METHOD.gives["verdicts"])
    return Output(result=tell(spec, verdicts), tables={"verdicts": table})


def verdict_table(verdicts: Sequence[Verdict]) -> pa.Table:
    """One row per feature, in the order given."""
    bounds = [one.auc for one in verdicts]
    return pa.table(
        {
            "feature": pa.array([one.feature for one in verdicts], pa.string()),
            "verdict": pa.array([one.ruling for one in verdicts], pa.string()),
            "reason": pa.array([one.reason for one in verdicts], pa.string()),
            "override": pa.array([one.override for one in verdicts], pa.string()),
            "stands_in_for": pa.array(
                [", ".join(one.stands_in_for) for one in verdicts], pa.string()
            ),
            "auc": pa.array([one and one.value for one in bounds], pa.float64()),
            "auc_low": pa.array([one and one.low for one in bounds], pa.float64()),
            "auc_high": pa.array([one and one.high for one in bounds], pa.float64()),
            "cases": pa.array([one.cases for one in verdicts], pa.int64()),
        }
    )


def tell(spec: Spec, verdicts: Sequence[Verdict]) -> Result:
    """What is refused, what a person has allowed, and what could not be tested."""
    refused = [one for one in verdicts if one.ruling == "refused"]
    overridden = [one for one in verdicts if one.ruling == "allowed by override"]
    blocks: list[Block] = [_table(verdicts), Checks(items=(_proxy_check(spec, verdicts),))]
    blocks += [
        Caution(text=f"{one.feature} is used although {one.reason}. Written reason: {one.override}")
        for one in overridden
    ]
    blocks += [
        Caution(
            text=f"{one.feature} stands in for {', '.join(one.stands_in_for)}: whoever uses it"
            " treats people differently by it, and must be able to say why that is justified."
        )
        for one in verdicts
        if one.stands_in_for
    ]
    return Result(
        method=METHOD.name,
        headline=_headline(len(verdicts), refused, overridden),
        blocks=tuple(blocks),
    )


def _headline(made: int, refused: Sequence[Verdict], overridden: Sequence[Verdict]) -> str:
    names = f" ({', '.join(one.feature for one in refused)})" if refused else ""
    words = (
        f"{len(refused)} of {made} features {'is' if len(refused) == 1 else 'are'} refused{names}"
    )
    if overridden:
        words += f"; {', '.join(one.feature for one in overridden)} allowed by written override"
    return f"{words}."


def _table(verdicts: Sequence[Verdict]) -> Table:
    rows = tuple(
        (
            one.feature,
            one.ruling,
            one.reason,
            one.auc.value if one.auc else None,
            one.auc.low if one.auc else None,
            one.auc.high if one.auc else None,
        )
        for one in verdicts
    )
    return Table(
        title="Verdicts",
        about="method",
        columns=(
            Column(name="feature", kind="text"),
            Column(name="verdict", kind="text"),
            Column(name="reason", kind="text"),
            Column(name="auc", kind="number", label="AUC of the feature alone"),
            Column(name="auc_low", kind="number", label="95 % from"),
            Column(name="auc_high", kind="number", label="to"),
        ),
        rows=rows,
        note="An AUC of 0.5 orders the cases no better than chance; below it, the other way round.",
    )


def _proxy_check(spec: Spec, verdicts: Sequence[Verdict]) -> Check:
    name = "no allowed feature stands in for a protected characteristic"
    if not spec.protected:
        detail = "No column with a protected characteristic was given, so none could be compared."
        return Check(name=name, answer="cannot tell", detail=detail)
    close = [one.feature for one in verdicts if one.stands_in_for and one.ruling != "refused"]
    detail = (
        f"{', '.join(close)} reached {spec.proxy_strength:g} with {', '.join(spec.protected)}."
        if close
        else f"None reached {spec.proxy_strength:g} with {', '.join(spec.protected)}."
    )
    return Check(name=name, answer="failed" if close else "passed", detail=detail)


METHOD = Method(
    name="target.screen",
    summary="Which columns may a model learn from, and why not the others?",
    spec=Spec,
    reads=reads,
    run=run,
    bench=bench,
    assumptions=(
        "Roles are declared by someone who knows how each column comes about.",
        "A name says what is in the column; a telling name is refused whatever the column holds.",
        "What a single column cannot give away, several together may: the screen looks at one.",
        "The outcome in the table was recorded in the same way for all cases.",
    ),
    reference="doi:10.1145/2382577.2382579",
    trust="vetted",
    where="memory",
    version="1",
    gives={"verdicts": "one row per feature"},
)
