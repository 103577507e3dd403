"""Does a figure or map say a hidden number elsewhere: in a title, an axis, a tooltip, a label?

A chart is drawn from the table behind it, in which the number is hidden; but its axis may end at
it, or its title may tell it. A number that the shown table still holds tells nothing new, and
neither does the threshold of the profile. Sizes and colours are not looked at: they say nothing of
people.
"""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from joinedup.core.errors import Problem
from joinedup.govern.disclosure.profiles import Profile
from joinedup.result.blocks import Cell, Figure, Hidden, Map, Table

SAYS = frozenset(
    (
        *("title", "subtitle", "text", "name", "description", "label", "labels", "tooltip", "alt"),
        *("domain", "domainMin", "domainMax", "domainMid", "values", "value", "datum"),
        *(
            "range",
            "extent",
            "bin",
            "filter",
            "calculate",
            "expr",
            "condition",
            "test",
            "labelExpr",
        ),
    )
)
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")
DIGITS = (1, 2)
CUT = "Some of its figures are hidden; the table gives the others."


def tells_hidden(before: Figure | Map, shown: Table, profile: Profile) -> Iterator[Problem]:
    """Where a figure or map says a number that is hidden in the table behind it.

    Args:
        before: with the table as it was.
        shown: the same table as it may be shown.
        profile: whose rules; its threshold may be named.
    """
    hidden = _secret(before.table, shown, profile)
    if not hidden:
        return
    kind = "figure" if isinstance(before, Figure) else "map"
    places = {"title": before.title, "text for those who cannot see it": before.alt}
    places |= {f"heading {one.name}": f"{one.label} {one.unit}" for one in shown.columns}
    places |= {"table's title": shown.title, "note": shown.note}
    said = [place for place, text in places.items() if _in_text(text) & hidden]
    if isinstance(before, Figure) and any(one & hidden for one in _said(before.chart, said=False)):
        said.append("chart")
    for place in said:
        yield Problem(
            f"{kind} '{before.title}'",
            f"its {place} says a number that is hidden in the table behind it.",
            "have the method leave the number out; an axis is drawn from the table by itself.",
        )


def without_hidden(text: str, before: Table, shown: Table, profile: Profile) -> str:
    """A text for those who cannot see a picture, without its sentences that say a hidden number."""
    hidden = _secret(before, shown, profile)
    sentences = re.split(r"(?<=[.!?])\s+", text)
    kept = [sentence for sentence in sentences if not _in_text(sentence) & hidden]
    if len(kept) == len(sentences):
        return text
    return " ".join([*kept, CUT])


def _secret(before: Table, shown: Table, profile: Profile) -> set[str]:
    return _hidden(before, shown) - _numbers(shown) - {str(profile.persons)}


def _hidden(before: Table, shown: Table) -> set[str]:
    """The numbers hidden, each as it might be written."""
    pairs = zip(before.rows, shown.rows, strict=True)
    return {
        text
        for old, new in pairs
        for was, now in zip(old, new, strict=True)
        if isinstance(now, Hidden)
        for text in _ways(was)
    }


def _numbers(table: Table) -> set[str]:
    return {text for row in table.rows for cell in row for text in _ways(cell)}


def _ways(cell: Cell | Hidden) -> Iterator[str]:
    """A number as it may be written: with few digits, and as a percentage."""
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not math.isfinite(cell):
        return
    yield _plain(cell)
    if not float(cell).is_integer():
        for digits in DIGITS:
            yield _plain(round(cell, digits))
            yield _plain(round(100 * cell, digits))
    if 0 < cell < 1:
        yield _plain(round(100 * cell))


def _plain(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else repr(float(number))


def _in_text(text: str) -> set[str]:
    return {_plain(float(one.replace(",", ""))) for one in NUMBER.findall(text)}


def _said(part: Any, *, said: bool) -> Iterator[set[str]]:
    """The numbers of a chart's specification that a reader sees or can work with."""
    if isinstance(part, Mapping):
        for key, inner in part.items():
            yield from _said(inner, said=said or key in SAYS)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from _said(inner, said=said)
    elif said and isinstance(part, str):
        yield _in_text(part)
    elif said and isinstance(part, int | float) and not isinstance(part, bool):
        yield {_plain(part)}
