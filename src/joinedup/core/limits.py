"""How much may one partner's file take? Every cap, as data, in one place.

An office changes a cap under `[limits]` of its office.toml; `joinedup limits` shows them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from joinedup.core.vocabulary import STRICT

MIB = 1 << 20
GIB = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The caps on one file; each is a whole number above 0. What each holds stands in `CAPS`."""

    __pydantic_config__: ClassVar[Any] = STRICT
    upload_bytes: int = 10 * GIB
    rows: int = 50_000_000
    columns: int = 16_384
    cell_bytes: int = 16 * MIB
    line_bytes: int = 64 * MIB
    depth: int = 64
    ratio: int = 200
    members: int = 10_000
    unpacked_bytes: int = 2 * GIB
    memory_bytes: int = 4 * GIB
    temp_bytes: int = 4 * GIB
    cpu_seconds: int = 1_800
    wall_seconds: int = 3_600

    def __post_init__(self) -> None:
        low = [one.name for one in fields(self) if getattr(self, one.name) < 1]
        if low:
            message = f"{', '.join(low)} must be at least 1"
            raise ValueError(message)


CAPS: Mapping[str, str] = {
    "upload_bytes": "The file as it lies; looked at before a byte of it is read.",
    "rows": "Rows of the file, rejected ones included; a Parquet file says so before any is read.",
    "columns": "Columns that the file names, taken or not.",
    "cell_bytes": "One cell.",
    "line_bytes": "One line of a text file.",
    "depth": "Objects, lists or elements inside one another (JSON, XML, ODS).",
    "ratio": "How many times its own size a file may say it unpacks to; below 64 MB it is not"
    " asked.",
    "members": "Parts of a workbook's zip.",
    "unpacked_bytes": "All parts of a workbook's zip together, as the zip says before any is read.",
    "memory_bytes": "Memory of the process that reads, beyond what it begins with; less where the"
    " machine has less.",
    "temp_bytes": "What that process may write: its answer, the agreed columns, kept in memory.",
    "cpu_seconds": "Seconds of computing.",
    "wall_seconds": "Seconds on the clock.",
}
"""Cap to what it holds, in words."""


def told(name: str, value: float) -> str:
    """A cap's value with its unit: `16 MB`, `50,000,000 rows`, `1,800 seconds`."""
    if name.endswith("_bytes"):
        units = ((GIB, "GB"), (MIB, "MB"), (1 << 10, "kB"))
        size, unit = next(((s, u) for s, u in units if value >= s), (1, "bytes"))
        return f"{value / size:,.4g} {unit}"
    if name.endswith("_seconds"):
        return f"{value:,.0f} seconds"
    words = {"ratio": "times", "depth": "levels"}
    return f"{value:,.0f} {words.get(name, name)}"
