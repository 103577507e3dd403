"""What people decided about an agreement, as the ledger tells it: no second row to forge."""

from joinedup.records.ledger import Event

MOVED = "agreement moved"


def moved(agreement: str) -> list[Event]:
    """The moves of an agreement, oldest first."""
    import json  # noqa: PLC0415 - small

    from joinedup.records.models import LedgerEvent  # noqa: PLC0415 - Django, only when needed

    rows = LedgerEvent.objects.filter(kind=MOVED, subject=agreement).order_by("seq")
    return [
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
    ]
