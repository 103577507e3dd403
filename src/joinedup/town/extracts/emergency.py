"""What do the police and the fire service send? Incidents, and visits to homes."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.town.extracts.extract import Extract, blocks
from joinedup.town.view import Leaf, View
from joinedup.town.wording import SLASHED, clock, digits, metres
from joinedup.town.writers import delimited, parquet
from joinedup.town.writers.lines import Block

ANCHORS = 150.0
"""Metres between the anchor points that the police move every incident to."""
MINUTE = 60_000
"""Milliseconds."""


def _masked(place: npt.NDArray[np.float64]) -> pa.Array:
    """The nearest anchor point; they stand on a lattice."""
    return pa.array(np.rint(place / ANCHORS) * ANCHORS)


def _police(view: View) -> Block:
    world = view.source.town.world
    area = pa.array(world.areas.oa_code, pa.string()).take(pa.array(view.numbers("oa")))
    moment = view.numbers("reported_at").astype(np.int64) * MINUTE
    return {
        "incident_id": view.ref(),
        "reported_at": pa.array(moment, pa.timestamp("ms")),
        "category": view.words("category"),
        "easting": _masked(view.numbers("easting").astype(np.float64)),
        "northing": _masked(view.numbers("northing").astype(np.float64)),
        "output_area": view.text("output_area", area),
    }


def _write_police(path: Path, leaf: Leaf) -> None:
    parquet.write(path, blocks(leaf, _police))


def _fires(view: View) -> Block:
    moment = view.numbers("happened_at").astype(np.int64)
    return {
        "Incident No": view.ref(),
        "Date": view.day("happened_on", moment // 1440, SLASHED),
        "Time": clock(moment),
        "Type": view.words("type"),
        "Dwelling Type": view.words("dwelling"),
        "Address": pc.utf8_upper(view.address()),
        "Postcode": view.postcode(),
        "UPRN": view.uprn(),
        "Casualties": digits(view.numbers("casualties")),
        "Easting": metres(view.numbers("easting").astype(np.float64)),
        "Northing": metres(view.numbers("northing").astype(np.float64)),
    }


def _write_fires(path: Path, leaf: Leaf) -> None:
    delimited.write(path, blocks(leaf, _fires))


def _visits(view: View) -> Block:
    return {
        "Visit Ref": view.ref(),
        "Visited On": view.day("visited_on", view.source.register.opened[view.rows], SLASHED),
        "Forename": view.forename(),
        "Surname": view.surname(),
        "DOB": view.birth_date(SLASHED),
        "Address": view.address(),
        "Postcode": view.postcode(),
        "UPRN": view.uprn(),
        "Outcome": view.words("outcome"),
        "Alarms Fitted": digits(view.numbers("alarms")),
        "Referred": pc.if_else(pa.array(view.numbers("referred")), "Adult social care", ""),
    }


def _write_visits(path: Path, leaf: Leaf) -> None:
    delimited.write(
        path, blocks(leaf, _visits), delimiter=";", encoding="utf-8-sig", newline="\r\n"
    )


EXTRACTS = (
    Extract("police_incidents", "police_incidents.parquet", "police_incidents", _write_police),
    Extract(
        "fire_incidents",
        "fire_incidents.csv",
        "fire_incidents",
        _write_fires,
        mix=(("slashed", 0.5), ("run_on", 0.3), ("building", 0.2)),
    ),
    Extract(
        "home_safety_visits",
        "home_safety_visits.csv",
        "home_safety_visits",
        _write_visits,
        mix=(("full", 0.5), ("building", 0.2), ("lettered", 0.2), ("run_on", 0.1)),
    ),
)
