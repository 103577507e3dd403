"""Results and files of clear text that must not be there any more: how they go, and are told of."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup.core.digest import file_digest
from joinedup.office.house import Office
from joinedup.records import tombstones
from joinedup.records.overwritten import overwritten, settle

if TYPE_CHECKING:
    from joinedup.records.models import Run

AT_ONCE = 400
FILES_REMOVED = "files removed"


def destroy_results(office: Office, runs: "Sequence[Run]", *, why: str) -> int:
    """Take the results out of the records; the rows stay, and an event says what they are now."""
    from joinedup.records.borne_out import RESULTS_DESTROYED, told_now  # noqa: PLC0415 - Django
    from joinedup.records.home import transaction  # noqa: PLC0415 - as above
    from joinedup.records.ledger import append  # noqa: PLC0415 - as above

    rows = [run for run in runs if run.result]
    sealed = [hashlib.sha256(run.result.encode()).hexdigest() for run in rows]
    tombstones.add(office.home, kind=tombstones.SEALED, names=sealed)
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        with overwritten(), transaction():
            for run in some:
                run.result = ""
                run.save(update_fields=["result"])
            facts = {"rows": {str(run.event_id): told_now(run) for run in some}, "why": why}
            append(RESULTS_DESTROYED, actor=office.who, subject="results", facts=facts)
    settle("records_run")
    return len(rows)


def remove_files(office: Office, files: Iterable[Path], *, why: str) -> dict[str, str]:
    """Remove files, and with one on the desk or in the outbox the whole folder it lies in.

    The event of it is written before. Gives each file that went, relative to the home, with its
    SHA-256.
    """
    from joinedup.records.together import record  # noqa: PLC0415 - Django, only when needed

    home = office.home
    folders, single = set[Path](), set[Path]()
    for path in files:
        parts = path.relative_to(home).parts if path.is_absolute() else path.parts
        whole = parts[0] in {"desk", "outbox"} and len(parts) > 2  # noqa: PLR2004 - folder, file
        (folders if whole else single).add(home.joinpath(*parts[:2] if whole else parts))
    gone = {}
    if folders or single:
        told = sorted(path.relative_to(home).as_posix() for path in folders)
        facts = {"folders": told, "files": len(single), "why": why}
        record(home, FILES_REMOVED, actor=office.who, subject="files", facts=facts)
    for path in sorted({*single, *(one for folder in folders for one in _inside(folder))}):
        gone[path.relative_to(home).as_posix()] = file_digest(path)
        path.unlink()
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    return {name: sha for name, sha in gone.items() if not (home / name).exists()}


def removed_folders() -> frozenset[str]:
    """The folders of desk and outbox that were removed, relative to the home."""
    from joinedup.records.models import LedgerEvent  # noqa: PLC0415 - as above

    rows = LedgerEvent.objects.filter(kind=FILES_REMOVED).values_list("facts", flat=True)
    return frozenset(name for text in rows for name in json.loads(text)["folders"])


def _inside(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.rglob("*") if path.is_file())
