"""What only JSON and JSON lines can get wrong."""

import json

import pytest
from visit_files import CANARY, held, visits

from joinedup.core.errors import DeliveryError
from joinedup.sources import read
from joinedup.sources.formats import json as listed
from joinedup.sources.formats import jsonl

AGREED = ("visit", "postcode", "seen_on")
VISIT = {"visit": 1, "post_code": "B1", "seen_on": None, "staff_note": "x"}
both = pytest.mark.parametrize("kind", ["json", "jsonl"])
REPAIRS = (
    '{"job": "R1", "uprn": 999000123.0, "tenant": {"name": "A", "home": {"flat": 7}}, "tags": []}',
    '{"job": "R2", "uprn": 12345678901234567890, "tenant": null, "urgent": true}',
)


def sent(folder, kind, *objects):
    path = folder / f"visits.{kind}"
    texts = [text if isinstance(text, str) else json.dumps(text) for text in objects]
    path.write_text(f"[{','.join(texts)}]\n" if kind == "json" else "\n".join(texts) + "\n")
    return path


def opened(folder, kind, *objects):
    reader = listed if kind == "json" else jsonl
    return reader.open_raw(held(sent(folder, kind, *objects)), visits(kind).layout)


def refused(path, **layout):
    kind = path.suffix[1:]
    with pytest.raises(DeliveryError) as caught:
        read(path, visits(kind, **layout), AGREED)
    assert CANARY not in str(caught.value)
    return str(caught.value)


@both
def test_objects_inside_objects_are_laid_flat(tmp_path, kind):
    raw = opened(tmp_path, kind, *REPAIRS)
    assert raw.header == ("job", "uprn", "tenant.name", "tenant.home.flat", "tags", "urgent")
    (chunk,) = raw.chunks(["uprn", "tenant.home.flat", "urgent"])
    assert chunk.rows.to_pydict() == {
        "uprn": ["999000123.0", "12345678901234567890"],
        "tenant.home.flat": ["7", None],
        "urgent": [None, "true"],
    }


@both
@pytest.mark.parametrize("number", ["0", "-1", "1.50", "999000123.0", "0.1", "123456789.123456789"])
def test_a_number_stays_as_it_is_written(tmp_path, kind, number):
    (chunk,) = opened(tmp_path, kind, f'{{"a": {number}}}').chunks(["a"])
    assert chunk.rows["a"].to_pylist() == [number]


@both
def test_a_list_in_a_wanted_column_is_a_fault_and_in_another_is_not(tmp_path, kind):
    path = sent(tmp_path, kind, VISIT, {**VISIT, "visit": 2, "post_code": [CANARY]})
    assert "post_code holds a list in 1 row, where a row has one cell: line 2" in refused(path)
    path = sent(tmp_path, kind, VISIT, {**VISIT, "visit": 2, "staff_note": [CANARY]})
    assert read(path, visits(kind), AGREED).rows == 2


@both
@pytest.mark.parametrize("deep", ["[" * 100_000, '{"a":' * 100_000, '[{"a":' * 100_000])
def test_a_text_nested_too_deep_is_refused(tmp_path, kind, deep):
    path = tmp_path / f"visits.{kind}"
    path.write_text(f'{"[" if kind == "json" else ""}{{"visit": 1, "post_code": {deep}')
    assert "nested more than 64 deep" in refused(path)


@both
def test_objects_nested_deeper_than_a_register_are_refused_though_python_could_read_them(
    tmp_path, kind
):
    assert "nested more than 64 deep" in refused(
        sent(tmp_path, kind, '{"a":' * 70 + "1" + "}" * 70)
    )


@both
def test_half_a_character_and_a_nul_are_refused(tmp_path, kind):
    path = sent(tmp_path, kind, VISIT, '{"visit": 2, "post_code": "\\u0000", "seen_on": null}')
    assert "cells hold a NUL character: line 2" in refused(path)
    if kind == "jsonl":
        path = sent(tmp_path, kind, VISIT, '{"visit": 2, "post_code": "\\ud800", "seen_on": null}')
        assert "cells hold what is not a character: line 2" in refused(path)


@both
def test_names_that_are_values_are_refused(tmp_path, kind):
    path = sent(tmp_path, kind, *({f"{CANARY}{n}": 1} for n in range(2_001)))
    assert "more than 2,000 columns" in refused(path)


@both
def test_another_encoding_is_refused_with_its_line_or_read_when_agreed(tmp_path, kind):
    path = sent(tmp_path, kind, VISIT)
    path.write_bytes(path.read_text().replace("B1", "Bé").encode("cp1252"))
    assert "line 1 is not in the encoding utf-8" in refused(path)
    table = read(path, visits(kind, encoding="cp1252"), AGREED).table
    assert table["postcode"].to_pylist() == ["Bé"]


def test_rows_are_found_at_a_dotted_path_wherever_it_stands(tmp_path):
    path = tmp_path / "visits.json"
    rows = json.dumps([VISIT, {**VISIT, "visit": 2}])
    path.write_text(f'{{"a": [[1], {{}}], "result": {{"n": 2, "rows": {rows}, "z": [3]}}, "b": 0}}')
    assert read(path, visits("json", record="result.rows"), AGREED).rows == 2
    assert "there is no list of rows at result.n" in refused(path, record="result.n")
    assert "there is no list of rows at rows" in refused(path, record="rows")
    assert "there is no list of rows at its top" in refused(path)


def test_what_follows_the_list_is_read_too(tmp_path):
    path = tmp_path / "visits.json"
    path.write_text(f"[{json.dumps(VISIT)}] {json.dumps(VISIT)}")
    assert "not JSON throughout" in refused(path)
    path.write_text(f'{{"rows": [{json.dumps(VISIT)}], "next": [')
    assert "cut off" in refused(path, record="rows")


def test_items_that_are_no_objects_are_named(tmp_path):
    path = sent(tmp_path, "json", VISIT, '"x"', "[1]")
    assert "items of the list are no objects: lines 2, 3" in refused(path)


def test_lines_that_are_no_objects_are_all_named(tmp_path):
    path = sent(tmp_path, "jsonl", VISIT, f'"{CANARY}"', "", "{'a': 1}", '{"visit": NaN}')
    assert "3 lines are not one object of JSON: lines 2, 4, 5" in refused(path)


def test_a_column_that_is_an_object_in_no_row_is_one_column(tmp_path):
    raw = opened(tmp_path, "jsonl", '{"a": null, "b": {}}', '{"a": {"c": null}}')
    assert raw.header == ("a.c",)
    assert opened(tmp_path, "jsonl", '{"a": null}').header == ("a",)
