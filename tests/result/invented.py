"""One invented result with every kind of block, and a release of it. Nobody in it is real."""

from dataclasses import replace
from datetime import date

from joinedup.core.method import Provenance
from joinedup.result import charts
from joinedup.result.blocks import (
    Caution,
    Check,
    Checks,
    Column,
    Estimate,
    Estimates,
    Figure,
    Hidden,
    Map,
    Prose,
    Table,
)
from joinedup.result.model import Approval, Candidate, Release, Result

WARDS = Table(
    title="Visits and critical findings by ward, March 2026",
    columns=(
        Column(name="ward", kind="text", label="Ward"),
        Column(name="visits", kind="count", label="Visits"),
        Column(name="found", kind="count", label="With a critical finding", part_of="visits"),
        Column(name="share", kind="share", label="Share found", digits=1, base="visits"),
        Column(name="days", kind="number", label="Mean wait", unit="days", digits=1),
        Column(name="last_visit", kind="date", label="Last visit"),
    ),
    rows=(
        ("Abbey", 1204, 301, 0.25, 7.25, date(2026, 3, 2)),
        ("Brook", 880, 88, 0.1, 9.5, date(2026, 3, 31)),
        ("Castle", 640, 224, 0.35, 5.0, date(2026, 3, 30)),
        ("Dene & Marsh", 96, Hidden("too few"), Hidden("too few"), 12.75, date(2026, 3, 12)),
        ("Eastfield", 310, Hidden("would give away another"), None, -1.5, date(2026, 3, 28)),
        ("Fell", 0, 0, None, None, None),
        ("All wards", 3130, 640, 0.2045, 7.6, date(2026, 3, 31)),
    ),
    about="groups",
    total_row=True,
    note="A visit counts in the ward where the premises stand.",
)

SHARES = Table(
    title="Share of critical findings made, by share of visits",
    columns=(
        Column(name="share.visited", kind="share", label="Share of visits made", digits=0),
        Column(name="share_found", kind="share", label="Share of findings made", digits=1),
        Column(name="order", kind="text", label="Order"),
    ),
    rows=tuple(
        (step / 20, round((step / 20) ** power, 4), order)
        for order, power in (("Listed by risk", 0.55), ("As it was done", 0.9))
        for step in range(21)
    ),
    about="method",
)

EFFECTS = Table(
    title="What moves the chance of a critical finding",
    columns=(
        Column(name="feature", kind="text", label="Fact about the premises"),
        Column(name="odds", kind="number", label="Odds ratio"),
        Column(name="low", kind="number", label="Low"),
        Column(name="high", kind="number", label="High"),
    ),
    rows=(
        ("Critical finding at the last visit", 1.92, 1.61, 2.29),
        ("Burglaries close by, last 90 days (per 1,000 homes)", 1.31, 1.12, 1.53),
        ("Licence older than four years", 0.88, 0.71, 1.09),
    ),
    about="method",
)

MONTHS = Table(
    title="Visits a month",
    columns=(
        Column(name="month", kind="date", label="Month"),
        Column(name="visits", kind="count", label="Visits"),
    ),
    rows=tuple((date(2025, month, 1), 200 + 31 * (month % 5)) for month in range(1, 13)),
    about="groups",
)


def ward_areas() -> dict:
    """Eight squares in two rows, and none for the ward called Fell."""
    names = ["Abbey", "Brook", "Castle", "Dene & Marsh", "Eastfield", "Garth", "Hill", "Ings"]
    features = []
    for place, name in enumerate(names):
        west, south = -1.5 + 0.05 * (place % 4), 53.7 + 0.03 * (place // 4)
        east, north = west + 0.05, south + 0.03
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"ward": name}, "geometry": geometry})
    return {"type": "FeatureCollection", "features": features}


def provenance() -> Provenance:
    return Provenance(
        method="target.rank",
        method_version="1",
        settings={"table": "derived.scores", "capacity": 300, "seed": 7, "window": [1, 90]},
        inputs={"derived.scores": "a3" * 32, "derived.wards": "b9" * 32},
        seed=7,
        software="joinedup 0.1.0",
        at="2026-04-01T08:30:00.000000Z",
        purpose="inspection",
        agreements=("food-safety-2026",),
        step="rank-premises",
        identity="7f" * 32,
    )


def chart_of_shares() -> Figure:
    return charts.curve(
        "Findings made by share of visits",
        SHARES,
        x="share.visited",
        y="share_found",
        series="order",
        diagonal=True,
        alt="After half of the visits, the list by risk had made 68 % of the findings; the order "
        "in use had made 54 %.",
    )


def chart_of_effects() -> Figure:
    return charts.dots_with_intervals(
        "What moves the chance of a critical finding",
        EFFECTS,
        label="feature",
        value="odds",
        low="low",
        high="high",
        reference=1.0,
        alt="A critical finding at the last visit nearly doubles the odds (1.92, 1.61 to 2.29).",
    )


def chart_of_wards() -> Figure:
    return charts.bars(
        "Share found by ward",
        replace(WARDS, rows=WARDS.rows[:-1], total_row=False),
        category="ward",
        value="share",
        alt="Castle stands out: 35 % of visits there made a critical finding.",
    )


def chart_of_months() -> Figure:
    return charts.lines(
        "Visits a month", MONTHS, x="month", y="visits", alt="Visits stay between 200 and 324."
    )


def map_of_wards() -> Map:
    return Map(
        title="Share found by ward",
        areas=ward_areas(),
        key="ward",
        value="share",
        table=WARDS,
        alt="Castle, in the middle of the south, has the highest share found, 35 %.",
    )


def estimates() -> Estimates:
    earlier = Estimate(
        name="days_earlier",
        label="Days earlier, on average",
        value=7.4321,
        low=5.91,
        high=8.84,
        level=0.95,
        unit="days",
        n=1637,
    )
    half = Estimate(
        name="share_in_first_half",
        value=0.68994,
        low=0.652,
        high=0.726,
        level=0.95,
        unit="share",
        n=258,
    )
    bare = Estimate(
        name="capacity", value=300.0, low=None, high=None, level=None, unit="visits", n=300
    )
    return Estimates(items=(earlier, half, bare), title="How much earlier")


def result() -> Result:
    """Every kind of block."""
    return Result(
        method="target.rank",
        headline="Visiting by risk finds critical violations 7.4 days earlier "
        "(95 % interval 5.9 to 8.8).",
        blocks=(
            estimates(),
            Prose(
                heading="What we did",
                text="We put 1,637 visits in order of risk.\n\nThe order knows nothing that was "
                "not known on the morning of the visit.",
            ),
            chart_of_shares(),
            chart_of_effects(),
            Prose(heading="Where", text="The wards differ more than chance alone would give."),
            map_of_wards(),
            chart_of_wards(),
            WARDS,
            chart_of_months(),
            Caution(text="Premises without a gas record (8 %) are ranked on their area alone."),
            Checks(
                items=(
                    Check(name="Nothing from the future", answer="passed", detail="14 columns."),
                    Check(name="Calibrated", answer="failed", detail="Too high above 60 %."),
                    Check(name="Same in every ward", answer="cannot tell", detail="Fell has none."),
                )
            ),
        ),
        provenance=provenance(),
    )


def candidate() -> Candidate:
    """The same, as it would leave."""
    return Candidate(
        result=result(),
        rule="threshold 10, version 1",
        hidden=3,
        hidden_to_protect=1,
        recipient="",
        unjudged=(),
        digest="e" * 64,
    )


def release() -> Release:
    """The same, approved by two others."""
    approvals = tuple(
        Approval(by=by, at="2026-04-02T09:00:00Z", digest="e" * 64, reason="For the board.")
        for by in ("Bo Lund", "Cy Moss")
    )
    return Release(candidate=candidate(), authors=("Ana Ito",), approvals=approvals)
