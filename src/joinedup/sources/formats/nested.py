"""Objects inside objects: what rows does a JSON text hold, and what is a row laid flat?

A member of an object inside a row is a column `tenant.name`. Numbers stay as they are written
(`999000123.0`), one with an exponent as its value. A list is not laid flat: it would be many cells
where a row has one.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from joinedup.sources.delivery import refusal
from joinedup.sources.formats.encoded import BLOCK_BYTES
from joinedup.sources.formats.members import LISTED, too_deep
from joinedup.sources.formats.sniff import CUT_OFF_FIX
from joinedup.sources.given import Given, over

TAIL_BYTES = 64
OBJECT_OF_LIST = 2


class Readable(Protocol):
    """Bytes on demand."""

    def read(self, size: int = -1, /) -> bytes: ...


class Members(list[tuple[str, Any]]):
    """An object of JSON with its members in the file's order, a name that stands twice included."""


def flat(members: Members, inside: str = "") -> Iterator[tuple[str, Any]]:
    """The columns of an object and their cells: text, nothing, or the mark of a list."""
    for name, value in members:
        column = f"{inside}{name}"
        match value:
            case Members():
                yield from flat(value, f"{column}.")
            case list():
                yield column, LISTED
            case bool():
                yield column, "true" if value else "false"
            case None | str():
                yield column, value
            case _:
                yield column, str(value)


def listed(given: Given, file: Readable, record: str) -> Iterator[Any]:
    """Each item of the list at the dotted given, or of the list that is the whole text.

    Raises:
        DeliveryError: cut off, not JSON, nested too deep, or no list there.
    """
    events = _events(given, file)
    if not _found(events, record.split(".") if record else [], given):
        place = f"at {record}" if record else "at its top"
        raise refusal(
            given.name,
            f"the file is JSON, but there is no list of rows {place}.",
            fix="set layout.record to the dotted path of the list, such as result.records.",
        )
    for event, value in events:
        if event == "end_array":
            break
        yield _built(events, event, value)
    for _ in events:
        pass


def member(given: Given, file: Readable, name: str) -> Any:
    """What stands under a name at the top of the text; None if nothing does.

    Raises:
        DeliveryError: cut off, not JSON, or nested too deep.
    """
    events = _events(given, file)
    if next(events)[0] != "start_map":
        return None
    for inner, key in events:
        if inner == "end_map":
            return None
        event, value = next(events)
        if key == name:
            return _built(events, event, value)
        _pass_over(events, event, given)
    return None


def _events(given: Given, file: Readable) -> Iterator[tuple[str, Any]]:
    """What the text begins, names, says and ends, no deeper than a register goes.

    ijson's `parse` is not used: it keeps the path of every value, so that a text nested 100,000
    deep takes all memory before anything can be refused.
    """
    import ijson  # noqa: PLC0415 - only who reads JSON pays for it

    depth, watched = 0, _Watched(given, file)
    try:
        for event, value in ijson.basic_parse(watched):
            watched.unread = 0
            depth += event.startswith("start_") - event.startswith("end_")
            if depth > given.limits.depth:
                raise too_deep(given)
            yield event, value
    except (ijson.JSONError, UnicodeDecodeError, ArithmeticError):
        raise _unreadable(given) from None


class _Watched:
    """The text as it is read, as long as something in it comes to an end now and then."""

    def __init__(self, given: Given, file: Readable) -> None:
        self.given, self.file, self.unread = given, file, 0

    def read(self, size: int = -1, /) -> bytes:
        """The next block, unless one name, text or number goes on and on."""
        block = self.file.read(size)
        self.unread += len(block)
        held = self.unread - BLOCK_BYTES
        if held > self.given.limits.cell_bytes:
            raise over(self.given, "cell_bytes", f"one text has {held:,} characters and no end")
        return block


def _unreadable(given: Given) -> Exception:
    with given.open("rb") as file:
        file.seek(max(0, given.size - TAIL_BYTES))
        tail = file.read().replace(b"\0", b"").rstrip()
    if not tail.endswith((b"]", b"}")):
        what = "the file is cut off: its list of rows does not end."
        return refusal(given.name, what, fix=CUT_OFF_FIX)
    what = "the file is not JSON throughout: it is damaged, or cut off."
    return refusal(given.name, what, fix=CUT_OFF_FIX)


def _found(events: Iterator[tuple[str, Any]], steps: Sequence[str], given: Given) -> bool:
    """Go to the value under these names; whether it is there and is a list."""
    event, _ = next(events)
    for step in steps:
        if event != "start_map":
            return False
        for inner, key in events:
            if inner == "end_map":
                return False
            event, _ = next(events)
            if key == step:
                break
            _pass_over(events, event, given)
    return event == "start_array"


def _pass_over(events: Iterator[tuple[str, Any]], event: str, given: Given) -> None:
    """Go to the end of the value that begins with this event; its objects may be the rows."""
    depth, rows = int(event.startswith("start_")), 0
    while depth:
        event, _ = next(events)
        depth += event.startswith("start_") - event.startswith("end_")
        rows += event == "start_map" and depth == OBJECT_OF_LIST
        if rows > given.limits.rows:
            raise over(given, "rows", f"{rows:,} rows were met before the file's end")


def _built(events: Iterator[tuple[str, Any]], event: str, value: Any) -> Any:
    """The value that begins with this event."""
    if event == "start_map":
        members = Members()
        for inner, key in events:
            if inner == "end_map":
                break
            members.append((key, _built(events, *next(events))))
        return members
    if event == "start_array":
        items = []
        for inner, item in events:
            if inner == "end_array":
                break
            items.append(_built(events, inner, item))
        return items
    return value
