"""Text with a character between the columns: commas, tabs, semicolons or bars."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from joinedup.town.wording import join, plain
from joinedup.town.writers.lines import Blocks, encoded, encoded_text, mark, raw, rows_in


def write(
    path: Path,
    blocks: Blocks,
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    newline: str = "\n",
    title: tuple[str, ...] = (),
    footer: Callable[[int], str] | None = None,
) -> None:
    """Title rows, the header, the rows, and what `footer` says of their number.

    A cell is quoted where it must be. Title rows are whole lines, without their end.
    """
    rows = 0
    with path.open("wb") as file:
        file.write(mark(encoding))
        for line in title:
            file.write(encoded_text(line + newline, encoding))
        for number, block in enumerate(blocks):
            if number == 0:
                file.write(encoded_text(delimiter.join(block) + newline, encoding))
            file.write(encoded(_lines(list(block.values()), delimiter, newline), encoding))
            rows += rows_in(block)
        if footer is not None:
            file.write(encoded_text(footer(rows) + newline, encoding))


def _lines(columns: list[pa.Array], delimiter: str, newline: str) -> pa.Array:
    parts: list[pa.Array | str] = []
    for number, column in enumerate(columns):
        parts += [_quoted(plain(column), delimiter), delimiter]
        if number == len(columns) - 1:
            parts[-1] = newline
    return join(*parts)


def _quoted(texts: pa.Array, delimiter: str) -> pa.Array:
    whole = raw(texts)
    if delimiter.encode() not in whole and b'"' not in whole:
        return texts
    special = pc.match_substring_regex(texts, f'[{delimiter}"]')
    doubled = pc.replace_substring(texts, '"', '""') if b'"' in whole else texts
    return pc.if_else(special, join('"', doubled, '"'), texts)
