"""Why does a case score as it does, in words an officer can check at the door?"""

from collections.abc import Mapping

import numpy as np

from joinedup.stats.arrays import Floats
from joinedup.target.encoding import Encoded
from joinedup.target.fitting import Fitted

REASONS = ("reason_1", "reason_2", "reason_3")
SMALLEST = 0.05
"""Log odds: what moves the odds by less than a twentieth is no reason to give to anyone."""


def reasons_of(
    encoded: Encoded, fitted: Fitted, *, words: Mapping[str, str], words_low: Mapping[str, str]
) -> tuple[list[str | None], ...]:
    """What raises each case's score most, the strongest first.

    Args:
        encoded: every case.
        fitted: what each term adds to each case.
        words: feature to a plain reason for when it is above the training average.
        words_low: the same for when it is below.

    Returns:
        For each of the three reason columns, one text per case; None where there is no further
        reason, or no score.
    """
    features = list(dict.fromkeys(term.feature for term in encoded.terms))
    added = np.column_stack(
        [encoded_sum(fitted.added, encoded.of(feature)) for feature in features]
    )
    told = [_told(encoded, fitted, name, words=words, words_low=words_low) for name in features]
    first = np.argsort(-np.nan_to_num(added), axis=1, kind="stable")[:, : len(REASONS)]
    strong = np.take_along_axis(np.nan_to_num(added), first, axis=1) >= SMALLEST
    columns: list[list[str | None]] = [
        [
            told[which][case] if good else None
            for case, (which, good) in enumerate(
                zip(first[:, place], strong[:, place], strict=True)
            )
        ]
        for place in range(first.shape[1])
    ]
    columns += [[None] * len(added) for _ in range(len(REASONS) - len(columns))]
    return tuple(columns)


def encoded_sum(added: Floats, places: list[int]) -> Floats:
    """What the columns of one feature add together, shape (cases,)."""
    total: Floats = added[:, places].sum(axis=1)
    return total


def _told(
    encoded: Encoded,
    fitted: Fitted,
    feature: str,
    *,
    words: Mapping[str, str],
    words_low: Mapping[str, str],
) -> list[str]:
    """One feature in words for each case, whether or not it is among the strongest."""
    places = encoded.of(feature)
    name = feature.replace("_", " ")
    values = encoded.values[:, places]
    missing = np.asarray(np.isnan(values).any(axis=1))
    first = encoded.terms[places[0]]
    if first.category is not None:
        lead = words.get(feature, name)
        names = [f"{lead}: {encoded.terms[place].category}" for place in places]
        which = np.nan_to_num(values).argmax(axis=1)
        other = np.nan_to_num(values).sum(axis=1) == 0
        said = [f"{lead}: another" if o else names[w] for w, o in zip(which, other, strict=True)]
    else:
        yes_or_no = bool(np.isin(values[~missing], (0.0, 1.0)).all())
        high = words.get(feature, name if yes_or_no else f"{name} above the average")
        low = words_low.get(feature, f"no {name}" if yes_or_no else f"{name} below the average")
        usual = fitted.usual[places[0]]
        said = [high if value >= usual else low for value in values[:, 0]]
    return [f"{name} not known" if gone else text for gone, text in zip(missing, said, strict=True)]
