"""From a partner's bytes to rows: the agreed fields, typed, under our names, and what is wrong."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa

from joinedup.core.ahead import ahead
from joinedup.core.errors import DeliveryError, Problem
from joinedup.core.vocabulary import Dataset
from joinedup.sources.cells import check_cells, ragged_rows, sift
from joinedup.sources.changed import coded, look, retyped
from joinedup.sources.delivery import SHOWN_LINES, Chunk, Lines, Parsed, Raw, Rejected
from joinedup.sources.findings import findings, mixed
from joinedup.sources.given import Called, Given, over, refuse_names
from joinedup.sources.mapping.header import check_header
from joinedup.sources.typed import ARROW, Mask, no_tokens, too_long, typed


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


def parsed(
    source: Given | Called,
    dataset: Dataset,
    asked: Sequence[str],
    others: Sequence[Dataset] = (),
    *,
    before: Mapping[str, Any] | None = None,
) -> Parsed:
    """Parse a partner's file here, in this process; `reading.read` has a child do it.

    Args:
        source: the opened file; of a database only what to call it.
        dataset: what the file should be.
        asked: our names of the fields that may be taken, in the dataset's order.
        others: the office's other datasets, to say so when the file is one of theirs.
        before: the last delivery's profile; a column written in another way now is refused.

    Raises:
        DeliveryError: the file is not what was agreed; all that is wrong, in one error.
        ProjectError: the layout cannot be followed.
    """
    raw = _open(source, dataset)
    refuse_names(source, raw.header)
    problems = check_header(raw.header, dataset, asked, others)
    if problems:
        raise DeliveryError.of(_at(source, (*problems, *raw.faults)))
    columns = [dataset.sender_column(name) for name in asked]
    chunks = ahead(_within(source, raw.chunks(columns)))
    first, seen = look(chunks, asked)
    if problems := retyped(raw.header, seen, dataset, before):
        raise DeliveryError.of(_at(source, problems))
    loaded = _loaded(chain(first, chunks), dataset, tuple(asked))
    seen, codes = coded(raw.header, seen, loaded.table, dataset, before)
    table, rejected = _taken(raw, loaded, dataset, source)
    told = (*findings(source, raw.header, table, dataset), *mixed(loaded.formats, dataset), *codes)
    return Parsed(
        sender_columns=raw.header,
        table=table,
        findings=told,
        rows=loaded.table.num_rows + len(raw.ragged),
        rejected=rejected,
        shapes={name: shape.as_json() for name, shape in seen.items()},
        digest=raw.digest() if raw.digest else "",
    )


def _within(source: Given | Called, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """The chunks, as long as rows and cells are within the caps."""
    rows, longest = 0, source.limits.cell_bytes
    for chunk in chunks:
        rows += chunk.rows.num_rows
        if rows > source.limits.rows:
            raise over(source, "rows", f"{rows:,} rows were met before the file's end")
        for column in chunk.rows.columns:
            if column.nbytes > longest and (place := too_long(column, longest)) >= 0:
                line = int(chunk.lines[place])
                raise over(source, "cell_bytes", f"line {line} has a longer cell")
        yield chunk


def _open(source: Given | Called, dataset: Dataset) -> Raw:
    from joinedup.sources import READERS  # noqa: PLC0415 - the room's table names this module's peers

    raw: Raw = import_module(READERS[dataset.layout.format]).open_raw(source, dataset.layout)
    return raw


def _at(source: Given | Called, problems: Sequence[Problem]) -> Iterator[Problem]:
    """Each problem with the file's name before the dataset or column it is about."""
    for problem in problems:
        inside = problem.where if problem.where != source.name else ""
        where = f"{source.name} ({inside})" if inside else source.name
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
            tokens = bool(dataset.fields[name].token_of)
            wrong[name].append(column.wrong | no_tokens(column.values) if tokens else column.wrong)
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
    raw: Raw, loaded: _Loaded, dataset: Dataset, source: Given | Called
) -> tuple[pa.Table, tuple[Rejected, ...]]:
    """The rows that can be taken, and why the others cannot; or the file is refused whole."""
    kept, rejected = sift(loaded.table, loaded.lines, loaded.wrong, dataset)
    rejected = (*_ragged(raw), *rejected)
    if problems := tuple(_refused(raw, loaded, rejected, dataset)):
        raise DeliveryError.of(_at(source, problems))
    return (loaded.table if kept.all() else loaded.table.filter(pa.array(kept))), rejected


def _ragged(raw: Raw) -> tuple[Rejected, ...]:
    if not raw.ragged:
        return ()
    lines = tuple(raw.ragged[:SHOWN_LINES])
    return (Rejected("fields too many or too few", "", len(raw.ragged), lines),)


def _refused(
    raw: Raw, loaded: _Loaded, rejected: Sequence[Rejected], dataset: Dataset
) -> Iterator[Problem]:
    """Why the file is refused whole: every mistake in it; nothing if it is not.

    One cell that is no token where a token was agreed refuses it, whatever share may be rejected:
    the partner sent what was not to be sent, and must know.
    """
    rows = loaded.table.num_rows + len(raw.ragged)
    count = sum(one.count for one in rejected)
    most = dataset.layout.most_rejected
    too_many = count > most * rows or count == rows
    strange = any(
        mask.any() for name, mask in loaded.wrong.items() if dataset.fields[name].token_of
    )
    if not (raw.faults or too_many or strange):
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
