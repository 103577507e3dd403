"""Do the first and last bytes belong to the format that was agreed?

Names lie, bytes do not: a Parquet file called `.csv` is refused before anything parses it.
"""

from pathlib import Path

from joinedup.core.vocabulary import Format
from joinedup.sources.delivery import refusal

CUT_OFF_FIX = "ask the sender to deliver the whole file again."
PARQUET = b"PAR1"
ZIP = b"PK\x03\x04"
MAGIC: tuple[tuple[bytes, str], ...] = (
    (PARQUET, "a Parquet file"),
    (ZIP, "a zip file or a workbook (XLSX)"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file (XLS) or a workbook with a password"),
    (b"\x1f\x8b", "a gzip file"),
    (b"%PDF", "a PDF"),
    (b"ARROW1", "an Arrow file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"{\\rtf", "a word-processor file"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
)
EXPECTED: dict[Format, tuple[bytes, str]] = {
    "parquet": (PARQUET, "Parquet"),
    "xlsx": (ZIP, "a workbook (XLSX)"),
}


def open_checked(path: Path, wanted: Format) -> bytes:
    """The first bytes of a file that is there, is not empty and begins as its format does.

    Raises:
        DeliveryError: not there, not a file, no bytes, or the bytes of another format.
    """
    if not path.is_file():
        raise refusal(path.name, "there is no such file.", fix="check the path.")
    with path.open("rb") as file:
        head = file.read(16)
    if not head:
        raise refusal(path.name, "the file is empty: it has no bytes.", fix=CUT_OFF_FIX)
    magic, words = EXPECTED.get(wanted, (b"", "text (CSV)"))
    seen = next((kind for start, kind in MAGIC if head.startswith(start)), "text or something else")
    right = head.startswith(magic) if magic else seen == "text or something else"
    # `MZ` may begin a word; a program holds a NUL among its first bytes, text never does.
    if not magic and head.startswith(b"MZ") and b"\0" not in head:
        right = True
    if not right:
        raise refusal(
            path.name,
            f"the file should be {words}, but its bytes are those of {seen}.",
            fix=f"ask the sender for {words}, or change layout.format.",
        )
    return head
