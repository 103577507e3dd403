"""Many writers share a commit, and nobody is told of a number before the disk has the event."""

import signal
import subprocess
import sys
import threading
import time

import pytest

from joinedup.core.errors import RecordsError
from joinedup.records.home import transaction

WRITER = """
import os
import sys
from pathlib import Path
from joinedup.records.home import connect
connect(Path(sys.argv[1]))
from joinedup.records import together
together.LONGEST_WAIT_SECONDS = 60
if sys.argv[4] == "lets another lead":
    together.LOOK_SECONDS = 0.5
if sys.argv[4] == "dies before its commit":
    together.waiting.note = lambda *lead: os._exit(9)
if sys.argv[4] == "dies after its commit":
    together.waiting.Seat.tell = lambda *told: os._exit(9)
for number in range(int(sys.argv[3])):
    seq = together.record(Path(sys.argv[1]), "test", actor=sys.argv[2], facts={"n": number})
    print(number, seq, flush=True)
"""


def writer(home, name, each, fate=""):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home), name, str(each), fate],
        stdout=subprocess.PIPE,
        text=True,
    )


def told(output):
    """What a writer was told: its own count, and the event's number."""
    return [tuple(map(int, line.split())) for line in output.splitlines()]


def chained():
    from joinedup.records import ledger

    verdict = ledger.verify()
    assert verdict.ok, verdict
    return list(ledger.events())


def test_an_event_is_on_the_disk_when_its_number_comes_back(home):
    from joinedup.records.together import record

    assert [record(home, "test", actor="ana", subject=f"s{n}", facts={"n": n}) for n in (1, 2)] == [
        1,
        2,
    ]
    assert [(event.subject, event.facts) for event in chained()] == [
        ("s1", {"n": 1}),
        ("s2", {"n": 2}),
    ]


def test_eight_processes_write_one_chain_and_each_is_told_its_own_numbers(home):
    each = 20
    writers = {f"w{n}": writer(home, f"w{n}", each) for n in range(8)}
    answers = {name: told(one.communicate()[0]) for name, one in writers.items()}
    found = chained()
    assert [event.seq for event in found] == list(range(1, 8 * each + 1))
    for name, said in answers.items():
        mine = [(event.facts["n"], event.seq) for event in found if event.actor == name]
        assert said == mine == sorted(mine)
        assert len(mine) == each
    assert seats(home) == set()


def seats(home):
    """Whose places there are now."""
    from joinedup.records import waiting

    return {path.name for path in (home / "waiting").iterdir()} - {waiting.LEAD}


def test_a_seat_goes_with_its_thread(home):
    from joinedup.records.together import record

    def write(name):
        from django.db import connection

        record(home, "test", actor=name)
        connection.close()

    write("here")
    (mine,) = seats(home)
    threads = [threading.Thread(target=write, args=(f"t{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seats(home) == {mine}
    write("here")
    assert seats(home) == {mine}


def test_threads_of_one_process_share_commits(home, monkeypatch):
    from joinedup.records import together

    batches, answers, began = [], {}, threading.Barrier(8)
    chain = together.append_all

    def slowly(entries):
        time.sleep(0.02)  # as on a slow disk: the others come to wait
        batches.append(len(entries))
        return chain(entries)

    def write(name):
        from django.db import connection

        began.wait()
        answers[name] = [
            together.record(home, "test", actor=name, facts={"n": number}) for number in range(5)
        ]
        connection.close()

    monkeypatch.setattr(together, "append_all", slowly)
    threads = [threading.Thread(target=write, args=(f"t{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = chained()
    assert len(found) == sum(batches) == 40
    assert len(batches) < 30
    assert {name: [e.seq for e in found if e.actor == name] for name in answers} == answers


def test_what_is_chained_with_its_row_and_what_is_recorded_alone_make_one_chain(home):
    from joinedup.records import ledger
    from joinedup.records.together import record

    for _ in range(3):
        record(home, "alone", actor="ana")
        with transaction():
            ledger.append("with a row", actor="ana")
    assert [event.kind for event in chained()] == ["alone", "with a row"] * 3


def test_an_event_that_must_be_on_the_disk_is_refused_inside_a_transaction(home):
    from joinedup.records.together import record

    with pytest.raises(RecordsError, match="cannot wait"), transaction():
        record(home, "test", actor="ana")
    assert chained() == []


@pytest.mark.parametrize("error", [OSError("full"), "database"])
def test_if_it_cannot_be_written_it_is_refused_and_heals_by_itself(home, monkeypatch, error):
    from django.db import OperationalError

    from joinedup.records import together

    def fail(*_):
        raise OperationalError("gone") if error == "database" else error

    with monkeypatch.context() as patch:
        patch.setattr(together, "append_all", fail)
        with pytest.raises(RecordsError, match="nothing was done"):
            together.record(home, "test", actor="ana")
    assert seats(home) == set()
    assert together.record(home, "test", actor="ana") == 1
    assert len(chained()) == 1


def test_a_commit_that_fails_at_the_last_moment_acknowledges_nobody(home, monkeypatch):
    from django.db import OperationalError, connection

    from joinedup.records import together

    def fail():
        raise OperationalError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "_commit", fail)
        with pytest.raises(RecordsError, match="nothing was done"):
            together.record(home, "test", actor="ana")
    connection.close()
    assert together.record(home, "test", actor="bo") == 1
    assert [event.actor for event in chained()] == ["bo"]


def test_a_folder_that_cannot_be_written_to_refuses(home):
    from joinedup.records.together import record

    (home / "waiting").write_text("in the way")
    with pytest.raises(RecordsError, match="nothing was done"):
        record(home, "test", actor="ana")


@pytest.mark.parametrize("fate", ["dies before its commit", "dies after its commit"])
def test_a_leader_that_dies_neither_loses_nor_doubles_the_events_of_those_who_wait(home, fate):
    """The one who dies leads while the lock is held here, so that another waits with it."""
    import fcntl

    from joinedup.records.together import record

    record(home, "test", actor="first")
    here = seats(home)
    with (home / "waiting/.lead").open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        dying = writer(home, "dying", 1, fate)
        await_waiting(home, here, 1)
        lives = writer(home, "lives", 1, "lets another lead")
        await_waiting(home, here, 2)
    assert dying.communicate()[0] == ""
    assert dying.returncode == 9
    said = told(lives.communicate()[0])
    found = [(event.actor, event.seq) for event in chained()]
    assert [seq for name, seq in found if name == "lives"] == [seq for _, seq in said]
    assert len(said) == 1
    times = [name for name, _ in found].count("dying")  # it may still be seen waiting as it dies
    assert times == 1 if fate == "dies after its commit" else times <= 1
    assert record(home, "test", actor="last") == len(found) + 1


def await_waiting(home, here, count):
    """Until so many others have an event that waits."""
    from joinedup.records.waiting import Seat

    until = time.monotonic() + 60
    while sum(Seat(home / "waiting", name).waits for name in seats(home) - here) < count:
        assert time.monotonic() < until, "no writer came"
        time.sleep(0.01)


def test_a_note_that_was_half_written_and_the_seats_of_the_dead_are_no_hindrance(home):
    from joinedup.records import waiting
    from joinedup.records.together import record

    record(home, "test", actor="ana")
    waiting.give_up()
    with (home / "waiting/.lead").open("r+b") as note:
        note.write(b'{"hash": "')
    (home / "waiting" / ("0" * 32)).write_bytes(b"\x01" * 64)
    (home / "waiting" / ("1" * 32)).write_bytes(b"")
    assert record(home, "test", actor="ana") == 2
    assert [event.kind for event in chained()] == ["test", "test"]
    assert not seats(home) & {"0" * 32, "1" * 32}


@pytest.mark.usefixtures("sqlite_home")
def test_a_seat_half_written_is_read_by_nobody(tmp_path):
    """Its bytes are put there one by one, as another processor may see them come."""
    import os

    from joinedup.records import ledger
    from joinedup.records.waiting import Seat

    whole = Seat(tmp_path, "a" * 32, os.O_CREAT)
    whole.lay(ledger.Entry("first", "ana", "s", "{}"))
    whole.tell(1, 7)
    assert (whole.number, whole.waits) == (7, False)
    before = whole.text[:]
    whole.lay(ledger.Entry("second", "bo", "s" * 150, '{"n":12}'))
    after = whole.text[:]
    assert (whole.number, whole.waits) == (None, True)
    half = Seat(tmp_path, "b" * 32, os.O_CREAT)
    changed = [place for place in range(len(before)) if before[place] != after[place]]
    for order in (changed, changed[::-1]):
        half.text[:] = before
        for place in order[:-1]:
            half.text[place] = after[place]
            assert half.entry() in {None, whole.entry()} or half.ticket == 1
        half.text[order[-1]] = after[order[-1]]
        assert half.entry() == whole.entry()


def test_a_child_of_a_process_has_a_seat_of_its_own(home):
    import os

    from joinedup.records.together import record

    assert record(home, "test", actor="parent") == 1
    child = os.fork()
    if not child:
        from django.db import connections

        connections["default"].connection = None  # the parent's, not ours to close
        os._exit(0 if record(home, "test", actor="child") == 2 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert record(home, "test", actor="parent") == 3
    assert [event.actor for event in chained()] == ["parent", "child", "parent"]


def test_an_event_longer_than_a_seat_makes_it_longer(home):
    from joinedup.records.together import record

    long = {"n": ["x" * 3_000] * 60}
    record(home, "test", actor="ana", facts={"n": 1})
    record(home, "test", actor="ana", facts=long)
    record(home, "test", actor="ana", facts={"n": 2})
    assert [event.facts for event in chained()] == [{"n": 1}, long, {"n": 2}]


def test_writers_killed_at_random_lose_nothing_they_were_told(sqlite_home):
    writers = [writer(sqlite_home, f"w{n}", 100_000) for n in range(4)]
    for number, one in enumerate(writers):
        one.stdout.readline()  # at work
        time.sleep(0.05 * number)
    for one in writers:
        one.send_signal(signal.SIGKILL)
    answers = [told(one.communicate()[0]) for one in writers]
    found = {event.seq: event for event in chained()}
    assert len({(event.actor, event.facts["n"]) for event in found.values()}) == len(found)
    for name, said in enumerate(answers):
        for number, seq in said:
            assert (found[seq].actor, found[seq].facts["n"]) == (f"w{name}", number)
