"""Who complains, where do inspectors go, and which licences stand (planted fact F2)?

Nine visits in ten follow a complaint, and people in deprived areas, and where many have another
first language, complain less. So what past inspections found says where people complain rather than
where unlicensed HMOs are; only the proactive visits were drawn evenly.
"""

from dataclasses import dataclass

import numpy as np

from joinedup.town import days
from joinedup.town.days import NEVER
from joinedup.town.entities import World
from joinedup.town.housing import REFS, Bools, Floats, Rented, year_of
from joinedup.town.presence import LAST, Rows
from joinedup.town.register import Keeps, Register, build, numbered, words
from joinedup.town.truth_facts import Truth

YEAR = 365.25
ENGLISH = 0
"""Code of the town's own language."""
COMPLAINTS = (0.012, 0.05, 0.1, 0.2, 0.7)
"""Per year: owned, social, rented, licensed HMO, unlicensed HMO; before the factor below."""
BY_DECILE = 0.10
"""Log rate of complaining per decile away from deprivation."""
BY_LANGUAGE = -1.6
"""Log rate of complaining at a share of 1 of people of another first language."""
FOLLOWED_UP = 0.6
"""Share of complaints about rented homes that lead to an inspection."""
WAIT = (7, 60)
PROACTIVE = 0.1
"""Share of inspections, other than for a licence, at a private home drawn evenly."""
SENSITIVITY = 0.95
SPECIFICITY = 0.98
COMPLIES = 0.7
"""Share of unlicensed HMOs that get a licence once found."""
TO_LICENCE = (60, 180)
HAZARD = 0.17
"""Share of visits without an unlicensed HMO that find a category 1 hazard; twice as many in homes
built before 1919."""
REASONS = ("Complaint", "Proactive", "Licence")
FINDINGS = ("Unlicensed HMO", "Category 1 hazard", "No issue")
UNLICENSED, HAZARDOUS, FINE = range(3)
OFFICERS = tuple(f"HSO {number:02d}" for number in range(1, 13))
CATEGORIES = ("Disrepair", "Damp and mould", "Overcrowding", "Noise", "Waste", "No heating")
USUAL_SHARES = (0.30, 0.25, 0.05, 0.12, 0.13, 0.15)
CROWDED_SHARES = (0.16, 0.14, 0.30, 0.18, 0.17, 0.05)
DETAILS = (
    "Landlord has not answered for weeks.",
    "Caller says it has been like this since the winter.",
    "Several people seem to live in one room.",
    "Neighbour reports people coming and going at all hours.",
    "Tenant asks that the landlord is not told who called.",
    "Water through the ceiling when it rains.",
    "Bins overflow every week, rats seen in the yard.",
    "Children in the home, one with asthma.",
    "Locks on all bedroom doors, one kitchen for everybody.",
    "Boiler broken, no hot water.",
    "Second report about this address.",
    "Smoke alarm removed, according to the caller.",
)


@dataclass(frozen=True, slots=True)
class Inspected:
    """Inspections in no order: home, day, code of REASONS, code of FINDINGS."""

    home: Rows
    day: Rows
    reason: Rows
    finding: Rows


@dataclass(frozen=True, slots=True)
class Status:
    """Which homes are unlicensed HMOs or HMOs on any day.

    Attributes:
        place: position of each home in `Rented`, or -1; shape (homes of the world,).
        rows: the rented homes.
        licensed_on: first day of a licence that an inspection led to, or NEVER; shape as `rows`.
    """

    place: Rows
    rows: Rented
    licensed_on: Rows

    def unlicensed(self, home: Rows, day: Rows) -> Bools:
        """Whether each home is an unlicensed HMO on its day."""
        at = self.place[home]
        before: Bools = (self.licensed_on[at] == NEVER) | (day < self.licensed_on[at])
        return (at >= 0) & self.rows.unlicensed[year_of(day), at] & before


def propensity(world: World) -> Floats:
    """Relative rate of complaining at each home."""
    areas, homes = world.areas, world.homes
    decile = areas.lsoa_deprivation[areas.oa_lsoa[homes.oa]]
    current = world.stays.to_day == NEVER
    oa = homes.oa[world.stays.home[current]]
    other = world.people.language[world.stays.person[current]] != ENGLISH
    number = len(areas.oa_code)
    share = np.bincount(oa, other, number) / np.maximum(np.bincount(oa, minlength=number), 1)
    rate: Floats = np.exp(BY_DECILE * (decile - 5.5) + BY_LANGUAGE * share[homes.oa])
    return rate


def complaints(world: World, rows: Rented, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Home and day of every complaint: Poisson, with the rate of what the home is that year."""
    owned, social, private, licensed, unlicensed = COMPLAINTS
    base = np.array([owned, private, social])[world.homes.tenure]
    begin = np.maximum(REFS, days.START)
    end = np.append(REFS[1:], days.END + 1)
    tends = propensity(world)
    found: list[tuple[Rows, Rows]] = []
    for at in range(len(REFS)):
        rate = base.copy()
        rate[rows.home] = np.select(
            [rows.unlicensed[at], rows.hmo[at]], [unlicensed, licensed], private
        )
        rate[world.homes.first_day > begin[at]] = 0
        length = int(end[at] - begin[at])
        home = np.repeat(np.arange(len(rate)), rng.poisson(rate * tends * length / YEAR))
        found.append((home, begin[at] + rng.integers(0, length, len(home))))
    home, day = (np.concatenate(column) for column in zip(*found, strict=True))
    return home, day


def inspections(
    world: World, rows: Rented, complained: tuple[Rows, Rows], rng: np.random.Generator
) -> tuple[Inspected, Status]:
    """Visits after complaints and at random, what they found, and the licences they led to."""
    home, day = complained
    home, day = home[world.homes.tenure[home] > 0], day[world.homes.tenure[home] > 0]
    day = day + rng.integers(*WAIT, len(day))
    goes = (rng.random(len(home)) < FOLLOWED_UP) & (day <= days.END)
    home, day = home[goes], day[goes]
    even = round(len(home) * PROACTIVE / (1 - PROACTIVE))
    home = np.concatenate([home, rng.choice(rows.home, even)])
    reason = np.repeat([0, 1], [len(day), even])
    day = np.concatenate([day, rng.integers(days.START, days.END + 1, even)])
    seen, mistaken = rng.random(len(home)) < SENSITIVITY, rng.random(len(home)) >= SPECIFICITY
    place = np.full(len(world.homes.uprn), -1)
    place[rows.home] = np.arange(len(rows.home))
    before = Status(place, rows, np.full(len(rows.home), NEVER, np.int64))
    status = Status(place, rows, _licensed(before, home, day, seen=seen, rng=rng))
    true = status.unlicensed(home, day)
    hazard = HAZARD * np.where(world.homes.built[home] < 1919, 2, 1)  # noqa: PLR2004 - the year
    finding = np.where(rng.random(len(home)) < hazard, HAZARDOUS, FINE)
    finding[np.where(true, seen, mistaken)] = UNLICENSED
    return Inspected(home, day, reason, finding), status


def _licensed(
    before: Status, home: Rows, day: Rows, *, seen: Bools, rng: np.random.Generator
) -> Rows:
    """First day of the licence that the first true finding at each rented home leads to."""
    found = seen & before.unlicensed(home, day)
    first = np.full(len(before.rows.home), LAST, np.int64)
    np.minimum.at(first, before.place[home[found]], day[found])
    granted = first + rng.integers(*TO_LICENCE, len(first))
    complies = (first < LAST) & (rng.random(len(first)) < COMPLIES)
    return np.where(complies, granted, NEVER)


def housing_inspections(
    done: Inspected, granted: tuple[Rows, Rows], rng: np.random.Generator
) -> Register:
    """The register: `done`, and a visit shortly before each licence (`granted`: home, day)."""
    home = np.concatenate([done.home, granted[0]])
    before = granted[1] - rng.integers(7, 40, len(granted[1]))
    day = np.concatenate([done.day, before])
    reason = np.concatenate([done.reason, np.full(len(before), REASONS.index("Licence"))])
    fine = np.where(rng.random(len(before)) < HAZARD, HAZARDOUS, FINE)
    finding = np.concatenate([done.finding, fine])
    some = 1 + rng.poisson(0.8, len(home))
    kept = np.flatnonzero((day >= days.START) & (day <= days.END))
    return build(
        "housing_inspections",
        Keeps.EVENTS,
        ref=numbered("EH", 70_000 + rng.permutation(len(kept)), digits=6),
        home=home[kept],
        opened=day[kept],
        columns={
            "reason": words(reason[kept], REASONS),
            "officer": words(rng.integers(0, len(OFFICERS), len(kept)), OFFICERS),
            "finding": words(finding[kept], FINDINGS),
            "hazards": np.where(finding == HAZARDOUS, some, 0)[kept].astype(np.int8),
        },
    )


def housing_complaints(
    complained: tuple[Rows, Rows], rows: Rented, place: Rows, rng: np.random.Generator
) -> Register:
    """The register of complaints; what is said about HMOs is more often crowding."""
    home, day = complained
    at = place[home]
    crowded = (at >= 0) & rows.hmo[year_of(day), at]
    cut = np.cumsum(np.array([USUAL_SHARES, CROWDED_SHARES]), axis=1)[crowded.astype(np.int64)]
    category = (rng.random(len(home))[:, None] > cut[:, :-1]).sum(axis=1)
    return build(
        "housing_complaints",
        Keeps.EVENTS,
        ref=numbered("C", 20_000 + rng.permutation(len(home)), digits=6),
        home=home,
        opened=day,
        columns={
            "category": words(category, CATEGORIES),
            "details": words(rng.integers(0, len(DETAILS), len(home)), DETAILS),
        },
    )


def truth(done: Inspected, status: Status) -> Truth:
    """F2: how inspections were chosen, and how far their find rate is from the true share."""
    real = status.unlicensed(done.home, done.day)
    lived_in = status.rows.lived_in
    return Truth(
        facts={
            "F2": {
                "what": "past inspections mostly follow complaints, which deprived areas make less",
                "proactive_share": PROACTIVE,
                "log_complaints_per_decile": BY_DECILE,
                "log_complaints_per_share_of_other_language": BY_LANGUAGE,
                "complaints_per_year": list(COMPLAINTS),
                "sensitivity": SENSITIVITY,
                "specificity": SPECIFICITY,
                "inspections": len(done.home),
                "find_rate_after_complaint": _rate(done, done.reason == 0),
                "find_rate_proactive": _rate(done, done.reason == 1),
                "true_among_inspected": float(real.mean()),
                "true_share_of_private_homes": float(status.rows.unlicensed.sum() / lived_in.sum()),
            }
        }
    )


def _rate(done: Inspected, which: Bools) -> float:
    return float((done.finding[which] == UNLICENSED).mean()) if which.any() else 0.0
