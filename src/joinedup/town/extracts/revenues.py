"""What does the revenues service send? Council tax, housing benefit and business rates."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.town import days as calendar
from joinedup.town.addresses import TOWN
from joinedup.town.extracts.extract import Extract, blocks
from joinedup.town.numbers import nino_text, uprn_text
from joinedup.town.view import Leaf, View
from joinedup.town.wording import (
    NAMED,
    RUN_ON,
    SLASHED,
    days,
    digits,
    plain,
    pounds,
)
from joinedup.town.writers import delimited, fixed
from joinedup.town.writers.lines import Block

BENEFIT_PLACES = {
    "claim_ref": (1, 10), "nino": (11, 19), "surname": (20, 49), "forename": (50, 69),
    "birth_date": (70, 77), "sex": (78, 78), "address": (79, 138), "postcode": (139, 146),
    "uprn": (147, 158), "weekly_award": (159, 166), "claim_start": (167, 174),
    "tenure": (175, 176), "household_size": (177, 178), "weekly_income": (179, 186),
}  # fmt: skip
RENAMED_FROM = calendar.MONTH_ENDS[2]
"""The month in which "Post Code" becomes "Postcode", without notice."""


def _one(number: int, pattern: str) -> str:
    return str(days(np.array([number]), pattern)[0].as_py())


def _council_tax(view: View) -> Block:
    line = view.address()
    several = pc.match_substring(line, ", ")
    first = pc.replace_substring_regex(line, r"^(.*), [^,]*$", r"\1")
    last = pc.replace_substring_regex(line, r"^.*, ([^,]*)$", r"\1")
    postcode = "Postcode" if view.month_end >= RENAMED_FROM else "Post Code"
    away = np.asarray(view.numbers("landlord_address"))
    return {
        "Account Ref": view.ref(),
        "UPRN": view.uprn(),
        "Address 1": first,
        "Address 2": pc.if_else(several, last, TOWN),
        "Address 3": pc.if_else(several, TOWN, ""),
        postcode: view.postcode(),
        "Band": view.words("band"),
        "Title": view.words("title"),
        "Forename": view.forename(),
        "Surname": view.surname(),
        "Start Date": days(view.numbers("start"), SLASHED),
        "Liable Adults": digits(view.numbers("liable_adults")),
        "Discount": view.words("discount"),
        "Arrears": pounds(view.numbers("arrears"), commas=True),
        "Landlord Address": pc.if_else(pa.array(away), "Y", "N"),
    }


def _write_council_tax(path: Path, leaf: Leaf) -> None:
    as_at = _one(leaf.month_end, SLASHED)
    delimited.write(
        path,
        blocks(leaf, _council_tax),
        encoding="cp1252",
        newline="\r\n",
        title=("AMBLEFORD BOROUGH COUNCIL", f"Council Tax: live accounts as at {as_at}", ""),
        footer=lambda rows: f"Total accounts,{rows}",
    )


def _housing_benefit(view: View) -> Block:
    people = view.source.town.world.people
    upper = pc.utf8_upper
    return {
        "claim_ref": view.ref(),
        "nino": view.text("nino", plain(nino_text(people.nino[view.people()]))),
        "surname": upper(view.surname()),
        "forename": upper(view.forename()),
        "birth_date": view.birth_date(RUN_ON),
        "sex": pc.if_else(pa.array(view.sexes() == 1), "M", "F"),
        "address": upper(view.address()),
        "postcode": view.postcode(),
        "uprn": view.uprn(),
        "weekly_award": pounds(view.numbers("weekly_award"), width=8),
        "claim_start": days(view.numbers("claim_start"), RUN_ON),
        "tenure": view.words("tenure"),
        "household_size": digits(view.numbers("household_size"), width=2),
        "weekly_income": pounds(view.numbers("weekly_income"), width=8),
    }


def _write_housing_benefit(path: Path, leaf: Leaf) -> None:
    fixed.write(
        path,
        blocks(leaf, _housing_benefit),
        places=BENEFIT_PLACES,
        header=f"HDRHOUSING BENEFIT LIVE CLAIMS {_one(leaf.month_end, RUN_ON)}",
        trailer=lambda rows: f"TRL{rows}",
    )


def _business_rates(view: View) -> Block:
    town, rows = view.source.town, view.business()
    businesses, places = town.trading.businesses, town.trading.premises
    at = np.asarray(view.numbers("premises"))
    return {
        "Account": view.ref(),
        "Liable Name": businesses.legal_name.take(pa.array(rows)),
        "Trading Name": view.text("business", businesses.trading_name.take(pa.array(rows))),
        "Company No": view.text("company_number", company_text(businesses.company_no[rows])),
        "Address": view.text("address", town.addresses.premises(places, at)),
        "Postcode": view.text("postcode", town.addresses.premises_postcode(places, at)),
        "UPRN": view.text("uprn", plain(uprn_text(places.uprn[at]))),
        "Description": view.words("description"),
        "Rateable Value": digits(view.numbers("rateable_value")),
        "Liable From": days(view.numbers("liable_from"), NAMED),
    }


def company_text(numbers: np.ndarray) -> pa.Array:
    """Company numbers, "" for who is no company."""
    return pc.if_else(pa.array(numbers < 0), "", digits(numbers))


def _write_business_rates(path: Path, leaf: Leaf) -> None:
    delimited.write(
        path, blocks(leaf, _business_rates), delimiter="\t", encoding="utf-16", newline="\r\n"
    )


EXTRACTS = (
    Extract("council_tax", "council_tax.csv", "council_tax", _write_council_tax),
    Extract(
        "housing_benefit",
        "housing_benefit.txt",
        "housing_benefit",
        _write_housing_benefit,
        mix=(("run_on", 0.8), ("building", 0.15), ("full", 0.05)),
    ),
    Extract("business_rates", "business_rates.txt", "business_rates", _write_business_rates),
)
