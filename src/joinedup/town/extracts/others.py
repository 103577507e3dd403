"""What do the housing association, the regulators and the outreach charity send?"""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.town.extracts.extract import FULL, Extract, blocks
from joinedup.town.extracts.revenues import company_text
from joinedup.town.view import Leaf, View, full_name
from joinedup.town.wording import ISO, days, digits, join
from joinedup.town.writers import delimited, jsonl, ods
from joinedup.town.writers.lines import Block

FICTION = "01632 960"
"""Telephone numbers kept for fiction begin so."""
LISTS = ("outreach_contacts", "hostel_stays", "homelessness_applications")


def _repairs(view: View) -> Block:
    uprn = view.uprn()
    bare = join(pc.utf8_ltrim(uprn, "0"), ".0")
    let = pa.array(view.people() >= 0)
    name = full_name(view.forename(), view.surname(), comma=True)
    phone = join(FICTION, digits(view.numbers("phone"), width=3))
    return {
        "job": view.ref(),
        "uprn": pc.if_else(pc.equal(uprn, ""), None, bare),
        "tenant.name": pc.if_else(let, name, None),
        "tenant.phone": pc.if_else(let, phone, None),
        "reported": days(view.source.register.opened[view.rows], ISO),
        "trade": view.words("trade"),
        "priority": view.words("priority"),
        "completed": days(_done(view), ISO),
    }


def _done(view: View) -> np.ndarray:
    """Day of completion, unless that is after the file was made."""
    completed = view.numbers("completed").astype(np.int64)
    return np.where(completed > view.month_end, np.iinfo(np.int32).min, completed)


def _write_repairs(path: Path, leaf: Leaf) -> None:
    jsonl.write(path, blocks(leaf, _repairs), bare=("uprn",))


def _regulators(view: View) -> Block:
    town, rows = view.source.town, view.business()
    businesses, places = town.trading.businesses, town.trading.premises
    at = np.asarray(view.numbers("premises"))
    opened = view.source.register.opened[view.rows]
    shown = view.day("visited_on", opened, ISO)
    return {
        "Visit Ref": view.ref(),
        "Regulator": view.words("regulator"),
        "Business Name": view.text("business", businesses.trading_name.take(pa.array(rows))),
        "Company No": view.text("company_number", company_text(businesses.company_no[rows])),
        "Address": view.text("address", town.addresses.premises(places, at)),
        "Postcode": view.text("postcode", town.addresses.premises_postcode(places, at)),
        "Visited On": pc.cast(shown, pa.date32()),
        "Result": view.words("result"),
    }


def _write_regulators(path: Path, leaf: Leaf) -> None:
    ods.write(path, blocks(leaf, _regulators), sheet="Visits")


def _seen(view: View) -> Block:
    return {
        "ref": view.ref(),
        "initials": view.initials(),
        "forename": view.forename(),
        "surname": view.surname(),
        "birth_date": view.birth_date(ISO),
        "sex": pc.if_else(pa.array(view.sexes() == 1), "M", "F"),
        "first_seen": days(view.source.register.opened[view.rows], ISO),
    }


def _write_seen(path: Path, leaf: Leaf) -> None:
    delimited.write(path, blocks(leaf, _seen))


EXTRACTS = (
    Extract("housing_repairs", "housing_repairs.jsonl", "housing_repairs", _write_repairs),
    Extract("regulator_visits", "regulator_visits.ods", "regulator_visits", _write_regulators),
    *(Extract(name, f"{name}.csv", name, _write_seen, mix=FULL) for name in LISTS),
)
