"""What is learnt from the training rows: a score for every case and what each column adds to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from joinedup.core.errors import MethodError
from joinedup.stats.arrays import Bools, Floats
from joinedup.stats.logistic import fit_logistic
from joinedup.target.encoding import Encoded

if TYPE_CHECKING:
    from xgboost import Booster


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted model and what it says of every case.

    Attributes:
        score: chance of the outcome, 0 to 1, shape (cases,); nan where none can be given.
        added: what each term adds to the log odds against the average training case, shape
            (cases, terms); nan where no score is given.
        usual: mean of each term over the training rows, in its own unit, shape (terms,).
        table: one row per term (`coefficients`) or feature (`importance`).
        table_name: which of the two.
        used: the rows it was fitted on, shape (cases,).
        constant: terms left out because they do not vary in training.
        weights: how many numbers were estimated beside the intercept; 0 if that has no meaning.
        trees: the trees, if it has any.
    """

    score: Floats
    added: Floats
    usual: Floats
    table: pa.Table
    table_name: str
    used: Bools
    constant: tuple[str, ...]
    weights: int
    trees: "Booster | None" = None


def fit_linear(
    encoded: Encoded, outcome: Floats, *, used: Bools, penalty: Floats, where: str
) -> Fitted:
    """Penalised logistic regression on columns standardised over the rows used.

    Args:
        encoded: every case, shape (cases, terms).
        outcome: 0, 1 or nan, shape (cases,).
        used: rows to fit on: complete and with a known outcome, shape (cases,).
        penalty: ridge strength of each term on its standardised column, shape (terms,).
        where: the table's name, for messages.

    Raises:
        MethodError: the columns repeat one another or tell the outcome without error.
    """
    rows = encoded.values[used]
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    varies = spread > np.abs(mean) * np.finfo(float).eps * rows.shape[0]
    scale = np.where(varies, spread, 1.0)
    standard = np.where(varies, (encoded.values - mean) / scale, 0.0)
    try:
        fit = fit_logistic(standard[used][:, varies], outcome[used], penalty=penalty[varies])
    except np.linalg.LinAlgError:
        raise MethodError(
            "the features repeat one another, or tell the outcome without error, so their"
            " weights cannot be told apart.",
            fix="drop a feature that others determine or that is known only afterwards, or set a"
            " penalty above 0 (0.001 is mild).",
            where=where,
        ) from None
    weights = np.zeros(varies.size)
    weights[varies] = fit.coefficients
    score = np.where(encoded.complete, fit.probability(standard[:, varies]), np.nan)
    per_unit = weights / scale
    return Fitted(
        score=score,
        added=np.where(encoded.complete[:, None], standard * weights, np.nan),
        usual=mean,
        table=_coefficients(encoded, fit.intercept - float(per_unit @ mean), weights, per_unit),
        table_name="coefficients",
        used=used,
        constant=tuple(term.name for term, v in zip(encoded.terms, varies, strict=True) if not v),
        weights=int(varies.sum()),
    )


def _coefficients(
    encoded: Encoded, intercept: float, standardised: Floats, per_unit: Floats
) -> pa.Table:
    return pa.table(
        {
            "term": ["intercept", *(term.name for term in encoded.terms)],
            "coefficient": [intercept, *per_unit.tolist()],
            "standardised": pa.array([None, *standardised.tolist()], pa.float64()),
            "odds_ratio": pa.array([None, *np.exp(per_unit).tolist()], pa.float64()),
        }
    )


def fit_boosting(
    encoded: Encoded,
    outcome: Floats,
    *,
    used: Bools,
    settings: Mapping[str, Any],
    monotone: Mapping[str, int],
) -> Fitted:
    """Boosted trees, one thread, no random rows or columns: the same rows give the same trees.

    Args:
        encoded: every case, shape (cases, terms); nan goes its own way in each split.
        outcome: 0, 1 or nan, shape (cases,).
        used: rows to fit on: with a known outcome, shape (cases,).
        settings: trees, depth, learning_rate, min_leaf, seed.
        monotone: feature to 1 (may only rise) or -1 (may only fall).

    Source: Chen & Guestrin (2016), doi:10.1145/2939672.2939785; what each column adds is
    the tree's exact Shapley value, Lundberg et al. (2020), doi:10.1038/s42256-019-0138-9.
    """
    import xgboost  # noqa: PLC0415 - heavy; only when trees are grown

    trees = grow(encoded, outcome, used=used, settings=settings, monotone=monotone)
    every = xgboost.DMatrix(encoded.values, nthread=1)
    added = trees.predict(every, pred_contribs=True)[:, :-1].astype(np.float64)
    return Fitted(
        score=scores_of(trees, encoded),
        added=added,
        usual=_means(encoded.values[used]),
        table=_importance(encoded, added[used], trees.get_score(importance_type="total_gain")),
        table_name="importance",
        used=used,
        constant=(),
        weights=0,
        trees=trees,
    )


def grow(
    encoded: Encoded,
    outcome: Floats,
    *,
    used: Bools,
    settings: Mapping[str, Any],
    monotone: Mapping[str, int],
) -> "Booster":
    """The trees alone; see `fit_boosting`."""
    import xgboost  # noqa: PLC0415 - as above

    base = float(outcome[used].mean())
    only_up_or_down = tuple(monotone.get(term.feature, 0) for term in encoded.terms)
    return xgboost.train(
        _for_xgboost(settings, base) | {"monotone_constraints": only_up_or_down},
        xgboost.DMatrix(encoded.values[used], label=outcome[used], nthread=1),
        num_boost_round=settings["trees"],
    )


def scores_of(trees: "Booster", encoded: Encoded) -> Floats:
    """What the trees say of every case, 0 to 1, shape (cases,)."""
    import xgboost  # noqa: PLC0415 - as above

    said = trees.predict(xgboost.DMatrix(encoded.values, nthread=1))
    return np.asarray(said, dtype=np.float64)


def _for_xgboost(settings: Mapping[str, Any], base: float) -> dict[str, Any]:
    return {
        "objective": "binary:logistic",
        "tree_method": "hist",
        "base_score": base,
        "max_depth": settings["depth"],
        "eta": settings["learning_rate"],
        # xgboost counts a case by p (1 - p): a leaf of n cases of average risk weighs this.
        "min_child_weight": settings["min_leaf"] * base * (1 - base),
        "nthread": 1,
        "seed": settings["seed"],
        "verbosity": 0,
    }


def _means(rows: Floats) -> Floats:
    known = (~np.isnan(rows)).sum(axis=0)
    sums = np.nansum(rows, axis=0)
    return np.where(known > 0, sums / np.maximum(known, 1), np.nan)


def _importance(encoded: Encoded, added: Floats, gain: Mapping[str, Any]) -> pa.Table:
    """Per feature: its share of the gain, and how far it moves the log odds on average."""
    features = list(dict.fromkeys(term.feature for term in encoded.terms))
    total = sum(gain.values()) or 1.0
    rows = []
    for feature in features:
        places = encoded.of(feature)
        share = sum(gain.get(f"f{place}", 0.0) for place in places) / total
        rows.append((feature, share, float(np.abs(added[:, places].sum(axis=1)).mean())))
    rows.sort(key=lambda row: (-row[2], row[0]))
    names, shares, moves = zip(*rows, strict=True)
    return pa.table({"feature": names, "share_of_gain": shares, "mean_change_log_odds": moves})
