"""What must be known of a fitted model before it may leave: does it carry whom it was fitted to?

Whoever can tell the cases a model was fitted to from others by their losses can tell who was in the
training data. The others must be like those: cases of a later year differ for many reasons. So each
case is held out once, with all other cases of the same person, home or business: the model is
fitted again without a fifth of them, five times, and the loss of each is measured where it was left
out. Nobody's row is kept.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from joinedup.core.errors import MethodError
from joinedup.result.members import Whose
from joinedup.result.model import FittedModel
from joinedup.stats.arrays import Bools, Floats, Ints
from joinedup.target.encoding import Term
from joinedup.target.model_report import Fit
from joinedup.target.portable import named, portable

if TYPE_CHECKING:
    from xgboost import Booster

EDGE = 1e-12
FOLDS = 5
MOST_MEASURED = 20_000
"""Cases whose losses are kept; the interval of the attack is narrow long before."""
AT_ONCE = 50
"""Trees whose leaves are looked up together."""
Again = Callable[[Bools], Floats]
"""The scores of all cases by the same method fitted to some, shape (cases,)."""


def fitted_model(fit: Fit, people: Whose, again: Again, *, seed: int) -> FittedModel:
    """The model and what is known of it.

    Args:
        fit: the model, as fitted to all its cases.
        people: of whom each case is.
        again: fits the same model to other cases.
        seed: says who is held out together.
    """
    fitted = fit.fitted
    _, own = np.unique(people.code[fitted.used], return_inverse=True)
    persons = int(own.max()) + 1
    content = portable(fit)
    members, others = _losses(fit, own, again, np.random.default_rng(seed))
    return FittedModel(
        content=content,
        persons=persons,
        leaves=None if fitted.trees is None else _leaves(fit, fitted.trees, own),
        categories=_categories(fit, named(content), own),
        freedom=None if fitted.trees is not None else persons - fitted.weights - 1,
        member_losses=members,
        other_losses=others,
    )


def _losses(fit: Fit, own: Ints, again: Again, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Loss of each case by the model, and by one that never saw it; none if none can be fitted."""
    used = np.flatnonzero(fit.fitted.used)
    fold = rng.permutation(int(own.max()) + 1)[own] % FOLDS
    unseen = np.empty(len(used))
    for held in range(FOLDS):
        rest = np.zeros(len(fit.outcome), dtype=np.bool_)
        rest[used[fold != held]] = True
        if len(np.unique(fit.outcome[rest])) < 2:  # noqa: PLR2004 - with and without the outcome
            return np.empty(0), np.empty(0)
        try:
            unseen[fold == held] = again(rest)[used[fold == held]]
        except MethodError:
            return np.empty(0), np.empty(0)
    kept = rng.permutation(len(used))[:MOST_MEASURED]
    rows = used[kept]
    return (
        _loss(fit.fitted.score[rows], fit.outcome[rows]),
        _loss(unseen[kept], fit.outcome[rows]),
    )


def _loss(score: Floats, outcome: Floats) -> Floats:
    """Logarithmic loss of each case, shape (cases,)."""
    chance = np.clip(np.where(outcome == 1, score, 1 - score), EDGE, 1.0)
    losses: Floats = -np.log(chance)
    return losses


def _leaves(fit: Fit, trees: "Booster", own: Ints) -> Ints:
    """How many persons are in each leaf of each tree, shape (leaves,)."""
    import xgboost  # noqa: PLC0415 - heavy; only when trees are grown

    rows = xgboost.DMatrix(fit.encoded.values[fit.fitted.used], nthread=1)
    persons = int(own.max()) + 1
    found: list[Ints] = []
    for first in range(0, trees.num_boosted_rounds(), AT_ONCE):
        last = min(first + AT_ONCE, trees.num_boosted_rounds())
        ends = trees[first:last].predict(rows, pred_leaf=True)
        for leaf in ends.reshape(len(own), -1).T.astype(np.int64):
            who = np.unique(leaf * persons + own)
            found.append(np.unique(who // persons, return_counts=True)[1])
    return np.concatenate(found)


def _categories(fit: Fit, terms: Sequence[Term], own: Ints) -> Ints:
    """How many persons each category that the model names is of, shape (categories,)."""
    rows = fit.encoded.values[fit.fitted.used]
    places = [fit.encoded.terms.index(term) for term in terms]
    return np.array([len(np.unique(own[rows[:, place] == 1])) for place in places], dtype=np.int64)
