"""A fitted model as plain JSON: what anybody needs to apply it, and no value of anybody's row.

A score is 1 / (1 + e^-t). Of a regression, t is `start` plus `each` times the feature for every
term; a term with a category counts 1 where the feature is that category, else 0. Of trees, t is
`start` plus what the leaf of every tree `adds`: from the top, `then` if the feature (1 or 0 where a
category is named) is below `below`, `otherwise` if not, `missing` says which if it is not known.

Trees are grown with values of the rows as thresholds. Here each stands between two values that
training rows have, as the roundest number there, and parts them the same way. What is added is told
to four digits: all the digits would give back how many of a leaf had the outcome.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from joinedup.stats.arrays import Floats
from joinedup.target.encoding import Encoded, Term
from joinedup.target.model_report import Fit

if TYPE_CHECKING:
    from xgboost import Booster

DIGITS = 4
"""Of what a leaf adds."""
DIGITS_OF_WEIGHTS = 9
FINEST = 17
"""Digits that tell any two numbers apart."""


def portable(fit: Fit) -> dict[str, Any]:
    """The model; JSON in, JSON out gives the same."""
    trees = fit.fitted.trees
    return _regression(fit) if trees is None else _trees(fit, trees)


def named(content: Mapping[str, Any]) -> tuple[Term, ...]:
    """The categories that a model names, each once, in order."""
    return tuple(dict.fromkeys(_named(content)))


def _regression(fit: Fit) -> dict[str, Any]:
    start, *weights = fit.fitted.table["coefficient"].to_pylist()
    return {
        "kind": "logistic regression",
        "start": _short(start, DIGITS_OF_WEIGHTS),
        "terms": [
            {**_told(term), "each": _short(weight, DIGITS_OF_WEIGHTS)}
            for term, weight in zip(fit.encoded.terms, weights, strict=True)
            if weight != 0
        ],
    }


def _trees(fit: Fit, trees: "Booster") -> dict[str, Any]:
    used = fit.fitted.used
    base = float(fit.outcome[used].mean())
    values = [np.unique(column[~np.isnan(column)]) for column in fit.encoded.values[used].T]
    told = _Told(fit.encoded, values)
    return {
        "kind": "boosted trees",
        "start": _short(float(np.log(base / (1 - base))), DIGITS),
        "trees": [told.tree(json.loads(text)) for text in trees.get_dump(dump_format="json")],
    }


@dataclass(frozen=True, slots=True)
class _Told:
    """What is needed to tell a tree.

    Attributes:
        values: what the training rows have of each term, in order, each once.
    """

    encoded: Encoded
    values: list[Floats]

    def tree(self, node: Mapping[str, Any]) -> dict[str, Any]:
        """A node of xgboost's, and all below it."""
        if "leaf" in node:
            return {"adds": _short(node["leaf"], DIGITS)}
        place = int(node["split"].removeprefix("f"))
        below = {child["nodeid"]: self.tree(child) for child in node["children"]}
        return {
            **_told(self.encoded.terms[place]),
            "below": between(self.values[place], float(node["split_condition"])),
            "then": below[node["yes"]],
            "otherwise": below[node["no"]],
            "missing": "then" if node["missing"] == node["yes"] else "otherwise",
        }


def between(values: Floats, threshold: float) -> float:
    """The roundest number that parts values as a threshold does, and is none of them.

    Args:
        values: in order, each once.
        threshold: those below it, in single precision as xgboost compares, are on one side.

    >>> between(np.array([0.0, 1.0]), 1.0), between(np.array([12.1, 12.4, 19.3]), 19.3)
    (0.5, 16.0)
    """
    place = int(np.searchsorted(values.astype(np.float32), np.float32(threshold), side="left"))
    if not len(values):
        return threshold
    if place == 0:
        return _roundest(float(values[0]) - 1 - abs(float(values[0])), float(values[0]))
    if place == len(values):
        return _roundest(float(values[-1]), float(values[-1]) + 1 + abs(float(values[-1])))
    return _roundest(float(values[place - 1]), float(values[place]))


def _roundest(low: float, high: float) -> float:
    """The number of fewest decimals strictly between two, nearest their middle."""
    middle = low + (high - low) / 2
    first = -int(np.floor(np.log10(high - low))) - 1
    for decimals in range(first, first + FINEST):
        found = round(middle, decimals)
        if low < found < high:
            return found
    return middle if low < middle < high else high


def _told(term: Term) -> dict[str, Any]:
    told = {"feature": term.feature}
    return told if term.category is None else told | {"category": term.category}


def _named(content: Any) -> Iterator[Term]:
    if isinstance(content, Mapping):
        if "category" in content:
            yield Term(content["feature"], content["category"])
        for value in content.values():
            yield from _named(value)
    elif isinstance(content, list):
        for value in content:
            yield from _named(value)


def _short(number: float, digits: int) -> float:
    return float(f"{number:.{digits}g}")
