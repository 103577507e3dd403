"""What do the rows themselves say against a feature? Figures for `target.screen`, no verdict."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.errors import MethodError
from joinedup.stats.arrays import Bools, Floats, Ints
from joinedup.stats.association import cramers_v, group_scores
from joinedup.stats.intervals import Measured
from joinedup.stats.ranking import auc, auc_interval

FOLDS = 5
BANDS = 10
ENOUGH = 2
"""Cases with the outcome and without it, each, that an interval needs."""


@dataclass(frozen=True, slots=True)
class Values:
    """A column as numbers: an amount in order, or the number of a group.

    Attributes:
        number: shape (rows,); nan where there is no value. A group's number has no order.
        known: whether there is a value, shape (rows,).
        is_text: whether the numbers stand for groups.
    """

    number: Floats
    known: Bools
    is_text: bool

    def groups(self) -> Ints:
        """Groups of the known values: the text's own, or up to ten bands of equal size."""
        known = self.number[self.known]
        if self.is_text or np.unique(known).size <= BANDS:
            return np.unique(known, return_inverse=True)[1].astype(np.int64)
        edges = np.unique(np.quantile(known, np.linspace(0, 1, BANDS + 1)[1:-1]))
        return np.searchsorted(edges, known, side="right").astype(np.int64)


def in_canonical_order(table: pa.Table) -> pa.Table:
    """The rows sorted by every column: the engine's order must not decide a case's fold."""
    plain = {
        name: pc.cast(column, column.type.value_type)
        if pa.types.is_dictionary(column.type)
        else column
        for name, column in zip(table.column_names, table.columns, strict=True)
    }
    return pa.table(plain).sort_by([(name, "ascending") for name in plain])


def values_of(column: pa.ChunkedArray) -> Values:
    """A column of numbers, dates, true and false, or text, as numbers."""
    column = column.combine_chunks()
    kind = column.type
    is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind)
    if pa.types.is_boolean(kind) or pa.types.is_decimal(kind) or is_number:
        number = _floats(pc.cast(column, pa.float64()))
    elif pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        seconds = pc.cast(pc.cast(column, pa.timestamp("s")), pa.int64())
        number = _floats(pc.cast(seconds, pa.float64()))
    else:
        number = _floats(pc.cast(pc.dictionary_encode(column).indices, pa.float64()))
        return Values(number, ~np.isnan(number), is_text=True)
    return Values(number, ~np.isnan(number), is_text=False)


def _floats(array: pa.Array) -> Floats:
    return np.asarray(array.to_numpy(zero_copy_only=False), dtype=np.float64)


def outcome_of(column: pa.ChunkedArray, *, name: str) -> Values:
    """The outcome, 0 or 1, with the rows where it is known.

    Raises:
        MethodError: it holds something else, or too few cases of a kind.
    """
    outcome = values_of(column)
    known = outcome.number[outcome.known]
    if outcome.is_text or not np.isin(known, (0.0, 1.0)).all():
        raise MethodError(
            "the outcome holds something other than 0 and 1.",
            fix="define it as 1 where it happened and 0 where it did not.",
            where=name,
        )
    found = int(known.sum())
    if min(found, known.size - found) < ENOUGH:
        raise MethodError(
            f"{found:,} of {known.size:,} cases have the outcome; each kind needs {ENOUGH}.",
            fix="take a longer period, or an outcome that varies.",
            where=name,
        )
    return outcome


def predicts(feature: Values, outcome: Values, *, seed: int) -> tuple[Measured | None, int]:
    """The AUC of the feature alone with a 95 % interval, and the cases it rests on.

    Text is scored by the rate of its group among other cases. None if too few cases have a value.
    """
    both = feature.known & outcome.known
    happened = outcome.number[both]
    found = int(happened.sum())
    cases = int(both.sum())
    if min(found, cases - found) < ENOUGH:
        return None, cases
    score = feature.number[both]
    if feature.is_text:
        groups = score.astype(np.int64)
        score = group_scores(groups, happened, folds=FOLDS, seed=seed)
    return auc_interval(score, happened), cases


def gap_gives_away(feature: Values, outcome: Values) -> float:
    """The AUC, 0.5 to 1, of whether the feature has a value at all."""
    known = outcome.known
    value = auc(feature.known[known].astype(np.float64), outcome.number[known])
    return max(value, 1 - value)


def strength(feature: Values, other: Values) -> float:
    """How far a feature gives another column away: 0 to 1, nan if it cannot be told.

    Cramér's V; for a number against a column of two groups, the AUC where it is larger.
    """
    both = feature.known & other.known
    if not both.any():
        return float("nan")
    left, right = (_part(one, both) for one in (feature, other))
    found = cramers_v(left.groups(), right.groups())
    second = right.groups()
    two_groups = np.unique(second).size == 2  # noqa: PLR2004 - an AUC is of two kinds
    if two_groups and not feature.is_text:
        value = auc(left.number, (second == second.max()).astype(np.float64))
        found = max(found, value, 1 - value)
    return float(found)


def tie(feature: Values, outcome: Values) -> tuple[float, int]:
    """Cramér's V of a text's groups with the outcome, and how many groups there are."""
    both = feature.known & outcome.known
    groups = _part(feature, both).groups()
    v = cramers_v(groups, outcome.number[both].astype(np.int64)) if groups.size else float("nan")
    return v, int(np.unique(groups).size)


def _part(values: Values, rows: Bools) -> Values:
    return Values(values.number[rows], values.known[rows], values.is_text)
