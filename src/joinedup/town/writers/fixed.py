"""Text in fixed positions: every column has its place on the line, counted from 1."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow.compute as pc

from joinedup.town.wording import join, plain
from joinedup.town.writers.lines import Blocks, encoded, encoded_text, rows_in

NEWLINE = "\r\n"


def write(
    path: Path,
    blocks: Blocks,
    *,
    places: Mapping[str, tuple[int, int]],
    header: str,
    trailer: Callable[[int], str],
    encoding: str = "latin-1",
) -> None:
    """A header record, the rows, a trailer record that knows how many.

    Args:
        path: of the file.
        blocks: of text; longer texts are cut, shorter ones filled with spaces.
        places: first and last position of each column, side by side from 1.
        header: the first line.
        trailer: the last line, given the number of rows.
        encoding: of one byte to a character.
    """
    rows = 0
    with path.open("wb") as file:
        file.write(encoded_text(header + NEWLINE, encoding))
        for block in blocks:
            cells = []
            for name, (first, last) in places.items():
                width = last - first + 1
                cut = pc.utf8_slice_codeunits(plain(block[name]), 0, width)
                cells.append(pc.utf8_rpad(cut, width, padding=" "))
            file.write(encoded(join(*cells, NEWLINE), encoding))
            rows += rows_in(block)
        file.write(encoded_text(trailer(rows) + NEWLINE, encoding))
