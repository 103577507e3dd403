"""It cannot wait: break the glass, now, with a reason, for an hour at most; and who looks at it?

It opens the grants that are kept for emergencies, to who holds their role, and nothing else. It
closes by itself, is an alert, and is reviewed by somebody else with everything done behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from joinedup.core.clock import stamp
from joinedup.core.errors import AgreementError, ProjectError
from joinedup.core.policy import Ask
from joinedup.govern import policy as govern
from joinedup.office.duties import in_force, person_of
from joinedup.office.house import Office
from joinedup.office.permit import Answer, refused, require
from joinedup.office.policy import Standing, facts, glass_of, moment

if TYPE_CHECKING:
    from joinedup.records.ledger import Event
    from joinedup.records.models import GlassRow

WHERE = "glass"
AN_HOUR = timedelta(hours=1)
LONGEST = int(govern.LONGEST_GLASS.total_seconds()) // 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Glass:
    """Glass that somebody broke.

    Attributes:
        number: how it is called.
        renews: the number of the one it went on from; 0 if none.
        finding: what somebody else found; empty until they have looked.
        done: what was done behind it, oldest first.
    """

    number: int
    who: str
    reason: str
    opened: datetime
    expires: datetime
    renews: int = 0
    finding: str = ""
    reviewer: str = ""
    done: "Sequence[Event]" = ()


def break_glass(office: Office, *, reason: str, minutes: int, renews: int | None = None) -> Glass:
    """Open what is kept for emergencies to the acting person, and alert whoever watches.

    Args:
        office: who breaks it.
        reason: for whoever reviews it.
        minutes: until it closes by itself.
        renews: the glass of the last hour that it goes on from, where that is not reviewed yet.

    Raises:
        AgreementError: no reason, longer than an hour, or a silent renewal.
        PolicyDenied: nothing is kept for emergencies that this person could be let at.
    """
    from joinedup.records import policies  # noqa: PLC0415 - Django, only when needed

    standing, at = in_force(), moment()
    _require_short_and_with_reason(reason, minutes)
    _require_something_to_open(office, standing, at)
    before = _unreviewed(standing, office.who, at)
    newest = before[-1] if before else None
    if newest is not None and renews != newest.event_id:
        raise AgreementError(
            f"glass {newest.event_id} was broken within the hour, and nobody has reviewed it.",
            fix="have it reviewed; or, if this cannot wait for that, say so: "
            f"--renews {newest.event_id}. The alert will tell it.",
            where=WHERE,
        )
    row = policies.break_glass(
        person_of(standing, office.who),
        reason=reason.strip(),
        opened=stamp(at),
        minutes=minutes,
        renews=newest.event_id if newest else None,
        alert="glass renewed, the one before not reviewed" if newest else "glass broken",
    )
    return _glass(row)


def glasses(office: Office, *, unreviewed: bool = False) -> tuple[Glass, ...]:
    """Every glass that was broken, with what was done behind it, oldest first.

    Raises:
        PolicyDenied: no role held may review.
    """
    from joinedup.records import policies  # noqa: PLC0415 - as above

    require(office, "review", about="broken glass")
    return tuple(
        _glass(row, done=policies.done_behind(row))
        for row in policies.glasses()
        if not (unreviewed and policies.review_of(row))
    )


def review(office: Office, number: int, *, finding: str) -> Glass:
    """Keep what somebody else found who looked at a broken glass and what was done behind it.

    Raises:
        ProjectError: no finding, no such glass, or it was reviewed before.
        AgreementError: it was the reviewer who broke it.
        PolicyDenied: no role held may review.
    """
    from joinedup.records import policies  # noqa: PLC0415 - as above

    if not finding.strip():
        raise ProjectError("no finding is given.", fix="say what you found: --finding '…'.")
    require(office, "review", about=f"glass {number}")
    row = next((one for one in policies.glasses() if one.event_id == number), None)
    if row is None or policies.review_of(row) is not None:
        raise ProjectError(
            "there is no such glass, or it was reviewed before.",
            fix="look with `joinedup policy review`.",
            where=f"glass {number}",
        )
    standing = in_force()
    who = standing.person
    if who(row.name) == who(office.who) or row.holder == who(office.who):
        raise AgreementError(
            "whoever broke the glass cannot review it.",
            fix="ask somebody else who may review.",
            where=f"glass {number}",
        )
    found = policies.review(row, by=person_of(standing, office.who), finding=finding)
    return _glass(found.glass, done=policies.done_behind(row))


def _require_short_and_with_reason(reason: str, minutes: int) -> None:
    if not reason.strip():
        raise AgreementError(
            "no reason is given.", fix="say why it cannot wait: --reason '…'.", where=WHERE
        )
    if not 1 <= minutes <= LONGEST:
        raise AgreementError(
            f"glass is broken for 1 to {LONGEST} minutes.",
            fix=f"give --minutes of at most {LONGEST}; it closes by itself.",
            where=WHERE,
        )


def _require_something_to_open(office: Office, standing: Standing, at: datetime) -> None:
    """Whoever holds no role with a grant kept for emergencies breaks no glass."""
    asked = Ask(person=office.who, at=at)
    roles = govern.explain(asked, lambda: facts(office, standing.policy)).roles
    kept = {grant.role for grant in standing.policy.grants.values() if grant.emergency}
    if kept.isdisjoint(roles):
        none = govern.Reason(
            code="no_emergency_grant",
            what="no role that the person holds has a grant that is kept for emergencies.",
            suffices="a lease, given by somebody else, of a role that has one.",
        )
        raise refused(office, "break", "glass", Answer(permit=None, reasons=(none,)))


def _unreviewed(standing: Standing, name: str, at: datetime) -> "list[GlassRow]":
    """What the person broke that is open, or was within the hour, and nobody has reviewed."""
    from joinedup.records import policies  # noqa: PLC0415 - as above

    who = standing.person
    return [
        row
        for row in policies.glasses()
        if who(row.name) == who(name)
        and policies.review_of(row) is None
        and at < glass_of(row).expires + AN_HOUR
    ]


def _glass(row: "GlassRow", done: "Sequence[Event]" = ()) -> Glass:
    from joinedup.records import policies  # noqa: PLC0415 - as above

    said, found = glass_of(row), policies.review_of(row)
    return Glass(
        number=row.event_id,
        who=row.name,
        reason=said.reason,
        opened=said.opened,
        expires=said.expires,
        renews=row.renews or 0,
        finding=found.finding if found else "",
        reviewer=found.by if found else "",
        done=done,
    )
