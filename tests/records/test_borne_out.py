"""A row that opens a gate says what its event says, in every column."""

import pytest

from joinedup.records.home import transaction

DAMAGES = [
    *(("delivery", column) for column in ("dataset", "file_name", "file_digest", "sender", "at")),
    *(("delivery", column) for column in ("rows", "findings", "rejected", "profile", "effect")),
    ("delivery", "version_id"),
    *(("run", column) for column in ("project", "step", "identity", "method", "result", "author")),
    *(("run", column) for column in ("tables", "versions", "at", "event_id")),
    *(("approvalrow", column) for column in ("digest", "by", "person", "reason", "at", "run_id")),
    *(("releaserow", column) for column in ("digest", "rule", "path", "at", "hidden", "run_id")),
    *(("signature", column) for column in ("agreement", "digest", "party", "signatory", "at")),
]
NUMBERS = {"rows", "hidden", "version_id", "run_id", "event_id"}
JSON = {"findings", "rejected", "profile", "effect", "tables", "versions"}
KINDS = {"approvalrow": "approval", "releaserow": "release"}


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


@pytest.fixture
def rows(home):
    """Two of each row, each with its event."""
    from joinedup.records.borne_out import told
    from joinedup.records.models import ApprovalRow, Delivery, ReleaseRow, Signature

    with transaction():
        for number in (1, 2):
            made, came = version(number), delivered(number)
            lake = {"table": made.table, "version": made.number}
            said = event("delivery", row=told(**came), lake=lake)
            Delivery.objects.add(**came, version=made, event=said)
        first, _second = run(), run("where")
        for by in ("Bo", "Cy"):
            given = {"digest": "d", "by": by, "reason": "read it"}
            said = event("approval", by, digest="d", row=told(run=first.event_id, **given))
            ApprovalRow.objects.approve(first, **given, event=said)
        for path in ("a", "b"):
            left = {"digest": "d", "rule": "counts", "hidden": 3, "path": path}
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
    elif column in JSON:
        sql(f"update {target} set {column} = %s where {newest}", '{"forged": 1}')
    else:
        sql(f"update {target} set {column} = {column} || 'x' where {newest}")
    assert [one.what for one in forged()][:1] == [KINDS.get(table, table)]


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("table", ["delivery", "run", "approvalrow", "releaserow"])
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
def test_an_approval_made_up_in_the_database_is_found():
    from joinedup.records.models import ApprovalRow, LedgerEvent

    kept = ApprovalRow.objects.order_by("-id").first()
    other = LedgerEvent.objects.filter(kind="release").order_by("-seq").first()
    ApprovalRow.objects.create(
        run=kept.run,
        digest="d",
        by="Dee",
        person="dee",
        reason="x",
        at=other.at,
        event=other,
    )
    assert [(one.event, one.what) for one in forged()] == [(other.seq, "approval")]


@pytest.mark.usefixtures("rows")
def test_who_approves_twice_leaves_one_row_and_that_is_no_forgery():
    from joinedup.records.borne_out import told
    from joinedup.records.models import ApprovalRow, Run

    first = Run.objects.order_by("id").first()
    given = {"digest": "d", "by": " bo", "reason": "again"}
    with transaction():
        said = event("approval", " bo", digest="d", row=told(run=first.event_id, **given))
        ApprovalRow.objects.approve(first, **given, event=said)
    assert forged() == []


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
