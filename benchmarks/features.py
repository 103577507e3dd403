"""Features as of the day before, beside a plain pandas loop that says the same in twenty lines."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import ROOT, Row

DAYS, BANDWIDTH = 90, 0.0025
SAMPLE = 1_000
WHAT = "burglary density and earlier visits, as of the day before"
RTOL = 1e-6  # the engine leaves out events that add less than 2e-8 of the nearest possible one
ATOL = 1e-6  # per square degree; densities here are in the tens


def features() -> Iterator[Row]:
    """The engine on a sample and on everything; the loop on the sample."""
    folder = Path(os.environ.get("JOINEDUP_DATA") or ROOT.parent / "shared" / "data")
    if not (folder / "chicago_food").is_dir():
        yield Row(WHAT, "", "not measured", "", "the real data is not here (JOINEDUP_DATA)")
        return
    visits, burglaries = tables(folder / "chicago_food")
    picked = np.random.default_rng(1).choice(visits.num_rows, size=SAMPLE, replace=False)
    sample = visits.take(pa.array(np.sort(picked)))
    seconds, ours = timed(sample, visits, burglaries)
    peer, by_hand = looped(sample, visits, burglaries)
    compare(ours, by_hand)
    size = f"{SAMPLE:,} visits, {burglaries.num_rows:,} burglaries"
    yield Row(WHAT, size, f"{seconds:.2f} s", f"{peer:.1f} s", "the same numbers, row by row")
    seconds, whole = timed(visits, visits, burglaries)
    if whole.num_rows != visits.num_rows:
        message = "a visit was lost"
        raise AssertionError(message)
    size = f"{visits.num_rows:,} visits, {burglaries.num_rows:,} burglaries"
    guess = f"about {peer * visits.num_rows / SAMPLE:,.0f} s, by proportion"
    yield Row(WHAT, size, f"{seconds:.2f} s", guess, f"{whole.num_rows:,} rows out")


def tables(folder: Path) -> tuple[pa.Table, pa.Table]:
    """Visits and burglaries with a place."""
    columns = ["Inspection_ID", "License", "Inspection_Date", "Latitude", "Longitude"]
    visits = pq.read_table(folder / "health_inspections.parquet", columns=columns)
    columns = ["Date", "Latitude", "Longitude"]
    return visits, pq.read_table(folder / "police_burglaries.parquet", columns=columns)


def timed(spine: pa.Table, visits: pa.Table, burglaries: pa.Table) -> tuple[float, pa.Table]:
    """Seconds of `target.features`, and its table."""
    from joinedup import target  # noqa: PLC0415 - what is measured

    place = {"latitude": "Latitude", "longitude": "Longitude"}
    past = {"source": "visits", "on": "Inspection_Date", "key": {"License": "License"}}
    wanted = {
        "density": {
            "source": "burglaries",
            "on": "Date",
            "aggregate": "density",
            "bandwidth_degrees": BANDWIDTH,
            "window_days": DAYS,
            **place,
        },
        "visits_before": {**past, "aggregate": "count"},
        "days_since_last": {**past, "aggregate": "days_since_last"},
    }
    began = time.perf_counter()
    output = target.features(
        spine="cases",
        id="Inspection_ID",
        as_of="Inspection_Date",
        **place,
        features=wanted,
        tables={"cases": spine, "visits": visits, "burglaries": burglaries},
    )
    return time.perf_counter() - began, output.tables["features"].data


def looped(spine: pa.Table, visits: pa.Table, burglaries: pa.Table) -> tuple[float, pd.DataFrame]:
    """Seconds of the loop, and its rows: the plain meaning of the three features."""
    cases, past, events = (table.to_pandas() for table in (spine, visits, burglaries))
    for frame, on in ((cases, "Inspection_Date"), (past, "Inspection_Date"), (events, "Date")):
        frame[on] = pd.to_datetime(frame[on])
    events = events.dropna(subset=["Latitude", "Longitude"])
    began = time.perf_counter()
    rows: list[dict[str, Any]] = []
    for case in cases.itertuples():
        day = case.Inspection_Date
        near = events[(events.Date < day) & (events.Date >= day - pd.Timedelta(days=DAYS))]
        apart = (near.Latitude - case.Latitude) ** 2 + (near.Longitude - case.Longitude) ** 2
        kernels = np.exp(-apart / (2 * BANDWIDTH**2)).sum()
        before = past[(past.License == case.License) & (past.Inspection_Date < day)]
        since = (day - before.Inspection_Date.max()).days if len(before) else None
        asked = len(near) and not np.isnan(case.Latitude)
        density = kernels / (2 * np.pi * BANDWIDTH**2 * len(near)) if asked else None
        rows.append(
            {
                "Inspection_ID": case.Inspection_ID,
                "density": density,
                "visits_before": len(before),
                "days_since_last": since,
            }
        )
    return time.perf_counter() - began, pd.DataFrame(rows)


def compare(ours: pa.Table, by_hand: pd.DataFrame) -> None:
    """Both give the same numbers, or nothing is reported.

    Raises:
        AssertionError: they do not.
    """
    left = ours.to_pandas().set_index("Inspection_ID").sort_index()
    right = by_hand.set_index("Inspection_ID").sort_index()
    for name in right.columns:
        np.testing.assert_allclose(
            left[name].astype(float),
            right[name].astype(float),
            rtol=RTOL,
            atol=ATOL,
            equal_nan=True,
            err_msg=name,
        )
