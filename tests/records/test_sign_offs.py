"""A sign-off is by somebody, never by the author, and says what its event says."""

import pytest

from joinedup.records.home import transaction

SIGNED = {
    "project": "first", "what": "dpia", "digest": "d" * 64, "topics": {"fields": "e" * 64},
    "by": "Ben Reader", "reason": "read it",
}  # fmt: skip


def sign(**changed):
    from joinedup.records import ledger
    from joinedup.records.borne_out import TOLD, told
    from joinedup.records.models import SignOff
    from joinedup.records.names import same_person

    row = {**SIGNED, **changed}
    author = row.pop("author", "Ann Writer")
    with transaction():
        facts = {"what": row["what"], TOLD: told(**row, author=same_person(author))}
        event = ledger.append("sign-off", actor=row["by"], subject=row["project"], facts=facts)
        return SignOff.objects.sign(**row, author=author, event=event)


def sql(statement, *arguments):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, list(arguments))


def forged():
    from joinedup.records.borne_out import forged_rows

    return [(one.event, one.what) for one in forged_rows()]


@pytest.mark.parametrize("by", ["Ann Writer", " ANN  writer", ""])
def test_the_database_itself_refuses_a_sign_off_by_the_author_or_nobody(home, by):
    from django.db.utils import IntegrityError

    assert home
    with pytest.raises(IntegrityError):
        sign(by=by)


def test_where_nobody_is_kept_from_signing_anybody_may(home):
    assert home
    assert sign(what="gate", author="").person == "benreader"


def test_the_sign_offs_of_a_project_come_in_their_order(home):
    from joinedup.records.models import SignOff

    assert home
    sign(what="gate", author="")
    sign()
    sign(project="other")
    assert [row.what for row in SignOff.objects.of("first")] == ["gate", "dpia"]


def test_a_sign_off_as_it_was_written_is_borne_out(home):
    assert home
    sign()
    assert forged() == []


COLUMNS = ("project", "what", "digest", "topics", "by", "person", "author", "reason", "at")


@pytest.mark.parametrize("column", COLUMNS)
def test_a_change_of_any_column_is_found(home, column):
    assert home
    event = sign().event_id
    value = '{"fields": "f"}' if column == "topics" else "somebody else"
    sql(f'update records_signoff set "{column}" = %s', value)
    assert forged() == [(event, "sign-off")]


def test_a_sign_off_taken_away_is_found(home):
    assert home
    event = sign().event_id
    sql("delete from records_signoff")
    assert forged() == [(event, "sign-off")]
