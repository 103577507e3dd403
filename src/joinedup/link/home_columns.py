"""Which column says who lives where, since when, until when, and on whose word?

The columns that tell a person are found as for `link.people`; those of a home's own are found here,
by name. What a person sets stands before what is found.
"""

import re
from collections.abc import Mapping

import pyarrow as pa

from joinedup.link import roles

TAX, BENEFIT, SCHOOL, CARE, REGISTER = "council tax", "benefit", "school", "care", "register"
KINDS = {
    TAX: "council_?tax|ctax|(^|_)tax",
    BENEFIT: "benefit|claim|credit|(^|_)(hb|uc|cts|fsm)(_|$)",
    SCHOOL: "school|pupil|census|(^|_)upn",
    CARE: "care|social|early_help|relation|(^|_)(cin|lac|mosaic|lcs)(_|$)",
}
OWN: Mapping[str, str] = {
    "person": r"^(person|entity|resident|client)(_?(id|ref|key|no|number))?$",
    "related": r"^(related|relative|other|linked)(_(person|to|id|ref|client))*$|^carer_id$",
    "home": r"^(home|household_address|property|dwelling)(_?(id|ref|key))?$",
    "class": r"^(blpu_)?class|property_(class|type|use)|^dwelling_type$",
    "adults": r"adults",
    "from": r"(^|_)(from|start|since|opened|commenced|registered|moved_in|arrived|admitted)(_|$)"
    r"|^(start|from)date$",
    "to": r"(^|_)(to|until|end|ended|closed|ceased|moved_out|left|discharged)(_?(date|on|day))?$",
    "seen": r"(^|_)(seen|as_at|snapshot|extract|census_date|reference_date|observed)(_|$)",
    "group": r"(account|claim|tenancy|case|family|household)(_(ref|reference|id|no|number|key))*$",
}
PEOPLE = (
    "nhs_number", "nino", "upn", "person_number", "email", "phone", "birth_date", "sex",
    "full_name", "forename", "surname",
)  # fmt: skip
PLACE = ("uprn", "postcode", "address", "house_number")
ROLES = (*OWN, *PEOPLE, *PLACE)
DATED = ("from", "to", "seen")


def columns_of(table: pa.Table, given: Mapping[str, str]) -> dict[str, str]:
    """Role to column, of the person, the home and the time.

    Args:
        table: whose columns.
        given: role to column, by a person; it stands before what is found.
    """
    found = {role: column for role, column in given.items() if column in table.column_names}
    for column in table.column_names:
        name = roles.spelled(column)
        for role, named in OWN.items():
            if role not in found and column not in found.values() and re.search(named, name):
                found[role] = column
                break
    taken = set(found.values())
    for role, column in roles.roles_of(table, kind="person", given={}).items():
        base = role.rpartition("_")[0] if role[-1].isdigit() else role
        if column not in taken and base in {*PEOPLE, *PLACE}:
            found.setdefault(role, column)
    return {role: column for role, column in found.items() if given.get(role) != ""}


def kind_of(name: str) -> str:
    """What kind of source a table is, by its name; `register` where that says nothing."""
    spelled = roles.spelled(name)
    return next((kind for kind, named in KINDS.items() if re.search(named, spelled)), REGISTER)


def says_a_home(found: Mapping[str, str]) -> bool:
    """Whether a table says where somebody lives."""
    somebody = "person" in found or "surname" in found or "full_name" in found
    return somebody and any(role in found for role in ("home", "uprn", "address"))
