"""What reviewers say of what would leave, and what each may see of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joinedup.core import clock
from joinedup.govern import review as govern
from joinedup.office.folder import ProjectFolder
from joinedup.office.house import Office
from joinedup.office.leaving import files
from joinedup.office.leaving.candidate import Ready, may, prepare
from joinedup.office.policy import persons


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a content stands on its way out, as one person may see it.

    Attributes:
        unjudged: sentences that a program could not judge.
        seen: the verdicts that the person asking may see.
        folder: where its files lie for looking at.
    """

    digest: str
    state: govern.State
    recipient: str
    hidden: int
    unjudged: tuple[str, ...]
    seen: tuple[govern.Review, ...]
    folder: Path


def review(
    office: Office,
    project: ProjectFolder,
    step: str,
    *,
    verdict: govern.Verdict,
    reason: str,
    recipient: str = "",
    words_read: bool = False,
) -> Standing:
    """Record a verdict on what would leave, as it lies on the desk.

    Raises:
        PolicyDenied: the policy in force does not let whoever acts review it.
        ReleaseError: it would disclose; the verdict would not count; or the files on the desk are
            not as they were made ready.
    """
    from joinedup.records.borne_out import TOLD, told  # noqa: PLC0415 - Django, only when needed
    from joinedup.records.home import transaction  # noqa: PLC0415 - as above
    from joinedup.records.ledger import append, lock  # noqa: PLC0415 - as above
    from joinedup.records.models import ReviewRow  # noqa: PLC0415 - as above

    may(office, project, step, "approve")
    ready = prepare(office, project, step, recipient=recipient)
    digest = ready.candidate.digest
    said: dict[str, Any] = {"by": office.who, "verdict": verdict, "reason": reason}
    said |= {"words_read": words_read}
    one = govern.Review(**said, digest=digest, at=clock.stamp(clock.now()))
    with transaction():
        lock()
        govern.require_may_review(
            one,
            reviews_of(ready),
            authors=ready.row.authors,
            state=state_of(ready),
            who=persons(),
        )
        files.require_unchanged(ready.folder, ready.row.files, where=ready.row.name)
        # The event does not tell the verdict in words: the other reviewer may read the ledger.
        event = append(
            "review",
            actor=office.who,
            subject=f"{project.project.id}/{step}",
            facts={"digest": digest, TOLD: told(candidate=ready.row.event_id, **said)},
        )
        ReviewRow.objects.add(ready.row, **said, event=event)
    return standing(office, ready)


def reviews_of(ready: Ready) -> tuple[govern.Review, ...]:
    """Every verdict on this run's contents, oldest first: those on others show what has changed."""
    from joinedup.records.models import ReviewRow  # noqa: PLC0415 - as above

    return tuple(
        govern.Review(
            by=row.by,
            at=row.at,
            verdict=row.verdict,  # type: ignore[arg-type]  # held by a constraint of the table
            digest=row.digest,
            reason=row.reason,
            words_read=row.words_read,
        )
        for row in ReviewRow.objects.near(ready.row.run)
    )


def state_of(ready: Ready) -> govern.State:
    """Where a content stands."""
    from joinedup.records.models import ReleaseRow, Withdrawal  # noqa: PLC0415 - as above

    digest = ready.candidate.digest
    return govern.state(
        reviews_of(ready),
        authors=ready.row.authors,
        digest=digest,
        released=ReleaseRow.objects.left(digest) is not None,
        withdrawn=Withdrawal.objects.of(digest) is not None,
        who=persons(),
    )


def standing(office: Office, ready: Ready) -> Standing:
    """Where a content stands, as the person acting may see it."""
    made = ready.candidate
    return Standing(
        digest=made.digest,
        state=state_of(ready),
        recipient=made.recipient,
        hidden=made.hidden,
        unjudged=made.unjudged,
        seen=govern.told(
            reviews_of(ready),
            to=office.who,
            authors=ready.row.authors,
            digest=made.digest,
            who=persons(),
        ),
        folder=ready.folder,
    )


def withdraw(
    office: Office, project: ProjectFolder, step: str, *, reason: str, recipient: str = ""
) -> Standing:
    """Take a content back before it leaves, for good.

    Raises:
        PolicyDenied: the policy in force does not let whoever acts release it.
        ReleaseError: no reason is given, or it has left, or was returned or taken back already.
    """
    from joinedup.core.errors import ReleaseError  # noqa: PLC0415 - as above
    from joinedup.records.borne_out import TOLD, told  # noqa: PLC0415 - as above
    from joinedup.records.home import transaction  # noqa: PLC0415 - as above
    from joinedup.records.ledger import append, lock  # noqa: PLC0415 - as above
    from joinedup.records.models import Withdrawal  # noqa: PLC0415 - as above

    may(office, project, step, "release")
    ready = prepare(office, project, step, recipient=recipient)
    said: dict[str, Any] = {"digest": ready.candidate.digest, "by": office.who, "reason": reason}
    with transaction():
        lock()
        now = state_of(ready)
        if now in govern.FINAL or not reason.strip():
            what = f"this content is {now}." if now in govern.FINAL else "no reason is given."
            fix = "say why with --reason; what has left cannot be taken back."
            raise ReleaseError(what, fix=fix, where=step)
        event = append(
            "withdrawal",
            actor=office.who,
            subject=f"{project.project.id}/{step}",
            facts={"digest": said["digest"], TOLD: told(candidate=ready.row.event_id, **said)},
        )
        Withdrawal.objects.create(candidate=ready.row, **said, at=event.at, event=event)
    return standing(office, ready)
