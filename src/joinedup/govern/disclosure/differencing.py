"""Would this release, beside what already left, tell of fewer than k people?

Two counts that may each be shown can still give a third by subtraction: a ward, and the ward
without one street. Each shown cell of a release is kept as the set of persons it rests on, and a
new release is compared with every earlier one: no cell may differ from a union of cells of another
by 1 to k-1 persons, nor rest on so few itself. What a shown total leaves beside the cells shown
within it counts as a cell: subtraction gives it. What several earlier releases give only together
is not looked for; a budget of releases bounds that (`budget`).

A release is kept as one number a person, which says in which of its cells the person is; two
releases are compared in one pass over the persons, however many cells they have.

Refusing 0 < |A xor B| < k is the usual rule against differencing (Duncan, Elliot and Salazar,
2011, Statistical Confidentiality, doi:10.1007/978-1-4419-7802-8). Asking it of unions costs no
more: cells that do not overlap add up, so the nearest union takes each that lies more inside than
out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from joinedup.core.errors import Problem, ReleaseError

Key = str | int | bytes
Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Labels = npt.NDArray[np.uint8] | npt.NDArray[np.uint32]
WORD = 64
BYTE = 256


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
    """The populations of one release's shown cells, and of those that subtraction gives.

    Attributes:
        name: what the release is called in messages; never the content of a cell.
        label: in which combination of cells each person is, 0 for none, shape (persons,).
        member: which combination is in which cell, shape (combinations, cells).
        shown: how many of the cells are shown; the others are what shown ones leave of one another.
        size: persons in each cell, shape (cells,).
        layer: cells of one layer do not overlap, shape (cells,).
    """

    name: str
    label: Labels
    member: npt.NDArray[np.bool_]
    shown: int
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
    label, member = labelled(cells)
    count = np.bincount(label, minlength=len(member))
    member = np.column_stack([member, *(one.member for one in left_over(member, count))])
    return _released(name, label, member, shown=len(cells))


def _released(name: str, label: Labels, member: npt.NDArray[np.bool_], *, shown: int) -> Released:
    count = np.bincount(label, minlength=len(member)).astype(np.int64)
    return Released(
        name, label, member, shown, count @ member, layers(member & (count > 0)[:, None])
    )


def labelled(cells: Sequence[Words]) -> tuple[Labels, npt.NDArray[np.bool_]]:
    """Each person's combination of cells as a number, and which combination is in which cell."""
    persons = WORD * max((len(cell) for cell in cells), default=0)
    label = np.zeros(persons, dtype=np.int64)
    member = np.zeros((1, 0), dtype=bool)
    for cell in cells:
        bits = np.zeros(persons, dtype=np.int64)
        held = np.unpackbits(cell.astype("<u8").view(np.uint8), bitorder="little")
        bits[: len(held)] = held
        # Combination 0 stays that of nobody's cell, whether anyone is in it or not.
        both = 2 * label + bits
        there = np.bincount(both, minlength=2 * len(member)) > 0
        there[0] = True
        label = (np.cumsum(there) - 1)[both]
        kept = np.flatnonzero(there)
        member = np.column_stack([member[kept // 2], (kept % 2).astype(bool)])
    if len(member) <= BYTE:
        return label.astype(np.uint8), member
    return label.astype(np.uint32), member


@dataclass(frozen=True, slots=True)
class LeftOver:
    """What a cell leaves beside cells that lie within it: subtraction gives it.

    Attributes:
        member: which combination is in it, shape (combinations,).
        whole: the cell it is left of.
        parts: the cells taken off.
    """

    member: npt.NDArray[np.bool_]
    whole: int
    parts: tuple[int, ...]


def left_over(member: npt.NDArray[np.bool_], count: Ints) -> list[LeftOver]:
    """What each cell leaves beside the cells of one layer that lie within it, as further cells.

    With it a layer covers the cell, and every complement within the cell is a union of the layer.

    Args:
        member: which combination is in which cell, shape (combinations, cells).
        count: persons in each combination, shape (combinations,).
    """
    there = member & (count > 0)[:, None]
    size = count @ there
    weighed = there.astype(np.float64) * np.sqrt(count)[:, None]
    shared = np.rint(weighed.T @ weighed).astype(np.int64)
    inside = (shared == size[:, None]) & (size > 0)[:, None]
    layer = layers(there)
    known = {there[:, cell].tobytes() for cell in range(member.shape[1])}
    found = []
    for whole in range(member.shape[1]):
        for one in range(int(layer.max(initial=-1)) + 1):
            parts = np.flatnonzero(inside[:, whole] & (layer == one))
            if not len(parts) or whole in parts:
                continue
            rest = there[:, whole] & ~there[:, parts].any(axis=1)
            if rest.any() and rest.tobytes() not in known:
                known.add(rest.tobytes())
                found.append(LeftOver(rest, whole, tuple(parts.tolist())))
    return found


def layers(member: npt.NDArray[np.bool_]) -> Ints:
    """The layer of each cell: the first of which no cell overlaps it, shape (cells,)."""
    there = member.astype(np.float32)
    overlaps = there.T @ there > 0
    found = np.zeros(member.shape[1], dtype=np.int64)
    for number in range(member.shape[1]):
        taken = np.unique(found[:number][overlaps[number, :number]])
        free = np.flatnonzero(taken != np.arange(len(taken)))
        found[number] = free[0] if len(free) else len(taken)
    return found


def nearest(one: Released, other: Released, *, spread: Ints | None = None) -> tuple[Ints, Ints]:
    """By how few persons each cell differs from a union of the other's cells of one layer.

    Args:
        one: a release.
        other: another, or the same.
        spread: the labels of `one` as `_spread` gives them, where they are needed often.

    Returns:
        For the cells of `one` against unions of `other`, shape (cells of one, layers of other), and
        the other way round, shape (cells of other, layers of one). 0 if a cell is such a union.
    """
    shared = _shared(one, other, _spread(one) if spread is None else spread)
    return _from_unions(one, other, shared), _from_unions(other, one, shared.T)


def _spread(one: Released) -> Ints:
    """Labels far enough apart that a small label of another release fits between two."""
    return one.label.astype(np.int64) * BYTE


def _shared(one: Released, other: Released, spread: Ints) -> Ints:
    """Persons in both, for each pair of cells, shape (cells of one, cells of other)."""
    both = min(
        len(one.label), len(other.label)
    )  # who is beyond the shorter is in none of its cells
    apart = BYTE
    if len(other.member) > BYTE:
        apart = len(other.member)
        spread = one.label.astype(np.int64) * apart
    many = np.bincount(spread[:both] + other.label[:both], minlength=len(one.member) * apart)
    counts = many.reshape(len(one.member), apart)[:, : len(other.member)]
    shared: Ints = one.member.T.astype(np.int64) @ counts @ other.member.astype(np.int64)
    return shared


def _from_unions(cells: Released, unions: Released, shared: Ints) -> Ints:
    return from_unions(shared, cells.size, unions.size, unions.layer)


def from_unions(shared: Ints, size: Ints, of: Ints, layer: Ints) -> Ints:
    """By how few persons each cell differs from a union of cells of a layer.

    |A - all of the layer| + the sum over its cells B of min(|A and B|, |B - A|).

    Args:
        shared: persons in both, shape (cells, other cells).
        size: of the cells, shape (cells,).
        of: size of the other cells, shape (other cells,).
        layer: of the other cells, shape (other cells,).

    Returns:
        Shape (cells, layers).
    """
    number = int(layer.max(initial=-1)) + 1
    apart = np.zeros((len(size), number), dtype=np.int64)
    for one in range(number):
        inside = shared[:, layer == one]
        outside = of[layer == one] - inside
        rest = size - inside.sum(axis=1)
        apart[:, one] = rest + np.minimum(inside, outside).sum(axis=1)
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
            _cell(new, int(cell)),
            f"it rests on fewer than {k} persons.",
            "hide it, and what would give it back.",
        )
    spread = _spread(new)
    mine, _ = nearest(new, new, spread=spread)
    for cell in np.flatnonzero(_between(mine, k).any(axis=1) & ~few):
        yield _near(new, int(cell), new, k)
    for old in earlier:
        yield from beside(new, old, k=k, spread=spread)[0]


def beside(
    new: Released, old: Released, *, k: int, spread: Ints | None = None
) -> tuple[tuple[Problem, ...], npt.NDArray[np.bool_]]:
    """What stands against a release beside one that left before, and which cells that one told.

    Args:
        new: the release asked for.
        old: an earlier one.
        k: fewest persons by which cells may differ, at least 2.
        spread: the labels of `new` as `_spread` gives them, where they are needed often.

    Returns:
        Problems, and whether each cell of `new` is a union of cells of `old`, shape (cells,).
    """
    few = _between(new.size, k)
    mine, theirs = nearest(new, old, spread=spread)
    problems = [
        _near(new, int(cell), old, k)
        for cell in np.flatnonzero(_between(mine, k).any(axis=1) & ~few)
    ]
    problems += [
        _near(old, int(cell), new, k) for cell in np.flatnonzero(_between(theirs, k).any(axis=1))
    ]
    return tuple(problems), (mine == 0).any(axis=1)


def _cell(one: Released, cell: int) -> str:
    if cell < one.shown:
        return f"cell {cell + 1} of {one.name}"
    return f"what the cells of {one.name} leave of one another"


def _between(persons: Ints, k: int) -> npt.NDArray[np.bool_]:
    return (persons > 0) & (persons < k)


def _near(one: Released, cell: int, other: Released, k: int) -> Problem:
    return Problem(
        _cell(one, cell),
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
