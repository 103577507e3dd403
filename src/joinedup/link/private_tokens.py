"""Into which small parts is a cell taken, so that two spellings of it have most of them in common?

The parts of all cells of a record go into one filter (`private_filter`). A part is marked by what
it is of, so that a surname's letters are not taken for a street's; forename and surname are one
kind, because forms turn them round.
"""

import re
from collections.abc import Callable, Mapping

from joinedup.link.names import root_of

Parts = Callable[[str], set[str]]
INWARD, LAST_OF_PHONE = 3, 7


def weight_of(name: str) -> float:
    """How much of the filter a feature of `standard` is given, beside the others."""
    return WEIGHTS[_base(name)]


def parts_of(name: str, cell: str) -> set[str]:
    """The parts of a cell of a feature, each marked with what it is of."""
    return PARTS[_base(name)](cell)


def can_be_encoded(name: str) -> bool:
    """Whether a column of `standard` is something that is encoded."""
    return _base(name) in PARTS


def _base(name: str) -> str:
    return name if name in PARTS else re.sub("_[0-9]+$", "", name)


def grams(text: str, kind: str, size: int = 2) -> set[str]:
    """All runs of so many signs, the ends marked.

    >>> sorted(grams("ann", "name"))
    ['name:_a', 'name:an', 'name:n_', 'name:nn']
    """
    ended = f"_{text}_"
    return {f"{kind}:{ended[at : at + size]}" for at in range(max(len(ended) - size + 1, 1))}


def placed(text: str, kind: str) -> set[str]:
    """Two signs and where they stand, for numbers; and the whole."""
    runs = {f"{kind}:{at}:{text[at : at + 2]}" for at in range(max(len(text) - 1, 1))}
    return runs | {f"{kind}:{text}"}


def of_date(text: str) -> set[str]:
    """Year, day and month alone and by twos; day and month are one kind: forms turn them round.

    >>> day = of_date("19800517")
    >>> len(day & of_date("19801705")), len(day & of_date("19810517"))
    (6, 3)
    """
    year, month, day = text[:4], text[4:6], text[6:8]
    alone = {f"born:{year}", f"born:-{month}", f"born:-{day}"}
    twos = {f"born:{year}-{month}", f"born:{year}-{day}"}
    return alone | twos | {f"born:{'-'.join(sorted((month, day)))}"}


def _forename(text: str) -> set[str]:
    return grams(text, "name") | {f"root:{root_of(text)}"}


def _postcode(text: str) -> set[str]:
    return grams(text, "postcode") | {f"postcode:{text}", f"postcode:{text[:-INWARD]}"}


PARTS: Mapping[str, Parts] = {
    "forename": _forename,
    "surname": lambda text: grams(text, "name"),
    "birth_date": of_date,
    "sex": lambda text: {f"sex:{text}"},
    "postcode": _postcode,
    "house_number": lambda text: grams(text, "number") | {f"number:{text}"},
    "street": lambda text: grams(text, "street"),
    "line": lambda text: grams(text, "line"),
    "place": lambda text: grams(text, "place"),
    "region": lambda text: {f"region:{text}"},
    "phone": lambda text: grams(text, "phone", 3) | {f"phone:{text[-LAST_OF_PHONE:]}"},
    "email": lambda text: grams(text, "email", 3) | {f"email:{text.partition('@')[0]}"},
    **{
        name: (lambda text, name=name: placed(text, name))  # type: ignore[misc]
        for name in ("nhs_number", "nino", "upn", "uprn", "person_number")
    },
}
WEIGHTS: Mapping[str, float] = {
    "forename": 3.5,
    "surname": 3.0,
    "birth_date": 5.0,
    "sex": 0.5,
    "postcode": 1.0,
    "house_number": 0.75,
    "street": 1.0,
    "line": 0.5,
    "place": 0.3,
    "region": 0.3,
    "phone": 3.0,
    "email": 3.0,
    "nhs_number": 5.0,
    "nino": 5.0,
    "upn": 5.0,
    "uprn": 3.0,
    "person_number": 5.0,
}
"""What tells one of a family from another weighs most: people move, and share homes."""
