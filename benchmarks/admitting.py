"""How long does a delivery take, from a partner's file to encrypted rows?

Ours reads, checks every cell and the key, grades, looks for protected contents, makes tokens of two
identifiers, encrypts, commits and writes the ledger: the whole of `joinedup deliver`. Beside it
DuckDB's own `copy` of the same CSV to Parquet, which does none of it. Both have two threads, in
turn, in one run. In a register every NHS number is another and names are met again; among visits
both identifiers are nearly all different.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import Row
from benchmarks.processes import Used, used

SIZES = (("a register", 1_000_000), ("a register", 5_000_000), ("visits", 5_000_000))
LARGEST = 2.5
TURNS = 2
BLOCK = 500_000
WORDS = 11
OURS = """
import sys
from pathlib import Path
import pyarrow as pa
pa.set_cpu_count(2)
from joinedup.cli.main import main
office, home, file = sys.argv[1:4]
places = ["--office", office, "--home", home]
assert main(["deliver", "visits", file, *places]) == 0
"""
SIGN = """
import sys
from joinedup.cli.main import main
places = ["--office", sys.argv[1], "--home", sys.argv[2]]
assert main(["agree", "sign", "visits", "--party", "fire", "--by", "An invented officer",
             *places]) == 0
"""
READ = """
import sys
from pathlib import Path
from joinedup.records.home import connect
from joinedup.store.lake import Lake
connect(Path(sys.argv[1]))
lake = Lake(Path(sys.argv[1]))
tokens = lake.read("admitted.visits", columns=["nhs_number"], tokens="safety").to_table()
assert tokens.num_rows == int(sys.argv[2]) and len(tokens["nhs_number"][0].as_py()) == 64
assert lake.read("admitted.visits").count_rows() == int(sys.argv[2])
"""
PEER = """
import sys
import duckdb
connection = duckdb.connect(config={"threads": 2})
connection.execute("copy (select * from read_csv($file)) to $out (format parquet)".replace(
    "$file", "'" + sys.argv[1] + "'").replace("$out", "'" + sys.argv[2] + "'"))
"""


def admitting() -> Iterator[Row]:
    """A CSV of fifteen columns, two of them identifiers that become tokens."""
    for kind, rows in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            office, file = place / "office", place / "visits.csv"
            make_office(office, kind)
            write(file, rows, kind)
            size = file.stat().st_size / 1e9
            ours, peer = _measured(place, office, file, rows)
        best, plain = (min(one.seconds for one in turns) for turns in (ours, peer))
        work, by_hand = (min(one.cpu for one in turns) for turns in (ours, peer))
        most = max(one.gigabytes for one in ours)
        yield Row(
            f"deliver {kind}: check, split, tokens, encrypt, commit, audit",
            f"{rows:,} rows, 15 columns, {size:.1f} GB",
            f"{best:.1f} s, {most:.1f} GB",
            f"DuckDB, CSV to Parquet: {plain:.1f} s",
            f"{best / plain:.2f} times DuckDB's time, {work / by_hand:.2f} times its work"
            f" ({work:.0f} s of cores); {LARGEST} at five million is the aim",
        )


def _measured(place: Path, office: Path, file: Path, rows: int) -> tuple[list[Used], list[Used]]:
    ours, peer = [], []
    for _ in range(TURNS):
        home = place / "home"
        for left in (home, place / "home.keys"):
            shutil.rmtree(left, ignore_errors=True)
        peer.append(used(["-c", PEER, str(file), str(place / "peer.parquet")]))
        used(["-c", SIGN, str(office), str(home)])
        ours.append(used(["-c", OURS, str(office), str(home), str(file)]))
        used(["-c", READ, str(home), str(rows)])
    return ours, peer


def write(path: Path, rows: int, kind: str) -> None:
    """Invented rows, in blocks: an NHS number, who or which visit, and what was seen."""
    import numpy as np  # noqa: PLC0415 - only for the file
    import pyarrow as pa  # noqa: PLC0415 - as above
    from pyarrow import csv  # noqa: PLC0415 - as above

    rng = np.random.default_rng(1)
    words = np.array([f"word {number:05d}" for number in range(20_000)])
    names = np.array([f"Surname{number}" for number in range(30_000)])
    writer = None
    for first in range(0, rows, BLOCK):
        count = min(BLOCK, rows - first)
        days = (np.datetime64("2020-01-01") + rng.integers(0, 2_000, count)).astype(str)
        columns: dict[str, Any] = {"nhs_number": nhs_numbers(first, count)}
        if kind == "visits":
            columns["visit"] = np.arange(first, first + count)
        else:
            columns["surname"] = names[rng.integers(0, len(names), count)]
        columns |= {"seen_on": days, "amount": rng.integers(0, 10**6, count) / 100}
        for number in range(WORDS):
            columns[f"text_{number}"] = words[rng.integers(0, len(words), count)]
        block = pa.table(columns)
        writer = writer or csv.CSVWriter(path, block.schema)
        writer.write_table(block)
    if writer is not None:
        writer.close()


def nhs_numbers(first: int, count: int) -> Any:
    """Different numbers of ten digits, in no order, the last digit the one that fits.

    Where none fits it is 0: one number in eleven is wrong, and is graded so.
    """
    import numpy as np  # noqa: PLC0415 - as above

    front = 100_000_000 + np.arange(first, first + count) * 170_141_163 % 800_000_000
    digits = front[:, None] // 10 ** np.arange(8, -1, -1) % 10
    check = (11 - (digits * np.arange(10, 1, -1)).sum(axis=1) % 11) % 11
    return front * 10 + np.where(check == 10, 0, check)


def make_office(folder: Path, kind: str) -> None:
    """One partner, one dataset, one agreement that knows people by tokens, one project."""
    other = {"visits": "visit", "a register": "surname"}[kind]
    kinds = {
        "visit": 'type = "integer"\nrole = "identifier"',
        "surname": 'type = "text"\nstandard = "surname"\nsensitivity = 2',
    }
    fields = {
        "nhs_number": 'type = "text"\nstandard = "nhs_number"\nsensitivity = 2',
        other: kinds[other],
        "seen_on": 'type = "date"\nrole = "date"',
        "amount": 'type = "number"',
        **{f"text_{number}": 'type = "text"\nrole = "area"' for number in range(WORDS)},
    }
    told = "\n".join(
        f'[fields.{name}]\n{kind}\ndescription = "Of {name}."\n' for name, kind in fields.items()
    )
    files = {
        "office.toml": 'id = "bench"\nname = "Bench"\ncontact = "x"\nexample = true\n',
        "partners/fire.toml": PARTNER,
        "datasets/visits.toml": f"{DATASET.replace('KEY', KEYS[kind])}\n{told}",
        "agreements/visits.toml": AGREEMENT.replace("FIELDS", ", ".join(f'"{f}"' for f in fields)),
        "projects/safety/project.toml": PROJECT,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


KEYS = {"a register": "nhs_number", "visits": "visit"}
PARTNER = """name = "Fire"
kind = "fire"
controller = "Invented"
contact = "invented"
signatories = ["An invented officer"]
"""
DATASET = """partner = "fire"
title = "Visits"
grain = "one row per visit"
key = ["KEY"]

[layout]
format = "csv"
file = "visits*.csv"
"""
AGREEMENT = """title = "Visits"
parties = ["fire"]
purpose = "safety"
purpose_text = "To measure."
recipients = ["fire"]
retention_days = 365
review = 2040-01-01
period = { starts = 2026-01-01, ends = 2046-12-31 }
identity = "tokens"

[covers]
visits = [FIELDS]

[[powers]]
party = "fire"
citation = "Invented"
"""
PROJECT = """title = "Safety"
purpose = "safety"
agreements = ["visits"]
outcome = "x"
baseline = "x"
capacity = 1
capacity_unit = "x"
decision_owner = "x"

[statements]
problem = "x"
action = "x"
product = "x"
data = "x"
"""
