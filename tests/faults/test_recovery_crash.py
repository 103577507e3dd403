"""Wherever a backup or a restore is broken off, the last good backup stands; it is done again."""

import json
import shutil

import pytest
from few import some

FEW = 3
FAULTS = ("KILL", "ENOSPC", "EIO")

needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is not installed, so no call can be made to fail"
)


@pytest.fixture
def vault(place):
    """A folder with one good backup, put back before each turn."""
    place.put_back(1)
    folder = place.folder / "vault"
    shutil.rmtree(folder, ignore_errors=True)
    assert place.order(args=backup(place)).code == 0
    shutil.rmtree(place.folder / "good", ignore_errors=True)
    shutil.copytree(folder, place.folder / "good")
    place.keep(8)
    assert place.deliver("people_2.csv").code == 0
    place.keep(9)
    yield folder
    for kept in ("8", "9"):
        shutil.rmtree(place.kept / kept)


def backup(place):
    return ["backup", str(place.folder / "vault"), "--home", str(place.home), "--json"]


def restore(place):
    new = place.folder / "home.new"
    keys = ["--keys", str(place.keys), "--reason", "test", "--json"]
    return ["restore", str(place.folder / "vault"), "--home", str(new), *keys]


def back(place):
    for name in ("home.new", ".home.new.restoring", "home.new.keys"):
        shutil.rmtree(place.folder / name, ignore_errors=True)


def put_back(place, vault):
    place.put_back(9)
    shutil.rmtree(vault)
    shutil.copytree(place.folder / "good", vault)
    back(place)


def points(place, vault, under, args):
    """The calls of a command on files under a folder, each with each fault."""
    put_back(place, vault)
    return [
        f"{call.name}:{'signal=KILL' if fault == 'KILL' else f'error={fault}'}:when={call.number}"
        for call in place.calls(9, under=place.folder / under, args=args)
        for fault in FAULTS
    ]


def of_backup(place, vault):
    return points(place, vault, "vault", backup(place))


def of_restore(place, vault):
    aside = points(place, vault, ".home.new", restore(place))
    return aside + points(place, vault, "home.new", restore(place))


def restored(place):
    said = place.order(args=restore(place))
    assert said.code == 0, said.out + said.err
    fsck = place.order(args=["audit", "verify", "--home", str(place.folder / "home.new")])
    assert fsck.code == 0, fsck.err
    return json.loads(said.out)["number"]


def backup_broken_off(place, vault, fault):
    put_back(place, vault)
    ended = place.order(args=backup(place), inject=[fault], trace="/dev/null")
    assert ended.code in {0, 10, 60, -9}, ended.err + ended.out
    number = restored(place)
    assert number in {1, 2}
    assert number == 2 or ended.code != 0
    back(place)
    assert place.order(args=backup(place)).code == 0
    assert restored(place) > 1
    assert json.loads(place.run("fsck", "--json").out)["ok"]


def restore_broken_off(place, vault, fault):
    put_back(place, vault)
    live = place.files()
    ended = place.order(args=restore(place), inject=[fault], trace="/dev/null")
    assert ended.code in {0, 10, 60, -9}, ended.err + ended.out
    assert restored(place) == 1
    assert {name: place.files()[name] for name in live} == live


@needs_strace
def test_a_backup_broken_off_anywhere_leaves_the_last_good_one(place, vault):
    every = of_backup(place, vault)
    for fault in some(every, FEW):
        backup_broken_off(place, vault, fault)


@needs_strace
def test_a_restore_broken_off_anywhere_is_done_again(place, vault):
    every = of_restore(place, vault)
    for fault in some(every, FEW):
        restore_broken_off(place, vault, fault)


@needs_strace
@pytest.mark.deep
@pytest.mark.timeout(7200)
def test_backup_and_restore_broken_off_at_every_call(place, vault):
    for fault in of_backup(place, vault):
        backup_broken_off(place, vault, fault)
    for fault in of_restore(place, vault):
        restore_broken_off(place, vault, fault)
