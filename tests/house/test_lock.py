"""Does the lock file say exactly what is installed, and nothing about where from?"""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = "".join(
    (ROOT / name).read_text(encoding="utf-8")
    for name in ("requirements.lock", "requirements.spark.lock")
)
GROUPS = {"core": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}


def locked() -> dict[str, list[Requirement]]:
    found: dict[str, list[Requirement]] = {}
    for entry in LOCK.replace("\\\n", " ").splitlines():
        text = entry.partition("--hash")[0].strip()
        if text and not text.startswith("#"):
            requirement = Requirement(text)
            found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def test_the_lock_holds_no_address():
    assert not re.search(r"://|index-url|find-links|trusted-host| @ ", LOCK)


def test_every_locked_package_has_one_version_and_a_hash():
    entries = [line for line in LOCK.replace("\\\n", " ").splitlines() if line.strip()]
    pinned = re.compile(r"[\w.\-\[\]]+==[\w.]+( ; .+?)?( +--hash=sha256:[0-9a-f]{64})+\s*")
    loose = [entry.split()[0] for entry in entries if not pinned.fullmatch(entry)]
    assert not loose


@pytest.mark.parametrize("group", GROUPS)
def test_every_declared_package_is_locked_at_a_version_it_allows(group):
    have = locked()
    for text in GROUPS[group]:
        wanted = Requirement(text)
        versions = [
            next(iter(found.specifier)).version
            for found in have.get(canonicalize_name(wanted.name), [])
        ]
        assert versions, f"{wanted.name} is not in requirements.lock; run `make lock`"
        assert all(wanted.specifier.contains(version) for version in versions), wanted.name
