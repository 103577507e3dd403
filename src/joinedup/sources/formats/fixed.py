"""Fixed width: each column stands at the same places of every line, from mainframes mostly.

A header takes rows only if the file has one with the columns' names at their places; a header
record of another kind is skipped (`skip_rows`), and so is a trailer (`footer_rows`). Blanks around
a cell are padding and left out; leading zeros are not.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.errors import ProjectError
from joinedup.core.vocabulary import Layout
from joinedup.sources.delivery import Chunk, Raw, refusal
from joinedup.sources.formats.chunks import footer_faults, hold_back
from joinedup.sources.formats.encoded import encoding_of, scan, utf8_blocks
from joinedup.sources.formats.headings import joined_headings
from joinedup.sources.formats.sniff import open_checked
from joinedup.sources.given import Given

CHUNK_ROWS = 50_000

Line = tuple[int, str]


def open_raw(given: Given, layout: Layout) -> Raw:
    """The columns of the layout, or of the header, and the rows on demand.

    Raises:
        DeliveryError: no bytes, not text, not in the agreed encoding, or no header.
        ProjectError: the layout gives no places, or places that cannot be.
    """
    open_checked(given, "fixed")
    _require_places(layout)
    faults = scan(given, layout)
    header, before = _header(given, layout)

    def chunks(wanted: Sequence[str]) -> Iterator[Chunk]:
        yield from _chunks(given, layout, raw, wanted, before=before)

    raw = Raw(header, chunks, faults)
    return raw


def _require_places(layout: Layout) -> None:
    ends = 0
    wrong = [name for name, (first, last) in layout.widths.items() if not 1 <= first <= last]
    places = sorted((first, last, name) for name, (first, last) in layout.widths.items())
    for first, last, name in places:
        if first <= ends and name not in wrong:
            wrong.append(name)
        ends = max(ends, last)
    if wrong or not layout.widths:
        raise ProjectError(
            "layout.widths gives no columns."
            if not layout.widths
            else f"the places of {', '.join(wrong)} in layout.widths are not from first to last,"
            " or lie in those of another column.",
            fix="write each column's first and last position in the line, from 1:"
            " surname = [20, 49].",
            where=layout.file,
        )


def _lines(given: Given, layout: Layout) -> Iterator[Line]:
    """Every line with its number, without its end."""
    held, line = b"", 1
    for block in chain(utf8_blocks(given, encoding_of(layout)), (b"\n",)):
        *whole, held = (held + block).split(b"\n")
        for text in whole:
            yield line, text.decode().removesuffix("\r")
            line += 1


def _header(given: Given, layout: Layout) -> tuple[tuple[str, ...], int]:
    """The columns' names, and how many lines stand before the first row."""
    if not layout.header_rows:
        return tuple(layout.widths), layout.skip_rows
    before = layout.skip_rows + layout.header_rows
    lines = [text for _, text in islice(_lines(given, layout), layout.skip_rows, before)]
    places = layout.widths.values()
    cells = [[text[first - 1 : last].strip() or None for first, last in places] for text in lines]
    names = joined_headings(cells)
    if not any(names):
        raise refusal(
            given.name,
            f"there is no header after {layout.skip_rows} title rows.",
            fix="if the file has no header, set layout.header_rows = 0; check layout.skip_rows.",
        )
    return (*names, *[""] * (len(places) - len(names))), before


def _chunks(
    given: Given, layout: Layout, raw: Raw, wanted: Sequence[str], *, before: int
) -> Iterator[Chunk]:
    places = dict(zip(raw.header, layout.widths.values(), strict=True))
    held: deque[Line] = deque()
    lines = ((line, text) for line, text in islice(_lines(given, layout), before, None) if text)
    rows = hold_back(lines, layout.footer_rows, held)
    count = 0
    while block := list(islice(rows, CHUNK_ROWS)):
        count += len(block)
        chunk = _chunk(block, raw, {name: places[name] for name in wanted}, layout=layout)
        if chunk.rows.num_rows:
            yield chunk
    footer = [(line, [text]) for line, text in held]
    raw.faults.extend(footer_faults(given, footer, rows=count, width=0, place=""))


def _chunk(
    block: list[Line], raw: Raw, places: Mapping[str, tuple[int, int]], *, layout: Layout
) -> Chunk:
    """The rows whose lines are as long as the layout says, blanks at their end apart."""
    width = max(last for _, last in layout.widths.values())
    lines = np.array([line for line, _ in block], dtype=np.int64)
    texts = pa.array([text for _, text in block], pa.string())
    too_short = pc.less(pc.utf8_length(texts), width)
    too_long = pc.greater(pc.utf8_length(pc.utf8_rtrim(texts, " ")), width)
    right = pc.invert(pc.or_(too_short, too_long))
    whole = np.asarray(right.to_numpy(zero_copy_only=False), dtype=bool)
    raw.ragged.extend(lines[~whole].tolist())
    texts = texts.filter(right)
    cells = [
        pc.utf8_trim(pc.utf8_slice_codeunits(texts, first - 1, last), " ")
        for first, last in places.values()
    ]
    return Chunk(pa.record_batch(cells, list(places)), lines[whole])
