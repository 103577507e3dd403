"""OpenDocument spreadsheets, as small as they can be: four members of a zip with a fixed date."""

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pyarrow as pa
import pyarrow.compute as pc

from joinedup.town.wording import ISO, SLASHED, days, join, plain
from joinedup.town.writers.lines import Blocks, escaped, raw, rows_in

MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
URN = "urn:oasis:names:tc:opendocument:xmlns"
VERSION = "1.3"
MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="{URN}:manifest:1.0" manifest:version="{VERSION}">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIMETYPE}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>
"""
OPENING = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content'
    f' xmlns:office="{URN}:office:1.0" xmlns:table="{URN}:table:1.0" xmlns:text="{URN}:text:1.0"'
    f' office:version="{VERSION}"><office:body><office:spreadsheet>\n'
)
CLOSING = "</office:spreadsheet></office:body></office:document-content>\n"
CELL = '<table:table-cell office:value-type="'
MOST_ROWS = 1_048_576


def write(path: Path, blocks: Blocks, *, sheet: str) -> None:
    """One sheet with one header row; a sheet that would be too long goes on in a numbered one."""
    with ZipFile(path, "w") as file:
        file.writestr(_member("mimetype", ZIP_STORED), MIMETYPE)
        with file.open(_member("content.xml"), "w") as content:
            for part in _content(blocks, sheet):
                content.write(part)
        file.writestr(_member("META-INF/manifest.xml"), MANIFEST)


def _member(name: str, compression: int = ZIP_DEFLATED) -> ZipInfo:
    member = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    member.compress_type = compression
    return member


def _content(blocks: Blocks, sheet: str) -> Iterator[bytes]:
    yield OPENING.encode()
    number, rows = 0, MOST_ROWS
    for block in blocks:
        if rows + rows_in(block) >= MOST_ROWS:
            yield b"</table:table>\n" if number else b""
            number, rows = number + 1, 0
            name = sheet if number == 1 else f"{sheet} {number}"
            yield f'<table:table table:name="{name}">\n'.encode()
            yield raw(_row([_text(pa.array([name])) for name in block]))
        yield raw(_row([_cell(column) for column in block.values()]))
        rows += rows_in(block)
    yield b"</table:table>\n" if number else b""
    yield CLOSING.encode()


def _row(cells: list[pa.Array]) -> pa.Array:
    return join("<table:table-row>", *cells, "</table:table-row>\n")


def _cell(column: pa.Array) -> pa.Array:
    if not pa.types.is_date(column.type):
        return _text(column)
    numbers = column.cast(pa.int32()).to_numpy(zero_copy_only=False)
    return join(
        f'{CELL}date" office:date-value="', days(numbers, ISO), '"><text:p>',
        days(numbers, SLASHED), "</text:p></table:table-cell>",
    )  # fmt: skip


def _text(column: pa.Array) -> pa.Array:
    texts = plain(column)
    full = join(f'{CELL}string"><text:p>', escaped(texts), "</text:p></table:table-cell>")
    return pc.if_else(pc.equal(texts, ""), "<table:table-cell/>", full)
