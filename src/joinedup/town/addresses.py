"""How is one address written by different clerks?

The same flat is "Flat 2, 14 High Street", "14/2 High St", "Flat 2 14 High Street" or "14B High
Street", and none of them is wrong.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.town.entities import World
from joinedup.town.numbers import uprn_text
from joinedup.town.premises import Premises
from joinedup.town.wording import digits, join, plain

TOWN = "Ambleford"
SHORT = (
    ("Street", "St"), ("Road", "Rd"), ("Avenue", "Ave"), ("Lane", "La"), ("Close", "Cl"),
    ("Drive", "Dr"), ("Gardens", "Gdns"), ("Terrace", "Terr"), ("Crescent", "Cres"),
    ("Square", "Sq"), ("Court", "Ct"), ("Place", "Pl"), ("Grove", "Gr"), ("Park", "Pk"),
)  # fmt: skip
STYLES = ("full", "slashed", "run_on", "building", "lettered")
UNITS_SHOWN = 26
"""Flats that have a letter; those with a higher number keep it."""

Mix = tuple[tuple[str, float], ...]
"""Styles and their shares."""


@dataclass(slots=True)
class Addresses:
    """Every home's address in each style, made when first asked for."""

    world: World
    _made: dict[str, pa.Array] = field(default_factory=dict)

    def of(self, homes: npt.NDArray[np.integer], style: str) -> pa.Array:
        """Addresses of these homes, "" where -1."""
        if style not in self._made:
            self._made[style] = _written(self.world, style)
        return _taken(self._made[style], homes)

    def mixed(
        self, homes: npt.NDArray[np.integer], styles: npt.NDArray[np.integer], mix: Mix
    ) -> pa.Array:
        """Addresses of these homes, each in the style of the mix with its number."""
        if len(mix) == 1:
            return self.of(homes, mix[0][0])
        return pc.choose(pa.array(styles), *(self.of(homes, style) for style, _ in mix))

    def postcode(self, homes: npt.NDArray[np.integer]) -> pa.Array:
        """Postcodes of these homes, "" where -1."""
        codes = np.where(homes < 0, -1, self.world.homes.postcode[homes])
        return self.world.postcodes.text.take(codes)

    def uprn(self, homes: npt.NDArray[np.integer]) -> pa.Array:
        """Twelve digits, "" where -1."""
        return plain(uprn_text(np.where(homes < 0, -1, self.world.homes.uprn[homes])))

    def area(self, homes: npt.NDArray[np.integer]) -> pa.Array:
        """Codes of the output areas of these homes, "" where -1."""
        codes = np.where(homes < 0, -1, self.world.homes.oa[homes])
        return _taken(pa.array(self.world.areas.oa_code), codes)

    def premises(self, places: Premises, rows: npt.NDArray[np.integer]) -> pa.Array:
        """Addresses of business premises; of who trades from home, the home's."""
        own = join(_numbered(places.number[rows]), _street(self.world, places.street[rows]))
        home = places.home[rows]
        return pc.if_else(pa.array(home < 0), own, self.of(home, "full"))

    def premises_postcode(self, places: Premises, rows: npt.NDArray[np.integer]) -> pa.Array:
        """Postcodes of business premises."""
        return self.world.postcodes.text.take(places.postcode[rows])


def draw_styles(rng: np.random.Generator, mix: Mix, rows: int) -> npt.NDArray[np.uint8]:
    """Which style of the mix each record is written in."""
    if len(mix) == 1:
        return np.zeros(rows, np.uint8)
    edges = np.cumsum([share for _, share in mix])
    drawn = np.searchsorted(edges[:-1], rng.random(rows) * edges[-1], "right")
    codes: npt.NDArray[np.uint8] = drawn.astype(np.uint8)
    return codes


def _taken(texts: pa.Array, codes: npt.NDArray[np.integer]) -> pa.Array:
    none = codes < 0
    if not none.any():
        return texts.take(pa.array(codes))
    return pc.fill_null(texts.take(pa.array(codes, mask=none)), "")


def _street(world: World, streets: npt.NDArray[np.integer]) -> pa.Array:
    return world.names.street.take(world.streets.name[streets])


def _numbered(numbers: npt.NDArray[np.integer]) -> pa.Array:
    """The number and a space, or nothing where the building has only a name."""
    return pc.if_else(pa.array(numbers > 0), join(digits(numbers), " "), "")


def _written(world: World, style: str) -> pa.Array:
    """One style, for every home."""
    homes = world.homes
    street = _street(world, homes.street)
    flat, in_flat = digits(homes.flat), pa.array(homes.flat > 0)
    building = world.names.building.take(homes.building)
    named = pa.array(homes.building >= 0)
    if style in {"slashed", "building"}:
        street = _short(street)
    if style == "building":
        where = pc.if_else(named, join(building, ", "), _numbered(homes.number))
        return join(pc.if_else(in_flat, join("Flat ", flat, " "), ""), where, street)
    comma = " " if style == "run_on" else ", "
    if style in {"slashed", "lettered"}:
        unit = join("/", flat) if style == "slashed" else _letter(homes.flat, flat)
        house = join(digits(homes.number), pc.if_else(in_flat, unit, ""), " ")
        only_name = pa.array(homes.number == 0)
        return join(pc.if_else(only_name, join(building, comma), house), street)
    return join(
        pc.if_else(in_flat, join("Flat ", flat, comma), ""),
        pc.if_else(named, join(building, comma), ""),
        _numbered(homes.number),
        street,
    )


def _short(streets: pa.Array) -> pa.Array:
    for long, short in SHORT:
        streets = pc.replace_substring_regex(streets, f" {long}$", f" {short}")
    return streets


def _letter(flats: npt.NDArray[np.integer], flat: pa.Array) -> pa.Array:
    letters = pa.array([chr(ord("A") + place) for place in range(UNITS_SHOWN)])
    few = (flats > 0) & (flats <= UNITS_SHOWN)
    letter = letters.take(pa.array(flats.astype(np.int64) - 1, mask=~few))
    return pc.coalesce(letter, join("/", flat))
