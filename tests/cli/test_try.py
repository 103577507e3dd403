"""The analyst's bench: one method, the same from Python and from the command line."""

import json

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import joinedup
from joinedup.cli.bench import settings_of, tables_of
from joinedup.cli.main import main
from joinedup.core.errors import MethodError, ProjectError

RESULT_KEYS = {"method", "headline", "estimates", "tables", "checks", "cautions", "provenance"}
ESTIMATE_KEYS = {"name", "value", "low", "high", "level", "unit", "n"}
SETTINGS = {"id": "case", "score": "risk", "outcome": "found", "time": "seen", "capacity": 20}


@pytest.fixture
def scores() -> pa.Table:
    """Two hundred invented cases whose risk says something of what was found."""
    rng = np.random.default_rng(7)
    risk = rng.random(200)
    return pa.table(
        {
            "case": [f"c{n:03}" for n in range(200)],
            "risk": risk,
            "found": (rng.random(200) < risk * 0.6).astype(int),
            "seen": pd.date_range("2026-01-01", periods=200).date,
        }
    )


def flags(settings) -> list[str]:
    return [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]


def test_the_same_card_serves_python_and_the_command_line(scores, tmp_path, capsys):
    path = tmp_path / "scores.parquet"
    pq.write_table(scores, path)
    out = tmp_path / "out"
    code = main(
        ["try", "target.rank", "--table", str(path), *flags(SETTINGS), "--out", str(out), "--json"]
    )
    said = json.loads(capsys.readouterr().out)
    assert code == 0
    assert set(said) == RESULT_KEYS
    assert all(set(estimate) == ESTIMATE_KEYS for estimate in said["estimates"])
    assert said["provenance"]["status"] == "not for release"
    assert said == json.loads((out / "result.json").read_text())
    assert "Not for release" in (out / "result.html").read_text()
    for name, place in said["tables"].items():
        assert pq.read_table(place).num_rows == len(pd.read_csv(out / f"{name}.csv"))
    output = joinedup.target.rank(table=scores, **SETTINGS)
    assert output.result.headline == said["headline"]
    assert [e.value for e in output.result.estimates] == [e["value"] for e in said["estimates"]]


@pytest.mark.parametrize("as_frame", [pa.Table.to_pandas, pl.from_arrow, lambda table: table])
def test_frames_of_every_kind_give_the_same_answer(scores, as_frame):
    want = joinedup.target.rank(table=scores, **SETTINGS).result.headline
    assert joinedup.target.rank(table=as_frame(scores), **SETTINGS).result.headline == want


def test_a_duckdb_relation_is_a_frame(scores):
    import duckdb

    with duckdb.connect() as connection:
        relation = connection.from_arrow(scores)
        output = joinedup.target.rank(table=relation, **SETTINGS)
    assert output.tables["list"].data.num_rows == 20


def test_a_csv_path_is_a_frame(scores, tmp_path):
    path = tmp_path / "scores.csv"
    scores.to_pandas().to_csv(path, index=False)
    assert joinedup.target.rank(table=path, **SETTINGS).tables["list"].data.num_rows == 20


def test_a_missing_column_is_named_with_what_is_there(scores):
    with pytest.raises(MethodError, match="there is no column rsk") as caught:
        joinedup.target.rank(table=scores, **SETTINGS | {"score": "rsk"})
    assert "risk" in caught.value.problems[0].fix


def test_every_wrong_setting_is_told_at_once(scores):
    with pytest.raises(ProjectError) as caught:
        joinedup.target.rank(table=scores, id="case", score="risk", capacity=0, capcity=3)
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["try", "target.rnk"], 10),
        (["try", "target.rank", "--set", "capacity"], 10),
        (["try", "target.rank", "--table", "absent.csv", *flags(SETTINGS)], 40),
        (["try"], 2),
        (["nothing"], 2),
        (["--version"], 0),
        (["methods"], 0),
    ],
)
def test_exit_codes_are_those_on_the_error_page(arguments, code, capsys):
    assert main(arguments) == code
    capsys.readouterr()


def test_a_file_that_is_cut_off_is_refused(scores, tmp_path, capsys):
    path = tmp_path / "scores.parquet"
    pq.write_table(scores, path)
    path.write_bytes(path.read_bytes()[:-40])
    assert main(["try", "target.rank", "--table", str(path), *flags(SETTINGS)]) == 40
    assert "whole" in capsys.readouterr().err


def test_dotted_settings_nest_and_lists_split():
    spec = joinedup.target.rank.spec
    found = settings_of(["only.split=test", "carry=a,b", "capacity=5", "score=risk"], spec)
    assert found == {"only": {"split": "test"}, "carry": ["a", "b"], "capacity": 5, "score": "risk"}


def test_tables_are_named_or_called_table():
    assert tables_of(["a.csv"]) == {"table": "a.csv"}
    assert tables_of(["spine=a.csv", "events=b=c.csv"]) == {"spine": "a.csv", "events": "b=c.csv"}
    assert tables_of(["./x=1/a.csv"]) == {"table": "./x=1/a.csv"}
