"""Who dies, and who is born, in a month of the town?"""

import numpy as np

from joinedup.town.days import MONTHS, NEVER
from joinedup.town.entities import NONE, Bools, Int64s
from joinedup.town.founding import BIRTH_SHARE, TWIN_BIRTHS
from joinedup.town.life import ADULT_YEARS, Life, Month

BEARING_AGES = ([16.5, 20, 25, 30, 34, 38, 42, 44], [0.0, 0.35, 0.85, 1.0, 0.9, 0.5, 0.12, 0.0])
ALONE_BESIDE_COUPLE = 0.10
DAYS_BETWEEN_BIRTHS = 420
SHARE_OF_BOYS = 0.513


def deaths(life: Life, month: Month) -> None:
    """The days of death drawn before come true; the last parent of a child is spared."""
    crowd, book = life.crowd, life.book
    died = crowd.died[life.by_death]
    low, high = np.searchsorted(died, [month.first, month.stop])
    dying = life.by_death[low:high]
    dying = dying[book.home[dying] >= 0]
    spared = _last_parents(life, month, dying)
    crowd.died[dying[spared]] = NEVER
    dying = dying[~spared]
    book.end(dying, crowd.died[dying])
    month.busy[crowd.unit[dying]] = True


def _last_parents(life: Life, month: Month, dying: Int64s) -> Bools:
    """Whose death would leave a child under 18 without a parent in the home."""
    crowd = life.crowd
    touched = np.zeros(crowd.units, bool)
    touched[crowd.unit[dying]] = True
    at_risk = month.present[touched[crowd.unit[month.present]]]
    at_risk = at_risk[life.age_by(at_risk, month.stop) < ADULT_YEARS + 0.1]
    at_risk = np.setdiff1d(at_risk, dying)
    gone = np.zeros(len(crowd.born) + 1, bool)
    gone[dying] = True
    mother, father = crowd.mother[at_risk], crowd.father[at_risk]
    left = np.zeros(len(at_risk), bool)
    for parent in (mother, father):
        left |= (
            (parent >= 0)
            & ~gone[parent]
            & (life.book.home[parent] >= 0)
            & (crowd.unit[parent] == crowd.unit[at_risk])
        )
    bereft = np.zeros(crowd.units, bool)
    bereft[crowd.unit[at_risk[~left]]] = True
    grown = life.age_by(dying, month.first) >= ADULT_YEARS
    return np.asarray(bereft[crowd.unit[dying]] & grown)


def births(life: Life, month: Month) -> None:
    """Children of couples, and of some women alone; the whole number is set by BIRTH_SHARE."""
    crowd, rng = life.crowd, life.rng("births", month)
    women = life.at_home(life.may_bear, month)
    women = women[life.last_birth[women] < month.first - DAYS_BETWEEN_BIRTHS]
    women = women[~life.with_parent(women)]
    partner = crowd.partner[women]
    couple = (partner >= 0) & (crowd.unit[partner] == crowd.unit[women])
    couple &= life.book.home[partner] >= 0
    weight = np.interp(life.age_by(women, month.first), *BEARING_AGES)
    weight *= np.where(couple, 1.0, ALONE_BESIDE_COUPLE)
    room = len(crowd.born) - crowd.count
    wanted = BIRTH_SHARE / (1 - BIRTH_SHARE) * life.founders / MONTHS
    chance = wanted / (1 + TWIN_BIRTHS) * weight / max(weight.sum(), 1e-9)
    bearing = rng.random(len(women)) < chance
    mothers, fathers = women[bearing], np.where(couple, partner, NONE)[bearing]
    fathers = np.where((fathers >= 0) & (crowd.sex[fathers] == 1), fathers, NONE)
    days = month.days(rng, len(mothers))
    twins = np.flatnonzero(rng.random(len(mothers)) < TWIN_BIRTHS)
    both = np.concatenate([np.arange(len(mothers)), twins])[:room]
    rows = _bear(life, rng, mothers=mothers[both], fathers=fathers[both], days=days[both])
    second = rows[len(mothers) :]
    first = rows[twins[: len(second)]]
    crowd.twin_of[first], crowd.twin_of[second] = second, first
    month.busy[crowd.unit[rows]] = True


def _bear(
    life: Life, rng: np.random.Generator, *, mothers: Int64s, fathers: Int64s, days: Int64s
) -> Int64s:
    """New rows of the crowd, living with their mothers from birth; none dies before END."""
    crowd = life.crowd
    rows = crowd.admit(len(mothers))
    crowd.sex[rows] = rng.random(len(mothers)) < SHARE_OF_BOYS
    crowd.born[rows] = days
    crowd.mother[rows], crowd.father[rows] = mothers, fathers
    crowd.culture[rows] = crowd.culture[np.where(fathers >= 0, fathers, mothers)]
    crowd.unit[rows] = crowd.unit[mothers]
    life.last_birth[mothers] = days
    born = np.arange(rows.start, rows.stop)
    life.book.begin(born, life.book.home[mothers], days)
    return born
