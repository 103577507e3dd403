"""The result for a terminal: the finding, the doubt, the cautions, the checks, then the rest.

Plain text of at most 100 columns, without colour. A chart is told by its alternative text.
"""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from joinedup.result import words
from joinedup.result.blocks import (
    Block,
    Caution,
    Cell,
    Check,
    Checks,
    Column,
    Estimates,
    Figure,
    Hidden,
    Map,
    Prose,
    Table,
)
from joinedup.result.model import Content, Result

COLUMNS = 100
ROWS = 20
GAP = "  "
NARROWEST = 8
LEAD = (Estimates, Caution, Checks)


def render(content: Content) -> str:
    """The whole result as text that ends in a line break; no line is longer than 100 columns.

    A table shows its first 20 rows and says how many more there are.
    """
    result = words.result_of(content)
    parts = [
        "\n".join([*wrapped(result.headline), *wrapped(f"{'. '.join(words.status(content))}")]),
        *("\n".join(lines_of(block)) for block in reading_order(result.blocks)),
        "\n".join(provenance(result)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def reading_order(blocks: Sequence[Block]) -> list[Block]:
    """Cautions first. Then numbers and checks, unless sections say what they belong to."""
    has_sections = any(isinstance(block, Prose) and block.heading for block in blocks)
    lead = (Caution,) if has_sections else LEAD
    first = [block for kind in lead for block in blocks if isinstance(block, kind)]
    rest = [block for block in blocks if not isinstance(block, lead)]
    return [*dict.fromkeys(first), *rest]  # the same caution from two steps is said once


def lines_of(block: Block) -> Iterator[str]:
    """One block as lines."""
    match block:
        case Prose():
            yield from heading(block.heading)
            yield from paragraphs(block.text)
        case Table():
            yield from table_lines(block)
        case Figure():
            yield from wrapped(f"Chart: {block.title}")
            yield from wrapped(block.alt, indent="  ")
        case Map():
            from joinedup.result import choropleth  # noqa: PLC0415 - only a result with a map

            yield from wrapped(f"Map: {block.title}")
            yield from wrapped(f"{block.alt} {choropleth.note(block)}", indent="  ")
        case Caution():
            yield from wrapped(block.text, indent="Caution   ")
        case Estimates():
            yield from heading(block.title)
            yield from estimate_lines(block)
        case Checks():
            yield from heading(block.title)
            for check in block.items:
                yield from check_lines(check)
        case _:
            assert_never(block)


def heading(text: str) -> Iterator[str]:
    """A heading underlined with hyphens; nothing if there is none."""
    lines = wrapped(text)
    yield from lines
    if lines:
        yield "-" * max(len(line) for line in lines)


def paragraphs(text: str) -> Iterator[str]:
    """Paragraphs, wrapped, with an empty line between them."""
    for index, part in enumerate(split_paragraphs(text)):
        if index:
            yield ""
        yield from wrapped(part)


def split_paragraphs(text: str) -> list[str]:
    """Text cut at its empty lines."""
    lines = [line.strip() for line in text.strip().splitlines()]
    groups = "\n".join(lines).split("\n\n")
    return [group.strip() for group in groups if group.strip()]


def wrapped(text: str, *, indent: str = "") -> list[str]:
    """Text broken at 100 columns; the indent stands before the first line, spaces after."""
    return textwrap.wrap(
        words.printable(" ".join(text.split())),
        COLUMNS,
        initial_indent=indent,
        subsequent_indent=" " * len(indent),
        break_on_hyphens=False,
    )


def estimate_lines(block: Estimates) -> Iterator[str]:
    """Each estimate in one line, or its doubt in the next where it does not fit."""
    names = [words.printable(words.name_of(item)) for item in block.items]
    sizes = [words.printable(words.size_of(item)) for item in block.items]
    width = max(map(len, names), default=0)
    room = max(map(len, sizes), default=0)
    for name, size, item in zip(names, sizes, block.items, strict=True):
        rests = f"{words.doubt(item)} · rests on {item.n:,}"
        line = f"  {name:<{width}}{GAP}{size:>{room}}{GAP}{rests}"
        if len(line) <= COLUMNS:
            yield line
        else:
            yield from wrapped(f"{name}: {size}", indent="  ")
            yield from wrapped(rests, indent="    ")


def check_lines(check: Check) -> list[str]:
    """The answer, the check, and what it saw."""
    text = f"{check.name.rstrip('.')}. {check.detail}" if check.detail else check.name
    return wrapped(text, indent=f"  {check.answer:<11}  ")


def table_lines(table: Table) -> Iterator[str]:
    """Title, heading, at most 20 rows, and what was left out."""
    yield from wrapped(table.title)
    shown = _rows_shown(table)
    body = [
        [words.cell(column, value).replace("\n", " ") for column, value in zip(table.columns, row)]  # noqa: B905 - a short row shows what it has
        for row in shown
    ]
    widths = column_widths(table.columns, body)
    yield from _heads(table.columns[: len(widths)], widths)
    for row in body:
        yield _line(
            [_cut(text, width) for text, width in zip(row, widths)],  # noqa: B905 - as many columns as fit
            table.columns,
            widths,
        )
    left = len(table.rows) - len(shown)
    if left:
        yield from wrapped(f"… and {left:,} more {'row' if left == 1 else 'rows'}", indent=GAP)
    if len(widths) < len(table.columns):
        names = ", ".join(words.heading(column) for column in table.columns[len(widths) :])
        yield from wrapped(f"Too wide to show here: {names}.", indent=GAP)
    for note in (table.note, words.note_on_hidden(table)):
        yield from wrapped(note, indent=GAP)


def column_widths(columns: Sequence[Column], body: Sequence[Sequence[str]]) -> list[int]:
    """How wide each column stands; fewer than the columns if the rest does not fit."""
    widths = []
    for index, column in enumerate(columns):
        longest = max((len(row[index]) for row in body if index < len(row)), default=0)
        word = max((len(part) for part in words.heading(column).split()), default=1)
        widths.append(min(max(longest, min(word, 16), 1), COLUMNS - len(GAP)))
    while sum(width + len(GAP) for width in widths) > COLUMNS:
        wide = [
            index
            for index, width in enumerate(widths)
            if width > NARROWEST and not words.is_number(columns[index])
        ]
        if wide:
            widths[max(wide, key=lambda index: widths[index])] -= 1
        else:
            widths.pop()
    return widths


def _rows_shown(table: Table) -> list[tuple[Cell | Hidden, ...]]:
    rows: list[tuple[Cell | Hidden, ...]] = list(table.rows)
    if len(rows) <= ROWS:
        return rows
    return [*rows[: ROWS - 1], rows[-1]] if table.total_row else rows[:ROWS]


def _heads(columns: Sequence[Column], widths: Sequence[int]) -> Iterator[str]:
    stacks = [
        textwrap.wrap(words.printable(words.heading(column)), width) or [""]
        for column, width in zip(columns, widths, strict=True)
    ]
    height = max(map(len, stacks), default=0)
    for level in range(height):
        yield _line(
            [
                stack[level - height + len(stack)] if level >= height - len(stack) else ""
                for stack in stacks
            ],
            columns,
            widths,
        )
    yield GAP + GAP.join("-" * width for width in widths)


def _line(texts: Iterable[str], columns: Sequence[Column], widths: Sequence[int]) -> str:
    parts = [
        text.rjust(width) if words.is_number(column) else text.ljust(width)
        for text, column, width in zip(texts, columns, widths)  # noqa: B905 - as many as fit
    ]
    return (GAP + GAP.join(parts)).rstrip()


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def provenance(result: Result) -> Iterator[str]:
    """Where it comes from, in one or two lines."""
    pairs = [f"{name.lower()} {value}" for name, value in words.provenance_rows(result)]
    yield from wrapped(" · ".join(pairs))
