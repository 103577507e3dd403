"""Where in a grid of cells are the titles, the header and the footer?"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from joinedup.sources.mapping.shapes import shapes

FIRST_ROWS = 40
WIDE_ENOUGH = 0.8
MOST_CELLS_LIKE_DATA = 0.3
MOST_FOOTERS = 5
FEWEST_GROUPS = 2
NOT_NAMES = frozenset({"address", "code", "name", "reference", "text", "boolean", "sex"})
CLOSING = re.compile(
    r"^\W*(grand |sub-?)?(total|end of|trailer|trl|record count|rows?:|count:|source:|note)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class HeaderPlace:
    """The header among the rows that hold something: how many stand above it, how many it takes."""

    skip_rows: int
    header_rows: int


def header_of(rows: Sequence[Sequence[str]]) -> HeaderPlace | None:
    """The first row that names as many columns as the table has; none if it would be data.

    A row above it that names some of its columns is a merged heading and part of it.
    """
    widths = Counter(len(row) for row in rows)
    width = max(widths.items(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))[0]
    for place, row in enumerate(rows[:FIRST_ROWS]):
        filled = [cell for cell in row if cell.strip()]
        if len(filled) < max(1, WIDE_ENOUGH * width) or (width > 1 and len(filled) == 1):
            continue
        if not _are_names(filled):
            return None
        above = rows[place - 1] if place else ()
        if _is_merged_heading(above, row):
            return HeaderPlace(place - 1, 2)
        return HeaderPlace(place, 1)
    return None


def _are_names(cells: Sequence[str]) -> bool:
    """Whether cells are words, not dates, numbers or postcodes: a row of data is not a header."""
    kinds = [
        shape.kind
        for shape in shapes({str(n): pa.array([c]) for n, c in enumerate(cells)}).values()
    ]
    like_data = sum(kind not in NOT_NAMES for kind in kinds)
    return like_data <= MOST_CELLS_LIKE_DATA * len(cells)


def _is_merged_heading(above: Sequence[str], header: Sequence[str]) -> bool:
    """Two or more words with gaps between them, none of them like a title's."""
    filled = [place for place, cell in enumerate(above) if cell.strip()]
    if len(filled) < FEWEST_GROUPS or len(above) > len(header) or len(filled) >= len(header):
        return False
    words = [above[place] for place in filled]
    return not any(re.search(r"[\d:]", cell) for cell in words) and _are_names(words)


def footer_of(rows: Sequence[Sequence[str]], width: int) -> int:
    """How many of the last rows close the file instead of belonging to the table.

    Args:
        rows: the last rows that hold something.
        width: how many columns the header names.
    """
    count = 0
    for row in reversed(rows[-MOST_FOOTERS:]):
        filled = [cell for cell in row if cell.strip()]
        if not filled or len(filled) > max(2, width / 2) or not CLOSING.match(filled[0]):
            break
        count += 1
    return count
