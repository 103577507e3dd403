"""Where do the columns of a fixed-width file begin, as far as that can be seen?

Seen are positions blank in every line, and values with a form of their own: a National Insurance
number, a date of eight digits, a postcode. Two columns of digits side by side are seen as one.
"""

import re
from collections.abc import Iterator, Sequence

SAME_LENGTH = 0.9
SHORTEST_LINE = 12
FEWEST_LINES = 3
MOST_LIKE = 0.9
UNLIKE = 0.35
FORMS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (9, re.compile(r"^([A-CEGHJ-PR-TW-Z]{2}\d{6}[A-D ]| {9})$")),
    (
        8,
        re.compile(
            r"^((0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(19|20)\d\d"
            r"|(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])| {8})$"
        ),
    ),
    (8, re.compile(r"^(?=.{8}$)([A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2} *| {8})$")),
)


def columns_by_position(
    lines: Sequence[str], last: Sequence[str]
) -> tuple[dict[str, tuple[int, int]], int, int] | None:
    """Column to its first and last position from 1, and how many lines stand before and after.

    Args:
        lines: the first lines, without line ends.
        last: the last lines of the file.

    Returns:
        Nothing if the lines are not of one length.
    """
    length = max((len(line) for line in lines), key=[len(line) for line in lines].count, default=0)
    body = [line for line in lines if len(line) == length]
    if length < SHORTEST_LINE or len(body) < max(FEWEST_LINES, SAME_LENGTH * (len(lines) - 2)):
        return None
    usual = [_usual(column) for column in zip(*body, strict=True)]
    before = _strangers(lines, usual)
    after = _strangers(list(reversed(last)), usual)
    body = [line for line in body[before:] if not _is_strange(line, usual)]
    starts = sorted({0, *_forms(body, length), *_after_blanks(body, length)})
    ends = [*starts[1:], length]
    widths = {
        f"column_{number}": (start + 1, end)
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    }
    return widths, before, after


def _strangers(lines: Sequence[str], usual: Sequence[str]) -> int:
    """How many lines from the first on are records of another kind."""
    return next((n for n, line in enumerate(lines) if not _is_strange(line, usual)), 0)


def _class(letter: str) -> str:
    return "9" if letter.isdigit() else "A" if letter.isalpha() else " " if letter == " " else "."


def _usual(column: Sequence[str]) -> str:
    """The class of characters nearly all lines have in a position; empty if there is none."""
    classes = [_class(letter) for letter in column]
    most = max(set(classes), key=lambda kind: (classes.count(kind), kind))
    return most if classes.count(most) >= MOST_LIKE * len(classes) else ""


def _is_strange(line: str, usual: Sequence[str]) -> bool:
    """Whether a line is unlike the others: a header record, a trailer."""
    telling = [(kind, place) for place, kind in enumerate(usual) if kind and kind != " "]
    unlike = sum(place >= len(line) or _class(line[place]) != kind for kind, place in telling)
    return unlike > UNLIKE * max(1, len(telling))


def _forms(body: Sequence[str], length: int) -> Iterator[int]:
    """Where a value with a form of its own begins, and where the next column then does."""
    start = 0
    while start < length:
        size = next((size for size, form in FORMS if _has_form(body, start, size, form)), 0)
        if size:
            yield start
            if start + size < length:
                yield start + size
        start += size or 1


def _has_form(body: Sequence[str], start: int, size: int, form: re.Pattern[str]) -> bool:
    cells = [line[start : start + size] for line in body]
    filled = [cell for cell in cells if cell.strip()]
    held = sum(form.match(cell) is not None for cell in filled)
    return bool(filled) and held >= MOST_LIKE * len(filled)


def _after_blanks(body: Sequence[str], length: int) -> Iterator[int]:
    """Positions after one that is blank in every line, but not inside a value's own form."""
    blank = [all(line[place] == " " for line in body) for place in range(length)]
    inside = set()
    for start in range(length):
        for size, form in FORMS:
            if _has_form(body, start, size, form):
                inside |= set(range(start + 1, start + size))
    for place in range(1, length):
        if blank[place - 1] and not blank[place] and place not in inside:
            yield place
