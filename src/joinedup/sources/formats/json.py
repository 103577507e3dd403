"""JSON: one list of objects, at the top of the text or at `layout.record` inside it.

A row's line is its number in the list, from 1. The text is read as it comes, never held whole.
"""

from collections.abc import Iterator

from joinedup.core.vocabulary import Layout
from joinedup.sources.delivery import Raw, refusal, told_lines
from joinedup.sources.formats.encoded import Utf8File
from joinedup.sources.formats.members import Cells, open_members
from joinedup.sources.formats.nested import Members, flat, listed
from joinedup.sources.formats.sniff import open_checked
from joinedup.sources.given import Given


def open_raw(given: Given, layout: Layout) -> Raw:
    """The columns of every object, and the rows on demand.

    Raises:
        DeliveryError: no bytes, not text, not JSON, cut off, no list where it should be, an item
            that is no object, or no rows.
    """
    open_checked(given, "json")

    def rows() -> Iterator[tuple[int, Cells]]:
        others = []
        for number, item in enumerate(listed(given, Utf8File(given, layout), layout.record), 1):
            if isinstance(item, Members):
                yield number, list(flat(item))
            else:
                others.append(number)
        if others:
            raise refusal(
                given.name,
                f"items of the list are no objects: {told_lines(others, len(others))}.",
                fix="check layout.record, or ask the sender for a list of objects.",
            )

    return open_members(given, rows, [], inside=".")
