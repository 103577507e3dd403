"""What must be on the disk before anybody sees anything? The event that says who sees what.

Every path that shows data calls `before_answer` first; tests/house holds it. If the event cannot
be written nothing is shown.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from joinedup.core.digest import digest
from joinedup.core.method import Reads
from joinedup.office.house import Office

READ, SHOW, CHECK = "read", "show", "check"
MOST_NAMED = 40
"""Columns of a table that an event names; of the others it holds the number and the digest."""


def before_answer(
    office: Office, kind: str, about: str, facts: Mapping[str, Any] | None = None
) -> int:
    """Say on the disk what is about to be seen; gives the event's number.

    Args:
        office: who will see it.
        kind: `read` for rows, `show` for a result, `check` for what a gate would say of one.
        about: a table, or a step as `project/step`.
        facts: of the event; no cell.

    Raises:
        AuditUnavailable: it could not be written, so nothing may be shown.
    """
    from joinedup.records.together import record  # noqa: PLC0415 - Django, only when needed

    return record(office.home, kind, actor=office.who, subject=about, facts=facts)


def of_reads(
    office: Office,
    reads: Reads,
    *,
    identifying: Mapping[str, Iterable[str]] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """What an event says of tables that will be read.

    Args:
        office: whose tables.
        reads: table to its columns.
        identifying: table to the columns of it that say who somebody is; those that the datasets
            declare as identifiers, if not given.
        more: facts to stand beside these.
    """
    versions = {version.table: version.number for version in office.lake.tables()}
    named = _identifiers(office, reads) if identifying is None else identifying
    return {
        **more,
        "reads": sorted(reads),
        "columns": {table: _few(columns) for table, columns in reads.items()},
        "identifiers": {table: _few(columns) for table, columns in named.items()},
        "versions_read": {table: versions[table] for table in reads if table in versions},
    }


def by_policy(told: Mapping[str, Any]) -> dict[str, Any]:
    """What an event says of the policy that let it be done; nothing where none is in force."""
    return {"policy": dict(told)} if told else {}


def _identifiers(office: Office, reads: Reads) -> dict[str, list[str]]:
    found = {}
    for table, columns in reads.items():
        dataset = office.folder.datasets.get(table.removeprefix("admitted."))
        if dataset is not None and table.startswith("admitted."):
            roles = {name: field.role for name, field in dataset.fields.items()}
            named = [name for name in columns if roles.get(name) == "identifier"]
            if named:
                found[table] = named
    return found


def _few(columns: Iterable[str]) -> dict[str, Any]:
    """Columns as an event has them: how many, which, and if they are too many to name, a digest."""
    names = sorted(columns)
    few: dict[str, Any] = {"count": len(names), "names": names[:MOST_NAMED]}
    return few | {"digest": digest(names)} if len(names) > MOST_NAMED else few
