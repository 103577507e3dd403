"""What dataset would a file be, if no one has declared it? A draft for someone who knows it.

Types, standards and sensitivity are guessed from names and shapes; code lists are not, for a code
is a cell.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.vocabulary import Dataset, Field, FieldRole, FieldType, Standard
from joinedup.sources.mapping.expected import STANDARDS
from joinedup.sources.mapping.first_look import Look
from joinedup.sources.mapping.naming import last_level, standard_of, words
from joinedup.sources.mapping.shapes import Shape

PERSONAL: frozenset[Standard] = frozenset(
    {
        "address",
        "birth_date",
        "email",
        "forename",
        "full_name",
        "nhs_number",
        "nino",
        "phone",
        "postcode",
        "sex",
        "surname",
        "upn",
        "uprn",
    }
)
IDENTIFYING = PERSONAL - {"postcode", "sex", "uprn", "address"}
SPECIAL = re.compile(
    r"diagnos|health|disab|ethnic|religio|faith|sexuality|orientation|offen[cd]|convict|crim"
    r"|arrest|caution|pregnan|medic|mental|treatment|symptom|attendance|union|biometric|genetic"
    r"|nationality|\brace\b|casualt|injur"
)
STAFF = re.compile(r"officer|inspector|surveyor|assessor|investigator|caseworker|social worker")
TYPES: Mapping[str, FieldType] = {
    "boolean": "boolean",
    "date": "date",
    "decimal": "number",
    "geometry": "geometry",
    "integer": "integer",
    "iso_date": "date",
    "moment": "datetime",
    "named_month": "date",
    "packed_date": "date",
    "slash_date": "date",
}


def new_dataset(seen: Look, found: Mapping[str, Shape], name: str, partner: str) -> Dataset:
    """A whole dataset from a file alone: a draft for someone who knows the data."""
    names = _field_names(list(found))
    identity = "_".join(words(re.sub(r"\d+", " ", name))) or "dataset"
    key = next((names[c] for c, shape in found.items() if _is_key(seen.columns[c], shape)), "")
    fields = {
        names[column]: _field(column, shape, is_key=names[column] == key)
        for column, shape in found.items()
    }
    return Dataset(
        id=identity,
        partner=partner,
        title=identity.replace("_", " ").capitalize(),
        grain=f"one row per {key.replace('_', ' ')}" if key else "one row per …",
        key=(key,) if key else (),
        fields=fields,
        layout=seen.layout,
    )


def _field_names(columns: Sequence[str]) -> dict[str, str]:
    """Each column's field: named by its standard where one column has it, else by its own words."""
    standards = [standard_of(column) for column in columns]
    named: dict[str, str] = {}
    for column, standard in zip(columns, standards, strict=True):
        own = "_".join(words(last_level(column))) or "column"
        wanted = standard if standard and standards.count(standard) == 1 else own
        if wanted in named.values() or wanted[0].isdigit():
            wanted = "_".join(words(column)) or "column"
        while wanted in named.values():
            wanted = f"{wanted}_again"
        named[column] = wanted
    return named


def _field(column: str, shape: Shape, *, is_key: bool) -> Field:
    by_name = standard_of(column)
    standard: Standard = ""
    if by_name and (shape.kind == "empty" or shape.kind in STANDARDS[by_name]):
        standard = by_name
    elif shape.kind in ("email", "nhs_number", "nino", "postcode", "upn"):
        standard = shape.kind
    kind: FieldType = TYPES.get(shape.kind, "text")
    if shape.kind == "serial":
        named_date = {"date", "day", "on"} & set(words(column))
        kind = "date" if named_date else "integer"
    if standard and kind not in ("date", "datetime") and standard not in ("easting", "northing"):
        kind = "text"
    return Field(
        type=kind,
        description=f"The sender's {column}.",
        role=_role(column, standard, kind, shape),
        sensitivity=_sensitivity(column, standard),
        required=is_key,
        standard=standard,
    )


def _role(column: str, standard: Standard, kind: FieldType, shape: Shape) -> FieldRole:
    if STAFF.search(" ".join(words(column))):
        return "staff"
    if standard in IDENTIFYING or standard == "uprn":
        return "identifier" if standard != "birth_date" else "date"
    if kind in ("date", "datetime"):
        return "date"
    return "area" if shape.kind == "area" else "attribute"


def _sensitivity(column: str, standard: Standard) -> Literal[1, 2, 3]:
    if SPECIAL.search(" ".join(words(column))):
        return 3
    return 2 if standard in PERSONAL else 1


def _is_key(cells: pa.Array, shape: Shape) -> bool:
    """Whether every row has one of its own, and it looks like a reference."""
    alone = len(pc.unique(cells)) == len(cells) > 1
    return (
        alone
        and shape.share_filled == 1.0
        and shape.kind
        in (
            "reference",
            "integer",
            "token",
            "uprn",
            "upn",
            "company_number",
            "nhs_number",
        )
    )
