"""The files of the lake: encrypted, written aside, made durable, then put in their place at once.

No row of a table touches the disk unencrypted. Nothing here knows of tables' versions; `lake` does.
"""

import errno
import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa

from joinedup.core.digest import file_digest
from joinedup.core.errors import Problem, RecordsError
from joinedup.store import sealing
from joinedup.store.contents import Contents
from joinedup.store.different import mostly_different
from joinedup.store.sealing import PartKey
from joinedup.store.sides import Side

if TYPE_CHECKING:
    import pyarrow.dataset as ds

    from joinedup.records.models import Part

STAGING = ".staging"
ROWS_PER_GROUP = 1 << 16
"""Rows whose digest is taken at once; the digest of a version depends on it."""
GROUPS_TOGETHER, BYTES_TOGETHER = 16, 128 << 20
REFUSALS = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO}
REFUSALS |= {errno.EFBIG, errno.ENOMEM, errno.EMFILE, errno.ENFILE}
RESTORE = "restore the home from a backup, or deliver or run it again."


@dataclass(frozen=True, slots=True)
class Made:
    """A part that is whole and durable, but not yet in its place.

    Attributes:
        path: where it lies aside.
        part: what the records will say of it.
        contents: column to its type, rows and digest.
    """

    path: Path
    part: "Part"
    contents: dict[str, list[Any]]


@contextmanager
def staged(
    lake: Path, sides: Sequence[tuple[Side, PartKey]], *, table: str
) -> Iterator[list[Made]]:
    """Write sides aside, encrypted, whole and durable; what is left aside afterwards is removed.

    Long ones at once. While the block lasts the files are locked, so that a sweep knows they are in
    use.
    """
    with _disk(table):
        make_folder(lake / STAGING)
    with ExitStack() as held:
        aside = [held.enter_context(_aside(lake / STAGING, table)) for _ in sides]
        work = [(*place, *side) for place, side in zip(aside, sides, strict=True)]
        if len(sides) > 1 and any(_is_long(side) for side, _ in sides):
            with ThreadPoolExecutor(len(sides)) as beside:
                made = list(beside.map(lambda one: _made(*one, table=table), work))
        else:
            made = [_made(*one, table=table) for one in work]
        yield made


@contextmanager
def _aside(folder: Path, table: str) -> Iterator[tuple[IO[bytes], Path]]:
    with _disk(table):
        file, path = _open_aside(folder)
    try:
        with file:
            yield file, path
    finally:
        forget(path)


def _is_long(side: Side) -> bool:
    return isinstance(side.data, pa.Table) and side.data.num_rows > ROWS_PER_GROUP


def _made(file: IO[bytes], path: Path, side: Side, key: PartKey, *, table: str) -> Made:
    with _disk(table):
        with pa.OSFile(str(path), "wb") as sink:  # Arrow's own: it need not wait for Python
            contents = _write(sink, side, key)
        os.fsync(file.fileno())  # one that fails is never tried again: the pages are lost
        sha = file_digest(path)
        path.chmod(0o400)
        size = path.stat().st_size
    part: Part = {
        "file": f"{sha}.parquet",
        "sha256": sha,
        "rows": contents.rows,
        "bytes": size,
        "side": side.name,
        "columns": list(contents.columns),
        "key": key.id,
        "salt": key.salt,
        "made_with": side.made_with,
    }
    return Made(path, part, contents.columns)


@contextmanager
def placed(parts: Sequence[Made], folder: Path, *, table: str) -> Iterator[None]:
    """Put parts in their place, durably; if the block fails, take them away again.

    The caller holds the ledger's lock, so no other writer can come to rely on them meanwhile.
    """
    places = [folder / made.part["file"] for made in parts]
    try:
        with _disk(table):
            make_folder(folder)
            for made, place in zip(parts, places, strict=True):
                made.path.replace(place)
            if parts:
                _sync_folder(folder)
        yield
    except BaseException:
        for place in places:
            forget(place)
        raise


@contextmanager
def cleared(
    parts: Sequence[Made], folder: Path, *, when: Callable[[BaseException], bool]
) -> Iterator[None]:
    """Take placed parts away again if the block fails so that no version can name them."""
    try:
        yield
    except BaseException as error:
        if when(error):
            for made in parts:
                forget(folder / made.part["file"])
        raise


def dataset(folder: Path, part: "Part", key: PartKey, *, where: str) -> "ds.Dataset":
    """A part as a dataset that is read as it is asked for; what was changed does not open.

    Raises:
        RecordsError: the part is not as it was written.
    """
    import pyarrow.dataset as ds  # noqa: PLC0415 - heavy; only when something is read

    opened = ds.ParquetFragmentScanOptions(decryption_properties=sealing.decryption(key))
    form = ds.ParquetFileFormat(default_fragment_scan_options=opened)
    with readable(part, where=where):
        return ds.dataset(str(folder / part["file"]), format=form)


@contextmanager
def readable(part: "Part", *, where: str) -> Iterator[None]:
    """What Arrow says of a part that it cannot read, in a sentence."""
    try:
        yield
    except (pa.ArrowException, OSError):
        raise RecordsError(f"part {part['file']} was changed.", fix=RESTORE, where=where) from None


def unfit(folder: Path, part: "Part", *, where: str, whole: bool = False) -> Problem | None:
    """What is wrong with a part, if anything: missing, of another size, or (`whole`) changed."""
    path = folder / part["file"]
    if not part.get("key"):
        return Problem(
            where,
            f"part {part['file']} was written before parts were encrypted.",
            "deliver or run it again, with an empty home.",
        )
    if not path.is_file():
        return Problem(where, f"part {part['file']} is missing.", RESTORE)
    if path.stat().st_size != part["bytes"]:
        return Problem(where, f"part {part['file']} has another length than was written.", RESTORE)
    if whole and file_digest(path) != part["sha256"]:
        return Problem(where, f"part {part['file']} was changed.", RESTORE)
    return None


def forget(path: Path) -> None:
    """Remove a file that nothing refers to; what a failing disk keeps, a sweep takes later."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def files(folder: Path) -> list[Path]:
    """The files of a table's folder, or of all tables' folders, in order; not those kept aside."""
    return sorted(
        path for path in folder.rglob("*") if path.is_file() and path.parent.name != STAGING
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


def _write(sink: Any, side: Side, key: PartKey) -> Contents:
    """Write the rows as encrypted Parquet, in the side's order; what they say is told in theirs."""
    schema = plain_schema(side.data.schema)
    contents = Contents(schema)
    with ExitStack() as held:
        beside = held.enter_context(ThreadPoolExecutor(1))
        writer = None
        for groups in _gathered(_ordered(side, schema, key)):
            telling = [beside.submit(contents.add, shown) for _, shown in groups]
            rows = pa.concat_tables([group for group, _ in groups])
            writer = writer or held.enter_context(_writer(sink, rows, key))
            writer.write_table(rows, row_group_size=rows.num_rows)
            for told in telling:
                told.result()
        if writer is None:
            held.enter_context(_writer(sink, schema.empty_table(), key))
    return contents


Group = tuple[pa.Table, pa.Table]


def _gathered(groups: Iterator[Group]) -> Iterator[list[Group]]:
    """As many groups as are written together: fewer and longer ones are smaller and sooner done."""
    held: list[Group] = []
    size = 0
    for group in groups:
        held.append(group)
        size += group[0].nbytes
        if size >= BYTES_TOGETHER or len(held) == GROUPS_TOGETHER:
            yield held
            held, size = [], 0
    if held:
        yield held


def _writer(sink: Any, first: pa.Table, key: PartKey) -> Any:
    """Of a part whose first rows are these.

    A dictionary is kept of columns that it makes shorter, and the smallest and largest cell of
    those that are no text, of which readers ask for a range.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - heavy; only when something is written

    alike = [name for name in first.column_names if _repeats(first[name])]
    ranged = [field.name for field in first.schema if not pa.types.is_string(field.type)]
    return pq.ParquetWriter(
        sink,
        first.schema,
        compression="zstd",
        use_dictionary=alike or False,
        write_statistics=ranged or False,
        encryption_properties=sealing.encryption(key),
    )


def _repeats(column: pa.ChunkedArray) -> bool:
    if pa.types.is_nested(column.type) or not len(column):
        return True
    return not mostly_different(column.chunk(0))


def _ordered(side: Side, schema: pa.Schema, key: PartKey) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Groups of rows as they lie in the part, each with one of as many as they came."""
    data = side.data
    reader = data.to_reader(max_chunksize=ROWS_PER_GROUP) if isinstance(data, pa.Table) else data
    groups = _groups(reader, schema)
    if side.name != sealing.IDENTIFIERS:
        yield from ((group, group) for group in groups)
        return
    order = sealing.secret_order(key, data.num_rows)
    whole = _plain(data, schema)
    for first, group in zip(range(0, data.num_rows, ROWS_PER_GROUP), groups, strict=True):
        places = pa.array(order[first : first + ROWS_PER_GROUP])
        yield whole.take(places).combine_chunks(), group


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
        if error.errno is not None and error.errno not in REFUSALS:
            raise
        # Arrow does not always say why: of a file that would not close, for one.
        why = "no reason is given" if error.errno is None else os.strerror(error.errno)
        raise RecordsError(
            f"the disk refuses to keep the table ({why}).",
            fix="make room, or check that the home may be written to; nothing was changed.",
            where=table,
        ) from None
