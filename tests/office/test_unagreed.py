"""A column that no agreement covers never reaches any file, of any format, taken or refused."""

import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FORMATS = ("csv", "fixed", "geojson", "json", "jsonl", "ods", "parquet", "xlsx", "xml")
CANARY = "Zaphod-7731-Beeblebrox"
HEADER = ("visit", "post_code", "seen_on", "staff_note", "agent")
ROWS = (
    ("V1", "B1 1BB", None, CANARY, f"{CANARY}-2"),
    ("V2", "B1 1BC", None, f"seen by {CANARY}", None),
)
SIGNATORY = "Name of the person who may sign"
DATASET = """
partner = "council"
title = "Visits"
grain = "one row per visit"
key = ["visit"]

[layout]
format = "{kind}"
file = "visits*"
ignored = ["agent", "geometry"]
{own}

[layout.rename]
postcode = "post_code"

[fields]
visit = {{ type = "text", role = "identifier", description = "Number of the visit." }}
postcode = {{ type = "text", description = "Where." }}
seen_on = {{ type = "date", description = "When." }}
staff_note = {{ type = "text", description = "Free text, never agreed." }}
"""
WRITES = "write,pwrite64,writev,pwritev,pwritev2,sendto,sendmsg,sendfile,copy_file_range,splice"


@pytest.fixture
def file_of(office, tmp_path, monkeypatch):
    """Write a file of a format, with its dataset; gives the file."""
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "sources"))
    import visit_files

    agreement = office / "agreements" / "visits.toml"
    covers = 'visits = ["visit", "visited_on", "risk"]'
    text = agreement.read_text().replace(covers, 'visits = ["visit", "postcode", "seen_on"]')
    agreement.write_text(text)
    sent = tmp_path / "sent"
    sent.mkdir()

    def made(kind, rows=ROWS):
        places = visit_files.widths(len(HEADER)).items()
        widths = ", ".join(f"{name} = [{first}, {last}]" for name, (first, last) in places)
        own = {"fixed": f"widths = {{ {widths} }}", "xml": 'record = "row"'}.get(kind, "")
        (office / "datasets" / "visits.toml").write_text(DATASET.format(kind=kind, own=own))
        return visit_files.write(sent, kind, rows, HEADER)

    yield made
    sys.modules.pop("visit_files", None)


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder for temporary files, which is the current one too."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.chdir(folder)
    return folder


def holding(folder: Path) -> list[str]:
    """The files under a folder that hold the canary, in any of the usual spellings."""
    spellings = [CANARY.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")]
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(spelling in path.read_bytes() for spelling in spellings)
    ]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_column_that_is_not_agreed_reaches_no_file(file_of, joinedup, temporary, caplog, kind):
    path = file_of(kind)
    assert joinedup("agree", "sign", "visits", "--party", "council", "--by", SIGNATORY).code == 0
    with caplog.at_level(logging.DEBUG):
        taken = joinedup("deliver", "visits", str(path))
        twice = file_of(kind, [*ROWS, *ROWS])
        refused = joinedup("deliver", "visits", str(twice))
        drifted = joinedup("drift", "visits", str(twice))
        proposed = joinedup("layout", str(twice), "--dataset", "visits", home=False)
    assert (taken.code, refused.code) == (0, 20), taken.err
    assert "2 rows repeat a key" in refused.err
    told = [said.out + said.err for said in (taken, refused, drifted, proposed)]
    assert CANARY not in "".join(told) + caplog.text
    twice.unlink()
    assert holding(temporary.parent) == []
    assert not list(temporary.iterdir())


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx"])
def test_no_system_call_of_any_process_writes_it(file_of, office, joinedup, tmp_path, kind):
    path = file_of(kind)
    assert joinedup("agree", "sign", "visits", "--party", "council", "--by", SIGNATORY).code == 0
    trace = tmp_path / "trace"
    places = ("--office", str(office), "--home", str(tmp_path / "home"))
    traced = ("strace", "-f", "-qq", "-s", "100000", "-o", str(trace), "-e", f"trace={WRITES}")
    try:
        done = subprocess.run(
            [*traced, sys.executable, "-m", "joinedup", "deliver", "visits", str(path), *places],
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            text=True,
            check=False,
        )
    except PermissionError:
        pytest.skip("this machine lets no process be traced")
    if "ptrace" in done.stderr and "not permitted" in done.stderr:
        pytest.skip("this machine lets no process be traced")
    assert done.returncode == 0, done.stderr
    written = trace.read_text(errors="replace")
    assert "B1 1BB" in written or "V2" in written, "the agreed columns were written somewhere"
    assert CANARY not in written
