"""How fast is a release compared with all that left before, and a table protected?"""

import time
from collections.abc import Iterator

import numpy as np

from benchmarks import Row

PERSONS, RELEASES = 1_000_000, 1_000
CELLS, TABLES = 5, 100
K = 10
SEED = 20260801


def disclosure() -> Iterator[Row]:
    """One cell against a thousand releases, a table against a hundred, and a thousand cells."""
    yield compared(cells=1, releases=RELEASES)
    yield compared(cells=CELLS, releases=TABLES)
    yield protected()


def compared(*, cells: int, releases: int) -> Row:
    """A release against earlier ones, of which the last is one street away."""
    from joinedup.core.errors import ReleaseError  # noqa: PLC0415 - what is measured
    from joinedup.govern.disclosure.differencing import admit, packed, released  # noqa: PLC0415 - as above

    rng = np.random.default_rng(SEED)

    def drawn() -> list[np.ndarray]:
        group = rng.integers(0, cells + 1, PERSONS)
        return [np.flatnonzero(group == cell) for cell in range(cells)]

    def told(name: str, places: list[np.ndarray]) -> object:
        return released(name, [packed(cell, persons=PERSONS) for cell in places])

    log = [told(f"r{number}", drawn()) for number in range(releases - 1)]
    places = drawn()
    log.append(told("last", places))
    new, near = told("new", drawn()), told("near", [places[0][K - 1 :], *places[1:]])
    began = time.perf_counter()
    kept = admit(new, log, k=K)
    seconds = time.perf_counter() - began
    try:
        admit(near, log, k=K)
    except ReleaseError as refused:
        reasons = len(refused.problems)
    else:
        reasons = 0
    if len(kept) != releases + 1 or reasons != 2:
        message = "a release one street from an earlier one was not refused, or another was"
        raise AssertionError(message)
    size = f"{releases:,} releases of {cells} cells, {PERSONS:,} persons"
    note = f"{K - 1} persons away from the last is refused"
    return Row("disclosure: differencing", size, f"{seconds:.2f} s", "", note)


def protected() -> Row:
    """Secondary suppression of a table of a thousand cells with its margins."""
    from joinedup.govern.disclosure.hiding import hide_small  # noqa: PLC0415 - what is measured
    from joinedup.govern.disclosure.profiles import PROFILES  # noqa: PLC0415 - as above
    from joinedup.result.blocks import Column, Hidden, Table  # noqa: PLC0415 - as above

    rng = np.random.default_rng(SEED)
    counts = rng.poisson(rng.gamma(1.0, 30.0, (50, 20)))
    names = [f"kind {number}" for number in range(counts.shape[1])]
    parts = [Column(name=name, kind="count", part_of="all") for name in names]
    body = [(f"area {n}", *map(int, row), int(row.sum())) for n, row in enumerate(counts)]
    total = ("all", *map(int, counts.sum(axis=0)), int(counts.sum()))
    table = Table(
        title="Cases by area and kind",
        columns=(Column(name="area", kind="text"), *parts, Column(name="all", kind="count")),
        rows=(*body, total),
        about="groups",
        total_row=True,
    )
    began = time.perf_counter()
    shown, few, others = hide_small(table, PROFILES["counts"])
    seconds = time.perf_counter() - began
    small = int(((counts > 0) & (counts < K)).sum())
    hidden = sum(isinstance(cell, Hidden) for row in shown.rows for cell in row)
    if few + others != hidden or few < small:
        message = "a small count was shown"
        raise AssertionError(message)
    note = f"{few} too few, {others} more to protect them; both attackers fail"
    return Row("disclosure: suppression", f"{counts.size:,} cells", f"{seconds:.2f} s", "", note)
