"""How do the columns of a case become numbers that a model can add up?

A number stays a number. A text column becomes one column of 0 and 1 for each of its categories.
What the categories are is learnt from the training rows alone.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from joinedup.core.errors import MethodError
from joinedup.stats.arrays import Bools, Floats
from joinedup.target.frames import all_at_once, is_text, numbers, plain

MOST_CATEGORIES = 100


@dataclass(frozen=True, slots=True)
class Term:
    """One column of the model: a feature, and its category if the feature is text."""

    feature: str
    category: str | None = None

    @property
    def name(self) -> str:
        """As it stands in the table of coefficients."""
        return self.feature if self.category is None else f"{self.feature}: {self.category}"


@dataclass(frozen=True, slots=True)
class Encoded:
    """Cases as numbers.

    Attributes:
        values: in each term's own unit, shape (cases, terms); nan where a feature is missing.
        terms: what each column is.
        unseen: text feature to the number of cases whose category no training row has.
    """

    values: Floats
    terms: tuple[Term, ...]
    unseen: Mapping[str, int]

    @property
    def complete(self) -> Bools:
        """Which cases miss no feature, shape (cases,)."""
        return np.asarray(~np.isnan(self.values).any(axis=1), dtype=np.bool_)

    def of(self, feature: str) -> list[int]:
        """The columns that belong to a feature."""
        return [place for place, term in enumerate(self.terms) if term.feature == feature]


def encode(
    table: pa.Table,
    features: Sequence[str],
    *,
    training: Bools,
    with_reference: Collection[str],
    where: str,
) -> Encoded:
    """The features as numbers.

    Args:
        table: one row per case.
        features: its columns to use.
        training: which rows the categories are learnt from, shape (cases,).
        with_reference: text features whose most frequent category is left out, because nothing
            else would keep its columns from repeating the intercept.
        where: the table's name, for messages.

    Raises:
        MethodError: a feature is neither number nor text, or has more than 100 categories.
    """
    parts = all_at_once(
        *(
            lambda feature=feature: _encode_one(
                table, feature, training, reference=feature in with_reference, where=where
            )
            for feature in features
        )
    )
    return Encoded(
        values=np.column_stack([part.values for part in parts]),
        terms=tuple(term for part in parts for term in part.terms),
        unseen={name: count for part in parts for name, count in part.unseen.items()},
    )


def _encode_one(
    table: pa.Table,
    feature: str,
    training: Bools,
    *,
    reference: bool,
    where: str,
) -> Encoded:
    if not is_text(table[feature]):
        return Encoded(numbers(table, feature, where=where)[:, None], (Term(feature),), {})
    held = np.array(plain(table[feature]).to_pylist(), dtype=object)
    missing = np.array([value is None for value in held])
    known, times = np.unique(held[training & ~missing].astype(str), return_counts=True)
    if known.size > MOST_CATEGORIES:
        raise MethodError(
            f"{feature} has {known.size:,} categories in the training rows; a model can learn"
            f" from {MOST_CATEGORIES} at most.",
            fix="group the categories, or make a number of them such as a past rate.",
            where=where,
        )
    categories = list(known)
    if reference and categories:
        categories.remove(known[np.argmax(times)])
    columns = np.array([held == category for category in categories], dtype=np.float64).T
    values = columns.reshape(len(held), len(categories))
    values[missing] = np.nan
    strange = int((~np.isin(held[~missing].astype(str), known)).sum())
    terms = tuple(Term(feature, str(category)) for category in categories)
    return Encoded(values, terms, {feature: strange} if strange else {})
