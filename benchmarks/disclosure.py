"""How fast is a release compared with all that left before, and a table protected?"""

import time
from collections.abc import Iterator

import numpy as np

from benchmarks import Row

PERSONS, RELEASES = 1_000_000, 1_000
CELLS, MANY_CELLS = 5, 50
K = 10
SEED = 20260801


def disclosure() -> Iterator[Row]:
    """A table against a thousand releases, and tables of a thousand and ten thousand cells."""
    yield compared(cells=CELLS, releases=RELEASES)
    yield compared(cells=MANY_CELLS, releases=RELEASES)
    for height, width in ((50, 20), (100, 100)):
        for spread, mean in ((1.0, 30.0), (2.0, 100.0)):
            yield protected(square(drawn((height, width), spread, mean)), "two ways")
    for shape in ((9, 9, 10), (20, 21, 21)):
        yield protected(cube(drawn(shape, 2.0, 100.0)), "three ways, every margin")
    for areas, kinds in ((80, 10), (400, 20)):
        yield protected(areas_in_areas(drawn((areas, kinds), 1.0, 150.0)), "areas in areas")


def drawn(shape: tuple[int, ...], spread: float, mean: float) -> np.ndarray:
    """Counts of which some are small: few where the spread is 2, many where it is 1."""
    rng = np.random.default_rng(SEED)
    return rng.poisson(rng.gamma(spread, mean, shape))


def compared(*, cells: int, releases: int) -> Row:
    """A release against earlier ones read from where they are kept; the last is one street away."""
    from joinedup.core.errors import ReleaseError  # noqa: PLC0415 - what is measured
    from joinedup.govern.disclosure import differencing  # noqa: PLC0415 - as above
    from joinedup.govern.disclosure import kept as log_kept  # noqa: PLC0415 - as above

    rng = np.random.default_rng(SEED)

    def groups() -> list[np.ndarray]:
        group = rng.integers(0, cells + 1, PERSONS)
        return [np.flatnonzero(group == cell) for cell in range(cells)]

    def told(name: str, places: list[np.ndarray]) -> differencing.Released:
        packed = [differencing.packed(cell, persons=PERSONS) for cell in places]
        return differencing.released(name, packed)

    # Ten different releases, each kept a hundred times under names of its own: as long to read and
    # compare as a thousand different ones, and made in a minute.
    made = [told("last", places := groups()), *(told(f"r{n}", groups()) for n in range(9))]
    kept = log_kept.as_table(made[number % len(made)] for number in range(releases))
    new, near = told("new", groups()), told("near", [places[0][K - 1 :], *places[1:]])
    began = time.perf_counter()
    problems = list(differencing.too_near(new, log_kept.from_table(kept), k=K))
    seconds = time.perf_counter() - began
    try:
        differencing.admit(near, made, k=K)
    except ReleaseError as refused:
        reasons = len(refused.problems)
    else:
        reasons = 0
    if problems or reasons < 2:
        message = "a release one street from an earlier one was not refused, or another was"
        raise AssertionError(message)
    size = f"{releases:,} releases of {cells} cells, {PERSONS:,} persons"
    note = f"read and compared; {kept.nbytes / 1e6:,.0f} MB kept, people in no order at all"
    return Row("disclosure: differencing", size, f"{seconds:.2f} s", "", note)


def protected(table: object, what: str) -> Row:
    """Secondary suppression of one table."""
    from joinedup.govern.disclosure.hiding import hide_small  # noqa: PLC0415 - what is measured
    from joinedup.govern.disclosure.profiles import PROFILES  # noqa: PLC0415 - as above
    from joinedup.result.blocks import Hidden  # noqa: PLC0415 - as above

    began = time.perf_counter()
    shown, few, others = hide_small(table, PROFILES["counts"])
    seconds = time.perf_counter() - began
    cells = [cell for row in shown.rows for cell in row]
    left = [cell for cell in cells if isinstance(cell, int)]
    hidden = sum(isinstance(cell, Hidden) for cell in cells)
    if few + others != hidden or any(0 < cell < K for cell in left):
        message = "a small count was shown"
        raise AssertionError(message)
    size = f"{len(left) + hidden:,} cells, {what}"
    note = f"{few} too few, {others} more to protect them; both attackers fail"
    return Row("disclosure: suppression", size, f"{seconds:.2f} s", "", note)


def square(counts: np.ndarray) -> object:
    """Areas by kinds, with both margins."""
    from joinedup.result.blocks import Column, Table  # noqa: PLC0415 - as above

    names = [f"kind {number}" for number in range(counts.shape[1])]
    parts = [Column(name=name, kind="count", part_of="all") for name in names]
    body = [(f"area {n}", *map(int, row), int(row.sum())) for n, row in enumerate(counts)]
    total = ("all", *map(int, counts.sum(axis=0)), int(counts.sum()))
    return Table(
        title="Cases by area and kind",
        columns=(Column(name="area", kind="text"), *parts, Column(name="all", kind="count")),
        rows=(*body, total),
        about="groups",
        total_row=True,
    )


def cube(counts: np.ndarray) -> object:
    """Three ways with every margin, one row a cell."""
    from joinedup.result.blocks import Column, Table  # noqa: PLC0415 - as above

    for axis in range(3):
        counts = np.concatenate([counts, counts.sum(axis=axis, keepdims=True)], axis=axis)
    last = [size - 1 for size in counts.shape]

    def word(axis: int, place: int) -> str:
        return "all" if place == last[axis] else f"{place}"

    rows = [
        (*(word(axis, place) for axis, place in enumerate(where)), int(counts[where]))
        for where in np.ndindex(*counts.shape)
    ]
    heads = [Column(name=name, kind="text") for name in ("area", "age", "kind")]
    return Table(
        title="Cases by area, age and kind",
        columns=(*heads, Column(name="cases", kind="count")),
        rows=tuple(rows),
        about="groups",
        total_word="all",
    )


def areas_in_areas(counts: np.ndarray) -> object:
    """Small areas in areas in wards, by kinds, with every margin."""
    from joinedup.result.blocks import Column, Table  # noqa: PLC0415 - as above

    middle = counts.reshape(-1, 5, counts.shape[1]).sum(axis=1)
    wards = middle.reshape(-1, 4, counts.shape[1]).sum(axis=1)
    levels = ((counts, "small", "area", 5), (middle, "area", "ward", 4), (wards, "ward", "", 1))
    rows = [
        (f"{mine} {n}", f"{above} {n // size}" if above else "", *map(int, row), int(row.sum()))
        for numbers, mine, above, size in levels
        for n, row in enumerate(numbers)
    ]
    total = ("all", "", *map(int, counts.sum(axis=0)), int(counts.sum()))
    parts = [
        Column(name=f"kind {number}", kind="count", part_of="all")
        for number in range(counts.shape[1])
    ]
    heads = (Column(name="area", kind="text"), Column(name="within", kind="text"))
    return Table(
        title="Cases by area and kind",
        columns=(*heads, *parts, Column(name="all", kind="count")),
        rows=(*rows, total),
        about="groups",
        total_row=True,
        within="within",
    )
