"""Do the rows that open a gate say what their events say?

An agreement is in force by its signature rows, a release leaves by its review rows; the
ledger's chain protects the events alone. So an event tells of its row, column by column, in one
digest (`told`), and what a row says now is held against it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from joinedup.core.digest import digest
from joinedup.core.errors import RecordsError
from joinedup.records.models import (
    Candidate,
    Delivery,
    GlassReview,
    GlassRow,
    LeaseRow,
    LedgerEvent,
    LinkDecision,
    PolicyApproval,
    PolicyText,
    PolicyWithdrawal,
    ReleaseRow,
    ReviewRow,
    Revocation,
    Row,
    Run,
    Signature,
    SignOff,
    Withdrawal,
)
from joinedup.records.names import LONGEST_WORD, same_person, shown

TOLD = "row"
"""Under this key an event's facts hold what `told` gives."""

LAKE = "lake"
RESULTS_DESTROYED = "results destroyed"
"""The kind of an event that says what rows of runs are, once their results are gone."""

POLICY: Mapping[str, type[Row]] = {
    "policy proposed": PolicyText,
    "policy approved": PolicyApproval,
    "policy withdrawn": PolicyWithdrawal,
    "lease": LeaseRow,
    "lease revoked": Revocation,
    "glass": GlassRow,
    "glass reviewed": GlassReview,
}
"""Kind of event to the row it stands beside, of what rules who may do what."""
LEAVING = ("candidate", "review", "withdrawal", "release")
DECISION = "link decision"
KINDS = ("delivery", "run", *LEAVING, "sign-off", DECISION, *POLICY)


@dataclass(frozen=True, slots=True)
class Forged:
    """A row that is not what its event says, or an event whose row is gone.

    Attributes:
        event: the number of the event.
        what: the kind of row: `release`.
    """

    event: int
    what: str


def told(**columns: Any) -> dict[str, Any]:
    """What the event of a row says of it: the names of its columns, and a digest of them.

    A column that refers to a row is given as the number of that row's event.
    """
    return {"columns": sorted(columns), "digest": digest(_settled(columns))}


def told_now(run: Run) -> dict[str, Any]:
    """What the event of a run tells of its row, column by column, of the row as it is now."""
    said = json.loads(run.event.facts).get(TOLD, {"columns": ()})
    return told(**{name: _column(run, name) for name in said["columns"]})


def forged_rows() -> list[Forged]:
    """What is not borne out of signatures, deliveries, runs, what leaves, sign-offs and the policy.

    A row that says something else than its event, a second row of one event, an event whose row
    is gone.
    """
    found = {Forged(number, "signature") for number in forged_signatures()}
    for kind in KINDS:
        found.update(Forged(number, kind) for number in _forged(kind))
    return sorted(found, key=lambda one: (one.event, one.what))


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


def _forged(kind: str) -> Iterator[int]:
    """Of one kind: rows that differ, rows that share an event, and events without their row."""
    times: Counter[int] = Counter()
    later = _told_again()
    for row in _rows_of(kind):
        times[row.event_id] += 1
        if times[row.event_id] > 1 or not _borne_out(row, kind, later):
            yield row.event_id
    for number, text in _events_of(kind):
        if TOLD in json.loads(text) and not times[number]:
            yield number


def require_borne_out(rows: Iterable[Row], kind: str) -> None:
    """Refuse rows that say something else than their events, before anybody goes by them.

    Raises:
        RecordsError: the first that does.
    """
    for row in rows:
        if not _borne_out(row, kind, {}):
            raise RecordsError(
                f"the {kind} on record is not what event {row.event_id} says.",
                fix="stop work, keep this home as it is, and run `joinedup audit verify`.",
                where="records",
            )


def _rows_of(kind: str) -> Iterator[Row]:
    if kind in POLICY:
        every = POLICY[kind]._default_manager  # noqa: SLF001 - Django's own word for it
        return iter(every.select_related(*_referred(kind)).order_by("id").iterator(chunk_size=500))
    rows: Mapping[str, QuerySet[Any]] = {
        "delivery": Delivery.objects.select_related("event", "version"),
        "run": Run.objects.select_related("event"),
        "candidate": Candidate.objects.select_related("event", "run"),
        "review": ReviewRow.objects.select_related("event", "candidate"),
        "withdrawal": Withdrawal.objects.select_related("event", "candidate"),
        "release": ReleaseRow.objects.select_related("event", "run"),
        "sign-off": SignOff.objects.select_related("event"),
        DECISION: LinkDecision.objects.select_related("event"),
    }
    return iter(rows[kind].order_by("id").iterator(chunk_size=500))


def _referred(kind: str) -> tuple[str, ...]:
    """The columns of such a row that refer to a row, all loaded at once."""
    fields = POLICY[kind]._meta.get_fields()  # noqa: SLF001 - Django's own word for it
    return tuple(field.name for field in fields if field.many_to_one or field.one_to_one)


def _events_of(kind: str) -> Iterator[tuple[int, str]]:
    rows = LedgerEvent.objects.filter(kind=kind).order_by("seq")
    return rows.values_list("seq", "facts").iterator(chunk_size=2_000)


def _told_again() -> dict[int, Any]:
    """What later events say of rows whose result was destroyed: event to what `told` gave."""
    rows = LedgerEvent.objects.filter(kind=RESULTS_DESTROYED).order_by("seq")
    return {
        int(number): said
        for text in rows.values_list("facts", flat=True)
        for number, said in json.loads(text)["rows"].items()
    }


def _borne_out(row: Row, kind: str, later: Mapping[int, Any]) -> bool:
    event = row.event
    if event.kind != kind or row.at != event.at:
        return False
    facts = json.loads(event.facts)
    if TOLD not in facts:  # written before events told of their rows
        return all(_column(row, name) == facts[fact] for name, fact in _named(kind, facts))
    columns = {name: _column(row, name) for name in facts[TOLD]["columns"]}
    said = later.get(row.event_id, facts[TOLD])
    return told(**columns) == said and _fits(row, facts)


def _fits(row: Row, facts: Mapping[str, Any]) -> bool:
    """Whether columns that follow from others do."""
    match row:
        case ReviewRow():
            return (row.person, row.digest) == (same_person(row.by), row.candidate.digest)
        case Withdrawal():
            return bool(row.digest == row.candidate.digest)
        case SignOff():
            return bool(row.person == same_person(row.by))
        case Delivery():
            lake = facts.get(LAKE, {})
            return (row.version.table, row.version.number) == (
                lake.get("table"),
                lake.get("version"),
            )
        case _:
            return True


def _named(kind: str, facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Column and fact of what older events say of a row."""
    names = {
        "delivery": {"dataset": "dataset", "file_digest": "sha256", "rows": "rows"},
        "run": {"identity": "identity", "method": "method", "versions": "versions"},
        "release": {"digest": "digest", "rule": "rule", "hidden": "hidden"},
    }.get(kind, {})
    return [(name, fact) for name, fact in names.items() if fact in facts]


def _column(row: Row, name: str) -> Any:
    value = getattr(row, name, None)
    return value.event_id if isinstance(value, Row) else value


def _settled(value: Any) -> Any:
    """One form for what a database may give back in another: 1.0 or 1, a tuple or a list."""
    match value:
        case bool():
            return value
        case float() if value.is_integer():
            return int(value)
        case Mapping():
            return {str(key): _settled(one) for key, one in value.items()}
        case list() | tuple():
            return [_settled(one) for one in value]
        case _:
            return value
