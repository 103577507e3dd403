"""What is one partner's file? A register, the columns made of it, and the format they come in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from joinedup.town.addresses import Mix
from joinedup.town.register import Register
from joinedup.town.view import Leaf, Town, View
from joinedup.town.writers.lines import Block

Rows = npt.NDArray[np.int64]
FULL: Mix = (("full", 1.0),)


def as_they_come(_register: Register, rows: Rows) -> Rows:
    """The register's own order."""
    return rows


@dataclass(frozen=True, slots=True)
class Extract:
    """How one register becomes one file.

    Attributes:
        name: of the dataset, and of its truth.
        file: in the month's folder.
        register: whose records it shows.
        write: makes the file.
        mix: styles of its addresses.
        arrange: the file's order of some of the register's rows.
        kept: fields whose errors can be seen in it; None for all.
        key: the sender's key of every record, where it is not the register's.
    """

    name: str
    file: str
    register: str
    write: Callable[[Path, Leaf], None]
    mix: Mix = FULL
    arrange: Callable[[Register, Rows], Rows] = as_they_come
    kept: frozenset[str] | None = None
    key: Callable[[Town, Register], pa.Array] | None = None


def blocks(
    leaf: Leaf, columns: Callable[[View], Block], rows: Rows | None = None
) -> Iterator[Block]:
    """The columns of a file, or of some of its rows, block by block."""
    return (columns(view) for view in leaf.views(rows))
