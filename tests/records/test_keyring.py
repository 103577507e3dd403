"""Are the keys of a home outside it, its owner's alone, and never made a second time?"""

import errno
import json
import multiprocessing
import os
import shutil
import stat

import pytest

from joinedup.core.errors import ProjectError, RecordsError
from joinedup.records import keyring
from joinedup.records.keyring import key_folder, load_roots, make_root, rotate_root


def names(folder):
    """The files of a key folder, without the lock that nothing is written into."""
    return sorted(path.name for path in folder.iterdir() if path.name != keyring.LOCK_FILE)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "keys"


def test_the_root_is_made_once_and_is_the_owners_alone(folder):
    made = make_root(folder)
    assert stat.S_IMODE((folder / "root.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    before = (folder / "root.key").read_bytes()
    with pytest.raises(ProjectError, match="never overwritten"):
        make_root(folder)
    assert (folder / "root.key").read_bytes() == before
    assert load_roots(folder).secrets == made.secrets
    assert names(folder) == ["root.key"]


def test_a_missing_root_is_an_error_and_makes_nothing(folder):
    with pytest.raises(ProjectError, match="cannot be opened"):
        load_roots(folder)
    assert not folder.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_a_root_that_others_can_read_or_change_is_refused(folder, mode):
    make_root(folder)
    (folder / "root.key").chmod(mode)
    with pytest.raises(ProjectError, match="others than its owner"):
        load_roots(folder)


def test_a_folder_that_others_can_write_to_is_refused(folder):
    make_root(folder)
    folder.chmod(0o770)
    with pytest.raises(ProjectError, match="in place of the key file"):
        load_roots(folder)


def test_every_bit_of_the_root_matters(folder):
    make_root(folder)
    path = folder / "root.key"
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(RecordsError) as told:
            load_roots(folder)
        assert whole.decode().split()[1] not in str(told.value)
    for cut in (0, 10, len(whole) - 1):
        path.write_bytes(whole[:cut])
        with pytest.raises(RecordsError):
            load_roots(folder)


@pytest.mark.parametrize("call", ["fsync", "link", "replace"])
def test_a_write_that_fails_leaves_the_old_keys_or_none_and_no_passing_file(
    folder, monkeypatch, call
):
    def fail(*_arguments, **_named):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, call, fail)
    if call != "replace":
        with pytest.raises(ProjectError, match="cannot be written"):
            make_root(folder)
        assert names(folder) == []
    monkeypatch.undo()
    make_root(folder)
    before = (folder / "root.key").read_bytes()
    monkeypatch.setattr(os, call, fail)
    if call != "link":
        with pytest.raises((ProjectError, OSError)):
            rotate_root(folder)
        assert (folder / "root.key").read_bytes() == before
        assert names(folder) == ["root.key"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.delenv("JOINEDUP_KEYS", raising=False)
    place = tmp_path / "home"
    place.mkdir()
    return place


@pytest.mark.parametrize("room", [".", "lake", "outbox", "lake/deep"])
def test_keys_never_lie_in_the_home_they_protect(home, monkeypatch, room):
    assert key_folder(home) == home.with_name("home.keys")
    monkeypatch.setenv("JOINEDUP_KEYS", str(home / room))
    with pytest.raises(ProjectError, match="among what they protect"):
        key_folder(home)


def test_a_named_key_is_drawn_once_and_found_by_its_id(home):
    made = keyring.key(home, "table admitted.visits")
    assert keyring.key(home, "table admitted.visits").secret == made.secret
    assert keyring.key(home, "table admitted.homes").secret != made.secret
    assert keyring.key_by_id(home, made.name, made.id).secret == made.secret
    assert keyring.names(home) == ("table admitted.homes", "table admitted.visits")


def test_asking_for_names_makes_no_key(home):
    assert keyring.names(home) == ()
    assert not key_folder(home).exists()


def test_no_file_of_the_home_and_no_file_of_the_ring_holds_a_key(home):
    made = [keyring.key(home, name).secret for name in "abc"]
    keyring.rotate(home, "a")
    roots = keyring.roots_of(home)
    for file in (*home.rglob("*"), *key_folder(home).glob("ring*")):
        content = file.read_bytes()
        for secret in (*made, *roots.secrets):
            assert secret not in content
            assert secret.hex().encode() not in content


def test_after_a_rotation_the_new_key_is_in_use_and_the_old_one_is_found(home):
    old = keyring.key(home, "a")
    keyring.rotate_root(key_folder(home))
    new = keyring.rotate(home, "a")
    assert new.secret != old.secret
    assert keyring.key(home, "a").secret == new.secret
    assert keyring.key_by_id(home, "a", old.id).secret == old.secret


def test_a_destroyed_key_is_gone_for_good_and_the_message_says_so(home):
    old, other = keyring.key(home, "a"), keyring.key(home, "b")
    assert keyring.destroy(home, "a") == 1
    with pytest.raises(RecordsError, match="was destroyed"):
        keyring.key_by_id(home, "a", old.id)
    assert keyring.key(home, "a").secret != old.secret
    assert keyring.key_by_id(home, "b", other.id).secret == other.secret
    assert keyring.destroy(home, "never there") == 0


def test_missing_keys_are_an_error_and_none_are_made(home):
    keyring.key(home, "a")
    shutil.rmtree(key_folder(home))
    for ask in (lambda: keyring.key(home, "a"), lambda: keyring.roots_of(home)):
        with pytest.raises(RecordsError, match="are missing"):
            ask()
    assert not key_folder(home).exists()


def test_keys_of_another_home_are_refused_and_not_touched(home, tmp_path, monkeypatch):
    other = tmp_path / "other"
    other.mkdir()
    keyring.key(home, "a")
    keyring.key(other, "a")
    folder = key_folder(other)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    monkeypatch.setenv("JOINEDUP_KEYS", str(folder))
    with pytest.raises(RecordsError, match="not the keys of this home"):
        keyring.key(home, "a")
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_two_homes_may_keep_their_keys_in_one_folder(home, tmp_path, monkeypatch):
    monkeypatch.setenv("JOINEDUP_KEYS", str(tmp_path / "vault"))
    other = tmp_path / "other"
    other.mkdir()
    one, two = keyring.key(home, "a"), keyring.key(other, "a")
    assert one.secret != two.secret
    keyring.destroy(other, "a")
    assert keyring.key(home, "a").secret == one.secret


def test_any_change_of_a_wrapped_key_is_noticed(home):
    keyring.key(home, "a")
    (ring,) = key_folder(home).glob("ring*")
    whole = json.loads(ring.read_text())
    for name, value in (("a", "wrapped"), ("a", "id"), ("b", None)):
        changed = json.loads(json.dumps(whole))
        if value is None:
            changed["keys"][name] = changed["keys"].pop("a")
        else:
            text = changed["keys"]["a"][0][value]
            changed["keys"]["a"][0][value] = text[:-1] + ("0" if text[-1] != "0" else "1")
        ring.write_text(json.dumps(changed))
        with pytest.raises(RecordsError, match="not as it was written"):
            keyring.key(home, "a")


def _ask(home, answers):
    answers.put(keyring.key(home, "a").secret)


def test_of_many_who_need_a_key_at_once_all_get_the_same(home):
    spawned = multiprocessing.get_context("fork")
    answers = spawned.Queue()
    asking = [spawned.Process(target=_ask, args=(home, answers)) for _ in range(8)]
    for one in asking:
        one.start()
    secrets = [answers.get(timeout=60) for _ in asking]
    for one in asking:
        one.join()
    assert len(set(secrets)) == 1


def test_no_named_key_is_shown_when_it_is_printed(home):
    one = keyring.key(home, "a")
    assert one.secret.hex() not in repr(one) + str(one)
    assert repr(one.secret) not in repr(one)
