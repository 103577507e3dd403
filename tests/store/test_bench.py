"""The analyst's bench: frames in, an Output that is not for release out."""

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pydantic import BaseModel, ConfigDict, Field

from joinedup.core.errors import MethodError, ProjectError
from joinedup.core.method import Method
from joinedup.result.model import Output, OutputTable, Result
from joinedup.store.bench import bench, table_digest, to_arrow

CANARY = "ZQX77CANARY"
ROWS = pa.table({"case": ["a", "b"], "score": [0.25, 0.75], "name": [CANARY, CANARY]})


class TotalSpec(BaseModel):
    """The total of one column."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str = Field(
        default="table", description="Table of cases.", json_schema_extra={"role": "table"}
    )
    column: str = Field(description="Column to add up.")
    least: int = Field(default=1, ge=1, description="Smallest number of rows. Rows.")


def _run(spec, access):
    rows = access.table(spec.table)
    total = sum(rows[spec.column].to_pylist())
    return Output(
        result=Result(method="test.total", headline=f"The total is {total}.", blocks=()),
        tables={"rows": OutputTable(rows, "one row per case")},
    )


TOTAL = Method(
    name="test.total",
    summary="What is the total?",
    spec=TotalSpec,
    reads=lambda spec: {spec.table: (spec.column,)},
    run=_run,
    bench=bench,
    assumptions=(),
    reference="none",
    trust="trial",
    where="memory",
    version="1",
    gives={"rows": "one row per case"},
)


def _frames(tmp_path):
    import duckdb
    import pyarrow.csv
    import pyarrow.parquet as pq

    pq.write_table(ROWS, tmp_path / "rows.parquet")
    pyarrow.csv.write_csv(ROWS, tmp_path / "rows.csv")
    yield ROWS
    yield pd.DataFrame(ROWS.to_pydict())
    yield pl.DataFrame(ROWS.to_pydict())
    yield tmp_path / "rows.parquet"
    yield str(tmp_path / "rows.csv")
    with duckdb.connect() as connection:
        yield connection.from_arrow(ROWS)


def test_every_kind_of_frame_gives_the_same_answer(tmp_path):
    for frame in _frames(tmp_path):
        assert TOTAL(table=frame, column="score").result.headline == "The total is 1.0."


def test_a_method_is_handed_only_the_columns_it_declared():
    output = TOTAL(table=ROWS, column="score")
    assert output.tables["rows"].data.column_names == ["score"]


def test_a_result_of_the_bench_is_not_for_release_and_says_where_it_is_from():
    result = TOTAL(table=ROWS, column="score").result
    assert result.provenance.status == "not for release"
    assert result.provenance.method == "test.total"
    assert result.provenance.settings["column"] == "score"
    assert set(result.provenance.inputs) == {"table"}


def test_the_identity_depends_on_settings_and_on_the_columns_that_are_read():
    def identity(table, **settings):
        return TOTAL(table=table, column="score", **settings).result.provenance.identity

    same = ROWS.set_column(2, "name", pa.array(["x", "y"]))
    other = ROWS.set_column(1, "score", pa.array([0.25, 0.5]))
    assert identity(ROWS) == identity(same)
    assert len({identity(ROWS), identity(other), identity(ROWS, least=2)}) == 3


def test_every_mistake_in_the_settings_is_told_at_once_without_the_values():
    with pytest.raises(ProjectError) as caught:
        TOTAL(table=ROWS, colum=CANARY, least=0)
    where = sorted(problem.where for problem in caught.value.problems)
    assert where == ["test.total: colum", "test.total: column", "test.total: least"]
    assert "did you mean column?" in str(caught.value)
    assert CANARY not in str(caught.value)


def test_a_column_that_is_not_there_is_refused_with_the_nearest():
    with pytest.raises(MethodError, match="did you mean score"):
        TOTAL(table=ROWS, column="scor")


def test_a_table_that_was_not_given_is_refused():
    with pytest.raises(MethodError, match="no such table"):
        TOTAL(column="score")


@pytest.mark.parametrize("frame", [3, object()])
def test_what_is_not_a_frame_is_refused(frame):
    with pytest.raises(MethodError, match="is not a table"):
        to_arrow(frame, name="table")


@pytest.mark.parametrize("name", ["rows.txt", "absent.csv", "broken.parquet"])
def test_a_file_that_cannot_be_read_is_refused_without_its_content(tmp_path, name):
    (tmp_path / "rows.txt").write_text(CANARY)
    (tmp_path / "broken.parquet").write_text(CANARY)
    with pytest.raises(MethodError) as caught:
        to_arrow(tmp_path / name, name="table")
    assert CANARY not in str(caught.value)


def test_a_tables_digest_is_of_its_rows_and_types_not_of_its_chunks():
    chunked = pa.concat_tables([ROWS.slice(0, 1), ROWS.slice(1)])
    assert table_digest(chunked) == table_digest(ROWS)
    assert table_digest(ROWS.slice(0, 1)) != table_digest(ROWS)
    assert table_digest(ROWS.rename_columns(["a", "b", "c"])) != table_digest(ROWS)
