"""What do the police and the fire service record, and where (planted facts F6 and F8)?

F6: from 2024-04-01 half of the wards license all landlords; there, anti-social behaviour near
privately rented homes falls to three quarters, and before that all wards move in parallel.
F8: one disc of 250 m has a burst of fires that lasts 60 days.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from joinedup.town import days
from joinedup.town.days import NEVER
from joinedup.town.draw import stream
from joinedup.town.entities import PRIVATE_RENT, World
from joinedup.town.presence import Rows
from joinedup.town.register import NOBODY, Keeps, Register, build, numbered, words
from joinedup.town.truth_facts import Truth, table

YEAR = 365.25

RATE_RATIO = 0.75
ASB = "Anti-social behaviour"
PER_PRIVATE_HOME = 1.0
"""Incidents of anti-social behaviour per privately rented home and year."""
WARD_SPREAD = 0.25
"""Standard deviation of log rates between wards."""
MONTH_SPREAD = 0.06
"""Standard deviation of the step the whole town's log rate takes each month."""
SUMMER = 0.25
"""Amplitude of log rates over the year, highest in July."""
OTHER_CRIME = {
    "Violence": 0.070,
    "Theft": 0.055,
    "Criminal damage": 0.020,
    "Public order": 0.018,
    "Vehicle crime": 0.014,
    "Burglary": 0.012,
    "Drugs": 0.008,
}
"""Incidents per home and year."""
DEPRIVED = 0.08
"""Log rate per decile towards deprivation."""
TOWARDS_MIDDLE = 0.3
"""An incident lies up to this share of the way from a home to the middle of its output area."""

FIRES = {
    "False alarm": 0.0060,
    "Refuse": 0.0025,
    "Outdoor": 0.0015,
    "Dwelling": 0.0013,
    "Vehicle": 0.0008,
}
"""Incidents per home and year."""
DWELLINGS = ("House", "Flat", "House", "Care home", "House")
"""Dwelling type by kind of home."""
CASUALTIES = 0.09
"""Expected at a dwelling fire."""
CLUSTER_FIRES = (25, 60, 150)
"""Fewest, in a town of 20,000, most."""
CLUSTER_PEOPLE = 20_000
CLUSTER_RADIUS = 250.0
CLUSTER_DAY = days.day(2026, 5, 2)
CLUSTER_DAYS = 60
CLUSTER_TYPES = ("Refuse", "Outdoor", "Dwelling")
CLUSTER_SHARES = (0.6, 0.2, 0.2)
CANDIDATES = 60
"""Homes tried as the centre of the disc; one with a middling number of neighbours is taken."""


@dataclass(frozen=True, slots=True)
class Happenings:
    """Events at homes: what kind, when, and near which home."""

    kind: Rows
    day: Rows
    home: Rows


def police_incidents(world: World, seed: int) -> tuple[Register, Truth]:
    """The register of incidents, and F6."""
    rng = stream(seed, "police_incidents")
    rowdy = _antisocial(world, stream(seed, "police_incidents", "asb"))
    crime = _at_homes(world, OTHER_CRIME, rng, lift=_deprivation(world))
    home = np.concatenate([rowdy.home, crime.home])
    day = np.concatenate([rowdy.day, crime.day])
    kind = np.concatenate([rowdy.kind, crime.kind + 1])
    minute = np.where(kind == 0, rng.normal(1290, 150, len(day)), rng.normal(960, 330, len(day)))
    easting, northing = _near(world, home, rng)
    register = build(
        "police_incidents",
        Keeps.EVENTS,
        ref=numbered("P", 2_000_000 + rng.permutation(len(day)), digits=9),
        opened=day,
        columns={
            "reported_at": day * 1440 + minute.astype(np.int64) % 1440,
            "category": words(kind, (ASB, *OTHER_CRIME)),
            "easting": easting,
            "northing": northing,
            "oa": world.homes.oa[home].astype(np.int32),
        },
    )
    return register, Truth(facts={"F6": _licensing_fact(world, rowdy)})


def _antisocial(world: World, rng: np.random.Generator) -> Happenings:
    """Poisson counts by ward and day, each then put near one of the ward's private homes."""
    homes, since = world.homes, world.areas.ward_selective_from
    private = np.flatnonzero((homes.tenure == PRIVATE_RENT) & (homes.first_day <= days.START))
    ward = world.areas.oa_ward[homes.oa[private]]
    private = private[np.argsort(ward, kind="stable")]
    size = np.bincount(ward, minlength=len(since))
    day = np.arange(days.START, days.END + 1)
    town = _town_log_rate(day, rng)
    level = np.exp(WARD_SPREAD * rng.standard_normal(len(since))) * PER_PRIVATE_HOME / YEAR
    licensed = (since != NEVER)[:, None] & (day[None, :] >= since[:, None])
    rate = (size * level)[:, None] * np.exp(town)[None, :] * np.where(licensed, RATE_RATIO, 1.0)
    count = rng.poisson(rate)
    cell = np.repeat(np.arange(count.size), count.ravel())
    at, when = np.divmod(cell, len(day))
    pick = (np.cumsum(size) - size)[at] + (rng.random(len(at)) * size[at]).astype(np.int64)
    return Happenings(kind=np.zeros(len(at), np.int64), day=day[when], home=private[pick])


def _town_log_rate(day: Rows, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """The course of the whole town: a summer peak and a random walk by month."""
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    walk = np.cumsum(MONTH_SPREAD * rng.standard_normal(month[-1] - month[0] + 1))
    summer: npt.NDArray[np.float64] = SUMMER * np.cos(2 * np.pi * (day % YEAR - 195) / YEAR)
    course: npt.NDArray[np.float64] = summer + walk[month - month[0]]
    return course


def _deprivation(world: World) -> npt.NDArray[np.float64]:
    """Relative rate at each home, higher where more deprived."""
    areas = world.areas
    decile = areas.lsoa_deprivation[areas.oa_lsoa[world.homes.oa]]
    lift: npt.NDArray[np.float64] = np.exp(DEPRIVED * (5.5 - decile))
    return lift


def _at_homes(
    world: World,
    per_home_year: dict[str, float],
    rng: np.random.Generator,
    *,
    lift: npt.NDArray[np.float64],
) -> Happenings:
    """Independent events at homes with the given rates, all the years long."""
    span = days.END + 1 - days.START
    edges = np.cumsum(lift)
    expected = np.array(list(per_home_year.values())) * span / YEAR * edges[-1]
    kind = np.repeat(np.arange(len(expected)), rng.poisson(expected))
    home = np.searchsorted(edges, rng.random(len(kind)) * edges[-1], "right")
    home = np.minimum(home, len(edges) - 1)
    day = days.START + rng.integers(0, span, len(kind))
    there = world.homes.first_day[home] <= day
    return Happenings(kind=kind[there], day=day[there], home=home[there])


def _near(
    world: World, home: Rows, rng: np.random.Generator
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """A point near each home, towards the middle of its output area, so never outside it."""
    homes = world.homes
    number = np.maximum(np.bincount(homes.oa, minlength=len(world.areas.oa_code)), 1)
    share = TOWARDS_MIDDLE * rng.random(len(home))
    oa = homes.oa[home]

    def towards(metres: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        middle = np.bincount(homes.oa, metres, minlength=len(number)) / number
        moved: npt.NDArray[np.float64] = metres[home] + share * (middle[oa] - metres[home])
        return np.round(moved, 1)

    return towards(homes.easting), towards(homes.northing)


def _licensing_fact(world: World, rowdy: Happenings) -> dict[str, object]:
    since = world.areas.ward_selective_from
    licensed = since != NEVER
    begin = int(since.max())
    there = licensed[world.areas.oa_ward[world.homes.oa[rowdy.home]]]
    after = rowdy.day >= begin
    return {
        "what": "selective licensing lowers anti-social behaviour near privately rented homes",
        "rate_ratio": RATE_RATIO,
        "from_day": begin,
        "category": ASB,
        "treated_wards": [world.areas.ward_code[ward] for ward in np.flatnonzero(licensed)],
        "incidents_treated_before_after": [int((there & ~after).sum()), int((there & after).sum())],
        "incidents_other_before_after": [int((~there & ~after).sum()), int((~there & after).sum())],
    }


def fire_incidents(world: World, seed: int, *, people: int) -> tuple[Register, Truth]:
    """The register of fires, and F8."""
    rng = stream(seed, "fire_incidents")
    usual = _at_homes(world, FIRES, rng, lift=_deprivation(world))
    easting, northing = _near(world, usual.home, rng)
    kinds = tuple(FIRES)
    burst, spots, centre = _cluster(world, stream(seed, "fire_incidents", "cluster"), people)
    kind = np.concatenate([usual.kind, burst.kind])
    day = np.concatenate([usual.day, burst.day])
    home = np.concatenate([usual.home, burst.home])
    indoors = np.isin(kind, [kinds.index("Dwelling"), kinds.index("False alarm")])
    refs = numbered("F", 300_000 + rng.permutation(len(day)), digits=8)
    register = build(
        "fire_incidents",
        Keeps.EVENTS,
        ref=refs,
        home=np.where(indoors, home, NOBODY),
        opened=day,
        columns={
            "happened_at": day * 1440 + rng.normal(1170, 280, len(day)).astype(np.int64) % 1440,
            "type": words(kind, kinds),
            "dwelling": words(np.where(indoors, world.homes.kind[home] + 1, 0), ("", *DWELLINGS)),
            "casualties": np.where(
                kind == kinds.index("Dwelling"), rng.poisson(CASUALTIES, len(day)), 0
            ).astype(np.int8),
            "easting": np.concatenate([easting, spots[0]]),
            "northing": np.concatenate([northing, spots[1]]),
        },
    )
    extra = refs.slice(len(usual.day))
    return register, Truth(
        facts={"F8": _cluster_fact(centre, len(burst.day))},
        tables={"cluster": table(ref=extra, day=burst.day, home=burst.home)},
    )


def _cluster(
    world: World, rng: np.random.Generator, people: int
) -> tuple[Happenings, npt.NDArray[np.float64], tuple[float, float]]:
    """The extra fires, their places of shape (2, fires), and the middle of the disc."""
    fewest, usual, most = CLUSTER_FIRES
    number = int(np.clip(usual * people / CLUSTER_PEOPLE, fewest, most))
    homes = world.homes
    place = np.stack([homes.easting, homes.northing])
    tried = rng.choice(len(homes.uprn), min(CANDIDATES, len(homes.uprn)), replace=False)
    inside = [np.flatnonzero(_metres(place, one) < CLUSTER_RADIUS) for one in tried]
    middling = np.argsort([len(near) for near in inside], kind="stable")[len(tried) // 2]
    centre = place[:, tried[middling]]
    home = rng.choice(inside[middling], number)
    # Between a home and the middle of the disc, so that no fire lies outside it.
    spots = place[:, home] + 0.15 * rng.random(number) * (centre[:, None] - place[:, home])
    codes = [list(FIRES).index(kind) for kind in CLUSTER_TYPES]
    burst = Happenings(
        kind=np.array(codes)[rng.choice(len(codes), number, p=CLUSTER_SHARES)],
        day=CLUSTER_DAY + rng.integers(0, CLUSTER_DAYS, number),
        home=home,
    )
    return burst, np.round(spots, 1), (float(centre[0]), float(centre[1]))


def _metres(place: npt.NDArray[np.float64], one: int) -> npt.NDArray[np.float64]:
    away: npt.NDArray[np.float64] = np.hypot(*(place - place[:, [one]]))
    return away


def _cluster_fact(centre: tuple[float, float], fires: int) -> dict[str, object]:
    return {
        "what": "a burst of fires within one disc and one window",
        "extra_fires": fires,
        "easting": centre[0],
        "northing": centre[1],
        "radius_m": CLUSTER_RADIUS,
        "from_day": CLUSTER_DAY,
        "days": CLUSTER_DAYS,
    }
