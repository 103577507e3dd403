"""Which businesses are there, where, and who stands behind them (planted fact F9)?

Sole traders, companies, chains with many premises, and companies that are dissolved and begin again
next month under a similar name: the phoenixes. One group of linked businesses is planted; every
member is known to at least four regulators, and none of them sees the group.
"""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from joinedup.town import days, trade_names
from joinedup.town.days import NEVER
from joinedup.town.draw import stream
from joinedup.town.entities import World
from joinedup.town.premises import Premises, premises
from joinedup.town.presence import Rows
from joinedup.town.register import NOBODY
from joinedup.town.truth_facts import Truth, table

Bools = npt.NDArray[np.bool_]

PEOPLE_PER_BUSINESS = 25
SOLE = 0.42
CHAINS = 0.012
CHAIN_PREMISES = (4, 14)
PHOENIX = 0.03
"""Share of companies that were dissolved and followed by another."""
CLOSED = 0.10
"""Share of the others that closed between the first and the last day."""
OLDEST = days.day(1988, 1, 1)
AT_HOME = 0.55
"""Share of sole traders who trade from their home."""
COMPANY_NUMBERS = 99_000_000
COMPANY_STEP = 7
LETTINGS = trade_names.TRADES.index("Lettings")
GROUP = (5, 12)
GROUP_PEOPLE = 4_000
GROUP_TRADES = tuple(
    trade_names.TRADES.index(name) for name in ("Restaurant", "Car wash", "Warehouse", "Nail bar")
)
FOUNDED = (days.day(2018, 1, 1), days.day(2021, 1, 1))
DISSOLVED = (days.day(2024, 2, 1), days.day(2025, 3, 1))
SITES = 3
"""Premises the group's members share."""
"""One member more for so many people, between the bounds of GROUP."""
OWNER_AGE = 8_000


@dataclass(frozen=True, slots=True)
class Businesses:
    """Legal persons that trade, one row each.

    Attributes:
        legal_name: text; a sole trader's own name, or the company's.
        trading_name: text.
        company_no: 99xxxxxx, or -1 for a sole trader.
        owner: the sole trader or the director, row of people.
        trade: code of TRADES.
        opened: first day of trade.
        closed: first day after, or NEVER.
        follows: the dissolved company this one took over from, or -1.
        chain: has many premises.
        group: a member of the planted group.
    """

    legal_name: pa.Array
    trading_name: pa.Array
    company_no: Rows
    owner: Rows
    trade: Rows
    opened: Rows
    closed: Rows
    follows: Rows
    chain: Bools
    group: Bools

    def __len__(self) -> int:
        return len(self.owner)

    @property
    def lets_homes(self) -> Bools:
        """Companies that may hold licences."""
        letting: Bools = (self.trade == LETTINGS) & (self.company_no >= 0) & ~self.group
        return letting


@dataclass(frozen=True, slots=True)
class Trading:
    """Where each business trades: one row per business and premises, for its days of trade."""

    businesses: Businesses
    premises: Premises
    business: Rows
    at: Rows


def trading(world: World, seed: int, *, people: int) -> Trading:
    """All businesses of the town and their premises."""
    rng = stream(seed, "businesses")
    usual = _usual(world, rng, max(people // PEOPLE_PER_BUSINESS, 60))
    usual, again = _phoenixes(usual, rng)
    group, sites = _group(
        world,
        stream(seed, "businesses", "group"),
        people=people,
        start=len(usual) + len(again),
    )
    everybody = _numbered(_joined([usual, again, group]))
    home = _home_of(world, usual.owner)
    from_home = (usual.company_no < 0) & (home >= 0) & (rng.random(len(usual)) < AT_HOME)
    many = np.where(usual.chain, rng.integers(*CHAIN_PREMISES, len(usual)), 1)
    many[from_home] = 0
    first = np.repeat(np.arange(len(usual)), many)
    shops = len(first) + int(sites.max()) + 1
    site_of = np.zeros(len(usual), np.int64)
    site_of[first[::-1]] = np.arange(len(first))[::-1]
    site_of[from_home] = shops + np.arange(int(from_home.sum()))
    places = premises(world, seed, shops=shops, at_home=home[from_home])
    return Trading(
        businesses=everybody,
        premises=places,
        business=np.concatenate(
            [first, np.flatnonzero(from_home), np.arange(len(usual), len(everybody))]
        ),
        at=np.concatenate(
            [np.arange(len(first)), site_of[from_home], site_of[again.follows], len(first) + sites]
        ),
    )


def _usual(world: World, rng: np.random.Generator, number: int) -> Businesses:
    """Sole traders, companies and chains that have nothing to do with one another."""
    people = world.people
    grown = (people.born < days.START - OWNER_AGE) & (people.died == NEVER)
    owner = rng.choice(np.flatnonzero(grown), number)
    chain = np.arange(number) < max(round(number * CHAINS), 3)
    sole = ~chain & (rng.random(number) < SOLE)
    trade = rng.integers(0, len(trade_names.TRADES), number)
    opened = rng.integers(OLDEST, days.END - 200, number)
    ends = rng.integers(days.START + 30, days.END, number)
    closes = ~chain & (rng.random(number) < CLOSED) & (ends > opened + 60)
    trading_name = trade_names.trading(world, owner, trade, chain=chain, rng=rng)
    return Businesses(
        legal_name=trade_names.legal(world, owner, trading_name, sole=sole, rng=rng),
        trading_name=trading_name,
        company_no=np.where(sole, NOBODY, 0),
        owner=owner,
        trade=trade,
        opened=opened,
        closed=np.where(closes, ends, NEVER),
        follows=np.full(number, NOBODY),
        chain=chain,
        group=np.zeros(number, np.bool_),
    )


def _phoenixes(usual: Businesses, rng: np.random.Generator) -> tuple[Businesses, Businesses]:
    """Some companies dissolved within the years, and who took over from each."""
    may = (usual.company_no >= 0) & ~usual.chain & (usual.opened < days.START - 300)
    at = np.flatnonzero(may & (rng.random(len(usual)) < PHOENIX))
    closed = usual.closed.copy()
    closed[at] = rng.integers(days.START + 60, days.END - 90, len(at))
    names = trade_names.again(usual.trading_name.take(pa.array(at)), rng)
    again = Businesses(
        legal_name=trade_names.limited(names, rng),
        trading_name=names,
        company_no=np.zeros(len(at), np.int64),
        owner=usual.owner[at],
        trade=usual.trade[at],
        opened=closed[at] + rng.integers(1, 40, len(at)),
        closed=np.full(len(at), NEVER),
        follows=at,
        chain=np.zeros(len(at), np.bool_),
        group=np.zeros(len(at), np.bool_),
    )
    return replace(usual, closed=closed), again


def _group(
    world: World, rng: np.random.Generator, *, people: int, start: int
) -> tuple[Businesses, Rows]:
    """The planted group, rows from `start` on, and which of its few sites each member trades from.

    Two owners of one surname; every second company is dissolved and followed by the next, from the
    same site and under nearly the same name.
    """
    size = int(np.clip(people // GROUP_PEOPLE, *GROUP))
    member = np.arange(size)
    heir = (member % 2 == 1) & (member < size - size % 2)
    gone = np.append(heir[1:], False)
    family = _relatives(world, rng)
    dissolved = rng.integers(*DISSOLVED, size)
    opened = rng.integers(*FOUNDED, size)
    before = np.maximum(member - 1, 0)
    opened = np.where(heir, dissolved[before] + rng.integers(3, 30, size), opened)
    trade = np.array(GROUP_TRADES)[(member // 2) % len(GROUP_TRADES)]
    names = trade_names.linked(world, family[0], trade, heir, rng)
    group = Businesses(
        legal_name=trade_names.limited(names, rng),
        trading_name=names,
        company_no=np.zeros(size, np.int64),
        owner=family[(member // 2) % 2],
        trade=trade,
        opened=opened,
        closed=np.where(gone, dissolved, NEVER),
        follows=np.where(heir, start + before, NOBODY),
        chain=np.zeros(size, np.bool_),
        group=np.ones(size, np.bool_),
    )
    return group, (member // 2) % SITES


def _relatives(world: World, rng: np.random.Generator) -> Rows:
    """Two living adults of one family and one surname."""
    people = world.people
    grown = np.flatnonzero((people.born < days.START - OWNER_AGE) & (people.died == NEVER))
    names = int(people.surname.max()) + 1
    key = people.family[grown].astype(np.int64) * names + people.surname[grown]
    order = np.argsort(key, kind="stable")
    pairs = np.flatnonzero(key[order][1:] == key[order][:-1])
    one = int(rng.choice(pairs))
    return grown[order[[one, one + 1]]]


def _home_of(world: World, person: Rows) -> Rows:
    """Where each person lives at the end, or -1."""
    current = world.stays.to_day == NEVER
    home = np.full(len(world.people.born), NOBODY, np.int64)
    home[world.stays.person[current]] = world.stays.home[current]
    return home[person]


def _joined(parts: list[Businesses]) -> Businesses:
    columns: dict[str, Any] = {
        field.name: [getattr(part, field.name) for part in parts] for field in fields(Businesses)
    }
    return Businesses(
        **{
            name: pa.concat_arrays(column)
            if isinstance(column[0], pa.Array)
            else np.concatenate(column)
            for name, column in columns.items()
        }
    )


def _numbered(rows: Businesses) -> Businesses:
    """Companies numbered in the order in which they began."""
    company = np.flatnonzero(rows.company_no >= 0)
    number = np.full(len(rows), NOBODY, np.int64)
    order = company[np.argsort(rows.opened[company], kind="stable")]
    number[order] = COMPANY_NUMBERS + 1_000 + COMPANY_STEP * np.arange(len(order))
    return replace(rows, company_no=number)


def truth(town: Trading) -> Truth:
    """F9: all businesses and where they trade, and which belong to the planted group."""
    rows = town.businesses
    member = np.flatnonzero(rows.group)
    trade = pa.array(trade_names.TRADES).take(pa.array(rows.trade))
    plain = {field.name: getattr(rows, field.name) for field in fields(Businesses)}
    return Truth(
        facts={
            "F9": {
                "what": "one group of linked businesses, each known to four regulators or more",
                "members": member.tolist(),
                "company_numbers": rows.company_no[member].tolist(),
                "takes_over_from": rows.follows[member].tolist(),
                "sites": min(SITES, len(member)),
            }
        },
        tables={
            "businesses": table(business=np.arange(len(rows)), **plain | {"trade": trade}),
            "trading": table(
                business=town.business,
                premises=town.at,
                uprn=pa.array(town.premises.uprn[town.at]),
                home=town.premises.home[town.at],
            ),
        },
    )
