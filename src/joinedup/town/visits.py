"""Do home-safety visits keep older people out of A&E (planted fact F5)? They do not.

Half of those over 65 are in a trial: a lot decides who is visited in 2025. The other half is
visited by risk, the frail first. Attendance depends on age, deprivation and frailty, never on the
visit; so the lot shows no effect, and whoever compares visited and not visited finds harm.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from joinedup.town import days
from joinedup.town.draw import stream
from joinedup.town.entities import CARE_HOME, World
from joinedup.town.presence import Rows, Spells, ended
from joinedup.town.register import NOBODY, Keeps, Register, build, numbered, words
from joinedup.town.truth_facts import Truth, table

Floats = npt.NDArray[np.float64]

YEAR = 365.25
BEGIN = days.day(2025, 1, 1)
"""Eligible on this day; visits are in the year that begins."""
FOLLOWED = days.day(2026, 1, 1)
"""Attendance is compared from this day on."""
OLD = 65
GROWN = 18
BY_RISK = (-1.0, 1.8, 0.04)
"""Log odds of a visit outside the trial: constant, per unit of frailty, per year over 75."""
OUTCOMES = ("Visited", "Refused", "No access")
OUTCOME_SHARES = (0.85, 0.08, 0.07)
YOUNGER_VISITS = 0.004
"""Visits per person under 65 and year, through all the years."""
REFERRED = 0.07

ATTEND = {0: 0.42, 1: 0.33, 5: 0.19, 16: 0.24, 30: 0.20, 50: 0.17, 65: 0.30}
"""Attendances per year from each age on, before the factors below."""
PER_YEAR_OLD = 0.035
"""Log rate per year of age over 65."""
FRAIL = 0.8
"""Log rate per unit of frailty, over 65 only."""
DEPRIVED = 0.05
"""Log rate per decile towards deprivation."""
REASONS = (
    "Injury", "Fall", "Chest pain", "Breathing difficulty", "Abdominal pain", "Infection",
    "Mental health", "Other",
)  # fmt: skip
YOUNG_REASONS = (0.34, 0.04, 0.06, 0.09, 0.13, 0.13, 0.09, 0.12)
OLD_REASONS = (0.08, 0.30, 0.15, 0.15, 0.09, 0.12, 0.01, 0.10)


@dataclass(frozen=True, slots=True)
class Trial:
    """The eligible, one row each.

    Attributes:
        person: row of people.
        age: years at BEGIN.
        random: in the half where a lot decides.
        assigned: to be visited, by lot or by risk.
        asked_on: day of the attempt, or -1 where none is made.
        outcome: code of OUTCOMES, or -1.
    """

    person: Rows
    age: Floats
    random: npt.NDArray[np.bool_]
    assigned: npt.NDArray[np.bool_]
    asked_on: Rows
    outcome: Rows


def frailty(world: World, seed: int) -> Floats:
    """Standard normal, one for each person; in no register."""
    return stream(seed, "frailty").standard_normal(len(world.people.born))


def trial(world: World, seed: int, frail: Floats, where: Spells) -> Trial:
    """Who is eligible, drawn into the trial, and visited in 2025."""
    rng = stream(seed, "home_safety_visits", "trial")
    person = _eligible(world, where)
    age = (BEGIN - world.people.born[person]) / YEAR
    lot = rng.permutation(len(person))
    random = lot < len(person) // 2
    constant, by_frailty, by_age = BY_RISK
    odds = constant + by_frailty * frail[person] + by_age * (age - 75)
    risk = rng.random(len(person)) < 1 / (1 + np.exp(-odds))
    assigned = np.where(random, lot % 2 == 0, risk)
    day = BEGIN + rng.integers(0, 365, len(person))
    met = assigned & (where.latest(person, day) >= 0)
    outcome = rng.choice(len(OUTCOMES), len(person), p=OUTCOME_SHARES)
    return Trial(
        person=person,
        age=age,
        random=random,
        assigned=assigned,
        asked_on=np.where(met, day, NOBODY),
        outcome=np.where(met, outcome, NOBODY),
    )


def _eligible(world: World, where: Spells) -> Rows:
    """People of 65 and over in a home of their own at BEGIN."""
    old = np.flatnonzero(BEGIN - world.people.born >= OLD * YEAR)
    stay = where.latest(old, BEGIN)
    home = world.stays.home[stay]
    eligible: Rows = old[(stay >= 0) & (world.homes.kind[home] != CARE_HOME)]
    return eligible


def home_safety_visits(
    world: World, seed: int, frail: Floats, where: Spells
) -> tuple[Register, Truth]:
    """The register of visits, and F5."""
    rng = stream(seed, "home_safety_visits")
    tried = trial(world, seed, frail, where)
    asked = np.flatnonzero(tried.asked_on >= 0)
    others, when = _younger(world, where, rng)
    person = np.concatenate([tried.person[asked], others])
    day = np.concatenate([tried.asked_on[asked], when])
    more = rng.choice(len(OUTCOMES), len(others), p=OUTCOME_SHARES)
    outcome = np.concatenate([tried.outcome[asked], more])
    inside = outcome == 0
    register = build(
        "home_safety_visits",
        Keeps.EVENTS,
        ref=numbered("HSV", 40_000 + rng.permutation(len(day)), digits=7),
        person=person,
        home=world.stays.home[where.latest(person, day)],
        opened=day,
        columns={
            "outcome": words(outcome, OUTCOMES),
            "alarms": np.where(inside, rng.integers(0, 4, len(day)), 0).astype(np.int8),
            "referred": inside & (rng.random(len(day)) < REFERRED),
        },
    )
    return register, _truth(tried, frail)


def _younger(world: World, where: Spells, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Visits to anybody under 65, evenly through the years."""
    span = days.END + 1 - days.START
    people = len(world.people.born)
    number = rng.poisson(YOUNGER_VISITS * people * span / YEAR)
    person = rng.integers(0, people, number)
    day = days.START + rng.integers(0, span, number)
    age = (day - world.people.born[person]) / YEAR
    kept = (age >= GROWN) & (age < OLD) & (where.latest(person, day) >= 0)
    return person[kept], day[kept]


def ae_attendances(world: World, seed: int, frail: Floats) -> Register:
    """Attendances of everybody, for the time they live in the town."""
    rng = stream(seed, "ae_attendances")
    stays = world.stays
    begin = np.maximum(stays.from_day, days.START).astype(np.int64)
    length = np.maximum(np.minimum(ended(stays.to_day), days.END + 1) - begin, 0)
    rate = _rate(world, frail, (begin + length / 2))
    stay = np.repeat(np.arange(len(rate)), rng.poisson(rate * length / YEAR))
    day = begin[stay] + (rng.random(len(stay)) * length[stay]).astype(np.int64)
    person = stays.person[stay]
    age = (day - world.people.born[person]) / YEAR
    cut = np.stack([np.cumsum(YOUNG_REASONS), np.cumsum(OLD_REASONS)])
    draw = rng.random(len(stay))
    reason = np.minimum(
        (draw[:, None] > cut[(age >= OLD).astype(np.int64)]).sum(axis=1), len(REASONS) - 1
    )
    return build(
        "ae_attendances",
        Keeps.EVENTS,
        ref=numbered("AE", 5_000_000 + rng.permutation(len(stay)), digits=9),
        person=person,
        home=stays.home[stay],
        opened=day,
        columns={"age": age.astype(np.int16), "reason": words(reason, REASONS)},
    )


def _rate(world: World, frail: Floats, day: Floats) -> Floats:
    """Attendances per year of each stay, by age on its day."""
    stays, areas = world.stays, world.areas
    age = (day - world.people.born[stays.person]) / YEAR
    band = np.searchsorted(list(ATTEND), np.maximum(age, 0), "right") - 1
    old = np.maximum(age - OLD, 0)
    decile = areas.lsoa_deprivation[areas.oa_lsoa[world.homes.oa[stays.home]]]
    lifted = FRAIL * frail[stays.person] - FRAIL**2 / 2
    rate: Floats = np.array(list(ATTEND.values()))[band] * np.exp(
        PER_YEAR_OLD * old + np.where(age >= OLD, lifted, 0.0) + DEPRIVED * (5.5 - decile)
    )
    return rate


def _truth(tried: Trial, frail: Floats) -> Truth:
    visited = tried.outcome == 0
    return Truth(
        facts={
            "F5": {
                "what": "home-safety visits do not change attendance at A&E",
                "rate_ratio": 1.0,
                "frailty_log_rate": FRAIL,
                "eligible": len(tried.person),
                "in_trial": int(tried.random.sum()),
                "assigned_in_trial": int((tried.random & tried.assigned).sum()),
                "visited": int(visited.sum()),
                "eligible_on_day": BEGIN,
                "compare_from_day": FOLLOWED,
            }
        },
        tables={
            "trial": table(
                person=tried.person,
                age=tried.age,
                frailty=frail[tried.person],
                random=tried.random,
                assigned=tried.assigned,
                visited=visited,
                asked_on=tried.asked_on,
            )
        },
    )
