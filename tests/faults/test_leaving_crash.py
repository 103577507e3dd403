"""Wherever a release is broken off, it left or did not; what it left behind is named, or gone."""

import json
import shutil

import pytest

FAULTS = ("KILL", "EIO")
DISK = {0, 10, 50, 60, -9}
NAMED = ("broke off", "nothing on record says")
CHECK = ("release", "check", "rank", "--for", "council", "--as", "R. Eader")
RELEASE = ("release", "rank", "--for", "council", "--as", "A. Nalyst")

needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is not installed, so no call can be made to fail"
)


def points(office, after, words):
    """Every call of a command on a file of the home, with each fault."""
    made = office.calls(after, args=[*words, *office.places])
    assert {"openat", "write", "fsync", "rename"} <= {call.name for call in made}
    return [
        f"{call.name}:{'signal=KILL' if fault == 'KILL' else f'error={fault}'}:when={call.number}"
        for call in made
        for fault in FAULTS
    ]


def problems(office, *more):
    return json.loads(office.run("fsck", "--json", *more).out)["problems"]


def left(office):
    """What left, by the log, and what lies in the outbox."""
    log = json.loads(office.run("release", "log", "--json").out)
    outbox = office.home / "outbox"
    there = sorted(path.name for path in outbox.iterdir()) if outbox.is_dir() else []
    return [one["folder"] for one in log], there


def broken_off(office, after, words, fault):
    """Do it with this fault; look; sweep; do it again; look again."""
    office.put_back(after)
    ended = office.run(*words, inject=[fault], trace="/dev/null")
    assert ended.code in DISK, ended.err
    for one in problems(office):
        assert any(said in one["what"] for said in NAMED), (fault, one)
    told, there = left(office)
    named = {one["where"].partition("/")[2] for one in problems(office)}
    assert set(told) ^ set(there) <= named, (fault, told, there, named)
    swept = {one["where"] for one in problems(office, "--sweep")}
    assert not any("/." in where for where in swept), (fault, swept)
    again = office.run(*words)
    assert again.code == 0, (fault, again.err)
    assert problems(office) == [], fault
    assert office.run("audit", "verify").code == 0
    if words == RELEASE:
        told, there = left(office)
        assert told == there
        assert len(told) == 1


@needs_strace
@pytest.mark.deep
@pytest.mark.timeout(7200)
@pytest.mark.parametrize(("after", "words"), [(0, CHECK), (1, RELEASE)], ids=["check", "release"])
def test_a_release_broken_off_at_every_call_is_done_again(office, after, words):
    for fault in points(office, after, words):
        broken_off(office, after, words, fault)


@needs_strace
def test_a_release_killed_between_its_files_and_its_commit_is_named_and_done_again(office):
    """The files are in the outbox, and nothing says that they left."""
    made = office.calls(1, args=[*RELEASE, *office.places])
    laid = next(
        place for place, one in enumerate(made) if one.name == "rename" and "/outbox/." in one.path
    )
    # The last page that is written to the log of the database is what makes it a commit.
    wrote = next(one for one in made[laid:] if one.name == "pwrite64" and "-wal" in one.path)
    office.put_back(1)
    fault = f"{wrote.name}:signal=KILL:when={wrote.number}"
    ended = office.run(*RELEASE, inject=[fault], trace="/dev/null")
    assert ended.code == -9
    (told,) = problems(office)
    assert "nothing on record says that this left" in told["what"]
    assert office.run(*RELEASE).code == 0
    assert problems(office) == []
