"""Who sleeps rough, and which of three lists has met them (planted fact F4)?

They live in no home, so they are nobody of `world.people`: names and birth dates are drawn anew
from the town's own. Outreach workers and hostels meet the same people more often than by chance.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from joinedup.town import days
from joinedup.town.draw import stream
from joinedup.town.entities import World
from joinedup.town.presence import Rows
from joinedup.town.register import Column, Keeps, Register, build, numbered
from joinedup.town.truth_facts import Truth, table

PEOPLE_PER_SLEEPER = 250
LEAST = 120
LISTS = ("outreach_contacts", "hostel_stays", "homelessness_applications")
PREFIXES = ("OC", "HS", "HA")
MET = (0.55, 0.40, 0.30)
"""Chance of being on each list."""
ODDS_RATIO = 2.5
"""Between outreach and hostels; applications are independent of both."""
FIRST = days.day(2026, 1, 1)
SPAN = 181
"""The lists cover the first half of 2026."""
MEN = 0.8
ADULT = (6575, 24_000)
"""Ages in days, 18 to 65, on the first day."""


@dataclass(frozen=True, slots=True)
class Sleepers:
    """Rough sleepers, one row each; `met` has shape (sleepers, lists)."""

    forename: Rows
    surname: Rows
    culture: Rows
    sex: Rows
    born: Rows
    met: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.born)


def joint(first: float, second: float, odds_ratio: float) -> float:
    """Chance of both, from the chance of each and their odds ratio.

    Source: Plackett (1965), doi:10.1080/01621459.1965.10480807.

    >>> joint(0.5, 0.4, 1.0)
    0.2
    """
    if odds_ratio == 1:
        return first * second
    spread = 1 + (first + second) * (odds_ratio - 1)
    root = np.sqrt(spread**2 - 4 * odds_ratio * (odds_ratio - 1) * first * second)
    return float((spread - root) / (2 * (odds_ratio - 1)))


def outreach(world: World, seed: int, *, people: int) -> tuple[list[Register], Truth]:
    """The three lists, and F4: each sleeper's pattern, the unseen ones too."""
    sleepers = _sleepers(
        world, stream(seed, "outreach"), max(LEAST, round(people / PEOPLE_PER_SLEEPER))
    )
    registers = [
        _list(sleepers, number, stream(seed, "outreach", LISTS[number])) for number in range(3)
    ]
    pattern = sleepers.met @ np.array([4, 2, 1])
    columns = {name: sleepers.met[:, number] for number, name in enumerate(LISTS)}
    names = ("forename", "surname", "culture", "sex", "born")
    who = {name: getattr(sleepers, name) for name in names}
    unseen = table(sleeper=np.arange(len(sleepers)), **who, **columns)
    return registers, Truth(
        facts={"F4": _fact(np.bincount(pattern, minlength=8))}, tables={"unseen": unseen}
    )


def _sleepers(world: World, rng: np.random.Generator, number: int) -> Sleepers:
    people = world.people
    age = FIRST - people.born
    grown = np.flatnonzero((age >= ADULT[0]) & (age < ADULT[1]))
    men = grown[people.sex[grown] == 1]
    women = grown[people.sex[grown] == 0]
    one = np.where(rng.random(number) < MEN, rng.choice(men, number), rng.choice(women, number))
    return Sleepers(
        forename=people.forename[one].astype(np.int64),
        surname=people.surname[_compatriot(people.culture, one, rng)].astype(np.int64),
        culture=people.culture[one].astype(np.int64),
        sex=people.sex[one].astype(np.int64),
        born=people.born[rng.choice(grown, number)].astype(np.int64),
        met=_met(rng, number),
    )


def _compatriot(
    culture: npt.NDArray[np.integer], one: Rows, rng: np.random.Generator
) -> npt.NDArray[np.intp]:
    """Anybody of the same culture, for each of these."""
    order = np.argsort(culture, kind="stable")
    start = np.searchsorted(culture[order], culture[one], "left")
    stop = np.searchsorted(culture[order], culture[one], "right")
    return order[start + (rng.random(len(one)) * (stop - start)).astype(np.int64)]


def _met(rng: np.random.Generator, number: int) -> npt.NDArray[np.bool_]:
    both = joint(MET[0], MET[1], ODDS_RATIO)
    first = rng.random(number) < MET[0]
    second = rng.random(number) < np.where(first, both / MET[0], (MET[1] - both) / (1 - MET[0]))
    return np.stack([first, second, rng.random(number) < MET[2]], axis=1)


def _list(sleepers: Sleepers, number: int, rng: np.random.Generator) -> Register:
    on = rng.permutation(np.flatnonzero(sleepers.met[:, number]))
    columns: dict[str, Column] = {
        "forename": sleepers.forename[on].astype(np.int32),
        "surname": sleepers.surname[on].astype(np.int32),
        "culture": sleepers.culture[on].astype(np.uint8),
        "sex": sleepers.sex[on].astype(np.uint8),
        "born": sleepers.born[on].astype(np.int32),
        "sleeper": on.astype(np.int32),
    }
    return build(
        LISTS[number],
        Keeps.EVENTS,
        ref=numbered(PREFIXES[number], 100 + np.arange(len(on)), digits=6),
        opened=FIRST + rng.integers(0, SPAN, len(on)),
        columns=columns,
    )


def _fact(patterns: npt.NDArray[np.int64]) -> dict[str, object]:
    return {
        "what": "rough sleepers and the lists they are on",
        "sleepers": int(patterns.sum()),
        "lists": list(LISTS),
        "chance": list(MET),
        "odds_ratio_first_two": ODDS_RATIO,
        "patterns": {format(code, "03b"): int(n) for code, n in enumerate(patterns)},
        "unseen": int(patterns[0]),
        "first_day": FIRST,
        "days": SPAN,
    }
