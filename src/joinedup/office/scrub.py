"""Is everything in the home there and as it was written? What `joinedup fsck` reads and tells.

The lake is held against the records, the records against the ledger, what left against its event.
The pages under `results/` are not looked at: they are made anew when they are shown.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from joinedup.core.digest import file_digest
from joinedup.core.errors import Problem
from joinedup.office.house import Office

FROM_BACKUP = "restore the home from a backup."


def scrub(office: Office, *, sweep: bool = False) -> list[Problem]:
    """What is wrong, nothing if all is well.

    Args:
        office: whose home.
        sweep: remove the parts that no version names and the leftovers of broken-off writings.
            Nothing else is removed or mended.
    """
    from joinedup.records.ledger import BROKEN  # noqa: PLC0415 - Django, only when needed

    problems: list[Problem] = []
    parts: tuple[Callable[[], Iterable[Problem]], ...] = (
        _records,
        lambda: office.lake.fsck(sweep=sweep),
        lambda: _outbox(office.home / "outbox"),
    )
    for part in parts:
        try:
            problems += part()
        except BROKEN as error:
            what = f"the records cannot be read ({type(error).__name__})."
            problems.append(Problem("records", what, FROM_BACKUP))
    return problems


def _records() -> Iterator[Problem]:
    from joinedup.records.borne_out import forged_rows  # noqa: PLC0415 - as above
    from joinedup.records.ledger import verify  # noqa: PLC0415 - as above

    found = verify()
    if not found.ok:
        what = f"the ledger is not as it was written: {found.reason}"
        if found.first_bad is not None:
            what = f"the ledger is not as it was written: event {found.first_bad}: {found.reason}"
        yield Problem("records", f"{what}.", FROM_BACKUP)
        return
    for one in forged_rows():
        what = f"a {one.what} on record is not what event {one.event} says."
        yield Problem("records", what, FROM_BACKUP)


def _outbox(outbox: Path) -> Iterator[Problem]:
    """Files of a release that are another than left; a release taken away whole is no fault."""
    from joinedup.records.models import ReleaseRow  # noqa: PLC0415 - as above

    for row in ReleaseRow.objects.select_related("event").order_by("id"):
        folder = outbox / row.path
        told = json.loads(row.event.facts).get("files", {})
        if not folder.is_dir():
            continue
        for name, sha in sorted(told.items()):
            file = folder / name
            if not file.is_file():
                what = "a file of this release is missing."
                yield Problem(f"outbox/{row.path}/{name}", what, "release it again.")
            elif file_digest(file) != sha:
                what = "this file is another than was released."
                yield Problem(f"outbox/{row.path}/{name}", what, "release it again; ask who did.")
