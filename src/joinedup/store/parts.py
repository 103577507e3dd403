"""The Parquet files of the lake: written aside, made durable, then put in their place at once.

Nothing here knows of tables' versions; `lake` does.
"""

import errno
import fcntl
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa

from joinedup.core.digest import file_digest
from joinedup.core.errors import Problem, RecordsError

if TYPE_CHECKING:
    import pyarrow.dataset as ds

    from joinedup.records.models import Part

STAGING = ".staging"
ROWS_PER_GROUP = 1 << 16
REFUSALS = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO}
RESTORE = "restore the home from a backup, or deliver or run it again."


@dataclass(frozen=True, slots=True)
class Made:
    """A part that is whole and durable, but not yet in its place.

    Attributes:
        path: where it lies aside.
        part: what the records will say of it.
        columns: names in order.
    """

    path: Path
    part: "Part"
    columns: tuple[str, ...]


@contextmanager
def staged(lake: Path, data: pa.Table | pa.RecordBatchReader, *, table: str) -> Iterator[Made]:
    """Write the rows aside, whole and durable; what is left aside afterwards is removed.

    While the block lasts the file is locked, so that a sweep knows it is in use.
    """
    with _disk(table):
        make_folder(lake / STAGING)
        file, path = _open_aside(lake / STAGING)
    try:
        with file:
            with _disk(table):
                rows, columns = _write(file, data)
                file.flush()
                os.fsync(file.fileno())
            sha = file_digest(path)
            path.chmod(0o400)
            size = path.stat().st_size
            part: Part = {"file": f"{sha}.parquet", "sha256": sha, "rows": rows, "bytes": size}
            yield Made(path, part, columns)
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def placed(made: Made, folder: Path, *, table: str) -> Iterator[None]:
    """Put a part in its place, durably; if the block fails, take away what was not there before.

    The caller holds the ledger's lock, so no other writer can come to rely on the part meanwhile.
    """
    place = folder / made.part["file"]
    was_there = place.exists()
    with _disk(table):
        make_folder(folder)
        made.path.replace(place)
        _sync_folder(folder)
    try:
        yield
    except BaseException:
        if not was_there:
            place.unlink(missing_ok=True)
        raise


def dataset(paths: Sequence[Path], *, where: str) -> "ds.Dataset":
    """The parts as one dataset; pages whose checksum is wrong are refused while it is read.

    Raises:
        RecordsError: a part is not Parquet any more.
    """
    import pyarrow.dataset as ds  # noqa: PLC0415 - heavy; only when something is read

    checked = ds.ParquetFragmentScanOptions(page_checksum_verification=True)
    try:
        return ds.dataset(
            [str(path) for path in paths],
            format=ds.ParquetFileFormat(default_fragment_scan_options=checked),
        )
    except (pa.ArrowException, OSError):
        names = ", ".join(path.name for path in paths)
        raise RecordsError(f"part {names} was changed.", fix=RESTORE, where=where) from None


def unfit(folder: Path, part: "Part", *, where: str, whole: bool = False) -> Problem | None:
    """What is wrong with a part, if anything: missing, of another size, or (`whole`) changed."""
    path = folder / part["file"]
    if not path.is_file():
        return Problem(where, f"part {part['file']} is missing.", RESTORE)
    if path.stat().st_size != part["bytes"]:
        return Problem(where, f"part {part['file']} has another length than was written.", RESTORE)
    if whole and file_digest(path) != part["sha256"]:
        return Problem(where, f"part {part['file']} was changed.", RESTORE)
    return None


def orphans(lake: Path, kept: set[Path]) -> list[Path]:
    """Files in the tables' folders that are not among those kept."""
    return sorted(
        path
        for path in lake.rglob("*")
        if path.is_file() and path not in kept and path.parent != lake / STAGING
    )


def leftovers(lake: Path, *, sweep: bool) -> list[Path]:
    """Files written aside whose writer is gone; with `sweep`, they are removed."""
    return [path for path in sorted((lake / STAGING).glob("*")) if _abandoned(path, sweep=sweep)]


def _abandoned(path: Path, *, sweep: bool) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if sweep:
                path.unlink(missing_ok=True)  # while locked: see `_open_aside`
    except (BlockingIOError, FileNotFoundError):  # in use; or placed since it was listed
        return False
    return True


def _open_aside(folder: Path) -> tuple[IO[bytes], Path]:
    """A new file of our own, locked. A sweep may take it between its making and its locking."""
    while True:
        handle, name = tempfile.mkstemp(dir=folder, suffix=".parquet")
        file = os.fdopen(handle, "wb")
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:
            return file, Path(name)
        file.close()


def _write(file: IO[bytes], data: pa.Table | pa.RecordBatchReader) -> tuple[int, tuple[str, ...]]:
    """Write the rows as Parquet; the bytes depend on rows and types, not on batches."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - heavy; only when something is written

    reader = data.to_reader(max_chunksize=ROWS_PER_GROUP) if isinstance(data, pa.Table) else data
    schema = plain_schema(reader.schema)
    rows = 0
    with pq.ParquetWriter(file, schema, compression="zstd", write_page_checksum=True) as writer:
        for group in _groups(reader, schema):
            writer.write_table(group, row_group_size=ROWS_PER_GROUP)
            rows += group.num_rows
    return rows, tuple(schema.names)


def _groups(reader: pa.RecordBatchReader, schema: pa.Schema) -> Iterator[pa.Table]:
    """The rows in groups of one size, each in one chunk, whatever the batches they come in."""
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in reader:
        held.append(batch)
        rows += batch.num_rows
        while rows >= ROWS_PER_GROUP:
            table = pa.Table.from_batches(held, schema=reader.schema)
            yield _plain(table.slice(0, ROWS_PER_GROUP), schema)
            held = table.slice(ROWS_PER_GROUP).to_batches()
            rows -= ROWS_PER_GROUP
    if rows:
        yield _plain(pa.Table.from_batches(held, schema=reader.schema), schema)


def _plain(table: pa.Table, schema: pa.Schema) -> pa.Table:
    return table.cast(schema).combine_chunks()


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """The schema in its one plain form: no metadata, no dictionaries, one kind of text.

    pandas, polars and DuckDB say the same text in different types, and categories in an order
    of their own; the digest of a table must not depend on who made it.
    """
    return pa.schema([pa.field(field.name, plain_type(field.type)) for field in schema])


def plain_type(kind: Any) -> Any:
    """One column's type in its plain form; types inside lists and structs stay as they are."""
    if pa.types.is_dictionary(kind):
        return plain_type(kind.value_type)
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind):
        return pa.binary()
    return kind


def make_folder(folder: Path) -> None:
    """Make a folder and whatever it lies in, durably."""
    if folder.is_dir():
        return
    missing = [folder, *(parent for parent in folder.parents if not parent.is_dir())]
    folder.mkdir(parents=True, exist_ok=True)
    for made in missing:
        _sync_folder(made.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _disk(table: str) -> Iterator[None]:
    """A refusal by the disk is said in a sentence, without a path."""
    try:
        yield
    except OSError as error:
        if error.errno not in REFUSALS:
            raise
        raise RecordsError(
            f"the disk refuses to keep the table ({os.strerror(error.errno or 0)}).",
            fix="make room, or check that the home may be written to; nothing was changed.",
            where=table,
        ) from None
