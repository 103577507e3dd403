"""What time is it, where a right depends on it? Never before the last event of the ledger.

Whoever sets the clock back would open again what has ended: an agreement, a lease. So rights are
decided by the later of the clock and the last event; the event that tells of it says that the clock
had gone back, and `joinedup audit watch` shows it. A clock that was wrongly ahead for a while would
hold everything for as long: `accept` says, under a name and with a reason, that the clock is right.
"""

from datetime import UTC, date, datetime

from joinedup.core import clock
from joinedup.core.errors import ProjectError, RecordsError
from joinedup.records.home import transaction
from joinedup.records.ledger import CLOCK_ACCEPTED, append, end
from joinedup.records.trouble import told


def now() -> datetime:
    """The later of this moment and that of the last event (UTC).

    Raises:
        AuditUnavailable: the ledger cannot be read now.
        RecordsError: it has lost its head, or its last event has no moment.
    """
    with told():
        last = end().at
    if not last:
        return clock.now()
    try:
        return max(clock.now(), datetime.fromisoformat(last).astimezone(UTC))
    except ValueError:
        raise RecordsError(
            "the last event has no moment, so no right can be decided.",
            fix="run `joinedup audit verify`, and restore the last backup that verifies.",
            where="ledger",
        ) from None


def today() -> date:
    """The date of `now` in UTC: the day on which agreements begin and end."""
    return now().date()


def accept(*, actor: str, reason: str) -> int:
    """Say that the clock is right though the last event is later; gives the event's number.

    From then on rights are decided by the clock again. `joinedup audit watch` shows it for good.

    Raises:
        ProjectError: no reason is given, or the clock is not behind the last event.
    """
    if not reason.strip():
        raise ProjectError(
            "the clock is accepted only with a reason.",
            fix="say how it came to be wrong before, and who looked.",
            where="clock",
        )
    behind = (now() - clock.now()).total_seconds()
    if behind <= 0:
        raise ProjectError(
            "the clock is not behind the last event.", fix="nothing is needed.", where="clock"
        )
    with transaction():
        facts = {"reason": reason, "behind_seconds": round(behind)}
        return append(CLOCK_ACCEPTED, actor=actor, facts=facts).seq
