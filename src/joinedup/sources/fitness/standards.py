"""Which values of a column are not what its standard promises? Whole columns at once.

The facts are those of `core.identifiers`, held against arrays; tests hold both to one answer. Each
value has at most one of the defects named here, the first that fits.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core import identifiers as known
from joinedup.core.vocabulary import Standard

Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
Finds = Iterator[tuple[str, Mask]]

AS_FLOAT = "written as float"
ZEROS_LOST = "leading zeros lost"
PATTERN = "wrong pattern"
CHECK = "bad check digit"

NOT_A_NAME = (
    *("unknown", "unk", "not known", "not given", "not stated", "not recorded", "n/k", "n/a"),
    *("none", "null", "test", "tester", "testing", "tbc", "tba", "anon", "anonymous", "refused"),
    *("occupier", "the occupier", "do not use", "xx", "xxx", "xxxx", "zzz", "zzzz"),
)  # "NA", "Baby" and "Void" are people's names somewhere
# What the second and third bytes of UTF-8 look like to a reader of Windows-1252 or Latin-1, after
# the first ones of European letters; besides them, UTF-8 read as DOS, and what could not be read.
_AFTER = "".join(bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xC0))
MOJIBAKE = (
    f"[\u00c2-\u00c5][\u0080-\u00bf{_AFTER}]|\u00e2[\u0080\u20ac]"
    "|\u251c[\u00a0-\u2600]|\u00ef\u00bb\u00bf|[\ufffd\u0080-\u009f]"
)
IN_NAMES = "'`.\u2019\u02bc\u00b4\u00b7\u2010\u2011"
SPACE_SIGNS = b" \t\n\r"
SPACES = "^[ \t\u00a0]|[ \t\u00a0]$|[ \u00a0]{2}|[\t\n\r]"


def matches(texts: pa.Array, pattern: str, *, needs: bytes | None = None) -> Mask:
    """Which texts hold the pattern somewhere, shape (texts,).

    Args:
        texts: none empty.
        pattern: of RE2.
        needs: ASCII signs, of which every match holds one or else a sign that is not ASCII: a
            column without any is not searched, which is much sooner known.
    """
    if needs is not None and not _holds(texts, needs):
        return np.zeros(len(texts), dtype=bool)
    return mask_of(pc.match_substring_regex(texts, pattern))


def _holds(texts: pa.Array, signs: bytes) -> bool:
    """Whether any text holds one of these signs, or one that is not ASCII."""
    said = _bytes_of(texts)
    return any(sign in said for sign in signs) or not said.isascii()


def _bytes_of(texts: pa.Array) -> bytes:
    """All texts, one after another."""
    _, places, content = texts.buffers()
    if content is None or not len(texts):
        return b""
    at = np.frombuffer(places, np.int32)
    first, last = at[texts.offset], at[texts.offset + len(texts)]
    said: bytes = content.slice(int(first), int(last - first)).to_pybytes()
    return said


def mask_of(answers: pa.Array) -> Mask:
    """An Arrow column of yes and no as numpy; an empty cell says no."""
    filled = pc.fill_null(answers, fill_value=False)
    return np.asarray(filled.to_numpy(zero_copy_only=False), dtype=bool)


def defects(texts: pa.Array, rows: Counts, standard: Standard) -> dict[str, Mask]:
    """The values that are not what the standard promises.

    Args:
        texts: the different values, shape (values,), none empty.
        rows: how many rows have each, shape (values,).
        standard: what they should be; one without a check finds nothing.

    Returns:
        Name of the defect to the values that have it, shape (values,).
    """
    if standard not in CHECKS:
        return {}
    left = np.ones(len(texts), dtype=bool)
    found = {}
    for name, holds in CHECKS[standard](texts, rows):
        found[name] = holds & left
        left &= ~holds
    return found


def _whole(texts: pa.Array, pattern: str) -> Mask:
    return matches(texts, f"^(?:{pattern})$")


def _said(texts: pa.Array, marks: str = known.SPACE) -> pa.Array:
    if _holds(texts, b" \t-"):
        texts = pc.replace_substring_regex(texts, marks, "")
    return pc.ascii_upper(texts)


def _written_as_float(texts: pa.Array) -> Mask:
    return matches(texts, f"^(?:{known.FLOAT_LOOKS})$", needs=b".eE")


def _lengths(texts: pa.Array) -> Counts:
    return np.asarray(pc.binary_length(texts), dtype=np.int64)


def _weighed(texts: pa.Array, letters: str, weights: Sequence[int]) -> npt.NDArray[np.int32]:
    """The sum of the values of the signs of each text, each times its weight.

    Args:
        texts: ASCII, all as long as there are weights.
        letters: in the order of their values from 0; digits have their own.
        weights: of each place.
    """
    values = np.zeros(256, dtype=np.int32)
    values[ord("0") : ord("9") + 1] = range(10)
    values[[ord(letter) for letter in letters]] = range(len(letters))
    signs = np.frombuffer(_bytes_of(texts), dtype=np.uint8).reshape(-1, len(weights))
    total = np.zeros(len(texts), dtype=np.int32)
    for place, weight in enumerate(weights):
        total += (values * weight)[signs[:, place]]
    return total


def _check_fails(texts: pa.Array, right: Mask, fails: Callable[[pa.Array], Mask]) -> Mask:
    """Of the values of the right form, those whose check digit is another."""
    wrong = np.zeros(len(texts), dtype=bool)
    if right.any():
        wrong[right] = fails(texts.filter(pa.array(right)))
    return wrong


def _nhs_number(texts: pa.Array, _rows: Counts) -> Finds:
    yield AS_FLOAT, _written_as_float(texts)
    said = _said(texts, known.SPACE_OR_HYPHEN)
    right = mask_of(pc.ascii_is_decimal(said)) & (_lengths(said) == len(known.NHS_WEIGHTS) + 1)
    yield PATTERN, ~right
    # With weight 1 for the check digit itself, a right number weighs a multiple of 11.
    weights = (*known.NHS_WEIGHTS, 1)
    yield (
        CHECK,
        _check_fails(said, right, lambda rest: _weighed(rest, "", weights) % 11 != 0),
    )


def _upn(texts: pa.Array, _rows: Counts) -> Finds:
    said = _said(texts)
    right = _whole(said, known.UPN)
    yield PATTERN, ~right
    letters = known.UPN_LETTERS
    weights = (-1, *known.UPN_WEIGHTS)
    yield (
        CHECK,
        _check_fails(
            said, right, lambda rest: _weighed(rest, letters, weights) % len(letters) != 0
        ),
    )


def _nino(texts: pa.Array, _rows: Counts) -> Finds:
    said = _said(texts)
    yield PATTERN, ~_whole(said, known.NINO) | matches(said, f"^(?:{'|'.join(known.NINO_NEVER)})")


def _uprn(texts: pa.Array, rows: Counts) -> Finds:
    said = _said(texts)
    yield AS_FLOAT, _written_as_float(said)
    right = _whole(said, known.UPRN) & ~_whole(said, "0+")
    yield PATTERN, ~right
    short = np.asarray(pc.utf8_length(said)) < known.UPRN_WIDTH
    # A field that fills up with zeros, and not one that never had any.
    if (right & ~short & matches(said, "^0")).any():
        usual = rows[right & ~short].sum() > rows[right & short].sum()
        yield ZEROS_LOST, short & usual


def _company_number(texts: pa.Array, _rows: Counts) -> Finds:
    said = _said(texts)
    yield AS_FLOAT, _written_as_float(said)
    yield ZEROS_LOST, _whole(said, f"[0-9]{{1,{known.COMPANY_NUMBER_WIDTH - 1}}}")
    yield PATTERN, ~_whole(said, known.COMPANY_NUMBER)


def _postcode(texts: pa.Array, _rows: Counts) -> Finds:
    yield PATTERN, ~_whole(_said(texts), known.POSTCODE)


def _email(texts: pa.Array, _rows: Counts) -> Finds:
    yield PATTERN, ~_whole(pc.utf8_trim_whitespace(texts), known.EMAIL)


def _phone(texts: pa.Array, _rows: Counts) -> Finds:
    digits = pc.replace_substring_regex(texts, known.PHONE_MARKS, "")
    national = pc.replace_substring_regex(digits, known.PHONE_ABROAD, "0")
    right = _whole(national, known.PHONE)
    yield AS_FLOAT, _written_as_float(texts) & ~right
    yield ZEROS_LOST, _whole(national, known.PHONE.removeprefix("0"))
    yield PATTERN, ~right


def _name(texts: pa.Array, _rows: Counts, *, more: str = "") -> Finds:
    yield "mojibake", matches(texts, MOJIBAKE, needs=b"")
    plain = pc.utf8_trim_whitespace(pc.utf8_lower(texts))
    yield (
        "placeholder",
        mask_of(pc.is_in(plain, pa.array(NOT_A_NAME))) | ~matches(texts, r"[\pL\pN]"),
    )
    yield "single letter", _whole(plain, r"\pL\.?")
    yield "digits in a name", matches(texts, r"\pN")
    yield "punctuation in a name", matches(texts, rf"[^\pL\pM\pZ{IN_NAMES}{more}-]")


def _full_name(texts: pa.Array, rows: Counts) -> Finds:
    return _name(texts, rows, more=",&")


def _address(texts: pa.Array, _rows: Counts) -> Finds:
    yield "mojibake", matches(texts, MOJIBAKE, needs=b"")
    plain = pc.utf8_trim_whitespace(pc.utf8_lower(texts))
    yield (
        "placeholder",
        mask_of(pc.is_in(plain, pa.array(NOT_A_NAME))) | ~matches(texts, r"[\pL\pN]"),
    )


CHECKS: dict[Standard, Callable[[pa.Array, Counts], Finds]] = {
    "address": _address,
    "company_number": _company_number,
    "email": _email,
    "forename": _name,
    "full_name": _full_name,
    "nhs_number": _nhs_number,
    "nino": _nino,
    "phone": _phone,
    "postcode": _postcode,
    "surname": _name,
    "uprn": _uprn,
    "upn": _upn,
}
