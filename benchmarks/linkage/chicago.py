"""Are a city's visits linked with the licences they were about, by name and address alone?

The inspectors' own field system spells names and addresses its own way. Held back, and the truth:
the licence number that each visit noted. One row for each licence number on either side, as the
published naive figure (the same name and address: precision 0.790, recall 0.394) has it. A licence
ends and a business stays: what is linked with another licence of the same name and premises is told
apart.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks import ROOT, Row
from benchmarks.processes import used

DATA = Path(os.environ.get("JOINEDUP_DATA") or ROOT.parent / "shared" / "data")
FOLDER = DATA / "chicago_food"
ALIKE = 0.5


def chicago() -> Iterator[Row]:
    """One row: each licence number that was visited against the register."""
    if not FOLDER.is_dir():
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tables = _given(folder)
        arguments = ["-m", "joinedup", "try", "link.businesses", "--out", str(folder / "out")]
        for one in tables:
            arguments += ["--table", f"{one}={folder / one}.parquet"]
        ours = used(arguments)
        found = {
            each: pq.read_table(folder / "out" / f"{each}.parquet") for each in ("pairs", "best")
        }
    one = found["best"]
    one = one.filter(pc.and_(one["mutual"], pc.equal(one["table_l"], "visits")))
    right, linked, true, later = _counts(one, tables)
    every = found["pairs"]
    every = every.filter(pc.not_equal(every["table_l"], every["table_r"]))
    all_right, all_linked, _, all_later = _counts(every, tables)
    yield Row(
        "link chicago field visits to licences (one to one)",
        f"{tables['visits'].num_rows:,} and {tables['licences'].num_rows:,} records",
        f"F1 {_f1(right, linked, true):.4f}, {ours.cpu:.0f} s of cores, {ours.seconds:.0f} s,"
        f" {ours.gigabytes:.1f} GB",
        "the same name and address, as published: F1 0.526",
        f"aim: 0.85; precision {right / linked:.3f}, recall {right / true:.3f};"
        f" {later} of {linked - right} wrong links are to the same premises under another licence"
        f" (precision with them {(right + later) / linked:.3f})."
        f" All {all_linked:,} links of businesses: F1 {_f1(all_right, all_linked, true):.3f};"
        f" {all_later:,} of {all_linked - all_right:,} wrong ones are such",
    )


def _f1(right: int, linked: int, true: int) -> float:
    return 2 * right / (linked + true)


def _given(folder: Path) -> dict[str, pa.Table]:
    """The first row of each licence number that was visited, the last term of each licence."""
    visits = pq.read_table(FOLDER / "field_system_visits.parquet")
    visits = visits.filter(pc.match_substring_regex(visits["License"], "^[1-9][0-9]*$"))
    licences = pq.read_table(FOLDER / "business_licences.parquet")
    licences = licences.sort_by([("LICENSE_TERM_START_DATE", "descending")])
    made = {}
    for name, table, number, other in (
        ("visits", visits, "License", ()),
        ("licences", licences, "LICENSE_NUMBER", ("LICENSE_ID", "LICENSE_TERM_ID")),
    ):
        ids = table[number].cast(pa.string()).to_pylist()
        first = {one: place for place, one in reversed(list(enumerate(ids)))}
        rows = table.take(pa.array(sorted(first.values())))
        told = rows.drop_columns([number, *other])
        made[name] = told.append_column("id", rows[number].cast(pa.string()))
        pq.write_table(made[name], folder / f"{name}.parquet")
    return made


def _counts(pairs: pa.Table, tables: dict[str, pa.Table]) -> tuple[int, int, int, int]:
    """Right links, all links, true ones; and wrong ones of the same premises and a like name."""
    from joinedup.link.names import business_of  # noqa: PLC0415 - only to mark
    from joinedup.link.standard import number_of, street_of  # noqa: PLC0415 - as above

    def place(text: str) -> tuple[str | None, str | None]:
        line = text.upper().split(" CHICAGO")[0]
        return number_of(line), street_of(line)

    visits = {row["id"]: row for row in tables["visits"].to_pylist()}
    licences = {row["id"]: row for row in tables["licences"].to_pylist()}
    right = later = 0
    for row in pairs.to_pylist():
        one, other = row["id_l"], row["id_r"]
        if row["table_l"] == "licences":
            one, other = other, one
        if one == other:
            right += 1
            continue
        visit, licence = visits[one], licences[other]
        words = set((business_of(visit["DBA"] or "") or "").split())
        names = [
            set((business_of(licence[name] or "") or "").split())
            for name in ("DOING_BUSINESS_AS_NAME", "LEGAL_NAME")
        ]
        alike = any(len(words & name) >= ALIKE * min(len(words), len(name)) for name in names)
        later += alike and place(visit["Address"]) == place(licence["ADDRESS"])
    return right, pairs.num_rows, len(set(visits) & set(licences)), later
