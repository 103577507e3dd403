"""Do two names mean the same column? `PCODE`, `Post Code` and `postcode` do.

Names are cut into words, abbreviations written out, and words of the trade known by what they
stand for. Nothing here looks at a cell.
"""

import re
from difflib import SequenceMatcher
from functools import cache

from joinedup.core.vocabulary import Standard

# What each standard is called in the files of councils, the NHS, police and housing bodies.
TRADE: dict[Standard, tuple[str, ...]] = {
    "address": ("address", "addr", "property address", "address line", "full address"),
    "birth_date": ("dob", "date of birth", "birth date", "birthdate", "date birth", "born"),
    "company_number": ("company number", "companies house number", "crn", "company reg number"),
    "easting": ("easting", "eastings", "x coordinate", "bng easting", "x"),
    "email": ("email", "e mail", "email address", "mail address"),
    "forename": ("forename", "forenames", "given name", "first name", "christian name", "fname"),
    "full_name": ("full name", "person name", "liable name", "tenant name", "holder name"),
    "nhs_number": ("nhs number", "nhs", "nhsno"),
    "nino": ("nino", "ni number", "national insurance number", "nat ins number", "nin"),
    "northing": ("northing", "northings", "y coordinate", "bng northing", "y"),
    "phone": ("phone", "telephone", "mobile", "phone number", "mobile number", "contact number"),
    "postcode": ("postcode", "post code", "postal code", "pcode", "zip code", "zip", "p code"),
    "sex": ("sex", "gender"),
    "surname": ("surname", "family name", "last name", "lname", "sname", "second name"),
    "uprn": ("uprn", "unique property reference number", "property uprn"),
    "upn": ("upn", "unique pupil number", "pupil number"),
}
WRITTEN_OUT = {
    "acc": "account",
    "acct": "account",
    "addr": "address",
    "amt": "amount",
    "app": "application",
    "cat": "category",
    "cd": "code",
    "co": "company",
    "ctax": "council tax",
    "desc": "description",
    "dt": "date",
    "dte": "date",
    "estab": "establishment",
    "fsm": "free school meals",
    "hh": "household",
    "lic": "licence",
    "license": "licence",
    "no": "number",
    "nbr": "number",
    "num": "number",
    "oa": "output area",
    "pao": "primary addressable object name",
    "prop": "property",
    "ref": "reference",
    "rv": "rateable value",
    "sao": "secondary addressable object name",
    "tel": "telephone",
    "wkly": "weekly",
    "yr": "year",
}
# Words that stand for one another, though not always.
ALIKE = (
    {"reference", "number", "id", "identifier", "key"},
    {"begin", "commence", "from", "open", "start"},
    {"close", "end", "expire", "expiry", "finish", "until"},
    {"category", "class", "kind", "type"},
    {"outcome", "result", "finding", "decision"},
    {"arrears", "balance"},
    {"date", "day", "on"},
    {"discount", "reduction"},
    {"salutation", "title"},
    {"address", "location"},
    {"officer", "inspector", "staff"},
    {"award", "grant", "issue"},
    {"case", "job"},
    {"reported", "report", "received", "receive"},
    {"detail", "description", "note"},
    {"liable", "occupier", "taxpayer"},
    {"home", "property", "dwelling"},
    {"establishment", "school"},
)
EMPTY_WORDS = frozenset({"a", "an", "at", "by", "for", "in", "of", "the", "is", "was"})
# Words that say how a thing is named, not what it is: `Visit Ref` is the visit.
SAID_BESIDE = frozenset({"id", "identifier", "number", "on", "reference", "token"})
ENDINGS = re.compile(r"(ations?|ings?|ions?|als?|ed|es|s|e)$")
BUT_FOR_WORDS_BESIDE = 0.92
NEAR_WORD = 0.8
ALIKE_WORD = 0.7
SHORTEST_STEM = 3
LEVELS = re.compile(r"\s+/\s+|(?<=\w{3})/(?=\w{3})|\s*(?:\.|@|::|>)\s*(?=\w)")


def plain(name: str) -> str:
    """Letters and digits alone, in small letters."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


@cache
def words(name: str) -> tuple[str, ...]:
    """The words of a name: `BirthDate`, `BIRTH_DATE` and `Birth date` all give birth, date."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    apart = re.sub(r"(?<=[A-Za-z]{2})(?=\d)", " ", apart)
    found = re.findall(r"[^\W_]+", apart.casefold())
    whole = " ".join(WRITTEN_OUT.get(word, word) for word in found)
    return tuple(word for word in whole.split() if word not in EMPTY_WORDS)


@cache
def _trades() -> dict[str, Standard]:
    names = ((words(said), standard) for standard, many in TRADE.items() for said in many)
    return {"".join(found): standard for found, standard in names}


@cache
def standard_of(name: str) -> Standard:
    """The standard that a column of this name holds by the custom of the trade, if any."""
    known = _trades()
    for part in (name, last_level(name)):
        found = words(part)
        whole = "".join(found)
        if whole in known:
            return known[whole]
        if found and found[-1].isdigit() and "".join(found[:-1]) in known:
            return known["".join(found[:-1])]
    return ""


def last_level(name: str) -> str:
    """The name under a merged heading or inside a record: `UPRN` of `Property / UPRN`."""
    return LEVELS.split(name)[-1]


@cache
def likeness(one: str, other: str) -> float:
    """How alike two names are, 0 to 1; 1 where they are the same words.

    The last level of a name in levels is held too: `Property / UPRN` is much like `uprn`.
    """
    if plain(one) == plain(other):
        return 1.0
    best = _likeness(words(one), words(other))
    for part, whole in ((last_level(one), other), (last_level(other), one)):
        best = max(best, 0.95 * _likeness(words(part), words(whole)))
    return best


def _likeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    if not one or not other or numbers(one) != numbers(other):
        return 0.0
    if "".join(one) == "".join(other):
        return 1.0
    if _core(one) and _core(one) == _core(other):
        return BUT_FOR_WORDS_BESIDE
    forth = sum(max(_same(word, found) for found in other) for word in one)
    back = sum(max(_same(word, found) for found in one) for word in other)
    return (forth + back) / (len(one) + len(other))


def _core(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(ENDINGS.sub("", word) or word for word in parts if word not in SAID_BESIDE)


def numbers(parts: tuple[str, ...]) -> tuple[str, ...]:
    """`Address 1` is not `Address 2`."""
    return tuple(word for word in parts if word.isdigit())


@cache
def _same(one: str, other: str) -> float:
    if one == other:
        return 1.0
    stems = ENDINGS.sub("", one), ENDINGS.sub("", other)
    if stems[0] == stems[1] and len(stems[0]) >= SHORTEST_STEM:
        return 0.95
    if any({one, other} <= group or set(stems) <= group for group in ALIKE):
        return ALIKE_WORD
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    return 0.9 * ratio if ratio >= NEAR_WORD else 0.0


def told_by(name: str, description: str) -> float:
    """The share of a name's words that stand in a description, 0 to 1."""
    found, said = words(last_level(name)), words(description)
    if not found or not said:
        return 0.0
    return sum(max(_same(word, other) for other in said) for word in found) / len(found)
