"""What kind of file do these bytes make, and how do they spell their characters?"""

import codecs
import re
import zipfile

from joinedup.core.vocabulary import Format
from joinedup.sources.delivery import refusal
from joinedup.sources.formats.archive import archive
from joinedup.sources.formats.sniff import MAGIC, PARQUET, ZIP
from joinedup.sources.given import Given

BLOCK_BYTES = 1 << 20
HEAD_BYTES = 1 << 16
UNUSED_BY_WINDOWS = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


def format_of(given: Given) -> Format:
    """The format by the file's bytes; its name decides only between kinds of text.

    Raises:
        DeliveryError: it is empty, or no reader knows such bytes.
    """
    with given.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise refusal(given.name, "the file is empty: it has no bytes.", fix="ask for it again.")
    if head.startswith(PARQUET):
        return "parquet"
    if head.startswith(ZIP):
        return _zipped(given)
    other = next((words for start, words in MAGIC if head.startswith(start)), "")
    if other and not (head.startswith(b"MZ") and b"\0" not in head):
        raise refusal(
            given.name,
            f"its bytes are those of {other}, which no reader here reads.",
            fix="ask the sender for CSV, a workbook (XLSX), Parquet, XML or JSON.",
        )
    return _text_format(given, head)


def _zipped(given: Given) -> Format:
    try:
        with archive(given) as parts:
            names = set(parts.namelist())
    except (zipfile.BadZipFile, OSError):
        names = set()
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise refusal(
        given.name,
        "the file is a zip, but no workbook that can be read is in it, or it is cut off.",
        fix="ask the sender for the file itself, not packed, or for the whole of it again.",
    )


def _text_format(given: Given, head: bytes) -> Format:
    text = head.decode(_marked(head) or "utf-8", "ignore").lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        return "xml"
    if text[:1] in ("{", "["):
        lines = [line for line in text.splitlines() if line.strip()]
        if re.search(r'"type"\s*:\s*"FeatureCollection"', text):
            return "geojson"
        one_each = len(lines) > 1 and all(line.lstrip().startswith("{") for line in lines[:2])
        return "jsonl" if one_each or given.suffix in (".jsonl", ".ndjson") else "json"
    return "csv"


def _marked(head: bytes) -> str:
    """What the first bytes say; UTF-8's mark says no more than UTF-8."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8"
    nul = [place % 2 for place in (i for i, byte in enumerate(head[:1000]) if byte == 0)]
    if nul:
        return "utf-16-le" if sum(nul) > len(nul) / 2 else "utf-16-be"
    return ""


def encoding_of(given: Given) -> str:
    """How a text file's bytes spell its characters.

    UTF-16 by its first bytes; `ascii` where nothing tells more; UTF-8 if all of the file is;
    otherwise what Windows writes, or ISO 8859-1 where that is not possible.
    """
    utf8, candidates = codecs.getincrementaldecoder("utf-8")("strict"), {"utf-8", "cp1252", "ascii"}
    with given.open("rb") as file:
        block = file.read(BLOCK_BYTES)
        if marked := _marked(block):
            return marked
        while block:
            following = file.read(BLOCK_BYTES)
            if not block.isascii():
                candidates.discard("ascii")
            if UNUSED_BY_WINDOWS.search(block):
                candidates.discard("cp1252")
            try:
                utf8.decode(block, final=not following)
            except UnicodeDecodeError:
                candidates.discard("utf-8")
                utf8.reset()
            block = following
    return next((e for e in ("ascii", "utf-8", "cp1252") if e in candidates), "iso8859-1")
