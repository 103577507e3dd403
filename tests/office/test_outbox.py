"""Nothing comes into the outbox but by a release: no other command makes, changes or moves a file.

Each command is a process of its own under strace; what it does to the outbox is read off its calls.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from leaving_office import AUTHOR, READERS, approved, place_of, ran

SRC = Path(__file__).resolve().parents[2] / "src"
CHANGING = (
    "open,openat,creat,mkdir,mkdirat,mknod,mknodat,rename,renameat,renameat2,link,linkat,symlink,"
    "symlinkat,unlink,unlinkat,rmdir,truncate,chmod,fchmodat,chown,fchownat"
)
LOOKS = re.compile(r"^\d+ +open(at)?\((?!.*\b(O_WRONLY|O_RDWR|O_CREAT|O_TRUNC)\b)")
FAILED = re.compile(r" = -1 E[A-Z]+ ")
REASON = ("--reason", "read every table")
REVIEWS = tuple(
    ("release", "review", "rank", "--approve", "--words-read", *REASON, "--as", reader)
    for reader in READERS
)
OUT = ("release", "out", "rank", "--as", AUTHOR)
MORE = (
    ("show", "rank"),
    ("release", "check", "rank"),
    ("status",),
    ("release", "out", "rank", "--dry-run"),
    ("release", "log", "--verify"),
    ("documents", "make", "--out", "{out}/documents"),
    ("audit", "export", "--out", "{out}/audit.jsonl"),
    ("backup", "{out}/backup"),
    ("fsck",),
)
"""Every other way by which something is written for somebody to take away."""


@pytest.fixture
def made(office, tmp_path):
    """The office with a result that is to leave."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed: apt-get install strace")
    made = place_of(office, tmp_path)
    ran(made, made.folder.project(None), range(100), range(100, 250))
    return made


def changes(made, arguments, tmp_path):
    """The calls of a command, and of whatever it starts, that change something in the outbox."""
    log = tmp_path / "strace.log"
    said = [one.format(out=tmp_path / "out") for one in arguments]
    named = ("--office", str(made.folder.root), "--home", str(made.home))
    watch = [
        "strace",
        "-f",
        "--seccomp-bpf",
        "-y",
        "-s",
        "4096",
        "-e",
        f"trace={CHANGING}",
        "-o",
        str(log),
    ]
    done = subprocess.run(
        [*watch, "-e", f"trace={CHANGING}", sys.executable, "-m", "joinedup", *said, *named],
        env=os.environ | {"PYTHONPATH": str(SRC)},
        capture_output=True,
        text=True,
        check=False,
    )
    if "ptrace" in done.stderr and "not permitted" in done.stderr:
        pytest.skip("this machine lets no process be traced")
    outbox = str(made.home / "outbox")
    lines = [line for line in log.read_text(errors="replace").splitlines() if outbox in line]
    changing = [one for one in lines if not LOOKS.search(one) and not FAILED.search(one)]
    return done, changing


def assert_outbox_is_the_log(made):
    """Each file lies in the folder of a row, with the digest of the row; there is no other."""
    from joinedup.records.models import ReleaseRow

    there = {
        str(path.relative_to(made.home / "outbox")): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (made.home / "outbox").rglob("*")
        if not path.is_dir()
    }
    rows = ReleaseRow.objects.history()
    told = {f"{row.path}/{name}": sha for row in rows for name, sha in row.files.items()}
    assert there == told
    return rows


def assert_only_a_release_writes(made, tmp_path, commands):
    (tmp_path / "out").mkdir()
    for command in commands:
        done, changing = changes(made, command, tmp_path)
        assert done.returncode == 0, (command, done.stderr)
        assert changing == [], command
    assert assert_outbox_is_the_log(made) == []
    done, changing = changes(made, OUT, tmp_path)
    assert done.returncode == 0, done.stderr
    assert any("rename" in line for line in changing)
    (row,) = assert_outbox_is_the_log(made)
    assert set(row.files) == {"report.html", "report.json", "report.txt", "report.xlsx"}
    return done


def test_only_a_release_writes_into_the_outbox(made, tmp_path):
    approved(made, made.folder.project(None))
    assert_only_a_release_writes(made, tmp_path, [("release", "check", "rank")])


@pytest.mark.deep
def test_no_other_command_writes_into_the_outbox_before_or_after_a_release(made, tmp_path):
    assert_only_a_release_writes(made, tmp_path, (*REVIEWS, *MORE))
    again = tmp_path / "again"
    (again / "out").mkdir(parents=True)
    for command in (*MORE, OUT):
        done, changing = changes(made, command, again)
        assert done.returncode == 0, (command, done.stderr)
        assert changing == [], command
    assert len(assert_outbox_is_the_log(made)) == 1
