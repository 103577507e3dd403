"""Would this release, beside what already left, tell of fewer than k people?

Two counts that may each be shown can still give a third by subtraction: a ward, and the ward
without one street. Each shown cell of a release is kept as the set of persons it rests on, one bit
a person, and a new release is compared with every earlier one: no cell may differ from a union of
cells of another by 1 to k-1 persons, nor rest on so few itself. What several
earlier releases give only together is not looked for; a budget of releases bounds that.

Refusing 0 < |A xor B| < k is the usual rule against differencing (Duncan, Elliot and Salazar,
2011, Statistical Confidentiality, doi:10.1007/978-1-4419-7802-8). Asking it of unions costs no
more: cells that do not overlap add up, so the nearest union takes each that lies more inside than
out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from joinedup.core.errors import Problem, RecordsError, ReleaseError

Key = str | int | bytes
Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
WORD = 64
LOG = pa.schema([("release", pa.string()), ("persons", pa.large_binary())])


@dataclass(frozen=True, slots=True)
class Index:
    """Which bit stands for whom. A person's place never changes; who is new comes last.

    Attributes:
        place: person key to place, from 0 without a gap.
    """

    place: Mapping[Key, int]

    def with_persons(self, keys: Iterable[Key]) -> "Index":
        """The index with those added who were not in it, in the order they come."""
        place = dict(self.place)
        for key in keys:
            place.setdefault(key, len(place))
        return Index(place)

    def bits(self, keys: Iterable[Key]) -> Words:
        """The set of these persons, one bit each, shape (words,).

        Raises:
            ReleaseError: some are not in the index.
        """
        places = [self.place.get(key, -1) for key in keys]
        if strangers := sum(place < 0 for place in places):
            raise ReleaseError(
                f"{strangers} person keys of the release are not in the index.",
                fix="add the persons to the index before the release is looked at.",
            )
        return packed(np.array(places, dtype=np.int64), persons=len(self.place))


@dataclass(frozen=True, slots=True)
class Released:
    """The populations of one release's shown cells.

    Attributes:
        name: what the release is called in messages; never the content of a cell.
        cells: one row of bits a cell, shape (cells, words).
        size: persons in each cell, shape (cells,).
        layer: cells of one layer do not overlap, shape (cells,).
    """

    name: str
    cells: Words
    size: Ints
    layer: Ints


def packed(places: Ints, *, persons: int) -> Words:
    """A set of persons as bits, each person once, shape (words,).

    >>> packed(np.array([0, 2, 2]), persons=3).tolist()
    [5]
    """
    bits = np.zeros(-(-persons // WORD) * WORD, dtype=np.uint8)
    bits[places] = 1
    return np.packbits(bits, bitorder="little").view(np.dtype("<u8")).astype(np.uint64)


def released(name: str, cells: Sequence[Words]) -> Released:
    """A release by the persons behind each cell that it shows, totals included.

    Args:
        name: unique in the log; never the content of a cell.
        cells: bits of each cell (see `Index.bits`), each of shape (words,) or shorter. Cells that
            are hidden are left out; cells of nobody do no harm.
    """
    words = max((len(cell) for cell in cells), default=0)
    bits = np.zeros((len(cells), words), dtype=np.uint64)
    for row, cell in zip(bits, cells, strict=True):
        row[: len(cell)] = cell
    size = np.array([_count(row) for row in bits], dtype=np.int64)
    return Released(name, bits, size, _layers(bits))


def _count(words: Words) -> int:
    return int(np.bitwise_count(words).sum(dtype=np.int64))


def _layers(cells: Words) -> Ints:
    """Each cell in the first layer of which no cell overlaps it."""
    full: list[Words] = []
    found = np.zeros(len(cells), dtype=np.int64)
    for number, cell in enumerate(cells):
        free = (layer for layer, used in enumerate(full) if not (used & cell).any())
        found[number] = layer = next(free, len(full))
        if layer == len(full):
            full.append(np.zeros_like(cell))
        full[layer] |= cell
    return found


def nearest(one: Released, other: Released) -> tuple[Ints, Ints]:
    """By how few persons each cell differs from a union of the other's cells of one layer.

    Returns:
        For the cells of `one` against unions of `other`, shape (cells of one, layers of other), and
        the other way round, shape (cells of other, layers of one). 0 if a cell is such a union.
    """
    shared = _shared(one, other)
    return _from_unions(one, other, shared), _from_unions(other, one, shared.T)


def _shared(one: Released, other: Released) -> Ints:
    """Persons in both, for each pair of cells, shape (cells of one, cells of other)."""
    words = min(one.cells.shape[1], other.cells.shape[1])
    shared = np.zeros((len(one.cells), len(other.cells)), dtype=np.int64)
    for row, cell in enumerate(one.cells[:, :words]):
        for column, against in enumerate(other.cells[:, :words]):
            shared[row, column] = _count(cell & against)
    return shared


def _from_unions(cells: Released, unions: Released, shared: Ints) -> Ints:
    """|A - all of the layer| + the sum over its cells B of min(|A and B|, |B - A|)."""
    layers = int(unions.layer.max(initial=-1)) + 1
    apart = np.zeros((len(cells.cells), layers), dtype=np.int64)
    for layer in range(layers):
        inside = shared[:, unions.layer == layer]
        outside = unions.size[unions.layer == layer] - inside
        rest = cells.size - inside.sum(axis=1)
        apart[:, layer] = rest + np.minimum(inside, outside).sum(axis=1)
    return apart


def too_near(new: Released, earlier: Iterable[Released], *, k: int) -> Iterator[Problem]:
    """What stands against a release, given all that left before.

    Args:
        new: its own cells are compared with one another too.
        earlier: every earlier release of the same people.
        k: fewest persons by which cells may differ, at least 2.
    """
    few = _between(new.size, k)
    for cell in np.flatnonzero(few):
        yield Problem(
            f"cell {cell + 1} of {new.name}",
            f"it rests on fewer than {k} persons.",
            "hide it, and what would give it back.",
        )
    mine, _ = nearest(new, new)
    for cell in np.flatnonzero(_between(mine, k).any(axis=1) & ~few):
        yield _near(new, int(cell), new, k)
    for old in earlier:
        mine, theirs = nearest(new, old)
        for cell in np.flatnonzero(_between(mine, k).any(axis=1) & ~few):
            yield _near(new, int(cell), old, k)
        for cell in np.flatnonzero(_between(theirs, k).any(axis=1)):
            yield _near(old, int(cell), new, k)


def _between(persons: Ints, k: int) -> npt.NDArray[np.bool_]:
    return (persons > 0) & (persons < k)


def _near(one: Released, cell: int, other: Released, k: int) -> Problem:
    return Problem(
        f"cell {cell + 1} of {one.name}",
        f"it differs from cells of {other.name} by fewer than {k} persons,"
        " whom a subtraction would single out.",
        "draw the new cells on the same bounds as before, or leave the nearest out.",
    )


def admit(new: Released, log: Sequence[Released], *, k: int) -> tuple[Released, ...]:
    """The log with the new release in it.

    Raises:
        ReleaseError: the new release and an earlier one, or its own cells, differ by 1 to k-1
            persons; its name is in the log; every reason at once.
        ValueError: k below 2 would let everything pass.
    """
    if k < 2:  # noqa: PLR2004 - one person is already one too few
        message = "releases that differ by one person must be refused: k is at least 2"
        raise ValueError(message)
    if any(new.name == old.name for old in log):
        raise ReleaseError(
            f"a release named {new.name} has already left.", fix="give the new one its own name."
        )
    if problems := list(too_near(new, log, k=k)):
        raise ReleaseError.of(problems)
    return (*log, new)


def as_table(log: Iterable[Released]) -> pa.Table:
    """The log as a table of one row a cell, to be kept encrypted: it says who is in which cell."""
    rows = [
        {"release": one.name, "persons": cell.astype("<u8").tobytes()}
        for one in log
        for cell in one.cells
    ]
    return pa.Table.from_pylist(rows, schema=LOG)


def from_table(table: pa.Table) -> tuple[Released, ...]:
    """The log as `as_table` wrote it.

    Raises:
        RecordsError: the bits of a cell are not whole words.
    """
    cells: dict[str, list[Words]] = {}
    broken = 0
    for row in table.to_pylist():
        whole = len(row["persons"]) % (WORD // 8) == 0
        broken += not whole
        if whole:
            bits = np.frombuffer(row["persons"], dtype="<u8").astype(np.uint64)
            cells.setdefault(row["release"], []).append(bits)
    if broken:
        raise RecordsError(
            f"{broken} cells of the release log are not as they were written.",
            fix="restore the log from a backup; nothing can be released until it is whole.",
        )
    return tuple(released(name, bits) for name, bits in cells.items())
