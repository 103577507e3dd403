"""Which columns of a table make up an address, in the order in which it is written?

A gazetteer has a column for each part (AddressBase, a local gazetteer, or one of its own making);
a service's list has lines, or all in one. Told by what a dataset declares, else by name and
contents.
"""

import re
from collections.abc import Mapping

import pyarrow as pa

from joinedup.core.method import STANDARD
from joinedup.link import roles
from joinedup.link.standard import texts_of

NOT_OF_THE_PLACE = re.compile(
    r"(^|_)(landlord|owner|agent|previous|old|former|e_?mail|ip|mac|web|billing|mailing"
    r"|correspondence|forwarding|contact|gp|employer)(_|$)"
)
BY_NAME: Mapping[str, str] = {
    "uprn": r"^uprn|^(property|record|address)_?uprn|^unique_property",
    "parent_uprn": r"parent.*uprn|primary_uprn",
    "postcode": r"post_?code|(^|_)pcode|postal_?code|^pc$|(^|_)zip",
    "part_text": r"^sao(_text)?$|^secondary_(name|addressable_object)"
    r"|sub_?building(_n(ame|umber))?$|^(flat|unit|apartment)(_?n(o|um|ame|umber))?$",
    "part_number": r"^sao_start_number$",
    "part_letter": r"^sao_start_suffix$",
    "part_last": r"^sao_end_number$",
    "building": r"^pao(_text)?$|^primary_(name|addressable_object)|^building_name$"
    r"|^(house|property|premises?)_name$",
    "number": r"^pao_start_number$"
    r"|^(building|house|property|street|door|premises?)_?n(o|um|umber|br)$",
    "number_letter": r"^pao_start_suffix$",
    "number_last": r"^pao_end_number$",
    "street": r"^street(_name|_descript(ion|or))?$|(^|_)thoroughfare(_name)?$|^road(_name)?$",
    "locality": r"^(dependent_)?locality(_name)?$|^village$",
    "town": r"^(post_?)?town(_name)?$|^city$",
    "address": r"addr|(^|_)add(_?[0-9])?$|(^|_)line_?[0-9]$|^location$",
}  # fmt: skip
LETTERS = re.compile(r"[^\W\d_]{3}")
BARE_PART = re.compile(r"[0-9]+[a-z]?|[a-z]", re.IGNORECASE)


def layout(table: pa.Table, given: Mapping[str, str]) -> dict[str, str]:
    """Role to column; lines of one address are `address`, `address_2`, ….

    Args:
        table: whose columns.
        given: role to column, by a person; an empty column takes the role away.
    """
    here = {*table.column_names, ""}
    given = {role: column for role, column in given.items() if column in here}
    found = {role: column for role, column in given.items() if column}
    taken = set(found.values())
    lines = [] if "address" in given else _lines(table, taken)
    for column in table.column_names:
        role = _role(table, column)
        if column in taken or role in {"", "address"} or role in found or role in given:
            continue
        found[role] = column
    whole = "street" not in found or not {"number", "building"} & set(found)
    if lines and whole:
        parts = {"part_text", "building", "number", "street"} - set(given)
        found = {role: column for role, column in found.items() if role not in parts}
        for number, column in enumerate(lines, start=1):
            found["address" if number == 1 else f"address_{number}"] = column
    return found


def _lines(table: pa.Table, taken: set[str]) -> list[str]:
    return [
        column
        for column in table.column_names
        if column not in taken and _role(table, column) == "address"
    ]


def _role(table: pa.Table, column: str) -> str:
    field = table.schema.field(column)
    declared = (field.metadata or {}).get(STANDARD, b"").decode()
    if declared in {"uprn", "postcode", "address"}:
        return str(declared)
    name = roles.spelled(column)
    if pa.types.is_nested(field.type) or NOT_OF_THE_PLACE.search(name):
        return ""
    for role, named in BY_NAME.items():
        if re.search(named, name):
            return role if role != "address" or _has_words(table[column]) else ""
    return ""


def _has_words(cells: pa.ChunkedArray) -> bool:
    """Whether there is nothing in it, or words: a flag is no line of an address."""
    texts = texts_of(cells).drop_null()[: roles.SAMPLE].to_pylist()
    return not texts or sum(bool(LETTERS.search(text)) for text in texts) >= len(texts) / 2


def written(table: pa.Table, found: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Each row's address in one text, and its postcode.

    Args:
        table: the rows.
        found: from `layout`.
    """
    said = {role: texts_of(table[column]).to_pylist() for role, column in found.items()}
    nothing: list[str | None] = [None] * table.num_rows
    lines = [role for role in found if role == "address" or role.startswith("address_")]
    rows = []
    for row in range(table.num_rows):
        cells = {role: texts[row] or "" for role, texts in said.items()}
        parts = [_part(cells), cells.get("building", ""), _number(cells, "number")]
        parts += [cells[role] for role in lines]
        parts += [cells.get(role, "") for role in ("street", "locality", "town")]
        rows.append(", ".join(part for part in parts if part))
    return rows, [text or "" for text in said.get("postcode", nothing)]


def _part(cells: Mapping[str, str]) -> str:
    text, number = cells.get("part_text", ""), _number(cells, "part")
    parts = [f"flat {one}" if BARE_PART.fullmatch(one) else one for one in (text, number) if one]
    return ", ".join(parts)


def _number(cells: Mapping[str, str], of: str) -> str:
    first = cells.get(of if of == "number" else f"{of}_number", "")
    last = cells.get(f"{of}_last", "")
    letter = cells.get(f"{of}_letter", "")
    return first + letter + (f"-{last}" if first and last else "")
