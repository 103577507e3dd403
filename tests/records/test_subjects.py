"""A person stands in the ledger as a token that only the key's holder can make."""

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


def test_asking_never_makes_a_key(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    with pytest.raises(RecordsError, match="no key"):
        subjects.known_token(home, "x")
    assert [file.name for file in tmp_path.iterdir()] == ["home"]
    assert subjects.token(home, "x") == subjects.known_token(home, "x")


@pytest.mark.parametrize("reference", ["", "   "])
def test_nobody_has_no_token(tmp_path, reference):
    with pytest.raises(ProjectError, match="empty"):
        subjects.token(tmp_path, reference)
