"""Do the first bytes belong to the format that was agreed?

Names lie, bytes do not: a Parquet file called `.csv` is refused before anything parses it.
"""

import re
import zipfile

from joinedup.core.vocabulary import Format
from joinedup.sources.delivery import refusal
from joinedup.sources.formats.archive import archive
from joinedup.sources.given import Given

CUT_OFF_FIX = "ask the sender to deliver the whole file again."
PARQUET = b"PAR1"
ZIP = b"PK\x03\x04"
ODS_TYPE = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
HEAD_BYTES = 512
TEXT = "text (CSV, fixed width)"
JSON = "JSON"
XML = "XML"
WORKBOOK = "a workbook (XLSX)"
SPREADSHEET = "an OpenDocument spreadsheet (ODS)"
MAGIC: tuple[tuple[bytes, str], ...] = (
    (PARQUET, "a Parquet file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file (XLS) or a workbook with a password"),
    (b"\x1f\x8b", "a gzip file"),
    (b"%PDF", "a PDF"),
    (b"ARROW1", "an Arrow file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"{\\rtf", "a word-processor file"),
    (b"<!DOCTYPE html", "a web page"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"\x7fELF", "a program"),
)
EXPECTED: dict[Format, str] = {
    "csv": TEXT,
    "fixed": TEXT,
    "geojson": JSON,
    "json": JSON,
    "jsonl": JSON,
    "ods": SPREADSHEET,
    "parquet": "a Parquet file",
    "xlsx": WORKBOOK,
    "xml": XML,
}


def open_checked(given: Given, wanted: Format) -> bytes:
    """The first bytes of a file that is not empty and begins as its format does.

    Raises:
        DeliveryError: no bytes, or the bytes of another format.
    """
    with given.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise refusal(given.name, "the file is empty: it has no bytes.", fix=CUT_OFF_FIX)
    seen, words = _kind(given, head), EXPECTED[wanted]
    blank = not _decoded(head).strip() and words in (JSON, XML)
    if seen != words and not blank:
        raise refusal(
            given.name,
            f"the file should be {words}, but its bytes are those of {seen}.",
            fix=f"ask the sender for {words}, or change layout.format.",
        )
    return head


def _kind(given: Given, head: bytes) -> str:
    """What the first bytes are those of."""
    if head.startswith(ZIP):
        return _zip_kind(given, head)
    # `MZ` may begin a word; a program holds a NUL among its first bytes, text never does.
    if head.startswith(b"MZ") and b"\0" in head[:16]:
        return "a program"
    for start, kind in MAGIC:
        if head.startswith(start):
            return kind
    text = _decoded(head)
    if re.match(r"\s*(\[\s*)?\{\s*[\"}]|\s*\[\s*(\]|$)", text):
        return JSON
    return XML if re.match(r"\s*<[?!A-Za-z]", text) else TEXT


def _decoded(head: bytes) -> str:
    """The first characters, whichever way they are encoded; only those of ASCII matter."""
    return head.decode("utf-8", "ignore").lstrip("\ufeff").replace("\0", "")


def _zip_kind(given: Given, head: bytes) -> str:
    """A workbook by what is in it; by its first bytes if it is cut off."""
    try:
        with archive(given) as parts:
            names = set(parts.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return SPREADSHEET if ODS_TYPE in head else WORKBOOK
    if "xl/workbook.xml" in names:
        return WORKBOOK
    return SPREADSHEET if "content.xml" in names else "a zip file"
