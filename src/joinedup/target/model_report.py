"""How well did the model do on what came after, and may its percentages be believed?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

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
    Prose,
    Table,
)
from joinedup.result.members import Place, Whose
from joinedup.result.model import Members, Result
from joinedup.stats.arrays import Bools, Floats
from joinedup.stats.calibration import (
    CalibrationGroups,
    calibration_groups,
    calibration_parts,
    calibration_slope,
)
from joinedup.stats.intervals import Interval, Measured, wilson_interval
from joinedup.stats.ranking import auc_interval
from joinedup.target.declared import declared_reason
from joinedup.target.encoding import Encoded
from joinedup.target.fitting import Fitted
from joinedup.target.frames import date_of, day_number

if TYPE_CHECKING:
    from joinedup.target.modelling import Spec

TENTHS = 10
CALIBRATION = "calibration"
"""Under this name the members of the table are kept."""
FEWEST_PER_KIND = 20
"""Test cases with and without the outcome; with fewer a slope's interval is not to be trusted."""
EVENTS_PER_WEIGHT = 10
"""Peduzzi et al. (1996), doi:10.1016/S0895-4356(96)00236-3: below this, weights are unsteady."""
EVEN = 0.5


@dataclass(frozen=True, slots=True)
class Fit:
    """What was fitted and on which rows; each array has shape (cases,).

    Attributes:
        day: days since 1970-01-01.
        training: dated before the line and with a known outcome.
        testing: dated on or after the first test day.
        undated: how many rows have no date.
    """

    encoded: Encoded
    fitted: Fitted
    outcome: Floats
    day: Floats
    training: Bools
    testing: Bools
    undated: int

    @property
    def tested(self) -> Bools:
        """The test cases that have both a score and a known outcome."""
        return self.testing & ~np.isnan(self.outcome) & ~np.isnan(self.fitted.score)


def tell(spec: "Spec", fit: Fit) -> Result:
    """The result: headline, estimates, how it was fitted, cautions, checks, calibration, terms."""
    score, outcome = fit.fitted.score[fit.tested], fit.outcome[fit.tested]
    found = int(outcome.sum())
    enough = min(found, outcome.size - found) > 1
    ranked = auc_interval(score, outcome, level=spec.level) if enough else None
    slope = _slope(spec, score, outcome)
    blocks: list[Block] = []
    if ranked is not None:
        blocks.append(Estimates(items=tuple(_estimates(spec, ranked, slope, outcome.size))))
    blocks.append(Prose(heading="How it was fitted", text=_fitted_how(spec, fit)))
    blocks += [Caution(text=text) for text in _cautions(spec, fit)]
    blocks.append(Checks(items=tuple(_checks(spec, fit, ranked, slope))))
    if outcome.size:
        blocks.append(_calibration(spec, score, outcome))
    blocks.append(_terms(fit.fitted.table))
    headline = _headline(spec, fit, ranked, outcome.size)
    return Result(method="target.model", headline=headline, blocks=tuple(blocks))


def _headline(spec: "Spec", fit: Fit, ranked: Measured | None, tested: int) -> str:
    if ranked is None:
        scored = int((fit.testing & ~np.isnan(fit.fitted.score)).sum())
        return (
            f"{scored:,} {spec.case_words} dated {spec.test_from.isoformat()} or later are scored;"
            " too few of their outcomes are known to say how well."
        )
    return (
        f"On {tested:,} {spec.case_words} dated {spec.test_from.isoformat()} or later, one with the"
        f" outcome scores above one without it {ranked.value:.1%} of the time"
        f" (AUC {ranked.value:.3f}, {spec.level:.0%} interval {ranked.low:.3f} to"
        f" {ranked.high:.3f}); chance would give 50%."
    )


def _estimates(
    spec: "Spec", ranked: Measured, slope: Measured | None, tested: int
) -> Iterator[Estimate]:
    measured = {"auc": ("AUC in the test period", ranked)}
    if slope is not None:
        measured["calibration_slope"] = ("calibration slope in the test period", slope)
    for name, (label, one) in measured.items():
        yield Estimate(
            name=name,
            label=label,
            value=one.value,
            low=one.low,
            high=one.high,
            level=spec.level,
            unit="",
            n=tested,
        )


def _slope(spec: "Spec", score: Floats, outcome: Floats) -> Measured | None:
    found = int(outcome.sum())
    if min(found, outcome.size - found) < FEWEST_PER_KIND:
        return None
    try:
        return calibration_slope(score, outcome, level=spec.level)
    except np.linalg.LinAlgError:
        return None


def _fitted_how(spec: "Spec", fit: Fit) -> str:
    used, way = fit.fitted.used, "Logistic regression"
    if spec.algorithm == "boosting":
        way = f"{spec.trees:,} boosted trees of depth {spec.depth}"
    between = ~np.isnan(fit.day) & (fit.day >= day_number(spec.train_before)) & ~fit.testing
    first = (
        f"{way} on {int(used.sum()):,} {spec.case_words} dated before"
        f" {spec.train_before.isoformat()}, {int(fit.outcome[used].sum()):,} of them with the"
        f" outcome, from {len(spec.features)} features."
        f" Nothing dated {spec.train_before.isoformat()} or later was learnt from."
    )
    said = [first]
    if between.any():
        said.append(
            f"{int(between.sum()):,} {spec.case_words} between the two periods are left out."
        )
    if spec.algorithm == "logistic" and spec.penalty > 0:
        who = ", ".join(spec.penalised) or "every feature"
        said.append(
            f"A ridge penalty of {spec.penalty:g} on standardised columns holds back {who}."
        )
    return " ".join(said)


def _cautions(spec: "Spec", fit: Fit) -> Iterator[str]:
    for name, reason in spec.overrides.items():
        why = declared_reason(name, spec.roles)
        told = f"is refused by default ({why})" if why else "is not refused by default"
        yield f"The feature {name} {told}. It is used because of a written override: “{reason}”"
    missing = ~fit.encoded.complete
    if spec.algorithm == "logistic" and missing.any():
        yield (
            f"{int((missing & fit.training).sum()):,} {spec.case_words} to learn from and"
            f" {int((missing & fit.testing).sum()):,} to test on miss a feature. They were left"
            " out of the fit and have no score."
        )
    if fit.undated:
        yield f"{fit.undated:,} {spec.case_words} have no date and are left out."
    for name, count in fit.encoded.unseen.items():
        yield (
            f"{count:,} {spec.case_words} have a category of {name} that no case to learn from has;"
            " it adds nothing to their score."
        )
    if fit.fitted.constant:
        yield f"Left out because they do not vary in training: {', '.join(fit.fitted.constant)}."
    yield (
        "The outcome is known only where someone looked, so the score says what was found by those"
        " who looked; a high score is no proof, and a feature's weight is no cause."
    )


def _checks(
    spec: "Spec", fit: Fit, ranked: Measured | None, slope: Measured | None
) -> Iterator[Check]:
    yield _split_check(spec, fit)
    yield _events_check(spec, fit)
    if ranked is None:
        yield Check(
            name="Better than chance",
            answer="cannot tell",
            detail="Fewer than two test cases of a kind have a known outcome.",
        )
    else:
        yield Check(
            name="Better than chance",
            answer="passed" if ranked.low > EVEN else "failed",
            detail=f"The AUC in the test period is at least {ranked.low:.3f}, where 0.5 is chance.",
        )
    if slope is None:
        yield Check(
            name="Calibration slope",
            answer="cannot tell",
            detail=f"This needs {FEWEST_PER_KIND} test cases with the outcome and as many without.",
        )
        return
    held = slope.low <= 1 <= slope.high
    advice = "" if held else " Read the scores as an order, not as chances."
    yield Check(
        name="Calibration slope",
        answer="passed" if held else "failed",
        detail=f"{slope.value:.2f} ({slope.low:.2f} to {slope.high:.2f}); 1 is right, below it the"
        f" scores are too far apart.{advice}",
    )


def _split_check(spec: "Spec", fit: Fit) -> Check:
    last = float(fit.day[fit.fitted.used].max())
    first = float(fit.day[fit.testing].min()) if fit.testing.any() else np.inf
    gap = f"{date_of(last).isoformat()} is the last day learnt from"
    tested = (
        f"{date_of(first).isoformat()} the first tested on"
        if fit.testing.any()
        else "nothing is tested on"
    )
    return Check(
        name="Fitted on the past only",
        answer="passed" if last < first and last < day_number(spec.train_before) else "failed",
        detail=f"{gap}, {tested}.",
    )


def _events_check(spec: "Spec", fit: Fit) -> Check:
    found = int(fit.outcome[fit.fitted.used].sum())
    rarer = min(found, int(fit.fitted.used.sum()) - found)
    weights = fit.fitted.weights or len(fit.encoded.terms)
    per_weight = rarer / weights
    return Check(
        name="Enough cases for each column",
        answer="passed" if per_weight >= EVENTS_PER_WEIGHT else "failed",
        detail=f"{per_weight:,.0f} {spec.case_words} of the rarer outcome for each of {weights}"
        f" columns; {EVENTS_PER_WEIGHT} are wanted.",
    )


def _calibration(spec: "Spec", score: Floats, outcome: Floats) -> Figure:
    groups = calibration_groups(score, outcome, groups=min(TENTHS, outcome.size))
    bounds = wilson_interval(groups.found, groups.cases, level=spec.level)
    table = Table(
        title="Expected and found, by tenths of the score in the test period, highest first",
        columns=(
            Column(name="tenth", kind="text"),
            Column(name="cases", label=spec.case_words, kind="count"),
            Column(name="found", label="with the outcome", kind="count", part_of="cases"),
            Column(name="expected_share", kind="share", base="cases", digits=1),
            Column(name="found_share", kind="share", base="cases", digits=1),
            Column(name="found_low", label="low", kind="share", base="found", digits=1),
            Column(name="found_high", label="high", kind="share", base="found", digits=1),
        ),
        rows=tuple(_tenths(groups, bounds)),
        about="groups",
        note=f"Low and high bound the share found at {spec.level:.0%} (Wilson).",
        behind=CALIBRATION,
    )
    inside = int(((bounds.low <= groups.expected) & (groups.expected <= bounds.high)).sum())
    # No group's own share in words: times its cases it is a count, and words are not hidden.
    return Figure(
        title="Were the expected shares found?",
        chart=_calibration_chart(),
        table=table,
        alt=f"In {inside} of {groups.cases.size} groups the expected share lies within the"
        " interval of the share found.",
    )


def members(fit: Fit, whose: Whose) -> dict[str, Members]:
    """By the name of the table, whom the counts of the calibration are made of."""
    score, outcome = fit.fitted.score[fit.tested], fit.outcome[fit.tested]
    if not outcome.size:
        return {}
    counted: dict[Place, Bools] = {}
    parts = calibration_parts(score, groups=min(TENTHS, outcome.size))
    for row, part in enumerate(parts):
        there = np.zeros(outcome.size, dtype=np.bool_)
        there[part] = True
        counted |= {(row, "cases"): there, (row, "found"): there & (outcome == 1)}
    return {CALIBRATION: whose.of(fit.tested).members(counted, scored=tuple(counted))}


def _tenths(groups: CalibrationGroups, bounds: Interval) -> Iterator[tuple[Cell, ...]]:
    for place in range(groups.cases.size):
        cases, found = groups.cases[place], groups.found[place]
        yield (
            str(place + 1),
            int(cases),
            int(found),
            float(groups.expected[place]),
            float(found / cases),
            float(bounds.low[place]),
            float(bounds.high[place]),
        )


def _calibration_chart() -> dict[str, Any]:
    """Points with their intervals against the diagonal on which expected equals found."""
    across = {"field": "expected_share", "type": "quantitative", "title": "expected"}
    up = {"type": "quantitative", "title": "found", "axis": {"format": ".0%"}}
    across["axis"] = {"format": ".0%"}  # type: ignore[assignment]
    line = {"type": "line", "strokeDash": [4, 4], "color": "#505a5f"}
    return {
        "layer": [
            {
                "mark": line,
                "encoding": {"x": across, "y": {"field": "expected_share", **up}},
            },
            {
                "mark": {"type": "rule", "strokeWidth": 2},
                "encoding": {
                    "x": across,
                    "y": {"field": "found_low", **up},
                    "y2": {"field": "found_high"},
                },
            },
            {
                "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
                "encoding": {"x": across, "y": {"field": "found_share", **up}},
            },
        ]
    }


def _terms(table: pa.Table) -> Table:
    """The coefficients or the importance, as a block."""
    kinds = {
        "term": Column(name="term", kind="text"),
        "feature": Column(name="feature", kind="text"),
        "coefficient": Column(
            name="coefficient", label="change in log odds per unit", kind="number", digits=4
        ),
        "standardised": Column(
            name="standardised", label="per standard deviation", kind="number", digits=3
        ),
        "odds_ratio": Column(
            name="odds_ratio", label="odds ratio per unit", kind="number", digits=3
        ),
        "share_of_gain": Column(
            name="share_of_gain", label="share of the gain", kind="number", digits=3
        ),
        "mean_change_log_odds": Column(
            name="mean_change_log_odds",
            label="moves the log odds by, on average",
            kind="number",
            digits=3,
        ),
    }
    columns = tuple(kinds[name] for name in table.column_names)
    rows = tuple(tuple(row[column.name] for column in columns) for row in table.to_pylist())
    return Table(title="What the model weighs", columns=columns, rows=rows, about="method")
