"""Rows that name their own columns (JSON, XML): which columns are there, and which cells?

No row says what the others have, so the whole file is read for its columns before any row is
given. A column that holds nothing in any row, while columns inside it do, is none.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from joinedup.core.errors import Problem
from joinedup.sources.delivery import Chunk, Raw, refusal, told_lines
from joinedup.sources.formats.chunks import chunks_of
from joinedup.sources.given import Given, over

MOST_COLUMNS = 2_000

Cells = Sequence[tuple[str, Any]]
Rows = Callable[[], Iterator[tuple[int, Cells]]]


class Listed:
    """The one cell that stands for a list inside a row."""


LISTED = Listed()


def too_deep(given: Given) -> Exception:
    """The refusal of a text that is nested as no register is."""
    return over(
        given, "depth", f"the file is nested more than {given.limits.depth} deep, as no register is"
    )


def open_members(
    given: Given,
    rows: Rows,
    faults: list[Problem],
    *,
    inside: str,
    fields: dict[str, pa.Field] | None = None,
) -> Raw:
    """The columns of every row, and the rows on demand.

    Args:
        given: the file.
        rows: gives each row's line and its columns with their cells, from the start each time.
        faults: what was found wrong while opening.
        inside: what stands between a column and one inside it: `.` or `/`.
        fields: columns that are not text.

    Raises:
        DeliveryError: there are no rows, or as many columns as only values can make.
    """
    header = _header(given, rows(), inside)

    def chunks(wanted: Sequence[str]) -> Iterator[Chunk]:
        columns = [(fields or {}).get(name) or pa.field(name, pa.string()) for name in wanted]
        lists: dict[str, list[int]] = {}
        twice: dict[str, list[int]] = {}
        yield from chunks_of(given, _picked(rows(), wanted, lists, twice), columns)
        faults.extend(_problems(given, lists, twice))

    return Raw(header, chunks, faults)


def _header(given: Given, rows: Iterator[tuple[int, Cells]], inside: str) -> tuple[str, ...]:
    filled: dict[str, bool] = {}
    for count, (_, cells) in enumerate(rows, 1):
        if count > given.limits.rows:
            raise over(given, "rows", f"{count:,} rows were met before the file's end")
        for name, cell in cells:
            if cell is not None:
                filled[name] = True
            else:
                filled.setdefault(name, False)
        if len(filled) > MOST_COLUMNS:
            raise refusal(
                given.name,
                f"the rows have more than {MOST_COLUMNS:,} columns; their names seem to be values.",
                fix="check layout.record, or ask the sender for rows that have the same columns.",
            )
    if not filled:
        raise refusal(
            given.name,
            "the file has no rows.",
            fix="check layout.record, or ask the sender for a new file with its rows.",
        )
    parents = {name[:end] for name in filled for end in _ends(name, inside)}
    return tuple(name for name, held in filled.items() if held or name not in parents)


def _ends(name: str, inside: str) -> Iterator[int]:
    return (place for place, letter in enumerate(name) if letter == inside)


def _picked(
    rows: Iterator[tuple[int, Cells]],
    wanted: Sequence[str],
    lists: dict[str, list[int]],
    twice: dict[str, list[int]],
) -> Iterator[tuple[int, list[Any]]]:
    """The wanted cells of each row; what cannot be one cell is noted with its line."""
    places = {name: place for place, name in enumerate(wanted)}
    for line, cells in rows:
        row: list[Any] = [None] * len(wanted)
        met = set()
        for name, cell in cells:
            place = places.get(name)
            if place is None:
                continue
            if place in met:
                twice.setdefault(name, []).append(line)
            elif cell is LISTED:
                lists.setdefault(name, []).append(line)
            else:
                row[place] = cell
            met.add(place)
        yield line, row


def _problems(
    given: Given, lists: dict[str, list[int]], twice: dict[str, list[int]]
) -> Iterator[Problem]:
    causes = ((twice, "stands more than once"), (lists, "holds a list"))
    for found, words in causes:
        for name, all_lines in found.items():
            lines = list(dict.fromkeys(all_lines))
            rows = f"{len(lines):,} row{'s' if len(lines) > 1 else ''}"
            yield Problem(
                given.name,
                f"{name} {words} in {rows}, where a row has one cell:"
                f" {told_lines(lines, len(lines))}.",
                "ask the sender for a file of its own with one row for each, or name the column"
                " under layout.ignored.",
            )
