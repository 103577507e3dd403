"""Agreements, datasets and tables for the tests of the gates, each with one visible difference."""

from datetime import date

from joinedup.core.agreement import Agreement, Power
from joinedup.core.method import Provenance
from joinedup.core.vocabulary import Dataset, Field, Layout, Period
from joinedup.result.blocks import Column, Table

TODAY = date(2026, 3, 1)
PROVENANCE = Provenance(
    method="diagnose.rates",
    method_version="1",
    settings={},
    inputs={},
    seed=None,
    software="joinedup",
    at="2026-03-01",
    purpose="inspection",
    agreements=("share",),
)


def agreement(name="share", *, purpose="inspection", covers=None, parties=("fire", "police")):
    return Agreement(
        id=name,
        title="Sharing for safer homes",
        parties=parties,
        purpose=purpose,
        purpose_text="To choose which homes to visit.",
        powers=(Power(party="fire", citation="Fire and Rescue Services Act 2004, s 6"),),
        covers=covers or {"visits": ("visit", "postcode")},
        recipients=("fire",),
        period=Period(starts=date(2026, 1, 1), ends=date(2026, 12, 31)),
        retention_days=365,
        review=date(2026, 12, 1),
    )


def visits():
    names = ("visit", "postcode", "seen_on", "note")
    return Dataset(
        id="visits",
        partner="fire",
        title="Visits",
        grain="one row per visit",
        key=("visit",),
        fields={name: Field(type="text", description=name) for name in names},
        layout=Layout(format="csv", file="visits.csv"),
    )


def groups(rows, *columns, total_row=False, about="groups", title="Visits by area"):
    """A table by area; a column is a name (a count) or a Column."""
    heads = tuple(
        column if isinstance(column, Column) else Column(name=column, kind="count")
        for column in columns
    )
    return Table(
        title=title,
        columns=(Column(name="area", kind="text"), *heads),
        rows=tuple(tuple(row) for row in rows),
        about=about,
        total_row=total_row,
    )
