"""How many repairs do tenants of the housing association ask for each day (planted fact F3)?

Counts are Poisson around a daily rate with a trend, a year, a week, bank holidays and a step; which
home asks is drawn evenly.
"""

import numpy as np
import numpy.typing as npt

from joinedup.town import days
from joinedup.town.counciltax import Accounts
from joinedup.town.days import NEVER
from joinedup.town.draw import stream
from joinedup.town.entities import SOCIAL, World
from joinedup.town.holidays import bank_holidays
from joinedup.town.presence import Rows
from joinedup.town.register import NOBODY, Keeps, Register, build, numbered, words
from joinedup.town.truth_facts import Truth, table

PER_HOME_YEAR = 3.4
"""Repairs a home asks for in an ordinary year, at the beginning."""
TREND = 0.03
"""Growth of log demand per year."""
SEASON = 0.22
"""Amplitude of log demand over the year."""
PEAK = 15
"""Day of the year of the winter peak."""
WEEKDAY = (1.35, 1.15, 1.05, 1.0, 1.1, 0.5, 0.35)
"""Factors from Monday to Sunday."""
BANK_HOLIDAY = 0.45
STEP = 1.25
STEP_DAY = days.day(2025, 4, 1)
YEAR = 365.25
TRADES = ("Plumbing", "Heating", "Electrical", "Carpentry", "Roofing", "Damp and mould", "Glazing")
TRADE_SHARES = (0.29, 0.21, 0.17, 0.14, 0.07, 0.08, 0.04)
PRIORITIES = ("Emergency", "Urgent", "Routine")
PRIORITY_SHARES = (0.15, 0.3, 0.55)
MEAN_WAIT = (1.0, 7.0, 28.0)
"""Days from report to completion, by priority."""


def daily_rate(day: npt.NDArray[np.int32], homes: int) -> npt.NDArray[np.float64]:
    """Expected repairs on each day, for this many homes."""
    since = (day - days.START) / YEAR
    date = day.astype("datetime64[D]")
    of_year = (date - date.astype("datetime64[Y]")).astype(np.int64)
    weekday = (day + 3) % 7  # 1970-01-01 was a Thursday
    factor = np.array(WEEKDAY)[weekday] / np.mean(WEEKDAY)
    holiday = np.isin(day, list(bank_holidays()))
    rate: npt.NDArray[np.float64] = (
        homes
        * PER_HOME_YEAR
        / YEAR
        * np.exp(TREND * since + SEASON * np.cos(2 * np.pi * (of_year - PEAK) / YEAR))
        * factor
        * np.where(holiday, BANK_HOLIDAY, 1.0)
        * np.where(day >= STEP_DAY, STEP, 1.0)
    )
    return rate


def housing_repairs(world: World, accounts: Accounts, seed: int) -> tuple[Register, Truth]:
    """The association's jobs, and F3: each day's rate and count."""
    rng = stream(seed, "housing_repairs")
    homes = world.homes
    social = np.flatnonzero((homes.tenure == SOCIAL) & (homes.first_day <= days.START))
    day = np.arange(days.START, days.END + 1, dtype=np.int32)
    rate = daily_rate(day, len(social))
    count = rng.poisson(rate)
    reported = np.repeat(day, count).astype(np.int64)
    home = social[rng.integers(0, len(social), len(reported))]
    register = _register(accounts, reported, home, rng)
    return register, Truth(
        facts={"F3": _fact(len(social), len(reported))},
        tables={"demand": table(day=day, rate=rate, count=count)},
    )


def _register(accounts: Accounts, reported: Rows, home: Rows, rng: np.random.Generator) -> Register:
    rows = len(reported)
    account = accounts.spells.latest(home, reported)
    priority = rng.choice(3, rows, p=PRIORITY_SHARES)
    completed = reported + np.ceil(rng.exponential(np.array(MEAN_WAIT)[priority])).astype(np.int64)
    phones = stream(0, "phones").integers(0, 1000, len(accounts))
    return build(
        "housing_repairs",
        Keeps.EVENTS,
        ref=numbered("R", 10_000 + np.arange(rows), digits=8),
        person=np.where(account >= 0, accounts.person[account], NOBODY),
        home=home,
        opened=reported,
        columns={
            "trade": words(rng.choice(len(TRADES), rows, p=TRADE_SHARES), TRADES),
            "priority": words(priority, PRIORITIES),
            "completed": np.where(completed > days.END, NEVER, completed).astype(np.int32),
            "phone": np.where(account >= 0, phones[account], NOBODY).astype(np.int16),
        },
    )


def _fact(homes: int, jobs: int) -> dict[str, object]:
    return {
        "what": "daily demand for repairs is Poisson with these factors",
        "homes": homes,
        "jobs": jobs,
        "per_home_year": PER_HOME_YEAR,
        "trend_log_per_year": TREND,
        "season_log_amplitude": SEASON,
        "season_peak_day_of_year": PEAK,
        "weekday_monday_first": list(WEEKDAY),
        "bank_holiday": BANK_HOLIDAY,
        "step": STEP,
        "step_from": str(days.as_date(STEP_DAY)),
    }
