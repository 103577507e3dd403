"""From a partner's file to a Delivery: the agreed fields, typed, under our names."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from joinedup.core.digest import file_digest
from joinedup.core.errors import DeliveryError, Problem, ProjectError
from joinedup.core.vocabulary import Dataset
from joinedup.sources.cells import check_cells, ragged_rows, sift
from joinedup.sources.changed import coded, look, retyped
from joinedup.sources.delivery import SHOWN_LINES, Chunk, Delivery, Lines, Raw, Rejected, refusal
from joinedup.sources.findings import findings, mixed
from joinedup.sources.mapping.header import check_header
from joinedup.sources.typed import ARROW, Mask, typed

WITHOUT_FILE = frozenset({"postgres"})


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The asked fields of every row, before any is rejected.

    Attributes:
        lines: where each row begins in the file, shape (rows,).
        wrong: field to its cells of a wrong type, shape (rows,).
        formats: field to the cells told by each date format other than the first.
    """

    table: pa.Table
    lines: Lines
    wrong: Mapping[str, Mask]
    formats: Mapping[str, Counter[str]]


def read(
    path: Path,
    dataset: Dataset,
    fields: Sequence[str],
    others: Sequence[Dataset] = (),
    *,
    before: Mapping[str, Any] | None = None,
) -> Delivery:
    """Read one file of a dataset: the named fields alone.

    1. Rows in the file are those of the table and the rejected; what is taken is never altered.
    2. More rejected rows than the layout allows, or a fault of the whole file, refuse it whole.

    Args:
        path: the file as delivered; of a database only a name to call it by.
        dataset: what the file should be.
        fields: our names of the fields that may be taken, as `govern.admissible` gives them.
        others: the office's other datasets, to say so when the file is one of theirs.
        before: the last delivery's profile; a column written in another way now is refused.

    Raises:
        DeliveryError: the file is not what was agreed; all that is wrong, in one error.
        ProjectError: no such field, or the layout cannot be followed.
    """
    asked = _in_order(dataset, fields)
    _require_share(dataset)
    held = dataset.layout.format not in WITHOUT_FILE
    mark = _mark(path) if held else None
    raw = _open(path, dataset)
    problems = check_header(raw.header, dataset, asked, others)
    if problems:
        raise DeliveryError.of(_at(path, (*problems, *raw.faults)))
    chunks = raw.chunks([dataset.sender_column(name) for name in asked])
    first, seen = look(chunks, asked)
    if problems := retyped(raw.header, seen, dataset, before):
        raise DeliveryError.of(_at(path, problems))
    loaded = _loaded(chain(first, chunks), dataset, asked)
    seen, codes = coded(raw.header, seen, loaded.table, dataset, before)
    table, rejected = _taken(raw, loaded, dataset, path)
    digest = raw.digest() if raw.digest else file_digest(path)
    if held and _mark(path) != mark:
        raise refusal(path.name, "the file changed while it was read.", fix="deliver it again.")
    told = (*findings(path, raw.header, table, dataset), *mixed(loaded.formats, dataset), *codes)
    return Delivery(
        dataset=dataset.id,
        file_name=path.name,
        file_digest=digest,
        sender_columns=raw.header,
        table=table,
        findings=told,
        rows=loaded.table.num_rows + len(raw.ragged),
        rejected=rejected,
        shapes={name: shape.as_json() for name, shape in seen.items()},
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


def _require_share(dataset: Dataset) -> None:
    if not 0 <= dataset.layout.most_rejected <= 1:
        raise ProjectError(
            "layout.most_rejected is not a share of the rows.",
            fix="write a number from 0 to 1, such as 0.02 for two rows in a hundred.",
            where=f"dataset {dataset.id}",
        )


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


def _at(path: Path, problems: Sequence[Problem]) -> Iterator[Problem]:
    """Each problem with the file's name before the dataset or column it is about."""
    for problem in problems:
        inside = problem.where if problem.where != path.name else ""
        where = f"{path.name} ({inside})" if inside else path.name
        yield Problem(where, problem.what, problem.fix)


def _loaded(chunks: Iterable[Chunk], dataset: Dataset, asked: tuple[str, ...]) -> _Loaded:
    layout = dataset.layout
    schema = pa.schema([(name, ARROW[dataset.fields[name].type]) for name in asked])
    batches: list[pa.RecordBatch] = []
    lines: list[Lines] = [np.empty(0, dtype=np.int64)]
    wrong: dict[str, list[Mask]] = {name: [np.empty(0, dtype=bool)] for name in asked}
    formats = {name: Counter[str]() for name in asked}
    for chunk in chunks:
        columns = []
        for name, cells in zip(asked, chunk.rows.columns, strict=True):
            column = typed(
                cells,
                dataset.fields[name].type,
                date_format=layout.date_format,
                other_formats=layout.other_date_formats,
            )
            columns.append(column.values)
            wrong[name].append(column.wrong)
            others = zip(layout.other_date_formats, column.formats[1:], strict=False)
            formats[name].update(dict(others))
        batches.append(pa.record_batch(columns, schema=schema))
        lines.append(chunk.lines)
    return _Loaded(
        table=pa.Table.from_batches(batches, schema=schema),
        lines=np.concatenate(lines),
        wrong={name: np.concatenate(wrong[name]) for name in asked},
        formats=formats,
    )


def _taken(
    raw: Raw, loaded: _Loaded, dataset: Dataset, path: Path
) -> tuple[pa.Table, tuple[Rejected, ...]]:
    """The rows that can be taken, and why the others cannot; or the file is refused whole."""
    kept, rejected = sift(loaded.table, loaded.lines, loaded.wrong, dataset)
    rejected = (*_ragged(raw), *rejected)
    if problems := tuple(_refused(raw, loaded, rejected, dataset)):
        raise DeliveryError.of(_at(path, problems))
    return (loaded.table if kept.all() else loaded.table.filter(pa.array(kept))), rejected


def _ragged(raw: Raw) -> tuple[Rejected, ...]:
    if not raw.ragged:
        return ()
    lines = tuple(raw.ragged[:SHOWN_LINES])
    return (Rejected("fields too many or too few", "", len(raw.ragged), lines),)


def _refused(
    raw: Raw, loaded: _Loaded, rejected: Sequence[Rejected], dataset: Dataset
) -> Iterator[Problem]:
    """Why the file is refused whole: every mistake in it; nothing if it is not."""
    rows = loaded.table.num_rows + len(raw.ragged)
    count = sum(one.count for one in rejected)
    most = dataset.layout.most_rejected
    too_many = count > most * rows or count == rows
    if not (raw.faults or too_many):
        return
    yield from raw.faults
    if raw.ragged:
        yield ragged_rows(raw.ragged, len(raw.header))
    if loaded.table.num_rows or not raw.ragged:
        yield from check_cells(loaded.table, loaded.lines, loaded.wrong, dataset)
    if count and too_many and most:
        yield Problem(
            dataset.id,
            f"{count:,} of {rows:,} rows would be rejected ({count / rows:.1%}); the layout lets at"
            f" most {most:.1%} be, and not every row.",
            "ask the sender for a new file, or agree on another layout.most_rejected.",
        )
