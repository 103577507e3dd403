"""Is a key known to its project alone, and readable by nobody else?"""

import os
import stat

import pytest

from joinedup.core.errors import ProjectError, RecordsError
from joinedup.govern.pseudonyms.keys import derive, read_key, resolve, write_key
from joinedup.records.keyring import KEY_BYTES, load_roots, make_root, rotate_root


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "keys"


def test_projects_and_purposes_have_keys_of_their_own(folder):
    roots = make_root(folder)
    names = [("a", "b"), ("a", "c"), ("b", "b"), ("ab", ""), ("a", "b\x00"), ('a","b', "c")]
    made = [derive(roots, project=a, purpose=b) for a, b in names if b]
    assert len({key.secret for key in made}) == len({key.id for key in made}) == len(made)
    assert all(len(key.secret) == KEY_BYTES for key in made)
    assert made[0].secret == derive(roots, project="a", purpose="b").secret
    for project, purpose in (("a", ""), (" ", "b")):
        with pytest.raises(ProjectError, match="a project and a purpose"):
            derive(roots, project=project, purpose=purpose)


def test_after_a_rotation_new_keys_are_new_and_old_ids_are_found(folder):
    first = make_root(folder)
    old = derive(first, project="homes", purpose="safety")
    rotate_root(folder)
    roots = load_roots(folder)
    new = derive(roots, project="homes", purpose="safety")
    assert new.id != old.id
    for key in (old, new):
        assert resolve(roots, key.id, project="homes", purpose="safety").secret == key.secret
    with pytest.raises(ProjectError, match="not one of this project and purpose"):
        resolve(roots, old.id, project="homes", purpose="tax")
    assert stat.S_IMODE((folder / "root.key").stat().st_mode) == 0o600


def test_no_key_is_shown_when_it_is_printed_or_fails(folder):
    roots = make_root(folder)
    key = derive(roots, project="homes", purpose="safety")
    for shown in (repr(roots), str(roots), repr(key), str(key)):
        for secret in (*roots.secrets, key.secret):
            assert secret.hex() not in shown
            assert repr(secret) not in shown


def test_a_partners_key_comes_back_as_it_was_written_and_is_private(folder, tmp_path):
    key = derive(make_root(folder), project="homes", purpose="safety")
    path = tmp_path / "homes.key"
    write_key(key, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_key(path) == key
    assert read_key(path).secret == key.secret
    with pytest.raises(ProjectError, match="never overwritten"):
        write_key(key, path)
    path.chmod(0o644)
    with pytest.raises(ProjectError, match="others than its owner"):
        read_key(path)


@pytest.mark.parametrize("text", ["", "[]", "{}", "not json", '{"key": 1}'])
def test_a_file_that_is_no_key_is_refused(tmp_path, text):
    path = tmp_path / "a.key"
    path.touch(mode=0o600)
    path.write_text(text)
    with pytest.raises(RecordsError, match="not as it was written"):
        read_key(path)


def test_a_pipe_or_a_folder_is_no_key(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("pipe", "."):
        with pytest.raises(ProjectError):
            read_key(tmp_path / name)


def test_a_key_in_a_shared_folder_is_read_where_nobody_else_can_replace_it(folder, tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    key = derive(make_root(folder), project="homes", purpose="safety")
    write_key(key, shared / "homes.key")
    assert read_key(shared / "homes.key") == key
    shared.chmod(0o777)
    with pytest.raises(ProjectError, match="in place of the key file"):
        read_key(shared / "homes.key")
