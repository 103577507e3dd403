"""What is everybody called, from birth and now?

Names are given parents first, then their children, then theirs. A surname is one base name or
two, joined as the culture joins them; texts of two are made at the end, each once.
"""

from dataclasses import dataclass

import numpy as np

from joinedup.town.crowd import Crowd
from joinedup.town.days import END, NEVER, YEAR_DAYS
from joinedup.town.draw import stream
from joinedup.town.entities import NONE, Bools, Bytes, Floats, Int32s, Int64s, Names, Pool
from joinedup.town.names import cultures, places
from joinedup.town.names.cultures import (
    ARABIC,
    BRITISH,
    CULTURES,
    DECADES,
    DUTCH,
    FAMILY_FIRST,
    FIRST_DECADE,
    HISPANIC,
    LANGUAGES,
    ONE_NAME,
    PATRONYMIC,
    POLISH,
    SOUTH_ASIAN,
    SPEAK,
    NameTables,
    name_tables,
)

NAMED_AS_FATHER = 0.01
HYPHENATED = 0.025
"""Share of the British born with a hyphenated name though their parents are not in the town."""
TAKES = {BRITISH: 0.8, SOUTH_ASIAN: 0.5, POLISH: 0.8, DUTCH: 0.3, cultures.LUSOPHONE: 0.45}
"""Share of the women of a culture who take the husband's surname; of the others none do."""
HYPHENATES = 0.06
UNMARRIED_MOTHERS_NAME, UNMARRIED_BOTH_NAMES = 0.2, 0.1
MIDDLE = np.array([0.72, 0.25, 0.5, 0.35, 0.5, 0.6, 0.3, 0.0, 0.0, 0.0])
"""Share of each culture with a middle name."""
LONE, SPACE, HYPHEN = 0, 1, 2
JOINTS = ("", " ", "-")
ROUNDS = 4


@dataclass(slots=True)
class Surnames:
    """Surnames in parts, shape (people,): two base codes (-1 none) and how they are joined."""

    one: Int32s
    two: Int32s
    joint: Bytes

    @classmethod
    def empty(cls, people: int) -> "Surnames":
        """No surnames yet."""
        return cls(
            one=np.full(people, NONE, np.int32),
            two=np.full(people, NONE, np.int32),
            joint=np.zeros(people, np.uint8),
        )

    def copy(self) -> "Surnames":
        """The same parts in arrays of their own."""
        return Surnames(self.one.copy(), self.two.copy(), self.joint.copy())

    def take(self, rows: Int64s, whose: Int64s) -> None:
        """These rows bear the names of those rows."""
        for column in (self.one, self.two, self.joint):
            column[rows] = column[whose]


@dataclass(frozen=True, slots=True)
class Named:
    """Names of everybody, as in `People`, and the pools they point into."""

    names: Names
    forename: Int32s
    middle: Int32s
    surname: Int32s
    birth_surname: Int32s
    surname_changed: Int32s
    language: Bytes


def name_everybody(crowd: Crowd, *, seed: int) -> Named:
    """Names for every row of the crowd in use."""
    tables, count = name_tables(), crowd.count
    level = _generations(crowd)
    forename = np.full(count, NONE, np.int32)
    born = Surnames.empty(count)
    for generation in range(int(level.max()) + 1):
        rows = np.flatnonzero(level == generation)
        rng = stream(seed, "naming", str(generation))
        _forenames(rng, crowd, tables, rows=rows, forename=forename)
        if generation == 0:
            _founders(rng, crowd, tables, rows=rows, born=born)
        else:
            _inherit(rng, crowd, tables, rows=rows, born=born, forename=forename)
    now = born.copy()
    changed = _marry(stream(seed, "naming", "weddings"), crowd, born=born, now=now)
    sex = crowd.sex[:count]
    texts, codes, bare = _composed(tables, [(born, sex), (now, sex)])
    return Named(
        names=Names(
            forename=Pool.of(tables.forenames),
            surname=Pool.of(texts),
            surname_particle=bare,
            street=Pool.of(places.street_names()),
            building=Pool.of(places.building_names()),
        ),
        forename=forename,
        middle=_middles(stream(seed, "naming", "middle"), crowd, tables, forename),
        surname=codes[1],
        birth_surname=codes[0],
        surname_changed=np.where(codes[0] != codes[1], changed, NEVER).astype(np.int32),
        language=_languages(stream(seed, "naming", "language"), crowd, level),
    )


def _generations(crowd: Crowd) -> Int64s:
    """0 for those without parents in the books, else one more than the parent."""
    mother, father = crowd.mother[: crowd.count], crowd.father[: crowd.count]
    level = np.zeros(crowd.count + 1, np.int64)
    level[-1] = -1  # the row that -1 points to
    for _ in range(ROUNDS):
        level[:-1] = 1 + np.maximum(level[mother], level[father])
    return level[:-1]


def _draw_forenames(
    rng: np.random.Generator, crowd: Crowd, tables: NameTables, rows: Int64s
) -> Int32s:
    year = 1970 + crowd.born[rows] / YEAR_DAYS
    decade = ((year - FIRST_DECADE) // 10).astype(np.int64).clip(0, DECADES - 1)
    drawn = np.empty(len(rows), np.int32)
    for culture in range(len(CULTURES)):
        for sex in (0, 1):
            who = np.flatnonzero((crowd.culture[rows] == culture) & (crowd.sex[rows] == sex))
            drawn[who] = tables.forename_lots[culture][sex].draw(rng, decade[who])
    return drawn


def _forenames(
    rng: np.random.Generator,
    crowd: Crowd,
    tables: NameTables,
    *,
    rows: Int64s,
    forename: Int32s,
) -> None:
    """Drawn by culture, sex and decade; a few sons as their fathers; siblings differ.

    A drawn name is drawn again where a father or an elder sibling of the same sex has it.
    """
    forename[rows] = _draw_forenames(rng, crowd, tables, rows)
    parent = np.where(crowd.mother[rows] >= 0, crowd.mother[rows], crowd.father[rows])
    children = rows[parent >= 0]
    if not len(children):
        return
    parent = parent[parent >= 0].astype(np.int64)
    father = crowd.father[children]
    boy = (father >= 0) & (crowd.sex[children] == 1)
    for _ in range(ROUNDS):
        same = (parent * 2 + crowd.sex[children]) * len(tables.forenames) + forename[children]
        again = np.ones(len(children), bool)
        again[np.unique(same, return_index=True)[1]] = False
        again |= boy & (forename[children] == forename[father])
        forename[children[again]] = _draw_forenames(rng, crowd, tables, children[again])
    son = boy & (rng.random(len(children)) < NAMED_AS_FATHER)
    first_son = np.zeros(len(children), bool)
    first_son[np.flatnonzero(son)[np.unique(father[son], return_index=True)[1]]] = True
    forename[children[first_son]] = forename[father[first_son]]


def _founders(
    rng: np.random.Generator, crowd: Crowd, tables: NameTables, *, rows: Int64s, born: Surnames
) -> None:
    for culture, lot in enumerate(tables.surname_lots):
        who = rows[crowd.culture[rows] == culture]
        if culture == ONE_NAME:
            continue
        one, two = (lot.draw(rng, np.zeros(len(who), np.int64)) for _ in range(2))
        born.one[who] = one
        if culture == HISPANIC:
            born.two[who], born.joint[who] = two, SPACE
        if culture == BRITISH:
            both = (rng.random(len(who)) < HYPHENATED) & (one != two)
            born.two[who[both]], born.joint[who[both]] = two[both], HYPHEN


def _inherit(
    rng: np.random.Generator,
    crowd: Crowd,
    tables: NameTables,
    *,
    rows: Int64s,
    born: Surnames,
    forename: Int32s,
) -> None:
    """The father's surname, or as the culture has it; one draw for all children of a couple."""
    mother, father = crowd.mother[rows], crowd.father[rows]
    by_parent = rng.random(crowd.count)[np.where(mother >= 0, mother, father)]
    born.take(rows, np.where(father >= 0, father, mother))
    culture = crowd.culture[rows]
    both = (mother >= 0) & (father >= 0)
    free = both & (crowd.wed[mother] == NEVER) & np.isin(culture, (BRITISH, DUTCH))
    free &= (born.one[mother] >= 0) & (born.one[father] >= 0)
    hers = free & (by_parent < UNMARRIED_MOTHERS_NAME)
    born.take(rows[hers], mother[hers])
    joined = free & ~hers & (by_parent < UNMARRIED_MOTHERS_NAME + UNMARRIED_BOTH_NAMES)
    _join_names(born, rows[joined], one=born.one[mother[joined]], two=born.one[father[joined]])
    named_twice = both & (culture == HISPANIC) & (born.one[mother] >= 0)
    who = rows[named_twice]
    born.two[who], born.joint[who] = born.one[mother[named_twice]], SPACE
    lone = born.two[rows] == NONE
    born.joint[rows[lone]] = LONE
    _patronymics(
        rng, tables, rows=rows[culture == PATRONYMIC], crowd=crowd, born=born, forename=forename
    )


def _join_names(names: Surnames, rows: Int64s, *, one: Int32s, two: Int32s) -> None:
    names.one[rows] = one
    different = one != two
    names.two[rows] = np.where(different, two, NONE)
    names.joint[rows] = np.where(different, HYPHEN, LONE)


def _patronymics(
    rng: np.random.Generator,
    tables: NameTables,
    *,
    rows: Int64s,
    crowd: Crowd,
    born: Surnames,
    forename: Int32s,
) -> None:
    """The father's own name; where it is not known, some man's."""
    father = crowd.father[rows]
    unknown = tables.surname_lots[PATRONYMIC].draw(rng, np.zeros(len(rows), np.int64))
    given = np.where(father >= 0, tables.of_father[forename[father]], NONE)
    born.one[rows] = np.where(given >= 0, given, unknown)
    born.two[rows], born.joint[rows] = NONE, LONE


def _marry(rng: np.random.Generator, crowd: Crowd, *, born: Surnames, now: Surnames) -> Int32s:
    """Wives who take their husband's name, or join the two; the day of each wedding."""
    used = slice(0, crowd.count)
    wed, husband = crowd.wed[used], crowd.wed_to[used]
    alive = (crowd.died[used] == NEVER) | (crowd.died[used] > wed)
    his_death = crowd.died[husband]
    alive &= (husband < 0) | (his_death == NEVER) | (his_death > wed)
    bride = np.flatnonzero((crowd.sex[used] == 0) & (wed != NEVER) & (wed <= END) & alive)
    takes = np.zeros(len(CULTURES))
    takes[list(TAKES)] = list(TAKES.values())
    bride = bride[rng.random(len(bride)) < takes[crowd.culture[bride]]]
    groom = husband[bride]
    outside = groom < 0
    lots = name_tables().surname_lots
    for culture in TAKES:
        who = bride[outside & (crowd.culture[bride] == culture)]
        now.one[who] = lots[culture].draw(rng, np.zeros(len(who), np.int64))
        now.two[who], now.joint[who] = NONE, LONE
    bride, groom = bride[~outside], groom[~outside]
    bears = (born.one[groom] >= 0) & (crowd.sex[groom] == 1)
    bears &= np.isin(crowd.culture[groom], [*TAKES, ARABIC, FAMILY_FIRST])
    bride, groom = bride[bears], groom[bears]
    joins = (rng.random(len(bride)) < HYPHENATES) & (crowd.culture[bride] == BRITISH)
    joins &= (born.two[groom] == NONE) & (born.two[bride] == NONE)
    for name in ("one", "two", "joint"):
        getattr(now, name)[bride[~joins]] = getattr(born, name)[groom[~joins]]
    _join_names(now, bride[joins], one=born.one[bride[joins]], two=born.one[groom[joins]])
    return wed


def _composed(
    tables: NameTables, borne: list[tuple[Surnames, Bytes]]
) -> tuple[list[str], list[Int32s], Int32s]:
    """All texts of surnames, the code of each person for each set of parts, and the bare names."""
    base = len(tables.surnames)
    coded, keys = [], []
    for parts, sex in borne:
        one = np.where(parts.one >= 0, tables.forms[sex, parts.one], NONE).astype(np.int64)
        coded.append(one)
        keys.append((parts.joint.astype(np.int64) * base + one) * base + parts.two)
    joined = [parts.two >= 0 for parts, _ in borne]
    distinct = np.unique(np.concatenate([key[two] for key, two in zip(keys, joined, strict=True)]))
    texts = list(tables.surnames)
    for key in distinct.tolist():
        head, two = divmod(key, base)
        joint, one = divmod(head, base)
        texts.append(f"{tables.surnames[one]}{JOINTS[joint]}{tables.surnames[two]}")
    for code, key, two in zip(coded, keys, joined, strict=True):
        code[two] = base + np.searchsorted(distinct, key[two])
    bare = np.concatenate([tables.bare, np.full(len(distinct), NONE, np.int32)])
    return texts, [code.astype(np.int32) for code in coded], bare


def _middles(
    rng: np.random.Generator, crowd: Crowd, tables: NameTables, forename: Int32s
) -> Int32s:
    rows = np.arange(crowd.count)
    has: Bools = rng.random(crowd.count) < MIDDLE[crowd.culture[rows]]
    middle = np.full(crowd.count, NONE, np.int32)
    middle[has] = _draw_forenames(rng, crowd, tables, rows[has])
    return np.where(middle == forename, NONE, middle).astype(np.int32)


def _languages(rng: np.random.Generator, crowd: Crowd, level: Int64s) -> Bytes:
    """The language of the home: drawn once a household, handed from mother to child."""
    drawn: Floats = rng.random(crowd.units)[crowd.unit[: crowd.count]]
    language = np.zeros(crowd.count, np.uint8)
    for culture, speak in enumerate(SPEAK):
        who = np.flatnonzero(crowd.culture[: crowd.count] == culture)
        spoken = np.array([LANGUAGES.index(name) for name in speak], np.uint8)
        rising = np.cumsum(list(speak.values()))[:-1]
        language[who] = spoken[np.searchsorted(rising, drawn[who], side="right")]
    for generation in range(1, int(level.max()) + 1):
        rows = np.flatnonzero(level == generation)
        mother = crowd.mother[rows]
        language[rows] = language[np.where(mother >= 0, mother, crowd.father[rows])]
    return language
