"""What a tried method gave, written to a folder: result.json, result.html, tables."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from joinedup.result import html, xlsx
from joinedup.result import json as result_json
from joinedup.result.model import Output


def written(output: Output, folder: Path) -> Mapping[str, str]:
    """Write everything; gives table name to the path of its Parquet file."""
    import pyarrow.csv as pa_csv  # noqa: PLC0415 - only when something is written
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for name, table in output.tables.items():
        path = folder / f"{name}.parquet"
        pq.write_table(table.data, path, compression="zstd")
        pa_csv.write_csv(flat(table.data), folder / f"{name}.csv")
        paths[name] = str(path)
    (folder / "result.json").write_text(result_json.render(output, paths), encoding="utf-8")
    page = html.page(output.result, title=output.result.method, subtitle="Tried on the bench")
    (folder / "result.html").write_text(page, encoding="utf-8")
    return paths


def flat(table: pa.Table) -> pa.Table:
    """The same rows with cells a spreadsheet cannot mistake for a formula, and no nested cells."""
    columns = {}
    for name in table.column_names:
        column = table[name]
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            cells = [None if cell is None else xlsx.neutral(cell) for cell in column.to_pylist()]
            columns[name] = pa.array(cells, pa.string())
        elif pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
            columns[name] = pa.array([str(cell) for cell in column.to_pylist()], pa.string())
        else:
            columns[name] = column
    return pa.table(columns)
