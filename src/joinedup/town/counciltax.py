"""Who is liable for council tax at each home, and since when?

The first adult to arrive is liable until leaving; then the adult who has been there longest is, or
the next to arrive. Each change opens a new account.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from joinedup.town import days
from joinedup.town.days import NEVER
from joinedup.town.draw import stream
from joinedup.town.entities import BANDS, CARE_HOME, PRIVATE_RENT, World
from joinedup.town.presence import DAYS, LAST, Rows, Spells, ended
from joinedup.town.register import NOBODY, Keeps, Register, build, numbered, words

ADULT_DAYS = 6575
"""18 years."""
MISS_DAYS = 8766
"""24 years: a younger woman is written Miss."""
FIRST_TAX = days.day(1993, 4, 1)
"""Nobody paid council tax before."""
FIRST_NUMBER = 1_000_000
TITLES = ("Mr", "Mrs", "Miss", "Ms", "Dr")
DISCOUNTS = ("", "SPD", "EXEMPT N", "EXEMPT U")
IN_ARREARS = 0.2
MEDIAN_ARREARS = 32_000
"""Pence, among accounts in arrears."""
DOCTORS = 0.015
UNABLE = 0.006
"""Share of single adults exempt as severely mentally impaired (class U)."""
BILL_TO_LANDLORD, BILL_TO_OWNER = 0.65, 0.015
"""Share of homes whose owner is known at another address: privately rented, and others."""
MOST_LIABLE = 6
"""Adults the council writes down as liable together."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """One row per spell of liability, by home and then by day.

    Attributes:
        home: row of homes.
        person: the first liable adult, row of people.
        second: the second liable adult, or -1.
        opened: first day of liability.
        closed: first day after, or NEVER.
        adults: adults in the home on the first day.
        arrears: pence.
        spells: the same rows, to be found by home and day.
    """

    home: Rows
    person: Rows
    second: Rows
    opened: Rows
    closed: Rows
    adults: Rows
    arrears: Rows
    spells: Spells

    def __len__(self) -> int:
        return len(self.home)


@dataclass(frozen=True, slots=True)
class AdultStays:
    """Stays cut to adult life, sorted by home, first day and age (the eldest first)."""

    person: Rows
    home: Rows
    from_day: Rows
    until: Rows

    def spells(self) -> Spells:
        """The same stays, to be counted by home and day."""
        return Spells.of(self.home, self.from_day, self.until)


def adult_stays(world: World) -> AdultStays:
    """The part of every stay from the eighteenth birthday on; LAST is the end of an open one."""
    born = world.people.born[world.stays.person].astype(np.int64)
    from_day = np.maximum(np.maximum(world.stays.from_day, born + ADULT_DAYS), 0)
    until = ended(world.stays.to_day)
    grown = np.flatnonzero(from_day < until)
    from_day, until, born = from_day[grown], until[grown], born[grown]
    home = world.stays.home[grown].astype(np.int64)
    order = np.lexsort((born, home * DAYS + from_day))
    return AdultStays(
        person=world.stays.person[grown][order].astype(np.int64),
        home=home[order],
        from_day=from_day[order],
        until=until[order],
    )


def liable(world: World, stays: AdultStays, seed: int) -> Accounts:
    """The accounts that the chain of liable adults opens at each home."""
    stays = _taxed(world, stays)
    at, opened = chain(stays)
    home, closed = stays.home[at], stays.until[at]
    return Accounts(
        home=home,
        person=stays.person[at],
        second=_partner(stays, at, opened),
        opened=opened,
        closed=np.where(closed == LAST, NEVER, closed),
        adults=stays.spells().count(home, opened),
        arrears=_arrears(len(at), seed),
        spells=Spells.of(home, opened, closed),
    )


def chain(stays: AdultStays) -> tuple[Rows, Rows]:
    """Which stays are liable ones, and from which day on; each until it ends.

    Who follows is the first, in order of arrival, to stay longer: so the liable are exactly the
    stays that end later than every earlier one at their home.
    """
    outlasts = stays.home * DAYS + stays.until
    before = np.concatenate([[-1], np.maximum.accumulate(outlasts)[:-1]])
    at = np.flatnonzero(outlasts > before)
    home = stays.home[at]
    follows = np.concatenate([[False], home[1:] == home[:-1]])
    left = np.concatenate([[0], stays.until[at][:-1]])
    began = stays.from_day[at]
    return at, np.where(follows, np.maximum(began, left), began)


def _taxed(world: World, stays: AdultStays) -> AdultStays:
    """Stays at homes that are taxed: a care home is not."""
    at = np.flatnonzero(world.homes.kind[stays.home] != CARE_HOME)
    return AdultStays(
        person=stays.person[at],
        home=stays.home[at],
        from_day=stays.from_day[at],
        until=stays.until[at],
    )


def _partner(stays: AdultStays, at: Rows, opened: Rows) -> Rows:
    """The adult listed next at the same home, if there on the first day."""
    following = np.minimum(at + 1, len(stays.home) - 1)
    there = (
        (following > at)
        & (stays.home[following] == stays.home[at])
        & (stays.from_day[following] <= opened)
        & (stays.until[following] > opened)
    )
    return np.where(there, stays.person[following], NOBODY)


def _arrears(rows: int, seed: int) -> Rows:
    rng = stream(seed, "council_tax", "arrears")
    owed = MEDIAN_ARREARS * np.exp(0.9 * rng.standard_normal(rows))
    return np.where(rng.random(rows) < IN_ARREARS, owed, 0.0).astype(np.int64)


def council_tax(world: World, accounts: Accounts, seed: int) -> Register:
    """The register of accounts."""
    rng = stream(seed, "council_tax", "columns")
    homes = world.homes
    private = homes.tenure[accounts.home] == PRIVATE_RENT
    return build(
        "council_tax",
        Keeps.STATE,
        ref=_refs(accounts, stream(seed, "council_tax", "refs").permutation(len(homes.uprn))),
        person=accounts.person,
        home=accounts.home,
        opened=accounts.opened,
        closed=accounts.closed,
        columns={
            "band": words(homes.band[accounts.home], tuple(BANDS)),
            "title": words(_titles(world, accounts, rng), TITLES),
            "start": np.maximum(accounts.opened, FIRST_TAX).astype(np.int32),
            "liable_adults": np.minimum(accounts.adults, MOST_LIABLE).astype(np.int8),
            "discount": words(_discounts(world, accounts, rng), DISCOUNTS),
            "arrears": accounts.arrears,
            "landlord_address": rng.random(len(accounts))
            < np.where(private, BILL_TO_LANDLORD, BILL_TO_OWNER),
            "second_person": accounts.second.astype(np.int32),
        },
    )


def _refs(accounts: Accounts, number: Rows) -> pa.Array:
    """The number of each home at the council, then which account of the home it is, 2 digits."""
    first = np.concatenate([[True], accounts.home[1:] != accounts.home[:-1]])
    rows = np.arange(len(accounts))
    nth = rows - np.maximum.accumulate(np.where(first, rows, 0)) + 1
    return numbered(
        "", (FIRST_NUMBER + number[accounts.home]) * 100 + np.minimum(nth, 99), digits=9
    )


def _titles(world: World, accounts: Accounts, rng: np.random.Generator) -> Rows:
    people = world.people
    draw = rng.random(len(accounts))
    young = accounts.opened - people.born[accounts.person] < MISS_DAYS
    woman = np.where(accounts.second >= 0, draw < 0.75, draw < 0.35)  # noqa: PLR2004 - Mrs
    women = np.where(young, 2, np.where(woman, 1, 3))
    titles = np.where(people.sex[accounts.person] == 1, 0, women)
    return np.where(rng.random(len(accounts)) < DOCTORS, 4, titles)


def _discounts(world: World, accounts: Accounts, rng: np.random.Generator) -> Rows:
    single = accounts.adults == 1
    students = world.people.student[accounts.person]
    unable = single & (rng.random(len(accounts)) < UNABLE)
    return np.select([unable, students, single], [3, 2, 1], 0)
