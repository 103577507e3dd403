"""Which houses in multiple occupation hold a licence, from when, and who holds it?

An HMO holds one in every year in which it was not drawn as unlicensed. Where it was, the licence
has lapsed, or there never was one.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from joinedup.town import days
from joinedup.town.businesses import Businesses
from joinedup.town.counciltax import AdultStays
from joinedup.town.days import NEVER
from joinedup.town.draw import stream
from joinedup.town.entities import World
from joinedup.town.housing import REFS, Rented
from joinedup.town.presence import Rows
from joinedup.town.register import NOBODY, Keeps, Register, build, numbered, words

LICENCE_DAYS = 1826
SCHEMES = ("Mandatory", "Additional")
MANDATORY_ADULTS = 5
COMPANY_HOLDERS = 0.25
HOMES_PER_LANDLORD = 4
LANDLORD_AGE = 10_958
"""30 years."""


@dataclass(frozen=True, slots=True)
class Licences:
    """One row per licence: position in `Rented`, first day, first day after."""

    at: Rows
    granted: Rows
    expires: Rows


def granted(rows: Rented, licensed_on: Rows, seed: int) -> Licences:
    """All licences that stood at some time since the first day."""
    rng = stream(seed, "hmo_licences", "spells")
    holds = rows.hmo.any(axis=0) & ~rows.unlicensed
    begin, end, at = _runs(holds, rng)
    found = licensed_on != NEVER
    free = ~found[at] | (begin < licensed_on[at])
    begin, end, at = begin[free], end[free], at[free]
    end = np.where(found[at], np.minimum(end, licensed_on[at]), end)
    first = np.concatenate([begin, licensed_on[found]])
    last = np.concatenate([end, np.full(int(found.sum()), _FAR)])
    return _renewed(np.concatenate([at, np.flatnonzero(found)]), first, last)


_FAR = days.END + 4000
"""Stands for: no lapse in sight."""


def _runs(holds: npt.NDArray[np.bool_], rng: np.random.Generator) -> tuple[Rows, Rows, Rows]:
    """Unbroken years with a licence: first day, day of the lapse, home."""
    edge = np.zeros((1, holds.shape[1]), np.int8)
    change = np.diff(np.concatenate([edge, holds.astype(np.int8), edge]), axis=0).T
    at, year = np.nonzero(change == 1)
    _, stop = np.nonzero(change == -1)
    early = REFS[0] - rng.integers(0, LICENCE_DAYS, len(at))
    late = REFS[np.minimum(year, len(REFS) - 1)] + rng.integers(0, 30, len(at))
    lapse = np.append(REFS, _FAR)[stop]
    return np.where(year == 0, early, late), lapse, at


def _renewed(at: Rows, first: Rows, last: Rows) -> Licences:
    """Spells cut into licences of five years; nobody applies for one that begins in the future."""
    longest = int((days.END - first.min(initial=days.END)) // LICENCE_DAYS) + 1
    begin = first[:, None] + LICENCE_DAYS * np.arange(longest)
    row, term = np.nonzero((begin < last[:, None]) & (begin <= days.END))
    start = begin[row, term]
    return Licences(at=at[row], granted=start, expires=np.minimum(start + LICENCE_DAYS, last[row]))


def hmo_licences(
    world: World,
    rows: Rented,
    licences: Licences,
    *,
    stays: AdultStays,
    businesses: Businesses,
    seed: int,
) -> Register:
    """The register of licences that stood on or after the first day."""
    rng = stream(seed, "hmo_licences")
    kept = np.flatnonzero(licences.expires > days.START)
    at = licences.at[kept]
    home = rows.home[at]
    person, business = _holders(world, len(rows.home), businesses, rng)
    crowd = stays.spells().count(home, np.clip(licences.granted[kept], REFS[0], days.END))
    return build(
        "hmo_licences",
        Keeps.STATE,
        ref=numbered("HMO/", 4_000 + rng.permutation(len(kept)), digits=6),
        person=person[at],
        business=business[at],
        home=home,
        opened=licences.granted[kept],
        closed=licences.expires[kept],
        columns={
            "scheme": words((crowd < MANDATORY_ADULTS).astype(np.int64), SCHEMES),
            "granted": licences.granted[kept].astype(np.int32),
            "expires": licences.expires[kept].astype(np.int32),
        },
    )


def _holders(
    world: World, number: int, businesses: Businesses, rng: np.random.Generator
) -> tuple[Rows, Rows]:
    """Landlord of each rented home: a person of the town, or a company where person is -1."""
    people = world.people
    grown = (people.born < days.START - LANDLORD_AGE) & (people.died == NEVER)
    landlords = rng.choice(np.flatnonzero(grown), max(number // HOMES_PER_LANDLORD, 1))
    # A few landlords have many homes: the square puts a quarter of them on a sixteenth.
    person = landlords[(rng.random(number) ** 2 * len(landlords)).astype(np.int64)]
    companies = np.flatnonzero(businesses.lets_homes)
    pick = (rng.random(number) ** 2 * len(companies)).astype(np.int64)
    business = np.append(companies, NOBODY)[pick]  # a small town has no such company
    company = (rng.random(number) < COMPANY_HOLDERS) & (business != NOBODY)
    return np.where(company, NOBODY, person), np.where(company, business, NOBODY)
