"""Which school, which practice, and which reference numbers does everybody have?

A school and a practice are near the last home, though not always the nearest.
"""

from dataclasses import dataclass

import numpy as np

from joinedup.town import numbers
from joinedup.town.crowd import Crowd
from joinedup.town.days import END, age_on, as_datetime64, day
from joinedup.town.draw import stream
from joinedup.town.entities import (
    NONE,
    PRIMARY,
    SECONDARY,
    Areas,
    Bools,
    Floats,
    Homes,
    Int32s,
    Int64s,
    Practices,
    Schools,
    Stays,
)
from joinedup.town.let import rank_in
from joinedup.town.names import places as place_names

PEOPLE_PER_PRIMARY, PEOPLE_PER_SECONDARY, PEOPLE_PER_PRACTICE = 4_500, 18_000, 9_000
FIRST_ESTAB = {PRIMARY: 2001, SECONDARY: 4001}
SCHOOL_YEAR_CUT = day(2026, 8, 31)
FIRST_AGE, SECONDARY_AGE, LAST_AGE = 4, 11, 15
NEAREST_FIRST = np.array([0.65, 0.25, 0.10])
"""How often the nearest, the second and the third is chosen."""
NINO_AGE = 16
YEAR_GROUP_ROOM = 1_000


@dataclass(frozen=True, slots=True)
class Belonging:
    """Schools and practices, and by person what `People` holds of them."""

    schools: Schools
    practices: Practices
    practice: Int32s
    school: Int32s
    nhs: Int64s
    nino: Int64s
    upn: Int64s


def belong(
    crowd: Crowd, stays: Stays, homes: Homes, areas: Areas, *, people: int, seed: int
) -> Belonging:
    """Everything a person is registered with."""
    schools = _schools(areas, people, seed)
    practices = _practices(areas, people, seed)
    oa = homes.oa[_last_home(crowd, stays)]
    age = age_on(crowd.born[: crowd.count], SCHOOL_YEAR_CUT)
    rng = stream(seed, "belonging", "nearest")
    primary = np.flatnonzero(schools.phase == PRIMARY)
    secondary = np.flatnonzero(schools.phase == SECONDARY)
    practice = _near(rng, areas, oa, practices.easting, practices.northing)
    first = primary[_near(rng, areas, oa, schools.easting[primary], schools.northing[primary])]
    later = secondary[
        _near(rng, areas, oa, schools.easting[secondary], schools.northing[secondary])
    ]
    pupil = (age >= FIRST_AGE) & (age <= LAST_AGE)
    school = np.where(age < SECONDARY_AGE, first, later)
    adult = age_on(crowd.born[: crowd.count], END) >= NINO_AGE
    return Belonging(
        schools=schools,
        practices=practices,
        practice=practice.astype(np.int32),
        school=np.where(pupil, school, NONE).astype(np.int32),
        nhs=numbers.nhs_numbers(stream(seed, "belonging", "nhs"), crowd.count),
        nino=np.where(adult, numbers.ninos(stream(seed, "belonging", "nino"), crowd.count), NONE),
        upn=_upns(crowd, schools, first=first, pupil=pupil),
    )


def _last_home(crowd: Crowd, stays: Stays) -> Int64s:
    """The home of each person's last stay; every person has one."""
    last = np.append(np.flatnonzero(np.diff(stays.person)), len(stays.person) - 1)
    home = np.zeros(crowd.count, np.int64)
    home[stays.person[last]] = stays.home[last]
    return home


def _placed(areas: Areas, count: int, rng: np.random.Generator) -> Int64s:
    """Output areas spread evenly through the wards."""
    order = np.lexsort((rng.random(len(areas.oa_ward)), areas.oa_ward))
    return order[((np.arange(count) + rng.random()) * len(order) / count).astype(np.int64)]


def _schools(areas: Areas, people: int, seed: int) -> Schools:
    rng = stream(seed, "belonging", "schools")
    primaries = max(3, round(people / PEOPLE_PER_PRIMARY))
    secondaries = max(2, round(people / PEOPLE_PER_SECONDARY))
    oa = np.concatenate([_placed(areas, primaries, rng), _placed(areas, secondaries, rng)])
    kinds = ("Primary School", "Academy")
    phase = np.repeat([PRIMARY, SECONDARY], [primaries, secondaries])
    stems = place_names.STREET_STEMS
    order = rng.permutation(len(stems))
    rank = np.concatenate([np.arange(primaries), np.arange(secondaries)])
    return Schools(
        name=tuple(
            f"{stems[order[(place + 7 * which) % len(stems)]]} {kinds[which]}"
            for place, which in zip(rank, phase, strict=True)
        ),
        estab=(
            np.where(phase == PRIMARY, FIRST_ESTAB[PRIMARY], FIRST_ESTAB[SECONDARY]) + rank
        ).astype(np.int32),
        phase=phase.astype(np.int8),
        easting=np.round(areas.oa_easting[oa], 2),
        northing=np.round(areas.oa_northing[oa], 2),
        oa=oa.astype(np.int32),
    )


def _practices(areas: Areas, people: int, seed: int) -> Practices:
    rng = stream(seed, "belonging", "practices")
    count = max(3, round(people / PEOPLE_PER_PRACTICE))
    oa = _placed(areas, count, rng)
    stems = place_names.STREET_STEMS
    order = rng.permutation(len(stems))
    kinds = ("Surgery", "Medical Centre", "Health Centre", "Family Practice")
    return Practices(
        code=tuple(f"T{number:05d}" for number in range(1, count + 1)),
        name=tuple(
            f"{stems[order[place % len(stems)]]} {kinds[place % len(kinds)]}"
            for place in range(count)
        ),
        easting=np.round(areas.oa_easting[oa], 2),
        northing=np.round(areas.oa_northing[oa], 2),
        oa=oa.astype(np.int32),
    )


def _near(
    rng: np.random.Generator, areas: Areas, oa: Int32s, easting: Floats, northing: Floats
) -> Int64s:
    """One of the three nearest points to each output area, for each entry of `oa`."""
    away = np.hypot(areas.oa_easting[:, None] - easting, areas.oa_northing[:, None] - northing)
    nearest = np.argsort(away, axis=1, kind="stable")[:, : len(NEAREST_FIRST)]
    chance = NEAREST_FIRST[: nearest.shape[1]]
    which = np.searchsorted(np.cumsum(chance / chance.sum())[:-1], rng.random(len(oa)))
    return nearest[oa, which]


def _upns(crowd: Crowd, schools: Schools, *, first: Int64s, pupil: Bools) -> Int64s:
    """LA 000, the first school's number, the year of entry, and a serial number within them."""
    born = as_datetime64(crowd.born[: crowd.count])
    month = born.astype("datetime64[M]").astype(np.int64)
    entry = (month + 4) // 12 + 1970 + FIRST_AGE  # from September on a year later
    upn = np.full(crowd.count, NONE, np.int64)
    rows = np.flatnonzero(pupil)
    year = entry[rows] % 100
    group = schools.estab[first[rows]].astype(np.int64) * 100 + year
    serial = rank_in(group)
    if len(serial) and serial.max() >= YEAR_GROUP_ROOM:
        message = "a school has more pupils in a year than its numbers can tell apart"
        raise ValueError(message)
    upn[rows] = group * YEAR_GROUP_ROOM + serial
    return upn
