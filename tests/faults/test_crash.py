"""At whatever call a delivery is broken off, there is the version before or the one after."""

import json
import shutil

import pytest
from few import some

FAULTS = ("EIO", "ENOSPC", "KILL")
FEW = 6
UNREAD = 20
REFUSED = {0, 10, 60}
"""A refusal of the disk is told as one of the home, of a key file, or was of no consequence."""


ROWS = {0: 0, 1: 50, 2: 60}
FILES = {1: "people_1.csv", 2: "people_2.csv"}


def version(place):
    """The number of the newest version, 0 if there is none; it can be read whole in every side."""
    from joinedup.records.home import connect
    from joinedup.store.lake import Lake
    from joinedup.store.sides import identifiers_of

    connect(place.home)
    try:
        lake = Lake(place.home)
        now = lake.current("admitted.people")
        if now is None:
            return 0
        named = lake.read(now.table, named=identifiers_of(now)).to_table()
        tokens = lake.read(now.table, tokens="insight").to_table()
        assert named.num_rows == tokens.num_rows == ROWS[now.number]
        assert named["nhs"].to_pylist() == [f"94347{n:05}" for n in range(named.num_rows)]
        return now.number
    finally:
        from django.db import connection

        connection.close()


def broken_off(place, fault, *, after, sweep=True):
    """Deliver a file with this fault; look, sweep or not, deliver again, look again."""
    place.put_back(after)
    file = FILES[after + 1]
    ended = place.deliver(file, inject=[fault], trace="/dev/null")
    if ended.code == UNREAD:  # the same call of the process that reads files was hit as well
        assert json.loads(ended.out)["message"].startswith(f"{file}: "), ended.out
    else:
        assert ended.code in REFUSED | {-9}, ended.err
    assert str(place.home) not in ended.err + ended.out
    found = json.loads(place.run("fsck", "--json").out)
    assert all("broke off" in one["what"] for one in found["problems"]), found
    number = version(place)
    assert number in {after, after + 1}
    assert number == after + 1 or ended.code != 0
    if sweep:
        swept = place.run("fsck", "--sweep", "--json")
        assert json.loads(swept.out)["ok"], swept.out
        assert version(place) == number
    again = place.deliver(file)
    assert again.code == 0, again.err
    assert json.loads(again.out)["already_delivered"] is (number == after + 1)
    assert version(place) == after + 1
    last = place.run("fsck", "--json")  # a writing clears what broken-off ones of its table left
    assert json.loads(last.out)["ok"], last.out


needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is not installed, so no call can be made to fail"
)


def calls(place, after):
    """Every call of a delivery on a file of the home or its keys."""
    file = [str(place.folder / FILES[after + 1]), "--json"]
    return place.calls(after, args=["deliver", "people", *file, *place.places])


def points(place, after):
    """Every call of a delivery on a file of the home or its keys, with each fault."""
    made = calls(place, after)
    names = {"openat", "write", "pwrite64", "fsync", "rename", "unlink", "close"}
    assert names | ({"mkdir"} if after == 0 else set()) <= {call.name for call in made}
    return [
        f"{call.name}:{'signal=KILL' if fault == 'KILL' else f'error={fault}'}:when={call.number}"
        for call in made
        for fault in FAULTS
    ]


@needs_strace
@pytest.mark.parametrize("after", [0, 1])
def test_a_delivery_broken_off_anywhere_leaves_one_version_whole(place, after):
    """Some of the calls, spread evenly; all of them in `make deep`."""
    every = points(place, after)
    for number, fault in enumerate(some(every, FEW)):
        broken_off(place, fault, after=after, sweep=number % 3 == 0)


@needs_strace
def test_a_part_that_would_not_close_is_a_refusal_of_the_disk(place):
    """Arrow says so in an error without a number."""
    closing = next(
        call.number for call in calls(place, 0) if call.name == "close" and ".staging" in call.path
    )
    broken_off(place, f"close:error=EIO:when={closing}", after=0)


@needs_strace
@pytest.mark.deep
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("after", [0, 1])
def test_a_delivery_broken_off_at_every_call_leaves_one_version_whole(place, after):
    for fault in points(place, after):
        broken_off(place, fault, after=after)


ROTATED = ["root", "all"]
OF_EACH_KIND = {
    "table admitted.people",
    "identifiers admitted.people",
    "tokens insight admitted.people",
    "seal of the ledger",
    "anchors of the ledger",
}
"""Keys of data, of pseudonyms, of the ledger's seals, and the one that signs anchors."""


def rotations(place):
    """Every call of a rotation on a file of the home or its keys, with each fault."""
    place.put_back(1)
    assert set(json.loads(place.run("keys", "list", "--json").out)["keys"]) >= OF_EACH_KIND
    made = place.calls(1, args=["keys", "rotate", *ROTATED, "--json", *place.places])
    assert {"openat", "write", "fsync", "rename"} <= {call.name for call in made}
    return [
        f"{call.name}:{'signal=KILL' if fault == 'KILL' else f'error={fault}'}:when={call.number}"
        for call in made
        for fault in ("KILL", "EIO")
    ]


def verified(place, fault):
    """Every event bears a seal, and an anchor a signature, of a key that there is or was."""
    said = place.run("audit", "verify", "--against", str(place.folder / "anchor.json"), "--json")
    assert said.code == 0, (fault, said.out)
    told = json.loads(said.out)
    assert (told["seals_checked"], told["unsealed"], told["anchors"]) == (True, 0, 1)


def rotation_broken_off(place, fault):
    """Rotate with this fault: what was written opens, new things are written, nothing is left."""
    place.put_back(1)
    ended = place.run("keys", "rotate", *ROTATED, inject=[fault], trace="/dev/null")
    assert ended.code in REFUSED | {-9}, ended.err
    verified(place, fault)
    assert version(place) == 1
    again = place.run("keys", "rotate", *ROTATED, "--json")
    assert again.code == 0, again.err
    verified(place, fault)
    assert version(place) == 1
    assert place.deliver("people_2.csv").code == 0
    assert version(place) == 2
    assert json.loads(place.run("fsck", "--json").out)["ok"]
    verified(place, fault)
    left = [path.name for path in place.keys.iterdir() if path.name.startswith(".")]
    assert left == [".lock"]


@needs_strace
def test_a_rotation_broken_off_anywhere_leaves_the_old_keys_or_the_new(place):
    every = rotations(place)
    for fault in some(every, FEW - 2):
        rotation_broken_off(place, fault)


@needs_strace
@pytest.mark.deep
@pytest.mark.timeout(7200)
def test_a_rotation_broken_off_at_every_call_leaves_the_old_keys_or_the_new(place):
    for fault in rotations(place):
        rotation_broken_off(place, fault)


def test_a_rotation_is_told_before_it_is_done_and_names_no_key(place):
    from joinedup.records import keyring

    place.put_back(1)
    before = keyring.ids(place.home).there
    rotated = json.loads(place.run("keys", "rotate", "all", "--json").out)["rotated"]
    assert {one["key"] for one in rotated}.isdisjoint(before)
    last = json.loads(place.run("audit", "show", "--last", "1", "--json").out)
    assert (last["kind"], last["facts"]["rotates"]) == ("key", [one["name"] for one in rotated])
    assert json.loads(place.run("keys", "list", "--json").out)["keys"] == last["facts"]["rotates"]
    refused = place.run("keys", "rotate", "table admitted.nothing")
    assert refused.code == 10
    assert keyring.ids(place.home).there > before
