"""What are the columns called when the header takes no row, one, or several?

A heading over several columns is carried over them and stands before theirs: `Property / UPRN`.
"""

from collections.abc import Sequence

BETWEEN = " / "


def joined_headings(rows: Sequence[Sequence[str | None]]) -> tuple[str, ...]:
    """The columns' names; of as many columns as the longest row has, without empty ones at its end.

    Args:
        rows: the rows of the header. A cell that is None is covered by what stands to its left; one
            that is "" is known to stand alone.

    >>> joined_headings([("Ref", "Property", None, ""), (None, "UPRN", "Street", "Note")])
    ('Ref', 'Property / UPRN', 'Property / Street', 'Note')
    """
    width = max((len(row) for row in rows), default=0)
    whole = [[*row, *[None] * (width - len(row))] for row in rows]
    names = [_plain(cell) for cell in whole[-1]] if whole else []
    for row in reversed(whole[:-1]):
        names = [
            BETWEEN.join(part for part in (group, name) if part)
            for group, name in zip(_carried(row, names), names, strict=True)
        ]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _carried(row: Sequence[str | None], below: Sequence[str]) -> list[str]:
    """The groups of a row, each over its columns; a heading with none below covers only itself."""
    groups: list[str] = []
    group = ""
    for cell, name in zip(row, below, strict=True):
        if cell is not None:
            group = _plain(cell)
        groups.append(group)
        if not name:
            group = ""
    return groups


def _plain(cell: str | None) -> str:
    return (cell or "").strip()


def numbered(width: int) -> tuple[str, ...]:
    """Names for the columns of a file without a header: `column 1`, `column 2`."""
    return tuple(f"column {number}" for number in range(1, width + 1))
