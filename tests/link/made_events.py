"""Invented incidents of a town, which one, two or three services attend, with known truth."""

import numpy as np
import pyarrow as pa

from joinedup.stats.arrays import Floats

DAY = 1440.0
START = 28_927_440
"""A minute of 2025."""


def incidents(
    many: int, *, seed: int, shared: float = 0.3, days: int = 365, grid: float = 150.0,
    error: float = 25.0, delay: float = 6.0,
) -> tuple[dict[str, pa.Table], pa.Table]:  # fmt: skip
    """Police (on a grid), fire and ambulance; and the truth: table, id, entity.

    Args:
        many: incidents of each service that no other attends.
        seed: of everything.
        shared: of each service, about how many are attended by another too, 0 to 1.
        days: over which they are spread, more by night and in summer.
        grid: metres to which police points are moved.
        error: metres by which a service errs in each direction.
        delay: minutes by which a service writes an event down later.
    """
    rng = np.random.default_rng(seed)
    services = ("police", "fire", "ambulance")
    kinds = [{"police"}, {"fire"}, {"ambulance"}]
    kinds += [{"police", "fire"}, {"police", "ambulance"}, {"fire", "ambulance"}, set(services)]
    sizes = [many] * 3 + [round(many * shared * part) for part in (0.3, 0.4, 0.2, 0.1)]
    centres = rng.uniform(0, 6_000, (40, 2))
    rows: dict[str, list[tuple[int, float, float, float]]] = {name: [] for name in services}
    event = 0
    for who, size in zip(kinds, sizes, strict=True):
        for _ in range(size):
            event += 1
            centre = centres[int(rng.integers(40) * rng.random())]
            place = centre + rng.normal(0, 350, 2)
            hour = (rng.normal(21, 4) % 24) * 60
            minute = START + rng.integers(days) * DAY + hour
            for name in sorted(who):
                at = place + rng.normal(0, error, 2)
                if name == "police":
                    at = np.round(place / grid) * grid
                rows[name].append((event, *at, minute + rng.exponential(delay)))
    tables, truth = {}, []
    for name, found in rows.items():
        order = rng.permutation(len(found))
        tables[name] = _table(name, [found[place] for place in order])
        truth += [(name, f"{name[0]}{at}", found[place][0]) for at, place in enumerate(order)]
    columns = list(zip(*truth, strict=True))
    told = {"table": columns[0], "id": columns[1], "entity": columns[2]}
    return tables, pa.table({key: pa.array(cells) for key, cells in told.items()})


def _table(name: str, rows: list[tuple[int, float, float, float]]) -> pa.Table:
    columns: Floats = np.array([row[1:] for row in rows])
    return pa.table(
        {
            "incident_id": [f"{name[0]}{at}" for at in range(len(rows))],
            "reported_at": pa.array((columns[:, 2] * 60).astype(np.int64)).cast(pa.timestamp("s")),
            "easting": columns[:, 0],
            "northing": columns[:, 1],
        }
    )
