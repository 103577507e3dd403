"""Which element, or which list, holds the rows of an XML or JSON file?"""

from collections import Counter, defaultdict
from typing import Any

from joinedup.core.vocabulary import Layout
from joinedup.sources.delivery import refusal
from joinedup.sources.formats.encoded import Utf8File
from joinedup.sources.formats.members import too_deep
from joinedup.sources.given import Given

MOST_EVENTS = 200_000
PIECE_BYTES = 4_096
RIVAL = 0.5


def repeating_element(given: Given) -> tuple[str, tuple[str, ...]]:
    """The element that repeats and holds leaves, and others that do nearly as often.

    Raises:
        DeliveryError: the file is not XML, or nothing in it repeats.
    """
    from defusedxml.common import DefusedXmlException  # noqa: PLC0415 - only for XML
    from defusedxml.ElementTree import ParseError, iterparse  # noqa: PLC0415 - as above

    counts: Counter[str] = Counter()
    leaves: defaultdict[str, Counter[str]] = defaultdict(Counter)
    stack: list[tuple[str, bool]] = []
    try:
        with given.open("rb") as file:
            for number, (event, element) in enumerate(iterparse(file, events=("start", "end"))):
                if event == "start":
                    if stack:
                        stack[-1] = (stack[-1][0], True)
                    stack.append((_local(element.tag), bool(element.attrib)))
                    continue
                name, holds = stack.pop()
                if holds:
                    counts[name] += 1
                elif stack:
                    leaves[stack[-1][0]][name] += 1
                element.clear()
                if number > MOST_EVENTS:
                    break
    except DefusedXmlException:
        raise refusal(
            given.name,
            "the file declares a document type, which can make a small file fill the memory or"
            " fetch other files; none is read.",
            fix="ask the sender for a file without a DOCTYPE.",
        ) from None
    except ParseError:
        raise refusal(
            given.name, "the file is not well-formed XML.", fix="ask the sender for it again."
        ) from None
    rows = {name: count for name, count in counts.items() if len(leaves[name]) > 1}
    return _most(given, rows, "element")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


class _Pieces:
    """A text of JSON in small pieces.

    ijson makes all events of a piece, each with its whole path, before one of them is seen.
    """

    def __init__(self, given: Given) -> None:
        self._file = Utf8File(given, Layout(format="json", file=given.name))
        self._held = b""

    def read(self, size: int = -1) -> bytes:
        """The next piece; no bytes at the end, or if none are asked for."""
        if size and not self._held:
            self._held = self._file.read(size)
        count = PIECE_BYTES if size else 0
        piece, self._held = self._held[:count], self._held[count:]
        return piece


def repeating_list(given: Given) -> tuple[str, tuple[str, ...]]:
    """The dotted path to the longest list of objects (empty for the whole file), and its rivals.

    Raises:
        DeliveryError: the file is not JSON, or holds no list of objects.
    """
    import ijson  # noqa: PLC0415 - only for JSON

    counts: Counter[str] = Counter()
    try:
        events: Any = ijson.parse(_Pieces(given))
        for number, (prefix, event, _) in enumerate(events):
            if prefix.count(".") > given.limits.depth:
                raise too_deep(given)
            if event == "start_map" and (prefix == "item" or prefix.endswith(".item")):
                counts[prefix] += 1
            if number > MOST_EVENTS:
                break
    except (ijson.JSONError, UnicodeDecodeError, ArithmeticError):
        raise refusal(
            given.name, "the file is not JSON.", fix="ask the sender for it again."
        ) from None
    outer = {name: count for name, count in counts.items() if ".item." not in f".{name}"[:-5] + "."}
    paths = {name.removesuffix("item").removesuffix("."): n for name, n in outer.items()}
    return _most(given, paths, "list of objects")


def _most(given: Given, counts: dict[str, int], word: str) -> tuple[str, tuple[str, ...]]:
    if not counts:
        raise refusal(
            given.name,
            f"no {word} in the file repeats, so there are no rows to be seen.",
            fix="set layout.record yourself, or ask the sender for another format.",
        )
    best = max(counts, key=lambda name: counts[name])
    rivals = (name for name, n in counts.items() if name != best and n > RIVAL * counts[best])
    return best, tuple(sorted(rivals))
