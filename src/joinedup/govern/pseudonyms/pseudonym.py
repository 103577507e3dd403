"""How do rows travel without saying who they are about, and still join?

A token is HMAC-SHA256 of an identifier's canonical form under the hexadecimal digits of a project's
key: the same key and identifier give the same token, another key another, and no token says how
long the identifier was.

What a dataset's fields say of a person decides what becomes of them: identifiers become tokens,
free text and places are left out, the rest is kept. Holding the two sides of a table apart is done
by `govern.admit.apart`, and bringing them together by `store.lake`.
"""

import re
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.vocabulary import Dataset, Field
from joinedup.govern.pseudonyms.columns import tokens_of
from joinedup.govern.pseudonyms.keys import Key

Becomes = Literal["token", "left out", "kept"]
PLACES = frozenset({"easting", "northing"})
SIDEWAYS = frozenset({"latitude", "longitude"})
SAYS_NUMBER = re.compile(r"(^|_)(nhs|nino|uprn|upn|phone|telephone|mobile)(_|$)")
SAYS_BIRTH = re.compile(r"(^|_)(birth|birthday|born|dob)(_|$)")


@dataclass(frozen=True, slots=True)
class Treatment:
    """What becomes of a field, and why.

    Attributes:
        standard: by which its tokens are made.
    """

    becomes: Becomes
    why: str
    standard: str = ""


def token(
    values: pa.Array | pa.ChunkedArray, standard: str, key: Key, *, scope: str = ""
) -> pa.ChunkedArray:
    """The token of each value: 64 hexadecimal digits; null where nothing is said.

    Args:
        values: shape (rows,), of any type that can be written as text.
        standard: of the identifier, which says what its canonical form is.
        key: of the project and purpose; tokens join under this key and no other.
        scope: whose number it is, where no standard says so: `17` of one list is not `17` of
            another.

    Returns:
        strings, shape (rows,).

    Source: RFC 2104 (HMAC), FIPS 180-4 (SHA-256).
    """
    whole = values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values])
    before = f"{standard}\x00{scope}\x00".encode()
    return tokens_of(texts(whole), standard, key.secret, before)


def treatments(dataset: Dataset) -> dict[str, Treatment]:
    """What becomes of each field of a dataset, in its order."""
    if _of_areas(dataset):
        return dict.fromkeys(dataset.fields, Treatment("kept", "its rows are areas, not people"))
    return {
        name: _made_before(field) or _treatment(name, dataset)
        for name, field in dataset.fields.items()
    }


def scope_of(name: str, dataset: Dataset) -> str:
    """Whose number a field holds: its partner's of this name, unless a standard says otherwise."""
    return "" if dataset.fields[name].standard else f"{dataset.partner}/{name}"


def _of_areas(dataset: Dataset) -> bool:
    """Whether a row is a published area: its name and boundary say nothing of who is there."""
    fields = dataset.fields
    named = any(
        field.role in {"identifier", "staff"} or field.standard for field in fields.values()
    )
    return bool(dataset.key) and all(fields[k].role == "area" for k in dataset.key) and not named


def _made_before(field: Field) -> Treatment | None:
    """Of a field that the partner makes before sending: what became of it already."""
    if field.token_of:
        return Treatment("token", f"a token of {field.token_of} already", field.standard)
    return Treatment("kept", "made coarser by the partner") if field.made != "same" else None


def _treatment(name: str, dataset: Dataset) -> Treatment:
    field = dataset.fields[name]
    if field.type == "geometry" or field.role in SIDEWAYS or field.standard in PLACES:
        return Treatment("left out", "a place can name who is there")
    if field.role in {"identifier", "staff"} or field.standard not in {"", "sex"}:
        return Treatment("token", f"identifier ({field.standard or field.role})", field.standard)
    if field.role != "area" and name in dataset.key and _could_name(name, dataset):
        return Treatment("token", "part of the key, so it names the row")
    if SAYS_NUMBER.search(name.lower()) or SAYS_BIRTH.search(name.lower()):
        return Treatment("left out", "its name says it identifies; give it a role or a standard")
    if field.type == "text" and not (field.codes or field.standard or field.role == "area"):
        return Treatment("left out", "free text: it could hold a name; give its codes to keep it")
    return Treatment("kept", "attribute")


def _could_name(name: str, dataset: Dataset) -> bool:
    field = dataset.fields[name]
    return field.type in {"text", "integer"} and not field.codes


def texts(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """As text, each distinct value the same; whole numbers without a decimal point."""
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if pa.types.is_floating(values.type):
        whole = pc.equal(values, pc.round(values))
        small = pc.less(pc.abs(values), 2.0**53)
        if pc.all(pc.and_(whole, small)).as_py():
            values = values.cast(pa.int64())
    if pa.types.is_timestamp(values.type):
        values = values.cast(pa.timestamp("us", tz=values.type.tz), safe=False)
    return values.cast(pa.string())
