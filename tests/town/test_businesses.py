"""Are the businesses whole, and is the planted group (F9) known to four regulators or more?"""

import numpy as np
import pytest

from joinedup.town.days import NEVER
from joinedup.town.registers import happen
from joinedup.town.world import build

PEOPLE, SEED = 20_000, 11


@pytest.fixture(scope="module")
def world():
    return build(PEOPLE, SEED)


@pytest.fixture(scope="module")
def town(world):
    return happen(world, SEED)


@pytest.fixture(scope="module")
def known(town):
    register = town.registers["regulator_visits"]
    pairs = set(
        zip(register.business.tolist(), register.columns["regulator"].to_pylist(), strict=True)
    )
    return np.bincount([business for business, _ in pairs], minlength=len(town.trading.businesses))


def test_every_member_is_known_to_four_regulators_and_nobody_else_is(town, known):
    member = town.trading.businesses.group
    assert (known[member] >= 4).all()
    assert (known[~member] <= 3).all()


def test_members_share_owners_sites_and_follow_one_another(town):
    rows = town.trading.businesses
    member = np.flatnonzero(rows.group)
    assert 5 <= len(member) <= 12
    assert len(set(rows.owner[member])) <= 2
    at = town.trading.at[np.isin(town.trading.business, member)]
    assert len(set(at)) <= town.truth.facts["F9"]["sites"]
    heirs = member[rows.follows[member] >= 0]
    assert len(heirs) >= 2
    assert (rows.opened[heirs] > rows.closed[rows.follows[heirs]]).all()


def test_every_visit_is_at_premises_of_the_business_while_it_trades(town):
    register, trading = town.registers["regulator_visits"], town.trading
    at = set(zip(trading.business.tolist(), trading.at.tolist(), strict=True))
    shown = zip(register.business.tolist(), register.columns["premises"].tolist(), strict=True)
    assert set(shown) <= at
    rows = trading.businesses
    closed = rows.closed[register.business]
    assert (register.opened >= rows.opened[register.business]).all()
    assert ((closed == NEVER) | (register.opened < closed)).all()


def test_addresses_of_business_are_no_homes_and_all_different(world, town):
    places = town.trading.premises
    shops = places.uprn[places.home < 0]
    assert len(np.unique(shops)) == len(shops)
    assert not np.isin(shops, world.homes.uprn).any()


def test_a_company_has_a_number_of_its_own_and_a_sole_trader_none(town):
    rows = town.trading.businesses
    number = rows.company_no[rows.company_no >= 0]
    assert len(set(number)) == len(number) > 0
    assert ((number >= 99_000_000) & (number <= 99_999_999)).all()
    assert (rows.company_no < 0).any()


def test_a_chain_has_many_premises_and_a_phoenix_trades_where_the_last_one_did(town):
    rows, trading = town.trading.businesses, town.trading
    premises = np.bincount(trading.business, minlength=len(rows))
    assert (premises[rows.chain] >= 4).all()
    assert (premises[~rows.chain] == 1).all()
    place = np.zeros(len(rows), int)
    place[trading.business] = trading.at
    heirs = np.flatnonzero(rows.follows >= 0)
    assert (place[heirs] == place[rows.follows[heirs]]).mean() == 1
