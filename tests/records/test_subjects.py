"""A person stands in the ledger as a token that only the key's holder can make."""

import threading

import pytest

from joinedup.core.errors import ProjectError, RecordsError
from joinedup.records import subjects


def test_the_same_person_has_the_same_token_and_another_another(tmp_path):
    token = subjects.token(tmp_path, "AB123456C")
    assert subjects.token(tmp_path, " ab123456c ") == token
    assert subjects.token(tmp_path, "AB123456D") != token
    assert subjects.token(tmp_path, 42) == subjects.token(tmp_path, "42")
    assert "123456" not in token
    assert len(token) == len("subject:") + 64


def test_another_home_gives_another_token(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    assert subjects.token(tmp_path / "a", "x") != subjects.token(tmp_path / "b", "x")


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path):
    subjects.token(tmp_path, "x")
    key = tmp_path / "keys/subjects.key"
    before = key.read_bytes()
    subjects.token(tmp_path, "y")
    assert (key.read_bytes(), key.stat().st_mode & 0o777) == (before, 0o600)
    assert [one.name for one in key.parent.iterdir()] == ["subjects.key"]


def test_of_many_who_make_it_at_once_all_use_one_key(tmp_path):
    began, tokens = threading.Barrier(8), []

    def make():
        began.wait()
        tokens.append(subjects.token(tmp_path, "x"))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tokens) == 8
    assert len(set(tokens)) == 1


def test_asking_never_makes_a_key(tmp_path):
    with pytest.raises(RecordsError, match="cannot be read"):
        subjects.known_token(tmp_path, "x")
    assert subjects.token(tmp_path, "x") == subjects.known_token(tmp_path, "x")


def test_a_key_that_others_may_read_or_that_was_cut_is_refused(tmp_path):
    subjects.token(tmp_path, "x")
    key = tmp_path / "keys/subjects.key"
    key.chmod(0o640)
    with pytest.raises(RecordsError, match="others"):
        subjects.token(tmp_path, "x")
    key.chmod(0o600)
    key.write_bytes(b"")
    with pytest.raises(RecordsError, match="0 bytes"):
        subjects.token(tmp_path, "x")


@pytest.mark.parametrize("reference", ["", "   "])
def test_nobody_has_no_token(tmp_path, reference):
    with pytest.raises(ProjectError, match="empty"):
        subjects.token(tmp_path, reference)
