"""What was decided about the policy, roles and broken glass: each row with the event that tells it.

Who may decide what is for `office`; here it is kept, and given back only as its events tell it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from joinedup.core.digest import text_digest
from joinedup.core.errors import AgreementError, RecordsError
from joinedup.records.borne_out import POLICY, TOLD, require_borne_out, told
from joinedup.records.home import transaction
from joinedup.records.ledger import Event, append
from joinedup.records.models import (
    GlassReview,
    GlassRow,
    LeaseRow,
    LedgerEvent,
    PolicyApproval,
    PolicyText,
    PolicyWithdrawal,
    Revocation,
    Row,
)

SUBJECT = "policy"
Kept = TypeVar("Kept", bound=Row)


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: the name they use, and the one word for the person behind it."""

    name: str
    id: str


@dataclass(frozen=True, slots=True)
class Approved:
    """The policy that was approved last.

    Attributes:
        number: of the event that told of the proposal.
        digest: SHA-256 of the text.
        since: when it was approved.
        withdrawn: why it is not in force any more; empty while it is.
    """

    number: int
    text: str
    digest: str
    since: str
    author: str
    approver: str
    withdrawn: str


def approved() -> Approved | None:
    """The policy approved last, held against its events; None if none ever was.

    Raises:
        RecordsError: a row is not what its event says.
    """
    row = PolicyApproval.objects.newest()
    if row is None:
        return None
    require_borne_out([row], "policy approved")
    require_borne_out([row.proposal], "policy proposed")
    if text_digest(row.proposal.text) != row.proposal.digest or row.person == row.author:
        raise RecordsError(
            "the policy on record is not the one that was approved.",
            fix="stop work, keep this home as it is, and run `joinedup audit verify`.",
            where="records",
        )
    ended = getattr(row.proposal, "withdrawal", None)
    if ended is not None:
        require_borne_out([ended], "policy withdrawn")
    return Approved(
        number=row.proposal.event_id,
        text=row.proposal.text,
        digest=row.proposal.digest,
        since=row.at,
        author=row.proposal.by,
        approver=row.by,
        withdrawn=ended.reason if ended is not None else "",
    )


def leases() -> list[LeaseRow]:
    """Every lease that was given, as its event tells it, oldest first.

    Raises:
        RecordsError: a row is not what its event says.
    """
    rows = LeaseRow.objects.given()
    require_borne_out(rows, "lease")
    return rows


def revoked() -> frozenset[str]:
    """The digests of the leases that were taken back.

    Raises:
        RecordsError: a row is not what its event says.
    """
    rows = Revocation.objects.every()
    require_borne_out(rows, "lease revoked")
    return frozenset(row.content for row in rows)


def glasses() -> list[GlassRow]:
    """Every glass that was broken, as its event tells it, oldest first.

    Raises:
        RecordsError: a row is not what its event says.
    """
    rows = GlassRow.objects.history()
    require_borne_out(rows, "glass")
    require_borne_out([review for row in rows if (review := review_of(row))], "glass reviewed")
    return rows


def review_of(glass: GlassRow) -> GlassReview | None:
    """What somebody else found, if anybody has looked."""
    return getattr(glass, "review", None)


def waiting() -> list[PolicyText]:
    """The proposals neither approved nor withdrawn, as their events tell them, oldest first.

    Raises:
        RecordsError: a row is not what its event says.
    """
    rows = PolicyText.objects.waiting()
    require_borne_out(rows, "policy proposed")
    return rows


def numbered(number: int) -> PolicyText | None:
    """One proposal, as its event tells it.

    Raises:
        RecordsError: the row is not what its event says.
    """
    row = PolicyText.objects.numbered(number)
    require_borne_out([row] if row else [], "policy proposed")
    return row


def can_be_withdrawn(proposal: PolicyText) -> bool:
    """Whether it waits, or is the policy approved last; and was not withdrawn before."""
    newest = PolicyApproval.objects.newest()
    in_force = newest is not None and newest.proposal.pk == proposal.pk
    approved_before = hasattr(proposal, "approval") and not in_force
    return not approved_before and not hasattr(proposal, "withdrawal")


def propose(text: str, *, by: Person) -> PolicyText:
    """Keep a policy as it is proposed."""
    columns = {"text": text, "digest": text_digest(text), "by": by.name, "person": by.id}
    return _kept(PolicyText, by.name, SUBJECT, {"digest": columns["digest"]}, columns)


def approve(proposal: PolicyText, *, by: Person, author: str, reason: str) -> PolicyApproval:
    """Let a proposal come into force. The database itself refuses the author."""
    columns = {
        "proposal": proposal,
        "by": by.name,
        "person": by.id,
        "author": author,
        "reason": reason,
    }
    facts = {"proposal": proposal.event_id, "digest": proposal.digest, "reason": reason}
    return _kept(PolicyApproval, by.name, SUBJECT, facts, columns)


def withdraw(proposal: PolicyText, *, by: Person, reason: str) -> PolicyWithdrawal:
    """Take a proposal back, or end the policy in force."""
    columns = {"proposal": proposal, "by": by.name, "person": by.id, "reason": reason}
    facts = {"proposal": proposal.event_id, "digest": proposal.digest, "reason": reason}
    return _kept(PolicyWithdrawal, by.name, SUBJECT, facts, columns)


def lease(
    holder: Person, role: str, *, starts: str, ends: str, by: Person, reason: str
) -> LeaseRow:
    """Give a role to somebody. The database itself refuses a role given to oneself."""
    columns = {
        "name": holder.name,
        "holder": holder.id,
        "role": role,
        "starts": starts,
        "ends": ends,
        "by": by.name,
        "giver": by.id,
        "reason": reason,
    }
    facts = {"person": holder.name, "role": role, "starts": starts, "ends": ends, "reason": reason}
    return _kept(LeaseRow, by.name, role, facts, columns)


def revoke(name: str, content: str, *, by: Person, reason: str) -> Revocation:
    """Take a lease back before its end."""
    columns = {
        "lease": name,
        "content": content,
        "by": by.name,
        "person": by.id,
        "reason": reason,
    }
    return _kept(Revocation, by.name, name, {"lease": name, "reason": reason}, columns)


def break_glass(
    by: Person, *, reason: str, opened: str, minutes: int, renews: int | None, alert: str
) -> GlassRow:
    """Keep that somebody broke the glass: an alert for whoever watches."""
    columns: dict[str, Any] = {
        "name": by.name,
        "holder": by.id,
        "reason": reason,
        "opened": opened,
        "minutes": minutes,
        "renews": renews,
    }
    facts = {"alert": alert, "reason": reason, "minutes": minutes}
    facts |= {"renews": renews} if renews is not None else {}
    return _kept(GlassRow, by.name, "glass", facts, columns)


def review(glass: GlassRow, *, by: Person, finding: str) -> GlassReview:
    """What somebody else found. The database itself refuses whoever broke it."""
    columns = {
        "glass": glass,
        "by": by.name,
        "reviewer": by.id,
        "holder": glass.holder,
        "finding": finding,
    }
    facts = {"glass": glass.event_id, "finding": finding}
    return _kept(GlassReview, by.name, "glass", facts, columns)


def done_behind(glass: GlassRow) -> list[Event]:
    """Every event that says it was done behind this glass, oldest first."""
    rows = LedgerEvent.objects.filter(
        seq__gt=glass.event_id, facts__contains=f'"glass":{glass.event_id}'
    ).order_by("seq")
    events = (
        Event(
            seq=row.seq,
            at=row.at,
            kind=row.kind,
            actor=row.actor,
            subject=row.subject,
            facts=json.loads(row.facts),
            previous=row.previous,
            hash=row.hash,
        )
        for row in rows
    )
    return [one for one in events if _glass_of(one.facts) == glass.event_id]


def _glass_of(facts: Mapping[str, Any]) -> Any:
    """The glass behind which the policy let it be done, or denied it."""
    asked = facts.get("policy")
    return asked.get("glass") if isinstance(asked, Mapping) else None


def _kept(
    kind: type[Kept], actor: str, subject: str, facts: Mapping[str, Any], columns: Mapping[str, Any]
) -> Kept:
    """One event and one row, together or not at all.

    Raises:
        AgreementError: one person stands on both sides of it.
    """
    from django.db import IntegrityError  # noqa: PLC0415 - Django, as everywhere in the records

    plain = {
        name: value.event_id if isinstance(value, Row) else value for name, value in columns.items()
    }
    what = next(word for word, model in POLICY.items() if model is kind)
    try:
        with transaction():
            event: LedgerEvent = append(
                what, actor=actor, subject=subject, facts={**facts, TOLD: told(**plain)}
            )
            row = kind(**columns, at=event.at, event=event)
            row.save(force_insert=True)
    except IntegrityError:
        raise AgreementError(
            "the records refuse it: one person on both sides of it, or it is there already.",
            fix="have somebody else do it, and look with `joinedup policy show`.",
            where=what,
        ) from None
    return row
