"""How is a name written when nothing but spelling is taken away?"""

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any

TRADING_AS = re.compile(r"\b(?:t/a|t\.a\.|ta|trading as|dba|d/b/a)\b", re.IGNORECASE)
ORDINAL = re.compile("[0-9]+(?:st|nd|rd|th)?")


def _words(text: str) -> list[str]:
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return re.findall("[0-9a-z]+", plain.replace("'", "").replace("\u2019", "").replace(".", ""))


def parted(text: str) -> tuple[str | None, str | None]:
    """The forename and surname of a full name: `Jane Smith`, or `Smith, Jane`.

    >>> parted("Ms Jane A. van der Berg"), parted("SMITH, John Paul"), parted("Cher")
    (('jane', 'van der berg'), ('john', 'smith'), ('cher', None))
    """
    before, comma, after = text.partition(",")
    if comma and _given(after) and len(_given(before)) <= len(_given(after)) + 2:
        given = _given(after)
        return given[0], " ".join(_given(before)) or None
    found = _given(text)
    if not found:
        return None, None
    first, rest = found[0], found[1:]
    place = next((at for at, word in enumerate(rest) if word in _told("particles")), len(rest) - 1)
    return first, " ".join(rest[max(place, 0) :]) or None


def _given(text: str) -> list[str]:
    found = [word for word in _words(text) if not ORDINAL.fullmatch(word)]
    return [word for word in found if word not in _told("titles")] or found


def forename_of(text: str) -> str | None:
    """The first of the forenames, without a title.

    >>> forename_of("Mrs. Mary-Jane"), forename_of("J.P.")
    ('mary', 'jp')
    """
    found = _given(re.sub("[-/]", " ", text))
    letters = re.sub("[^a-z]", "", found[0]) if found else ""
    return letters or None


def surname_of(text: str) -> str | None:
    """The surname in one word: particles joined, hyphens gone.

    >>> surname_of("van der Berg"), surname_of("O'Brien-Smith")
    ('vanderberg', 'obriensmith')
    """
    return re.sub("[^a-z]", "", "".join(_given(text))) or None


def root_of(forename: str) -> str:
    """The name that a forename is a short form of, or itself.

    >>> root_of("bill"), root_of("liz"), root_of("wojciech")
    ('william', 'elizabeth', 'wojciech')
    """
    return _roots().get(forename, forename)


def business_of(text: str) -> str | None:
    """A business's name: what it trades as, without legal form and small words.

    >>> business_of("A.B.C. Cars Limited t/a Shine"), business_of("The Corner Café Ltd")
    ('shine', 'corner cafe')
    """
    told = TRADING_AS.split(text)[-1] or text
    found = _words(told)
    left_out = _told("business_forms") | _told("small")
    plain = [word for word in found if word not in left_out]
    return " ".join(plain or found) or None


@cache
def _told(key: str) -> frozenset[str]:
    return frozenset(_file()[key].split())


@cache
def _roots() -> dict[str, str]:
    groups = [line.split() for line in _file()["groups"]]
    roots = {other: root for root, *others in reversed(groups) for other in others}
    return roots | {root: root for root, *_ in groups}


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(files("joinedup.link").joinpath("names.toml").read_text(encoding="utf-8"))
