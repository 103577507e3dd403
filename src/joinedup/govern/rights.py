"""How is a person named, when is an answer due, and what may they be shown? Pure.

A number that is one person's alone names them; a name names nobody until it stands beside a birth
date or a place. What is told to one person leaves out what is about others.
"""

import calendar
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from joinedup.core.vocabulary import Dataset
from joinedup.govern.pseudonyms.pseudonym import scope_of, treatments

PERSONS = frozenset({"nhs_number", "nino", "upn"})
BUSINESSES = frozenset({"company_number"})
HOMES = frozenset({"uprn"})
NAMES = frozenset({"surname", "full_name"})
BESIDE = frozenset({"birth_date", "uprn", "postcode", "address", "phone", "email"})
DESCRIBING = NAMES | BESIDE | {"forename", "sex"}
TOKEN_OF = "token of "  # noqa: S105 - a word, not a secret
FEWEST_TOGETHER = 2
OF_PEOPLE = PERSONS | NAMES | {"forename", "sex", "birth_date", "phone", "email"}

Of = Literal["person", "home", "business"]


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """What an identifier is: of a standard, or a number of one partner's own.

    Attributes:
        scope: whose number, where no standard says so: `housing/tenancy`.
    """

    standard: str
    scope: str = ""

    def __str__(self) -> str:
        return self.standard or self.scope

    @property
    def alone(self) -> bool:
        """Whether one value names one person, home or business."""
        return self.standard not in DESCRIBING or self.standard in HOMES


@dataclass(frozen=True, slots=True)
class Identifier:
    """What somebody is named by; its value is in no `repr`."""

    kind: Kind
    form: str = field(repr=False)


def kind_of(name: str, dataset: Dataset) -> Kind | None:
    """What a field identifies by; None if it says of nobody who they are."""
    declared = dataset.fields[name]
    if declared.token_of:
        return Kind(TOKEN_OF + declared.token_of, f"{dataset.partner}/{name}")
    if treatments(dataset)[name].becomes != "token" or declared.role == "staff":
        return None
    return Kind(declared.standard, scope_of(name, dataset))


def about(identifiers: Collection[Identifier]) -> Of | None:
    """What these name: a person, a home or a business; None if they name nobody yet."""
    kinds = {one.kind for one in identifiers}
    standards = {kind.standard for kind in kinds}
    if standards & PERSONS or any(kind.scope for kind in kinds):
        return "person"
    if standards & BUSINESSES:
        return "business"
    if standards <= HOMES:
        return "home" if standards else None
    return "person" if describes(standards) else None


def describes(standards: Collection[str]) -> bool:
    """Whether these together tell one person from another: a name, and a date or a place."""
    told = set(standards)
    return len(told) >= FEWEST_TOGETHER and bool(told & NAMES) and bool(told & BESIDE)


def due(opened: date) -> date:
    """The day by which an answer is due: one month on, or the month's last day if it is shorter.

    >>> due(date(2026, 1, 31)), due(date(2026, 12, 5))
    (datetime.date(2026, 2, 28), datetime.date(2027, 1, 5))
    """
    year, month = (opened.year, opened.month + 1)
    if month > 12:  # noqa: PLR2004 - months of a year
        year, month = year + 1, 1
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(opened.day, last))


def kept_back(dataset: Dataset, columns: Collection[str], of: Of) -> Mapping[str, str]:
    """Columns that a copy for the subject leaves out, each with why; a person looks at them.

    1. Staff: others' identity.
    2. Free text: it could name others.
    3. A second column of one personal standard, such as the landlord's surname beside the tenant's.
    4. For a home or a business, whatever names a person.
    """
    found: dict[str, str] = {}
    by_standard: dict[str, list[str]] = {}
    for name in (one for one in columns if one in dataset.fields):
        if why := _of_others(name, dataset, of):
            found[name] = why
        elif dataset.fields[name].standard in DESCRIBING | PERSONS:
            by_standard.setdefault(dataset.fields[name].standard, []).append(name)
    for standard, names in by_standard.items():
        if len(names) > 1:
            others = [name for name in names if name != standard]
            why = f"there are {len(names)} columns of this kind; it may be another's"
            found |= dict.fromkeys(others, why)
    return found


def _of_others(name: str, dataset: Dataset, of: Of) -> str:
    """Why a column may be about others than the one who is told; empty if it is not."""
    declared = dataset.fields[name]
    if declared.role == "staff":
        return "it says who of the staff dealt with it"
    if treatments(dataset)[name].becomes == "left out" and declared.type == "text":
        return "free text, which could speak of others"
    if of != "person" and declared.standard in OF_PEOPLE:
        return "it says who the people are"
    return ""
