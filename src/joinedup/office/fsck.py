"""Is every part of the lake there, and as it was written? Who looks, and when, is on record."""

from joinedup.core.errors import Problem
from joinedup.office.house import Office
from joinedup.office.permit import require


def fsck(office: Office, *, sweep: bool) -> list[Problem]:
    """Hold every part against the records; with `sweep`, remove those that no version names.

    Raises:
        PolicyDenied: no role that the person holds may keep the house.
    """
    from joinedup.records.together import record  # noqa: PLC0415 - Django, only when needed

    permit = require(office, "keep", about="fsck")
    facts = {"sweep": sweep, **({"policy": dict(permit.told)} if permit.told else {})}
    record(office.home, "fsck", actor=office.who, subject="lake", facts=facts)
    return office.lake.fsck(sweep=sweep)
