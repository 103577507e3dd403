"""Is this text an NHS number, a UPRN, a postcode …, and how is it written when it is?

Each `is_<name>` judges what is said, whatever the capitals and spaces it is said with; each
`normal_<name>` gives the one way to write it, or None. Facts of public specifications, named where
they are used. That a number could have been issued does not mean that it was.

The patterns are plain enough for any engine (no look-around), so that whole columns can be held
against the same text; `sources` does.
"""

import re
from collections.abc import Sequence
from string import ascii_lowercase, ascii_uppercase

SPACE = "[ \t\u00a0]"
SPACE_OR_HYPHEN = "[ \t\u00a0-]"
_CAPITALS = str.maketrans(ascii_lowercase, ascii_uppercase)  # as columns do: ASCII alone

NHS_NUMBER = "[0-9]{10}"
NHS_WEIGHTS = (10, 9, 8, 7, 6, 5, 4, 3, 2)
NHS_MODULUS = 11

NINO = "[ABCEGHJ-PR-TW-Z][ABCEGHJ-NPR-TW-Z][0-9]{6}[A-D]"
NINO_NEVER = ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")
NINO_ADMINISTRATIVE = ("CR", "FY", "MW", "NC", "OO", "PP", "PY", "PZ")

UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
UPN_WEIGHTS = tuple(range(2, 14))
UPN = f"[{UPN_LETTERS}][0-9]{{11}}[0-9{UPN_LETTERS}]"

UPRN = "[0-9]{1,12}"
UPRN_WIDTH = 12
USRN = "[0-9]{1,8}"
FLOAT_LOOKS = r"[0-9]+\.[0-9]*|[0-9]+(?:\.[0-9]*)?[eE]\+?[0-9]+"

_FIRST, _SECOND = "[A-PR-UWYZ]", "[A-HK-Y]"
_OUTWARD = (
    f"{_FIRST}[0-9][0-9]?|{_FIRST}{_SECOND}[0-9][0-9]?"
    f"|{_FIRST}[0-9][A-HJKPSTUW]|{_FIRST}{_SECOND}[0-9][ABEHMNPRVWXY]"
)
POSTCODE = f"(?:GIR0AA|(?:{_OUTWARD})[0-9][ABD-HJLNP-UW-Z]{{2}})"
INWARD_LENGTH = 3

_PREFIXES = (
    *("AC", "CE", "CS", "EN", "ES", "FC", "FE", "GE", "GN", "GS", "IC", "IP", "LP", "NA", "NC"),
    *("NF", "NI", "NL", "NO", "NP", "NR", "NV", "NZ", "OC", "OE", "PC", "RC", "RS", "SA", "SC"),
    *("SE", "SF", "SG", "SI", "SL", "SO", "SP", "SR", "SZ", "ZC"),
)
COMPANY_NUMBER = (
    f"(?:[0-9]{{8}}|(?:{'|'.join(_PREFIXES)})[0-9]{{6}}|R0[0-9]{{6}}"
    "|(?:IP|SP|NP|RS)[0-9]{5}[A-Z]|NI[0-9]{5}A)"
)
COMPANY_NUMBER_WIDTH = 8

_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})+"

PHONE_MARKS = "[ \t\u00a0().-]"
PHONE_ABROAD = r"^(?:\+|00)44(?:0)?"
PHONE = "0(?:1[0-9]{8,9}|[23567][0-9]{9}|8[0-9]{9}|800[0-9]{6}|8001111|845464[0-9]|9[0-9]{9})"


def _said(text: str, marks: str = SPACE) -> str:
    """Without the marks that only help the eye, in capitals."""
    return re.sub(marks, "", text).translate(_CAPITALS)


def _weighed(digits: Sequence[int], weights: Sequence[int]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True))


def nhs_check_digit(first_nine: str) -> int | None:
    """The tenth digit that nine digits ask for; None where they ask for ten, which none has.

    Source: NHS Data Dictionary, NHS NUMBER, modulus 11.

    >>> nhs_check_digit("943476591")
    9
    """
    total = _weighed([int(digit) for digit in first_nine], NHS_WEIGHTS)
    digit = (NHS_MODULUS - total % NHS_MODULUS) % NHS_MODULUS
    return None if digit == NHS_MODULUS - 1 else digit


def is_nhs_number(text: str) -> bool:
    """Whether it is ten digits of which the last checks the others.

    Source: NHS Data Dictionary, NHS NUMBER, modulus 11.

    >>> is_nhs_number("943 476 5919"), is_nhs_number("9434765918"), is_nhs_number("943476591")
    (True, False, False)
    """
    digits = _said(text, SPACE_OR_HYPHEN)
    return bool(re.fullmatch(NHS_NUMBER, digits)) and nhs_check_digit(digits[:9]) == int(digits[9])


def normal_nhs_number(text: str) -> str | None:
    """As ten digits.

    >>> normal_nhs_number("943-476-5919")
    '9434765919'
    """
    return _said(text, SPACE_OR_HYPHEN) if is_nhs_number(text) else None


def is_nino(text: str) -> bool:
    """Whether it has the form of a National Insurance number, administrative ones among them.

    Two letters, six digits, A to D. D, F, I, Q, U and V are in no prefix, O is not its second
    letter, and BG, GB, KN, NK, NT, TN and ZZ are not used.

    Source: HMRC, National Insurance Manual NIM39110. Its own example begins with QQ, so that it
    can be nobody's.

    >>> is_nino("AB 12 34 56 C"), is_nino("QQ123456C"), is_nino("GB123456A"), is_nino("AB123456E")
    (True, False, False, False)
    """
    said = _said(text)
    return bool(re.fullmatch(NINO, said)) and said[:2] not in NINO_NEVER


def is_administrative_nino(text: str) -> bool:
    """Whether it is in the form of one, with a prefix that no person's has.

    Source: HMRC, National Insurance Manual NIM39110, administrative numbers.

    >>> is_administrative_nino("MW123456A"), is_administrative_nino("AB123456C")
    (True, False)
    """
    return is_nino(text) and _said(text)[:2] in NINO_ADMINISTRATIVE


def normal_nino(text: str) -> str | None:
    """As nine characters.

    >>> normal_nino("ab 12 34 56 c")
    'AB123456C'
    """
    return _said(text) if is_nino(text) else None


def upn_check_letter(after: str) -> str:
    """The first letter that the other twelve characters of a UPN ask for.

    Source: UK Government Data Standards Catalogue, Unique Pupil Number 2.0: modulo 23 over
    positions 2 to 13; I, O and S are not used; the last letter of a temporary one counts as its
    place among the letters.

    >>> upn_check_letter("801200005001")
    'B'
    """
    values = [int(sign) if sign.isdigit() else UPN_LETTERS.index(sign) for sign in after]
    return UPN_LETTERS[_weighed(values, UPN_WEIGHTS) % len(UPN_LETTERS)]


def is_upn(text: str) -> bool:
    """Whether it is a Unique Pupil Number whose letter checks it, permanent or temporary.

    Source: as `upn_check_letter`; the example is that of python-stdnum's documentation.

    >>> is_upn("B801200005001"), is_upn("A801200005001")
    (True, False)
    """
    said = _said(text)
    return bool(re.fullmatch(UPN, said)) and upn_check_letter(said[1:]) == said[0]


def is_temporary_upn(text: str) -> bool:
    """Whether it is a UPN that a school made for the time being: a letter stands last.

    >>> is_temporary_upn(upn_check_letter("80120000500A") + "80120000500A")
    True
    """
    return is_upn(text) and _said(text)[-1].isalpha()


def normal_upn(text: str) -> str | None:
    """As thirteen characters.

    >>> normal_upn("b801200005001")
    'B801200005001'
    """
    return _said(text) if is_upn(text) else None


def is_uprn(text: str) -> bool:
    """Whether it is a Unique Property Reference Number: 1 to 12 digits, not all of them 0.

    Source: GeoPlace and GOV.UK, "Identifying property and street information".

    >>> is_uprn("100023336956"), is_uprn("999000123.0"), is_uprn("1000233369561"), is_uprn("0")
    (True, False, False, False)
    """
    said = _said(text)
    return bool(re.fullmatch(UPRN, said)) and bool(said.strip("0"))


def normal_uprn(text: str) -> str | None:
    """As twelve digits. A decimal that a spreadsheet made is read back if no digit was lost.

    >>> normal_uprn("199356"), normal_uprn("199356.0"), normal_uprn("9.99E+08")
    ('000000199356', '000000199356', None)
    """
    said = _said(text)
    whole = re.sub(r"\.0*$", "", said)
    return whole.zfill(UPRN_WIDTH) if is_uprn(whole) else None


def looks_like_float(text: str) -> bool:
    """Whether a whole number was written by something that took it for a measurement.

    >>> looks_like_float("999000123.0"), looks_like_float("9.99E+08"), looks_like_float("999")
    (True, True, False)
    """
    return bool(re.fullmatch(FLOAT_LOOKS, _said(text)))


def is_usrn(text: str) -> bool:
    """Whether it is a Unique Street Reference Number: 1 to 8 digits, not all of them 0.

    Source: as `is_uprn`.

    >>> is_usrn("8400001"), is_usrn("123456789")
    (True, False)
    """
    said = _said(text)
    return bool(re.fullmatch(USRN, said)) and bool(said.strip("0"))


def is_postcode(text: str) -> bool:
    """Whether it has the form of a whole UK postcode; that it exists is another matter.

    Source: BS 7666 (Cabinet Office, PostCodeType 2.0), with the letters that Royal Mail has since
    allowed third.

    >>> [is_postcode(text) for text in ("SW1A 1AA", "m1 1ae", "GIR 0AA", "SW1A", "QA1 1AA")]
    [True, True, True, False, False]
    """
    return bool(re.fullmatch(POSTCODE, _said(text)))


def normal_postcode(text: str) -> str | None:
    """In capitals with one space before the last three characters.

    >>> normal_postcode("sw1a1aa")
    'SW1A 1AA'
    """
    if not is_postcode(text):
        return None
    said = _said(text)
    return f"{said[:-INWARD_LENGTH]} {said[-INWARD_LENGTH:]}"


def is_company_number(text: str) -> bool:
    """Whether it is as Companies House writes one: eight digits, or two letters and six.

    Source: Companies House, company number prefixes.

    >>> [is_company_number(text) for text in ("00445790", "SC234456", "445790", "XX123456")]
    [True, True, False, False]
    """
    return bool(re.fullmatch(COMPANY_NUMBER, _said(text)))


def normal_company_number(text: str) -> str | None:
    """As eight characters; digits that lost their leading zeros have them back.

    >>> normal_company_number("445790")
    '00445790'
    """
    said = _said(text)
    full = said.zfill(COMPANY_NUMBER_WIDTH) if re.fullmatch("[0-9]+", said) else said
    return full if is_company_number(full) else None


def is_email(text: str) -> bool:
    """Whether it is an e-mail address as web forms take it, at a host with a dot.

    Source: WHATWG HTML, "valid email address".

    >>> is_email("a.clerk@example.org"), is_email("a.clerk@example"), is_email("a clerk")
    (True, False, False)
    """
    return bool(re.fullmatch(EMAIL, text.strip()))


def normal_email(text: str) -> str | None:
    """In small letters; no two boxes in use differ by capitals.

    >>> normal_email(" A.Clerk@Example.org ")
    'a.clerk@example.org'
    """
    return text.strip().lower() if is_email(text) else None


def is_phone(text: str) -> bool:
    """Whether it is a UK telephone number with its area.

    Source: Ofcom, National Telephone Numbering Plan.

    >>> [is_phone(text) for text in ("01632 960123", "+44 (0)7700 900123", "960123")]
    [True, True, False]
    """
    return bool(re.fullmatch(PHONE, _national(text)))


def normal_phone(text: str) -> str | None:
    """As digits from the leading 0.

    >>> normal_phone("+44 1632 960123")
    '01632960123'
    """
    return _national(text) if is_phone(text) else None


def _national(text: str) -> str:
    return re.sub(PHONE_ABROAD, "0", re.sub(PHONE_MARKS, "", text))
