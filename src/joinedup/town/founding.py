"""Which families are in the town at START, and which arrive later?"""

from dataclasses import dataclass

import numpy as np

from joinedup.town.crowd import Crowd, days_before, draw_deaths
from joinedup.town.days import END, MONTHS, NEVER, START, YEAR_DAYS, month_starts
from joinedup.town.draw import stream
from joinedup.town.entities import (
    CARE_HOME,
    COUPLE,
    COUPLE_WITH_CHILDREN,
    LONE_PARENT,
    NONE,
    SINGLE,
    Bools,
    Floats,
    Homes,
    Int64s,
)
from joinedup.town.names.cultures import CULTURES, SHARES

BIRTH_SHARE, ARRIVAL_SHARE = 0.040, 0.092
"""Share of all people ever in the town who are born in it, or arrive, after START."""
FILLED = 0.88
"""Share of the places in homes let by the room, and in care homes, that are taken at START."""
SETTLED_KINDS = {SINGLE: 0.31, COUPLE: 0.32, COUPLE_WITH_CHILDREN: 0.265, LONE_PARENT: 0.105}
ARRIVING_KINDS = {SINGLE: 0.45, COUPLE: 0.24, COUPLE_WITH_CHILDREN: 0.25, LONE_PARENT: 0.06}
MOST_CHILDREN = 5
SLOTS = 2 + MOST_CHILDREN
LAST_BIRTH_AGE = 45.0
TWIN_BIRTHS = 0.015
LONE_FATHERS = 0.12
MIXED_COUPLES = 0.07
SAME_SEX_COUPLES = 0.02
STUDENT_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Drawn:
    """Families drawn: one row each, seven columns (two adults, then children, eldest first).

    Attributes:
        here: whether there is such a person. age: years on the day of reference. sex: 0 or 1.
    """

    here: Bools
    age: Floats
    sex: Int64s


def found_town(homes: Homes, *, people: int, seed: int) -> Crowd:
    """Everybody who is there at START, and everybody who will arrive, with room for births."""
    rng = stream(seed, "founding")
    crowd = Crowd.empty(people + 64 + people // 50)
    sharers = round(FILLED * int(homes.places[homes.is_hmo].sum(dtype=np.int64)))
    carers = round(FILLED * int(homes.places[homes.kind == CARE_HOME].sum(dtype=np.int64)))
    arrivals = round(people * ARRIVAL_SHARE)
    settled = people - arrivals - round(people * BIRTH_SHARE) - sharers - carers
    _add_families(rng, crowd, people=max(4, settled), kinds=SETTLED_KINDS, arriving=False)
    _add_alone(rng, crowd, _sharer_ages(rng, sharers), arriving=False)
    _add_alone(rng, crowd, rng.normal(85, 6, carers).clip(72, 101), arriving=False)
    alone = round(0.3 * arrivals)
    _add_families(rng, crowd, people=arrivals - alone, kinds=ARRIVING_KINDS, arriving=True)
    _add_alone(rng, crowd, _sharer_ages(rng, alone), arriving=True)
    return crowd


def _sharer_ages(rng: np.random.Generator, count: int) -> Floats:
    young = rng.random(count) < 0.7
    return np.where(young, rng.uniform(18.3, 25, count), rng.gamma(2.5, 6, count) + 22).clip(max=64)


def _add_alone(rng: np.random.Generator, crowd: Crowd, age: Floats, *, arriving: bool) -> None:
    """Households of one person each."""
    sex = rng.random(len(age)) < np.where(age > 70, 0.33, 0.55)
    here = np.zeros((len(age), SLOTS), bool)
    here[:, 0] = True
    ages = np.repeat(age[:, None], SLOTS, axis=1)
    drawn = Drawn(here=here, age=ages, sex=np.repeat(sex[:, None], SLOTS, axis=1).astype(np.int64))
    rows = _enter(rng, crowd, drawn, arriving=arriving)
    young = (START - crowd.born[rows]) / YEAR_DAYS < 24
    crowd.student[rows] = young & (rng.random(len(young)) < STUDENT_SHARE)


def _add_families(
    rng: np.random.Generator, crowd: Crowd, *, people: int, kinds: dict[int, float], arriving: bool
) -> None:
    """Families until there are `people` of them, the last family cut off where it goes over."""
    chance = np.array(list(kinds.values()))
    kind = rng.choice(np.array(list(kinds)), size=people // 2 + 30, p=chance / chance.sum())
    drawn = _draw(rng, kind, young=arriving)
    size = np.cumsum(drawn.here.sum(axis=1))
    keep = int(np.searchsorted(size, people, side="right"))
    _enter(
        rng,
        crowd,
        Drawn(here=drawn.here[:keep], age=drawn.age[:keep], sex=drawn.sex[:keep]),
        arriving=arriving,
    )


def _draw(rng: np.random.Generator, kind: Int64s, *, young: bool) -> Drawn:
    """Ages and sexes by kind of family; a mother is between 17 and 45 at each birth."""
    count = len(kind)
    children = np.isin(kind, (COUPLE_WITH_CHILDREN, LONE_PARENT))
    age, here = _children(rng, count, young=young)
    first_birth = rng.normal(29, 5.2, count).clip(17.5, 42)
    last_birth = first_birth[:, None] + age[:, 2:3] - age[:, 2:]
    here[:, 2:] &= children[:, None] & (last_birth < LAST_BIRTH_AGE)
    adult = np.where(children, age[:, 2] + first_birth, _adult_age(rng, kind, young=young))
    lone_father = (kind == LONE_PARENT) & (rng.random(count) < LONE_FATHERS)
    old = adult > 62
    alone_male = (kind == SINGLE) & (rng.random(count) < np.where(old, 0.34, 0.54))
    sex = rng.integers(0, 2, (count, SLOTS))
    sex[:, 0] = lone_father | alone_male
    age[:, 0] = adult
    same = (kind == COUPLE) & (rng.random(count) < SAME_SEX_COUPLES)
    sex[:, 0] = np.where(same, rng.integers(0, 2, count), sex[:, 0])
    sex[:, 1] = np.where(same, sex[:, 0], 1)
    least = np.where(children, age[:, 2] + 16.5, 18.2)
    age[:, 1] = np.maximum(adult + rng.normal(2.2, 4.2, count), least).clip(max=99)
    here[:, 0] = True
    here[:, 1] = np.isin(kind, (COUPLE, COUPLE_WITH_CHILDREN))
    return Drawn(here=here, age=age, sex=sex)


def _adult_age(rng: np.random.Generator, kind: Int64s, *, young: bool) -> Floats:
    """Ages of those who live without children."""
    count = len(kind)
    if young:
        return (19 + rng.gamma(2.2, 5.5, count)).clip(max=85)
    old_share = np.where(kind == SINGLE, 0.52, 0.74)
    old = rng.random(count) < old_share
    early = rng.uniform(21, 57, count)
    early = np.where(kind == COUPLE, rng.uniform(20, 40, count), early)
    late = np.where(
        kind == SINGLE, 97 - rng.gamma(2.6, 8.0, count), 50 + 40 * rng.beta(1.4, 2.2, count)
    )
    return np.where(old, late.clip(min=48), early)


def _children(rng: np.random.Generator, count: int, *, young: bool) -> tuple[Floats, Bools]:
    """Ages of the children of each family, eldest first, and who of them is there."""
    age = np.zeros((count, SLOTS))
    grown = rng.random(count) < (0.05 if young else 0.21)
    minor = rng.uniform(0.02, 12 if young else 19, count)
    age[:, 2] = np.where(grown, rng.uniform(17, 27, count), minor)
    wanted = 1 + np.searchsorted([0.30, 0.74, 0.92, 0.98], rng.random(count))
    here = np.arange(SLOTS) - 2 < wanted[:, None]
    for slot in range(3, SLOTS):
        gap = 0.95 + rng.gamma(2.4, 0.95, count)
        twin = rng.random(count) < TWIN_BIRTHS * 1.6  # only those with a next child can be twins
        age[:, slot] = age[:, slot - 1] - np.where(twin, 0, gap)
        here[:, slot] &= (age[:, slot] > 0) & (age[:, 2] - age[:, slot] < 15)
        here[:, slot] &= here[:, slot - 1] if slot > 3 else True
    return age, here


def _enter(rng: np.random.Generator, crowd: Crowd, drawn: Drawn, *, arriving: bool) -> slice:
    """Write families into the crowd, each with its household, parents, marriage and culture."""
    families, slots = np.nonzero(drawn.here)
    rows = crowd.admit(len(families))
    row_of = np.full(drawn.here.shape, NONE, np.int64)
    row_of[families, slots] = np.arange(rows.start, rows.stop)
    month = 1 + rng.integers(0, MONTHS, len(drawn.here)) if arriving else np.zeros(len(drawn.here))
    reference = np.concatenate([[START], month_starts()[:-1]])[month.astype(np.int64)]
    age = drawn.age[families, slots]
    crowd.sex[rows] = drawn.sex[families, slots]
    crowd.born[rows] = reference[families] - np.ceil(age * YEAR_DAYS)
    crowd.month[rows] = month[families]
    crowd.unit[rows] = crowd.found_units(len(drawn.here))[families]
    _link(crowd, rows, row_of, slots=slots, families=families)
    after = np.maximum(reference[families], crowd.born[rows]).astype(np.int32)
    died = draw_deaths(rng, born=crowd.born[rows], sex=crowd.sex[rows], after=after)
    crowd.died[rows] = np.where(died <= END, died, NEVER)
    _cultures(rng, crowd, row_of, drawn)
    _weddings(rng, crowd, row_of)
    return rows


def _link(crowd: Crowd, rows: slice, row_of: Int64s, *, slots: Int64s, families: Int64s) -> None:
    """Parents, partners and twins."""
    first, second = row_of[:, 0], row_of[:, 1]
    child = slots > 1
    mother = np.where(crowd.sex[first] == 0, first, NONE)
    father = np.where(crowd.sex[first] == 1, first, second)
    crowd.mother[rows] = np.where(child, mother[families], NONE)
    crowd.father[rows] = np.where(child, father[families], NONE)
    couple = second >= 0
    crowd.partner[first[couple]] = second[couple]
    crowd.partner[second[couple]] = first[couple]
    for slot in range(3, SLOTS):
        elder, younger = row_of[:, slot - 1], row_of[:, slot]
        twins = (elder >= 0) & (younger >= 0)
        twins[twins] = crowd.born[elder[twins]] == crowd.born[younger[twins]]
        twins &= crowd.twin_of[elder] == NONE
        crowd.twin_of[elder[twins]] = younger[twins]
        crowd.twin_of[younger[twins]] = elder[twins]


def _cultures(rng: np.random.Generator, crowd: Crowd, row_of: Int64s, drawn: Drawn) -> None:
    """One culture a family, some couples of two; the younger the more often from elsewhere."""
    count = len(row_of)
    shares = np.array(SHARES)
    others = np.cumsum(shares[1:] / shares[1:].sum())
    age = drawn.age[:, 0]
    elsewhere = (1 - shares[0]) * np.select([age > 65, age > 45], [0.45, 0.9], 1.3)

    def some(chance: Floats | float) -> Int64s:
        culture = 1 + np.searchsorted(others, rng.random(count)).clip(max=len(CULTURES) - 2)
        return np.where(rng.random(count) < chance, culture, 0)

    first = some(elsewhere)
    mixed = rng.random(count) < MIXED_COUPLES
    second = np.where(mixed, some(0.5), first)
    father = np.where(row_of[:, 1] >= 0, second, first)
    by_slot = np.stack([first, second, *([father] * MOST_CHILDREN)], axis=1)
    crowd.culture[row_of[drawn.here]] = by_slot[drawn.here]


def _weddings(rng: np.random.Generator, crowd: Crowd, row_of: Int64s) -> None:
    """Most couples are married, some will be; most older women who live alone were."""
    first, second = row_of[:, 0], row_of[:, 1]
    couple = np.flatnonzero(second >= 0)
    one, other = first[couple], second[couple]
    age = (START - np.maximum(crowd.born[one], crowd.born[other])) / YEAR_DAYS
    married = rng.random(len(couple)) < np.interp(age, [20, 30, 45, 60], [0.15, 0.6, 0.8, 0.95])
    ago = rng.uniform(0.02, 1, len(couple)) * (age - 19).clip(min=0.2)
    soon = ~married & (rng.random(len(couple)) < 0.2)
    past = days_before(ago)
    future = rng.integers(START + 40, END - 20, len(couple))
    wed = np.where(married, past, np.where(soon, future, NEVER))
    crowd.wed[one], crowd.wed[other] = wed, wed
    crowd.wed_to[one], crowd.wed_to[other] = other, one
    alone = first[(second < 0)]
    old = (START - crowd.born[alone]) / YEAR_DAYS
    once = rng.random(len(alone)) < np.interp(old, [25, 40, 60, 75], [0, 0.3, 0.6, 0.9])
    ago = rng.uniform(0.1, 0.95, len(alone)) * (old - 20).clip(min=0.1)
    crowd.wed[alone[once]] = days_before(ago)[once]
