"""One person's signature under the facts of a project: a row and its event, both or neither."""

from collections.abc import Mapping, Sequence
from typing import Any

from joinedup.core.errors import ProjectError, ReleaseError
from joinedup.office.house import Office
from joinedup.office.policy import persons

KIND = "sign-off"


def sign_off(
    office: Office,
    project: str,
    what: str,
    *,
    topics: Mapping[str, str],
    digest: str,
    authors: Sequence[str] = (),
    reason: str,
) -> None:
    """Record that the acting person signs this.

    Args:
        office: whose records, and who signs.
        project: its name.
        what: `gate`, `live`, `retired`, or the kind of a document.
        topics: what is signed, each topic with the digest of its facts.
        digest: of all of it.
        authors: who made what is signed, and so may not sign it; anybody may if empty.
        reason: why.

    Raises:
        ProjectError: no reason is given.
        ReleaseError: nobody is named, or who signs made what is signed.
    """
    if not reason.strip():
        raise ProjectError(
            "a signature needs a reason.", fix="say what you looked at: --reason '…'."
        )
    _require_another(office.who, authors, where=f"project {project}, {what}")
    signed = {
        "project": project,
        "what": what,
        "digest": digest,
        "topics": dict(topics),
        "by": office.who,
        "reason": reason,
    }
    _keep(signed, author=next(iter(authors), ""))


def _require_another(who: str, authors: Sequence[str], *, where: str) -> None:
    behind = persons()
    person = behind(who)
    if not person or person in {behind(name) for name in authors}:
        raise ReleaseError(
            "who made this cannot sign it." if person else "nobody is named.",
            fix="ask somebody else to look at it and sign, with --as.",
            where=where,
        )


def _keep(signed: Mapping[str, Any], *, author: str) -> None:
    """The row, and the event that tells of it."""
    from joinedup.records.borne_out import TOLD, told  # noqa: PLC0415 - as above
    from joinedup.records.home import transaction  # noqa: PLC0415 - as above
    from joinedup.records.ledger import append  # noqa: PLC0415 - as above
    from joinedup.records.models import SignOff  # noqa: PLC0415 - as above
    from joinedup.records.names import same_person  # noqa: PLC0415 - as above

    facts = {
        "what": signed["what"],
        "digest": signed["digest"],
        "topics": sorted(signed["topics"]),
        "reason": signed["reason"],
        TOLD: told(**signed, author=same_person(author)),
    }
    with transaction():
        event = append(KIND, actor=signed["by"], subject=signed["project"], facts=facts)
        SignOff.objects.sign(**signed, author=author, event=event)
