"""What a child gives back is held against what was asked: if taken over, it may say anything."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from visit_files import CANARY, FORMATS, held, visits, write

from joinedup.core.errors import DeliveryError, Problem, ProjectError
from joinedup.core.limits import Limits
from joinedup.core.vocabulary import Dataset
from joinedup.sources.child import ask, jobs
from joinedup.sources.child.plain import as_plain, as_record, as_records
from joinedup.sources.delivery import Finding, Rejected
from joinedup.sources.mapping.drift import Alert

AGREED = ("visit", "postcode")
SCHEMA = pa.schema([("visit", pa.int64()), ("postcode", pa.string())])
GOOD = pa.table([[1, 2], ["B1", None]], schema=SCHEMA)
SAID: dict[str, Any] = {
    "sender_columns": ["visit", "post_code"],
    "findings": [],
    "rows": 2,
    "rejected": [],
    "shapes": {},
}
REJECTED = as_plain(Rejected("wrong type", "visit", 1, (4,)))


def stream(table, packed=None):
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression=packed)
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return sink.getvalue()


def answered(monkeypatch, tmp_path, said=None, table=None, **limits):
    """What becomes of an answer."""
    answer = ask.Answer({**SAID, **(said or {})}, stream(GOOD) if table is None else table)
    monkeypatch.setattr(jobs, "ask", lambda *_: answer)
    file = held(write(tmp_path, "csv"), Limits(**limits))
    return jobs.parsed_by_child(file, visits("csv"), AGREED, (), before=None)


def text_of(*cells):
    """A column of texts whose bytes need be no characters."""
    made = pa.array(cells, pa.binary())
    return pa.Array.from_buffers(pa.string(), len(made), made.buffers())


def misplaced():
    """The good answer, but for a cell that ends outside its column's bytes."""
    ends, outside = (b"".join(n.to_bytes(4, "little") for n in (0, 2, end)) for end in (2, 2 << 20))
    data = stream(GOOD).to_pybytes()
    before, _, after = data.rpartition(ends)
    return pa.py_buffer(before + outside + after)


def test_an_answer_that_is_what_was_asked_for_is_taken(monkeypatch, tmp_path):
    found = answered(monkeypatch, tmp_path, {"rows": 3, "rejected": [REJECTED]})
    assert found.table.equals(GOOD)
    assert found.rejected == (Rejected("wrong type", "visit", 1, (4,)),)


@pytest.mark.parametrize(
    "table",
    [
        stream(GOOD.append_column("staff_note", pa.array([CANARY, CANARY]))),
        stream(GOOD.select(["visit"])),
        stream(GOOD.select(["postcode", "visit"])),
        stream(GOOD.cast(pa.schema([("visit", pa.int32()), ("postcode", pa.string())]))),
        stream(GOOD.replace_schema_metadata({"note": CANARY})),
        stream(GOOD.rename_columns(["visit", CANARY])),
        stream(pa.table([[1, 2], text_of(b"\xff\xfe", b"x")], schema=SCHEMA)),
        stream(pa.table([[1, 2], text_of(b"\xed\xa0\x80", b"x")], schema=SCHEMA)),
        misplaced(),
        stream(pa.concat_tables([GOOD, GOOD])),
        stream(GOOD)[:200],
        stream(pa.table([[1] * 99_999, ["B1"] * 99_999], schema=SCHEMA), packed="zstd"),
        pa.py_buffer(CANARY.encode() * 99),
        pa.py_buffer(b""),
    ],
    ids=[
        *("a column more", "a column less", "another order", "another type", "notes beside"),
        *("another name", "no UTF-8", "half a character", "places outside", "more rows than said"),
        *("cut off", "packed", "no Arrow", "nothing"),
    ],
)
def test_rows_that_are_not_what_was_asked_for_are_not_used(monkeypatch, tmp_path, table):
    with pytest.raises(DeliveryError, match="not what was asked for") as caught:
        answered(monkeypatch, tmp_path, table=table)
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "said",
    [
        {"rows": 3},
        {"rows": True},
        {"rows": "2"},
        {"rows": 1, "rejected": [{**REJECTED, "count": -1}]},
        {"rows": 3, "rejected": [{**REJECTED, "cell": CANARY}]},
        {"rows": 3, "rejected": [{**REJECTED, "reason": "\x1b[2J"}]},
        {"rejected": CANARY},
        {"sender_columns": "visit"},
        {"sender_columns": [1, 2]},
        {"sender_columns": [CANARY] * 20_000},
        {"findings": [{"severity": CANARY}]},
        {"shapes": {"visit": {"kind": CANARY}}},
        {"shapes": [CANARY]},
    ],
)
def test_a_report_that_is_not_what_was_asked_for_is_not_used(monkeypatch, tmp_path, said):
    with pytest.raises(DeliveryError, match="not what was asked for") as caught:
        answered(monkeypatch, tmp_path, said)
    assert CANARY not in str(caught.value)


def test_a_shape_of_a_column_that_was_not_asked_for_is_not_used(monkeypatch, tmp_path):
    shape = {"kind": "text", "share_kind": 1, "share_filled": 1.0, "distinct": 2}
    shape |= {"length_low": 1, "length_high": 2, "date_format": "", "rows": 2, "rows_outside": 0}
    shape |= {"codes_outside": 0, "codes_met": [], "codes_often": []}
    assert answered(monkeypatch, tmp_path, {"shapes": {"postcode": shape}}).shapes["postcode"]
    with pytest.raises(DeliveryError, match="not what was asked for"):
        answered(monkeypatch, tmp_path, {"shapes": {"staff_note": shape}})


def test_words_of_a_child_are_one_line_and_not_endless(monkeypatch, tmp_path):
    finding = Finding(severity="note", code="x", column="", count=1, message="a\x1b[2J\nb\u202ec")
    said = {"findings": as_plain((finding, replace(finding, message="x" * 100_000)))}
    short, long = (one.message for one in answered(monkeypatch, tmp_path, said).findings)
    assert short == "a [2J b c"
    assert len(long) < 5_000


@pytest.mark.parametrize(
    "said",
    [
        {"refused": "SystemExit", "problems": [as_plain(Problem("a", "b", "c"))]},
        {"refused": "DeliveryError", "problems": []},
        {"refused": "DeliveryError", "problems": [{"where": "a"}]},
        {"refused": "DeliveryError", "problems": CANARY},
        {"refused": ["DeliveryError"], "problems": []},
        {"broke": "KeyError"},
    ],
)
def test_a_refusal_that_is_none_of_ours_is_told_as_such(tmp_path, said):
    error = ask._refused(held(write(tmp_path, "csv")), said)
    assert isinstance(error, DeliveryError)
    assert "not what was asked for" in str(error)
    assert CANARY not in str(error)


def test_a_refusal_of_the_child_is_the_error_it_was(tmp_path):
    problems = (Problem("visits.csv", "one.", "mend it."), Problem("", "two.", "mend it."))
    said = {"refused": "ProjectError", "problems": as_plain(problems)}
    error = ask._refused(held(write(tmp_path, "csv")), json.loads(json.dumps(said)))
    assert type(error) is ProjectError
    assert error.problems == problems


@pytest.mark.parametrize("kind", FORMATS)
def test_a_dataset_crosses_to_the_child_whole(kind):
    dataset = visits(kind, most_rejected=1)
    assert as_record(Dataset, json.loads(json.dumps(as_plain(dataset)))) == dataset


@dataclass(frozen=True)
class Words:
    """One of each kind of field that crosses."""

    name: str
    count: int
    share: float
    sure: bool
    kind: Literal["a", 1]
    pair: tuple[int, str]
    many: tuple[str, ...]
    inner: Mapping[str, tuple[int, int]]
    maybe: "Words | None"
    any_thing: Any


WORDS = st.recursive(
    st.none(),
    lambda inner: st.builds(
        Words,
        name=st.text(),
        count=st.integers(),
        share=st.floats(allow_nan=False, allow_infinity=False),
        sure=st.booleans(),
        kind=st.sampled_from(["a", 1]),
        pair=st.tuples(st.integers(), st.text()),
        many=st.lists(st.text()).map(tuple),
        inner=st.dictionaries(st.text(), st.tuples(st.integers(), st.integers())),
        maybe=inner,
        any_thing=st.none() | st.integers() | st.text(),
    ),
    max_leaves=3,
).filter(lambda made: made is not None)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(WORDS)
def test_a_record_comes_back_as_it_went(words):
    assert as_record(Words, json.loads(json.dumps(as_plain(words)))) == words


@given(WORDS, st.sampled_from([*Words.__dataclass_fields__]), JSON)
@settings(max_examples=200)
def test_a_record_with_a_field_of_another_kind_does_not_come_back(words, field, value):
    said = json.loads(json.dumps(as_plain(words))) | {field: value}
    try:
        made = as_record(Words, said)
    except ValueError:
        return
    assert as_plain(made) == said


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e400"])
def test_a_number_that_is_none_does_not_come_back(text):
    with pytest.raises(ValueError, match="not what was asked for"):
        as_record(float, json.loads(text))


@given(JSON)
def test_nothing_but_records_comes_back(said):
    for kind in (Problem, Finding, Alert, Rejected, Dataset):
        with pytest.raises(ValueError, match="not what was asked for"):
            as_record(kind, said)
        if said != []:
            with pytest.raises(ValueError, match="not what was asked for"):
                as_records(kind, said)
