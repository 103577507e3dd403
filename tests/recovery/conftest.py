"""The office, home and backup that these tests share; see `recovery_place`."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from recovery_place import FIELDS, ROWS, SIGNATORY, Place, close

from joinedup.office.begin import begin

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def prepared(tmp_path_factory) -> Path:
    """Office, home and keys after one delivery."""
    folder = tmp_path_factory.mktemp("prepared")
    begin(folder / "office", "Invented office")
    sys.path.insert(0, str(HERE.parent / "office"))
    try:
        from people_office import add_agreement, add_people, add_project
    finally:
        sys.path.pop(0)
    add_people(folder / "office")
    add_agreement(folder / "office", "safety", identity="named", purpose="safety", fields=FIELDS)
    add_agreement(folder / "office", "insight", identity="tokens", purpose="insight", fields=FIELDS)
    add_project(folder / "office", "insight", purpose="insight", agreement="insight")
    return folder


@pytest.fixture
def place(prepared, tmp_path, capsys, monkeypatch) -> Iterator[Place]:
    """A home with people in it, in three sides."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("JOINEDUP_KEYS", raising=False)
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    made = Place(tmp_path, capsys)
    if not made.home.exists():
        for agreement in ("safety", "insight"):
            made.run("agree", "sign", agreement, "--party", "council", "--by", SIGNATORY)
        made.deliver(ROWS)
        for one in (made.home, made.keys):
            shutil.copytree(one, prepared / one.name)
    yield made
    close()
