"""What do schools send? A census of their pupils, in XML."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.town.extracts.extract import Extract, Rows, blocks
from joinedup.town.register import Register
from joinedup.town.view import Leaf, View
from joinedup.town.wording import ISO, days, digits, join
from joinedup.town.writers import xml
from joinedup.town.writers.lines import Block


def _by_school(register: Register, rows: Rows) -> Rows:
    return rows[np.argsort(np.asarray(register.columns["estab"])[rows], kind="stable")]


def _census(view: View) -> Block:
    schools = view.source.town.world.schools
    return {
        "estab": digits(schools.estab[view.numbers("estab")]),
        "UPN": view.text("upn", view.ref()),
        "Surname": view.surname(),
        "Forename": view.forename(),
        "BirthDate": view.birth_date(ISO),
        "Gender": pc.if_else(pa.array(view.sexes() == 1), "M", "F"),
        "Ethnicity": view.words("ethnicity"),
        "FSM": pc.if_else(pa.array(view.numbers("fsm")), "1", "0"),
        "YearGroup": digits(view.numbers("year_group")),
        "SessionsPossible": digits(view.numbers("sessions_possible")),
        "SessionsMissed": digits(view.numbers("sessions_missed")),
        "AddressLine": view.address(),
        "Postcode": view.postcode(),
    }


def _write(path: Path, leaf: Leaf) -> None:
    made = join(days(np.array([leaf.month_end]), ISO))[0].as_py()
    header = (
        f"<Header><Collection>School census</Collection><ReferenceDate>{made}</ReferenceDate>"
        "<Authority>000</Authority></Header>"
    )
    xml.write(
        path, blocks(leaf, _census), header=header, group="School", record="Pupil", key="Estab"
    )


EXTRACTS = (
    Extract(
        "school_census",
        "school_census.xml",
        "school_census",
        _write,
        mix=(("full", 0.8), ("run_on", 0.1), ("building", 0.1)),
        arrange=_by_school,
    ),
)
