"""What does housing licensing send? Workbooks: licences, inspections, complaints."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.town.extracts.extract import Extract, Rows, blocks
from joinedup.town.extracts.revenues import company_text
from joinedup.town.licences import SCHEMES
from joinedup.town.register import Register
from joinedup.town.view import Leaf, View, full_name
from joinedup.town.wording import EXCEL_ZERO
from joinedup.town.writers import xlsx
from joinedup.town.writers.lines import Block


def _dates(numbers: np.ndarray) -> pa.Array:
    return pa.array(numbers.astype(np.int32), pa.date32())


def _scheme(register: Register) -> np.ndarray:
    """Code of each licence's scheme in SCHEMES."""
    words = register.columns["scheme"]
    return np.asarray(pc.index_in(pa.array(words).cast(pa.string()), pa.array(SCHEMES)))


def _by_scheme(register: Register, rows: Rows) -> Rows:
    return rows[np.argsort(_scheme(register)[rows], kind="stable")]


def _licences(view: View) -> Block:
    businesses, rows = view.source.town.trading.businesses, view.business()
    company = pa.array(rows >= 0)
    firm = businesses.legal_name.take(pa.array(np.maximum(rows, 0)))
    number = company_text(np.where(rows < 0, -1, businesses.company_no[rows]))
    holder = pc.if_else(company, firm, full_name(view.forename(), view.surname()))
    uprn = view.uprn()
    return {
        "Licence / Number": view.ref(),
        "Licence / Granted": _dates(view.numbers("granted")),
        "Licence / Expires": _dates(view.numbers("expires")),
        "Property / UPRN": pc.cast(pc.if_else(pc.equal(uprn, ""), None, uprn), pa.int64()),
        "Property / Address": view.address(),
        "Property / Postcode": view.postcode(),
        "Holder / Name": view.text("holder", holder),
        "Holder / Company No": view.text("company_number", number),
    }


def _write_licences(path: Path, leaf: Leaf) -> None:
    scheme = _scheme(leaf.source.register)[leaf.rows]
    sheets = [
        (name, blocks(leaf, _licences, leaf.rows[scheme == code]))
        for code, name in enumerate(SCHEMES)
    ]
    xlsx.write(path, sheets, title=("Ambleford: licensed houses in multiple occupation", ""))


def _inspections(view: View) -> Block:
    return {
        "Case No": view.ref(),
        "Inspected On": pa.array(view.source.register.opened[view.rows] + EXCEL_ZERO),
        "UPRN": view.uprn(),
        "Address": view.address(),
        "Postcode": view.postcode(),
        "Reason": view.words("reason"),
        "Officer": view.words("officer"),
        "Finding": view.words("finding"),
        "Hazards": pa.array(view.numbers("hazards")),
    }


def _write_inspections(path: Path, leaf: Leaf) -> None:
    xlsx.write(
        path,
        [("Inspections", blocks(leaf, _inspections))],
        title=("Housing standards: inspections, all years",),
    )


def _complaints(view: View) -> Block:
    return {
        "Ref": view.ref(),
        "Received": _dates(view.source.register.opened[view.rows]),
        "UPRN": view.uprn(),
        "Address": view.address(),
        "Postcode": view.postcode(),
        "Category": view.words("category"),
        "Details": view.words("details"),
    }


def _write_complaints(path: Path, leaf: Leaf) -> None:
    opened = leaf.source.register.opened[leaf.rows]
    year = opened.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    sheets = [
        (str(one), blocks(leaf, _complaints, leaf.rows[year == one])) for one in np.unique(year)
    ]
    xlsx.write(path, sheets)


EXTRACTS = (
    Extract(
        "hmo_licences",
        "hmo_licences.xlsx",
        "hmo_licences",
        _write_licences,
        mix=(("full", 0.9), ("lettered", 0.1)),
        arrange=_by_scheme,
    ),
    Extract(
        "housing_inspections",
        "housing_inspections.xlsx",
        "housing_inspections",
        _write_inspections,
        mix=(("full", 0.6), ("building", 0.2), ("slashed", 0.2)),
    ),
    Extract(
        "housing_complaints",
        "housing_complaints.xlsx",
        "housing_complaints",
        _write_complaints,
        mix=(("full", 0.4), ("run_on", 0.2), ("building", 0.2), ("lettered", 0.2)),
    ),
)
