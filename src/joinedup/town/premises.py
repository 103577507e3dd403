"""Where do businesses trade? Shops under flats, units further along the street, and homes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from joinedup.town.draw import stream
from joinedup.town.presence import Rows
from joinedup.town.register import NOBODY
from joinedup.town.world import World

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

UNDER_FLATS = 0.3
"""Share of shops in a building with flats above, as far as there are such buildings."""
UPRN_GAP = 3


@dataclass(frozen=True, slots=True)
class Premises:
    """Addresses of business, one row each. The last rows are homes that somebody trades from.

    Attributes:
        uprn: of the premises; of the home where `home` is set.
        home: row of homes for who trades from home, or -1.
        parent: uprn of the building's shell, or -1.
        oa: row of output areas.
        street: row of streets.
        postcode: row of postcodes.
        number: in the street.
        easting: metres.
        northing: metres.
    """

    uprn: Rows
    home: Rows
    parent: Rows
    oa: Rows
    street: Rows
    postcode: Rows
    number: Rows
    easting: Floats
    northing: Floats

    def __len__(self) -> int:
        return len(self.uprn)


def premises(world: World, seed: int, *, shops: int, at_home: Rows) -> tuple[Premises, Bools]:
    """`shops` commercial addresses, then one row for each of `at_home`; and which homes are
    above a shop, shape (homes,)."""
    rng = stream(seed, "premises")
    flats, above = _buildings(world, rng, round(shops * UNDER_FLATS))
    houses = rng.choice(np.flatnonzero(world.homes.flat == 0), shops - len(flats))
    near = np.concatenate([flats, houses, at_home])
    homes = world.homes
    along = np.arange(len(near))
    own = np.flatnonzero((along >= len(flats)) & (along < shops))
    number = homes.number[near].astype(np.int64)
    number[own] = _further(world, homes.street[near[own]])
    uprn = homes.uprn[near].astype(np.int64)
    free = int(max(homes.uprn.max(), homes.parent.max())) + 1
    uprn[:shops] = free + UPRN_GAP * along[:shops]
    return (
        Premises(
            uprn=uprn,
            home=np.where(along < shops, NOBODY, near),
            parent=np.where((along >= len(flats)) & (along < shops), -1, homes.parent[near]),
            oa=homes.oa[near].astype(np.int64),
            street=homes.street[near].astype(np.int64),
            postcode=homes.postcode[near].astype(np.int64),
            number=number,
            easting=homes.easting[near],
            northing=homes.northing[near],
        ),
        above,
    )


def _buildings(world: World, rng: np.random.Generator, number: int) -> tuple[Rows, Bools]:
    """One flat of each building with a shop below, and which homes lie above one."""
    parent = world.homes.parent
    flats = np.flatnonzero(parent >= 0)
    shells, first = np.unique(parent[flats], return_index=True)
    chosen = rng.permutation(len(shells))[: min(number, len(shells) // 2)]
    above = np.isin(parent, shells[chosen]) & (parent >= 0)
    return flats[first[chosen]], above


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
