"""Which privately rented homes are houses in multiple occupation without a licence (F1)?

On four days a year apart each occupied private home is an unlicensed HMO with a chance that is
logistic in factors the council's own registers show. Every home keeps one draw for all four days,
so most stay what they were. An inspection that finds one mostly ends in a licence.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from joinedup.town import days
from joinedup.town.benefit import Households
from joinedup.town.counciltax import Accounts, AdultStays
from joinedup.town.days import NEVER
from joinedup.town.draw import stream
from joinedup.town.entities import CARE_HOME, LARGE_HOUSE, PRIVATE_RENT, World
from joinedup.town.presence import Rows, Spells
from joinedup.town.truth_facts import Truth, table

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

OLD_HOUSE = 1919
MUCH_ARREARS = 50_000
"""Pence."""
CHANGES_DAYS = 730
SEVERAL = 2
"""Changes of liability within CHANGES_DAYS."""
SURNAMES = 3
YOUNG_DAYS = 8401
"""23 years: adults younger than this are counted as of student age."""

REFS: Rows = np.array([days.day(year, 10, 1) for year in range(2022, 2026)])
"""Days on which the factors are read; what they give stands until the next."""

INTERCEPT = -5.0
COEFFICIENTS = {
    "built_before_1919": 0.7,
    "large_house_or_above_shop": 0.9,
    "ward_student_share": 0.12,
    "several_liability_changes": 0.9,
    "benefit_claim": 0.5,
    "arrears_over_500": 0.6,
    "three_adult_surnames": 2.0,
}
"""Log odds; the ward's share of adults of student age counts per percentage point."""


@dataclass(frozen=True, slots=True)
class Rented:
    """Privately rented homes and what they are on each of REFS.

    Attributes:
        home: row of homes, ascending; shape (homes,).
        factors: in the order of COEFFICIENTS; shape (refs, homes, factors).
        lived_in: an adult lives there; only then can it be an HMO; shape (refs, homes).
        chance: of being an unlicensed HMO; 0 where not lived in; shape (refs, homes).
        unlicensed: what was drawn; shape (refs, homes).
        hmo: lived in by three or more unrelated adults, or unlicensed; shape (refs, homes).
    """

    home: Rows
    factors: Floats
    lived_in: Bools
    chance: Floats
    unlicensed: Bools
    hmo: Bools


def rented(
    world: World,
    seed: int,
    *,
    accounts: Accounts,
    means: Households,
    stays: AdultStays,
) -> Rented:
    """Reads the factors on each reference day and draws who is an unlicensed HMO."""
    homes = world.homes
    home = np.flatnonzero((homes.tenure == PRIVATE_RENT) & (homes.kind != CARE_HOME))
    claims = Spells.of(
        accounts.home[means.claims], accounts.opened[means.claims], accounts.closed[means.claims]
    )
    odd = (homes.kind == LARGE_HOUSE) | homes.above_shop
    factors = np.zeros((len(REFS), len(home), len(COEFFICIENTS)))
    lived_in = np.zeros((len(REFS), len(home)), np.bool_)
    for at, day in enumerate(REFS):
        surnames, students = _adults_on(world, stays, int(day))
        account = accounts.spells.latest(home, day)
        owed = np.where(account >= 0, accounts.arrears[account], 0)
        lived_in[at] = surnames[home] > 0
        factors[at] = np.stack(
            [
                homes.built[home] < OLD_HOUSE,
                odd[home],
                100 * students[world.areas.oa_ward[homes.oa[home]]],
                accounts.spells.since(home, day, days=CHANGES_DAYS) >= SEVERAL,
                claims.count(home, day) > 0,
                owed > MUCH_ARREARS,
                surnames[home] >= SURNAMES,
            ],
            axis=1,
        )
    return _drawn(world, seed, home=home, factors=factors, lived_in=lived_in)


def _drawn(world: World, seed: int, *, home: Rows, factors: Floats, lived_in: Bools) -> Rented:
    odds = INTERCEPT + factors @ np.array(list(COEFFICIENTS.values()))
    chance = np.where(lived_in, 1 / (1 + np.exp(-odds)), 0.0)
    unlicensed = stream(seed, "hmo").random(len(home)) < chance
    return Rented(
        home=home,
        factors=factors,
        lived_in=lived_in,
        chance=chance,
        unlicensed=unlicensed,
        hmo=(world.homes.is_hmo[home] & lived_in) | unlicensed,
    )


def _adults_on(world: World, stays: AdultStays, day: int) -> tuple[Rows, Floats]:
    """Different surnames of adults at each home, and each ward's share of student age."""
    there = np.flatnonzero((stays.from_day <= day) & (stays.until > day))
    person, home = stays.person[there], stays.home[there]
    people = world.people
    before = (people.surname_changed != NEVER) & (people.surname_changed > day)
    surname = np.where(before, people.birth_surname, people.surname)[person].astype(np.int64)
    # Who has one name only is told apart by it.
    names = len(world.names.surname)
    surname = np.where(surname < 0, names + people.forename[person], surname)
    names += len(world.names.forename)
    surnames = np.bincount(
        np.unique(home * names + surname) // names, minlength=len(world.homes.uprn)
    )
    ward = world.areas.oa_ward[world.homes.oa[home]]
    young = day - people.born[person] < YOUNG_DAYS
    wards = len(world.areas.ward_code)
    share = np.bincount(ward, young, wards) / np.maximum(np.bincount(ward, minlength=wards), 1)
    return surnames, share


def year_of(day: npt.NDArray[np.integer]) -> Rows:
    """Which of REFS stands on each day (the first for days before it)."""
    return np.maximum(np.searchsorted(REFS, day, "right") - 1, 0)


def truth(rows: Rented, licensed_on: Rows) -> Truth:
    """F1: factors, chance and draw of every lived-in private home on each reference day."""
    at, which = np.nonzero(rows.lived_in)
    names = list(COEFFICIENTS)
    factors = {name: rows.factors[at, which, n] for n, name in enumerate(names)}
    return Truth(
        facts={
            "F1": {
                "what": "chance that a privately rented, lived-in home is an unlicensed HMO",
                "intercept": INTERCEPT,
                "coefficients": COEFFICIENTS,
                "reference_days": REFS.tolist(),
                "homes": rows.lived_in.sum(axis=1).tolist(),
                "unlicensed": rows.unlicensed.sum(axis=1).tolist(),
                "hmo": rows.hmo.sum(axis=1).tolist(),
            }
        },
        tables={
            "hmo": table(
                home=rows.home[which],
                day=REFS[at],
                **factors,
                chance=rows.chance[at, which],
                hmo=rows.hmo[at, which],
                unlicensed=rows.unlicensed[at, which],
                licensed_on=licensed_on[which],
            )
        },
    )
