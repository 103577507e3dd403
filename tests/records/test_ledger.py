"""Whoever rewrites the past is found out."""

import json
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from joinedup.core.errors import RecordsError
from joinedup.records.home import transaction

LENGTH = 9
TEXTS = ("at", "kind", "actor", "subject", "facts", "previous", "hash")
TABLE = "records_ledgerevent"
same_home = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def chain(home):
    """Nine events, each with facts of its own."""
    from joinedup.records import ledger

    for number in range(1, LENGTH + 1):
        with transaction():
            ledger.append("test", actor="ana", subject=f"s{number}", facts={"n": number})
    return home


def sql(statement, *arguments):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, list(arguments))


def disarm():
    """What somebody who may change the database would do first."""
    from django.db import connection

    if connection.vendor == "postgresql":
        sql(f"alter table {TABLE} disable trigger user")
    else:
        sql("drop trigger ledger_refuses_update")
        sql("drop trigger ledger_refuses_delete")


def after(tampering):
    """The verdict after a tampering, which is then undone."""
    from django.db import transaction as django_transaction

    from joinedup.records import ledger

    with transaction():
        disarm()
        tampering()
        verdict = ledger.verify()
        django_transaction.set_rollback(True)
    return verdict


@pytest.mark.usefixtures("chain")
def test_events_are_numbered_from_one_and_each_holds_the_hash_before():
    from joinedup.records import ledger

    found = list(ledger.events())
    assert [event.seq for event in found] == list(range(1, LENGTH + 1))
    assert [event.previous for event in found] == [
        "0" * 64,
        *(event.hash for event in found[:-1]),
    ]
    assert [event.facts for event in found] == [{"n": n} for n in range(1, LENGTH + 1)]
    verdict = ledger.verify()
    assert (verdict.ok, verdict.events, verdict.first_bad) == (True, LENGTH, None)


@pytest.mark.usefixtures("chain")
def test_events_can_be_read_from_a_number_on():
    from joinedup.records import ledger

    assert [event.seq for event in ledger.events(since=LENGTH - 2)] == [LENGTH - 1, LENGTH]


@pytest.mark.usefixtures("home")
def test_an_empty_ledger_verifies():
    from joinedup.records import ledger

    assert ledger.verify().ok


@pytest.mark.usefixtures("home")
def test_an_event_without_a_transaction_is_refused():
    from joinedup.records import ledger

    with pytest.raises(RecordsError, match="only together"):
        ledger.append("test", actor="ana", facts={})
    assert list(ledger.events()) == []


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize("deed", ["update {} set actor = 'x'", "delete from {}"])
def test_the_database_itself_refuses_to_change_an_event(deed):
    from django.db import Error

    with pytest.raises(Error, match="only added to"):
        sql(deed.format(TABLE))


@pytest.mark.usefixtures("postgres_home")
def test_postgresql_refuses_to_empty_the_ledger():
    from django.db import Error

    with pytest.raises(Error, match="only added to"):
        sql(f"truncate {TABLE} cascade")


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize("column", TEXTS)
@pytest.mark.parametrize("seq", [1, 5, LENGTH])
def test_a_change_in_any_column_is_found_at_its_event(column, seq):
    verdict = after(
        lambda: sql(f"update {TABLE} set {column} = {column} || 'x' where seq = %s", seq)
    )
    assert (verdict.ok, verdict.first_bad) == (False, seq)
    assert verdict.reason


@pytest.mark.usefixtures("chain")
def test_a_number_that_was_changed_is_found():
    verdict = after(lambda: sql(f"update {TABLE} set seq = 40 where seq = 4"))
    assert (verdict.ok, verdict.first_bad) == (False, 4)


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize("seq", range(1, LENGTH + 1))
def test_an_event_that_was_removed_is_found(seq):
    verdict = after(lambda: sql(f"delete from {TABLE} where seq = %s", seq))
    assert (verdict.ok, verdict.first_bad) == (False, seq)


@pytest.mark.usefixtures("chain")
def test_an_event_added_behind_the_head_is_found_even_if_it_is_well_made():
    from joinedup.core.digest import digest
    from joinedup.records.models import LedgerEvent, LedgerHead

    def add():
        fields = {
            "seq": LENGTH + 1,
            "at": "2026-01-01T00:00:00.000000Z",
            "kind": "test",
            "actor": "mal",
            "subject": "",
            "facts": "{}",
            "previous": LedgerHead.objects.get().hash,
        }
        LedgerEvent.objects.create(**fields, hash=digest(fields))

    verdict = after(add)
    assert (verdict.ok, verdict.first_bad) == (False, LENGTH + 1)


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize(
    "change", ["seq = seq - 1", "seq = seq + 1", "hash = hash || 'x'", "seq = 0"]
)
def test_a_head_that_was_changed_is_found(change):
    assert not after(lambda: sql(f"update records_ledgerhead set {change}")).ok


@pytest.mark.usefixtures("chain")
def test_a_head_that_was_removed_is_found_and_stops_all_writing():
    from joinedup.records import ledger

    sql("delete from records_ledgerhead")
    assert not ledger.verify().ok
    with pytest.raises(RecordsError, match="lost its head"), transaction():
        ledger.append("test", actor="ana", facts={})


@pytest.mark.usefixtures("chain")
def test_an_end_cut_off_with_its_head_is_found_by_the_seal_and_against_an_anchor():
    from django.db import transaction as django_transaction

    from joinedup.records import ledger

    kept = ledger.anchor()
    with transaction():
        disarm()
        sql(f"delete from {TABLE} where seq > 5")
        last = list(ledger.events())[-1]
        sql("update records_ledgerhead set seq = 5, hash = %s", last.hash)
        alone, anchored = ledger.verify(), ledger.verify(kept)
        django_transaction.set_rollback(True)
    assert (alone.ok, alone.first_bad) == (False, 6)
    assert "seal" in alone.reason
    assert (anchored.ok, anchored.first_bad) == (False, 6)
    assert ledger.verify(kept).ok


@pytest.mark.usefixtures("chain")
def test_a_chain_made_anew_is_found_against_an_anchor():
    from joinedup.records import ledger

    assert not ledger.verify(ledger.Anchor(3, "0" * 64)).ok
    assert not ledger.verify(ledger.Anchor(LENGTH, "0" * 64)).ok


texts = st.sampled_from(["ana", "{}", '{"n":3}', "0" * 64, "", "2026-01-01T00:00:00.000000Z"])
numbers = st.integers(1, LENGTH)
deeds = st.one_of(
    st.tuples(st.just("edit"), numbers, st.sampled_from(TEXTS), texts),
    st.tuples(st.just("delete"), numbers),
    st.tuples(st.just("truncate"), st.integers(0, LENGTH - 1)),
    st.tuples(st.just("swap"), numbers, numbers, st.sampled_from(TEXTS)),
    st.tuples(st.just("renumber"), numbers, st.integers(-3, LENGTH + 3)),
    st.tuples(st.just("copy"), numbers, st.sampled_from([0, LENGTH + 1])),
)


def do(deed):
    match deed:
        case ("edit", seq, column, text):
            sql(f"update {TABLE} set {column} = %s where seq = %s", text, seq)
        case ("delete", seq):
            sql(f"delete from {TABLE} where seq = %s", seq)
        case ("truncate", seq):
            sql(f"delete from {TABLE} where seq > %s", seq)
        case ("swap", one, other, column):
            theirs = f"select b.{column} from {TABLE} b where b.seq = case {TABLE}.seq"
            sql(
                f"update {TABLE} set {column} = coalesce(({theirs} when %s then %s else %s end),"
                " '') where seq in (%s, %s)",
                *(one, other, one, one, other),
            )
        case ("renumber", seq, to):
            sql(f"delete from {TABLE} where seq = %s and seq <> %s", to, seq)
            sql(f"update {TABLE} set seq = %s where seq = %s", to, seq)
        case ("copy", seq, to):
            columns = ", ".join(TEXTS)
            sql(
                f"insert into {TABLE} (seq, {columns}) select %s, {columns} from {TABLE}"
                f" where seq = %s and not exists (select 1 from {TABLE} t where t.seq = %s)",
                *(to, seq, to),
            )


def content():
    from joinedup.records.models import LedgerEvent

    return list(LedgerEvent.objects.order_by("seq").values_list("seq", *TEXTS))


@same_home
@given(tampering=st.lists(deeds, min_size=1, max_size=3))
def test_whatever_is_edited_removed_added_or_swapped_is_found(chain, tampering):
    assert chain
    whole, found = content(), []

    def change():
        for deed in tampering:
            do(deed)
        found.extend(content())

    assert after(change).ok == (found == whole)


words = st.text(st.characters(exclude_categories=[]), max_size=60)


@same_home
@given(written=st.tuples(words, words, words, words, words))
def test_whatever_a_user_writes_an_event_stays_one_line_that_can_be_read(home, written):
    from joinedup.records import ledger

    assert home
    kind, actor, subject, fact, key = written
    with transaction():
        event = ledger.append(kind, actor=actor, subject=subject, facts={key: [fact]})
    (told,) = ledger.events(since=event.seq - 1)
    line = ledger.export_line(told)
    assert line.isascii()
    assert len(line.splitlines()) == 1
    assert json.loads(line)["facts"] == told.facts
    shown = told.kind + told.actor + told.subject + told.facts[next(iter(told.facts))][0]
    assert shown.isprintable()
    assert ledger.verify().ok


@pytest.mark.usefixtures("sqlite_home")
@same_home
@given(texts=st.tuples(words, words, words, words, words, words), seq=st.integers(1, 2**62))
def test_the_hash_of_an_event_is_that_of_its_canonical_form(texts, seq):
    from joinedup.core.digest import digest
    from joinedup.records.ledger import HASHED, hashed

    said = [text.encode(errors="replace").decode() for text in texts]
    for trace in ("", "0123456789abcdef"):
        fields = dict(zip(HASHED, [*said, trace], strict=True)) | {"seq": seq}
        plain = fields if trace else {name: one for name, one in fields.items() if name != "trace"}
        assert hashed(fields) == digest(plain)
        assert hashed(fields | {"hash": "x", "seal": "y"}) == digest(plain)


@pytest.mark.usefixtures("home")
def test_long_texts_are_cut_and_long_facts_refused():
    from joinedup.records import ledger

    with transaction():
        ledger.append("k" * 999, actor="a" * 999, subject="s" * 999, facts={"f": "x" * 9999})
    (event,) = ledger.events()
    assert (len(event.kind), len(event.actor), len(event.subject)) == (200, 200, 200)
    assert len(event.facts["f"]) == 4_000
    with pytest.raises(RecordsError, match="characters long"), transaction():
        ledger.append("test", actor="ana", facts={"all": list(range(100_000))})


WRITER = """
import sys
from pathlib import Path
from joinedup.records.home import connect, transaction
connect(Path(sys.argv[1]))
from joinedup.records import ledger
for number in range(int(sys.argv[3])):
    with transaction():
        ledger.append("test", actor=sys.argv[2], facts={"n": number})
"""


def test_four_processes_write_one_contiguous_chain_while_a_fifth_verifies(home):
    from joinedup.records import ledger

    each = 25
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(home), f"w{n}", str(each)])
        for n in range(4)
    ]
    while any(writer.poll() is None for writer in writers):
        assert ledger.verify().ok
    assert [writer.returncode for writer in writers] == [0, 0, 0, 0]
    found = list(ledger.events())
    assert [event.seq for event in found] == list(range(1, 4 * each + 1))
    for name in ("w0", "w1", "w2", "w3"):
        assert [e.facts["n"] for e in found if e.actor == name] == list(range(each))
    assert ledger.verify().ok
