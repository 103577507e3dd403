"""What a reader gives to the check, and what the check gives to the house."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from joinedup.core.errors import DeliveryError, Problem

Lines = npt.NDArray[np.int64]
SHOWN_LINES = 5


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of the wanted columns, under the sender's names.

    Attributes:
        rows: as the file has them; text for CSV and XLSX, typed for Parquet.
        lines: where each row begins in the file, from 1, shape (rows,).
    """

    rows: pa.RecordBatch
    lines: Lines


@dataclass(frozen=True, slots=True)
class Raw:
    """A file that could be opened.

    Attributes:
        header: the sender's columns, in the file's order.
        chunks: from the wanted columns to their rows; reads no other column into Arrow.
        faults: what was found wrong while opening; `chunks` adds to it while it is read.
        ragged: lines of rows with more or fewer fields than the header, which no chunk holds;
            `chunks` adds to it while it is read.
        digest: SHA-256 of the rows, known once all were read, where no file holds them.
    """

    header: tuple[str, ...]
    chunks: Callable[[Sequence[str]], Iterator[Chunk]]
    faults: list[Problem] = field(default_factory=list)
    ragged: list[int] = field(default_factory=list)
    digest: Callable[[], str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something worth knowing that does not stop the delivery.

    Attributes:
        code: short and stable: `empty cells`, `left unread`, `file name`.
        column: our field name; empty when it is about the file.
        count: rows or columns concerned.
    """

    severity: Literal["note", "warning"]
    code: str
    column: str
    count: int
    message: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Rows that were not taken, each counted once, under the first reason that holds.

    Attributes:
        reason: short and stable: `fields too many or too few`, `wrong type`, `empty key`,
            `empty required field`, `repeated row` (all that was taken of it is as in the row
            before), `repeated key` (another row has the key; the first is kept).
        column: our field name, or the key's names; empty when it is about the row.
        lines: the first five.
    """

    reason: str
    column: str
    count: int
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One file of a dataset that is what was agreed.

    Attributes:
        file_digest: SHA-256 of the file's bytes; of the rows, where no file holds them.
        sender_columns: the header as it stands in the file, columns left unread included.
        table: the asked fields under our names, in the dataset's order, typed, without metadata.
        rows: how many rows the file holds: those of `table` and the rejected.
        rejected: what was not taken, and why.
        shapes: asked field to what its cells looked like, as counts and kinds.
        content_digest: of what the file says, in formats whose bytes also say how it was packed;
            empty in others.
    """

    dataset: str
    file_name: str
    file_digest: str
    sender_columns: tuple[str, ...]
    table: pa.Table
    findings: tuple[Finding, ...]
    rows: int
    rejected: tuple[Rejected, ...] = ()
    shapes: Mapping[str, Any] = field(default_factory=dict)
    content_digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What came of a file's bytes; as `Delivery`, which adds what only the office knows.

    Attributes:
        digest: of the rows, where no file holds them.
    """

    sender_columns: tuple[str, ...]
    table: pa.Table
    findings: tuple[Finding, ...]
    rows: int
    rejected: tuple[Rejected, ...]
    shapes: Mapping[str, Any]
    digest: str = ""


def refusal(file: str, what: str, *, fix: str) -> DeliveryError:
    """A DeliveryError about the file as a whole."""
    return DeliveryError(what, fix=fix, where=file)


def told_lines(lines: Sequence[int], count: int) -> str:
    """`line 4` or `lines 4, 9, 12 and 30 more`."""
    shown = ", ".join(str(line) for line in lines[:SHOWN_LINES])
    more = count - min(len(lines), SHOWN_LINES)
    rest = f" and {more:,} more" if more > 0 else ""
    return f"line{'s' if count > 1 else ''} {shown}{rest}"
