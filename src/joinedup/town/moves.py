"""Who moves to which home in a month, and who leaves the town or comes to it?

First who wants to go is found, household by household; then the homes that stood empty when the
month began are given out, newcomers first.
"""

import numpy as np

from joinedup.town import let
from joinedup.town.days import END, NEVER
from joinedup.town.entities import CARE_HOME, NONE, OWNER, PRIVATE_RENT, SOCIAL, Int64s
from joinedup.town.life import ADULT_YEARS, Life, Month

MOVE_A_MONTH = np.array([0.0042, 0.0175, 0.0066])
"""Chance that a household moves within the town, by tenure."""
GO_A_MONTH = np.array([0.0011, 0.0034, 0.0011])
"""Chance that a household leaves the town, by tenure."""
ROOM_MOVE_A_MONTH, ROOM_GO_A_MONTH = 0.022, 0.008
LEAST_SHARERS = 3
LEAVE_HOME_A_MONTH = 0.011
LEAVE_TO = {"elsewhere": 0.35, "a room": 0.25, "a home": 0.40}
STUDENTS_IN_ROOMS = 0.6
STAY_IN_TENURE = 0.8
COUPLE_A_MONTH_YOUNG, COUPLE_A_MONTH_OLD = 0.0045, 0.0006
WED_SHARE, WED_AFTER_DAYS = 0.45, 700
CARE_A_MONTH = 0.0022
CARE_GROWTH = 0.07
CARE_AGE = 78


def everybody(life: Life, month: Month) -> None:
    """All that makes people change home this month."""
    grown, to_rooms = leave_home(life, month)
    move_together(life, month)
    into_care(life, month)
    sharers = from_rooms(life, month)
    movers = move(life, month)
    go(life, month)
    newcomers, students = arriving(life, month)
    let.homes(life, month, newcomers=newcomers, grown=grown, movers=movers)
    let.rooms(life, month, np.concatenate([students, to_rooms, sharers]))


def leave_home(life: Life, month: Month) -> tuple[let.Wanting, Int64s]:
    """Children of 18 to 34 begin households of their own: elsewhere, in a room, in a home.

    Returns:
        Those who look for a home, and the persons who look for a room.
    """
    crowd, rng = life.crowd, life.rng("leave", month)
    grown = life.at_home(life.may_leave, month)
    age = life.age_by(grown, month.first)
    chance = LEAVE_HOME_A_MONTH * month.season * ((age > ADULT_YEARS + 0.02) & (age < 35))
    grown = grown[rng.random(len(grown)) < chance]
    grown = grown[life.with_parent(grown)]
    where = np.searchsorted(np.cumsum(list(LEAVE_TO.values()))[:-1], rng.random(len(grown)))
    month.busy[crowd.unit[grown]] = True
    away, rooms, homes = (grown[where == which] for which in range(3))
    life.book.end(away, month.days(rng, len(away)))
    crowd.unit[away] = crowd.found_units(len(away))
    tenure = rng.choice([PRIVATE_RENT, OWNER, SOCIAL], p=[0.62, 0.22, 0.16], size=len(homes))
    days = month.days(rng, len(homes))
    return let.Wanting(homes, tenure, days, np.ones(len(homes), np.int64)), rooms


def move_together(life: Life, month: Month) -> None:
    """Two who live alone, one in a home that is not let by the room, become a couple there."""
    crowd, rng = life.crowd, life.rng("couples", month)
    size = life.sizes(month)
    home = life.book.home[month.present]
    usual = (life.homes.kind[home] != CARE_HOME) & ~life.homes.is_hmo[home]
    roomy = life.homes.is_hmo[home] & (month.taken[home] > LEAST_SHARERS + 1)
    free = ~month.busy[crowd.unit[month.present]]
    alone = (home >= 0) & free & (size[crowd.unit[month.present]] == 1) & (usual | roomy)
    singles, own = month.present[alone], usual[alone]
    age = life.age_by(singles, month.first)
    chance = np.where(age < 45, COUPLE_A_MONTH_YOUNG, COUPLE_A_MONTH_OLD) * (age > 19) * (age < 76)
    meet = rng.random(len(singles)) < chance
    singles, own, age = singles[meet], own[meet], age[meet]
    order = np.argsort(age + 2 * (crowd.sex[singles] == 0), kind="stable")
    singles, own = singles[order], own[order]
    women, men = (np.flatnonzero(crowd.sex[singles] == sex) for sex in (0, 1))
    pairs = min(len(women), len(men))
    women, men = women[:pairs], men[:pairs]
    wanted = own[women] | own[men]
    women, men = women[wanted], men[wanted]
    hers = own[women] & (~own[men] | (rng.random(len(women)) < 0.5))
    host = singles[np.where(hers, women, men)]
    joins = singles[np.where(hers, men, women)]
    _join(life, month, rng, host=host, joins=joins)


def _join(
    life: Life, month: Month, rng: np.random.Generator, *, host: Int64s, joins: Int64s
) -> None:
    crowd = life.crowd
    days = month.days(rng, len(host))
    month.busy[crowd.unit[host]] = True
    month.busy[crowd.unit[joins]] = True
    life.book.move(joins, life.book.home[host], days)
    crowd.unit[joins] = crowd.unit[host]
    crowd.partner[joins], crowd.partner[host] = host, joins
    crowd.student[joins] = False
    wed = days + 90 + rng.integers(0, WED_AFTER_DAYS, len(host))
    first_time = (crowd.wed[host] == NEVER) & (crowd.wed[joins] == NEVER)
    marry = first_time & (rng.random(len(host)) < WED_SHARE) & (wed <= END)
    one, other = host[marry], joins[marry]
    crowd.wed[one], crowd.wed[other] = wed[marry], wed[marry]
    crowd.wed_to[one], crowd.wed_to[other] = other, one


def into_care(life: Life, month: Month) -> None:
    """Old people go into a home that has a place; who stays behind keeps theirs."""
    crowd, rng = life.crowd, life.rng("care", month)
    old = life.at_home(life.may_need_care, month)
    age = life.age_by(old, month.first)
    chance = CARE_A_MONTH * np.exp(CARE_GROWTH * (age - CARE_AGE)) * (age > CARE_AGE)
    old = old[rng.random(len(old)) < chance]
    old = old[(life.minors(month)[crowd.unit[old]] == 0) & (let.rank_in(crowd.unit[old]) == 0)]
    homes = np.flatnonzero(life.homes.kind == CARE_HOME)
    free = np.repeat(homes, (life.homes.places[homes] - month.taken[homes]).clip(min=0))
    free = rng.permutation(free)[: len(old)]
    old = old[: len(free)]
    month.busy[crowd.unit[old]] = True
    life.book.move(old, free, month.days(rng, len(old)))
    crowd.unit[old] = crowd.found_units(len(old))


def from_rooms(life: Life, month: Month) -> Int64s:
    """Sharers who want another room; others leave the town. Three stay in each home."""
    crowd, rng = life.crowd, life.rng("rooms", month)
    home = life.book.home[month.present]
    inside = month.present[life.homes.is_hmo[home]]
    inside = inside[(life.book.home[inside] >= 0) & ~month.busy[crowd.unit[inside]]]
    drawn = rng.random(len(inside)) / month.season
    moving = rng.permutation(inside[drawn < ROOM_MOVE_A_MONTH + ROOM_GO_A_MONTH])
    home = life.book.home[moving]
    spare = np.bincount(life.book.home[life.book.home >= 0], minlength=len(month.taken))
    moving = moving[let.rank_in(home) < (np.minimum(spare, month.taken)[home] - LEAST_SHARERS)]
    month.busy[crowd.unit[moving]] = True
    goes = rng.random(len(moving)) < ROOM_GO_A_MONTH / (ROOM_MOVE_A_MONTH + ROOM_GO_A_MONTH)
    life.book.end(moving[goes], month.days(rng, int(goes.sum())))
    return moving[~goes]


def _free_households(life: Life, month: Month) -> tuple[Int64s, Int64s]:
    """One person of each household that may still act this month, and its home."""
    crowd = life.crowd
    persons = month.present
    home = life.book.home[persons]
    usual = (home >= 0) & (life.homes.kind[home] != CARE_HOME) & ~life.homes.is_hmo[home]
    persons = persons[usual & ~month.busy[crowd.unit[persons]]]
    first = np.full(crowd.units, NONE, np.int64)
    first[crowd.unit[persons[::-1]]] = persons[::-1]
    heads = first[first >= 0]
    return heads, life.book.home[heads].astype(np.int64)


def move(life: Life, month: Month) -> let.Wanting:
    """Households that look for another home in the town."""
    rng = life.rng("moves", month)
    heads, home = _free_households(life, month)
    tenure = life.homes.tenure[home].astype(np.int64)
    restless = np.interp(life.age_by(heads, month.first), [25, 45, 65, 85], [1.8, 0.9, 0.5, 0.5])
    moving = rng.random(len(heads)) < MOVE_A_MONTH[tenure] * month.season * restless
    heads, tenure = heads[moving], tenure[moving]
    other = rng.choice([OWNER, PRIVATE_RENT, SOCIAL], p=[0.6, 0.2, 0.2], size=len(heads))
    wanted = np.where(rng.random(len(heads)) < STAY_IN_TENURE, tenure, other)
    month.busy[life.crowd.unit[heads]] = True
    size = life.sizes(month)[life.crowd.unit[heads]]
    return let.Wanting(heads, wanted, month.days(rng, len(heads)), size)


def go(life: Life, month: Month) -> None:
    """Households that leave the town."""
    crowd, rng = life.crowd, life.rng("go", month)
    heads, home = _free_households(life, month)
    tenure = life.homes.tenure[home].astype(np.int64)
    going = heads[rng.random(len(heads)) < GO_A_MONTH[tenure] * month.season]
    month.busy[crowd.unit[going]] = True
    day_of = np.full(crowd.units, NEVER, np.int64)
    day_of[crowd.unit[going]] = month.days(rng, len(going))
    persons = month.present[life.book.home[month.present] >= 0]
    persons = persons[day_of[crowd.unit[persons]] != NEVER]
    life.book.end(persons, day_of[crowd.unit[persons]])


def arriving(life: Life, month: Month) -> tuple[let.Wanting, Int64s]:
    """Households that come to the town: those of this month, and those still waiting.

    Returns:
        Those who look for a home, and the persons who look for a room.
    """
    crowd, rng = life.crowd, life.rng("arrive", month)
    due = crowd.month[: life.founders]
    waiting = np.flatnonzero((due > 0) & (due <= month.number + 1))
    first, size = np.unique(crowd.unit[waiting], return_index=True, return_counts=True)[1:]
    heads = waiting[first]
    room = (size == 1) & crowd.student[heads] & (rng.random(len(heads)) < STUDENTS_IN_ROOMS)
    rooms, heads, size = heads[room], heads[~room], size[~room]
    tenure = rng.choice([PRIVATE_RENT, OWNER, SOCIAL], p=[0.50, 0.43, 0.07], size=len(heads))
    return let.Wanting(heads, tenure, month.days(rng, len(heads)), size), rooms
