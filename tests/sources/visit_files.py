"""Files as partners would send them, in each format, with one visible difference."""

import csv
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, get_args
from xml.sax.saxutils import escape

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from joinedup.core.limits import Limits
from joinedup.core.vocabulary import Dataset, Field, Format, Layout
from joinedup.sources import Given

# PostgreSQL is the one format without a file; it has tests of its own.
WITHOUT_FILE: frozenset[Format] = frozenset({"postgres"})
FORMATS: tuple[Format, ...] = tuple(kind for kind in get_args(Format) if kind not in WITHOUT_FILE)
# Formats that the same first bytes belong to: what is inside tells them apart.
FAMILIES = ({"csv", "fixed"}, {"geojson", "json", "jsonl"})
# Formats in which each row is on a line after one line of header.
LINED = ("csv", "fixed", "ods", "xlsx")
WIDTH = 30
CANARY = "Zaphod-7731-Beeblebrox"
HEADER = ("visit", "post_code", "seen_on", "staff_note")
ROWS: tuple[tuple[Any, ...], ...] = (
    (1, "00714", date(2014, 1, 31), "x"),
    (2, "B1 1BB", date(2014, 2, 28), "y"),
    (3, None, None, "z"),
)


class Held(Given):
    """A file opened for a reader, and closed when nothing holds it any more."""

    __slots__ = ()

    def __del__(self) -> None:
        os.close(self.descriptor)


def held(path: Path, limits: Limits | None = None) -> Given:
    """The file as a reader has it."""
    return Held(os.open(path, os.O_RDONLY), path.name, limits or Limits())


def visits(kind: Format, **layout: Any) -> Dataset:
    """The dataset every file here should be."""
    fields = {
        "visit": Field(type="integer", description="Number of the visit."),
        "postcode": Field(type="text", description="Where."),
        "seen_on": Field(type="date", description="When."),
        "staff_note": Field(type="text", description="Free text, never agreed."),
    }
    made = laid_out(kind, file=f"visits*.{kind}", rename={"postcode": "post_code"})
    return Dataset(
        id="visits",
        partner="fire",
        title="Visits",
        grain="one row per visit",
        key=("visit",),
        fields=fields,
        layout=replace(made, **layout),
    )


def laid_out(kind: Format, columns: int = len(HEADER), **layout: Any) -> Layout:
    """A layout of the format with what only this format asks for."""
    own: dict[str, Any] = {}
    if kind == "fixed":
        own["widths"] = widths(columns)
    if kind == "xml":
        own["record"] = "row"
    return Layout(format=kind, **own, **layout)


def widths(columns: int) -> dict[str, tuple[int, int]]:
    """Places of so many columns of one width."""
    return {f"c{n}": (n * WIDTH + 1, (n + 1) * WIDTH) for n in range(columns)}


def homes(kind: Format) -> Dataset:
    """Another dataset of the same office."""
    names = ("home", "rooms", "rent")
    return Dataset(
        id="homes",
        partner="housing",
        title="Homes",
        grain="one row per home",
        key=("home",),
        fields={name: Field(type="integer", description=name) for name in names},
        layout=laid_out(kind, columns=3, file=f"homes.{kind}"),
    )


def write(
    folder: Path,
    kind: Format,
    rows: Sequence[Sequence[Any]] = ROWS,
    header: Sequence[str] = HEADER,
) -> Path:
    """A file of the format with these rows."""
    path = folder / f"visits.{kind}"
    WRITERS[kind](path, header, rows)
    return path


def _csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def _parquet(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    columns = list(zip(*rows, strict=True)) if rows else [[] for _ in header]
    arrays = [_array(column) for column in columns]
    pq.write_table(pa.Table.from_arrays(arrays, names=list(header)), path)


def _array(column: Sequence[Any]) -> pa.Array:
    try:
        return pa.array(column)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([None if cell is None else str(cell) for cell in column])


def _xlsx(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    book = openpyxl.Workbook()
    book.active.append(list(header))
    for row in rows:
        book.active.append(list(row))
    book.save(path)


def _shown(cell: Any) -> str:
    return "" if cell is None else str(cell)


def _fixed(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    lines = ["".join(_shown(cell).ljust(WIDTH) for cell in row) for row in (header, *rows)]
    path.write_text("".join(f"{line}\r\n" for line in lines), encoding="utf-8", newline="")


def _object(header: Sequence[str], row: Sequence[Any]) -> str:
    """An object of JSON, in which a name may stand twice."""
    cells = [cell.isoformat() if isinstance(cell, date) else cell for cell in row]
    members = zip(header, cells, strict=True)
    return "{" + ", ".join(f"{json.dumps(n)}: {json.dumps(cell)}" for n, cell in members) + "}"


def _json(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    objects = ",\n".join(_object(header, row) for row in rows)
    path.write_text(f"[{objects}]\n", encoding="utf-8")


def _jsonl(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    text = "".join(f"{_object(header, row)}\n" for row in rows)
    path.write_text(text or "\n", encoding="utf-8")


def _geojson(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    features = ",\n".join(
        f'{{"type": "Feature", "geometry": null, "properties": {_object(header, row)}}}'
        for row in rows
    )
    text = f'{{"type": "FeatureCollection", "features": [{features}]}}\n'
    path.write_text(text, encoding="utf-8")


def _xml(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    lines = (
        "<row>" + "".join(_element(n, cell) for n, cell in zip(header, row, strict=True)) + "</row>"
        for row in rows
    )
    text = "\n".join(lines)
    path.write_text(f'<?xml version="1.0"?><rows>\n{text}\n</rows>\n', encoding="utf-8")


def _element(name: str, cell: Any) -> str:
    return f"<{name}>{escape(_shown(cell))}</{name}>"


def _ods(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    write_ods(path, {"Visits": "".join(ods_row(row) for row in (header, *rows))})


def ods_row(cells: Sequence[Any]) -> str:
    """A row of an OpenDocument spreadsheet; a cell that begins with `<` stands as it is."""
    return f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>"


def _ods_cell(cell: Any) -> str:
    match cell:
        case None:
            return "<table:table-cell/>"
        case str() if cell.startswith("<"):
            return cell
        case int() | float():
            kind = f'office:value-type="float" office:value="{cell}"'
        case date():
            kind = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
        case _:
            kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{escape(str(cell))}</text:p></table:table-cell>"


def write_ods(path: Path, sheets: Mapping[str, str], before: str = "") -> Path:
    """An OpenDocument spreadsheet of these sheets, each the XML of its rows."""
    base = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = " ".join(f'xmlns:{name}="{base}:{name}:1.0"' for name in ("office", "table", "text"))
    tables = "".join(
        f'<table:table table:name="{name}">{rows}</table:table>' for name, rows in sheets.items()
    )
    content = (
        f"<?xml version='1.0'?>{before}<office:document-content {spaces}><office:body>"
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
    return path


WRITERS = {
    "csv": _csv,
    "fixed": _fixed,
    "geojson": _geojson,
    "json": _json,
    "jsonl": _jsonl,
    "ods": _ods,
    "parquet": _parquet,
    "xlsx": _xlsx,
    "xml": _xml,
}
