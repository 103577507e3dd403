"""The town's extracts as their senders write them: each a small file in its own bad habits."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from town_columns import drawn

Columns = Mapping[str, list[str]]
POSITIONS = {
    "claim": (1, 10),
    "nino": (11, 19),
    "surname": (20, 49),
    "forename": (50, 69),
    "birth_date": (70, 77),
    "sex": (78, 78),
    "address": (79, 138),
    "postcode": (139, 146),
    "uprn": (147, 158),
    "weekly_award": (159, 166),
    "claim_start": (167, 174),
    "tenure": (175, 176),
    "household_size": (177, 178),
    "weekly_income": (179, 186),
}


def delimited(columns: Columns, delimiter: str = ",", before: str = "", after: str = "") -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return f"{before}{text.getvalue()}{after}"


def fixed(columns: Columns) -> str:
    widths = [last - first + 1 for first, last in POSITIONS.values()]
    lines = [
        "".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in zip(*columns.values(), strict=True)
    ]
    trailer = f"TRL{len(lines):09}"
    return "\n".join(["HDR20260731HBEXTRACT".ljust(186), *lines, trailer, ""])


def census(columns: Columns) -> str:
    names = [name for name in columns if not name.startswith("@")]
    pupils = []
    for n in range(len(columns["UPN"])):
        inside = "".join(f"<{name}>{escape(columns[name][n])}</{name}>" for name in names)
        pupils.append(f'<Pupil estab="{columns["@estab"][n]}">{inside}</Pupil>')
    return (
        "<Message><Header><Date>2026-07-31</Date></Header><Schools><School><Estab>4001</Estab>\n"
        + "\n".join(pupils)
        + "\n</School></Schools></Message>\n"
    )


def repairs(columns: Columns) -> str:
    lines = []
    for n, job in enumerate(columns["job"]):
        tenant = {"name": columns["tenant.name"][n], "phone": columns["tenant.phone"][n]}
        row: dict[str, Any] = {"job": job, "uprn": float(columns["uprn"][n]), "tenant": tenant}
        row |= {name: columns[name][n] or None for name in ("reported", "trade", "priority")}
        lines.append(json.dumps(row | {"completed": columns["completed"][n] or None}))
    return "\n".join([*lines, ""])


def cell(text: str) -> Any:
    """As a workbook holds it: real dates and numbers, text otherwise."""
    if text.endswith("T00:00:00"):
        return datetime.fromisoformat(text)
    return int(text) if text.isdigit() and not text.startswith("0") else text or None


def workbook(path: Path, sheets: Mapping[str, list[list[Any]]]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


def rows_of(columns: Columns) -> list[list[Any]]:
    return [[cell(text) for text in row] for row in zip(*columns.values(), strict=True)]


def licences(path: Path, columns: Columns) -> None:
    groups = [name.split(" / ")[0] for name in columns]
    above = [group if n == 0 or groups[n - 1] != group else None for n, group in enumerate(groups)]
    below = [name.split(" / ")[1] for name in columns]
    rows = [["HMO register"], ["Ambleford Borough Council"], above, below, *rows_of(columns)]
    workbook(path, {"Mandatory": rows, "Additional": rows})


def write(folder: Path, name: str) -> Path:
    """One extract of the town, small."""
    columns = drawn(name)
    texts: dict[str, Callable[[], tuple[str, str, str]]] = {
        "council_tax": lambda: (
            "council_tax.csv",
            "cp1252",
            delimited(
                columns,
                before='AMBLEFORD BOROUGH COUNCIL\r\n"Council Tax: live accounts as at'
                ' 31/07/2026"\r\n\r\n',
                after="Total accounts,60\r\n",
            ),
        ),
        "housing_benefit": lambda: ("housing_benefit.txt", "latin-1", fixed(columns)),
        "business_rates": lambda: ("business_rates.txt", "utf-16", delimited(columns, "\t")),
        "school_census": lambda: ("school_census.xml", "utf-8", census(columns)),
        "home_safety_visits": lambda: (
            "home_safety_visits.csv",
            "utf-8-sig",
            delimited(columns, ";"),
        ),
        "housing_repairs": lambda: ("housing_repairs.jsonl", "utf-8", repairs(columns)),
    }
    for piped in ("gp_registrations", "gp_tokens", "ae_attendances", "ae_tokens"):
        texts[piped] = lambda: (f"{name}.csv", "utf-8", delimited(columns, "|"))
    if name in WORKBOOKS:
        path = folder / f"{name}.xlsx"
        WORKBOOKS[name](path, columns)
        return path
    if name == "police_incidents":
        path = folder / "police_incidents.parquet"
        pq.write_table(pa.table(incidents(columns)), path)
        return path
    file, encoding, text = texts.get(name, lambda: (f"{name}.csv", "utf-8", delimited(columns)))()
    path = folder / file
    path.write_bytes(text.encode(encoding))
    return path


def incidents(columns: Columns) -> dict[str, pa.Array]:
    made = {name: pa.array(column) for name, column in columns.items()}
    for name in ("easting", "northing"):
        made[name] = made[name].cast(pa.float64())
    moments = [datetime.fromisoformat(moment) for moment in columns["reported_at"]]
    return made | {"reported_at": pa.array(moments, pa.timestamp("us"))}


WORKBOOKS: dict[str, Callable[[Path, Columns], None]] = {
    "hmo_licences": licences,
    "housing_inspections": lambda path, columns: workbook(
        path,
        {"Inspections": [["Inspections to 31 July"], list(columns), *rows_of(columns)]},
    ),
    "housing_complaints": lambda path, columns: workbook(
        path,
        {
            **{str(year): [list(columns), *rows_of(columns)] for year in range(2022, 2027)},
            "Notes": [["Made by the housing team"]],
        },
    ),
}
