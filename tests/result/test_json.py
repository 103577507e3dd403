import json as plain_json
from dataclasses import fields, replace
from datetime import UTC, date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from joinedup.core.errors import RecordsError
from joinedup.core.method import Provenance
from joinedup.result import json
from joinedup.result.blocks import (
    Caution,
    Check,
    Checks,
    Column,
    Estimate,
    Estimates,
    Figure,
    Hidden,
    Map,
    Prose,
    Table,
)
from joinedup.result.model import Output, Result

WORDS = st.text(max_size=12)
NUMBERS = st.floats(allow_nan=False)
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(WORDS, PLAIN, max_size=3)
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    NUMBERS,
    WORDS,
    st.dates(),
    # fold, the second hour of a clock put back, has no place in ISO 8601 text
    st.datetimes().map(lambda moment: moment.replace(fold=0)),
    st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(fold=0)),
    st.sampled_from([Hidden("too few"), Hidden("would give away another")]),
)
COLUMNS = st.builds(
    Column,
    name=WORDS,
    kind=st.sampled_from(["text", "count", "number", "share", "date"]),
    label=WORDS,
    unit=WORDS,
    digits=st.integers(0, 6),
    part_of=WORDS,
    base=WORDS,
)


@st.composite
def tables(draw):
    columns = tuple(draw(st.lists(COLUMNS, max_size=3)))
    rows = draw(st.lists(st.tuples(*(CELLS for _ in columns)), max_size=3))
    about = draw(st.sampled_from(["groups", "records", "method"]))
    return Table(
        title=draw(WORDS),
        columns=columns,
        rows=tuple(rows),
        about=about,
        total_row=draw(st.booleans()),
        note=draw(WORDS),
    )


ESTIMATES = st.builds(
    Estimate,
    name=WORDS,
    value=NUMBERS,
    low=st.none() | NUMBERS,
    high=st.none() | NUMBERS,
    level=st.none() | NUMBERS,
    unit=WORDS,
    n=st.integers(),
    label=WORDS,
)
CHECKS = st.builds(
    Check, name=WORDS, answer=st.sampled_from(["passed", "failed", "cannot tell"]), detail=WORDS
)
BLOCKS = st.one_of(
    st.builds(Prose, text=WORDS, heading=WORDS),
    tables(),
    st.builds(Figure, title=WORDS, chart=OBJECTS, table=tables(), alt=WORDS),
    st.builds(Map, title=WORDS, areas=OBJECTS, key=WORDS, value=WORDS, table=tables(), alt=WORDS),
    st.builds(Caution, text=WORDS),
    st.builds(Estimates, items=st.lists(ESTIMATES, max_size=2).map(tuple), title=WORDS),
    st.builds(Checks, items=st.lists(CHECKS, max_size=2).map(tuple), title=WORDS),
)
PROVENANCES = st.builds(
    Provenance,
    method=WORDS,
    method_version=WORDS,
    settings=OBJECTS,
    inputs=st.dictionaries(WORDS, WORDS, max_size=2),
    seed=st.none() | st.integers(),
    software=WORDS,
    at=WORDS,
    purpose=WORDS,
    agreements=st.lists(WORDS, max_size=2).map(tuple),
    step=WORDS,
    identity=WORDS,
    status=WORDS,
)
RESULTS = st.builds(
    Result,
    method=WORDS,
    headline=WORDS,
    blocks=st.lists(BLOCKS, max_size=4).map(tuple),
    provenance=st.none() | PROVENANCES,
)


def same(one, other):
    """Equal, and of the same types: 1 is not 1.0 and not True."""
    return one == other and repr(one) == repr(other)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RESULTS)
def test_a_kept_result_reads_back_as_it_was(result):
    kept = json.dump_result(result)
    assert same(json.load_result(kept), result)
    assert json.dump_result(json.load_result(kept)) == kept


def test_the_invented_result_reads_back_as_it_was(invented):
    kept = json.dump_result(invented.result())
    again = json.load_result(kept)
    assert json.dump_result(again) == kept
    assert again.blocks[7] == invented.WARDS


def test_not_a_number_is_kept_without_breaking_strict_json():
    table = Table(
        title="t",
        columns=(Column(name="x", kind="number"),),
        rows=((float("nan"),), (float("inf"),), (np.float64(1.5),), (np.int64(3),)),
        about="method",
    )
    kept = json.dump_result(Result(method="m", headline="h", blocks=(table,)))
    strictly_read(kept)
    (again,) = json.load_result(kept).blocks
    assert repr(again.rows) == "((nan,), (inf,), (1.5,), (3,))"


def strictly_read(text):
    def refuse(word):
        raise AssertionError(word)

    return plain_json.loads(text, parse_constant=refuse)


def test_the_short_form_has_exactly_the_promised_keys(invented):
    said = strictly_read(json.render(invented.result(), {"list": "out/list.parquet"}))
    keys = ["method", "headline", "estimates", "tables", "checks", "cautions", "provenance"]
    assert list(said) == keys
    assert said["tables"] == {"list": "out/list.parquet"}
    assert said["estimates"][0] == {
        "name": "days_earlier",
        "value": 7.4321,
        "low": 5.91,
        "high": 8.84,
        "level": 0.95,
        "unit": "days",
        "n": 1637,
    }
    assert list(said["checks"][0]) == ["name", "answer", "detail"]
    assert list(said["provenance"]) == [item.name for item in fields(Provenance)]


def test_what_leaves_has_the_rows_of_every_table_and_says_what_is_hidden():
    ward = Column(name="ward", kind="text")
    columns = (ward, Column(name="homes", kind="count", label="Homes", unit="homes"))
    rows = (("Alder", 12), ("Birch", Hidden(reason="too few")), ("Cedar", None))
    table = Table(title="By ward", columns=columns, rows=rows, about="groups", note="2026")
    result = Result(method="m", headline="h", blocks=(table, replace(table, rows=rows[:1])))
    said = strictly_read(json.render_with_tables(result))
    assert said["headline"] == "h"
    assert said["tables"]["By ward"] == {
        "columns": [
            {"name": "ward", "label": "", "unit": ""},
            {"name": "homes", "label": "Homes", "unit": "homes"},
        ],
        "rows": [["Alder", 12], ["Birch", {"hidden": "too few"}], ["Cedar", None]],
        "note": "2026",
    }
    assert said["tables"]["By ward (2)"]["rows"] == [["Alder", 12]]


def test_the_short_form_is_the_same_for_an_output_its_result_and_a_release(invented):
    result = invented.result()
    assert json.as_dict(Output(result=result)) == json.as_dict(result)
    assert json.as_dict(invented.release()) == json.as_dict(result)


def test_the_short_form_has_null_where_there_is_no_number():
    item = Estimate(
        name="a", value=float("nan"), low=None, high=float("inf"), level=0.9, unit="", n=np.int64(3)
    )
    said = strictly_read(
        json.render(Result(method="m", headline="h", blocks=(Estimates(items=(item,)),)))
    )
    assert said["provenance"] == {}
    assert said["estimates"] == [
        {"name": "a", "value": None, "low": None, "high": None, "level": 0.9, "unit": "", "n": 3}
    ]


def test_settings_become_plain_json(invented):
    loose = {"on": date(2026, 3, 1), "names": ("a", "b"), "at": {1: np.float64(2.5)}, "what": {3}}
    result = replace(invented.result(), provenance=replace(invented.provenance(), settings=loose))
    assert json.as_dict(result)["provenance"]["settings"] == {
        "on": "2026-03-01",
        "names": ["a", "b"],
        "at": {"1": 2.5},
        "what": "{3}",
    }


CANARY = "Canary Road 14"


def kept_with(block):
    facts = {"form": json.FORM, "method": "m", "headline": "h", "provenance": None}
    return plain_json.dumps({**facts, "blocks": [block]})


@pytest.mark.parametrize(
    "text",
    [
        "",
        CANARY,
        "[]",
        f'{{"form": "{CANARY}"}}',
        '{"form": "joinedup result 1"}',
        kept_with({"block": CANARY}),
        kept_with({"block": "caution", CANARY: 1}),
        kept_with(
            {
                "block": "table",
                "title": "t",
                "columns": [],
                "rows": [[{CANARY: 1}]],
                "about": "groups",
            }
        ),
        kept_with(
            {"block": "table", "title": "t", "columns": [], "rows": [[{}]], "about": "groups"}
        ),
    ],
)
def test_a_damaged_result_is_refused_without_repeating_it(text):
    with pytest.raises(RecordsError) as caught:
        json.load_result(text)
    assert CANARY not in str(caught.value)


def test_the_digest_changes_with_any_word_and_with_nothing_else(invented):
    result = invented.result()
    digest = json.content_digest(result)
    assert len(digest) == 64
    assert json.content_digest(json.load_result(json.dump_result(result))) == digest
    other = replace(result, provenance=replace(result.provenance, seed=8))
    assert json.content_digest(other) != digest
    assert json.content_digest(replace(result, headline="h")) != digest
