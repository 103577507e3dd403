"""An upgrade of the records that is broken off anywhere is resumed, and no event is lost."""

import shutil

import pytest
from few import some

OLD = ("0001_initial", "0002_ledger_guard")
KEPT = 7
GENESIS = "0" * 64
COLUMNS = ("seq", "at", "kind", "actor", "subject", "facts", "previous")
FEW, EVENTS, MANY = 8, 2_000, 1_000_000

needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is not installed, so no call can be made to fail"
)


def age(place, events):
    """Leave a home as an early version would have, with so many events."""
    from joinedup.records.home import applied, connect_to_fill, known, transaction

    shutil.rmtree(place.home, ignore_errors=True)
    connect_to_fill(place.home, OLD)
    from django.db import connection

    assert applied() == OLD
    assert len(known()) > len(OLD)
    end = GENESIS
    for first in range(0, events, 10_000):
        some = range(first, min(first + 10_000, events))
        with transaction():
            end = written(connection, some, end)
    connection.close()
    shutil.rmtree(place.kept / str(KEPT), ignore_errors=True)
    place.keep(KEPT)


def written(connection, numbers, end):
    """Events as the first version wrote them; gives the hash of the last."""
    from joinedup.records.ledger import HEAD, hashed

    rows = []
    for number in numbers:
        one = {"seq": number + 1, "at": "2026-01-01T00:00:00.000000Z", "kind": "old", "actor": "a"}
        one |= {"subject": "", "facts": f'{{"n":{number}}}', "previous": end, "trace": ""}
        end = hashed(one)
        rows.append((*(one[name] for name in COLUMNS), end))
    with connection.cursor() as cursor:
        names = ", ".join((*COLUMNS, "hash"))
        marks = ", ".join(["%s"] * (len(COLUMNS) + 1))
        cursor.executemany(f"insert into records_ledgerevent ({names}) values ({marks})", rows)
        cursor.execute("delete from records_ledgerhead")
        head = (HEAD, rows[-1][0], end)
        cursor.execute("insert into records_ledgerhead (id, seq, hash) values (%s, %s, %s)", head)
    return end


def upgraded(place, fault, events):
    """Break an upgrade off, then do it again: every event is there, and all tables are."""
    place.put_back(KEPT)
    verify = ["audit", "verify", "--home", str(place.home), "--json"]
    ended = place.order(args=verify, inject=[fault], trace="/dev/null")
    assert ended.code in {0, 60, -9}, ended.err
    again = place.order(args=verify)
    assert again.code == 0, again.out
    assert f'"events": {events}' in again.out
    assert place.run("fsck").code == 0


def points(place):
    verify = ["audit", "verify", "--home", str(place.home), "--json"]
    calls = place.calls(KEPT, args=verify)
    assert {"openat", "pwrite64", "unlink"} & {call.name for call in calls}
    return [
        f"{call.name}:{'signal=KILL' if fault == 'KILL' else f'error={fault}'}:when={call.number}"
        for call in calls
        for fault in ("KILL", "EIO", "ENOSPC")
    ]


@needs_strace
def test_an_upgrade_broken_off_anywhere_is_resumed(place):
    age(place, EVENTS)
    every = points(place)
    for fault in some(every, FEW):
        upgraded(place, fault, EVENTS)


@needs_strace
@pytest.mark.deep
@pytest.mark.timeout(7200)
def test_an_upgrade_of_a_million_events_broken_off_anywhere_is_resumed(place):
    age(place, MANY)
    every = points(place)
    for fault in some(every, 40):
        upgraded(place, fault, MANY)
