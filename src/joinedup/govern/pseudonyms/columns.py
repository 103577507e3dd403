"""The canonical form of a whole column, and its tokens, as fast as may be.

`canonical_form` decides; here it is asked only for what is not plain. A cell that is already in its
form, or is ASCII that a few steps bring there, is done with the rest of its column at once.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core import identifiers
from joinedup.govern.pseudonyms.canonical import canonical_form
from joinedup.store.different import mostly_different
from joinedup.store.keyed import keyed_digests

AT_ONCE = 1 << 20


def tokens_of(texts: pa.ChunkedArray, standard: str, secret: bytes, before: bytes) -> Any:
    """HMAC-SHA256 of `before` and the canonical form of each text, in hexadecimal digits.

    Args:
        texts: strings, shape (rows,).
        standard: of the identifier.
        secret: the key.
        before: what stands before every form.

    Returns:
        strings, shape (rows,); null where the form is empty.
    """
    made = []
    for block in _blocks(texts):
        if mostly_different(block):
            made.append(keyed_digests(forms(block, standard), secret, before))
        else:
            coded = block.dictionary_encode()
            once = keyed_digests(forms(coded.dictionary, standard), secret, before)
            made.append(once.take(coded.indices))
    return pa.chunked_array(made, pa.string())


def forms(texts: pa.Array, standard: str) -> pa.Array:
    """The canonical form of each text, shape (rows,); null where it is empty.

    >>> forms(pa.array(["943 476-5919", "", None]), "nhs_number").to_pylist()
    ['9434765919', None, None]
    """
    done, steps = _plain_ways(standard)
    if _all_of(texts, _signs(done)):
        return texts
    held = _where(pc.match_substring_regex(texts, done))
    if pc.all(held).as_py():
        return texts
    found = pc.if_else(held, texts, pa.scalar(None, pa.string()))
    left = pc.and_(pc.invert(held), pc.is_valid(texts))
    if steps is not None:
        ascii_alone, bring = steps
        easy = pc.and_(left, _where(pc.match_substring_regex(texts, ascii_alone)))
        found = _filled(found, easy, bring(texts.filter(easy)))
        left = pc.and_not(left, easy)
    asked = [canonical_form(text, standard) for text in texts.filter(left).to_pylist()]
    found = _filled(found, left, pa.array(asked, pa.string()))
    return pc.if_else(pc.equal(found, ""), pa.scalar(None, pa.string()), found)


@cache
def _signs(done: str) -> bytes:
    """The signs of ASCII that any text may be made of and be in its form already."""
    alone = pc.match_substring_regex(pa.array([chr(sign) for sign in range(128)]), done)
    return bytes(np.flatnonzero(np.asarray(alone.to_numpy(zero_copy_only=False))).tolist())


def _all_of(texts: pa.Array, signs: bytes) -> bool:
    """Whether every text is there, says something, and is made of these signs alone."""
    if not signs or texts.null_count or not len(texts):
        return False
    _, places, content = texts.buffers()
    at = np.frombuffer(places, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    said = content.slice(int(at[0]), int(at[-1] - at[0])).to_pybytes() if content else b""
    return bool(np.diff(at).min() > 0) and not said.translate(None, signs)


def _filled(found: pa.Array, where: pa.Array, values: pa.Array) -> pa.Array:
    return pc.replace_with_mask(found, where, values) if len(values) else found


def _where(mask: pa.Array) -> pa.Array:
    return pc.fill_null(mask, fill_value=False)


Way = tuple[str, tuple[str, Callable[[pa.Array], pa.Array]] | None]
"""What is in its form already, and for which other texts which steps lead to it."""

ASCII, PRINTABLE = r"^[\x00-\x7f]*$", r"^[\x20-\x7e]*$"
NO_POINT, NO_COMMA = r"^[\x00-\x2d\x2f-\x7f]*$", r"^[\x00-\x2b\x2d-\x7f]*$"
NONE = r"[^\x00-\x{10ffff}]"


def _letters(texts: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(pc.ascii_lower(texts), "[^0-9a-z]+", "")


def _code(texts: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(pc.ascii_upper(texts), "[^0-9A-Z]+", "")


def _uprn(texts: pa.Array) -> pa.Array:
    code = _code(texts)
    digits = pc.match_substring_regex(code, "^[0-9]+$")
    return pc.if_else(digits, pc.ascii_ltrim(code, "0"), code)


def _company(texts: pa.Array) -> pa.Array:
    code = _code(texts)
    digits = pc.match_substring_regex(code, "^[0-9]+$")
    wide = pc.ascii_lpad(code, width=identifiers.COMPANY_NUMBER_WIDTH, padding="0")
    return pc.if_else(digits, wide, code)


def _email(texts: pa.Array) -> pa.Array:
    return pc.replace_substring(pc.ascii_lower(texts), " ", "")


def _reference(texts: pa.Array) -> pa.Array:
    return pc.replace_substring(pc.ascii_upper(texts), " ", "")


LETTERS, CODE = "^[0-9a-z]+$", "^[0-9A-Z]+$"
WAYS: dict[str, Way] = {
    "": (r"^[\x21-\x60\x7b-\x7e]+$", (PRINTABLE, _reference)),
    "address": (LETTERS, (ASCII, _letters)),
    "birth_date": (NONE, None),
    "company_number": ("^[0-9A-Z]{8}$", (NO_POINT, _company)),
    "easting": (CODE, (NO_POINT, _code)),
    "email": (r"^[\x21-\x40\x5b-\x7e]+$", (PRINTABLE, _email)),
    "forename": (LETTERS, (ASCII, _letters)),
    "full_name": (LETTERS, (NO_COMMA, _letters)),
    "nhs_number": (CODE, (NO_POINT, _code)),
    "nino": (CODE, (ASCII, _code)),
    "northing": (CODE, (NO_POINT, _code)),
    "phone": (NONE, None),
    "postcode": (CODE, (ASCII, _code)),
    "sex": (LETTERS, (ASCII, _letters)),
    "surname": (LETTERS, (ASCII, _letters)),
    "uprn": ("^[1-9][0-9]*$", (NO_POINT, _uprn)),
    "upn": (CODE, (ASCII, _code)),
}


def _plain_ways(standard: str) -> Way:
    return WAYS.get(standard, WAYS[""])


def _blocks(texts: pa.ChunkedArray) -> Iterator[pa.Array]:
    """The column in pieces of a million or so, each in one array."""
    for first in range(0, len(texts), AT_ONCE):
        piece = texts.slice(first, AT_ONCE).combine_chunks()
        yield piece.chunk(0) if isinstance(piece, pa.ChunkedArray) else piece
