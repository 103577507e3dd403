"""How do rows travel without saying who they are about, and still join?

A token is HMAC-SHA256 of an identifier's canonical form under a project's key: the same key and
identifier give the same token, another key another, and no token says how long the identifier was.

What a dataset's fields say of a person decides what becomes of them: identifiers become tokens,
free text and places are left out, the rest is kept. `split` holds the two sides apart in one
office; only the key brings them together again.
"""

import hashlib
import hmac
import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.errors import AgreementError, ProjectError, RecordsError
from joinedup.core.vocabulary import Dataset, Field
from joinedup.govern.pseudonyms.canonical import canonical_form
from joinedup.govern.pseudonyms.keys import Key

Becomes = Literal["token", "left out", "kept"]
BLOCK = 64
INNER = bytes(number ^ 0x36 for number in range(256))
OUTER = bytes(number ^ 0x5C for number in range(256))
ROW = "row"
ROW_BYTES = 16
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


@dataclass(frozen=True, slots=True)
class Apart:
    """A table in two halves that only the key brings together.

    Attributes:
        identifiers: with a random number for each row under `row`; in the order of the table.
        attributes: with a token of that number under `row`; in the order of the tokens, so that
            the place of a row says nothing.
        columns: the table's, in its order.
    """

    identifiers: pa.Table
    attributes: pa.Table
    columns: tuple[str, ...]
    dataset: str
    key: str


def token(
    values: pa.Array | pa.ChunkedArray, standard: str, key: Key, *, scope: str = ""
) -> pa.Array:
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
    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    coded = _texts(whole).dictionary_encode()
    before = f"{standard}\x00{scope}\x00".encode()
    inner, outer = _pads(key.secret)
    made: list[str | None] = []
    for text in coded.dictionary.to_pylist():
        form = canonical_form(text, standard)
        if not form:
            made.append(None)
            continue
        within, without = inner.copy(), outer.copy()
        within.update(before + form.encode("utf-8", "surrogatepass"))
        without.update(within.digest())
        made.append(without.hexdigest())
    return pa.array(made, pa.string()).take(coded.indices)


def treatments(dataset: Dataset) -> dict[str, Treatment]:
    """What becomes of each field of a dataset, in its order."""
    return {
        name: _made_before(field) or _treatment(name, dataset)
        for name, field in dataset.fields.items()
    }


def scope_of(name: str, dataset: Dataset) -> str:
    """Whose number a field holds: its partner's of this name, unless a standard says otherwise."""
    return "" if dataset.fields[name].standard else f"{dataset.partner}/{name}"


def split(table: pa.Table, dataset: Dataset, key: Key) -> Apart:
    """Hold what says who a row is about apart from what it says.

    Raises:
        ProjectError: a column the dataset has no field for, or a column named `row`.
    """
    known = treatments(dataset)
    strangers = sorted(set(table.column_names) - set(known))
    if strangers or ROW in known:
        names = ", ".join(strangers) or ROW
        raise ProjectError(
            f"the columns {names} cannot be split." if strangers else f"a field is named {ROW}.",
            fix="give the table the dataset's fields, and none of them this name.",
            where=f"dataset {dataset.id}",
        )
    sides: dict[bool, list[str]] = {True: [], False: []}
    for name in table.column_names:
        sides[known[name].becomes == "kept"].append(name)
    numbers = _random_rows(table.num_rows)
    tokens = _row_tokens(numbers, dataset.id, key)
    attributes = table.select(sides[True]).append_column(ROW, tokens)
    return Apart(
        identifiers=table.select(sides[False]).append_column(ROW, numbers),
        attributes=attributes.sort_by(ROW),
        columns=tuple(table.column_names),
        dataset=dataset.id,
        key=key.id,
    )


def reunite(apart: Apart, key: Key, *, purpose: str, permitted: Collection[str]) -> pa.Table:
    """The table as it was before `split`: rows and columns in their order.

    It says again who each row is about: the caller records that it was done, before it is shown.

    Args:
        apart: the two halves.
        key: the one they were split with.
        purpose: what it is done for.
        permitted: the purposes for which people may be named again.

    Raises:
        AgreementError: the purpose is not permitted, or the key is not of this purpose.
        ProjectError: it is another key.
        RecordsError: rows of one half are missing from the other.
    """
    where = f"dataset {apart.dataset}"
    if purpose not in permitted or key.purpose != purpose:
        raise AgreementError(
            "people may not be named again for this purpose.",
            fix="have an agreement amended and signed, and use the key of that purpose.",
            where=where,
        )
    if not hmac.compare_digest(key.id, apart.key):
        raise ProjectError(
            f"the halves were split with the key {apart.key}, and this is {key.id}.",
            fix="give the key they were split with; older keys are found by their id.",
            where=where,
        )
    tokens = _row_tokens(apart.identifiers[ROW].combine_chunks(), apart.dataset, key)
    places = pc.index_in(tokens, apart.attributes[ROW].combine_chunks())
    whole = apart.identifiers.num_rows == apart.attributes.num_rows
    if not whole or places.null_count or len(pc.unique(places)) != len(places):
        raise RecordsError(
            "the halves do not hold the same rows.",
            fix="take both halves of one version.",
            where=where,
        )
    attributes = apart.attributes.take(places)
    both = {name: apart.identifiers[name] for name in apart.identifiers.column_names}
    both |= {name: attributes[name] for name in attributes.column_names}
    return pa.table({name: both[name] for name in apart.columns})


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


def _texts(values: pa.Array) -> pa.Array:
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


def _pads(secret: bytes) -> tuple["hashlib._Hash", "hashlib._Hash"]:
    """The two halves of HMAC, with the key taken in once for a whole column."""
    block = secret.ljust(BLOCK, b"\x00")
    return (
        hashlib.sha256(block.translate(INNER)),
        hashlib.sha256(block.translate(OUTER)),
    )


def _random_rows(rows: int) -> pa.Array:
    drawn = os.urandom(rows * ROW_BYTES).hex()
    width = 2 * ROW_BYTES
    return pa.array([drawn[at : at + width] for at in range(0, len(drawn), width)], pa.string())


def _row_tokens(numbers: pa.Array, dataset: str, key: Key) -> pa.Array:
    return token(numbers, "", key, scope=f"row of {dataset}")
