"""Where do businesses trade? Shops under flats, units further along the street, and homes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from joinedup.town import numbers
from joinedup.town.draw import stream
from joinedup.town.entities import World
from joinedup.town.presence import Rows
from joinedup.town.register import NOBODY

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Premises:
    """Addresses of business, one row each. The last rows are homes that somebody trades from.

    Attributes:
        uprn: of the premises; of the home where `home` is set.
        home: row of homes for who trades from home, or -1.
        parent: uprn of the building's shell, or -1.
        building: code of `Names.building`, or -1.
        oa: row of output areas.
        street: row of streets.
        postcode: row of postcodes.
        number: in the street; 0 where the building has only a name.
        easting: metres.
        northing: metres.
    """

    uprn: Rows
    home: Rows
    parent: Rows
    building: Rows
    oa: Rows
    street: Rows
    postcode: Rows
    number: Rows
    easting: Floats
    northing: Floats

    def __len__(self) -> int:
        return len(self.uprn)


def premises(world: World, seed: int, *, shops: int, at_home: Rows) -> Premises:
    """`shops` commercial addresses, then one row for each of `at_home`.

    Under flats that are above a shop there is one, as far as `shops` go; the others stand further
    along streets of houses.
    """
    rng = stream(seed, "premises")
    homes = world.homes
    under = rng.permutation(_flats_above(world))[:shops]
    houses = rng.choice(np.flatnonzero(homes.flat == 0), shops - len(under))
    order = rng.permutation(shops)
    near = np.concatenate([np.concatenate([under, houses])[order], at_home])
    along = np.arange(len(near))
    own = along[:shops][order >= len(under)]
    number = homes.number[near].astype(np.int64)
    number[own] = _further(world, homes.street[near[own]])
    building = homes.building[near].astype(np.int64)
    building[own] = NOBODY
    parent = homes.parent[near].copy()
    parent[own] = NOBODY
    uprn = homes.uprn[near].copy()
    uprn[:shops] = _free(world, rng, shops)
    return Premises(
        uprn=uprn,
        home=np.where(along < shops, NOBODY, near),
        parent=parent,
        building=building,
        oa=homes.oa[near].astype(np.int64),
        street=homes.street[near].astype(np.int64),
        postcode=homes.postcode[near].astype(np.int64),
        number=number,
        easting=homes.easting[near],
        northing=homes.northing[near],
    )


def _free(world: World, rng: np.random.Generator, count: int) -> Rows:
    """UPRNs that no home or building has."""
    used = np.concatenate([world.homes.uprn, world.blocks.uprn])
    drawn = numbers.uprns(rng, len(used) + count)
    free: Rows = drawn[~np.isin(drawn, used)][:count]
    return free


def _flats_above(world: World) -> Rows:
    """One flat of each building with a shop below."""
    flats = np.flatnonzero(world.homes.above_shop)
    place = np.where(world.homes.block[flats] >= 0, world.homes.block[flats], -2 - flats)
    _, first = np.unique(place, return_index=True)
    one: Rows = flats[first]
    return one


def _further(world: World, street: npt.NDArray[np.integer]) -> Rows:
    """House numbers beyond the last home of each street, no two alike."""
    streets = int(world.homes.street.max()) + 1
    last = np.zeros(streets, np.int64)
    np.maximum.at(last, world.homes.street, world.homes.number)
    order = np.argsort(street, kind="stable")
    ordered = street[order]
    nth = np.arange(len(street)) - np.searchsorted(ordered, ordered, "left")
    number = np.empty(len(street), np.int64)
    number[order] = last[ordered] + 1 + 2 * nth
    return number
