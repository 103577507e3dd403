"""Each writer, on a table that can be checked by eye, read back by somebody else's reader."""

import json
import zipfile

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import readers

from joinedup.town import wording
from joinedup.town.days import day
from joinedup.town.writers import delimited, fixed, jsonl, lines, ods, parquet, xlsx, xml

AWKWARD = ['a, "b"', "Łukasz; José|x", "O'Neill\t& <Sons>", "", "back\\slash", "tab\tbed"]


def block(**columns):
    return {name: pa.array(values) for name, values in columns.items()}


def two_blocks(values):
    yield block(name=values[:2], other=["1"] * 2)
    yield block(name=values[2:], other=["2"] * (len(values) - 2))


@pytest.mark.parametrize("delimiter", [",", ";", "|", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_whatever_is_in_a_cell_comes_back_out_of_delimited_text(tmp_path, delimiter, encoding):
    path = tmp_path / "a.csv"
    delimited.write(path, two_blocks(AWKWARD), delimiter=delimiter, encoding=encoding)
    rows = readers.plain_csv(path, delimiter=delimiter, encoding=encoding)
    assert [row["name"] for row in rows] == AWKWARD


def test_titles_and_a_footer_stand_around_the_rows(tmp_path):
    path = tmp_path / "a.csv"
    delimited.write(
        path,
        two_blocks(["x", "y", "Müller €"]),
        encoding="cp1252",
        newline="\r\n",
        title=("TITLE", ""),
        footer=lambda rows: f"Total,{rows}",
    )
    written = path.read_bytes()
    assert written == "TITLE\r\n\r\nname,other\r\nx,1\r\ny,1\r\nMüller €,2\r\nTotal,3\r\n".encode(
        "cp1252"
    )


def test_what_an_encoding_cannot_say_becomes_a_question_mark(tmp_path):
    path = tmp_path / "a.csv"
    delimited.write(path, iter([block(name=["Łukasz"])]), encoding="cp1252")
    assert path.read_bytes() == b"name\n?ukasz\n"


def test_a_table_without_rows_has_its_header(tmp_path):
    path = tmp_path / "a.csv"
    delimited.write(path, iter([{"name": pa.array([], pa.string())}]))
    assert path.read_text() == "name\n"


def test_fixed_positions_are_cut_and_filled(tmp_path):
    path = tmp_path / "a.txt"
    rows = iter([block(name=["Anne", "Bartholomew"], sex=["F", ""])])
    fixed.write(
        path, rows, places={"name": (1, 6), "sex": (7, 7)}, header="HDR", trailer=lambda n: f"T{n}"
    )
    assert path.read_bytes() == b"HDR\r\nAnne  F\r\nBartho \r\nT2\r\n"


def test_objects_are_nested_and_null_is_null(tmp_path):
    path = tmp_path / "a.jsonl"
    columns = {
        "job": pa.array(['R"1', "R2"]),
        "uprn": pa.array(["12.0", None]),
        "tenant.name": pa.array(["back\\slash", None]),
        "tenant.phone": pa.array(["1", "2"]),
        "done": pa.array([None, "2026-01-01"]),
    }
    jsonl.write(path, iter([columns]), bare=("uprn",))
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"job": 'R"1', "uprn": 12.0, "tenant": {"name": "back\\slash", "phone": "1"}, "done": None},
        {"job": "R2", "uprn": None, "tenant": {"name": None, "phone": "2"}, "done": "2026-01-01"},
    ]


def test_pupils_stand_in_their_schools_across_blocks(tmp_path):
    path = tmp_path / "a.xml"
    first = block(estab=["4001", "4001", "4002"], Surname=["A", "B & <C>", "D"])
    second = block(estab=["4002", "4003"], Surname=["E", ""])
    xml.write(
        path, iter([first, second]), header="<Header/>", group="School", record="Pupil", key="Estab"
    )
    root = readers.ET.parse(path).getroot()
    schools = {
        school.findtext("Estab"): [pupil.findtext("Surname") for pupil in school.iter("Pupil")]
        for school in root.iter("School")
    }
    assert schools == {"4001": ["A", "B & <C>"], "4002": ["D", "E"], "4003": [""]}
    assert [row["@estab"] for row in readers.census(path)] == [
        "4001",
        "4001",
        "4002",
        "4002",
        "4003",
    ]


def test_a_workbook_has_typed_cells_and_merged_groups(tmp_path):
    path = tmp_path / "a.xlsx"
    columns = {
        "Licence / Number": pa.array(["HMO/1", "HMO/2"]),
        "Licence / Granted": pa.array(np.array([day(2024, 2, 29)] * 2, np.int32), pa.date32()),
        "Property / UPRN": pa.array([9990000123, None]),
    }
    xlsx.write(path, [("One", iter([columns])), ("Two", iter([columns]))], title=("T", ""))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["One", "Two"]
    sheet = book["One"]
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A3:B3"]
    assert [cell.value for cell in sheet[4]] == ["Number", "Granted", "UPRN"]
    assert sheet["B5"].value.date().isoformat() == "2024-02-29"
    assert [sheet["C5"].value, sheet["C6"].value] == [9990000123, None]


def test_a_sheet_that_is_too_long_goes_on_in_another(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)
    monkeypatch.setattr(ods, "MOST_ROWS", 3)
    names = ["a", "b", "c", "d", "e"]
    single = [block(name=[name]) for name in names]
    xlsx.write(tmp_path / "a.xlsx", [("Sheet", iter(single))])
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["Sheet", "Sheet 2", "Sheet 3"]
    assert [row["name"] for row in readers.workbook(tmp_path / "a.xlsx")] == names
    ods.write(tmp_path / "a.ods", iter(single), sheet="Sheet")
    text = zipfile.ZipFile(tmp_path / "a.ods").read("content.xml").decode()
    assert text.count("<table:table ") == 3
    assert 'table:name="Sheet 3"' in text


def test_an_open_document_has_words_and_dates(tmp_path):
    path = tmp_path / "a.ods"
    dates = pa.array(np.array([day(2025, 3, 1)] * 2, np.int32), pa.date32())
    ods.write(path, iter([{"name": pa.array(["<&>", ""]), "on": dates}]), sheet="Visits")
    assert readers.ods(path) == [
        {"name": "<&>", "on": "2025-03-01"},
        {"name": "", "on": "2025-03-01"},
    ]


def test_parquet_keeps_its_types(tmp_path):
    path = tmp_path / "a.parquet"
    moment = pa.array([60_000], pa.timestamp("ms"))
    parquet.write(path, iter([{"at": moment, "east": pa.array([1.5])}]))
    assert pq.read_schema(path).types == [pa.timestamp("ms"), pa.float64()]


def test_words_reach_parquet_as_text_and_never_as_a_dictionary_with_a_word_twice():
    words = pa.DictionaryArray.from_arrays(pa.array([2, None], pa.int32()), ["Mary", "Jo", "Mary"])
    table = parquet._table({"name": words})
    assert table.schema.types == [pa.string()]
    assert table["name"].to_pylist() == ["Mary", None]


def test_bytes_of_a_slice_are_the_slice():
    texts = pa.array(["ab", "cd", None, "ef"])
    assert lines.raw(texts.slice(1)) == b"cdef"
    assert lines.raw(texts.slice(1, 1)) == b"cd"
    assert lines.raw(texts.slice(0, 0)) == b""


def test_money_is_written_with_its_commas():
    pence = np.array([5, 99_999, 100_000, 123_456_789])
    assert wording.pounds(pence, commas=True).to_pylist() == [
        "0.05",
        "999.99",
        "1,000.00",
        "1,234,567.89",
    ]


def test_a_day_is_written_as_each_source_does():
    first = np.array([day(2025, 3, 1)])
    patterns = (wording.SLASHED, wording.COMPACT, wording.NAMED, wording.SPOKEN)
    assert [wording.days(first, pattern)[0].as_py() for pattern in patterns] == [
        "01/03/2025",
        "20250301",
        "01-Mar-2025",
        "1 Mar 2025",
    ]
