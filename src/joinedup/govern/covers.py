"""Which fields does an agreement really let us take, and how may people be known by them?

Less than it names: a field of the highest sensitivity needs its condition in law; and where people
are known by tokens alone, free text and places are left out, and identifiers are tokens.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from joinedup.core.agreement import Agreement
from joinedup.core.errors import Problem
from joinedup.core.vocabulary import Dataset
from joinedup.govern.pseudonyms.pseudonym import treatments
from joinedup.govern.pseudonyms.special import MOST, categories


@dataclass(frozen=True, slots=True)
class Known:
    """How a reader may know people by the identifiers of one table.

    Attributes:
        named: as they are.
        tokens: as the tokens of its project.
    """

    named: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()


def narrowed(
    agreements: Sequence[Agreement], datasets: Mapping[str, Dataset]
) -> tuple[Agreement, ...]:
    """The agreements, each covering what it really lets us take."""
    return tuple(
        replace(
            agreement,
            covers={
                name: lets_take(agreement, datasets[name]) if name in datasets else fields
                for name, fields in agreement.covers.items()
            },
        )
        for agreement in agreements
    )


def lets_take(agreement: Agreement, dataset: Dataset) -> tuple[str, ...]:
    """The fields of a dataset that an agreement lets us take, in the dataset's order."""
    named = set(agreement.covers.get(dataset.id, ()))
    becomes = treatments(dataset)
    by_tokens = agreement.identity == "tokens"
    return tuple(
        name
        for name in dataset.fields
        if name in named
        and not (by_tokens and becomes[name].becomes == "left out")
        and (dataset.fields[name].sensitivity < MOST or condition(agreement, dataset, name))
    )


def condition(agreement: Agreement, dataset: Dataset, field: str) -> str:
    """On which condition in law an agreement lets a field be used; empty if it names none.

    It may be named for the field, or for each category that the field is told to be of.
    """
    said = agreement.conditions
    own = said.get(f"{dataset.id}.{field}", "") or said.get(field, "")
    if own.strip():
        return own
    found = [said.get(category, "").strip() for category in categories(dataset, field)]
    return "; ".join(found) if found and all(found) else ""


def without_condition(dataset: Dataset, agreements: Sequence[Agreement]) -> Iterator[Problem]:
    """Fields of the highest sensitivity that agreements cover, and none on a condition in law."""
    for name, field in dataset.fields.items():
        covering = [one for one in agreements if name in one.covers.get(dataset.id, ())]
        if field.sensitivity < MOST or not covering:
            continue
        if not any(condition(one, dataset, name) for one in covering):
            told = " or ".join([*categories(dataset, name), f"{dataset.id}.{name}"])
            yield Problem(
                f"agreement {covering[0].id}, conditions",
                f"the field {name} of {dataset.id} has sensitivity {MOST}, and no condition of"
                " article 9 or 10 is named under which it may be used.",
                f"write it under [conditions] for {told}, with its paragraph of Schedule 1, and"
                " have the agreement signed; or take the field out of [covers].",
            )


def known_by(
    dataset: Dataset, columns: Collection[str], purpose: str, agreements: Sequence[Agreement]
) -> Known:
    """How a purpose may know people by these columns: by name, where an agreement for it says so.

    Args:
        dataset: whose columns they are.
        columns: that are read and lie apart from the attributes.
        purpose: of the reading.
        agreements: in force, and `narrowed`.
    """
    ways: dict[str, set[str]] = {}
    for agreement in agreements:
        if agreement.purpose == purpose:
            for name in agreement.covers.get(dataset.id, ()):
                ways.setdefault(name, set()).add(agreement.identity)
    told = [name for name in columns if name in ways]
    return Known(
        named=tuple(name for name in told if "named" in ways[name]),
        tokens=tuple(name for name in told if "named" not in ways[name]),
    )


def identity(dataset: Dataset, agreements: Sequence[Agreement]) -> dict[str, str]:
    """Identifier to how these agreements let it be known: `named` if any says so."""
    becomes = treatments(dataset)
    found: dict[str, str] = {}
    for agreement in agreements:
        for name in agreement.covers.get(dataset.id, ()):
            if becomes[name].becomes != "kept" and found.get(name) != "named":
                found[name] = agreement.identity
    return found
