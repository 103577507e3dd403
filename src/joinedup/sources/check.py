"""Is the file what was agreed? Its columns first, then its cells; every mistake at once.

Columns, counts and line numbers are named; the content of a cell never is. A header that
may be a row of data is therefore not repeated either.
"""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.errors import Problem
from joinedup.core.vocabulary import Dataset
from joinedup.sources.delivery import SHOWN_LINES, Lines, told_lines
from joinedup.sources.typed import WORDS, Mask

OTHER_FITS = 0.6
NAMED_COLUMNS = 40


def check_header(
    header: Sequence[str], dataset: Dataset, fields: Sequence[str], others: Sequence[Dataset]
) -> tuple[Problem, ...]:
    """What is wrong with the columns: a stranger's file, twice, missing, unexpected."""
    stranger = _other_dataset(header, dataset, others)
    if stranger:
        return (stranger,)
    if not _recognised(header, dataset):
        return (_no_header(header, dataset),)
    return tuple(
        problem
        for part in (
            _repeated(header, dataset),
            _missing(header, dataset, fields),
            _unexpected(header, dataset),
        )
        for problem in part
    )


def check_cells(
    table: pa.Table, lines: Lines, wrong: Mapping[str, Mask], dataset: Dataset
) -> tuple[Problem, ...]:
    """What is wrong with the rows: none, wrong types, empty where required, keys met twice.

    Args:
        table: the typed fields under our names.
        lines: where each row begins in the file, shape (rows,).
        wrong: field to the cells that are not of its type, shape (rows,).
        dataset: what was promised.
    """
    if not table.num_rows:
        what = "the file has a header and no rows."
        return (Problem(dataset.id, what, "ask the sender for a new file with its rows."),)
    return (
        *_wrong_types(lines, wrong, dataset),
        *_empty_cells(table, lines, wrong, dataset),
        *_repeated_keys(table, lines, wrong, dataset),
    )


def _known(dataset: Dataset) -> dict[str, str]:
    """The sender's columns that may be there, to our field names (themselves, if ignored)."""
    fields = {dataset.sender_column(name): name for name in dataset.fields}
    return dict.fromkeys(dataset.layout.ignored, "") | fields


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _recognised(header: Sequence[str], dataset: Dataset) -> bool:
    """Whether any column is as expected, so that the first line is a header and may be repeated."""
    expected = {_plain(name) for name in (*_known(dataset), *dataset.fields)} - {""}
    return any(_plain(name) in expected for name in header)


def _likeness(header: Sequence[str], dataset: Dataset) -> float:
    """Share of columns in common, 0 to 1, of all in the header or promised."""
    known, there = set(_known(dataset)), set(header)
    return len(known & there) / max(1, len(known | there))


def _other_dataset(
    header: Sequence[str], dataset: Dataset, others: Sequence[Dataset]
) -> Problem | None:
    rivals = [other for other in others if other.id != dataset.id]
    best = max(rivals, key=lambda other: _likeness(header, other), default=None)
    if best is None or _likeness(header, best) <= max(OTHER_FITS, _likeness(header, dataset)):
        return None
    return Problem(
        dataset.id,
        f"the file's columns are those of the dataset {best.id}, not of {dataset.id}.",
        f"deliver it as {best.id}, or ask the sender for the file of {dataset.id}.",
    )


def _no_header(header: Sequence[str], dataset: Dataset) -> Problem:
    expected = ", ".join(sorted(_known(dataset))[:NAMED_COLUMNS])
    return Problem(
        dataset.id,
        f"none of the {len(header)} columns is one of those agreed; the first line read may be a"
        " row of data, so it is not repeated here.",
        f"check layout.skip_rows and layout.delimiter; the header should hold {expected}.",
    )


def _repeated(header: Sequence[str], dataset: Dataset) -> Iterator[Problem]:
    for name in sorted({name for name in header if header.count(name) > 1}):
        yield Problem(
            dataset.id,
            f"the header names the column {name or '(without a name)'} {header.count(name)} times.",
            "ask the sender for a new file in which each column has a name of its own.",
        )


def _missing(header: Sequence[str], dataset: Dataset, fields: Sequence[str]) -> Iterator[Problem]:
    free = [name for name in header if name and name not in _known(dataset)]
    for field in fields:
        wanted = dataset.sender_column(field)
        if wanted in header:
            continue
        near = _near(wanted, free) or _near(field, free)
        there = f"{near} is near; " if near else f"it does have {_listed(free)}; " if free else ""
        yield Problem(
            dataset.id,
            f"the file has no column {wanted}.",
            f'{there}rename one under [layout.rename] ({field} = "its name"), or ask the sender'
            " for a new file.",
        )


def _near(wanted: str, names: Sequence[str]) -> str:
    plain = {_plain(name): name for name in names}
    close = get_close_matches(_plain(wanted), list(plain), n=1, cutoff=0.7)
    return plain[close[0]] if close else ""


def _listed(names: Sequence[str]) -> str:
    more = len(names) - NAMED_COLUMNS
    return ", ".join(names[:NAMED_COLUMNS]) + (f" and {more} more" if more > 0 else "")


def _unexpected(header: Sequence[str], dataset: Dataset) -> Iterator[Problem]:
    known = _known(dataset)
    for name in dict.fromkeys(header):
        if name not in known:
            yield Problem(
                dataset.id,
                f"the file has a column {name or 'without a name'} that was not agreed.",
                "name it under layout.ignored so that it is never read, or add it to the dataset's"
                " fields and have an agreement cover it.",
            )


def _wrong_types(lines: Lines, wrong: Mapping[str, Mask], dataset: Dataset) -> Iterator[Problem]:
    for field, mask in wrong.items():
        count = int(mask.sum())
        if count:
            kind = dataset.fields[field].type
            yield Problem(
                f"{dataset.id}.{field}",
                f"{_cells(count)} not {WORDS[kind]} ({told_lines(_first(lines, mask), count)}).",
                _type_fix(kind, dataset),
            )


def _type_fix(kind: str, dataset: Dataset) -> str:
    if kind in ("date", "datetime"):
        agreed = dataset.layout.date_format or "ISO 8601 (2014-06-30)"
        return f"dates should be {agreed}; mend layout.date_format, or ask the sender."
    return "mend the field's type in the dataset, or ask the sender for a new file."


def _cells(count: int) -> str:
    return f"{count:,} cells are" if count > 1 else "1 cell is"


def _first(lines: Lines, mask: Mask) -> list[int]:
    return [int(line) for line in lines[np.flatnonzero(mask)[:SHOWN_LINES]]]


def _empty_cells(
    table: pa.Table, lines: Lines, wrong: Mapping[str, Mask], dataset: Dataset
) -> Iterator[Problem]:
    for field in table.column_names:
        if not (dataset.fields[field].required or field in dataset.key):
            continue
        empty = pc.is_null(table[field]).to_numpy() & ~wrong[field]
        count = int(empty.sum())
        if count:
            yield Problem(
                f"{dataset.id}.{field}",
                f"{_cells(count)} empty, where every row must have one"
                f" ({told_lines(_first(lines, empty), count)}).",
                "ask the sender for a new file, or agree that the field may be empty.",
            )


def _repeated_keys(
    table: pa.Table, lines: Lines, wrong: Mapping[str, Mask], dataset: Dataset
) -> Iterator[Problem]:
    key = list(dataset.key)
    if not key or not set(key) <= set(table.column_names):
        return
    whole = ~np.any([wrong[field] for field in key], axis=0)
    for field in key:
        whole &= ~pc.is_null(table[field]).to_numpy()
    rows = table.select(key).append_column("\0line", pa.array(lines)).filter(pa.array(whole))
    groups = rows.group_by(key).aggregate([("\0line", "min"), ("\0line", "count")])
    twice = groups.filter(pc.greater(groups["\0line_count"], 1))
    count = rows.num_rows - groups.num_rows
    if count:
        first = sorted(twice["\0line_min"].to_pylist())[:SHOWN_LINES]
        places = told_lines(first, twice.num_rows)
        yield Problem(
            dataset.id,
            f"{count:,} row{'s repeat' if count > 1 else ' repeats'} a key"
            f" ({', '.join(key)}) that was met before; first met on {places}.",
            "ask the sender for one row per key, or mend the dataset's key.",
        )
