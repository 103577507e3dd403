"""A table of a document as CSV, such as a register asks for."""

import csv
import io

from joinedup.result import words
from joinedup.result.document import Document, Grid, Missing

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(document: Document) -> str:
    """The first table of the document: RFC 4180, UTF-8; a missing cell is empty.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    grid = next((part for part in document.parts if isinstance(part, Grid)), None)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    if grid is not None:
        writer.writerow([_safe(name) for name in grid.head])
        for row in grid.rows:
            writer.writerow(["" if isinstance(one, Missing) else _safe(one) for one in row])
    return out.getvalue()


def _safe(text: str) -> str:
    plain = words.printable(text)
    return f"'{plain}" if plain.startswith(STARTS_A_FORMULA) else plain
