"""From a partner's file to a Delivery: the agreed fields, typed, under our names."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.digest import file_digest
from joinedup.core.errors import DeliveryError, Problem, ProjectError
from joinedup.core.vocabulary import Dataset
from joinedup.sources.cells import check_cells
from joinedup.sources.delivery import Delivery, Finding, Lines, Raw, refusal, told_lines
from joinedup.sources.header import check_header
from joinedup.sources.typed import ARROW, Mask, typed


def read(
    path: Path, dataset: Dataset, fields: Sequence[str], others: Sequence[Dataset] = ()
) -> Delivery:
    """Read one file of a dataset: the named fields and nothing else.

    Args:
        path: the file as delivered.
        dataset: what the file should be.
        fields: our names of the fields that may be taken, as `govern.admissible` gives them.
        others: the office's other datasets, to say so when the file is one of theirs.

    Raises:
        DeliveryError: the file is not what was agreed; all that is wrong, in one error.
        ProjectError: a field is not one of the dataset's, or the layout cannot be followed.
    """
    asked = _in_order(dataset, fields)
    before = _mark(path)
    raw = _open(path, dataset)
    problems = check_header(raw.header, dataset, asked, others)
    if problems:
        raise DeliveryError.of(_at(path, (*problems, *raw.faults)))
    table, lines, wrong = _typed_rows(raw, dataset, asked)
    cells = check_cells(table, lines, wrong, dataset) if len(lines) or not raw.ragged else ()
    problems = (*raw.faults, *_ragged(raw), *cells)
    if problems:
        raise DeliveryError.of(_at(path, problems))
    digest = file_digest(path)
    if _mark(path) != before:
        raise refusal(path.name, "the file changed while it was read.", fix="deliver it again.")
    return Delivery(
        dataset=dataset.id,
        file_name=path.name,
        file_digest=digest,
        sender_columns=raw.header,
        table=table,
        findings=tuple(_findings(path, raw.header, table, dataset)),
        rows=table.num_rows,
    )


def _in_order(dataset: Dataset, fields: Sequence[str]) -> tuple[str, ...]:
    strangers = sorted(set(fields) - set(dataset.fields))
    if strangers or not fields:
        raise ProjectError(
            f"the dataset has no field {', '.join(strangers)}." if strangers else "no field asked.",
            fix=f"its fields are {', '.join(dataset.fields)}.",
            where=f"dataset {dataset.id}",
        )
    return tuple(name for name in dataset.fields if name in set(fields))


def _mark(path: Path) -> tuple[int, int]:
    """Size and time of change: a file written to while it is read shows another."""
    if not path.is_file():
        raise refusal(path.name, "there is no such file.", fix="check the path.")
    state = path.stat()
    return state.st_size, state.st_mtime_ns


def _open(path: Path, dataset: Dataset) -> Raw:
    from joinedup.sources import READERS  # noqa: PLC0415 - the room's table names this module's peers

    raw: Raw = import_module(READERS[dataset.layout.format]).open_raw(path, dataset.layout)
    return raw


def _ragged(raw: Raw) -> Iterator[Problem]:
    """Rows that have not as many fields as the header."""
    count = len(raw.ragged)
    if count:
        rows = f"{count:,} row{'s have' if count > 1 else ' has'}"
        yield Problem(
            "",
            f"{rows} more or fewer fields than the header's {len(raw.header)}:"
            f" {told_lines(raw.ragged, count)}.",
            "ask the sender to deliver the whole file again. Delimiters inside a field must stand"
            " in quotes.",
        )


def _at(path: Path, problems: Sequence[Problem]) -> Iterator[Problem]:
    """Each problem with the file's name before the dataset or column it is about."""
    for problem in problems:
        inside = problem.where if problem.where != path.name else ""
        where = f"{path.name} ({inside})" if inside else path.name
        yield Problem(where, problem.what, problem.fix)


def _typed_rows(
    raw: Raw, dataset: Dataset, asked: tuple[str, ...]
) -> tuple[pa.Table, Lines, dict[str, Mask]]:
    """The asked fields of every row, where each row begins, and the cells of a wrong type."""
    schema = pa.schema([(name, ARROW[dataset.fields[name].type]) for name in asked])
    batches: list[pa.RecordBatch] = []
    lines: list[Lines] = [np.empty(0, dtype=np.int64)]
    wrong: dict[str, list[Mask]] = {name: [np.empty(0, dtype=bool)] for name in asked}
    for chunk in raw.chunks([dataset.sender_column(name) for name in asked]):
        columns = []
        for name, cells in zip(asked, chunk.rows.columns, strict=True):
            column = typed(cells, dataset.fields[name].type, date_format=dataset.layout.date_format)
            columns.append(column.values)
            wrong[name].append(column.wrong)
        batches.append(pa.record_batch(columns, schema=schema))
        lines.append(chunk.lines)
    table = pa.Table.from_batches(batches, schema=schema)
    return table, np.concatenate(lines), {name: np.concatenate(wrong[name]) for name in asked}


def _findings(
    path: Path, header: tuple[str, ...], table: pa.Table, dataset: Dataset
) -> Iterator[Finding]:
    if dataset.layout.file and not fnmatch(path.name, dataset.layout.file):
        yield Finding(
            severity="warning",
            code="file name",
            column="",
            count=1,
            message=f"The file is not called {dataset.layout.file}, as the layout says.",
        )
    unread = len(header) - table.num_columns
    if unread:
        yield Finding(
            severity="note",
            code="left unread",
            column="",
            count=unread,
            message=f"{unread} of the file's {len(header)} columns were not taken and not read.",
        )
    for name in table.column_names:
        empty = int(pc.sum(pc.is_null(table[name])).as_py() or 0)
        if empty:
            share = empty / table.num_rows
            yield Finding(
                severity="warning" if empty == table.num_rows else "note",
                code="empty cells",
                column=name,
                count=empty,
                message=f"{name} is empty in {empty:,} of {table.num_rows:,} rows ({share:.1%}).",
            )
