"""Who of those at one home belong together, and by which rule?

The four rules of Manchester's iBase (council-tax household; social-care relation; benefit or free
school meal claim; surname and home), then two that follow from time: a child belongs with the only
adults of a home, and two who arrive together are one household. A home where several unrelated
adults live at once is a shared or communal one: there a surname alone proves nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from joinedup.link.stays import BEGINNING, OPEN, Stay

COUNCIL_TAX, RELATION, CLAIM, SURNAME = (
    "council-tax household",
    "social-care relation",
    "benefit claim",
    "surname and home",
)
CHILD, ARRIVED, ALONE, CROWD = (
    "child with the only adults",
    "arrived together",
    "alone",
    "no family",
)
RULES = (COUNCIL_TAX, RELATION, CLAIM, SURNAME, CHILD, ARRIVED, ALONE, CROWD)
"""The strongest first."""
FAMILY, SINGLE, SHARED, COMMUNAL, UNCLEAR = "family", "single", "shared", "communal", "unclear"
KINDS = (FAMILY, SINGLE, SHARED, COMMUNAL, UNCLEAR)
YEAR = 365.25
GENERATION = 15
TOO_MANY = 400
"""Stays at one home, beyond which it is communal and only what is told counts."""
PAIR = 2


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of somebody: day of birth, None if unknown; parts of all surnames."""

    born: int | None
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Account:
    """A council-tax account of a home: its holder, its first day, and how many adults it says."""

    person: int
    first: int
    adults: int | None


@dataclass(frozen=True, slots=True)
class Limits:
    """From which numbers on: in years, days, and households of adults at once."""

    adult: int
    together: int
    lag: int
    shared: int
    communal: int


@dataclass(frozen=True, slots=True)
class Home:
    """What is known of one home.

    Attributes:
        stays: of all persons, by first day.
        ties: two persons (the smaller first) to the rule that is told of them.
        accounts: by first day.
        kind: `shared` or `communal` where its class says so; else empty.
    """

    stays: Sequence[Stay]
    ties: Mapping[tuple[int, int], str]
    accounts: Sequence[Account]
    kind: str


@dataclass(frozen=True, slots=True)
class Household:
    """Who lives together.

    Attributes:
        members: stays, each with its rule.
        doubt: why somebody should look at it; empty if nobody need.
    """

    kind: str
    members: tuple[tuple[Stay, str], ...]
    doubt: str = ""


class _Groups:
    """Stays brought together, with the strongest rule that holds each."""

    def __init__(self, count: int) -> None:
        self.of = list(range(count))
        self.rule = [""] * count

    def join(self, one: int, other: int, rule: str) -> None:
        for place in (one, other):
            mine = self.rule[place]
            if not mine or RULES.index(rule) < RULES.index(mine):
                self.rule[place] = rule
        first, second = sorted((self.of[one], self.of[other]))
        self.of = [first if group == second else group for group in self.of]


def households(home: Home, people: Sequence[Person], limits: Limits) -> list[Household]:
    """The households of one home, by first day."""
    if len(home.stays) > TOO_MANY:
        home = replace(home, kind=home.kind or COMMUNAL)
    stays = _turned_over(home, people, limits)
    home = replace(home, stays=stays)
    groups = _told(home, people, named=not home.kind, limits=limits)
    crowd = _crowd(stays, groups.of, people, limits)
    crowded = {group for group, many in crowd.items() if many >= limits.shared or home.kind}
    if crowded:
        groups = _parted(home, people, groups, crowded, limits)
    _in_time(home, people, groups, crowded, limits)
    return _made(home, people, groups, crowded, most=max(crowd.values(), default=1), limits=limits)


def overlap(one: Stay, other: Stay) -> bool:
    """Whether two are there at once."""
    return max(one.first, other.first) < min(one.last, other.last)


def age(person: Person, day: int) -> float | None:
    """Years on a day; None if the day of birth is unknown."""
    return None if person.born is None else (day - person.born) / YEAR


def adult(person: Person, day: int, limits: Limits) -> bool:
    """Whether somebody is grown up; who was born on an unknown day is."""
    years = age(person, day)
    return years is None or years >= limits.adult


def _turned_over(home: Home, people: Sequence[Person], limits: Limits) -> list[Stay]:
    """Stays that nobody ended, ended where a newcomer opens an account of the home."""
    stays = list(home.stays)
    for before, account in zip([None, *home.accounts], home.accounts, strict=False):
        mine = [
            stay for stay in stays if stay.person == account.person and stay.last > account.first
        ]
        new = mine and mine[0].first >= account.first - limits.lag and account.first > BEGINNING
        if not new or (before is not None and before.person == account.person):
            continue
        names = people[account.person].names
        for place, stay in enumerate(stays):
            tied = (
                home.ties.get(_key(stay.person, account.person))
                or names & people[stay.person].names
            )
            stale = (
                stay.first < account.first - limits.lag and stay.news < account.first - limits.lag
            )
            if stale and not tied and not stay.told and stay.last > account.first and not home.kind:
                stays[place] = replace(stay, last=account.first)
    return [stay for stay in stays if stay.last > stay.first]


def _key(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _told(home: Home, people: Sequence[Person], *, named: bool, limits: Limits) -> _Groups:
    """Groups by what is told, and by surname: where `named` is not, only with something beside."""
    groups = _Groups(len(home.stays))
    few = len(home.stays) <= TOO_MANY
    for one, other in combinations(range(len(home.stays)), PAIR):
        first, second = home.stays[one], home.stays[other]
        rule = home.ties.get(_key(first.person, second.person), "")
        if not rule and few and people[first.person].names & people[second.person].names:
            supported = named or _beside(first, second, people, limits)
            rule = SURNAME if supported else ""
        if rule and (first.person == second.person or overlap(first, second)):
            groups.join(one, other, rule)
    return groups


def _beside(one: Stay, other: Stay, people: Sequence[Person], limits: Limits) -> bool:
    """Whether two of one surname are parent and child, or came on one day."""
    ages = [age(people[stay.person], max(one.first, other.first)) for stay in (one, other)]
    known = [years for years in ages if years is not None]
    if len(known) == PAIR and min(known) < limits.adult:
        return max(known) - min(known) >= GENERATION or max(known) < limits.adult
    return one.first > BEGINNING and abs(one.first - other.first) <= limits.together


def _crowd(
    stays: Sequence[Stay], of: Sequence[int], people: Sequence[Person], limits: Limits
) -> dict[int, int]:
    """The most groups with an adult that are there at once, in the time of each group."""
    found = dict.fromkeys(of, 1)
    for day in sorted({stay.first for stay in stays}):
        here = [place for place, stay in enumerate(stays) if stay.first <= day < stay.last]
        grown = {of[place] for place in here if adult(people[stays[place].person], day, limits)}
        for group in {of[place] for place in here}:
            found[group] = max(found[group], len(grown | {group}))
    return found


def _parted(
    home: Home, people: Sequence[Person], groups: _Groups, crowded: set[int], limits: Limits
) -> _Groups:
    """Groups of a crowded home, whose surnames need something beside."""
    strict = _told(home, people, named=False, limits=limits)
    free = [group not in crowded for group in groups.of]
    if not any(free):
        crowded.clear()
        crowded.update(strict.of)
        return strict
    new = {group for place, group in enumerate(strict.of) if not free[place]}
    many = len(home.stays)
    for place in range(many):
        if free[place]:
            strict.of[place] = groups.of[place] + many
            strict.rule[place] = groups.rule[place]
    crowded.clear()
    crowded.update(new)
    return strict


def _in_time(
    home: Home, people: Sequence[Person], groups: _Groups, crowded: set[int], limits: Limits
) -> None:
    """Bring together by the account's count, by arrival, and children with the only adults."""
    for one, other in combinations(range(len(home.stays)), PAIR):
        first, second = home.stays[one], home.stays[other]
        apart = (
            groups.of[one] != groups.of[other] and not {groups.of[one], groups.of[other]} & crowded
        )
        if not apart or not overlap(first, second):
            continue
        day = max(first.first, second.first)
        if not all(adult(people[stay.person], day, limits) for stay in (first, second)):
            continue
        rule = _pair_rule(home, first, second, limits)
        if rule:
            groups.join(one, other, rule)
    _with_children(home, people, groups, crowded, limits)


def _with_children(
    home: Home, people: Sequence[Person], groups: _Groups, crowded: set[int], limits: Limits
) -> None:
    """A child belongs with the only adults: those there when it came, or ever if it is alone."""
    for place, stay in enumerate(home.stays):
        day = max(stay.first, people[stay.person].born or stay.first)
        if groups.of[place] in crowded or adult(people[stay.person], day, limits):
            continue
        mates = [
            other
            for other, mate in enumerate(home.stays)
            if overlap(stay, mate) and adult(people[mate.person], max(day, mate.first), limits)
        ]
        if any(groups.of[other] == groups.of[place] for other in mates):
            mates = [
                other
                for other in mates
                if home.stays[other].first <= day + limits.together and home.stays[other].last > day
            ]
        others = [other for other in mates if groups.of[other] != groups.of[place]]
        if len({groups.of[other] for other in others}) == 1:
            for other in others:
                groups.join(place, other, CHILD)


def _pair_rule(home: Home, one: Stay, other: Stay, limits: Limits) -> str:
    for account in home.accounts:
        both = account.first < min(one.last, other.last)
        there = max(one.first, other.first) <= account.first + limits.lag
        if (
            account.adults == PAIR
            and account.person in {one.person, other.person}
            and both
            and there
        ):
            return COUNCIL_TAX
    known = min(one.first, other.first) > BEGINNING
    return ARRIVED if known and abs(one.first - other.first) <= limits.together else ""


def _made(
    home: Home, people: Sequence[Person], groups: _Groups, crowded: set[int],
    *, most: int, limits: Limits,
) -> list[Household]:  # fmt: skip
    parts: dict[int, list[int]] = {}
    for place, group in enumerate(groups.of):
        parts.setdefault(group, []).append(place)
    kind = home.kind or (COMMUNAL if most >= limits.communal else SHARED)
    made, rest = [], []
    grown = _crowd(home.stays, groups.of, people, limits)
    for group, places in parts.items():
        several = len({home.stays[place].person for place in places}) > 1
        if not several and group in crowded:
            rest += places
            continue
        alone = FAMILY if several else SINGLE
        doubtful = grown[group] >= PAIR and group not in crowded
        made.append(
            Household(
                alone if several or not doubtful else UNCLEAR,
                tuple((home.stays[at], groups.rule[at] or ALONE) for at in places),
                "another household is at the home at once; they may be one" if doubtful else "",
            )
        )
    if rest:
        members = tuple((home.stays[at], CROWD) for at in sorted(rest))
        young = [stay for stay, _ in members if not adult(people[stay.person], _seen(stay), limits)]
        doubt = "children among unrelated adults" if young else ""
        made.append(Household(kind, members, doubt))
    return sorted(made, key=lambda one: min((s.first, s.person) for s, _ in one.members))


def _seen(stay: Stay) -> int:
    return stay.first if stay.last == OPEN else stay.last
