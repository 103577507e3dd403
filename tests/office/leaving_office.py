"""Results of an invented office that are to leave: recorded, approved by two, and gone."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
from filling import filled

from joinedup.core.method import Provenance
from joinedup.office import behind
from joinedup.office.house import open_office
from joinedup.office.leaving.out import leave
from joinedup.office.leaving.review import review
from joinedup.office.project_gate import gate
from joinedup.office.run import record
from joinedup.result.blocks import Column, Estimate, Estimates, Table
from joinedup.result.model import Members, Output, Result

AUTHOR, READERS = "A. Nalyst", ("B. Eader", "C. Hecker")
HOMES = np.arange(400)


def place_of(office, tmp_path):
    """The invented office at work, its project through its gate, its author acting."""
    filled(office)
    made = open_office(office, tmp_path / "home", AUTHOR)
    gate(made, made.folder.project(None))
    made.lake.write(
        "admitted.visits",
        pa.table({"visit": [1]}),
        kind="delivery",
        actor=AUTHOR,
        facts={},
        purposes=["inspection"],
        agreements=["visits"],
        origin="delivery:test",
    )
    return made


def counts(*groups, title="Homes by ward", backed=True):
    """A table of how many homes each group holds, and whom it counts."""
    table = Table(
        title=title,
        columns=(Column(name="ward", kind="text"), Column(name="homes", kind="count")),
        rows=tuple((f"W{row}", len(group)) for row, group in enumerate(groups)),
        about="groups",
        behind="wards" if backed else "",
    )
    told = Members(
        units=pa.array([f"H{home}" for home in HOMES]),
        counted={(row, "homes"): np.isin(HOMES, list(group)) for row, group in enumerate(groups)},
    )
    return table, {"wards": told} if backed else {}


def ran(place, project, *groups, step="rank", estimates=(), **facts):
    """A result of a step, recorded as a run of it."""
    table, members = counts(*groups, **facts)
    source = Provenance(
        method="target.rank",
        method_version="1",
        settings={},
        inputs=place.lake.digests(["admitted.visits"]),
        seed=None,
        software="joinedup",
        at="2026-03-01T09:00:00Z",
        purpose="inspection",
        agreements=("visits",),
        step=step,
        identity=str([sorted(map(sorted, groups)), estimates]),
    )
    blocks = (table, Estimates(items=tuple(map(estimate, estimates)))) if estimates else (table,)
    result = Result(method="target.rank", headline="Homes", blocks=blocks, provenance=source)
    output = behind.keep(
        place,
        f"first_{step}",
        Output(result=result, members=members),
        step=step,
        purposes=["inspection"],
        agreements=["visits"],
    )
    record(place, project, step, output.result, scope="", made_from={})


def estimate(told):
    """How many days earlier, of so many cases."""
    days, cases = told
    return Estimate(
        name="days_earlier", value=days, low=None, high=None, level=None, unit="days", n=cases
    )


def approved(place, project, step="rank"):
    for reader in READERS:
        review(
            replace(place, who=reader), project, step, verdict="approve", reason="read every table"
        )


def left(place, project, *groups, step="rank", **facts):
    ran(place, project, *groups, step=step, **facts)
    approved(place, project, step)
    return leave(place, project, step)
