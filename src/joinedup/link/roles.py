"""Which column of a table says what: a surname, a birth date, a postcode?

Told by what a dataset declares, else by the column's name and its contents together. What is no
role of these is not compared: an opaque code can agree for reasons that say nothing of a person.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core import identifiers
from joinedup.core.method import KEY, STANDARD

SAMPLE = 2_000
MOSTLY, OFTEN = 0.8, 0.5
DATE_DIGITS, LONGEST_DATE = {4, 6, 7, 8, 14}, 25
PHONE_DIGITS = range(7, 14)


@dataclass(frozen=True, slots=True)
class Role:
    """What a column may say, and how it is told.

    Attributes:
        named: of the column's name in small letters and underscores.
        looks: whether a text looks like it; None where any text may be.
        by_looks_alone: whether contents suffice, whatever the column is called.
    """

    named: str
    looks: Callable[[str], bool] | None = None
    by_looks_alone: bool = False


def _is_date(text: str) -> bool:
    return len(re.sub(r"\D", "", text)) in DATE_DIGITS and len(text) <= LONGEST_DATE


def _is_phone(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    return len(digits) in PHONE_DIGITS and not re.search("[A-Za-z]{3}", text)


def _has_letters(text: str) -> bool:
    return bool(re.search(r"[^\W\d_]", text))


ROLES: Mapping[str, Role] = {
    "nhs_number": Role("nhs", identifiers.is_nhs_number, by_looks_alone=True),
    "nino": Role(
        r"nino|national_insurance|(^|_)ni_?(no|num)", identifiers.is_nino, by_looks_alone=True
    ),
    "upn": Role(r"(^|_)upn|unique_pupil", identifiers.is_upn, by_looks_alone=True),
    "uprn": Role("uprn", identifiers.is_uprn),
    "company_number": Role(
        r"company_?(no|num|reg)|companies_house|(^|_)crn", identifiers.is_company_number
    ),
    "person_number": Role(r"soc.*sec|(^|_)ssn|passport|national_id|driv.*(no|num)"),
    "email": Role("e_?mail", lambda text: "@" in text, by_looks_alone=True),
    "phone": Role("phone|(^|_)tel(_|$)|mobile|(^|_)mob(_|$)", _is_phone),
    "postcode": Role("post_?code|(^|_)zip|postal", lambda text: bool(re.search(r"\d", text))),
    "birth_date": Role("(^|_)dob|birth_?(date|day)|date_?(of_)?birth|(^|_)born", _is_date),
    "sex": Role("(^|_)(sex|gender)"),
    "full_name": Role(
        r"^(full|whole|person|client|patient|resident|tenant|customer|pupil|contact|holder)?_?name$"
        r"|(fore|first|given)(name)?_and_(sur|last)_?name",
        _has_letters,
    ),
    "forename": Role(r"(fore|first|given|christian)_?names?(_1)?$|^fname$", _has_letters),
    "surname": Role(r"(sur|last|family|second)_?name|^lname$", _has_letters),
    "business_name": Role(
        r"(business|trading|company|organi[sz]ation|site|facility|establishment|provider|premises"
        r"|legal|shop|restaurant|school|store)_?name|(^|_)(dba|aka)(_|$)|(doing_business|trading)_as",
        _has_letters,
    ),
    "house_number": Role(r"(house|street|door|building|flat)_?(no|num|number|nbr)$"),
    "address": Role(r"addr|(^|_)add(_?1)?$|(^|_)street(_name)?$|(^|_)line_?[1-9]$"),
    "place": Role(
        r"city|town|suburb|locality|village|birth_?place|place_of_birth|neighbou?rhood",
        _has_letters,
    ),
    "region": Role(r"county|(^|_)state$|region|district|(^|_)ward$|borough"),
    "category": Role(r"occupation|cuisine|(^|_)type$|category|job|trade|sector", _has_letters),
}
NOT_COMPARED = re.compile(
    r"^(cluster|class|label|labels|truth|true_?.*|entity|match|source_dataset|source|dataset)$"
)
"""What tells the answer, or where a row comes from."""
TRADING = re.compile("(^|_)(dba|trading|doing_business)(_|$)")
"""The name that is over the door, which others know: it stands before the legal one."""
SOURCE = re.compile(r"^(source(_dataset|_file|_system)?|dataset|data_source)$")
BUSINESS = {"full_name": "business_name"}
"""For a table of businesses, a bare name is a business's."""


def roles_of(table: pa.Table, *, kind: str, given: Mapping[str, str]) -> dict[str, str]:
    """Role to column; a role met again has a number: `address`, `address_2`.

    Args:
        table: whose columns.
        kind: `person` or `business`.
        given: role to column, by a person; it stands before what is found.
    """
    found = {role: column for role, column in given.items() if column in table.column_names}
    taken = set(found.values())
    settled = {role.rpartition("_")[0] if role[-1].isdigit() else role for role in found}
    for column in sorted(table.column_names, key=lambda name: not TRADING.search(spelled(name))):
        role = role_of(table, column) if column not in taken else ""
        role = BUSINESS.get(role, role) if kind == "business" else role
        if not role or role in settled:
            continue
        name, number = role, 1
        while name in found:
            number += 1
            name = f"{role}_{number}"
        found[name] = column
    return found


def role_of(table: pa.Table, column: str) -> str:
    """What a column says; empty if it is none of the roles."""
    field = table.schema.field(column)
    declared = (field.metadata or {}).get(STANDARD, b"").decode()
    if declared:
        return declared if declared in ROLES else ""
    name = spelled(column)
    if NOT_COMPARED.search(name) or pa.types.is_nested(field.type):
        return ""
    texts = _sample(table[column])
    if not texts and table.num_rows:
        return ""
    for role, how in ROLES.items():
        named = re.search(how.named, name)
        if named and (how.looks is None or not texts or _share(texts, how.looks) >= OFTEN):
            return role
    for role, how in ROLES.items():
        if texts and how.by_looks_alone and how.looks and _share(texts, how.looks) >= MOSTLY:
            return role
    return ""


def id_of(table: pa.Table) -> str:
    """The column that names each row and no other's; empty if there is none."""
    declared = (table.schema.metadata or {}).get(KEY)
    if declared is not None:
        return str(declared.decode())
    likely = [
        column
        for column in table.column_names
        if re.search(
            r"(^|_)(id|ref|reference|key|number|no|account|urn)$|^rec_?id|^unique", spelled(column)
        )
    ]
    others = (column for column in table.column_names if not role_of(table, column))
    for column in (*likely, *others):
        if _names_rows(table[column]):
            return str(column)
    return ""


def _names_rows(cells: pa.ChunkedArray) -> bool:
    kind = cells.type
    plain = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_integer(kind)
    return plain and not cells.null_count and pc.count_distinct(cells).as_py() == len(cells)


def source_of(table: pa.Table) -> str:
    """The column that says which list a row of a merged table came from; empty if none."""
    for column in table.column_names:
        if table.num_rows and SOURCE.search(spelled(column)):
            many = pc.count_distinct(table[column]).as_py()
            if 1 < many <= max(2, table.num_rows // 20):
                return str(column)
    return ""


def spelled(column: str) -> str:
    """A column's name in small letters and underscores."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column)
    return re.sub("[^a-z0-9]+", "_", apart.lower()).strip("_")


def _sample(cells: pa.ChunkedArray) -> Sequence[str]:
    there = cells.drop_null()
    if len(there) > SAMPLE:
        step = np.linspace(0, len(there) - 1, SAMPLE).astype(np.int64)
        there = there.take(pa.array(step))
    return [text for cell in there.to_pylist() if (text := _text(cell))]


def _text(cell: Any) -> str:
    whole = isinstance(cell, float) and cell.is_integer()
    return str(int(cell) if whole else cell).strip()


def _share(texts: Sequence[str], looks: Callable[[str], bool]) -> float:
    return sum(map(looks, texts)) / len(texts)
