"""The process that parses a partner's file: what it cannot do, and what ends it."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from visit_files import CANARY, FORMATS, HEADER, ROWS, held, visits, write

from joinedup.core.errors import DeliveryError
from joinedup.core.limits import Limits
from joinedup.sources import read
from joinedup.sources.child import ask, calls, confine, jobs, kernel, paper

AGREED = ("visit", "postcode", "seen_on")
MIB = 1 << 20
linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's means are Linux's own")
ENOUGH_SECONDS = 20.0

READING = """
import sys
sys.path[:] = {path!r}
from pathlib import Path
from visit_files import visits
from joinedup.sources import read
read(Path({file!r}), visits("jsonl"), ("visit",))
"""


@pytest.fixture(scope="module")
def long_file(tmp_path_factory):
    """A file that takes seconds to read."""
    path = tmp_path_factory.mktemp("long") / "visits.jsonl"
    row = {"visit": 1, "post_code": "B1 1BB", "seen_on": None, "staff_note": CANARY}
    path.write_text(f"{json.dumps(row)}\n" * 400_000)
    return path


def server() -> int:
    return ask._server().process.pid


def children_of(process: int) -> list[int]:
    return [
        int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()
    ]


def open_descriptors() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def soon(holds) -> bool:
    """Whether it holds before long."""
    until = time.monotonic() + ENOUGH_SECONDS
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
    return bool(holds())


def is_there(process: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def refused(path, **limits):
    with pytest.raises(DeliveryError) as caught:
        read(path, visits(path.suffix[1:]), AGREED, limits=Limits(**limits))
    assert CANARY not in str(caught.value)
    return str(caught.value)


@linux
def test_a_child_reaches_nothing_writes_nothing_reads_nothing_else_and_starts_nothing(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"postgres://{CANARY}")
    monkeypatch.setenv("JOINEDUP_KEYS", CANARY)
    tried = jobs.probe(Limits())
    possible = ("connects", "writes", "reads", "forks", "environment", "allocates", "dumps")
    assert [name for name in possible if getattr(tried, name)] == []
    assert tried.network, "this machine has no network namespaces"
    assert tried.files, "this machine's kernel has no Landlock"
    assert tried.calls, "this machine's kernel has no seccomp"


@linux
@pytest.mark.parametrize("missing", ["unshare_network", "read_only_under", "filter_calls"])
def test_where_one_layer_is_missing_the_others_hold(monkeypatch, missing):
    without = f"kernel.{missing} = lambda *_: {-1 if missing == 'read_only_under' else False}"
    begin = f" from joinedup.sources.child import kernel; {without}; main("
    monkeypatch.setattr(ask, "BEGIN", ask.BEGIN.replace(" main(", begin))
    ask._forget()
    tried = jobs.probe(Limits())
    ask._forget()
    assert not tried.connects
    assert not tried.writes
    assert tried.forks == (missing == "filter_calls")
    assert tried.reads == (missing == "read_only_under")
    assert [tried.network, tried.files, tried.calls].count(False) == 1


@linux
def test_the_process_that_forks_children_has_nothing_of_the_office(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", CANARY)
    ask._forget()
    read(write(tmp_path, "csv"), visits("csv"), AGREED)
    place = Path("/proc") / str(server())
    assert CANARY.encode() not in (place / "environ").read_bytes()
    assert len(list((place / "task").iterdir())) == 1, "a fork of many threads may never wake"
    assert not [one for one in map(os.readlink, (place / "fd").iterdir()) if "visits" in one]


@linux
@pytest.mark.parametrize("kind", FORMATS)
def test_a_format_can_be_the_first_that_is_read(tmp_path, kind):
    ask._forget()
    ignored = ("geometry",) if kind == "geojson" else ()
    assert read(write(tmp_path, kind), visits(kind, ignored=ignored), AGREED).rows == 3


def test_reading_many_files_leaves_no_descriptor_and_no_process(tmp_path):
    path = write(tmp_path, "csv")
    read(path, visits("csv"), AGREED)
    before = open_descriptors()
    for _ in range(20):
        assert read(path, visits("csv"), AGREED).rows == 3
    assert open_descriptors() <= before
    if sys.platform == "linux":
        assert children_of(server()) == []
        assert len(list(Path(f"/proc/{server()}/fd").iterdir())) < 20


def test_several_threads_read_at_once(tmp_path):
    path, told = write(tmp_path, "csv"), []
    threads = [
        threading.Thread(target=lambda: told.append(read(path, visits("csv"), AGREED).rows))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [3] * 6


def test_too_little_memory_refuses_the_file_and_says_how_to_go_on(tmp_path):
    path = tmp_path / "visits.csv"
    path.write_text(f"{','.join(HEADER)}\n" + f"1,{'B1 1BB' * 1_400},,{CANARY}\n" * 10_000)
    text = refused(path, memory_bytes=48 * MIB)
    assert "for want of memory; the cap is 48 MB (memory_bytes)" in text
    assert "raise memory_bytes under [limits] in office.toml" in text


@pytest.fixture
def small_group():
    """A control group of 512 MB of memory, where this user may make one."""
    folder = Path("/sys/fs/cgroup/memory") / f"joinedup-test-{os.getpid()}"
    try:
        folder.mkdir()
        (folder / "memory.limit_in_bytes").write_text(str(512 * MIB))
    except OSError:
        pytest.skip("this user may make no control group of memory")
    yield folder
    assert soon(lambda: not (folder / "cgroup.procs").read_text())
    folder.rmdir()


@pytest.mark.deep
@linux
def test_in_512_mb_a_file_of_a_gigabyte_is_refused_and_the_office_goes_on(tmp_path, small_group):
    path, other = tmp_path / "visits.csv", tmp_path / "small"
    other.mkdir()
    small = write(other, "csv")
    with path.open("w") as file:
        file.write(f"{','.join(HEADER)}\n")
        for _ in range(1_000):
            file.write(f"1,{'B1 1BB' * 20},,{CANARY}\n" * 7_000)
    program = f"""
import sys
sys.path[:] = {[*sys.path, str(Path(__file__).parent)]!r}
from pathlib import Path
from joinedup.core.errors import DeliveryError
from joinedup.sources import read
from visit_files import visits
Path({str(small_group)!r}, "cgroup.procs").write_text("0")
try:
    read(Path({str(path)!r}), visits("csv"), {AGREED!r})
except DeliveryError as error:
    print(error)
print(read(Path({str(small)!r}), visits("csv"), {AGREED!r}).rows)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "for want of memory" in done.stdout
    assert "of which this machine lets 256 MB" in done.stdout
    assert done.stdout.endswith("\n3\n")
    assert CANARY not in done.stdout


def test_a_child_has_no_more_memory_than_the_machine_can_give(monkeypatch):
    limits = Limits(memory_bytes=4 << 30)
    for there, given in ((64 << 30, 4 << 30), (4 << 30, (4 << 30) - 512 * MIB), (MIB, MIB // 2)):
        monkeypatch.setattr(confine, "machine_bytes", lambda there=there: there)
        assert confine.memory_bytes(limits) == given


def test_too_much_computing_refuses_the_file_and_says_which_cap(long_file):
    assert "the cap is 1 seconds (cpu_seconds)" in refused(long_file, cpu_seconds=1)


def test_too_long_a_time_refuses_the_file_and_says_which_cap(long_file):
    text = refused(long_file, wall_seconds=1)
    assert "longer than it may; the cap is 1 seconds (wall_seconds)" in text


def test_too_large_an_answer_refuses_the_file_and_says_which_cap(tmp_path):
    path = write(tmp_path, "csv", [(n, "B1 1BB", None, CANARY) for n in range(20_000)])
    assert "the cap is 16 kB (temp_bytes)" in refused(path, temp_bytes=16 << 10)


@linux
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_child_that_is_killed_refuses_the_file_and_the_next_is_read(long_file, tmp_path, number):
    told = []

    def reading():
        told.append(refused(long_file))

    thread = threading.Thread(target=reading)
    thread.start()
    assert soon(lambda: children_of(server()))
    os.kill(children_of(server())[0], number)
    thread.join(ENOUGH_SECONDS)
    words = {signal.SIGKILL: "the system ended the reading", signal.SIGSEGV: "broke off"}
    assert words[number] in told[0]
    assert read(write(tmp_path, "csv"), visits("csv"), AGREED).rows == 3


@linux
def test_where_the_forking_process_is_killed_another_takes_its_place(long_file, tmp_path):
    told = []
    thread = threading.Thread(target=lambda: told.append(refused(long_file)))
    thread.start()
    assert soon(lambda: children_of(server()))
    first, child = server(), children_of(server())[0]
    os.kill(first, signal.SIGKILL)
    thread.join(ENOUGH_SECONDS)
    assert "was ended, or cannot start" in told[0]
    assert soon(lambda: not is_there(child)), "a child outlives the process that forked it"
    assert read(write(tmp_path, "csv"), visits("csv"), AGREED).rows == 3
    assert server() != first


@linux
def test_a_child_ends_when_the_office_is_killed(long_file):
    paths = [*sys.path, str(Path(__file__).parent)]
    program = READING.format(path=paths, file=str(long_file))
    with subprocess.Popen([sys.executable, "-c", program]) as office:
        assert soon(lambda: any(children_of(one) for one in children_of(office.pid)))
        (forking,) = children_of(office.pid)
        (child,) = children_of(forking)
        office.kill()
    assert soon(lambda: not is_there(child))
    assert soon(lambda: not is_there(forking))


@linux
def test_a_child_ends_when_nobody_waits_for_it_any_more(long_file, monkeypatch):
    monkeypatch.setattr(ask, "_receive", interrupted)
    with pytest.raises(KeyboardInterrupt):
        read(long_file, visits("jsonl"), AGREED)
    assert soon(lambda: not children_of(server()))


def interrupted(*_: object) -> None:
    assert soon(lambda: children_of(server()))
    raise KeyboardInterrupt


def test_what_goes_wrong_in_our_own_code_is_told_by_its_place_and_without_a_cell(tmp_path):
    given = held(write(tmp_path, "csv", [(*ROWS[0][:3], CANARY)]))
    with pytest.raises(DeliveryError, match=r"broke off .*\(KeyError at work.py:\d+\)") as caught:
        ask.ask(given, {"do": CANARY}, "csv")
    assert CANARY not in str(caught.value)


def test_the_answer_is_sealed_before_it_is_looked_at():
    sheet = paper.sheet()
    os.write(sheet, b"rows")
    assert paper.sealed(sheet).to_pybytes() == b"rows"
    if sys.platform == "linux":
        with pytest.raises(PermissionError):
            os.pwrite(sheet, b"more", 0)
    os.close(sheet)


def test_without_memory_files_the_answer_goes_through_a_file_without_a_name(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "memfd_create", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    sheet = paper.sheet()
    paper.put(sheet, {"rows": 3})
    assert paper.taken(sheet, 100) == {"rows": 3}
    assert paper.sealed(sheet).size == len('{"rows": 3}')
    assert not list(tmp_path.iterdir())
    os.close(sheet)


def test_where_the_kernel_offers_nothing_nothing_is_claimed(monkeypatch):
    monkeypatch.setattr(kernel, "is_linux", lambda: False)
    assert not kernel.unshare_network()
    assert not kernel.drop_capabilities()
    assert not kernel.no_new_privileges()
    assert kernel.read_only_under(["/usr"]) == -1
    assert not kernel.restrict(-1)
    assert calls.program("vax", 1) == b""
    assert not kernel.filter_calls(b"")


@pytest.mark.parametrize("machine", calls.MACHINES)
def test_the_filter_of_calls_only_jumps_forward_inside_itself_and_ends_with_an_answer(machine):
    lines = list(calls._lines(machine, 7))
    assert len(lines) < 4_096
    assert lines[-1][0] == calls.GIVE
    for place, (code, there, else_there, _) in enumerate(lines):
        if code in (calls.EQUAL, calls.ANY_BIT, calls.AT_LEAST):
            assert place + 1 + max(there, else_there) < len(lines)


def test_no_call_is_listed_twice_and_every_number_is_one_the_kernel_knew():
    for machine in calls.MACHINES:
        listed = [calls.numbers(words, machine) for words in calls.REFUSED.values()]
        numbers = [number for found in listed for number in found.values()]
        assert len(numbers) == len(set(numbers))
        assert all(0 <= number < 500 for number in numbers)
