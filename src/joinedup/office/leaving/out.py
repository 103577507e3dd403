"""The way out: what two others have approved goes into the outbox, once, as they saw it.

The outbox is the only folder whose files may leave the office; each has a row in the records.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from joinedup.core.errors import Problem
from joinedup.govern.release import release
from joinedup.office.destroyed import removed_folders
from joinedup.office.folder import ProjectFolder
from joinedup.office.house import Office
from joinedup.office.leaving import files, log
from joinedup.office.leaving.candidate import Ready, may, prepare
from joinedup.office.leaving.review import reviews_of, state_of
from joinedup.office.permit import require_one_of
from joinedup.office.policy import persons
from joinedup.office.told import CHECK, SHOW, before_answer
from joinedup.result.model import Release

if TYPE_CHECKING:
    from joinedup.records.models import ReleaseRow

OUTBOX = "outbox"


@dataclass(frozen=True, slots=True)
class Released:
    """What left: the Release, and the folder it lies in."""

    release: Release
    folder: Path


def leave(office: Office, project: ProjectFolder, step: str, *, recipient: str = "") -> Released:
    """Put what was approved into the outbox; what has left already stays as it is.

    Raises:
        PolicyDenied: the policy in force does not let whoever acts release it.
        ReleaseError: not approved by two others, would disclose beside what left before, is over
            the budget, or the files are not as they were reviewed; every reason at once.
    """
    from joinedup.records.locks import alone  # noqa: PLC0415 - Django's room, only when needed

    may(office, project, step, "release")
    ready = prepare(office, project, step, recipient=recipient)
    made = release(
        ready.candidate,
        authors=ready.row.authors,
        reviews=reviews_of(ready),
        withdrawn=state_of(ready) == "withdrawn",
        who=persons(),
    )
    folder = office.home / OUTBOX / ready.row.name
    if state_of(ready) == "released":
        files.require_unchanged(folder, ready.row.files, where=ready.row.name)
        return Released(made, folder)
    against = log.against(office, ready)
    files.require_unchanged(ready.folder, ready.row.files, where=ready.row.name)
    with alone(office.home, files.WAY_OUT):
        staged = _staged(office, ready)
        _record(office, project, ready, against, staged=staged, folder=folder)
    shutil.rmtree(ready.folder, ignore_errors=True)
    return Released(made, folder)


def _staged(office: Office, ready: Ready) -> Path:
    """The files as reviewed, read once, held against their digests, and written anew beside."""
    staged = office.home / OUTBOX / f".{ready.row.name}"
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(mode=files.FOLDER_MODE, parents=True)
    for name in ready.row.files:
        (staged / name).write_bytes((ready.folder / name).read_bytes())
        (staged / name).chmod(files.FILE_MODE)
        files.settle(staged / name)
    files.settle(staged)
    files.require_unchanged(staged, ready.row.files, where=ready.row.name)
    return staged


def _record(
    office: Office,
    project: ProjectFolder,
    ready: Ready,
    against: "log.Against",
    *,
    staged: Path,
    folder: Path,
) -> None:
    """The event, the row, the population of the cells and the folder's place, or none of them."""
    from joinedup.records.borne_out import TOLD, told  # noqa: PLC0415 - Django, only when needed
    from joinedup.records.models import ReleaseRow  # noqa: PLC0415 - as above

    row = ready.row
    left: dict[str, Any] = {
        "digest": row.digest,
        "rule": row.rule,
        "hidden": row.hidden,
        "path": row.name,
        "recipient": row.recipient,
        "files": dict(row.files),
        "spent": dict(against.spent),
    }

    def also(event: Any) -> None:
        if ReleaseRow.objects.left(row.digest) is None:  # what lies there broke off
            shutil.rmtree(folder, ignore_errors=True)
        ReleaseRow.objects.add(row.run, **left, event=event)
        staged.rename(folder)

    facts = {
        "digest": row.digest,
        "rule": row.rule,
        "hidden": row.hidden,
        "recipient": row.recipient or "public",
        "files": dict(row.files),
        TOLD: told(run=row.run.event_id, **left),
    }
    subject = f"{project.project.id}/{row.run.step}"
    log.keep(office, against, subject=subject, facts=facts, also=also)
    files.settle(folder.parent)


def history(office: Office) -> "list[ReleaseRow]":
    """Everything that has left, oldest first; on record before it is told.

    Raises:
        PolicyDenied: the policy in force lets whoever acts neither audit, nor release, nor review.
        AuditUnavailable: that it is told cannot be written down.
    """
    _require_may_read(office)
    before_answer(office, SHOW, "releases")
    return left_so_far()


def _require_may_read(office: Office) -> None:
    require_one_of(office, ("audit", "release", "approve"), about="log of releases")


def left_so_far() -> "list[ReleaseRow]":
    """The rows of everything that has left; asked for and told of by who calls it."""
    from joinedup.records.models import ReleaseRow  # noqa: PLC0415 - as above

    return ReleaseRow.objects.history()


def faults(office: Office) -> Iterator[Problem]:
    """What lies in the outbox and is not as the release log says, or the other way round.

    Raises:
        PolicyDenied: as `history`.
    """
    _require_may_read(office)
    before_answer(office, CHECK, "releases")
    outbox = office.home / OUTBOX
    left = {row.path: row for row in left_so_far()}
    there = sorted(path.name for path in outbox.iterdir()) if outbox.is_dir() else []
    for name in there:
        if name not in left:
            yield Problem(
                f"{OUTBOX}/{name}",
                "nothing on record says that this left the office.",
                "take it away; only `joinedup release` puts files here.",
            )
    gone = removed_folders()
    for name, row in left.items():
        if f"{OUTBOX}/{name}" in gone and not (outbox / name).exists():
            continue
        odd = files.changed(outbox / name, row.files) if row.files else ()
        if odd:
            yield Problem(
                f"{OUTBOX}/{name}",
                f"{', '.join(odd)} is not as it left (hash_changed).",
                "find out who changed it; the release log has what was approved.",
            )
