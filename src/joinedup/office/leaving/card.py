"""The card that goes with a model: what it is, whom it was fitted to, how well, what was tested.

Counts of people are told to two digits: two cards of nearly the same data would give away the rest.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from joinedup.govern.models import Exposure
from joinedup.result.blocks import Block, Caution, Check, Checks, Estimates, Prose
from joinedup.result.model import FittedModel, Result

FILE = "model.json"
USE = (
    "It puts cases in order for people who look; it decides nothing about anybody. It holds for the"
    " place, the time and the way of looking that it was fitted to: test it on your own cases, and"
    " against a plain rule, before you act on it."
)
REGRESSION = (
    "Add start and, for every term, each times the feature. A term with a category counts 1 where"
    " the feature is that category, else 0. The score is 1 / (1 + exp(-sum))."
)
TREES = (
    "Walk every tree from the top: then if the feature is below the number, otherwise if not;"
    " missing says which if it is not known. Where a category is named, the feature is 1 if it is"
    " that category, else 0. Add start and what every leaf adds. The score is 1 / (1 + exp(-sum))."
)


def card(
    told: Result, model: FittedModel, exposure: Exposure | None, *, fewest: int, sha: str
) -> tuple[Block, ...]:
    """The blocks of a model's card.

    Args:
        told: the result of the step that fitted it.
        model: what is known of it.
        exposure: how well its members can be told.
        fewest: persons in every leaf and category, at least.
        sha: SHA-256 of the model's file.
    """
    settings: Mapping[str, Any] = told.provenance.settings if told.provenance else {}
    how = REGRESSION if model.leaves is None else TREES
    blocks: list[Block] = [
        Prose(
            heading="What this is",
            text=f"{FILE} is the fitted model as plain JSON; nothing in it can be run. Its SHA-256"
            f" is {sha}.",
        ),
        Prose(heading="What it is for", text=USE),
        Prose(heading="What it was fitted to", text=_fitted_to(model, settings)),
        Prose(heading="How to apply it", text=how),
        *(Caution(text=text) for text in told.cautions),
        Checks(items=tuple(_checks(model, exposure, fewest=fewest))),
    ]
    if told.estimates:
        blocks.insert(3, Estimates(items=tuple(told.estimates)))
    return tuple(blocks)


def _fitted_to(model: FittedModel, settings: Mapping[str, Any]) -> str:
    said = [f"{_about(model.persons)} persons, homes or businesses"]
    if "train_before" in settings:
        said.append(f"dated before {settings['train_before']}")
    if "outcome" in settings:
        said.append(f"by their outcome {settings['outcome']}")
    if settings.get("features"):
        said.append(f"and {', '.join(settings['features'])}")
    return f"{' '.join(said)}."


def _about(number: int) -> str:
    """A number to two digits.

    >>> _about(1834), _about(97)
    ('About 1,800', 'About 97')
    """
    return f"About {round(number, 2 - len(str(number))):,}"


def _checks(model: FittedModel, exposure: Exposure | None, *, fewest: int) -> Iterator[Check]:
    if model.leaves is not None:
        detail = f"No leaf of a tree holds fewer than {fewest} of those it was fitted to."
        yield Check(name="No leaf of few", answer="passed", detail=detail)
    if len(model.categories):
        detail = f"No category that it names is that of fewer than {fewest}."
        yield Check(name="No category of few", answer="passed", detail=detail)
    if model.freedom is not None:
        detail = f"{_about(model.freedom)} degrees of freedom are left."
        yield Check(name="Not saturated", answer="passed", detail=detail)
    if exposure is not None:
        yield Check(
            name="Nobody can be told to have been in the training data",
            answer="passed",
            detail=f"By its losses, against those of models that never saw the case: AUC"
            f" {exposure.auc:.3f} ({exposure.auc_low:.3f} to {exposure.auc_high:.3f}), where 0.5 is"
            f" chance; {exposure.hits:.1%} of those it was fitted to are found at 1 % false alarms"
            f" ({exposure.hits_low:.1%} to {exposure.hits_high:.1%}).",
        )
