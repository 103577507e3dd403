"""How is a field that names nobody made from one that may, before the rows leave their partner?

A dataset may say that the partner makes its file from another's (`pseudonymised_from`): an
identifier becomes a token, a date of birth its year, a sum owed whether there is any. What is not
made is never read. A dataset that says nothing is sent with its own fields, each as it may leave.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.errors import Problem
from joinedup.core.vocabulary import Dataset, Field
from joinedup.govern.pseudonyms.keys import Key
from joinedup.govern.pseudonyms.pseudonym import scope_of, token, treatments

NUMBERS = frozenset({"integer", "number"})
MAKES = {"year": (frozenset({"date", "datetime"}), "integer"), "any": (NUMBERS, "boolean")}
"""How a field is made, to the types it can be made from and the type it then has."""


@dataclass(frozen=True, slots=True)
class Making:
    """One field of what leaves.

    Attributes:
        source: the field of the partner's file.
        how: `token`, `passed` (a token already), `year`, `any` or `same`.
        field: what leaves is declared so.
        standard: by which a token is made.
        scope: whose number it is, where no standard says so.
    """

    source: str
    how: str
    field: Field
    standard: str = ""
    scope: str = ""


def own(dataset: Dataset) -> dict[str, Making]:
    """Of a dataset that is sent with its own fields: how each that may leave does."""
    return {
        name: _own(name, dataset, what.becomes)
        for name, what in treatments(dataset).items()
        if what.becomes != "left out"
    }


def from_other(dataset: Dataset, source: Dataset) -> dict[str, Making]:
    """Of a dataset that is made from another: how each field is; `faults` says what cannot be."""
    found = {}
    for name, field in dataset.fields.items():
        if not field.token_of:
            found[name] = Making(field.made_from, field.made, field)
            continue
        whose = source.fields[field.made_from]
        scope = scope_of(field.made_from, source)
        found[name] = Making(field.made_from, "token", field, whose.standard, scope)
    return found


def faults(dataset: Dataset, source: Dataset) -> Iterator[Problem]:
    """Why fields of a dataset cannot be made from the other's, each with its way out.

    Where a problem is stands as the field's name.
    """
    if dataset.partner != source.partner:
        what = f"{source.id} is another partner's, who alone could make this of it."
        yield Problem("pseudonymised_from", what, "name a dataset of the same partner.")
    becomes = treatments(source)
    for name, field in dataset.fields.items():
        if field.made_from not in source.fields:
            what = f"nothing says which field of {source.id} it is made from."
            yield Problem(name, what, f"add made_from; {_known(source)}.")
            continue
        whose = source.fields[field.made_from]
        if field.token_of:
            yield from _token_faults(name, field, whose, becomes[field.made_from].becomes)
        elif field.made != "same":
            yield from _made_faults(name, field, whose)
        elif becomes[field.made_from].becomes != "kept":
            what = f"it would leave as it is, and {field.made_from} may name somebody."
            yield Problem(name, what, _instead(whose))
        elif field.type != whose.type:
            what = f"it is declared {field.type}, and {field.made_from} is {whose.type}."
            yield Problem(name, what, f'write type = "{whose.type}".')


def made(column: pa.ChunkedArray, making: Making, key: Key) -> pa.ChunkedArray:
    """The column as it leaves; cells that hold nothing stay empty."""
    if making.how == "token":
        return token(column, making.standard, key, scope=making.scope)
    if making.how == "year":
        return pc.year(column)
    if making.how == "any":
        return pc.greater(column, 0)
    return column


def needed(makings: Mapping[str, Making]) -> tuple[str, ...]:
    """The fields of the partner's file that have to be read, each once."""
    return tuple(dict.fromkeys(making.source for making in makings.values()))


def _own(name: str, dataset: Dataset, becomes: str) -> Making:
    field = dataset.fields[name]
    if field.token_of:
        return Making(name, "passed", field)
    if becomes == "kept":
        return Making(name, "same", field)
    return Making(name, "token", field, field.standard, scope_of(name, dataset))


def _token_faults(name: str, field: Field, whose: Field, becomes: str) -> Iterator[Problem]:
    expected = whose.standard or "own"
    if becomes != "token":
        what = f"{field.made_from} is no identifier, so its tokens would join nothing."
        yield Problem(name, what, "leave token_of out, or make it from an identifier.")
    elif field.token_of != expected:
        what = f"it says it is a token of {field.token_of}, and {field.made_from} is {expected}."
        yield Problem(name, what, f'write token_of = "{expected}".')
    if field.type != "text":
        yield Problem(name, "a token is text.", 'write type = "text".')


def _made_faults(name: str, field: Field, whose: Field) -> Iterator[Problem]:
    types, becomes = MAKES[field.made]
    if whose.type not in types:
        what = f"made = '{field.made}' is not made from {whose.type}."
        yield Problem(name, what, f"make it from a field of type {' or '.join(sorted(types))}.")
    if field.type != becomes:
        what = f"made = '{field.made}' gives {becomes}, and the field is declared {field.type}."
        yield Problem(name, what, f'write type = "{becomes}".')


def _instead(whose: Field) -> str:
    if whose.type in ("date", "datetime"):
        return f'add made = "year", or token_of = "{whose.standard or "own"}".'
    return f'add token_of = "{whose.standard or "own"}", or leave the field out.'


def _known(source: Dataset) -> str:
    return f"its fields are {', '.join(source.fields)}"
