"""Is a restored home the one that was backed up, and is a damaged backup refused?"""

import json
import os
import shutil
import stat
import threading

import pytest
from recovery_place import CANARY, ROWS, close, last_event, tree

from joinedup.records import keyring
from joinedup.records.home import connect


def rows_of(home):
    """The rows of the newest version, by a reader who may name people."""
    from joinedup.store.lake import Lake
    from joinedup.store.sides import identifiers_of

    connect(home)
    lake = Lake(home)
    now = lake.current("admitted.people")
    found = lake.read(now.table, named=identifiers_of(now)).to_table().to_pylist()
    close()
    return found


def told(place, home):
    """What a home says of its ledger, its rows and itself."""
    assert place.say("audit", "verify", "--home", home).code == 0
    assert place.run("fsck", "--json", home=home).facts()["ok"]
    return rows_of(home)


def test_a_restored_home_is_the_one_that_was_backed_up(place):
    made = place.backup().facts()
    back = place.restore().facts()
    assert (back["number"], back["events"]) == (made["number"], made["events"])
    assert told(place, place.new) == told(place, place.home)
    assert tree(place.new / "lake") == tree(place.home / "lake")
    assert stat.S_IMODE(place.new.stat().st_mode) == 0o700
    assert not (place.folder / f".{place.new.name}.restoring").exists()
    place.deliver(ROWS + 1)  # the live home goes on


def test_a_recovery_is_told_with_who_and_why_and_is_not_made_without(place):
    place.backup()
    refused = place.say("restore", place.vault, "--home", place.new, "--keys", place.keys)
    assert refused.code == 10
    assert "--reason" in refused.err
    assert not place.new.exists()
    place.restore()
    event = last_event(place, place.new)
    assert (event["kind"], event["actor"]) == ("recovery", "R. Estorer")
    assert event["facts"]["reason"] == "disk broke"


def test_the_restored_log_is_a_beginning_of_the_live_one_and_one_event_more(place):
    made = place.backup().facts()
    place.deliver(ROWS + 1)
    place.restore()
    live = place.say("audit", "show", "--last", "9999", "--home", place.home, "--json").out
    back = place.say("audit", "show", "--last", "9999", "--home", place.new, "--json").out
    count = made["events"]
    assert back.splitlines()[:count] == live.splitlines()[:count]
    assert len(back.splitlines()) == count + 1


def test_nothing_of_a_person_and_no_key_is_in_a_backup(place):
    place.backup()
    named = [keyring.key(place.home, name).secret for name in keyring.names(place.home)]
    secrets = [*keyring.roots_of(place.home).secrets, *named]
    words = [CANARY, "94347", "surname", "people", "council", SIGNER]
    for name, content in tree(place.vault).items():
        assert not any(word.encode() in content for word in words), name
        assert not any(one in content or one.hex().encode() in content for one in secrets), name
    for path in [place.vault, *place.vault.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name


SIGNER = "Name of the person"


def test_only_what_is_new_is_written_again(place):
    first = place.backup().facts()
    again = place.backup().facts()
    assert first["copied"] == first["parts"] > 0
    assert (again["copied"], again["number"]) == (0, 2)
    place.deliver(ROWS + 1)
    more = place.backup().facts()
    assert 0 < more["copied"] < more["parts"]
    assert place.restore().facts()["number"] == 3
    older = place.folder / "older"
    assert place.restore("--snapshot", "1", home=older).facts()["events"] == first["events"]
    assert len(rows_of(older)) == ROWS


def test_old_snapshots_are_removed_and_what_is_kept_is_whole(place):
    place.backup()
    place.deliver(ROWS + 1)
    place.backup("--keep", "1")
    assert len(list((place.vault / "snapshots").iterdir())) == 1
    assert place.restore("--snapshot", "1").code == 10
    assert place.restore().facts()["number"] == 2


def test_restoring_twice_changes_nothing_and_into_another_home_is_refused(place):
    place.backup()
    place.restore()
    before = tree(place.new)
    again = place.restore().facts()
    assert again["already"]
    after = tree(place.new)
    assert {n: c for n, c in after.items() if "sqlite3-" not in n} == before
    place.deliver(ROWS + 1, home=place.new)
    assert place.restore().code == 10  # it was used since
    live = tree(place.home)
    assert place.restore(home=place.home).code == 10
    assert tree(place.home) == live
    (place.folder / "busy").mkdir()
    (place.folder / "busy" / "a file").write_text("mine")
    assert place.restore(home=place.folder / "busy").code == 10


def test_without_its_keys_a_backup_is_refused_and_nothing_is_made(place, tmp_path):
    place.backup()
    before = tree(place.vault)
    words = ("restore", place.vault, "--home", place.new, "--reason", "why")
    assert place.say(*words).code == 10
    other = tmp_path / "others"
    keyring.make_root(other)
    assert place.say(*words, "--keys", other).code == 60
    assert not place.new.exists()
    assert [path.name for path in other.iterdir()] == ["root.key"]
    assert tree(place.vault) == before


@pytest.mark.parametrize("where", ["home", "home/lake", "home.keys", "."])
def test_a_backup_never_lies_with_the_home_or_the_keys(place, where):
    before = tree(place.home / "lake")
    said = place.say("backup", place.folder / where, "--home", place.home)
    assert said.code == 10
    assert tree(place.home / "lake") == before


def spoil(path, how, at):
    """Flip, cut or remove one file."""
    content = path.read_bytes()
    if how == "flip":
        at = at % len(content)
        path.write_bytes(content[:at] + bytes([content[at] ^ (1 << at % 8)]) + content[at + 1 :])
    elif how == "cut":
        path.write_bytes(content[: at % len(content)])
    elif how == "grow":
        path.write_bytes(content + b"\0")
    else:
        path.unlink()


HOW = ("flip", "cut", "grow", "remove")


def test_a_backup_damaged_in_any_of_two_hundred_ways_is_refused_by_name(place):
    place.backup()
    place.deliver(ROWS + 1)
    place.backup()
    live = tree(place.home)
    whole = tree(place.vault)
    files = [name for name in whole if name != ".lock"]
    assert len(files) >= 10
    for turn in range(200):
        name, how = files[turn % len(files)], HOW[turn // len(files) % len(HOW)]
        path = place.vault / name
        (place.vault / name).chmod(0o600)
        spoil(path, how, 7919 * turn + turn)
        said = place.restore()
        assert said.code == 60, (name, how, said.out)
        assert path.name in json.loads(said.out)["message"], (name, how, said.out)
        assert not place.new.exists()
        path.write_bytes(whole[name])
    assert tree(place.home) == live
    assert place.restore().code == 0


def test_a_snapshot_asked_for_by_number_needs_only_its_own_files(place):
    place.backup()
    place.deliver(ROWS + 1)
    place.backup()
    (place.vault / "dumps" / "00000001.sealed").unlink()
    assert place.restore().code == 60
    assert place.restore("--check").code == 60
    assert place.restore("--snapshot", "2").code == 0


def test_a_file_of_another_backup_is_not_taken_for_one_of_this(place):
    place.backup()
    place.deliver(ROWS + 1)
    place.backup()
    one, two = (place.vault / "snapshots" / f"0000000{n}.sealed" for n in (1, 2))
    content = one.read_bytes()
    shutil.copy(two, one)
    two.write_bytes(content)
    assert place.restore().code == 60


def test_a_full_or_slow_disk_leaves_the_last_good_backup(place, monkeypatch):
    from joinedup.store.backup import make, vault

    good = place.backup().facts()
    before = tree(place.vault)
    place.deliver(ROWS + 1)
    real, left = vault._Hashing.write, [0]

    def full(self, content):
        left[0] -= len(content)
        if left[0] < 0:
            raise OSError(28, os.strerror(28))
        real(self, content)

    monkeypatch.setattr(vault._Hashing, "write", full)
    for room in (0, 100, 3_000, 6_000, 9_000):
        left[0] = room
        said = place.backup()
        assert said.code == 60
        assert "disk refuses" in json.loads(said.out)["message"]
        assert not list((place.vault / ".aside").iterdir())
    monkeypatch.undo()
    monkeypatch.delenv("JOINEDUP_KEYS", raising=False)
    monkeypatch.setattr(make._Deadline, "__call__", lambda _self: make._Deadline(-1).late())
    assert "given up" in json.loads(place.backup().out)["message"]
    monkeypatch.undo()
    after = tree(place.vault)
    assert {name: after[name] for name in before if name != "dumps/00000002.sealed"} == before
    assert place.restore().facts()["events"] == good["events"]
    assert place.backup().facts()["number"] == 2


def test_a_backup_of_a_home_that_is_not_whole_is_refused(place):
    part = next(iter((place.home / "lake").rglob("*.parquet")))
    content = part.read_bytes()
    part.chmod(0o600)
    part.write_bytes(content[:100] + b"x" + content[101:])
    assert place.backup().code == 60
    part.unlink()
    said = place.backup()
    assert said.code == 60
    assert part.name in said.out
    part.write_bytes(content)
    assert place.backup().code == 0


def test_a_backup_made_while_others_write_is_of_one_moment(place):
    stop, faults = threading.Event(), []

    def write():
        from joinedup.records.home import transaction
        from joinedup.records.ledger import append

        number = 0
        try:
            while not stop.is_set():
                with transaction():
                    append("pair", actor="w", facts={"number": number})
                    append("pair", actor="w", facts={"number": number})
                number += 1
        except Exception as error:  # noqa: BLE001 - told below, in the thread of the test
            faults.append(error)
        finally:
            close()

    from joinedup.store.backup import make

    connect(place.home)
    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [
            make.backup(place.home, place.vault, actor="b", keep=9, within=60) for _ in range(4)
        ]
    finally:
        stop.set()
        writer.join()
    assert not faults
    close()
    events = [one.events for one in made]
    assert events == sorted(set(events))
    for one in made:
        home = place.folder / f"new{one.number}"
        place.restore("--snapshot", one.number, home=home)
        assert place.say("audit", "verify", "--home", home).code == 0
        found = place.say("audit", "show", "--last", "99999", "--home", home, "--json").out
        pairs = [json.loads(line) for line in found.splitlines() if '"kind":"pair"' in line]
        assert len(pairs) % 2 == 0
