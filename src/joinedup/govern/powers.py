"""Which statutory powers might two bodies share under? A library to start from, never advice.

The entries are data (`powers.toml`), each with who may use it, what for, and on what conditions;
`verified` says whether somebody has held it against the text of the act.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """A statutory power that data may be shared under.

    Attributes:
        who: who may share with whom, a line each.
        words: by which it is found.
        verified: whether the entry was checked against the act.
    """

    id: str
    citation: str
    who: tuple[str, ...]
    what_for: str
    words: tuple[str, ...]
    conditions: tuple[str, ...]
    verified: bool


@cache
def library() -> tuple[Gateway, ...]:
    """Every entry, in the order of the file."""
    content = tomllib.loads(files("joinedup.govern").joinpath("powers.toml").read_text("utf-8"))
    return tuple(
        Gateway(
            id=name,
            citation=entry["citation"],
            who=tuple(entry["who"]),
            what_for=entry["what_for"],
            words=tuple(entry["words"]),
            conditions=tuple(entry["conditions"]),
            verified=entry["verified"],
        )
        for name, entry in content.items()
        if isinstance(entry, dict)
    )


def matching(words: Sequence[str]) -> tuple[Gateway, ...]:
    """The entries that meet most of the words, best first; all of them if no word is given.

    >>> [gateway.id for gateway in matching(["fuel", "poverty"])]
    ['dea-2017-s35']
    """
    wanted = [word.casefold() for word in words]
    if not wanted:
        return library()
    scored = [(sum(word in _text(gateway) for word in wanted), gateway) for gateway in library()]
    best = max(score for score, _ in scored)
    found = [pair for pair in scored if pair[0] == best and best]
    return tuple(gateway for _, gateway in found)


def cited(citation: str) -> Gateway | None:
    """The entry that an agreement's citation begins with or names, if there is one.

    >>> cited("Housing Act 2004, section 237: council tax for housing functions").id
    'housing-act-2004-s237'
    """
    told = citation.casefold()
    return next((one for one in library() if told.startswith(one.citation.casefold())), None)


def _text(gateway: Gateway) -> str:
    parts = (gateway.citation, *gateway.who, gateway.what_for, *gateway.words)
    return " ".join(parts).casefold()
