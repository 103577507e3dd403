"""What is decided about the policy is kept beside its event, by two persons, in both databases."""

import time

import pytest

from joinedup.core.errors import AgreementError, RecordsError

AT, LATER = "2026-03-01T12:00:00.000000Z", "2026-03-01T14:00:00.000000Z"


def people():
    from joinedup.records.policies import Person

    return Person("Cy", "cy"), Person("dee", "dee"), Person("ana", "ana")


def everything():
    """One of each row; gives the one word for its table."""
    from joinedup.records import policies

    cy, dee, ana = people()
    proposal = policies.propose("[roles]", by=cy)
    policies.approve(proposal, by=dee, author=cy.id, reason="read it")
    policies.withdraw(proposal, by=cy, reason="no more")
    policies.lease(ana, "analyst", starts=AT, ends=LATER, by=cy, reason="stands in")
    policies.revoke("lease-4", "digest", by=dee, reason="is back")
    glass = policies.break_glass(
        ana, reason="a child is missing", opened=AT, minutes=60, renews=None, alert="glass broken"
    )
    policies.review(glass, by=cy, finding="right")


@pytest.mark.usefixtures("home")
def test_what_is_decided_is_given_back_and_borne_out():
    from joinedup.records import policies
    from joinedup.records.borne_out import forged_rows

    assert policies.approved() is None
    everything()
    found = policies.approved()
    assert (found.text, found.author, found.approver) == ("[roles]", "Cy", "dee")
    assert found.withdrawn == "no more"
    assert [row.holder for row in policies.leases()] == ["ana"]
    assert policies.revoked() == {"digest"}
    (glass,) = policies.glasses()
    assert policies.review_of(glass).finding == "right"
    assert policies.waiting() == []
    assert forged_rows() == []


@pytest.mark.usefixtures("home")
def test_the_database_refuses_one_person_on_both_sides_and_glass_without_reason_or_end():
    from joinedup.records import policies

    cy, _dee, ana = people()
    proposal = policies.propose("[roles]", by=cy)
    glass = policies.break_glass(
        ana, reason="r", opened=AT, minutes=1, renews=None, alert="glass broken"
    )
    named = {"opened": AT, "renews": None, "alert": "glass broken"}
    deeds = [
        lambda: policies.approve(proposal, by=cy, author="cy", reason="r"),
        lambda: policies.lease(cy, "analyst", starts=AT, ends=LATER, by=cy, reason="r"),
        lambda: policies.lease(ana, "analyst", starts=LATER, ends=AT, by=cy, reason="r"),
        lambda: policies.review(glass, by=ana, finding="all well"),
        lambda: policies.break_glass(ana, reason="r", minutes=61, **named),
        lambda: policies.break_glass(ana, reason="r", minutes=0, **named),
        lambda: policies.break_glass(ana, reason="", minutes=5, **named),
    ]
    for deed in deeds:
        with pytest.raises(AgreementError, match="the records refuse it"):
            deed()


DAMAGES = [
    *(("policytext", column) for column in ("text", "digest", "by", "person", "at")),
    *(("policyapproval", column) for column in ("by", "person", "author", "reason", "at")),
    *(("policywithdrawal", column) for column in ("by", "person", "reason", "at")),
    *(("leaserow", column) for column in ("name", "holder", "role", "starts", "by", "giver")),
    *(("leaserow", column) for column in ("reason", "at")),
    *(("revocation", column) for column in ("lease", "content", "by", "person", "reason", "at")),
    *(("glassrow", column) for column in ("name", "holder", "reason", "opened", "at")),
    *(("glassreview", column) for column in ("by", "reviewer", "holder", "finding", "at")),
]


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A home with one of each row, to be spoiled a column at a time and put right again."""
    from joinedup.records.home import connect

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        home = tmp_path_factory.mktemp("kept") / "home"
        connect(home)
        everything()
        yield home


def test_a_change_in_any_column_is_found(kept):
    from django.db import connection

    from joinedup.records.borne_out import forged_rows
    from joinedup.records.home import connect

    connect(kept)
    with connection.cursor() as cursor:
        for table, column in DAMAGES:
            cursor.execute("begin")
            cursor.execute(f'update records_{table} set "{column}" = ' + "'0 other'")
            assert forged_rows(), (table, column)
            cursor.execute("rollback")
        for table in dict(DAMAGES):
            cursor.execute("begin")
            cursor.execute("pragma defer_foreign_keys = on")
            cursor.execute(f"delete from records_{table}")
            assert forged_rows(), table
            cursor.execute("rollback")
    assert forged_rows() == []


@pytest.mark.usefixtures("home")
def test_a_reading_is_given_up_in_time_and_its_connection_left_behind_harms_nobody():
    from django.db import connection

    from joinedup.records.deadline import within
    from joinedup.records.models import LedgerEvent

    def slow():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("select pg_sleep(20)")
        time.sleep(1.5)

    began = time.monotonic()
    with pytest.raises(Exception, match=r"no answer within|timeout"):
        within(0.8, slow)
    assert time.monotonic() - began < 5
    assert within(5, LedgerEvent.objects.count) == 0


def test_an_error_of_the_work_is_raised_where_it_is_waited_for(sqlite_home):
    from joinedup.records.deadline import within

    def fail():
        raise RecordsError("it is so.", fix="none.", where="here")

    assert sqlite_home
    with pytest.raises(RecordsError, match="it is so"):
        within(5, fail)
