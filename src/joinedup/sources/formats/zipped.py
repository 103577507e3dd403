"""Is a workbook's zip whole, and does it unpack to what a machine can hold?

A zip says how large its parts are; where it lies, unpacking stops at what was said and the part's
check sum is wrong, so a part never grows beyond what was agreed to here.
"""

import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path

from joinedup.sources.delivery import refusal
from joinedup.sources.formats.sniff import CUT_OFF_FIX

LARGEST_BYTES = 2 << 30
# Sheets of text shrink ten- to fortyfold; what shrinks more, and is large, was made to be.
LARGEST_RATIO = 200
SMALL_BYTES = 64 << 20
HEAD_BYTES = 64 << 10


def refuse_broken_zip(path: Path, needed: str) -> None:
    """Refuse a zip that is cut off, lacks the part that makes it a workbook, or is a bomb.

    Raises:
        DeliveryError: as said, or a part begins with a document type.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {member.filename: member.file_size for member in archive.infolist()}
            total = sum(member.file_size for member in archive.infolist())
            locked = any(member.flag_bits & 1 for member in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise refusal(
            path.name, "the workbook is cut off: its end is missing.", fix=CUT_OFF_FIX
        ) from None
    if needed not in sizes or locked:
        raise refusal(
            path.name,
            "the workbook has a password." if locked else "the file is a zip without a workbook.",
            fix="ask the sender for a workbook without a password, or change layout.format.",
        )
    if total > LARGEST_BYTES or total > max(SMALL_BYTES, LARGEST_RATIO * path.stat().st_size):
        raise refusal(
            path.name,
            f"the workbook unpacks to more than {LARGEST_BYTES >> 30} GB, or to more than"
            f" {LARGEST_RATIO} times its size.",
            fix="ask the sender for CSV or Parquet, which have no such limit.",
        )
    if _declares(path, sizes):
        raise refusal(
            path.name,
            "a part of the workbook declares a document type, which none of a spreadsheet does; it"
            " can make a small file fill the memory.",
            fix="ask the sender what made the file, and for another.",
        )


def _declares(path: Path, names: Collection[str]) -> bool:
    """Whether a part of XML begins with a document type, in UTF-8 or UTF-16."""
    try:
        with zipfile.ZipFile(path) as archive:
            for name in names:
                if name.endswith((".xml", ".rels")):
                    with archive.open(name) as part:
                        if b"<!DOCTYPE" in part.read(HEAD_BYTES).replace(b"\0", b""):
                            return True
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, EOFError):
        raise refusal(
            path.name, "the workbook is damaged: a part of it cannot be read.", fix=CUT_OFF_FIX
        ) from None
    return False
