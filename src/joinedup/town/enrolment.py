"""Who is registered with a GP, and who is a pupil of which school?"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.town import days, numbers
from joinedup.town.benefit import Households
from joinedup.town.counciltax import Accounts
from joinedup.town.days import NEVER
from joinedup.town.draw import stream
from joinedup.town.entities import PRIMARY, World
from joinedup.town.presence import LAST, Rows, ended
from joinedup.town.register import Keeps, Register, build, words

REGISTERED = 0.97
REGISTERED_YOUNG = 0.90
"""Of newcomers and natives alike between 18 and 30."""
YOUNG = (6575, 10_958)
LAST_YEAR_GROUP = 13
LAST_PRIMARY = 6
ETHNICITY = ("WBRI", "APKN", "WOTH", "OOTH", "BAFR", "CHNE", "AOTH")
BY_CULTURE = np.array([0, 1, 2, 3, 2, 2, 3, 4, 5, 6])
"""Code of ETHNICITY in the school census, by culture."""
FREE_MEALS = (0.03, 0.9)
"""Share of pupils with free meals: household not eligible for benefit, and eligible."""
SCHOOL_YEARS = (2025, 2026)
"""Autumns in which the school years begin that the three months touch."""
SESSIONS_IN_SEPTEMBER = 38
SESSIONS = 380
"""Half days in a school year."""
MISSED = (1.2, 17.0)
"""Shape of each pupil's share of sessions missed, a beta distribution."""


def gp_registrations(world: World, seed: int) -> Register:
    """One row per registered person and address that some month's extract shows."""
    people, stays = world.people, world.stays
    rng = stream(seed, "gp_registrations")
    draw, delay = rng.random(len(people.born)), rng.integers(0, 90, len(people.born))
    age = days.MONTH_ENDS[0] - people.born
    young = (age >= YOUNG[0]) & (age < YOUNG[1])
    on_list = (draw < np.where(young, REGISTERED_YOUNG, REGISTERED)) & (people.practice >= 0)
    since = _arrival(world) + np.where(people.born < _arrival(world), delay, 0)
    opened = np.maximum(stays.from_day, since[stays.person])
    until = ended(stays.to_day)
    stands = (opened < until) & (opened <= days.END) & (until > days.MONTH_ENDS[0])
    shown = np.flatnonzero(on_list[stays.person] & stands)
    person = stays.person[shown]
    return build(
        "gp_registrations",
        Keeps.STATE,
        ref=_digits(people.nhs[person]),
        person=person,
        home=stays.home[shown],
        opened=opened[shown],
        closed=_reopened(until[shown]),
        columns={
            "practice": people.practice[person].astype(np.int32),
            "registered_on": since[person].astype(np.int32),
        },
    )


def _arrival(world: World) -> Rows:
    """First day each person lives in the town; LAST for who never does."""
    first = np.full(len(world.people.born), LAST, np.int64)
    np.minimum.at(first, world.stays.person, world.stays.from_day.astype(np.int64))
    return first


def _reopened(until: Rows) -> Rows:
    return np.where(until == LAST, NEVER, until)


def _digits(numbers: npt.NDArray[np.integer]) -> pa.Array:
    return pc.cast(pa.array(numbers), pa.string())


def year_group(born: npt.NDArray[np.integer], *, autumn: int | Rows) -> Rows:
    """Year group in the school year from September of `autumn`: 0 is reception.

    >>> day = np.array(["2020-09-01", "2021-08-31"], "datetime64[D]").astype(np.int32)
    >>> year_group(day, autumn=2025).tolist()
    [0, 0]
    """
    months = born.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    born_autumn: Rows = (months + 4) // 12 - 1 + 1970
    return autumn - born_autumn - 5


def school_census(world: World, accounts: Accounts, means: Households, seed: int) -> Register:
    """Pupils of the two school years that the three months touch, by address."""
    rng = stream(seed, "school_census")
    people = world.people
    missing = rng.beta(*MISSED, len(people.born))
    fed = rng.random(len(people.born))
    years = [_school_year(world, autumn) for autumn in SCHOOL_YEARS]
    stay, opened, closed, autumn = (np.concatenate(column) for column in zip(*years, strict=True))
    person, home = world.stays.person[stay], world.stays.home[stay].astype(np.int64)
    account = accounts.spells.latest(home, opened)
    poor = (account >= 0) & means.eligible[account]
    possible = np.where(autumn == SCHOOL_YEARS[-1], SESSIONS_IN_SEPTEMBER, SESSIONS)
    return build(
        "school_census",
        Keeps.STATE,
        ref=numbers.upn_text(people.upn[person]),
        person=person,
        home=home,
        opened=opened,
        closed=closed,
        columns={
            "estab": _attended(world, person, home, autumn=autumn).astype(np.int32),
            "ethnicity": words(BY_CULTURE[people.culture[person]], ETHNICITY),
            "fsm": fed[person] < np.where(poor, FREE_MEALS[1], FREE_MEALS[0]),
            "year_group": year_group(people.born[person], autumn=autumn).astype(np.int8),
            "sessions_possible": possible.astype(np.int16),
            "sessions_missed": np.rint(possible * missing[person]).astype(np.int16),
        },
    )


def _attended(world: World, person: Rows, home: Rows, *, autumn: Rows) -> Rows:
    """The school of each pupil: the world's, or the nearest primary before moving up from it."""
    schools, areas = world.schools, world.areas
    primary = np.flatnonzero(schools.phase == PRIMARY)
    away = np.hypot(
        areas.oa_easting[:, None] - schools.easting[primary],
        areas.oa_northing[:, None] - schools.northing[primary],
    )
    nearest = primary[np.argmin(away, axis=1)][world.homes.oa[home]]
    now = world.people.school[person]
    young = year_group(world.people.born[person], autumn=autumn) <= LAST_PRIMARY
    return np.where(young & (schools.phase[now] != PRIMARY), nearest, now)


def _school_year(world: World, autumn: int) -> tuple[Rows, Rows, Rows, Rows]:
    """Stays of pupils cut to one school year: stay, first day, first day after, autumn."""
    begin, end = (
        int(np.datetime64(f"{year}-09-01").astype(np.int64)) for year in (autumn, autumn + 1)
    )
    stays, people = world.stays, world.people
    group = year_group(people.born[stays.person], autumn=autumn)
    pupil = (people.school[stays.person] >= 0) & (group >= 0) & (group <= LAST_YEAR_GROUP)
    opened = np.maximum(stays.from_day, begin).astype(np.int64)
    closed = np.minimum(ended(stays.to_day), end)
    at = np.flatnonzero(pupil & (opened < closed) & (closed > days.MONTH_ENDS[0]))
    return at, opened[at], closed[at], np.full(len(at), autumn)
