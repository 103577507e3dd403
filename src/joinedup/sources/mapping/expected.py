"""Which shapes may a field have? The one place where kinds meet types and standards."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pyarrow as pa

from joinedup.core.vocabulary import Field, FieldType, Layout, Standard
from joinedup.sources.mapping.shapes import Kind, Shape, shapes

DATES: frozenset[Kind] = frozenset(
    {"date", "iso_date", "moment", "named_month", "packed_date", "serial", "slash_date"}
)
NUMBERS: frozenset[Kind] = frozenset({"decimal", "integer", "serial"})
DIGITS: frozenset[Kind] = NUMBERS | {
    "company_number",
    "nhs_number",
    "packed_date",
    "phone",
    "uprn",
}
PLAIN: frozenset[Kind] = frozenset(
    {"address", "boolean", "code", "name", "reference", "sex", "text"}
)
STANDARDS: Mapping[Standard, frozenset[Kind]] = {
    "address": PLAIN,
    "birth_date": DATES,
    "company_number": frozenset({"company_number", "integer", "reference", "uprn"}),
    "easting": NUMBERS,
    "email": frozenset({"email"}),
    "forename": frozenset({"code", "name", "sex", "text"}),
    "full_name": frozenset({"code", "name", "text", "address"}),
    "nhs_number": frozenset({"nhs_number", "uprn", "phone"}),
    "nino": frozenset({"nino"}),
    "northing": NUMBERS,
    "phone": frozenset({"phone", "uprn", "integer"}),
    "postcode": frozenset({"postcode"}),
    "sex": frozenset({"sex", "integer", "code"}),
    "surname": frozenset({"code", "name", "text"}),
    "uprn": frozenset({"uprn", "integer", "decimal", "phone", "company_number"}),
    "upn": frozenset({"upn"}),
}
TYPES: Mapping[FieldType, frozenset[Kind]] = {
    "boolean": frozenset({"boolean", "code", "integer"}),
    "date": DATES,
    "datetime": DATES,
    "geometry": frozenset({"geometry", "token", "text", "reference"}),
    "integer": DIGITS,
    "number": DIGITS,
}
WORDS: Mapping[Kind, str] = {
    "address": "addresses",
    "area": "area codes",
    "boolean": "yes and no",
    "code": "a few words or codes",
    "company_number": "company numbers",
    "date": "dates",
    "decimal": "decimal numbers",
    "email": "e-mail addresses",
    "empty": "nothing",
    "geometry": "geometries",
    "integer": "whole numbers",
    "iso_date": "dates such as 2026-07-31",
    "moment": "dates with a time",
    "name": "names",
    "named_month": "dates with the month in letters",
    "nhs_number": "numbers with the check digit of an NHS number",
    "nino": "National Insurance numbers",
    "packed_date": "dates of eight digits",
    "phone": "phone numbers",
    "postcode": "postcodes",
    "reference": "reference numbers",
    "serial": "numbers that may be days of a spreadsheet",
    "sex": "letters for female and male",
    "slash_date": "dates of three numbers",
    "text": "text",
    "time": "times of day",
    "token": "tokens (digests)",
    "uprn": "numbers of nine to twelve digits",
    "upn": "pupil numbers",
}


def family(kind: Kind) -> str:
    """Kinds that one column may show from month to month by chance alone."""
    if kind in NUMBERS:
        return "number"
    if kind in PLAIN:
        return "words"
    return {"date": "time", "moment": "time"}.get(kind, kind)


def accepts(field: Field, shape: Shape, layout: Layout) -> bool:
    """Whether a column of this shape can be read as the field, as the layout writes dates."""
    if shape.kind == "empty":
        return True
    if field.type in ("date", "datetime"):
        return _is_agreed_date(field, shape, layout)
    if field.type == "text":
        return True
    return shape.kind in TYPES[field.type]


def fits(field: Field, shape: Shape) -> bool:
    """Whether the shape is one the field's standard and type may have, dates in any format."""
    allowed = TYPES.get(field.type)
    if field.type == "text" and shape.kind == "geometry":
        return False
    if field.standard and field.type == "text":
        allowed = STANDARDS[field.standard]
    return shape.kind == "empty" or allowed is None or shape.kind in allowed


def _is_agreed_date(field: Field, shape: Shape, layout: Layout) -> bool:
    if shape.kind in ("date", "moment"):
        return shape.kind == "date" or field.type == "datetime"
    agreed = {layout.date_format, *layout.other_date_formats}
    if not layout.date_format:
        agreed = {"%Y-%m-%d", *layout.other_date_formats}
    if "serial" in agreed and shape.kind in ("serial", "integer"):
        return True
    if shape.date_format and shape.kind != "serial":
        return shape.date_format in agreed or _zero_padded(shape.date_format) in map(
            _zero_padded, agreed
        )
    return shape.kind in {_kind_of(said) for said in agreed - {"serial"}}


def _zero_padded(date_format: str) -> str:
    """Formats that `strptime` reads alike: a space or a dash between is not."""
    return date_format.replace("%-", "%").replace("%B", "%b")


def _kind_of(date_format: str) -> Kind:
    """The kind of a day written in the format."""
    day = datetime(2026, 7, 31, 13, 5, tzinfo=UTC).strftime(date_format)
    return shapes({"": pa.array([day])})[""].kind
