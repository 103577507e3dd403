"""Plain readers of the town's files, none of them ours."""

import csv
import io
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pyarrow.parquet as pq

PEOPLE, SEED = 3_000, 5
"""The town that the tests read."""

ODS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
BENEFIT = {
    "claim_ref": (1, 10), "nino": (11, 19), "surname": (20, 49), "forename": (50, 69),
    "birth_date": (70, 77), "sex": (78, 78), "address": (79, 138), "postcode": (139, 146),
    "uprn": (147, 158), "weekly_award": (159, 166), "claim_start": (167, 174),
    "tenure": (175, 176), "household_size": (177, 178), "weekly_income": (179, 186),
}  # fmt: skip


def rows_of(folder: Path, name: str) -> list[dict[str, object]]:
    """A dataset's rows in the file's order, as its own columns say them."""
    path = next(folder.glob(f"{name}.*"))
    return READERS.get(name, FORMATS.get(path.suffix, plain_csv))(path)


def plain_csv(path, *, delimiter=",", encoding="utf-8", skip=0, footer=0):
    with path.open(encoding=encoding, newline="") as file:
        lines = file.read().splitlines()
    kept = lines[skip : len(lines) - footer]
    return list(csv.DictReader(kept, delimiter=delimiter, strict=True))


def council_tax(path):
    return plain_csv(path, encoding="cp1252", skip=3, footer=1)


def business_rates(path):
    return plain_csv(path, delimiter="\t", encoding="utf-16")


def visits(path):
    return plain_csv(path, delimiter=";", encoding="utf-8-sig")


def barred(path):
    return plain_csv(path, delimiter="|")


def benefit(path):
    lines = path.read_bytes().decode("latin-1").splitlines()
    assert lines[0].startswith("HDR")
    assert lines[-1] == f"TRL{len(lines) - 2}"
    assert {len(line) for line in lines[1:-1]} <= {186}
    places = BENEFIT.items()
    return [{name: line[a - 1 : b].rstrip() for name, (a, b) in places} for line in lines[1:-1]]


def census(path):
    root = ET.parse(path).getroot()  # noqa: S314 - our own file
    return [
        {"@estab": pupil.get("estab")} | {cell.tag: cell.text or "" for cell in pupil}
        for pupil in root.iter("Pupil")
    ]


def jsonl(path):
    def flat(job):
        tenant = job.pop("tenant")
        return job | {f"tenant.{name}": value for name, value in tenant.items()}

    return [flat(json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def parquet(path):
    return pq.read_table(path).to_pylist()


def workbook(path, *, skip=0, header=1):
    book = openpyxl.load_workbook(path)
    found = []
    for sheet in book:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()][skip + header - 1 :]
        found += [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    return found


def licences(path):
    return workbook(path, skip=2, header=2)


def inspections(path):
    return workbook(path, skip=1)


def ods(path):
    with zipfile.ZipFile(path) as file:
        assert file.infolist()[0].filename == "mimetype"
        assert file.infolist()[0].compress_type == zipfile.ZIP_STORED
        root = ET.parse(io.BytesIO(file.read("content.xml"))).getroot()  # noqa: S314 - as above
    table, text, office = (ODS % name for name in ("table", "text", "office"))
    rows = [
        [
            cell.get(f"{office}date-value") or "".join(p.text or "" for p in cell.iter(f"{text}p"))
            for cell in row.iter(f"{table}table-cell")
        ]
        for row in root.iter(f"{table}table-row")
    ]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


READERS = {
    "council_tax": council_tax,
    "housing_benefit": benefit,
    "business_rates": business_rates,
    "home_safety_visits": visits,
    "gp_registrations": barred,
    "ae_attendances": barred,
    "gp_tokens": barred,
    "ae_tokens": barred,
    "hmo_licences": licences,
    "housing_inspections": inspections,
    "school_census": census,
}
FORMATS = {".jsonl": jsonl, ".parquet": parquet, ".xlsx": workbook, ".ods": ods}
