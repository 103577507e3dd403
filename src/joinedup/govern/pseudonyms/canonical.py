"""When are two ways of writing an identifier the same identifier?

Each standard has one canonical form, so that capitals, spaces, hyphens and accents do not change a
token. Whether the identifier is a right one is not asked here: a mistyped number has a form too.

Names: `O'Brien` is `O BRIEN` and `OBrien`; `van der Berg` is `Vanderberg`; `Zoë` is `Zoe`. A
particle is joined to its name, never dropped: `Berg` is another name. `Müller` is `Muller`, not
`Mueller`. A whole name may stand surname first, before a comma.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime

from joinedup.core import identifiers

_ACCENTS = re.compile("[\u0300-\u036f]")
_STROKES = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ħ": "h",
        "\u0131": "i",
    }
)
_DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y%m%d", "%Y/%m/%d")
_KEPT = frozenset({"Ll", "Lo", "Lt", "Lu", "Mc", "Mn", "Nd", "Nl", "No"})  # a raised comma is Lm
_MIDNIGHT = re.compile(r"[ T]00:00(?::00(?:\.0*)?)?Z?")


def canonical_form(text: str, standard: str) -> str:
    """The one way to write an identifier; empty if it says nothing at all.

    Args:
        text: as the sender wrote it.
        standard: of the field; empty for a reference of the sender's own.

    >>> canonical_form("943 476-5919", "nhs_number"), canonical_form(" sw1a1AA", "postcode")
    ('9434765919', 'SW1A1AA')
    >>> canonical_form("D'Arcy, Zoë", "full_name"), canonical_form("zoe darcy", "full_name")
    ('zoedarcy', 'zoedarcy')
    """
    return _FORMS.get(standard, _reference)(text)


def _plain(text: str) -> str:
    """In one form of Unicode, without what cannot be seen; ASCII is so already."""
    if text.isascii() and text.isprintable():
        return text
    one = unicodedata.normalize("NFKC", text)
    kept = (sign for sign in one if not unicodedata.category(sign).startswith("C"))
    return unicodedata.normalize("NFC", "".join(kept))


def _letters(text: str) -> str:
    """Letters and digits alone, small, without accents."""
    if text.isascii():
        return "".join(filter(str.isalnum, text.lower()))
    return _until_same(_letters_once, text)


def _letters_once(text: str) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    folded = _ACCENTS.sub("", folded).translate(_STROKES)
    return "".join(sign for sign in folded if unicodedata.category(sign) in _KEPT)


def _until_same(fold: Callable[[str], str], text: str) -> str:
    """Folded until folding again changes nothing: rare letters of Unicode take two rounds."""
    folded = fold(text)
    while folded != text:
        text, folded = folded, fold(folded)
    return folded


def _code(text: str) -> str:
    """Capital letters and digits alone."""
    return (
        _letters(text).upper() if not text.isascii() else "".join(filter(str.isalnum, text.upper()))
    )


def _number(text: str) -> str:
    """A number that a spreadsheet may have taken for a measurement."""
    whole, dot, tail = _plain(text).strip().partition(".")
    return _code(whole) if dot and not tail.strip("0") else _code(text)


def _uprn(text: str) -> str:
    digits = _number(text)
    return digits.lstrip("0") if digits.isdecimal() else digits


def _company(text: str) -> str:
    code = _number(text)
    return code.zfill(identifiers.COMPANY_NUMBER_WIDTH) if code.isdecimal() else code


def _phone(text: str) -> str:
    plain = _plain(text).strip()
    return identifiers.normal_phone(plain) or _code(plain)


def _email(text: str) -> str:
    return _until_same(_email_once, text)


def _email_once(text: str) -> str:
    return "".join(_plain(text).casefold().split())


def _reference(text: str) -> str:
    """A sender's own number: `A-12/3` and `A1-23` are two, so marks stay."""
    return _until_same(_reference_once, text)


def _reference_once(text: str) -> str:
    return "".join(_plain(text).upper().split())


def _full_name(text: str) -> str:
    last, comma, first = text.partition(",")
    return _letters(first) + _letters(last) if comma else _letters(text)


def _birth_date(text: str) -> str:
    """ISO 8601; day before month, as in Britain, where it is written with strokes."""
    plain = _MIDNIGHT.sub("", _plain(text).strip())
    try:
        return date.fromisoformat(plain).isoformat()
    except ValueError:
        pass
    for form in _DATE_FORMATS:
        try:
            return datetime.strptime(plain, form).date().isoformat()  # noqa: DTZ007 - a day, no time
        except ValueError:
            continue
    return _code(plain)


_FORMS: dict[str, Callable[[str], str]] = {
    "address": _letters,
    "birth_date": _birth_date,
    "company_number": _company,
    "easting": _number,
    "email": _email,
    "forename": _letters,
    "full_name": _full_name,
    "nhs_number": _number,
    "nino": _code,
    "northing": _number,
    "phone": _phone,
    "postcode": _code,
    "sex": _letters,
    "surname": _letters,
    "uprn": _uprn,
    "upn": _code,
}
