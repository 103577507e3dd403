"""Files that were made to do harm: refused by what is in them, with the place, within the caps.

Each case says what the refusal must name. That the office lives is asked by all: it goes on to read
the next file. None leaves anything behind, and none makes a message repeat a cell.
"""

import gzip
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from visit_files import CANARY, HEADER, ROWS, visits, write

from joinedup.core.errors import DeliveryError
from joinedup.sources import propose, read

AGREED = ("visit", "postcode", "seen_on")
TOP = f"{','.join(HEADER)}\n"
ROW = f"1,{CANARY},,x\n"
MAIN = "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'"
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
)
OUTSIDE = "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"


def text(content: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(content, newline="")


def content(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


def as_another(kind: str) -> Callable[[Path], object]:
    """A file of this kind under the agreed name."""
    return lambda path: path.write_bytes(write(path.parent, kind, WITH_CANARY).read_bytes())


WITH_CANARY = [(*row[:3], CANARY) for row in ROWS]


def long_line(path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(TOP + ROW + "2")
        file.writelines(",1" * 500_000 for _ in range(70))


def workbook(change: Callable[[dict[str, bytes]], None]) -> Callable[[Path], object]:
    """A workbook of three visits, its parts changed."""

    def made(path: Path) -> None:
        with zipfile.ZipFile(write(path.parent, "xlsx", WITH_CANARY)) as whole:
            parts = {name: whole.read(name) for name in whole.namelist()}
        change(parts)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in parts.items():
                archive.writestr(name, data)

    return made


def rows_added(rows: str) -> Callable[[Path], object]:
    def change(parts: dict[str, bytes]) -> None:
        parts[SHEET] = parts[SHEET].replace(b"</sheetData>", rows.encode() + b"</sheetData>")

    return workbook(change)


def before_the_sheet(declared: str) -> Callable[[Path], object]:
    def change(parts: dict[str, bytes]) -> None:
        parts[SHEET] = declared.encode() + parts[SHEET]

    return workbook(change)


def bomb(parts: dict[str, bytes]) -> None:
    parts[SHEET] = parts[SHEET].replace(b"<sheetData>", b"<sheetData>" + b"<row/>" * 14_000_000)


def many_parts(parts: dict[str, bytes]) -> None:
    parts |= {f"xl/media/{number}": b"" for number in range(10_001)}


def linked(parts: dict[str, bytes]) -> None:
    """A link to another workbook, as one that was never fetched."""
    parts["xl/externalLinks/externalLink1.xml"] = f"<externalLink {MAIN}>&e;".encode()
    relation = (
        b'<Relationship Id="x9" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/externalLink" Target="externalLinks/externalLink1.xml"/></Relationships>'
    )
    rels = "xl/_rels/workbook.xml.rels"
    parts[rels] = parts[rels].replace(b"</Relationships>", relation)
    space = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    named = b'</sheets><externalReferences><externalReference xmlns:r="%s" r:id="x9"/>' % space
    book = "xl/workbook.xml"
    parts[book] = parts[book].replace(b"</sheets>", named + b"</externalReferences>")


def says_many_rows(path: Path) -> None:
    """A Parquet file whose footer says so: the count of its rows is written over."""
    rows, more = 2_000_000, 134_000_000
    table = pa.table({name: pa.nulls(rows, pa.string()) for name in HEADER})
    pq.write_table(table, path)
    number, larger = zigzag(rows), zigzag(more)
    data = path.read_bytes()
    footer = data[-8 - struct.unpack("<I", data[-8:-4])[0] :]
    path.write_bytes(data[: -len(footer)] + footer.replace(number, larger))


def zigzag(number: int) -> bytes:
    """A number as Parquet's footer has it."""
    number, found = number * 2, []
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


def one_long_value(path: Path) -> None:
    """A text of a megabyte, twenty thousand times: a few kilobytes on the disk."""
    rows, long = 20_000, CANARY * 48_000
    column = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), [long])
    empty = pa.nulls(rows, pa.string())
    names = dict.fromkeys(HEADER, empty) | {"visit": pa.array(range(rows)), "post_code": column}
    pq.write_table(pa.table(names), path, compression="zstd")


def packed_tightly(path: Path) -> None:
    columns = {name: pa.nulls(300, pa.string()) for name in HEADER}
    columns["post_code"] = pa.array([CANARY * 15_000] * 300)
    pq.write_table(pa.table(columns), path, compression="zstd", use_dictionary=False)


def feature(geometry: str) -> str:
    properties = json.dumps({"visit": 1, "post_code": CANARY, "seen_on": None, "staff_note": "x"})
    inside = f'"properties": {properties}, "geometry": {geometry}'
    return f'{{"type": "FeatureCollection", "features": [{{"type": "Feature", {inside}}}]}}'


def nested(path: Path) -> None:
    path.write_text(feature('{"type": "Polygon", "coordinates": ' + "[" * 100_000))


CASES: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "a line of 70 MB": ("csv", long_line, "line 3 has .* characters; the cap is 64 MB"),
    "a cell of 20 MB": ("csv", text(f'{TOP}{ROW}2,"{"B" * (20 << 20)}",,\n'), "line 3 .*16 MB"),
    "a million columns": (
        "csv",
        text(",".join(f"c{n}" for n in range(10**6)) + f"\n{CANARY}\n"),
        "names 1,000,000 columns; the cap is 16,384",
    ),
    "a quote that is not closed": ("csv", text(f'{TOP}1,B,,x\n2,"{ROW * 99}'), "begins on line 3"),
    "a NUL": ("csv", text(f"{TOP}{ROW}2,{CANARY}\0,,x\n"), "line 3 holds a NUL"),
    "the same heading twice": ("csv", text(f"visit,visit,post_code\n1,2,{CANARY}\n"), "2 times"),
    "a gzip of a gzip": (
        "csv",
        content(gzip.compress(gzip.compress(TOP.encode() + ROW.encode() * 10**6))),
        "bytes are those of a gzip file",
    ),
    "a program": ("csv", content(b"\x7fELF\2\1\1" + CANARY.encode()), "those of a program"),
    "a program for Windows": ("csv", content(b"MZ\x90\0\3" + CANARY.encode()), "of a program"),
    "Parquet as CSV": ("csv", as_another("parquet"), "those of a Parquet file"),
    "CSV as Parquet": ("parquet", as_another("csv"), "those of text"),
    "a workbook as CSV": ("csv", as_another("xlsx"), "those of a workbook"),
    "lines of 70 MB by place": ("fixed", long_line, "line 3 has .* characters; the cap is 64 MB"),
    "a workbook of 14 million rows": ("xlsx", workbook(bomb), r"times its size; .*\(ratio\)"),
    "laughs in a workbook": ("xlsx", before_the_sheet(LAUGHS), "declares a document type"),
    "laughs behind a comment": (
        "xlsx",
        before_the_sheet(f"<!--{'x' * 70_000}-->{LAUGHS}"),
        "damaged",
    ),
    "a file from outside in a workbook": (
        "xlsx",
        before_the_sheet(OUTSIDE),
        "declares a document type",
    ),
    "a workbook with a password": (
        "xlsx",
        content(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + CANARY.encode() * 99),
        "with a password",
    ),
    "a cell in the last corner": (
        "xlsx",
        rows_added('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "beside the header's last column: line 1048576",
    ),
    "a row that no sheet has": (
        "xlsx",
        rows_added('<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>'),
        "the sheet cannot be read",
    ),
    "a thousand rows as wide as can be": (
        "xlsx",
        rows_added(
            "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(5, 900))
        ),
        "beside the header's last column: lines 5, 6, 7, 8, 9 and 96 more",
    ),
    "ten thousand parts": ("xlsx", workbook(many_parts), r"parts.*\(members\)"),
    "Parquet of 134 million rows": ("parquet", says_many_rows, "says that it has 134,000,000 rows"),
    "Parquet of one long text": (
        "parquet",
        one_long_value,
        r"GB or more; .*\(temp_bytes\)",
    ),
    "Parquet that is packed tightly": ("parquet", packed_tightly, r"times its size; .*\(ratio\)"),
    "JSON 100,000 deep": ("json", text('[{"visit":' * 100_000), "more than 64 deep"),
    "JSON lines 100,000 deep": ("jsonl", text('{"visit":' * 100_000), "more than 64 deep"),
    "JSON with 1e400": (
        "json",
        text(f'[{{"visit": 1e400, "post_code": "{CANARY}", "seen_on": 1, "staff_note": 1}}]'),
        "not a whole number .line 1.",
    ),
    "JSON with an exponent of 20 digits": ("json", text('[{"visit": 1e' + "9" * 20 + "}]"), "JSON"),
    "JSON with a number of 100,000 digits": (
        "json",
        text(f'[\n{{"post_code": "{CANARY}", "visit": {"9" * 100_000}}}]'),
        "line 2 has a number of more than 4,000 digits",
    ),
    "JSON with a name twice": (
        "json",
        text(
            f'[{{"visit": 1, "visit": "{CANARY}", "post_code": 1, "seen_on": 1, "staff_note": 1}}]'
        ),
        "stands more than once in 1 row.* line 1",
    ),
    "JSON with a text without an end": (
        "json",
        text('[{"visit": "' + "B" * (30 << 20)),
        r"one text has .*\(cell_bytes\)",
    ),
    "JSON with NaN": (
        "jsonl",
        text(f'{{"visit": NaN, "post_code": "{CANARY}"}}\n{{"visit": 1}}\n'),
        "line 1",
    ),
    "GeoJSON 100,000 deep": ("geojson", nested, "more than 64 deep"),
    "XML with a document type": (
        "xml",
        text(f"{LAUGHS}<rows><row><visit>&a9;</visit></row></rows>"),
        "line 1 declares a document type",
    ),
    "XML that asks for a file": (
        "xml",
        text(f"{OUTSIDE}<rows><row><visit>&e;</visit></row></rows>"),
        "line 1 declares a document type",
    ),
    "XML that includes a file": (
        "xml",
        text(
            "<rows xmlns:i='http://www.w3.org/2001/XInclude'><row><visit>1</visit><post_code>"
            "<i:include href='/etc/passwd' parse='text'/></post_code></row></rows>"
        ),
        "post_code/include/@href that was not agreed",
    ),
    "XML with a tag without an end": (
        "xml",
        text(f"<rows>\n<row a='{'B' * (30 << 20)}"),
        r"tag on line 2 has .*\(cell_bytes\)",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_file_is_refused_by_what_is_in_it_and_nothing_is_left(
    tmp_path, monkeypatch, case
):
    kind, make, told = CASES[case]
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    path = tmp_path / f"visits.{kind}"
    make(path)
    with pytest.raises(DeliveryError, match=told) as caught:
        read(path, visits(kind), AGREED)
    assert CANARY not in str(caught.value)
    assert "root:" not in str(caught.value)
    assert "broke off" not in str(caught.value)
    assert not list(temporary.iterdir())


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json", "xml", "parquet"])
def test_a_hostile_file_is_refused_when_a_layout_is_asked_for_too(tmp_path, kind):
    case = {
        "csv": "a million columns",
        "xlsx": "a workbook of 14 million rows",
        "json": "JSON with a number of 100,000 digits",
        "xml": "XML with a document type",
        "parquet": "Parquet of 134 million rows",
    }[kind]
    path = tmp_path / f"visits.{kind}"
    CASES[case][1](path)
    with pytest.raises(DeliveryError) as caught:
        propose(path)
    assert CANARY not in str(caught.value)
    assert "broke off" not in str(caught.value)


def test_a_link_to_another_workbook_is_not_followed_and_not_read(tmp_path):
    path = tmp_path / "visits.xlsx"
    workbook(linked)(path)
    with pytest.raises(Exception, match=r"Entity|entity"):
        openpyxl.load_workbook(path)
    assert read(path, visits("xlsx"), AGREED).rows == 3


def test_lone_carriage_returns_end_lines(tmp_path):
    path = tmp_path / "visits.csv"
    path.write_text((TOP + "1,B,,x\n2,C,,y\n").replace("\n", "\r"), newline="")
    assert read(path, visits("csv"), AGREED).rows == 2


def test_a_ring_of_many_places_is_a_cell_like_any_other(tmp_path):
    path = tmp_path / "visits.geojson"
    ring = ",".join(f"[{n / 1e6:.6f}, {n % 7 / 10}]" for n in range(30_000))
    path.write_text(feature(f'{{"type": "Polygon", "coordinates": [[{ring}, [0, 0]]]}}'))
    dataset = visits("geojson", ignored=("geometry",))
    assert read(path, dataset, AGREED).rows == 1
