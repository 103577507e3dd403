"""Are the file's cells what was agreed? Every mistake at once; counts and lines, never a cell.

`check_cells` says what is wrong when the file is refused whole; `sift` parts the rows that can be
taken from those that cannot, where the layout lets some be rejected.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.errors import Problem
from joinedup.core.vocabulary import Dataset
from joinedup.sources.alike import all_differ, same_rows
from joinedup.sources.delivery import SHOWN_LINES, Lines, Rejected, told_lines
from joinedup.sources.typed import WORDS, Mask

NOT_MADE = (
    "have the partner make the file with `joinedup pseudonymise`, and destroy this one: it may hold"
    " what was not to be sent."
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


def _wrong_types(lines: Lines, wrong: Mapping[str, Mask], dataset: Dataset) -> Iterator[Problem]:
    for field, mask in wrong.items():
        count = int(mask.sum())
        if count:
            kind, token_of = dataset.fields[field].type, dataset.fields[field].token_of
            words = "a token (32 to 64 hexadecimal digits)" if token_of else WORDS[kind]
            yield Problem(
                f"{dataset.id}.{field}",
                f"{_cells(count)} not {words} ({told_lines(_first(lines, mask), count)}).",
                NOT_MADE if token_of else _type_fix(kind, dataset),
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


def ragged_rows(lines: Sequence[int], width: int) -> Problem:
    """Rows that have not as many fields as the header."""
    rows = f"{len(lines):,} row{'s have' if len(lines) > 1 else ' has'}"
    return Problem(
        "",
        f"{rows} more or fewer fields than the header's {width}: {told_lines(lines, len(lines))}.",
        "ask the sender to deliver the whole file again. Delimiters inside a field must stand in"
        " quotes.",
    )


def sift(
    table: pa.Table, lines: Lines, wrong: Mapping[str, Mask], dataset: Dataset
) -> tuple[Mask, tuple[Rejected, ...]]:
    """Which rows can be taken, and why the others cannot: each counted under its first reason.

    Of rows with the same key the first that can be taken is kept.

    Returns:
        The rows to keep, shape (rows,), and the reasons in the order they are looked for.
    """
    kept = np.ones(table.num_rows, dtype=bool)
    rejected: list[Rejected] = []

    def reject(reason: str, column: str, faulty: Mask) -> None:
        mask = kept & faulty
        if mask.any():
            shown = tuple(_first(lines, mask))
            rejected.append(Rejected(reason, column, int(mask.sum()), shown))
            kept[mask] = False

    for name in table.column_names:
        reject("wrong type", name, wrong[name])
    for name in table.column_names:
        if name in dataset.key or dataset.fields[name].required:
            reason = "empty key" if name in dataset.key else "empty required field"
            reject(reason, name, pc.is_null(table[name]).to_numpy())
    key = [name for name in dataset.key if name in table.column_names]
    if len(key) == len(dataset.key) > 0:
        same, other = _repeats(table, key, kept)
        reject("repeated row", ", ".join(key), same)
        reject("repeated key", ", ".join(key), other)
    return kept, tuple(rejected)


def _repeats(table: pa.Table, key: Sequence[str], among: Mask) -> tuple[Mask, Mask]:
    """Rows whose key an earlier row has: with the same content in all columns, and with another."""
    same, other = np.zeros(table.num_rows, dtype=bool), np.zeros(table.num_rows, dtype=bool)
    if all_differ([table[name] for name in key]):
        return same, other
    places = np.flatnonzero(among)
    rows = table.select(key).take(pa.array(places)).append_column("\0row", pa.array(places))
    groups = rows.group_by(key).aggregate([("\0row", "count")])
    if groups.num_rows == rows.num_rows:
        return same, other
    met = rows.group_by(key).aggregate([("\0row", "list"), ("\0row", "min")])
    many = met.filter(pc.greater(pc.list_value_length(met["\0row_list"]), 1)).combine_chunks()
    members = pc.list_flatten(many["\0row_list"]).to_numpy()
    group = pc.list_parent_indices(many["\0row_list"]).to_numpy()
    first = many["\0row_min"].to_numpy()[group]
    members, first = members[members != first], first[members != first]
    alike = same_rows(table, table, members, first)
    same[members[alike]] = True
    other[members[~alike]] = True
    return same, other
