"""Do the rows that open a gate say what their events say?

An agreement is in force by its signature rows; the ledger's chain protects the events alone.
"""

import json

from joinedup.records.models import LedgerEvent, Signature
from joinedup.records.names import LONGEST_WORD, shown


def forged_signatures() -> list[int]:
    """The numbers of the events whose signature row says something else than they do, sorted."""
    rows = Signature.objects.select_related("event").order_by("event_id")
    return [row.event_id for row in rows if _said(row) != _signed(row.event)]


def _said(row: Signature) -> tuple[str, ...]:
    who = shown(row.signatory, longest=LONGEST_WORD)
    return (row.agreement, row.digest, row.party, who, row.at)


def _signed(event: LedgerEvent) -> tuple[str, ...]:
    """What an event says was signed, for whom, by whom and when; empty if it tells of none."""
    if event.kind != "signature":
        return ()
    facts = json.loads(event.facts)
    named = (str(facts.get(name, "")) for name in ("agreement", "digest", "party"))
    return (*named, event.actor, event.at)
