"""Is a workbook's zip whole, and does it unpack to what a machine can hold?

A zip says how large its parts are; where it lies, unpacking stops at what was said and the part's
check sum is wrong, so a part never grows beyond what was agreed to here.
"""

import zipfile
import zlib
from collections.abc import Collection

from joinedup.core.limits import told
from joinedup.core.vocabulary import Format
from joinedup.sources.delivery import refusal
from joinedup.sources.formats.archive import archive
from joinedup.sources.formats.sniff import CUT_OFF_FIX
from joinedup.sources.given import Given, over

# Sheets of text shrink ten- to fortyfold; what shrinks more, and is large, was made to be.
SMALL_BYTES = 64 << 20
HEAD_BYTES = 64 << 10
NEEDED: dict[Format, str] = {"ods": "content.xml", "xlsx": "xl/workbook.xml"}


def refuse_broken_zip(given: Given, kind: Format) -> None:
    """Refuse a zip that is cut off, lacks the part that makes it a workbook, or is a bomb.

    Raises:
        DeliveryError: as said, or a part begins with a document type.
    """
    try:
        with archive(given) as parts:
            sizes = {member.filename: member.file_size for member in parts.infolist()}
            total = sum(member.file_size for member in parts.infolist())
            locked = any(member.flag_bits & 1 for member in parts.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise refusal(
            given.name, "the workbook is cut off: its end is missing.", fix=CUT_OFF_FIX
        ) from None
    if NEEDED[kind] not in sizes or locked:
        raise refusal(
            given.name,
            "the workbook has a password." if locked else "the file is a zip without a workbook.",
            fix="ask the sender for a workbook without a password, or change layout.format.",
        )
    if total > given.limits.unpacked_bytes:
        raise over(given, "unpacked_bytes", _unpacks(total))
    refuse_ratio(given, total)
    if _declares(given, sizes):
        raise refusal(
            given.name,
            "a part of the workbook declares a document type, which none of a spreadsheet does; it"
            " can make a small file fill the memory.",
            fix="ask the sender what made the file, and for another.",
        )


def refuse_ratio(given: Given, total: int) -> None:
    """Refuse what says it unpacks to far more than its size, before any of it is unpacked."""
    if total > max(SMALL_BYTES, given.limits.ratio * given.size):
        times = told("ratio", total / max(1, given.size))
        raise over(given, "ratio", f"{_unpacks(total)}, {times} its size")


def _unpacks(total: int) -> str:
    return f"the file says that it unpacks to {told('unpacked_bytes', total)}"


def _declares(given: Given, names: Collection[str]) -> bool:
    """Whether a part of XML begins with a document type, in UTF-8 or UTF-16."""
    try:
        with archive(given) as parts:
            for name in names:
                if name.endswith((".xml", ".rels")):
                    with parts.open(name) as part:
                        if b"<!DOCTYPE" in part.read(HEAD_BYTES).replace(b"\0", b""):
                            return True
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, EOFError):
        raise refusal(
            given.name, "the workbook is damaged: a part of it cannot be read.", fix=CUT_OFF_FIX
        ) from None
    return False
