"""JSON lines: one object a line."""

import json
from collections.abc import Iterator
from typing import Any

from joinedup.core.errors import Problem
from joinedup.core.vocabulary import Layout
from joinedup.sources.delivery import Raw, told_lines
from joinedup.sources.formats.encoded import encoding_of, scan
from joinedup.sources.formats.members import Cells, open_members, too_deep
from joinedup.sources.formats.nested import Members, flat
from joinedup.sources.formats.sniff import open_checked
from joinedup.sources.given import Given


def open_raw(given: Given, layout: Layout) -> Raw:
    """The columns of every object, and the rows on demand.

    Raises:
        DeliveryError: no bytes, not text, nested too deep, or no rows.
    """
    open_checked(given, "jsonl")
    faults = scan(given, layout)
    encoding = encoding_of(layout)
    others: list[int] = []

    def rows() -> Iterator[tuple[int, Cells]]:
        others.clear()
        with given.open(encoding=encoding, newline="\n") as file:
            lines = iter(lambda: file.readline(given.limits.line_bytes), "")
            for line, text in enumerate(lines, 1):
                members = _object(given, text)
                if members is not None:
                    yield line, list(flat(members))
                elif text.strip():
                    others.append(line)

    raw = open_members(given, rows, faults, inside=".")
    if others:
        faults.append(_no_objects(given, others))
    return raw


def _object(given: Given, text: str) -> Members | None:
    """The object that a line is; None if it is anything else."""
    deepest = given.limits.depth
    try:
        value: Any = DECODER.decode(text)
    except ValueError:
        return None
    except RecursionError:
        raise too_deep(given) from None
    if not isinstance(value, Members):
        return None
    if text.count("{") > deepest and _depth(value) > deepest:
        raise too_deep(given)
    return value


def _depth(value: Any) -> int:
    """Levels of objects; Python's own limit of nesting is known to hold for the text."""
    deepest, level = 0, [value]
    while level:
        deepest += 1
        level = [inner for each in level for _, inner in each if isinstance(inner, Members)]
    return deepest


def _refused_constant(_: str) -> None:
    message = "NaN and Infinity are no JSON"
    raise ValueError(message)


# Numbers stay as they are written: a UPRN has leading digits that a float would round.
DECODER = json.JSONDecoder(
    object_pairs_hook=Members,
    parse_float=str,
    parse_int=str,
    parse_constant=_refused_constant,
)


def _no_objects(given: Given, lines: list[int]) -> Problem:
    count = f"{len(lines):,} line{'s are' if len(lines) > 1 else ' is'}"
    return Problem(
        given.name,
        f"{count} not one object of JSON: {told_lines(lines, len(lines))}; the file is damaged, cut"
        " off, or not JSON lines.",
        'ask the sender for the whole file again; a single list of objects is format = "json".',
    )
