"""How is a file written for somebody else? Whole or not at all, and never over another."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup.core.errors import ProjectError

if TYPE_CHECKING:
    import pyarrow as pa


def write_whole(table: "pa.Table", out: Path, write: Callable[["pa.Table", Path], None]) -> None:
    """Under a passing name, onto the disk, then under its own: never a half of it.

    Raises:
        ProjectError: there is a file of this name, or it cannot be written here.
    """
    staged = out.with_name(f".{out.name}.{secrets.token_hex(8)}")
    try:
        staged.touch(mode=0o600, exist_ok=False)
        write(table, staged)
        with staged.open("rb") as file:
            os.fsync(file.fileno())
        os.link(staged, out)
    except FileExistsError:
        refuse_existing(out)
    except OSError as error:
        what = f"the file cannot be written here ({error.strerror or 'no reason given'})."
        fix = "name a folder with room that you may write to."
        raise ProjectError(what, fix=fix, where=out.name) from None
    finally:
        staged.unlink(missing_ok=True)


def refuse_existing(out: Path) -> None:
    """Say that a file of this name is there."""
    raise ProjectError(
        "there is a file of this name already.", fix="name another, or move it.", where=out.name
    )


def csv(table: "pa.Table", path: Path) -> None:
    """As CSV."""
    from pyarrow import csv as pa_csv  # noqa: PLC0415 - only to write

    pa_csv.write_csv(table, path)


def parquet(table: "pa.Table", path: Path) -> None:
    """As Parquet."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - only to write

    pq.write_table(table, path, compression="zstd")
