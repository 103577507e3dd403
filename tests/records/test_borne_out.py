"""A row that opens a gate says what its event says, in every column."""

import pytest

from joinedup.records.home import transaction

DAMAGES = [
    *(("delivery", column) for column in ("dataset", "file_name", "file_digest", "sender", "at")),
    *(("delivery", column) for column in ("rows", "findings", "rejected", "profile", "effect")),
    ("delivery", "version_id"),
    *(("run", column) for column in ("project", "step", "identity", "method", "result", "author")),
    *(("run", column) for column in ("tables", "versions", "at", "event_id")),
    *(("candidate", column) for column in ("digest", "recipient", "rule", "hidden", "files")),
    *(("candidate", column) for column in ("authors", "beside", "name", "at", "run_id")),
    *(("reviewrow", column) for column in ("digest", "by", "person", "verdict", "reason", "at")),
    *(("reviewrow", column) for column in ("words_read", "candidate_id")),
    *(("withdrawal", column) for column in ("digest", "by", "reason", "at", "candidate_id")),
    *(("releaserow", column) for column in ("digest", "rule", "path", "at", "hidden", "run_id")),
    *(("releaserow", column) for column in ("recipient", "files", "spent")),
    *(("signature", column) for column in ("agreement", "digest", "party", "signatory", "at")),
]
NUMBERS = {"rows", "hidden", "version_id", "run_id", "event_id", "candidate_id"}
JSON = {"findings", "rejected", "profile", "effect", "tables", "versions"}
JSON |= {"files", "authors", "beside", "spent"}
KINDS = {"reviewrow": "review", "releaserow": "release"}


def sql(statement, *arguments):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, list(arguments))


def event(kind, actor="ana", **facts):
    from joinedup.records import ledger

    return ledger.append(kind, actor=actor, subject="first/rank", facts=facts)


def version(number):
    from joinedup.records.models import TableVersion

    return TableVersion.objects.create(
        table="admitted.visits",
        number=number,
        parts=[],
        digest="d",
        rows=2,
        columns=["a"],
        origin="delivery:1",
        event=event("test"),
    )


def run(step="rank"):
    from joinedup.records.borne_out import told
    from joinedup.records.models import Run

    said = {"project": "first", "step": step, "identity": "one", "method": "target.rank"}
    said |= {"result": "{}", "tables": {"list": "derived.list"}, "author": "ana"}
    said |= {"versions": {"derived.list": 1}}
    return Run.objects.add(**said, event=event("run", row=told(**said)))


def candidate(made, digest):
    from joinedup.records.borne_out import told
    from joinedup.records.models import Candidate

    said = {"digest": digest, "recipient": "", "rule": "counts", "hidden": 3, "files": {"a": "b"}}
    said |= {"authors": ["ana"], "beside": [], "name": digest}
    tells = event("candidate", row=told(run=made.event_id, **said))
    return Candidate.objects.create(run=made, **said, at=tells.at, event=tells)


@pytest.fixture
def rows(home):
    """Two of each row, each with its event."""
    from joinedup.records.borne_out import told
    from joinedup.records.models import Delivery, ReleaseRow, ReviewRow, Signature, Withdrawal

    with transaction():
        for number in (1, 2):
            made, came = version(number), delivered(number)
            lake = {"table": made.table, "version": made.number}
            said = event("delivery", row=told(**came), lake=lake)
            Delivery.objects.add(**came, version=made, event=said)
        first, _second = run(), run("where")
        ready = [candidate(first, digest) for digest in ("d1", "d2")]
        for by in ("Bo", "Cy"):
            given = {"by": by, "verdict": "approve", "reason": "read it", "words_read": False}
            said = event("review", by, row=told(candidate=ready[1].event_id, **given))
            ReviewRow.objects.add(ready[1], **given, event=said)
        for one in ready:
            taken = {"digest": one.digest, "by": "Bo", "reason": "wrong"}
            said = event("withdrawal", row=told(candidate=one.event_id, **taken))
            Withdrawal.objects.create(candidate=one, **taken, at=said.at, event=said)
        for path in ("a", "b"):
            left = {"digest": "d", "rule": "counts", "hidden": 3, "path": path}
            left |= {"recipient": "", "files": {}, "spent": {}}
            said = event("release", row=told(run=first.event_id, **left))
            ReleaseRow.objects.add(first, **left, event=said)
        for party in ("council", "police"):
            named = {"agreement": "visits", "digest": "d", "party": party}
            Signature.objects.sign(**named, signatory="ana", event=event("signature", **named))
    return home


def delivered(number):
    """What a delivery holds, with the numbers that a database may give back in another form."""
    return {
        "dataset": "visits",
        "file_name": f"{number}.csv",
        "file_digest": "f" * 64,
        "rows": 2,
        "sender": "council",
        "findings": [{"id": "late", "share": 1.0, "most": 1e22}],
        "rejected": [{"reason": "x", "count": 1, "lines": (4, 5)}],
        "profile": {"quality": {"tiny": 1e-7, "é": None, "whole": True}},
        "effect": {},
    }


def forged():
    from joinedup.records.borne_out import forged_rows

    return forged_rows()


@pytest.mark.usefixtures("rows")
def test_rows_as_they_were_written_are_borne_out():
    assert forged() == []


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(("table", "column"), DAMAGES)
def test_a_change_in_any_column_of_any_row_is_found(table, column):
    target = f"records_{table}"
    newest = f"id = (select max(id) from {target})"
    if column in NUMBERS:
        change = "1" if column == "event_id" else f"{column} - 1"
        if column == "run_id":
            change = "(select max(id) from records_run)"
        sql(f"update {target} set {column} = {change} where {newest}")
    elif column == "verdict":
        sql(f"update {target} set verdict = 'return' where {newest}")
    elif column == "words_read":
        sql(f"update {target} set words_read = not words_read where {newest}")
    elif column in JSON:
        sql(f"update {target} set {column} = %s where {newest}", '{"forged": 1}')
    else:
        sql(f"update {target} set {column} = {column} || 'x' where {newest}")
    assert [one.what for one in forged()][:1] == [KINDS.get(table, table)]


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("table", ["delivery", "run", "reviewrow", "withdrawal", "releaserow"])
def test_a_row_that_is_gone_is_found(table):
    from django.db import connection

    with connection.constraint_checks_disabled():
        sql(f"delete from records_{table} where id = (select max(id) from records_{table})")
    assert [one.what for one in forged()] == [KINDS.get(table, table)]


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("table", ["Delivery", "Run", "ReleaseRow"])
def test_a_row_copied_under_the_event_of_another_is_found(table):
    from joinedup.records import models

    row = getattr(models, table).objects.latest("id") if table == "ReleaseRow" else None
    row = row or getattr(models, table).objects.order_by("-id").first()
    row.pk = None
    row.save(force_insert=True)
    assert [one.event for one in forged()] == [row.event_id]


@pytest.mark.usefixtures("rows")
def test_a_verdict_made_up_in_the_database_is_found():
    from joinedup.records.models import LedgerEvent, ReviewRow

    kept = ReviewRow.objects.order_by("-id").first()
    other = LedgerEvent.objects.filter(kind="release").order_by("-seq").first()
    ReviewRow.objects.create(
        candidate=kept.candidate,
        digest=kept.digest,
        by="Dee",
        person="dee",
        verdict="approve",
        reason="x",
        at=other.at,
        event=other,
    )
    assert [(one.event, one.what) for one in forged()] == [(other.seq, "review")]


@pytest.mark.usefixtures("home")
def test_a_row_from_before_events_told_of_rows_is_held_against_what_they_name():
    from joinedup.records.models import ReleaseRow

    with transaction():
        made = run()
        said = event("release", digest="d", rule="counts", hidden=3)
        ReleaseRow.objects.add(made, digest="d", rule="counts", hidden=3, path="a", event=said)
    assert forged() == []
    sql("update records_releaserow set hidden = 0")
    assert [one.event for one in forged()] == [said.seq]
