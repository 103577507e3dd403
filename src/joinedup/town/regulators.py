"""Which businesses pay rates, and which regulator has been where?

An ordinary business is known to three regulators at most; every member of the planted group to four
or more (planted fact F9).
"""

import numpy as np
import numpy.typing as npt

from joinedup.town import days
from joinedup.town.businesses import Businesses, Trading
from joinedup.town.draw import stream
from joinedup.town.presence import Rows, ended
from joinedup.town.register import NOBODY, Keeps, Register, build, numbered, words
from joinedup.town.trade_names import TRADES

REGULATORS = (
    "Food",
    "Fire safety",
    "Trading standards",
    "Environment",
    "Immigration compliance",
    "Health and safety",
)
FOOD_TRADES = ("Restaurant", "Take-away", "Café", "Convenience store", "Butcher", "Public house")
RESULTS = ("Compliant", "Advice", "Enforcement")
USUAL_RESULTS = (0.6, 0.31, 0.09)
GROUP_RESULTS = (0.2, 0.4, 0.4)
VISITS = 2.0
"""Expected visits to a business in all the years."""
MOST_USUAL = 3
"""Regulators that know an ordinary business, at most."""
GROUP_REGULATORS = (4, 6)
VALUE = 9.4
"""Mean log rateable value, pounds."""
DESCRIPTIONS = (
    "Shop and premises",
    "Office and premises",
    "Workshop and premises",
    "Warehouse and premises",
    "Restaurant and premises",
)


def business_rates(trading: Trading, seed: int) -> Register:
    """One account per business and commercial premises; who trades from home pays none."""
    rng = stream(seed, "business_rates")
    at = np.flatnonzero(trading.premises.home[trading.at] == NOBODY)
    business = trading.business[at]
    rows = trading.businesses
    value = np.exp(VALUE + 0.7 * rng.standard_normal(len(at)))
    return build(
        "business_rates",
        Keeps.STATE,
        ref=numbered("NDR", 600_000 + rng.permutation(len(at)), digits=7),
        business=business,
        opened=rows.opened[business],
        closed=rows.closed[business],
        columns={
            "premises": trading.at[at].astype(np.int32),
            "description": words(_described(rows.trade[business]), DESCRIPTIONS),
            "rateable_value": (np.rint(value / 50) * 50).astype(np.int64),
            "liable_from": rows.opened[business].astype(np.int32),
        },
    )


def _described(trade: Rows) -> Rows:
    names = np.array(TRADES)
    eats = np.isin(names, ("Restaurant", "Take-away", "Café", "Public house"))
    works = np.isin(names, ("Garage", "Joinery", "Builder", "Car wash", "Scrap metal"))
    stores = names == "Warehouse"
    offices = np.isin(names, ("Lettings", "Cleaning", "Nursery"))
    return np.select([eats, stores, works, offices], [4, 3, 2, 1], 0)[trade]


def regulator_visits(trading: Trading, seed: int) -> Register:
    """Visits of six regulators, each at one of the business's premises, while it trades."""
    rng = stream(seed, "regulator_visits")
    rows = trading.businesses
    business, regulator = _who_visits(rows, rng)
    begin = np.maximum(rows.opened[business], days.START)
    end = np.minimum(ended(rows.closed[business]), days.MONTH_ENDS[0])
    kept = np.flatnonzero(begin < end)
    business, regulator, begin, end = business[kept], regulator[kept], begin[kept], end[kept]
    day = begin + (rng.random(len(kept)) * (end - begin)).astype(np.int64)
    bad = rows.group[business].astype(np.int64)
    cut = np.cumsum(np.array([USUAL_RESULTS, GROUP_RESULTS]), axis=1)[bad, :-1]
    return build(
        "regulator_visits",
        Keeps.EVENTS,
        ref=numbered("RV", 50_000 + rng.permutation(len(day)), digits=7),
        business=business,
        opened=day,
        columns={
            "regulator": words(regulator, REGULATORS),
            "result": words((rng.random(len(day))[:, None] > cut).sum(axis=1), RESULTS),
            "premises": _one_of(trading, business, rng).astype(np.int32),
        },
    )


def _who_visits(rows: Businesses, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Business and regulator of each visit, in no order."""
    size = len(rows)
    order = np.argsort(rng.random((size, len(REGULATORS))), axis=1)
    food = np.isin(np.array(TRADES), FOOD_TRADES)[rows.trade]
    usual = order[:, :MOST_USUAL].copy()
    usual[food, 0] = 0
    times = np.where(rows.group, 0, rng.poisson(VISITS, size))
    business = np.repeat(np.arange(size), times)
    regulator = usual[business, rng.integers(0, MOST_USUAL, len(business))]
    known = np.where(rows.group, rng.integers(*GROUP_REGULATORS, size, endpoint=True), 0)
    member, place = np.nonzero(np.arange(len(REGULATORS)) < known[:, None])
    return np.concatenate([business, member]), np.concatenate([regulator, order[member, place]])


def _one_of(trading: Trading, business: Rows, rng: np.random.Generator) -> npt.NDArray[np.integer]:
    """One of the premises of each business."""
    order = np.argsort(trading.business, kind="stable")
    owners = trading.business[order]
    start = np.searchsorted(owners, business, "left")
    stop = np.searchsorted(owners, business, "right")
    return trading.at[order[start + (rng.random(len(business)) * (stop - start)).astype(np.int64)]]
