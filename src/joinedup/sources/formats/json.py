"""JSON: one list of objects, at the top of the text or at `layout.record` inside it.

A row's line is its number in the list, from 1. The text is read as it comes, never held whole.
"""

from collections.abc import Iterator
from pathlib import Path

from joinedup.core.errors import Problem
from joinedup.core.vocabulary import Layout
from joinedup.sources.delivery import Raw, refusal, told_lines
from joinedup.sources.formats.encoded import Utf8File, encoding_of, scan
from joinedup.sources.formats.members import Cells, open_members
from joinedup.sources.formats.nested import Members, flat, listed
from joinedup.sources.formats.sniff import open_checked


def open_raw(path: Path, layout: Layout) -> Raw:
    """The columns of every object, and the rows on demand.

    Raises:
        DeliveryError: no bytes, not text, not JSON, cut off, no list where it should be, an item
            that is no object, or no rows.
    """
    open_checked(path, "json")
    faults: list[Problem] = scan(path, layout, lines=False)
    encoding = encoding_of(layout)

    def rows() -> Iterator[tuple[int, Cells]]:
        others = []
        for number, item in enumerate(listed(path, Utf8File(path, encoding), layout.record), 1):
            if isinstance(item, Members):
                yield number, list(flat(item))
            else:
                others.append(number)
        if others:
            raise refusal(
                path.name,
                f"items of the list are no objects: {told_lines(others, len(others))}.",
                fix="check layout.record, or ask the sender for a list of objects.",
            )

    return open_members(path, rows, faults, inside=".")
