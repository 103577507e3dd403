"""One way to write each thing that two bodies write in two ways, so that it can be compared.

Nothing is guessed: what cannot be read as what its column holds becomes empty, and an empty cell
speaks neither for a match nor against it.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core import identifiers
from joinedup.link import behind, dates
from joinedup.link.names import (
    business_of,
    forename_of,
    parted,
    root_of,
    surname_of,
)

Columns = dict[str, pa.Array]
NUMBERS = ("nhs_number", "nino", "upn", "uprn", "company_number", "person_number")
CHECKED: Mapping[str, Callable[[str], str | None]] = {
    "nhs_number": identifiers.normal_nhs_number,
    "nino": identifiers.normal_nino,
    "upn": identifiers.normal_upn,
    "uprn": identifiers.normal_uprn,
    "company_number": identifiers.normal_company_number,
}
SHORTER = {
    "street": "st", "road": "rd", "avenue": "av", "ave": "av", "lane": "ln", "drive": "dr",
    "close": "cl", "court": "ct", "place": "pl", "boulevard": "blvd", "blv": "blvd",
    "crescent": "cr", "cres": "cr", "terrace": "ter", "square": "sq", "gardens": "gdns",
    "highway": "hwy", "parkway": "pkwy", "saint": "st", "mount": "mt", "north": "n",
    "south": "s", "east": "e", "west": "w", "apartment": "flat", "apt": "flat", "first": "1st",
    "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th",
    "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
}  # fmt: skip
OTHER = "business_name_other"
"""What a business is also called: held against the names of others, and not compared itself."""
PHONE_DIGITS = 7
RANGE = re.compile(r"\b([0-9]+[a-z]?)\s*-\s*[0-9]+[a-z]?\b", re.IGNORECASE)
STREET = frozenset(["st", "rd", "av", "ln", "dr", "cl", "ct", "pl", "blvd", "cr", "ter", "sq",
                    "gdns", "hwy", "pkwy", "plz", "way", "broadway", "mews", "grove",
                    "row"])  # fmt: skip
PARTS = frozenset(["flat", "unit", "suite", "ste", "room", "rm", "floor", "fl", "basement",
                   "bsmt", "rear", "ll", "bldg"])  # fmt: skip
"""The last word of a street, most often; and what a part of a building behind it is called."""


def standard(table: pa.Table, roles: Mapping[str, str]) -> Columns:
    """What each row says, in one way of writing: feature to texts, shape (rows,).

    Args:
        table: one body's records.
        roles: role to column, from `roles.roles_of`.
    """
    said = {role: texts_of(table[column]) for role, column in roles.items()}
    made: Columns = {}
    made |= _names(said)
    for role, texts in said.items():
        base = role.rpartition("_")[0] if role[-1].isdigit() else role
        if base in NUMBERS:
            made[role] = each(texts, CHECKED.get(base, _code))
        elif base in ONE_WAY:
            made[role] = each(texts, ONE_WAY[base])
    if "birth_date" in said:
        made["birth_date"] = dates.plain(said["birth_date"])
    return made | _addresses(said)


def each(texts: pa.Array, how: Callable[[str], str | None]) -> pa.Array:
    """What becomes of each text, worked out once for each different one; empty where nothing."""
    coded = texts.dictionary_encode()
    values = [how(text) or None for text in coded.dictionary.to_pylist()]
    return pa.array(values, pa.string()).take(coded.indices)


def ids_of(table: pa.Table, column: str) -> pa.Array:
    """What rows are called, as text, shape (rows,): the column, or the row's number if empty."""
    cells = table[column] if column else pa.chunked_array([pa.array(range(table.num_rows))])
    return cells.cast(pa.string()).combine_chunks()


def texts_of(cells: pa.ChunkedArray) -> pa.Array:
    """A column as trimmed texts, whole numbers without a point, None where nothing is said."""
    kind = cells.type
    if pa.types.is_dictionary(kind):
        cells = cells.cast(kind.value_type)
    if pa.types.is_floating(cells.type):
        whole = pc.all(pc.equal(cells, pc.trunc(cells))).as_py()
        cells = cells.cast(pa.int64()) if whole else cells
    texts = pc.utf8_trim_whitespace(cells.cast(pa.string()))
    texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    texts = texts.chunk(0) if isinstance(texts, pa.ChunkedArray) else texts
    if pc.all(pc.match_substring_regex(texts, "^([0-9]+[.]0)?$")).as_py():
        texts = pc.replace_substring(texts, ".0", "")  # numbers that a program kept as text
    said = pc.and_(pc.not_equal(texts, ""), pc.invert(pc.is_in(pc.utf8_lower(texts), NOTHING)))
    return pc.if_else(pc.fill_null(said, fill_value=False), texts, pa.scalar(None, pa.string()))


NOTHING = pa.array(["nan", "none", "null", "n/a", "na", "unknown", "not known", "-", "."])


def folded(text: str) -> str:
    """Small letters without accents.

    >>> folded("Zoë O'Brien")
    "zoe o'brien"
    """
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def words(text: str) -> list[str]:
    """The words of a text, folded; an apostrophe joins.

    >>> words("Arnie Morton's, of Chicago")
    ['arnie', 'mortons', 'of', 'chicago']
    """
    return re.findall("[0-9a-z]+", folded(text).replace("'", "").replace("\u2019", ""))


def _names(said: Mapping[str, pa.Array]) -> Columns:
    made: Columns = {}
    forename, surname = said.get("forename"), said.get("surname")
    if "full_name" in said and (forename is None or surname is None):
        whole = said["full_name"]
        forename = each(whole, lambda text: parted(text)[0]) if forename is None else forename
        surname = each(whole, lambda text: parted(text)[1]) if surname is None else surname
    if forename is not None:
        made["forename"] = each(forename, forename_of)
        made["forename_root"] = each(made["forename"], root_of)
    if surname is not None:
        made["surname"] = each(surname, surname_of)
    if "business_name" in said:
        made["business_name"] = each(said["business_name"], business_of)
    if "business_name_2" in said:
        made[OTHER] = each(said["business_name_2"], business_of)
    return made


def _addresses(said: Mapping[str, pa.Array]) -> Columns:
    """The number and the street; further lines as places of their own."""
    made: Columns = {}
    number = said.get("house_number")
    if "address" in said:
        lines, rest = behind.parted(said["address"])
        made |= {
            role: each(cells, ONE_WAY[role]) for role, cells in rest.items() if role not in said
        }
        if number is None:
            number = each(lines, number_of)
        made["street"] = each(lines, street_of)
    if number is not None:
        made["house_number"] = each(number, lambda text: "".join(words(text)).lstrip("0"))
    for role, texts in said.items():
        if re.fullmatch("address_[0-9]+", role):
            made[role.replace("address", "line")] = each(texts, lambda text: " ".join(words(text)))
    return made


def number_of(text: str) -> str | None:
    """The number of a house: the first in its address, with the letter that belongs to it.

    >>> number_of("Flat 2, 12a High Street"), number_of("12 - 14 Mill Lane"), number_of("The Barn")
    ('12a', '12', None)
    """
    plain = re.sub(r"\b(flat|apt|apartment|unit|suite|room|floor)\b\W*[0-9]*[a-z]?\b", " ",
                   folded(text))  # fmt: skip
    found = re.search(r"\b([0-9]+[a-z]?)\b", plain)
    return found[1] if found else None


def street_of(text: str) -> str | None:
    """The words of an address without its first number, the long ones shortened.

    Of a range the first number counts; a part of the building that stands behind is left out.

    >>> street_of("12224 Ventura Boulevard"), street_of("435 S. La Cienega Blv.")
    ('ventura blvd', 's la cienega blvd')
    >>> street_of("6710-6712 W Belmont Ave Fl 1"), street_of("Flat 2, 12a High Street")
    ('w belmont av', 'flat 2 high st')
    """
    found = words(RANGE.sub(r"\1", text))
    number = number_of(text)
    if number in found:
        found.remove(number)
    found = [SHORTER.get(word, word) for word in found]
    ends = [at for at, word in enumerate(found) if at and word in STREET]
    parts = [at for at in range(ends[0] + 1 if ends else len(found), len(found))
             if found[at] in PARTS or re.search("[0-9]", found[at])]  # fmt: skip
    return " ".join(found[: parts[0]] if parts else found)


def _code(text: str) -> str:
    return re.sub("[^0-9A-Z]", "", text.upper())


def _phone(text: str) -> str | None:
    digits = re.sub("[^0-9]", "", text).removeprefix("0044").removeprefix("44").lstrip("0")
    return digits[-10:] if len(digits) >= PHONE_DIGITS else None


def _sex(text: str) -> str | None:
    first = folded(text)[:1]
    return {"m": "m", "1": "m", "f": "f", "2": "f", "w": "f"}.get(first)


def _plain(text: str) -> str:
    return " ".join(words(text))


ONE_WAY: Mapping[str, Callable[[str], str | None]] = {
    "postcode": _code,
    "email": lambda text: folded(text).replace(" ", ""),
    "phone": _phone,
    "sex": _sex,
    "place": _plain,
    "region": _plain,
    "category": _plain,
}
