"""The way out: approve a result, and release it to the outbox. The third gate decides.

The outbox is the only folder whose files may leave the office; each has a row in the records.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from joinedup.core.digest import file_digest
from joinedup.core.errors import ProjectError
from joinedup.govern.release import Rule, release
from joinedup.office.folder import ProjectFolder
from joinedup.office.house import Office
from joinedup.office.permit import require
from joinedup.office.project_gate import require_not_retired
from joinedup.result import html, text, xlsx
from joinedup.result import json as result_json
from joinedup.result.model import Approval, Release

if TYPE_CHECKING:
    from joinedup.records.models import Run

RULE = "joinedup-counts"
RULE_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Released:
    """What left: the Release, and the folder it lies in."""

    release: Release
    folder: Path


def approve(office: Office, project: ProjectFolder, step: str, *, reason: str) -> str:
    """Approve the latest result of a step as it is; gives the digest approved.

    Raises:
        ProjectError: it has not run, or no reason is given.
        ReleaseError: the author approves their own work.
    """
    from joinedup.records.borne_out import TOLD, told  # noqa: PLC0415 - Django, only when needed
    from joinedup.records.home import transaction  # noqa: PLC0415 - as above
    from joinedup.records.ledger import append  # noqa: PLC0415 - as above
    from joinedup.records.models import ApprovalRow  # noqa: PLC0415 - as above

    if not reason.strip():
        raise ProjectError("an approval needs a reason.", fix="say what you checked: --reason '…'.")
    where, purpose = f"{project.project.id}/{step}", project.project.purpose
    require(office, "approve", about=where, purpose=purpose)
    row = _row(project, step)
    digest = result_json.content_digest(result_json.load_result(row.result))
    with transaction():
        event = append(
            "approval",
            actor=office.who,
            subject=f"{project.project.id}/{step}",
            facts={
                "digest": digest,
                "reason": reason,
                TOLD: told(run=row.event_id, digest=digest, by=office.who, reason=reason),
            },
        )
        ApprovalRow.objects.approve(
            row,
            digest=digest,
            by=office.who,
            reason=reason,
            event=event,
        )
    return digest


def check(office: Office, project: ProjectFolder, step: str, *, recipient: str = "") -> Release:
    """What would be released, with its hidden cells; the twin of `leave` that writes nothing.

    Raises:
        ProjectError: it has not run, or the project is retired.
        ReleaseError: it would disclose, or nobody else has approved it; every reason at once.
    """
    from joinedup.records.models import ApprovalRow  # noqa: PLC0415 - as above

    require_not_retired(project)
    where, purpose = f"{project.project.id}/{step}", project.project.purpose
    require(office, "release", about=where, purpose=purpose)
    row = _row(project, step)
    result = result_json.load_result(row.result)
    approvals = [
        Approval(by=given.by, at=given.at, digest=given.digest, reason=given.reason)
        for given in ApprovalRow.objects.filter(run=row).order_by("at")
    ]
    return release(
        result,
        author=row.author,
        approvals=approvals,
        rule=Rule(name=RULE, version=RULE_VERSION, threshold=office.folder.card.threshold),
        records_allowed=_may_see_records(office, result.provenance, recipient),
        digest=result_json.content_digest(result),
    )


def leave(office: Office, project: ProjectFolder, step: str, *, recipient: str = "") -> Released:
    """Release the latest result of a step: page, text, JSON and workbook in the outbox.

    Raises:
        ReleaseError: as `check`.
    """
    from joinedup.records.borne_out import TOLD, told  # noqa: PLC0415 - as above
    from joinedup.records.home import transaction  # noqa: PLC0415 - as above
    from joinedup.records.ledger import append  # noqa: PLC0415 - as above
    from joinedup.records.models import ReleaseRow  # noqa: PLC0415 - as above

    made = check(office, project, step, recipient=recipient)
    name = f"{project.project.id}-{step}-{made.digest[:12]}"
    folder = office.home / "outbox" / name
    staged = office.home / "outbox" / f".{name}"
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True)
    files = write(made, staged, title=_title(project, step), office=office.folder.card.name)
    row = _row(project, step)
    left: dict[str, Any] = {
        "digest": made.digest,
        "rule": made.rule,
        "hidden": made.hidden,
        "path": name,
    }
    with transaction():
        event = append(
            "release",
            actor=office.who,
            subject=f"{project.project.id}/{step}",
            facts={
                "digest": made.digest,
                "rule": made.rule,
                "hidden": made.hidden,
                "recipient": recipient or "public",
                "files": {file.name: file_digest(file) for file in files},
                TOLD: told(run=row.event_id, **left),
            },
        )
        ReleaseRow.objects.add(row, **left, event=event)
        shutil.rmtree(folder, ignore_errors=True)
        staged.rename(folder)
    return Released(made, folder)


def write(made: Release, folder: Path, *, title: str, office: str) -> Sequence[Path]:
    """The release in every form: a page, plain text, JSON and a workbook."""
    page, plain = folder / "report.html", folder / "report.txt"
    page.write_text(html.page(made, title=title, subtitle=office), encoding="utf-8")
    plain.write_text(text.render(made), encoding="utf-8")
    data = folder / "report.json"
    data.write_text(result_json.render(made.result), encoding="utf-8")
    book = folder / "report.xlsx"
    xlsx.write(made, book)
    return (page, plain, data, book)


def _title(project: ProjectFolder, step: str) -> str:
    return project.steps[step].title if step in project.steps else project.project.title


def _row(project: ProjectFolder, step: str) -> "Run":
    from joinedup.records.models import Run  # noqa: PLC0415 - as above

    row = Run.objects.latest(project.project.id, step)
    if row is None:
        raise ProjectError("there is no result yet.", fix=f"run `joinedup run {step}`.", where=step)
    return row


def _may_see_records(office: Office, provenance: object, recipient: str) -> bool:
    """Whether every agreement the result rests on names the recipient."""
    agreements = getattr(provenance, "agreements", ())
    return bool(agreements) and all(
        recipient in office.folder.agreements[name].recipients
        for name in agreements
        if name in office.folder.agreements
    )
