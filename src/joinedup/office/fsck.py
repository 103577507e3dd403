"""Is everything in the home there, and as it was written? Who looks, and when, is on record."""

from joinedup.core.errors import Problem
from joinedup.office.house import Office
from joinedup.office.permit import note, require
from joinedup.office.scrub import scrub


def fsck(office: Office, *, sweep: bool) -> list[Problem]:
    """Hold the home against the records; with `sweep`, remove what no version names.

    That somebody looked is on record if it can be: a home that cannot be written to is looked at
    all the same. That something is removed must be on record before.

    Raises:
        PolicyDenied: no role that the person holds may keep the house.
        AuditUnavailable: something would be removed, and that cannot be written down.
    """
    from joinedup.records.together import record  # noqa: PLC0415 - Django, only when needed

    permit = require(office, "keep", about="fsck")
    facts = {"sweep": sweep, **({"policy": dict(permit.told)} if permit.told else {})}
    if sweep:
        record(office.home, "fsck", actor=office.who, subject="lake", facts=facts)
    else:
        note(office, "fsck", "lake", facts)
    return scrub(office, sweep=sweep)
